-- +goose Up
create table cases (
  tenant_id text not null,
  id text not null,
  year bigint not null,
  number bigint not null,
  kind text not null,
  status text not null,
  outcome text not null default '',
  answer text not null default '',
  department_id text not null,
  assignee_id text not null default '',
  assignee_name text not null default '',
  applicant_id text not null,
  applicant_name text not null,
  subject_id text not null,
  subject_name text not null,
  restricted boolean not null,
  lang text not null,
  submission_id text not null,
  entries bigint not null,
  received_at timestamptz not null,
  updated_at timestamptz not null,
  decided_at timestamptz,
  closed_at timestamptz,
  version bigint not null,
  primary key (tenant_id, id)
);
-- One case per submission: a second hand-over of the same one finds the first.
create unique index cases_submission on cases (tenant_id, submission_id);
create unique index cases_number on cases (tenant_id, year, number);
-- The work list of a department: open first, oldest first.
create index cases_work on cases (tenant_id, department_id, status, received_at, id);
-- The same for whoever sees several departments, or all.
create index cases_open on cases (tenant_id, status, received_at, id);
create index cases_assignee on cases (tenant_id, assignee_id, status, received_at, id);
create index cases_applicant on cases (tenant_id, applicant_id, received_at, id);
create index cases_subject on cases (tenant_id, subject_id, received_at, id);
-- The last number given in a year.
create table cases_numbers (
  tenant_id text not null,
  year bigint not null,
  last bigint not null,
  primary key (tenant_id, year)
);
-- Folded words of names and numbers: search is by the beginnings of words, in
-- the same way in both databases.
create table cases_words (
  tenant_id text not null,
  word text not null,
  case_id text not null,
  primary key (tenant_id, word, case_id)
);
create table cases_entries (
  tenant_id text not null,
  case_id text not null,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  internal boolean not null,
  actor_id text not null,
  actor_name text not null,
  text_cipher bytea,
  documents text not null default '[]',
  primary key (tenant_id, case_id, seq)
);
create table cases_decisions (
  tenant_id text not null,
  case_id text not null,
  outcome text not null,
  content_cipher bytea not null,
  final boolean not null,
  decided_by text not null,
  decider_name text not null,
  decided_at timestamptz,
  letter_id text not null default '',
  saved_at timestamptz not null,
  primary key (tenant_id, case_id)
);
