-- +goose Up
-- Texts that a department writes again and again. The row is the newest version;
-- each version stands in casework_template_versions.
create table casework_templates (
  tenant_id text not null,
  id text not null,
  department_id text not null,
  kind text not null,
  part text not null,
  name text not null,
  texts text not null,
  retired boolean not null,
  saved_name text not null,
  saved_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, id)
);
create index casework_templates_department on casework_templates (tenant_id, department_id, name, id);
create table casework_template_versions (
  tenant_id text not null,
  template_id text not null,
  version bigint not null,
  name text not null,
  texts text not null,
  saved_by text not null,
  saved_name text not null,
  saved_at timestamptz not null,
  primary key (tenant_id, template_id, version)
);
-- What must be done in the cases of a kind. An item that is taken away stays for
-- the cases in which it was ticked.
create table casework_checklists (
  tenant_id text not null,
  department_id text not null,
  kind text not null,
  saved_name text not null,
  saved_at timestamptz not null,
  version bigint not null,
  primary key (tenant_id, department_id, kind)
);
create table casework_items (
  tenant_id text not null,
  department_id text not null,
  kind text not null,
  id text not null,
  position bigint not null,
  name text not null,
  retired boolean not null,
  primary key (tenant_id, id)
);
create index casework_items_list on casework_items (tenant_id, department_id, kind, position);
create table casework_ticks (
  tenant_id text not null,
  case_id text not null,
  item_id text not null,
  by_id text not null,
  by_name text not null,
  at timestamptz not null,
  primary key (tenant_id, case_id, item_id)
);
-- What somebody looks for again and again on the work list.
create table casework_filters (
  tenant_id text not null,
  person_id text not null,
  id text not null,
  name text not null,
  query text not null,
  saved_at timestamptz not null,
  primary key (tenant_id, person_id, id)
);
create unique index casework_filters_name on casework_filters (tenant_id, person_id, name);
