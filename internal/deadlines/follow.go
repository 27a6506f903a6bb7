package deadlines

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/store"
)

// happened hears of a case, in the transaction of what happened.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	if e.What == cases.HappenedReceived {
		return s.received(ctx, tx, e.Case)
	}
	if e.What == cases.HappenedAssigned || e.What == cases.HappenedReleased || e.What == cases.HappenedParties {
		return follow(ctx, tx, e.Case)
	}
	event := heard(e.What)
	if event == "" {
		return nil
	}
	return s.Signal(ctx, tx, e.Case, event)
}

// received starts the clocks of a new case: those of all cases, and those that
// its kind names.
func (s *Service) received(ctx context.Context, tx *store.Tx, c cases.Case) error {
	starts, err := s.rules.every(deadline.Received, clock.DateIn(c.ReceivedAt))
	if err != nil {
		return err
	}
	if starter := s.rules.starters[c.Kind]; starter != nil {
		more, err := s.ask(ctx, tx, starter, c)
		if err != nil {
			return err
		}
		starts = append(starts, more...)
	}
	for _, start := range starts {
		if err := s.startAt(ctx, tx, c, start, c.ReceivedAt); err != nil {
			return err
		}
	}
	return nil
}

// ask asks the kind's own service which rules its case follows.
func (s *Service) ask(ctx context.Context, tx *store.Tx, starter Starter, c cases.Case) ([]deadline.Start, error) {
	submission, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return nil, fmt.Errorf("deadlines: read what was sent: %w", err)
	}
	subject, err := s.Identity.PersonIn(ctx, tx, c.Subject)
	if err != nil {
		return nil, fmt.Errorf("deadlines: read whom it is about: %w", err)
	}
	return starter(c, subject, submission.Values), nil
}

// Begin starts a rule's clock for a case from now, unless it runs already. The
// caller has asked access to the case, or is Torg itself.
func (s *Service) Begin(ctx context.Context, tx *store.Tx, c cases.Case, start deadline.Start) error {
	list, err := s.ofCase(ctx, tx, c.ID, true)
	if err != nil {
		return err
	}
	if _, runs := running(list, start.Rule); runs {
		return nil
	}
	return s.start(ctx, tx, c, start)
}

// start writes down a clock in the version of its rule that was valid when the
// case came in. A rule that sets no limit for this case starts none.
func (s *Service) start(ctx context.Context, tx *store.Tx, c cases.Case, start deadline.Start) error {
	return s.startAt(ctx, tx, c, start, tx.Now.Time)
}

// startAt is start for what happened at another instant than now, as the coming in
// of an application that became a case later.
func (s *Service) startAt(ctx context.Context, tx *store.Tx, c cases.Case, start deadline.Start, at time.Time) error {
	rule, err := s.rules.set.On(start.Rule, clock.DateIn(c.ReceivedAt))
	if err != nil {
		return err
	}
	timer, ok := deadline.Begin(rule, at, start.About)
	if !ok {
		return nil
	}
	if start.Incomplete {
		timer.Happened(deadline.Incomplete, at)
	}
	_, err = insert(ctx, tx, c, timer)
	return err
}

// Signal tells the clocks of a case what happened to it: one of the events of
// package deadline. The caller has asked access to the case, or is Torg itself.
// What the law has already let happen is written down first.
func (s *Service) Signal(ctx context.Context, tx *store.Tx, c cases.Case, event string) error {
	list, err := s.ofCase(ctx, tx, c.ID, true)
	if err != nil {
		return err
	}
	for i := range list {
		if err := s.tell(ctx, tx, &list[i], event); err != nil {
			return err
		}
	}
	starts, err := s.rules.every(event, clock.DateIn(c.ReceivedAt))
	if err != nil {
		return err
	}
	for _, start := range starts {
		if _, runs := running(list, start.Rule); runs {
			continue
		}
		if err := s.start(ctx, tx, c, start); err != nil {
			return err
		}
	}
	return nil
}

// tell tells one clock of an event.
func (s *Service) tell(ctx context.Context, tx *store.Tx, d *Deadline, event string) error {
	if d.Timer.Owes(tx.Now.Time) {
		if err := s.fire(ctx, tx, d); err != nil {
			return err
		}
	}
	if !d.Timer.Happened(event, tx.Now.Time) {
		return nil
	}
	if err := update(ctx, tx, d, event); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Event{
		Action: "deadlines." + string(d.Timer.State), Object: audit.Ref{Type: "deadline", ID: d.ID}, Case: d.CaseID,
		Details: map[string]string{"rule": d.Timer.Rule.Key, "event": event, "falls": d.Timer.Falls().String()},
	})
}
