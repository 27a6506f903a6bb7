-- +goose Up
-- What the contact and reservation register said of a person, encrypted, and
-- when. A row is written over at each answer; its age decides what it is good
-- for.
create table contact_records (
	tenant_id     text        not null,
	person_id     text        not null,
	record_cipher bytea       not null,
	fetched_at    timestamptz not null,
	primary key (tenant_id, person_id)
);
