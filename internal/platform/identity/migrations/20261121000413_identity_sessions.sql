-- +goose Up
create table identity_attempts (
  tenant_id      text not null,
  state_digest   text not null,
  browser_digest text not null,
  issuer         text not null,
  nonce          text not null,
  verifier       text not null,
  acr            text not null,
  prompt         text not null,
  return_to      text not null,
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  primary key (tenant_id, state_digest)
);
create index identity_attempts_expiry on identity_attempts (tenant_id, expires_at);

create table identity_sessions (
  tenant_id       text not null,
  digest          text not null,
  id              text not null,
  person_id       text not null,
  represents      text not null,
  kind            text not null,
  acr             text not null,
  issuer          text not null,
  client_id       text not null,
  sid_digest      text not null,
  id_token_cipher bytea,
  agent           text not null,
  created_at      timestamptz not null,
  last_seen_at    timestamptz not null,
  expires_at      timestamptz not null,
  ends_at         timestamptz not null,
  ended_at        timestamptz,
  ended_by        text not null,
  primary key (tenant_id, digest)
);
create unique index identity_sessions_id on identity_sessions (tenant_id, id);
create index identity_sessions_sid on identity_sessions (tenant_id, issuer, sid_digest);
create index identity_sessions_person on identity_sessions (tenant_id, person_id);
create index identity_sessions_end on identity_sessions (tenant_id, ends_at);
