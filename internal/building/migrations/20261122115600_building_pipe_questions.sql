-- +goose Up
-- The places at which somebody has been told today whether pipes are near, on properties
-- where she does not live: where pipes lie is not public, and so many places a day are
-- enough to build and too few to draw them. Rows of days before are taken away.
create table building_pipe_questions (
  tenant_id text not null,
  person_id text not null,
  day text not null,
  place text not null,
  primary key (tenant_id, person_id, day, place)
);
