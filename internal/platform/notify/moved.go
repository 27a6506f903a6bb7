package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// Moved is how a message to a person stands on its way, as a service hears of it.
type Moved struct {
	Thread, Kind, Person string
	Way
	// Back says that what was sent before came back.
	Back bool
}

// Way is the way that a message to a person went last.
type Way struct {
	Person  string
	Channel Channel
	State   State
	// MadeAt is when the message was made, SentAt when it was handed over or posted;
	// zero while it waits.
	MadeAt, SentAt time.Time
	// SeenAt is when she read it on her page; zero while she has not.
	SeenAt time.Time
}

// Sent reports whether the message is on its way to the person and has not come
// back: it lies on her page and she is told so, or the letter is in the post.
func (w Way) Sent() bool { return w.State == HandedOver || w.State == Delivered }

// Queued reports whether it is a letter that nobody has posted.
func (w Way) Queued() bool { return w.Channel == Letter && w.State == Waiting }

// OnPaper reports whether the post carries it.
func (w Way) OnPaper() bool { return w.Channel == Letter }

// moved tells whoever listens that a message was sent, lies in the print room, came
// back, or was read. What waits for a carrier has not moved.
func (s *Service) moved(ctx context.Context, tx *store.Tx, row *messageRow, back bool) error {
	way := row.way()
	if s.OnMoved == nil || row.person == "" || row.class == Staff || !back && !way.Sent() && !way.Queued() && way.SeenAt.IsZero() {
		return nil
	}
	if err := s.OnMoved(ctx, tx, Moved{Thread: row.thread, Kind: row.kind, Person: row.person, Way: way, Back: back}); err != nil {
		return fmt.Errorf("notify: tell how a message stands: %w", err)
	}
	return nil
}

func (m *messageRow) way() Way {
	return Way{Person: m.person, Channel: m.channel, State: m.state, MadeAt: m.created.Time, SentAt: m.handedOver.Time, SeenAt: m.seen.Time}
}

// Ways returns how the messages of a kind in a thread stand, the oldest first.
// Whoever calls has asked whether the actor may see the thread.
func (*Service) Ways(ctx context.Context, tx *store.Tx, thread, kind string) ([]Way, error) {
	type row struct {
		Way
		made, sent store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.Person, &r.Channel, &r.State, &r.made, &r.sent} }, `
		select person_id, channel, state, created_at, handed_over_at from notify_messages
		where tenant_id = $1 and thread = $2 and kind = $3 and person_id <> '' order by id limit 200`, tx.Tenant, thread, kind)
	if err != nil {
		return nil, fmt.Errorf("notify: how messages stand: %w", err)
	}
	list := make([]Way, 0, len(rows))
	for _, r := range rows {
		r.MadeAt, r.SentAt = r.made.Time, r.sent.Time
		list = append(list, r.Way)
	}
	return list, nil
}

// Unposted returns the letters of a thread that lie in the print room, the oldest first.
// Whoever calls has asked whether the actor may see the thread.
func (*Service) Unposted(ctx context.Context, tx *store.Tx, thread string) ([]Moved, error) {
	type row struct {
		kind, person string
		made         store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.kind, &r.person, &r.made} }, `
		select kind, person_id, created_at from notify_messages
		where tenant_id = $1 and thread = $2 and channel = $3 and state = $4 and person_id <> '' order by id limit 200`,
		tx.Tenant, thread, string(Letter), string(Waiting))
	if err != nil {
		return nil, fmt.Errorf("notify: letters in the print room: %w", err)
	}
	list := make([]Moved, 0, len(rows))
	for _, r := range rows {
		way := Way{Person: r.person, Channel: Letter, State: Waiting, MadeAt: r.made.Time}
		list = append(list, Moved{Thread: thread, Kind: r.kind, Person: r.person, Way: way})
	}
	return list, nil
}
