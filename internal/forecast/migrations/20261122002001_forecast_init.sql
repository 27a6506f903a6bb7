-- +goose Up
-- One row for each case: what was told when it came in, and how long it took.
create table forecast_cases (
  tenant_id text not null,
  case_id text not null,
  kind text not null,
  season text not null,
  received_at timestamptz not null,
  told_cases bigint not null,
  told_median bigint not null,
  told_most bigint not null,
  decided_at timestamptz,
  days bigint,
  primary key (tenant_id, case_id)
);
create index forecast_cases_decided on forecast_cases (tenant_id, kind, season, decided_at);
-- What is told at present, reckoned anew each night.
create table forecast_estimates (
  tenant_id text not null,
  kind text not null,
  season text not null,
  cases bigint not null,
  median bigint not null,
  most bigint not null,
  reckoned_at timestamptz not null,
  primary key (tenant_id, kind, season)
);
