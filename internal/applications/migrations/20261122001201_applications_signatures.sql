-- +goose Up
-- What was sent and waits for the other guardian's signature. The answers lie
-- with the submission; the case is made when everybody has signed.
create table applications_signatures (
  tenant_id     text not null,
  submission_id text not null,
  signer_id     text not null,
  draft_id      text not null,
  form          text not null,
  applicant_id  text not null,
  subject_id    text not null,
  status        text not null,
  asked_at      timestamptz not null,
  due_at        timestamptz not null,
  reminded_at   timestamptz,
  answered_at   timestamptz,
  case_id       text not null,
  primary key (tenant_id, submission_id, signer_id)
);
create index applications_signatures_signer on applications_signatures (tenant_id, signer_id, submission_id);
create index applications_signatures_applicant on applications_signatures (tenant_id, applicant_id, submission_id);
create index applications_signatures_subject on applications_signatures (tenant_id, subject_id, form, status);
create index applications_signatures_due on applications_signatures (tenant_id, status, due_at);

-- Forms that the staff fill in for somebody at the counter.
create table applications_counter (
  tenant_id     text not null,
  draft_id      text not null,
  staff_id      text not null,
  applicant_id  text not null,
  subject_id    text not null,
  form          text not null,
  department_id text not null,
  lang          text not null,
  begun_at      timestamptz not null,
  case_id       text not null,
  primary key (tenant_id, draft_id)
);
create index applications_counter_staff on applications_counter (tenant_id, staff_id, begun_at);

-- What has been done once about a change in somebody's life, so that the
-- register may tell of it many times.
create table applications_life (
  tenant_id text not null,
  case_id   text not null,
  person_id text not null,
  what      text not null,
  at        timestamptz not null,
  primary key (tenant_id, case_id, person_id, what)
);
