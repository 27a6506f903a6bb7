-- +goose Up
-- When and where the preliminary conference of a case is (plan- og bygningsloven
-- § 21-1). What was said there stands in the case's journal.
create table conference_meetings (
  tenant_id text not null,
  case_id text not null,
  -- Null when it was held without having been called.
  meets_at timestamptz,
  way text not null,
  place text not null,
  -- Null until it was held.
  held_at timestamptz,
  primary key (tenant_id, case_id)
);
