-- +goose Up
-- What a notice is begun for, while it is being written and belongs to no application:
-- several clicks begin one. Of those that were begun twice before, the newest is the
-- one that is found again, and the others are left as they are.
alter table neighbours_notices add column begun_for text not null default '';
update neighbours_notices set begun_for = properties
where state = 'draft' and draft_id = '' and not exists (
  select 1 from neighbours_notices newer
  where newer.tenant_id = neighbours_notices.tenant_id and newer.sender_id = neighbours_notices.sender_id and newer.properties = neighbours_notices.properties
    and newer.state = 'draft' and newer.draft_id = '' and newer.id > neighbours_notices.id
);
create unique index neighbours_notices_begun_once on neighbours_notices (tenant_id, sender_id, begun_for)
where begun_for <> '' and state = 'draft' and draft_id = '';
