package notify

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxTraces bounds the messages of one kind in a thread; more than any service sends.
const maxTraces = 5000

// TracesIn returns what became of the messages of a kind in a thread, the oldest first:
// as ProofIn, without what they say, to whom by name, at which address and with which
// receipts. A service reckons with it, and shows it to nobody. All of them are read.
func (*Service) TracesIn(ctx context.Context, tx *store.Tx, thread, kind string) ([]Proof, error) {
	type message struct {
		Proof
		created, seen store.Time
		channel       Channel
	}
	rows, err := store.All(ctx, tx, func(m *message) []any { return []any{&m.ID, &m.Person, &m.channel, &m.created, &m.seen} }, `
		select id, person_id, channel, created_at, seen_at from notify_messages
		where tenant_id = $1 and thread = $2 and kind = $3 and person_id <> '' order by id limit $4`, tx.Tenant, thread, kind, maxTraces)
	if err != nil {
		return nil, fmt.Errorf("notify: trace messages: %w", err)
	}
	steps, err := tracedSteps(ctx, tx, thread, kind)
	if err != nil {
		return nil, err
	}
	list := make([]Proof, len(rows))
	for i, m := range rows {
		list[i] = m.Proof
		list[i].Kind, list[i].CreatedAt, list[i].SeenAt, list[i].Waiting, list[i].Steps = kind, m.created.Time, m.seen.Time, m.channel == Undecided, steps[m.ID]
	}
	return list, nil
}

// tracedSteps are the ways that the messages of a kind in a thread were sent, by message.
func tracedSteps(ctx context.Context, tx *store.Tx, thread, kind string) (map[string][]Step, error) {
	type delivery struct {
		Delivery
		created, handed, arrived store.Time
	}
	rows, err := store.All(ctx, tx, func(d *delivery) []any {
		return []any{&d.ID, &d.Message, &d.Person, &d.Rung, &d.Channel, &d.State, &d.created, &d.handed, &d.arrived}
	}, `select id, message_id, person_id, rung, channel, state, created_at, handed_over_at, arrived_at from notify_deliveries
		where tenant_id = $1 and message_id in (select id from notify_messages where tenant_id = $1 and thread = $2 and kind = $3)
		order by message_id, rung, id limit $4`, tx.Tenant, thread, kind, maxTraces*stepsEach)
	if err != nil {
		return nil, fmt.Errorf("notify: trace deliveries: %w", err)
	}
	steps := map[string][]Step{}
	for _, d := range rows {
		d.CreatedAt, d.HandedOverAt, d.ArrivedAt = d.created.Time, d.handed.Time, d.arrived.Time
		steps[d.Message] = append(steps[d.Message], Step{Delivery: d.Delivery})
	}
	return steps, nil
}
