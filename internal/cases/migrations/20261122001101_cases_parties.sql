-- +goose Up
-- Further parties than the applicant and the one it is about: the other
-- guardian, somebody with a power of attorney.
create table cases_parties (
  tenant_id text not null,
  case_id text not null,
  person_id text not null,
  name text not null,
  role text not null,
  since timestamptz not null,
  until timestamptz,
  primary key (tenant_id, case_id, person_id)
);
create index cases_parties_person on cases_parties (tenant_id, person_id, case_id);
-- The ids of those who are parties now, apart by spaces: asked on every access.
alter table cases add column further text not null default '';
-- For whom somebody acted.
alter table cases_entries add column behalf_id text not null default '';
alter table cases_entries add column behalf_name text not null default '';
