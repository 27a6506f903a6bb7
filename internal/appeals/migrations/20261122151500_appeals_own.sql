-- +goose Up
-- against is the rejected appeal whose rejection this one is against; '' is the
-- decision. handed_* is how and when the package was handed over to the appeal body,
-- as the staff have confirmed; of appeals from before it was asked for, nothing.
alter table appeals add column against text not null default '';

alter table appeals add column handed_on text;

alter table appeals add column handed_how text not null default '';

alter table appeals add column handed_name text not null default '';

-- Who asked for the reasons of which decision: each party for herself.
create table appeals_reasons_asked (
  tenant_id text not null,
  case_id text not null,
  round bigint not null,
  asked_by text not null,
  asked_name text not null,
  asked_at timestamptz not null,
  given_by text not null default '',
  given_name text not null default '',
  given_at timestamptz,
  primary key (tenant_id, case_id, round, asked_by)
);

insert into appeals_reasons_asked (tenant_id, case_id, round, asked_by, asked_name, asked_at, given_by, given_name, given_at)
  select tenant_id, case_id, round, asked_by, asked_name, asked_at, given_by, given_name, given_at from appeals_reasons;

drop table appeals_reasons;

alter table appeals_reasons_asked rename to appeals_reasons;
