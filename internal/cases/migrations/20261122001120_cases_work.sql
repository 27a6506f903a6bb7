-- +goose Up
-- What was posted twice stands once: a digest of who posted what with which key.
alter table cases_entries add column posting text not null default '';
create unique index cases_entries_posting on cases_entries (tenant_id, case_id, posting) where posting <> '';
-- A draft of a decision changes only in the version that was read.
alter table cases_decisions add column version bigint not null default 0;
alter table cases_decisions add column saved_by text not null default '';
alter table cases_decisions add column saver_name text not null default '';
-- Who approved it, where a second person must.
alter table cases_decisions add column approved_by text not null default '';
alter table cases_decisions add column approver_name text not null default '';
-- Whose decision waits for a second person's approval; empty when none does.
alter table cases add column proposed_by text not null default '';
create index cases_proposed on cases (tenant_id, department_id, received_at, id) where proposed_by <> '';
-- What a department has decided in a week.
create index cases_decided on cases (tenant_id, department_id, decided_at) where decided_at is not null;
-- The kinds of a department whose decisions need a second person's approval.
create table cases_four_eyes (
  tenant_id text not null,
  department_id text not null,
  kind text not null,
  set_by text not null,
  set_at timestamptz not null,
  primary key (tenant_id, department_id, kind)
);
-- Who is mentioned in which note.
create table cases_mentions (
  tenant_id text not null,
  person_id text not null,
  case_id text not null,
  seq bigint not null,
  at timestamptz not null,
  person_name text not null,
  by_name text not null,
  seen_at timestamptz,
  primary key (tenant_id, person_id, case_id, seq)
);
create index cases_mentions_newest on cases_mentions (tenant_id, person_id, at);
create index cases_mentions_case on cases_mentions (tenant_id, case_id, seq);
