-- +goose Up
-- When a case was anonymised: what made it somebody's is gone, and what counts
-- in statistics stays.
alter table cases add column anonymised_at timestamptz;
-- Cases that are over and still hold names, for the nightly look at what has been
-- kept long enough.
create index cases_ended on cases (tenant_id, kind, id) where anonymised_at is null and (closed_at is not null or decided_at is not null);
-- The words of a case: to forget them with it, and so that a search for several words
-- reads the cases of the rarest and looks for the others in those.
create index cases_words_case on cases_words (tenant_id, case_id, word);
