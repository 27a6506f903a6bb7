package neighbours

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// How often it is looked whether all have been sent a notice: soon at first, since most
// go in a minute, and then more and more seldom, since a letter takes days.
const (
	followSoon   = 5 * time.Minute
	followSeldom = 6 * time.Hour
)

// followArgs asks for a notice to be followed until all have been sent it.
type followArgs struct {
	Notice string `json:"notice"`
}

// Kind implements jobs.Args.
func (followArgs) Kind() string { return "neighbours.follow" }

// followSending keeps the deadline, and what the application says of it, right while
// some letters are not posted: the two weeks run from when the notice is sent (plan- og
// bygningsloven § 21-3).
func (s *Service) followSending(ctx context.Context, j jobs.Job[followArgs]) error {
	ctx = identity.AsSystem(ctx, "neighbours")
	if err := s.warm(ctx); err != nil {
		return err
	}
	var wait time.Duration
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		wait = 0
		n, err := s.load(ctx, tx, j.Args.Notice, true)
		if errs.Is(err, errs.KindNotFound) {
			return jobs.CompleteTx(ctx, tx, j) // it is deleted
		}
		if err != nil {
			return err
		}
		if wait, err = s.followed(ctx, tx, &n); err != nil || wait > 0 {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
	if err == nil && wait > 0 {
		return jobs.Snooze(wait)
	}
	return err
}

// followed brings the deadline and the application up to date, and tells when to look
// again, zero when there is nothing more to wait for.
func (s *Service) followed(ctx context.Context, tx *store.Tx, n *Notice) (time.Duration, error) {
	list, err := s.recipients(ctx, tx, n.ID)
	if err != nil || n.State != Sent {
		return 0, err
	}
	lines, err := s.lines(ctx, tx, *n, list)
	if err != nil {
		return 0, err
	}
	waiting := slices.ContainsFunc(lines, func(l Line) bool { return l.Way == ByTorg }) && common(lines).IsZero()
	if err := s.until(ctx, tx, n, lines); err != nil {
		return 0, err
	}
	if err := s.fill(ctx, tx, *n, list); err != nil {
		return 0, err
	}
	if !waiting || !n.running(lines, clock.DateIn(tx.Now.Time)) {
		return 0, nil
	}
	return min(max(tx.Now.Sub(n.SentAt), followSoon), followSeldom), nil
}

// until writes down the deadlines as they are now, for the lists; none for whom it has not
// been sent, or no longer, since it came back.
func (s *Service) until(ctx context.Context, tx *store.Tx, n *Notice, lines []Line) error {
	for i := range lines {
		r := &lines[i].Recipient
		if r.Way != ByTorg {
			continue
		}
		kept, err := s.oneRecipient(ctx, tx, "id", r.ID, true)
		if err != nil {
			return err
		}
		if kept.Until == r.Until {
			continue
		}
		kept.Until = r.Until
		if err := s.saveRecipient(ctx, tx, &kept); err != nil {
			return err
		}
	}
	last := reachOf(lines).Last
	if last == n.Until {
		return nil
	}
	n.Until = last
	return s.save(ctx, tx, n)
}

// movedArgs asks for a notice to be brought up to date after a message of it has moved.
type movedArgs struct {
	Notice string `json:"notice"`
}

// Kind implements jobs.Args.
func (movedArgs) Kind() string { return "neighbours.moved" }

// Moved hears that a message to a neighbour was sent, lies in the print room, came back, or
// was read: the deadlines are then others. What moves at once is reckoned with once: the row
// of the notice is held, so that a job which is running has seen this, or is over.
func (*Service) Moved(ctx context.Context, tx *store.Tx, m notify.Moved) error {
	id, ok := strings.CutPrefix(m.Thread, threadOfNotice)
	if !ok || m.Kind != kindNotice {
		return nil
	}
	if err := hold(ctx, tx, id); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, movedArgs{Notice: id}, jobs.UniqueKey("neighbours:"+id))
}

// followMoved lets whoever has been sent the notice after all be one whom the municipality
// notifies, and brings the deadlines and the application up to date.
func (s *Service) followMoved(ctx context.Context, j jobs.Job[movedArgs]) error {
	ctx = identity.AsSystem(ctx, "neighbours")
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := s.load(ctx, tx, j.Args.Notice, true)
		if errs.Is(err, errs.KindNotFound) {
			return jobs.CompleteTx(ctx, tx, j) // it is deleted
		}
		if err != nil {
			return err
		}
		if err := s.reached(ctx, tx, n); err != nil {
			return err
		}
		if _, err := s.followed(ctx, tx, &n); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// reached takes from the developer those whose letter came back, and who have got it all the
// same: it was printed and posted anew, or she has read it on her own page.
func (s *Service) reached(ctx context.Context, tx *store.Tx, n Notice) error {
	list, err := s.recipients(ctx, tx, n.ID)
	if err != nil || n.State != Sent {
		return err
	}
	traces, err := s.traces(ctx, tx, n)
	if err != nil {
		return err
	}
	for i := range list {
		r := &list[i]
		if r.Way != ByHand || r.message == "" || r.Answer != "" || !r.DeliveredOn.IsZero() {
			continue
		}
		if _, on := wayOf(traces[r.message], clock.DateIn(n.SentAt)); on.IsZero() {
			continue
		}
		r.Way = ByTorg
		if err := s.saveRecipient(ctx, tx, r); err != nil {
			return err
		}
		if err := s.recordOf(ctx, tx, n, *r, "reached", nil); err != nil {
			return err
		}
	}
	return nil
}
