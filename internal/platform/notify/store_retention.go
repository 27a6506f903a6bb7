package notify

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Forget removes at most limit messages of a thread, with their deliveries and
// receipts, and returns how many.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, thread string, limit int) (int, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from notify_messages
		where tenant_id = $1 and thread = $2 order by id limit $3`, tx.Tenant, thread, limit)
	if err != nil {
		return 0, fmt.Errorf("notify: messages of a thread: %w", err)
	}
	for _, id := range list {
		if err := s.ForgetMessage(ctx, tx, id); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// ForgetMessage removes a message with its deliveries and receipts.
func (*Service) ForgetMessage(ctx context.Context, tx *store.Tx, id string) error {
	for _, statement := range []string{
		`delete from notify_receipts where tenant_id = $1 and message_id = $2`,
		`delete from notify_reads where tenant_id = $1 and message_id = $2`,
		`delete from notify_deliveries where tenant_id = $1 and message_id = $2`,
		`delete from notify_messages where tenant_id = $1 and id = $2`,
	} {
		if _, err := tx.Exec(ctx, statement, tx.Tenant, id); err != nil {
			return fmt.Errorf("notify: forget a message: %w", err)
		}
	}
	return nil
}

// MessagesBefore returns the messages that were made before an instant and do
// not belong to a thread whose name begins so, in order of id, after one. What
// still waits to be sent is left alone.
func (*Service) MessagesBefore(ctx context.Context, tx *store.Tx, before store.Time, notThread, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from notify_messages
		where tenant_id = $1 and created_at < $2 and id > $3 and not (thread >= $4 and thread < $5) and state <> $6 order by id limit $7`,
		tx.Tenant, before, after, notThread, notThread+"\U0010ffff", string(Waiting), limit)
	if err != nil {
		return nil, fmt.Errorf("notify: old messages: %w", err)
	}
	return list, nil
}

// MessagesOf returns the messages to a person, in the order they were made in,
// after one. The tenant's keys must be in memory; the caller has asked access.
func (s *Service) MessagesOf(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]Item, error) {
	rows, err := store.All(ctx, tx, (*messageRow).columns, `select `+messageColumns+` from notify_messages
		where tenant_id = $1 and person_id = $2 and id > $3 order by id limit $4`, tx.Tenant, person, after, limit)
	if err != nil {
		return nil, fmt.Errorf("notify: messages of a person: %w", err)
	}
	items := make([]Item, 0, len(rows))
	for i := range rows {
		item, err := s.open(ctx, tx.Tenant, &rows[i])
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}
