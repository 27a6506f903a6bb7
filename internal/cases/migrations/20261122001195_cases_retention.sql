-- +goose Up
-- When a case was anonymised: what made it somebody's is gone, and what counts
-- in statistics stays.
alter table cases add column anonymised_at timestamptz;
-- Cases that are over and still hold names, for the nightly look at what has been
-- kept long enough.
create index cases_ended on cases (tenant_id, kind, id) where anonymised_at is null and (closed_at is not null or decided_at is not null);
-- Whose words they are, to forget them with the case.
create index cases_words_case on cases_words (tenant_id, case_id);
