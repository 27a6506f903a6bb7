-- +goose Up
-- The nightly runs, by the id of the job that made them.
create table retention_runs (
  tenant_id text not null,
  id text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create index retention_runs_started on retention_runs (tenant_id, started_at);
-- What a run did, by kind of data: ended counts in the transactions that end, the
-- rest is what the run saw when it was through.
create table retention_counts (
  tenant_id text not null,
  run_id text not null,
  kind text not null,
  action text not null,
  ended bigint not null default 0,
  held bigint not null default 0,
  failed bigint not null default 0,
  coming bigint not null default 0,
  primary key (tenant_id, run_id, kind, action)
);
-- Cases that are left alone. Why is one of a few words, never free text.
create table retention_holds (
  tenant_id text not null,
  case_id text not null,
  reason text not null,
  set_by text not null,
  set_name text not null,
  set_at timestamptz not null,
  primary key (tenant_id, case_id)
);
-- Copies of everything about a person, that she has asked for.
create table retention_takeouts (
  tenant_id text not null,
  id text not null,
  person_id text not null,
  lang text not null,
  state text not null,
  part bigint not null default 0,
  parts bigint not null default 0,
  document_id text not null default '',
  size bigint not null default 0,
  left_out bigint not null default 0,
  fetched bigint not null default 0,
  asked_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz,
  primary key (tenant_id, id)
);
create index retention_takeouts_person on retention_takeouts (tenant_id, person_id, id);
