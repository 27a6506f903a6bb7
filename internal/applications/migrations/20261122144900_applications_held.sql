-- +goose Up
-- How long the journal was when a protected address ended somebody's part in a
-- case: whether anything stands there that was written meanwhile.
alter table applications_life add column entries bigint not null default 0;
