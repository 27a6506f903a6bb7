-- +goose Up
-- A map layer of a municipality. generation is the state that everybody sees: rows
-- of a later one belong to an import that has not ended. title and about are JSON
-- by language; tags are names apart by spaces; fields is JSON; extent is
-- "west south east north" in the layer's own system, empty while it has nothing.
create table geo_layers (
	tenant_id   text        not null,
	name        text        not null,
	kind        text        not null,
	title       text        not null,
	about       text        not null,
	public      boolean     not null,
	epsg        bigint      not null,
	geometry    text        not null,
	tags        text        not null,
	min_zoom    bigint      not null,
	max_zoom    bigint      not null,
	attribution text        not null,
	licence     text        not null,
	licence_url text        not null,
	ordering    bigint      not null,
	fields      text        not null,
	features    bigint      not null,
	extent      text        not null,
	generation  bigint      not null,
	last_row    bigint      not null,
	updated_at  timestamptz not null,
	primary key (tenant_id, name)
);

-- A version of a feature. It is seen from the generation since on, until the
-- generation ended (null: still). geometry is WKB in the layer's system, null for a
-- feature without place; properties is a JSON object. digest is of all that the file
-- said of it.
create table geo_features (
	tenant_id  text   not null,
	layer      text   not null,
	row_number bigint not null,
	id         text   not null,
	part       text   not null,
	kind       text   not null,
	since      bigint not null,
	ended      bigint,
	valid_from timestamptz,
	valid_to   timestamptz,
	digest     bytea  not null,
	geometry   bytea,
	properties text   not null,
	primary key (tenant_id, layer, row_number)
);

create unique index geo_features_id on geo_features (tenant_id, layer, id, since);

-- The imports that a layer has seen. part is the data set within the layer, empty for
-- the whole. source names the file and source_digest its content.
create table geo_generations (
	tenant_id     text        not null,
	layer         text        not null,
	generation    bigint      not null,
	at            timestamptz not null,
	part          text        not null,
	source        text        not null,
	source_digest text        not null,
	added         bigint      not null,
	changed       bigint      not null,
	removed       bigint      not null,
	kept          bigint      not null,
	notes         text        not null,
	primary key (tenant_id, layer, generation)
);

-- Whoever imports into a layer holds it; a holder that says nothing for a while has
-- died.
create table geo_imports (
	tenant_id text        not null,
	layer     text        not null,
	holder    text        not null,
	until     timestamptz not null,
	primary key (tenant_id, layer)
);

-- Ready-made tiles of a base map, as they came (gzip or not).
create table geo_tiles (
	tenant_id  text   not null,
	layer      text   not null,
	generation bigint not null,
	z          bigint not null,
	x          bigint not null,
	y          bigint not null,
	data       bytea  not null,
	primary key (tenant_id, layer, generation, z, x, y)
);
