-- +goose Up
-- One party's appeal against one decision of a case. What stands from
-- department_id to restricted is the case's, copied so that the list can be asked
-- for without the cases' own table. Texts are in content_cipher.
create table appeals (
  tenant_id text not null,
  id text not null,
  case_id text not null,
  round bigint not null,
  kind text not null,
  state text not null,
  department_id text not null,
  assignee_id text not null default '',
  applicant_id text not null,
  subject_id text not null,
  further text not null default '',
  restricted boolean not null,
  appellant_id text not null,
  appellant_name text not null,
  lodged_by text not null,
  lodged_by_name text not null,
  source text not null,
  posting text not null default '',
  lodged_at timestamptz not null,
  sent_on text not null,
  limit_on text,
  late boolean not null,
  late_accepted boolean not null default false,
  documents text not null,
  content_cipher bytea not null,
  body text not null default '',
  proposed text not null default '',
  proposed_by text not null default '',
  proposed_name text not null default '',
  prepared_by text not null default '',
  prepared_name text not null default '',
  approved_name text not null default '',
  prepared_at timestamptz,
  letter_id text not null default '',
  package_id text not null default '',
  answer text not null default '',
  answered_on text,
  updated_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, id)
);
create index appeals_case on appeals (tenant_id, case_id, id);
create index appeals_list on appeals (tenant_id, state, lodged_at, id);
create index appeals_department on appeals (tenant_id, department_id, state, lodged_at, id);
-- A party appeals once at a time, and what was posted twice stands once.
create unique index appeals_open on appeals (tenant_id, case_id, appellant_id) where state = 'received';
create unique index appeals_posting on appeals (tenant_id, case_id, posting) where posting <> '';
-- Who asked for the reasons of which decision, and when they were given.
create table appeals_reasons (
  tenant_id text not null,
  case_id text not null,
  round bigint not null,
  asked_by text not null,
  asked_name text not null,
  asked_at timestamptz not null,
  given_by text not null default '',
  given_name text not null default '',
  given_at timestamptz,
  primary key (tenant_id, case_id, round)
);
-- Who decides appeals of a kind of case, where it is not the usual body: for a
-- department, or with an empty department for all of them.
create table appeals_bodies (
  tenant_id text not null,
  department_id text not null,
  kind text not null,
  name text not null,
  address text not null default '',
  set_by text not null,
  set_at timestamptz not null,
  primary key (tenant_id, department_id, kind)
);
