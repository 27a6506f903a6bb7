-- +goose Up
-- Why somebody left the waiting list, or the home, without a new decision; empty
-- while she waits or lives there. When it was stands in ended_at.
alter table nursing_places add column ended_why text not null default '';
