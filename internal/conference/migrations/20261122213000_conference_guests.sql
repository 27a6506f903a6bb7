-- +goose Up
-- Who beside the parties is asked to the preliminary conference of a case
-- (byggesaksforskriften § 6-1).
create table conference_guests (
  tenant_id text not null,
  case_id text not null,
  id text not null,
  -- Name and e-mail address.
  guest_cipher bytea not null,
  invited_at timestamptz not null,
  primary key (tenant_id, case_id, id)
);
