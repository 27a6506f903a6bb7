package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// event is something that happens in a story on a working day.
type event struct {
	story  story
	days   int // ago
	minute int // of the working day
	act    act // nil: the case comes in
	// alone happens without a case, and may happen twice.
	alone func(ctx context.Context, s story) error
}

// workingDay is how many minutes things happen in, from eight in the morning.
const workingDay = 7 * 60

// timeline puts what happens in stories of a municipality, and other events, in the order
// of time, so that its log reads as if it had happened.
func (w *worker) timeline(stories []story, events ...event) []step {
	for _, s := range stories {
		span := s.span
		if span == 0 {
			span = s.days / 2
		}
		acts := append([]act{nil}, w.acts(s.trade, s.ending)...)
		for i, do := range acts {
			e := event{story: s, days: s.days, minute: (s.turn*37 + i*53 + w.index*101) % workingDay, act: do}
			if i > 0 {
				e.days -= i * span / (len(acts) - 1)
			}
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(b.days, a.days), cmp.Compare(a.minute, b.minute))
	})
	steps := make([]step, 0, len(events))
	for i, e := range events {
		steps = append(steps, func(ctx context.Context) error {
			if err := w.happen(ctx, e); err != nil {
				return fmt.Errorf("%s %d, which ends %s: %w", e.story.trade.kind, e.story.turn, e.story.ending, err)
			}
			if i+1 < len(events) && events[i+1].days == e.days {
				return nil
			}
			return w.settle(ctx)
		})
	}
	return steps
}

// settle lets the post of the day go out, so that messages have the dates of what
// they tell of.
func (w *worker) settle(ctx context.Context) error {
	if w.Settle == nil {
		return nil
	}
	return w.Settle(context.WithoutCancel(ctx))
}

// at puts the clock back to when the event happened, or leaves it where that
// would be the future.
func (w *worker) at(e event) {
	clk := w.demo.options.Clock
	clk.PutBack(0)
	now := clk.Now()
	then := clock.DateIn(now).AddDays(-e.days).Start().Add(8*time.Hour + time.Duration(e.minute)*time.Minute)
	clk.PutBack(max(now.Sub(then), 0))
}

// happen lets an event happen. One that has happened already, before the process
// was interrupted, is found done.
func (w *worker) happen(ctx context.Context, e event) error {
	w.at(e)
	if err := w.readUnits(ctx); err != nil {
		return err
	}
	if e.alone != nil {
		if err := e.alone(ctx, e.story); err != nil && !errs.Is(err, errs.KindConflict) {
			return err
		}
		return nil
	}
	c, known, err := w.caseOf(ctx, e.story)
	switch {
	case err != nil:
		return err
	case e.act == nil && known:
		return nil
	case e.act == nil:
		return w.comeIn(ctx, e.story)
	case !known:
		return fmt.Errorf("there is no case of story %d", e.story.turn)
	}
	if err := e.act(ctx, e.story, c); err != nil && !errs.Is(err, errs.KindConflict) {
		return err
	}
	return nil
}

// comeIn makes the family known and the case of a story.
func (w *worker) comeIn(ctx context.Context, s story) error {
	if _, err := w.know(ctx, s.applicant); err != nil {
		return err
	}
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	return w.apply(ctx, s)
}

// caseOf finds the case of a story as the applicant does, among her own.
func (w *worker) caseOf(ctx context.Context, s story) (c cases.Case, known bool, err error) {
	mine, err := w.asApplicant(ctx, s)
	if errs.Is(err, errs.KindNotFound) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	list, err := w.Cases.Mine(mine)
	if err != nil {
		return c, false, fmt.Errorf("cases of the applicant: %w", err)
	}
	author := identity.From(mine).Author()
	for _, c := range list {
		if c.Applicant == author && c.Kind == s.trade.kind {
			return c, true, nil
		}
	}
	return c, false, nil
}
