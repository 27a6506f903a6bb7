-- +goose Up
-- Who has read a message on behalf of the person it is to: each guardian of a child
-- has marks of her own. When the person herself has read it stands in seen_at.
create table notify_reads (
	tenant_id  text        not null,
	message_id text        not null,
	reader_id  text        not null,
	read_at    timestamptz not null,
	primary key (tenant_id, message_id, reader_id)
);
