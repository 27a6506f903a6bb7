-- +goose Up
-- Applications that somebody writes and sends without logging in. Whoever holds
-- the device's secret or the code may go on with it; only digests are kept. What
-- was typed about people is encrypted, and is erased when the case is made or the
-- time is out.
create table applications_unbound (
  tenant_id         text not null,
  id                text not null,
  draft_id          text not null,
  form              text not null,
  status            text not null,
  department_id     text not null,
  device_digest     text not null,
  origin_digest     text not null,
  code_digest       text not null,
  reference         text not null,
  about_cipher      bytea,
  submission_id     text not null,
  differs           text not null,
  case_id           text not null,
  person_id         text not null,
  begun_at          timestamptz not null,
  received_at       timestamptz,
  ended_at          timestamptz,
  expires_at        timestamptz not null,
  primary key (tenant_id, id)
);
create unique index applications_unbound_draft on applications_unbound (tenant_id, draft_id);
create index applications_unbound_status on applications_unbound (tenant_id, status, expires_at);
create index applications_unbound_device on applications_unbound (tenant_id, device_digest, begun_at);
create index applications_unbound_origin on applications_unbound (tenant_id, origin_digest, begun_at);
create index applications_unbound_begun on applications_unbound (tenant_id, begun_at);
create index applications_unbound_code on applications_unbound (tenant_id, code_digest) where code_digest <> '';
create index applications_unbound_submission on applications_unbound (tenant_id, submission_id) where submission_id <> '';
create index applications_unbound_case on applications_unbound (tenant_id, case_id) where case_id <> '';

-- When a signature that nobody gives is given up. Those asked for earlier have
-- none, and run out a fixed time after the reminder.
alter table applications_signatures add column expires_at timestamptz;
