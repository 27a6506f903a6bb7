-- +goose Up
-- How great the need of somebody on the waiting list was judged to be; empty for
-- those who came on it before that was asked.
alter table nursing_places add column need text not null default '';
