-- +goose Up
-- Whose clock it is, of a rule that runs for each party by herself; '' is for the
-- whole case, as all were before.
alter table deadlines add column party_id text not null default '';
