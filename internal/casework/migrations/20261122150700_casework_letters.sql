-- +goose Up
-- How the letters of decisions are laid out, for each kind of case: department_id is
-- empty for the whole municipality's. The row is the newest version; each version
-- stands in casework_letter_versions. Taken out of use it makes way for the
-- municipality's, and that for the standard order.
create table casework_letters (
  tenant_id text not null,
  kind text not null,
  department_id text not null,
  blocks text not null,
  retired boolean not null,
  saved_name text not null,
  saved_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, kind, department_id)
);
create table casework_letter_versions (
  tenant_id text not null,
  kind text not null,
  department_id text not null,
  version bigint not null,
  blocks text not null,
  retired boolean not null,
  saved_by text not null,
  saved_name text not null,
  saved_at timestamptz not null,
  primary key (tenant_id, kind, department_id, version)
);
