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
)

// event is something that happens in a story on a working day.
type event struct {
	story  story
	days   int // ago
	minute int // of the working day
	act    act // nil: the case comes in
}

// workingDay is how many minutes things happen in, from eight in the morning.
const workingDay = 7 * 60

// timeline puts what happens in all the stories of a municipality in the order
// of time, so that its log reads as if it had happened.
func (w *worker) timeline() []step {
	var events []event
	for _, s := range w.stories() {
		acts := append([]act{nil}, w.acts(s.ending)...)
		for i, do := range acts {
			// The acts are spread over the first half of the time since.
			e := event{story: s, days: s.days, minute: (s.turn*37 + i*53 + w.index*101) % workingDay, act: do}
			if i > 0 {
				e.days -= i * s.days / (2 * (len(acts) - 1))
			}
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(b.days, a.days), cmp.Compare(a.minute, b.minute))
	})
	steps := make([]step, 0, len(events))
	for _, e := range events {
		steps = append(steps, func(ctx context.Context) error { return w.happen(ctx, e) })
	}
	return steps
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
	applicant, err := w.know(ctx, s.applicant)
	if err != nil {
		return err
	}
	return w.apply(w.as(ctx, applicant, s.applicant.Lang), s)
}

// caseOf finds the case of a story as the applicant does, among her own.
func (w *worker) caseOf(ctx context.Context, s story) (c cases.Case, known bool, err error) {
	applicant, err := w.Identity.FindByNumber(ctx, s.applicant.Number)
	if errs.Is(err, errs.KindNotFound) {
		return c, false, nil
	}
	if err != nil {
		return c, false, fmt.Errorf("applicant: %w", err)
	}
	list, err := w.Cases.Mine(w.asApplicant(ctx, s, cases.Case{Applicant: applicant.ID}))
	if err != nil {
		return c, false, fmt.Errorf("cases of the applicant: %w", err)
	}
	for _, c := range list {
		if c.Applicant == applicant.ID {
			return c, true, nil
		}
	}
	return c, false, nil
}
