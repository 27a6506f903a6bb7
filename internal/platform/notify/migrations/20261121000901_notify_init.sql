-- +goose Up
-- One row per message, made exactly once. Address and content are encrypted;
-- recipient_key is a keyed hash of the address, by which a person's messages
-- are sent in their order. refs holds the Message-IDs before this one in its
-- thread. person_id is '' for an address without a person.
create table notify_messages (
	tenant_id        text        not null,
	id               text        not null,
	person_id        text        not null,
	kind             text        not null,
	thread           text        not null,
	lang             text        not null,
	channel          text        not null,
	recipient_cipher bytea       not null,
	recipient_key    text        not null,
	content_cipher   bytea       not null,
	message_id       text        not null,
	refs             text        not null,
	dedupe_key       text        not null,
	state            text        not null,
	attempts         bigint      not null,
	next_at          timestamptz,
	created_at       timestamptz not null,
	handed_over_at   timestamptz,
	last_error       text        not null,
	primary key (tenant_id, id)
);

create unique index notify_messages_dedupe on notify_messages (tenant_id, dedupe_key);

create index notify_messages_person on notify_messages (tenant_id, person_id, id);

create index notify_messages_thread on notify_messages (tenant_id, thread, recipient_key, id);

create index notify_messages_state on notify_messages (tenant_id, state, id);

-- What has happened to a message on its way: handed_over, deferred, refused,
-- gave_up, bounced … detail is a reply code, never a text of the other side.
create table notify_receipts (
	tenant_id  text        not null,
	id         text        not null,
	message_id text        not null,
	at         timestamptz not null,
	what       text        not null,
	detail     text        not null,
	primary key (tenant_id, id)
);

create index notify_receipts_message on notify_receipts (tenant_id, message_id, id);
