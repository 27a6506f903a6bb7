-- +goose Up
create table audit_entries (
  tenant_id      text not null,
  id             text not null,
  at             timestamptz not null,
  actor_kind     text not null,
  actor_id       text not null, -- person, token or part of Torg
  on_behalf_of   text not null, -- person id, '' when for oneself
  action         text not null,
  object_type    text not null,
  object_id      text not null,
  subject_id     text not null, -- person id concerned, '' when none
  case_id        text not null,
  request_id     text not null, -- one page view
  details_digest text not null, -- SHA-256 of salt and details, '' when none
  seq            bigint,        -- place in the tree, null until sealed
  primary key (tenant_id, id)
);
create index audit_entries_unsealed on audit_entries (tenant_id, id) where seq is null;
create unique index audit_entries_seq on audit_entries (tenant_id, seq) where seq is not null;
create index audit_entries_object on audit_entries (tenant_id, object_type, object_id, id);
create index audit_entries_subject on audit_entries (tenant_id, subject_id, id);
create index audit_entries_case on audit_entries (tenant_id, case_id, id);

create table audit_details (
  tenant_id text not null,
  entry_id  text not null,
  salt      text not null,
  details   text not null,
  primary key (tenant_id, entry_id)
);

create table audit_leaves (
  tenant_id text not null,
  seq       bigint not null,
  entry_id  text not null,
  leaf_hash bytea not null,
  primary key (tenant_id, seq)
);
create unique index audit_leaves_entry on audit_leaves (tenant_id, entry_id);

-- Roots of whole subtrees of 256, 512, … leaves, so that a receipt need not
-- read all leaves.
create table audit_nodes (
  tenant_id text not null,
  level     bigint not null,
  pos       bigint not null,
  hash      bytea not null,
  primary key (tenant_id, level, pos)
);

-- The tree as far as it has grown; its row is locked while it grows.
create table audit_trees (
  tenant_id text not null,
  size      bigint not null,
  range_hashes bytea not null, -- the hashes of its compact range, one after the other
  primary key (tenant_id)
);

create table audit_heads (
  tenant_id text not null,
  size      bigint not null,
  root      bytea not null,
  at        timestamptz not null,
  key_id    text not null,
  signature bytea not null,
  primary key (tenant_id, size)
);
