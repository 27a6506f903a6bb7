-- +goose Up
create table nursing_units (
  tenant_id text not null,
  id text not null,
  name text not null,
  address text not null,
  phone text not null default '',
  hours text not null default '',
  private boolean not null,
  capacity bigint not null,
  -- How many places are given: kept here, beside the capacity it is compared with.
  taken bigint not null default 0,
  closed boolean not null default false,
  version bigint not null,
  primary key (tenant_id, id)
);
-- Who has a place, and who is granted one and waits for it (helse- og
-- omsorgstjenesteloven § 3-2 a second paragraph).
create table nursing_places (
  tenant_id text not null,
  case_id text not null,
  person_id text not null,
  stay text not null,
  unit_id text not null,
  start_on text not null,
  state text not null,
  since timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, case_id)
);
create index nursing_places_waiting on nursing_places (tenant_id, state, since);
