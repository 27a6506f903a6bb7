-- +goose Up
-- Letters that were made before they followed their case: who may see them is
-- whoever may see the case (case: is what a thread of a case begins with).
update notify_deliveries set restricted = true
where channel = 'letter' and exists (
	select 1 from notify_messages m join cases c on c.tenant_id = m.tenant_id and c.id = substr(m.thread, 6)
	where m.tenant_id = notify_deliveries.tenant_id and m.id = notify_deliveries.message_id and m.thread like 'case:%' and c.restricted = true
);

update notify_deliveries set assignee = (
	select c.assignee_id from notify_messages m join cases c on c.tenant_id = m.tenant_id and c.id = substr(m.thread, 6)
	where m.tenant_id = notify_deliveries.tenant_id and m.id = notify_deliveries.message_id and m.thread like 'case:%'
)
where channel = 'letter' and exists (
	select 1 from notify_messages m join cases c on c.tenant_id = m.tenant_id and c.id = substr(m.thread, 6)
	where m.tenant_id = notify_deliveries.tenant_id and m.id = notify_deliveries.message_id and m.thread like 'case:%'
);

-- Letters that wait and tell of something else than the decision, but had got the
-- decision as their document: they are written from their own text.
update notify_deliveries set document = '', enclosed = false
where channel = 'letter' and state = 'waiting' and document <> '' and exists (
	select 1 from notify_messages m
	where m.tenant_id = notify_deliveries.tenant_id and m.id = notify_deliveries.message_id and m.thread like 'case:%' and m.kind <> 'case.decided'
);
