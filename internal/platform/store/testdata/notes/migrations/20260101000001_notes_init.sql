-- +goose Up
create table notes (
  tenant_id text not null,
  id bigint not null,
  body text not null,
  done boolean not null default false,
  doc text not null default '{}',
  raw bytea,
  at timestamptz,
  primary key (tenant_id, id)
);
