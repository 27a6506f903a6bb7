-- +goose Up
-- A document that another system has sent ahead. id is that of the document,
-- sender the token or the person who sent it and alone may use it, key_digest
-- the digest of the sender's idempotency key, or the id when there was none.
create table staging_files (
	tenant_id  text        not null,
	id         text        not null,
	sender     text        not null,
	key_digest text        not null,
	size       bigint      not null,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	taken_at   timestamptz,
	primary key (tenant_id, id)
);

create unique index staging_files_key on staging_files (tenant_id, sender, key_digest);

create index staging_files_sender on staging_files (tenant_id, sender, id);

create index staging_files_expires on staging_files (tenant_id, expires_at, id);
