package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

const deliveryColumns = `id, message_id, person_id, rung, channel, recipient_cipher, recipient_key, state, attempts, created_at, next_at,
	handed_over_at, arrived_at, last_error, department, document, enclosed, restricted, assignee`

// deliveryRow is a row of notify_deliveries.
type deliveryRow struct {
	id, message, person             string
	rung                            int
	channel                         Channel
	address                         []byte
	recipient                       string
	state                           State
	attempts                        int
	created, next                   store.Time
	handedOver, arrived             store.Time
	lastError, department, document string
	enclosed, restricted            bool
	assignee                        string
}

func (d *deliveryRow) columns() []any {
	return []any{
		&d.id, &d.message, &d.person, &d.rung, &d.channel, &d.address, &d.recipient, &d.state, &d.attempts, &d.created, &d.next,
		&d.handedOver, &d.arrived, &d.lastError, &d.department, &d.document, &d.enclosed,
		&d.restricted, &d.assignee,
	}
}

func (d *deliveryRow) insert(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		insert into notify_deliveries (tenant_id, `+deliveryColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		tx.Tenant, d.id, d.message, d.person, d.rung, string(d.channel), d.address, d.recipient, string(d.state), d.attempts, d.created, d.next,
		d.handedOver, d.arrived, d.lastError, d.department, d.document, d.enclosed, d.restricted, d.assignee)
	if err != nil {
		return fmt.Errorf("notify: make delivery: %w", err)
	}
	return nil
}

// update writes what changes on the way.
func (d *deliveryRow) update(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		update notify_deliveries set state = $3, attempts = $4, next_at = $5, handed_over_at = $6, arrived_at = $7, last_error = $8
		where tenant_id = $1 and id = $2`,
		tx.Tenant, d.id, string(d.state), d.attempts, d.next, d.handedOver, d.arrived, d.lastError)
	if err != nil {
		return fmt.Errorf("notify: change delivery: %w", err)
	}
	return nil
}

// mirror shows a delivery in the message's own row.
func (m *messageRow) mirror(d *deliveryRow) {
	m.channel, m.state, m.attempts, m.next, m.handedOver, m.lastError = d.channel, d.state, d.attempts, d.next, d.handedOver, d.lastError
}

// update writes what changes on the way.
func (m *messageRow) update(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `
		update notify_messages set channel = $3, state = $4, attempts = $5, next_at = $6, handed_over_at = $7, last_error = $8,
			recipient_cipher = $9, recipient_key = $10, refs = $11, plan_cipher = $12
		where tenant_id = $1 and id = $2`,
		tx.Tenant, m.id, string(m.channel), string(m.state), m.attempts, m.next, m.handedOver, m.lastError, m.address, m.recipient, m.refs, m.plan)
	if err != nil {
		return fmt.Errorf("notify: change message: %w", err)
	}
	return nil
}

func deliveryBy(ctx context.Context, tx *store.Tx, id string) (deliveryRow, error) {
	d, err := store.One(ctx, tx, (*deliveryRow).columns, `
		select `+deliveryColumns+` from notify_deliveries where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return d, fmt.Errorf("notify: read delivery: %w", err)
	}
	return d, err
}

// newest returns the last delivery of a message; false when it has none.
func newest(ctx context.Context, tx *store.Tx, message string) (deliveryRow, bool, error) {
	d, err := store.One(ctx, tx, (*deliveryRow).columns, `
		select `+deliveryColumns+` from notify_deliveries where tenant_id = $1 and message_id = $2 order by rung desc, id desc limit 1`,
		tx.Tenant, message)
	if errors.Is(err, store.ErrNoRows) {
		return d, false, nil
	}
	if err != nil {
		return d, false, fmt.Errorf("notify: read delivery: %w", err)
	}
	return d, true, nil
}

func deliveriesOf(ctx context.Context, tx *store.Tx, message string) ([]deliveryRow, error) {
	list, err := store.All(ctx, tx, (*deliveryRow).columns, `
		select `+deliveryColumns+` from notify_deliveries where tenant_id = $1 and message_id = $2 order by rung, id limit 50`,
		tx.Tenant, message)
	if err != nil {
		return nil, fmt.Errorf("notify: list deliveries: %w", err)
	}
	return list, nil
}

// byMessageID returns the message with a Message-ID, which begins with its id;
// ErrNoRows when none.
func byMessageID(ctx context.Context, tx *store.Tx, messageID string) (messageRow, error) {
	id, _, _ := strings.Cut(messageID, "@")
	row, err := lockMessage(ctx, tx, id)
	if err == nil && row.messageID != messageID {
		return messageRow{}, store.ErrNoRows
	}
	return row, err
}

// lockMessage reads a message that is going to be changed. Its deliveries are
// locked with it: nobody changes one without having locked the message.
func lockMessage(ctx context.Context, tx *store.Tx, id string) (messageRow, error) {
	row, err := store.One(ctx, tx, (*messageRow).columns, `
		select `+messageColumns+` from notify_messages where tenant_id = $1 and id = $2`+tx.ForUpdate(false), tx.Tenant, id)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return row, fmt.Errorf("notify: read message: %w", err)
	}
	return row, err
}

// undecided returns persons whose messages wait for the contact register.
func undecided(ctx context.Context, tx *store.Tx, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `
		select person_id from notify_messages where tenant_id = $1 and state = $2 and channel = $3
		group by person_id order by min(id) limit $4`, tx.Tenant, string(Waiting), string(Undecided), limit)
	if err != nil {
		return nil, fmt.Errorf("notify: who waits for the contact register: %w", err)
	}
	return list, nil
}

// change is what an attempt does to a waiting delivery.
type change struct {
	state    State
	channel  Channel
	what     string // the receipt
	code     string
	attempts int
	wait     time.Duration // before the next attempt, when still waiting
}

// apply records an attempt and reports whether it counted: another answer, such
// as a receipt that overtook it, may have settled the delivery already.
func (c change) apply(ctx context.Context, tx *store.Tx, row *messageRow, d *deliveryRow) (bool, error) {
	if d.state != Waiting {
		return false, nil
	}
	d.state, d.channel, d.attempts, d.next, d.lastError = c.state, c.channel, c.attempts, store.Time{}, c.code
	switch c.state {
	case Waiting:
		d.next = store.At(tx.Now.Add(c.wait))
	case HandedOver:
		d.handedOver, d.lastError = tx.Now, ""
	case Delivered, Failed, Bounced:
	}
	return true, d.settle(ctx, tx, row, c.what, c.code)
}

// settle writes a delivery, its mirror when it is the newest, and a receipt.
func (d *deliveryRow) settle(ctx context.Context, tx *store.Tx, row *messageRow, what, code string) error {
	if err := d.update(ctx, tx); err != nil {
		return err
	}
	last, found, err := newest(ctx, tx, row.id)
	if err != nil {
		return err
	}
	if !found || last.id == d.id {
		row.mirror(d)
		if err := row.update(ctx, tx); err != nil {
			return err
		}
	}
	return addReceipt(ctx, tx, row.id, d.id, what, code)
}
