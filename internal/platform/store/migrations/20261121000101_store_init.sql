-- +goose Up
-- One row per writer that proves it can write; belongs to the installation, not to a tenant.
create table store_heartbeat (
  name text not null primary key,
  at timestamptz not null
);
