-- +goose Up
-- name is encrypted: what people call their files tells about them. digest is
-- the keyed hash of the content and the name of the file.
create table blob_documents (
	tenant_id   text        not null,
	id          text        not null,
	owner_type  text        not null,
	owner_id    text        not null,
	name        bytea       not null,
	media_type  text        not null,
	size        bigint      not null,
	digest      text        not null,
	scan_state  text        not null,
	uploaded_by text        not null,
	created_at  timestamptz not null,
	scanned_at  timestamptz,
	deleted_at  timestamptz,
	primary key (tenant_id, id)
);

create index blob_documents_owner on blob_documents (tenant_id, owner_type, owner_id, id);

create index blob_documents_digest on blob_documents (tenant_id, digest);

create index blob_documents_scan on blob_documents (tenant_id, scan_state, id);
