-- +goose Up
-- The person who owns the property on whose behalf somebody is notified: herself, or the ward
-- whose guardian she is. A letter tells where the owner lives, so that it follows her address.
-- Of notices from before it is empty: there the one who is notified stands for the owner.
alter table neighbours_recipients add column owner_id text not null default '';
create index neighbours_recipients_owner on neighbours_recipients (tenant_id, owner_id, id) where owner_id <> '';
