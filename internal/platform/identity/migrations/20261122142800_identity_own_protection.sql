-- +goose Up
-- The grade that the register told of the person herself, apart from that of those
-- she lives with; '' from before it was kept, when nobody can tell.
alter table identity_persons add column own_protection text not null default '';
