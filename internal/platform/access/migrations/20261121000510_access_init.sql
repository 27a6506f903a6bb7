-- +goose Up
create table access_grants (
  tenant_id     text not null,
  id            text not null,
  person_id     text not null,
  role          text not null,
  department_id text not null, -- '' is the whole municipality
  valid_from    text not null, -- days in Norway, both included
  valid_to      text,
  granted_by    text not null,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  ended_by      text not null default '',
  primary key (tenant_id, id)
);
create index access_grants_person on access_grants (tenant_id, person_id);
create index access_grants_role on access_grants (tenant_id, role, department_id);

create table access_substitutes (
  tenant_id     text not null,
  id            text not null,
  absent_id     text not null, -- the person who is away
  substitute_id text not null, -- the person who stands in
  from_date     text not null, -- days in Norway, both included
  to_date       text not null,
  set_by        text not null,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  ended_by      text not null default '',
  primary key (tenant_id, id)
);
create index access_substitutes_substitute on access_substitutes (tenant_id, substitute_id, to_date);

create table access_tokens (
  tenant_id     text not null,
  id            text not null,
  digest        text not null, -- SHA-256 of the secret
  name          text not null,
  role          text not null,
  department_id text not null,
  scopes        text not null, -- permissions, separated by spaces
  created_by    text not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  revoked_at    timestamptz,
  last_used_at  timestamptz,   -- to the hour
  primary key (tenant_id, id)
);
create unique index access_tokens_digest on access_tokens (tenant_id, digest);

create table access_invites (
  tenant_id     text not null,
  id            text not null,
  digest        text not null, -- SHA-256 of the secret
  role          text not null,
  department_id text not null,
  email         text not null,
  name          text not null,
  created_by    text not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  used_at       timestamptz,
  used_by       text not null default '',
  primary key (tenant_id, id)
);
create unique index access_invites_digest on access_invites (tenant_id, digest);
