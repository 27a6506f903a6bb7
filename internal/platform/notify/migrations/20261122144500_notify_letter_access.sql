-- +goose Up
-- restricted and assignee are those of what a letter tells of: a letter about
-- somebody with a protected address is as closed as her case.
alter table notify_deliveries add column restricted boolean not null default false;

alter table notify_deliveries add column assignee text not null default '';
