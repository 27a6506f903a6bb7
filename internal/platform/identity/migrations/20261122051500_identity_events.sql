-- +goose Up
-- What a system has told that happened in somebody's life, so that it may be told
-- twice. content_digest is a keyed hash; what happened is not kept here.
create table identity_events (
  tenant_id      text not null,
  event_id       text not null,
  content_digest text not null,
  outcome        text not null,
  at             timestamptz not null,
  primary key (tenant_id, event_id)
);
