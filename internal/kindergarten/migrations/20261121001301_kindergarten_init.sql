-- +goose Up
create table kindergarten_units (
  tenant_id text not null,
  id text not null,
  name text not null,
  address text not null,
  phone text not null default '',
  hours text not null default '',
  private boolean not null,
  capacity bigint not null,
  -- How many places are offered or accepted: kept here, beside the capacity it is
  -- compared with, so that giving a place counts nothing.
  taken bigint not null default 0,
  closed boolean not null default false,
  version bigint not null,
  primary key (tenant_id, id)
);
-- A place that is offered or taken. Two case workers who give the last one at the
-- same moment meet at the unit's row, which giving a place locks.
create table kindergarten_places (
  tenant_id text not null,
  case_id text not null,
  unit_id text not null,
  child_id text not null,
  start_on text not null,
  state text not null,
  offered_at timestamptz not null,
  answered_at timestamptz,
  primary key (tenant_id, case_id)
);
-- A child has one open offer at a time: two case workers who make one each meet here.
create unique index kindergarten_places_offer on kindergarten_places (tenant_id, child_id) where state = 'offered';
