-- +goose Up
-- flags tells what a look into the file found: words, separated by spaces.
alter table blob_documents add column flags text not null default '';

-- An upload that comes in parts. name is encrypted. document is set when the
-- upload became one, so that the same upload never becomes two.
create table blob_uploads (
	tenant_id     text        not null,
	id            text        not null,
	owner_type    text        not null,
	owner_id      text        not null,
	person        text        not null,
	field         text        not null,
	name          bytea       not null,
	media_type    text        not null,
	size          bigint      not null,
	received      bigint      not null,
	keep_position boolean     not null,
	document      text        not null,
	created_at    timestamptz not null,
	expires_at    timestamptz not null,
	primary key (tenant_id, id)
);

create index blob_uploads_person on blob_uploads (tenant_id, person, id);

create index blob_uploads_owner on blob_uploads (tenant_id, owner_type, owner_id, id);

create index blob_uploads_expires on blob_uploads (tenant_id, expires_at);

-- The parts lie as encrypted files beside the documents; digest is the name.
create table blob_upload_parts (
	tenant_id text   not null,
	upload    text   not null,
	start     bigint not null,
	size      bigint not null,
	digest    text   not null,
	primary key (tenant_id, upload, start)
);

create index blob_upload_parts_digest on blob_upload_parts (tenant_id, digest);
