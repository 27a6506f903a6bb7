-- +goose Up
create table school_units (
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
-- Places at other schools than the nearest.
create table school_places (
  tenant_id text not null,
  case_id text not null,
  unit_id text not null,
  child_id text not null,
  start_on text not null,
  end_on text not null,
  given_at timestamptz not null,
  primary key (tenant_id, case_id)
);
