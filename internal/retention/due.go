package retention

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// pageOf is how many things are looked up at once.
const pageOf = 100

// found is a page of what a rule's time is over for.
type found struct {
	ids  []string
	held int    // that are left alone
	next string // where the next page begins; empty after the last
}

// due returns a page of what the time is over for at an instant.
func (s *Service) due(ctx context.Context, tx *store.Tx, r Rule, now time.Time, after string) (f found, err error) {
	if r.IsCase() {
		return s.dueCases(ctx, tx, r, now, after)
	}
	h := s.holding(r.Kind)
	if h == nil {
		return f, nil
	}
	if f.ids, err = h.Due(ctx, tx, store.At(r.Length.Before(now)), after, pageOf); err != nil {
		return f, err
	}
	if len(f.ids) == pageOf {
		f.next = f.ids[pageOf-1]
	}
	return f, nil
}

func (s *Service) dueCases(ctx context.Context, tx *store.Tx, r Rule, now time.Time, after string) (f found, err error) {
	list, err := s.Cases.Ended(ctx, tx, r.Kind[len(casePrefix):], r.Length.Before(now), after, pageOf)
	if err != nil {
		return f, err
	}
	if len(list) == pageOf {
		f.next = list[pageOf-1].ID
	}
	for _, c := range list {
		over, err := s.over(ctx, tx, r, c, now)
		if err != nil {
			return f, err
		}
		if !over {
			continue
		}
		held, err := s.held(ctx, tx, c)
		switch {
		case err != nil:
			return f, err
		case held:
			f.held++
		default:
			f.ids = append(f.ids, c.ID)
		}
	}
	return f, nil
}

// over reports whether the time is over for a case that was over long enough ago:
// nothing more is asked of it unless the rule reckons from something else.
func (s *Service) over(ctx context.Context, tx *store.Tx, r Rule, c cases.Case, now time.Time) (bool, error) {
	switch r.Trigger {
	case Decided:
		at := c.DecidedAt
		if at.IsZero() {
			at = c.EndedAt() // withdrawn before it was decided
		}
		return at.Before(r.Length.Before(now)), nil
	case Child18:
		p, err := s.Identity.PersonIn(ctx, tx, c.Subject)
		if errs.Is(err, errs.KindNotFound) {
			return true, nil
		}
		if err != nil || p.ComesOfAge().IsZero() {
			return err == nil, err
		}
		return r.Length.From(p.ComesOfAge()).Before(clock.DateIn(now)), nil
	case Closed, LastActivity:
	}
	return true, nil
}

// maxCounted bounds what is counted of one kind.
const maxCounted = 100_000

// count counts what the time is over for at an instant, page by page.
func (s *Service) count(ctx context.Context, r Rule, at time.Time) (due, held int64, err error) {
	after := ""
	for due < maxCounted {
		var f found
		err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			f, err = s.due(ctx, tx, r, at, after)
			return err
		})
		if err != nil {
			return due, held, err
		}
		due, held = due+int64(len(f.ids)), held+int64(f.held)
		if after = f.next; after == "" {
			break
		}
	}
	return due, held, nil
}
