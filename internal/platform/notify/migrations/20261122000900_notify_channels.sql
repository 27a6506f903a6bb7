-- +goose Up
-- class says which rules a message follows; '' are those made before there were
-- classes. plan_cipher is the ways a message may go, in their order, when there
-- is more than one. seen_at is when the person looked at it on her own page.
alter table notify_messages add column class text not null default '';

alter table notify_messages add column urgent boolean not null default false;

alter table notify_messages add column plan_cipher bytea;

alter table notify_messages add column seen_at timestamptz;

-- A hand-over to one carrier, or a letter to print. The newest of a message is
-- mirrored in the message's own row. recipient_cipher is the address, or the
-- number. department is whose letter it is, for those who print; document is
-- the letter itself when it is a document already, and enclosed says that it
-- lies behind a page that carries the address.
create table notify_deliveries (
	tenant_id        text        not null,
	id               text        not null,
	message_id       text        not null,
	person_id        text        not null,
	rung             bigint      not null,
	channel          text        not null,
	recipient_cipher bytea       not null,
	recipient_key    text        not null,
	state            text        not null,
	attempts         bigint      not null,
	created_at       timestamptz not null,
	next_at          timestamptz,
	handed_over_at   timestamptz,
	arrived_at       timestamptz,
	last_error       text        not null,
	department       text        not null,
	document         text        not null,
	enclosed         boolean     not null,
	primary key (tenant_id, id)
);

create index notify_deliveries_message on notify_deliveries (tenant_id, message_id, rung);

create index notify_deliveries_queue on notify_deliveries (tenant_id, channel, state, id);

alter table notify_receipts add column delivery_id text not null default '';

-- Which way a person wants messages of a class to go.
create table notify_preferences (
	tenant_id  text        not null,
	person_id  text        not null,
	class      text        not null,
	channel    text        not null,
	updated_at timestamptz not null,
	primary key (tenant_id, person_id, class)
);
