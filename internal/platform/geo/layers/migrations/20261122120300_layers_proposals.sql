-- +goose Up
-- What is of a plan that is proposed goes along in tiles as such, so that the map does not
-- draw it as if it went. New layers are made so.
update geo_layers set tags = tags || ' proposal'
where name in ('plans', 'plan_zones', 'plan_cautions', 'plan_lines') and kind = 'features' and ' ' || tags || ' ' not like '% proposal %';
