package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// RegisterEvent says that something changed in the record of a person; what,
// is asked for.
type RegisterEvent struct {
	// Position is the event's place in the feed; the next poll begins after it.
	Position string
	Number   pid.PID
}

// EventFeed is the population register's list of events (hendelsesliste): the
// oldest first, those after a position, from the beginning with "".
type EventFeed interface {
	Events(ctx context.Context, after string, limit int) ([]RegisterEvent, error)
}

const (
	eventsAtOnce = 200 // of a feed, in one poll
	comingOfAge  = 200 // ties closed in one transaction
	staleAtOnce  = 200 // people asked about anew in one run
	staleAfter   = 24 * time.Hour
)

// Poll reads the register's events since the last time and asks anew about
// those whom the municipality knows: deaths, new guardians and protection reach
// the cases without anybody logging in. A periodic job calls it. A feed that
// stopped half-way is read again from there: asking twice does no harm.
func (s *Service) Poll(ctx context.Context) error {
	if s.feed == nil {
		return nil
	}
	position, err := s.feedPosition(ctx)
	if err != nil {
		return err
	}
	for {
		events, err := s.feed.Events(ctx, position, eventsAtOnce)
		if err != nil {
			return errs.Unavailable(time.Minute, "identity.register_down").
				Because(fmt.Errorf("identity: read the register's events: %w", err))
		}
		for _, e := range events {
			if err := s.follow(ctx, e.Number); err != nil {
				return err
			}
			position = e.Position
		}
		if len(events) > 0 {
			if err := s.saveFeedPosition(ctx, position); err != nil {
				return err
			}
		}
		if len(events) < eventsAtOnce {
			return nil
		}
	}
}

// follow asks anew about somebody, if the municipality knows the number.
func (s *Service) follow(ctx context.Context, number pid.PID) error {
	p, err := s.FindByNumber(ctx, number)
	if errs.Is(err, errs.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Refresh(ctx, p.ID)
}

// Freshen asks anew about those of whom the register was last asked more than a
// day ago, the longest ago first and a bounded number at a time. It is for
// installations whose register has no feed of events; a periodic job calls it.
func (s *Service) Freshen(ctx context.Context) error {
	if s.feed != nil {
		return nil
	}
	var stale []string
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		stale, err = stalePersons(ctx, tx, store.At(tx.Now.Add(-staleAfter)), staleAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range stale {
		if err := s.Refresh(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// ComeOfAge closes the ties between parents and children who have turned 18
// (vergemålsloven § 8), on the birthday, and tells Options.Family. A periodic
// job calls it; that a parent may no longer act follows from the day alone.
func (s *Service) ComeOfAge(ctx context.Context) error {
	for {
		var closed int
		err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			day := clock.DateIn(tx.Now.Time)
			children, err := grownChildren(ctx, tx, day, comingOfAge)
			if err != nil {
				return err
			}
			closed = len(children)
			for _, child := range children {
				if err := closeParents(ctx, tx, child, day); err != nil {
					return err
				}
				if err := s.familyChanged(ctx, tx, child); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || closed < comingOfAge {
			return err
		}
	}
}

func (s *Service) familyChanged(ctx context.Context, tx *store.Tx, childID string) error {
	if s.family == nil {
		return nil
	}
	if err := s.family(ctx, tx, childID); err != nil {
		return fmt.Errorf("identity: tell of a change in a family: %w", err)
	}
	return nil
}

func (s *Service) feedPosition(ctx context.Context) (position string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		position, err = store.One(ctx, tx, store.Value[string], `select position from identity_feed where tenant_id = $1`, tx.Tenant)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("identity: read how far the feed was read: %w", err)
	}
	return position, nil
}

func (s *Service) saveFeedPosition(ctx context.Context, position string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into identity_feed (tenant_id, position, updated_at) values ($1, $2, $3)
			on conflict (tenant_id) do update set position = excluded.position, updated_at = excluded.updated_at`,
			tx.Tenant, position, tx.Now)
		if err != nil {
			return fmt.Errorf("identity: save how far the feed was read: %w", err)
		}
		return nil
	})
}
