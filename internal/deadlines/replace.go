package deadlines

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// Remarked is the event of a clock that another took the place of, since a neighbour's
// remarks came in time (plan- og bygningsloven § 21-7).
const Remarked = "remarked"

// Replace lets the clock of another rule take the place of one that has not run out:
// it counts from the same day, and what did not count for the one does not count for
// the other. It is false when there is no such clock, also since the law has already
// let happen what follows from it. The caller has asked access to the case, or is Torg
// itself.
func (s *Service) Replace(ctx context.Context, tx *store.Tx, c cases.Case, old, rule, event string) (bool, error) {
	list, err := s.upToDate(ctx, tx, c.ID)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(list, func(d Deadline) bool { return d.Timer.Rule.Key == old && d.Timer.Open() })
	if i < 0 {
		return false, nil
	}
	next, err := s.rules.set.On(rule, clock.DateIn(c.ReceivedAt))
	if err != nil {
		return false, err
	}
	timer, ok := list[i].Timer.Under(next)
	if !ok {
		return false, nil
	}
	list[i].Timer.Cancel(tx.Now.Time)
	if err := s.told(ctx, tx, &list[i], event); err != nil {
		return false, err
	}
	started, err := insert(ctx, tx, c, list[i].Party, timer)
	if err != nil {
		return false, err
	}
	return true, s.told(ctx, tx, &started, event)
}
