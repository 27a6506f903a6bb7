-- +goose Up
-- How what the staff wrote down for a party reached them: on paper, by telephone, at
-- the counter.
alter table cases_entries add column came text not null default '';
-- That the staff have ended somebody's being a party, with a reason: what follows the
-- registers does not make her one again.
alter table cases_parties add column kept_out boolean not null default false;
