-- +goose Up
create table forms_definitions (
  tenant_id text not null,
  key text not null,
  version bigint not null,
  digest text not null,
  body text not null,
  published_at timestamptz not null,
  primary key (tenant_id, key, version)
);
create table forms_drafts (
  tenant_id text not null,
  id text not null,
  form_key text not null,
  form_version bigint not null,
  person_id text not null,
  subject_id text not null,
  answers_cipher bytea not null,
  page text not null,
  lang text not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz not null,
  submitted_at timestamptz,
  submission_id text,
  primary key (tenant_id, id)
);
-- One live draft for each form, writer and subject: a second tab continues the first.
create unique index forms_drafts_live on forms_drafts (tenant_id, form_key, person_id, subject_id)
  where submitted_at is null;
create index forms_drafts_person on forms_drafts (tenant_id, person_id, updated_at);
create index forms_drafts_expiry on forms_drafts (tenant_id, expires_at) where submitted_at is null;
create table forms_submissions (
  tenant_id text not null,
  id text not null,
  draft_id text not null,
  form_key text not null,
  form_version bigint not null,
  digest text not null,
  lang text not null,
  answers_cipher bytea not null,
  submitted_by text not null,
  subject_id text not null,
  submitted_at timestamptz not null,
  idempotency_key text not null,
  primary key (tenant_id, id)
);
create unique index forms_submissions_draft on forms_submissions (tenant_id, draft_id);
create unique index forms_submissions_key on forms_submissions (tenant_id, submitted_by, idempotency_key);
create index forms_submissions_subject on forms_submissions (tenant_id, subject_id, submitted_at);
