-- +goose Up
-- Decisions that no longer stand, since the case was taken up again: what was
-- decided once is never lost. The number counts them for each case from 1. One
-- that the law made holds no text.
create table cases_past_decisions (
  tenant_id text not null,
  case_id text not null,
  number bigint not null,
  outcome text not null,
  content_cipher bytea,
  decided_by text not null default '',
  decider_name text not null default '',
  decided_at timestamptz,
  approved_by text not null default '',
  approver_name text not null default '',
  letter_id text not null default '',
  replaced_at timestamptz not null,
  primary key (tenant_id, case_id, number)
);
