-- +goose Up
-- Who asked for a copy of everything about a person, when it is not the person: a
-- guardian, or somebody with a mandate; and how far the mandate reached when the
-- copy was made, as kinds of cases.
alter table retention_takeouts add column asked_by text not null default '';
alter table retention_takeouts add column reach text not null default '';
create index retention_takeouts_asker on retention_takeouts (tenant_id, asked_by, id);
