-- +goose Up
-- Where a version comes from: 'shipped' with a release, or the municipality's 'own'.
-- A release does not put its version over one of the municipality's own.
alter table forms_definitions add column origin text not null default 'shipped';
