-- +goose Up
-- Organisations stand beside people: they are parties to cases like them. Their
-- number is public.
alter table identity_persons add column kind text not null default 'person';
alter table identity_persons add column org_number text not null default '';

-- A role in an organisation holds from valid_from until the day before valid_to.
create table identity_org_roles (
  tenant_id       text not null,
  organisation_id text not null,
  person_id       text not null,
  role            text not null,
  valid_from      text not null,
  valid_to        text,
  updated_at      timestamptz not null,
  primary key (tenant_id, organisation_id, person_id, role, valid_from)
);
create index identity_org_roles_person on identity_org_roles (tenant_id, person_id, organisation_id);

-- A mandate holds from valid_from to valid_until, both days included, until it ends.
create table identity_mandates (
  tenant_id   text not null,
  id          text not null,
  grantor_id  text not null,
  agent_id    text not null,
  scopes      text not null, -- keys of case kinds apart by spaces, * for all
  valid_from  text not null,
  valid_until text,
  created_at  timestamptz not null,
  ended_at    timestamptz,
  ended_by    text not null,
  primary key (tenant_id, id)
);
create index identity_mandates_grantor on identity_mandates (tenant_id, grantor_id, id);
create index identity_mandates_agent on identity_mandates (tenant_id, agent_id, id);

-- How far the population register's events have been read.
create table identity_feed (
  tenant_id  text not null,
  position   text not null,
  updated_at timestamptz not null,
  primary key (tenant_id)
);
