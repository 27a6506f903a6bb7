-- +goose Up
-- A neighbour notice (nabovarsel): what one developer tells the neighbours of one
-- building application. What people write, and names, are in content_cipher.
create table neighbours_notices (
  tenant_id text not null,
  id text not null,
  sender_id text not null,
  draft_id text not null default '',
  case_id text not null default '',
  department_id text not null,
  restricted boolean not null,
  properties text not null,
  state text not null,
  exemption text not null default '',
  documents text not null,
  content_cipher bytea not null,
  listed_at timestamptz not null,
  sent_at timestamptz,
  until_on text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, id)
);
create index neighbours_notices_sender on neighbours_notices (tenant_id, sender_id, id);
create index neighbours_notices_draft on neighbours_notices (tenant_id, draft_id, id);
create index neighbours_notices_case on neighbours_notices (tenant_id, case_id, id);
create index neighbours_notices_department on neighbours_notices (tenant_id, department_id, state, id);
create index neighbours_notices_unsent on neighbours_notices (tenant_id, case_id, updated_at, id);
-- A draft has one notice at a time that is not sent: two clicks begin one.
create unique index neighbours_notices_begun on neighbours_notices (tenant_id, draft_id) where draft_id <> '' and state = 'draft';
-- Everyone who is notified, once, with the answer. The code of the letter is kept
-- as a digest; who it is, and what was answered, in content_cipher.
create table neighbours_recipients (
  tenant_id text not null,
  notice_id text not null,
  id text not null,
  person_id text not null default '',
  kind text not null,
  way text not null,
  properties text not null,
  opposite boolean not null,
  code_digest text not null default '',
  message_id text not null default '',
  until_on text,
  delivered_on text,
  answer text not null default '',
  answered_at timestamptz,
  source text not null default '',
  late boolean not null default false,
  posting text not null default '',
  documents text not null,
  content_cipher bytea not null,
  told_of text not null default '',
  version bigint not null,
  primary key (tenant_id, notice_id, id)
);
create index neighbours_recipients_person on neighbours_recipients (tenant_id, person_id, id);
create unique index neighbours_recipients_code on neighbours_recipients (tenant_id, code_digest) where code_digest <> '';
create unique index neighbours_recipients_id on neighbours_recipients (tenant_id, id);
