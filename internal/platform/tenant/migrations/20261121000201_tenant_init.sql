-- +goose Up
create table tenants (
  tenant_id text not null primary key,
  slug text not null unique,
  form text not null,
  color text not null,
  test boolean not null,
  created_at timestamptz not null,
  closed_at timestamptz,
  version bigint not null
);
-- The number (kommunenummer) changes at reforms; the internal key does not.
create table tenant_numbers (
  tenant_id text not null,
  number text not null,
  valid_from text not null,
  valid_to text,
  primary key (tenant_id, number, valid_from)
);
create table tenant_names (
  tenant_id text not null,
  lang text not null,
  name text not null,
  valid_from text not null,
  valid_to text,
  primary key (tenant_id, lang, valid_from)
);
-- A host belongs to one tenant for ever; those that are not main redirect.
create table tenant_hosts (
  tenant_id text not null,
  host text not null unique,
  main boolean not null,
  since timestamptz not null,
  primary key (tenant_id, host)
);
create table tenant_services (
  tenant_id text not null,
  service text not null,
  since timestamptz not null,
  primary key (tenant_id, service)
);
create table tenant_settings (
  tenant_id text not null,
  name text not null,
  value text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, name)
);
create table tenant_departments (
  tenant_id text not null,
  id text not null,
  name text not null,
  parent_id text not null default '',
  email text not null default '',
  created_at timestamptz not null,
  ended_at timestamptz,
  version bigint not null,
  primary key (tenant_id, id)
);
