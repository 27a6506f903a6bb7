-- +goose Up
-- One clock of one case. What stands below "binds" is the case's, copied so that
-- the list can be asked for by department without the cases' own table.
create table deadlines (
  tenant_id text not null,
  id text not null,
  case_id text not null,
  rule text not null,
  rule_version bigint not null,
  state text not null,
  started text not null,
  due text not null,
  falls text not null,
  stopped_on text,
  stopped_by text not null default '',
  used bigint not null default 0,
  paused bigint not null default 0,
  fired bigint not null default 0,
  letters bigint not null default 0,
  consequence text not null default '',
  ended_on text,
  next_at timestamptz,
  binds text not null,
  kind text not null,
  department_id text not null,
  assignee_id text not null default '',
  applicant_id text not null,
  subject_id text not null,
  further text not null default '',
  restricted boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, id)
);
create index deadlines_case on deadlines (tenant_id, case_id, id);
-- What a job looks for: the clocks whose time has come.
create index deadlines_next on deadlines (tenant_id, next_at, id);
-- What runs out, of a department and of all.
create index deadlines_falls on deadlines (tenant_id, state, falls, id);
create index deadlines_department on deadlines (tenant_id, department_id, state, falls, id);
-- What changed a clock after it began.
create table deadlines_events (
  tenant_id text not null,
  deadline_id text not null,
  seq bigint not null,
  at timestamptz not null,
  event text not null,
  state text not null,
  falls text not null,
  primary key (tenant_id, deadline_id, seq)
);
