-- +goose Up
-- What the map said of an application as it came in: where the works stand, the
-- answers, and the versions of the layers that they rest on.
create table building_checks (
  tenant_id text not null,
  case_id text not null,
  property text not null,
  system bigint not null,
  footprint text not null,
  request text not null,
  result text not null,
  generations text not null,
  checked_at timestamptz not null,
  primary key (tenant_id, case_id)
);
create index building_checks_property on building_checks (tenant_id, property);
