-- +goose Up
-- What has kept the clock from running in the standstill that is not over, each from
-- when and until when: stopped_by names those that still do. Empty for a clock that runs,
-- and for one that was stopped before this was kept, which stands from stopped_on.
alter table deadlines add column breaks text not null default '';
