-- +goose Up
-- What everybody may know of a building case. Neither the case's key nor a person
-- stands in an address or an answer; case_id is how the row follows its case. Places
-- are degrees (EUREF89) times 10,000,000; the months are those in Norway, "2026-11".
create table around_cases (
  tenant_id text not null,
  id text not null,
  case_id text not null,
  year bigint not null,
  number bigint not null,
  measure text not null,
  status text not null,
  properties text not null,
  address text not null,
  applicant text not null,
  search text not null,
  lon bigint,
  lat bigint,
  received_at timestamptz not null,
  received_month text not null,
  decided_at timestamptz,
  decided_month text,
  projected_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index around_cases_case on around_cases (tenant_id, case_id);
create index around_cases_list on around_cases (tenant_id, received_at, id);
create index around_cases_place on around_cases (tenant_id, lat, lon);
create index around_cases_decided on around_cases (tenant_id, decided_at, id);
-- Areas that somebody wants to hear of. Where it is and whom it goes to stand in
-- content_cipher. subscriber is the person, or "mail:" with a keyed digest of the
-- address; an area that waits for its confirmation hears nothing.
create table around_areas (
  tenant_id text not null,
  id text not null,
  person_id text not null,
  subscriber text not null,
  origin text not null,
  state text not null,
  what text not null,
  often text not null,
  lang text not null,
  confirm_digest text not null,
  stop_digest text not null,
  content_cipher bytea not null,
  created_at timestamptz not null,
  renewed_at timestamptz not null,
  primary key (tenant_id, id)
);
create index around_areas_subscriber on around_areas (tenant_id, subscriber, id);
create index around_areas_stop on around_areas (tenant_id, stop_digest);
create index around_areas_confirm on around_areas (tenant_id, confirm_digest);
create index around_areas_waiting on around_areas (tenant_id, state, created_at, id);
create index around_areas_renewed on around_areas (tenant_id, renewed_at, id);
-- Counts the changes of the areas, so that the index in memory knows when it is old.
create table around_state (
  tenant_id text not null,
  generation bigint not null,
  primary key (tenant_id)
);
-- What happened, once for each thing that happened (key); shape is where, as WKB in
-- degrees.
create table around_events (
  tenant_id text not null,
  id text not null,
  key text not null,
  kind text not null,
  subject text not null,
  label text not null,
  shape bytea not null,
  happened_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index around_events_key on around_events (tenant_id, key);
create index around_events_age on around_events (tenant_id, happened_at, id);
-- Who is to be told of what: once for each subscriber, by the first area that it
-- lies in.
create table around_hits (
  tenant_id text not null,
  subscriber text not null,
  event_id text not null,
  area_id text not null,
  often text not null,
  told_at timestamptz,
  primary key (tenant_id, subscriber, event_id)
);
create index around_hits_area on around_hits (tenant_id, area_id, event_id);
create index around_hits_untold on around_hits (tenant_id, often, area_id) where told_at is null;
create index around_hits_event on around_hits (tenant_id, event_id, subscriber);
