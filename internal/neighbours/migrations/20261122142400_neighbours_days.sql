-- +goose Up
-- How often a person has had the municipality look up the owners around a property on a
-- day, and how many she has had it notify: both are bounded. Rows of days before are taken
-- away.
create table neighbours_days (
  tenant_id text not null,
  person_id text not null,
  day text not null,
  looked bigint not null,
  notified bigint not null,
  primary key (tenant_id, person_id, day)
);
