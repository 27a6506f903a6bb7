-- +goose Up
-- One row per version of a key. purpose: field, lookup, file; sign for the
-- installation's own signing key, which lies under the empty tenant and is seen
-- by platform transactions only.
create table tenant_keys (
	tenant_id  text        not null,
	purpose    text        not null,
	version    bigint      not null,
	wrapped    bytea       not null,
	created_at timestamptz not null,
	retired_at timestamptz,
	primary key (tenant_id, purpose, version)
);
