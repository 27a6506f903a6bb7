-- +goose Up
create table identity_persons (
  tenant_id           text not null,
  id                  text not null,
  number_cipher       bytea not null,
  number_lookup       text not null,
  number_key_version  bigint not null,
  given_name          text not null,
  middle_name         text not null,
  family_name         text not null,
  search_name         text not null,
  birth_date          text,
  deceased_on         text,
  protection          text not null,
  address_lines       text not null,
  postal_code         text not null,
  postal_place        text not null,
  municipality        text not null,
  email               text not null,
  phone               text not null,
  lang                text not null,
  register_updated_at timestamptz,
  created_at          timestamptz not null,
  updated_at          timestamptz not null,
  version             bigint not null,
  primary key (tenant_id, id)
);
create index identity_persons_name on identity_persons (tenant_id, search_name, id);

-- Every number a person has or had, under every key version known when it was
-- written: the primary key is what makes a second row for one number impossible.
create table identity_numbers (
  tenant_id   text not null,
  lookup      text not null,
  key_version bigint not null,
  person_id   text not null,
  created_at  timestamptz not null,
  primary key (tenant_id, lookup)
);
create index identity_numbers_person on identity_numbers (tenant_id, person_id);

create table identity_logins (
  tenant_id     text not null,
  issuer        text not null,
  client_id     text not null,
  sub           text not null,
  person_id     text not null,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  primary key (tenant_id, issuer, client_id, sub)
);
create index identity_logins_person on identity_logins (tenant_id, person_id);
