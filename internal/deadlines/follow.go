package deadlines

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/torg-no/torg/internal/cases"
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
	if e.What == cases.HappenedTold {
		return s.nobodyToTell(ctx, tx, e.Case)
	}
	event := heard(e.What)
	if event == "" {
		return nil
	}
	return s.SignalAt(ctx, tx, e.Case, event, e.At)
}

// received starts the clocks of a new case.
func (s *Service) received(ctx context.Context, tx *store.Tx, c cases.Case) error {
	starts, err := s.startsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, start := range starts {
		at, err := s.startsAt(start, c, tx.Now.Time)
		if err != nil {
			return err
		}
		if err := s.startAt(ctx, tx, c, start, at); err != nil {
			return err
		}
	}
	return nil
}

// startsOf returns which clocks a case has from the start: those of all cases,
// and those that its kind names.
func (s *Service) startsOf(ctx context.Context, tx *store.Tx, c cases.Case) (starts []deadline.Start, err error) {
	day := clock.DateIn(c.ReceivedAt)
	every, err := s.rules.every(deadline.Received, c.Kind, day, day)
	if err != nil {
		return nil, err
	}
	for _, rule := range every {
		starts = append(starts, deadline.Start{Rule: rule.Key})
	}
	starter := s.rules.starters[c.Kind]
	if starter == nil {
		return starts, nil
	}
	more, err := s.ask(ctx, tx, starter, c)
	return append(starts, more...), err
}

// startsAt returns from when a clock of a case runs that became one at an instant. A limit
// that runs from when the application was received counts from then, also when it
// was sent without log-in and waited for its sender: the municipality had it. A
// limit that runs from when the application is complete (plan- og bygningsloven
// § 21-7, byggesaksforskriften § 5-4) counts from when it became a case, which is
// when it had an applicant the municipality knows. Else a permit could count as
// given at the very moment that somebody said whose the application is, before
// anybody could have decided it.
func (s *Service) startsAt(start deadline.Start, c cases.Case, made time.Time) (time.Time, error) {
	rule, err := s.rules.set.On(start.Rule, clock.DateIn(c.ReceivedAt))
	if rule.Starts == deadline.Complete {
		return made, err
	}
	return c.ReceivedAt, err
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
	if running(list, start.Rule, "") {
		return nil
	}
	return s.startAt(ctx, tx, c, start, tx.Now.Time)
}

// startAt writes down a clock that runs from an instant, in the version of its rule
// that the case follows. A rule that sets no limit for this case starts none.
func (s *Service) startAt(ctx context.Context, tx *store.Tx, c cases.Case, start deadline.Start, at time.Time) error {
	timer, ok, err := s.timer(c, start, at)
	if err != nil || !ok {
		return err
	}
	_, err = insert(ctx, tx, c, "", timer)
	return err
}

// timer is the clock as it begins; ok is false when the rule sets no limit.
func (s *Service) timer(c cases.Case, start deadline.Start, at time.Time) (t deadline.Timer, ok bool, err error) {
	received := clock.DateIn(c.ReceivedAt)
	first, err := s.rules.set.Version(start.Rule, 1)
	if err != nil {
		return t, false, err
	}
	rule, err := s.rules.set.On(start.Rule, first.Settled(received, clock.DateIn(at)))
	if err != nil {
		return t, false, err
	}
	t, ok = deadline.Begin(rule, at, start.About)
	return t, ok, nil
}

// upToDate reads the clocks of a case when what the law has already let happen is
// written down. The consequence of one may be a decision, which changes others:
// they are read again after it.
func (s *Service) upToDate(ctx context.Context, tx *store.Tx, caseID string) ([]Deadline, error) {
	for {
		list, err := s.ofCase(ctx, tx, caseID, true)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(d Deadline) bool { return d.Timer.Owes(tx.Now.Time) })
		if i < 0 {
			return list, nil
		}
		if err := s.fire(ctx, tx, &list[i]); err != nil {
			return nil, err
		}
	}
}
