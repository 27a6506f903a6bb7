-- +goose Up
-- One row for each who asks about pipes on a day. Each question changes it, so that those
-- of one person are counted one after the other, however many come at once. Rows of days
-- before are taken away.
create table building_pipe_days (
  tenant_id text not null,
  person_id text not null,
  day text not null,
  questions bigint not null,
  primary key (tenant_id, person_id, day)
);
