-- +goose Up
-- One row per job. tenant_id is '' for a job of the platform, which only a
-- platform transaction sees. A job is unfinished while finished_at is null.
create table jobs (
  tenant_id text not null,
  id text not null,
  kind text not null,
  kind_version bigint not null,
  lane text not null,
  state text not null,
  args text not null,
  unique_key text not null default '',
  ordered_key text not null default '',
  run_at timestamptz not null,
  attempt bigint not null default 0,
  max_attempts bigint not null default 0,
  lease_until timestamptz,
  fence bigint not null default 0,
  worker text not null default '',
  last_error text not null default '',
  created_at timestamptz not null,
  finished_at timestamptz,
  primary key (tenant_id, id)
);

-- The runner works for all tenants, so the indexes it claims by do not lead
-- with tenant_id. Each holds only the rows of one state and stays small while
-- a million others wait. The first lets a claim step from tenant to tenant.
create index jobs_available on jobs (lane, kind, tenant_id, run_at, id) where state = 'available';
create index jobs_scheduled on jobs (run_at, tenant_id, id) where state = 'scheduled';
create index jobs_running on jobs (lease_until, tenant_id, id) where state = 'running';
create index jobs_finished on jobs (finished_at, tenant_id, id) where finished_at is not null;
create unique index jobs_unique on jobs (tenant_id, kind, unique_key) where unique_key <> '' and finished_at is null;
create index jobs_ordered on jobs (tenant_id, ordered_key, id) where ordered_key <> '' and finished_at is null;

-- Whoever decides which of a tenant's ordered jobs is next changes this row
-- first, so that two decisions never miss each other.
create table jobs_gates (
  tenant_id text not null primary key,
  turn bigint not null
);

-- When each periodic job comes next; of the platform, hence without tenant_id.
create table jobs_periodic (
  name text not null primary key,
  spec text not null,
  next_at timestamptz not null
);
