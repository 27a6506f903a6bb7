-- +goose Up
-- A relation holds from valid_from until the day before valid_to.
create table identity_family (
  tenant_id   text not null,
  child_id    text not null,
  guardian_id text not null,
  kind        text not null,
  valid_from  text not null,
  responsible boolean not null,
  lives_with  boolean not null,
  valid_to    text,
  updated_at  timestamptz not null,
  primary key (tenant_id, child_id, guardian_id, kind, valid_from)
);
create index identity_family_guardian on identity_family (tenant_id, guardian_id, child_id);
