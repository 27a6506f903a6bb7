package building

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// What stops the time that a building application must be decided in, and lets it go
// on: a fee that is demanded in advance (plan- og bygningsloven § 21-4), an application
// that lacks what it must have (byggesaksforskriften § 5-4), and a hearing by others
// (§ 7-5). The journal is what tells how each of them stands; the clock is told in the
// same transaction.

// Clocks are what the service must know of the statutory clocks.
type Clocks interface {
	// Signal tells the clocks of a case what has happened: one of the events of
	// package deadline.
	Signal(ctx context.Context, tx *store.Tx, c cases.Case, event string) error
	// SignalAt is Signal for what happened at an instant before now.
	SignalAt(ctx context.Context, tx *store.Tx, c cases.Case, event string, at time.Time) error
	// Timers returns the clocks of a case.
	Timers(ctx context.Context, tx *store.Tx, caseID string) ([]deadline.Timer, error)
}

// Halt is a thing that stops the time.
type Halt struct {
	// Begins and Ends are the events, by which the journal's lines are named too.
	Begins, Ends string
	// Open says that it stands now, Since when.
	Open  bool
	Since time.Time
	// Possible says that a clock of the case listens to it.
	Possible bool
}

// halts are those there are, in the order of the page.
func halts() []Halt {
	return []Halt{
		{Begins: deadline.Incomplete, Ends: deadline.Complete},
		{Begins: deadline.FeeDemanded, Ends: deadline.FeePaid},
		{Begins: deadline.HearingBegun, Ends: deadline.HearingOver},
	}
}

// Steps is how the things that stop the time stand in a case.
type Steps struct {
	Case  cases.Case
	Halts []Halt
	// Mine says that whoever reads has the case, and may take a step.
	Mine bool
}

// offered reports whether the page offers a halt: to begin it or to end it.
func (h Halt) offered() bool { return h.Open || h.Possible }

// offered are those that the page shows.
func (s Steps) offered() (list []Halt) {
	for _, h := range s.Halts {
		if h.offered() {
			list = append(list, h)
		}
	}
	return list
}

// Steps reads how a building application stands; a case of another kind has none. The actor must be one who can ask the
// applicant for more.
func (s *Service) Steps(ctx context.Context, caseID string) (v Steps, err error) {
	if !ids.Valid(caseID) {
		return v, errs.NotFound("errs.not_found")
	}
	if err := s.Cases.Allow(ctx, caseID, cases.PermAsk); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		v = Steps{}
		if v.Case, err = s.Cases.CaseIn(ctx, tx, caseID); err != nil || v.Case.Kind != Name {
			return err
		}
		v, err = s.stepsOf(ctx, tx, v.Case)
		return err
	})
	return v, err
}

func (s *Service) stepsOf(ctx context.Context, tx *store.Tx, c cases.Case) (Steps, error) {
	v := Steps{Case: c, Halts: halts(), Mine: c.Status.Open() && c.Assignee != "" && c.Assignee == actorOf(ctx) && c.ProposedBy == ""}
	timers, err := s.Clocks.Timers(ctx, tx, c.ID)
	if err != nil {
		return v, err
	}
	for i := range v.Halts {
		if err := s.stand(ctx, tx, c, timers, &v.Halts[i]); err != nil {
			return v, err
		}
	}
	return v, nil
}

// stand reads how one of them stands.
func (s *Service) stand(ctx context.Context, tx *store.Tx, c cases.Case, timers []deadline.Timer, h *Halt) error {
	last, at, err := s.Cases.Latest(ctx, tx, c.ID, cases.EntryKind(h.Begins), cases.EntryKind(h.Ends))
	if err != nil {
		return err
	}
	h.Open, h.Since = string(last) == h.Begins, at
	for _, t := range timers {
		if t.Open() && t.EndedOn.IsZero() && stops(t.Rule, h.Begins) {
			h.Possible = c.Status.Open()
		}
	}
	return nil
}

// stops reports whether an event stops a clock of the rule.
func stops(r deadline.Rule, event string) bool {
	for _, p := range r.Pauses {
		if p.Stop == event {
			return true
		}
	}
	return false
}

// TakeStep begins or ends one of the things that stop the time, by its event. The text
// is what the applicant is told: what is missing, how the fee is paid, who is heard. What
// ends it happened on the posting's day, from which the time counts (plan- og
// bygningsloven § 21-7: from when a complete application was received); what begins it is
// done now.
func (s *Service) TakeStep(ctx context.Context, caseID string, version int64, event string, p cases.Posting) (cases.Case, error) {
	halt, begins, ok := haltOf(event)
	if !ok || begins && !p.On.IsZero() {
		return cases.Case{}, errs.Invalid("errs.invalid_input")
	}
	return s.Cases.TakeStep(ctx, caseID, cases.Step{
		Version: version, Posting: p, Entry: cases.EntryKind(event), Tell: true,
		Check: func(ctx context.Context, tx *store.Tx, c *cases.Case) error {
			if c.Kind != Name {
				return errs.NotFound("errs.not_found")
			}
			timers, err := s.Clocks.Timers(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			if err := s.stand(ctx, tx, *c, timers, &halt); err != nil {
				return err
			}
			if halt.Open == begins || begins && !halt.Possible {
				return errs.Conflict("building.steps.not_now")
			}
			if event != deadline.Complete && !p.On.IsZero() && p.On.Before(clock.DateIn(halt.Since)) {
				return errs.InvalidFields(errs.Field{Name: "on", Key: "building.steps.before"}) // paid before it was demanded
			}
			return s.waits(ctx, tx, c, event)
		},
		Then: func(ctx context.Context, tx *store.Tx, c cases.Case) error {
			if p.On.IsZero() || p.On == clock.DateIn(tx.Now.Time) {
				return s.Clocks.Signal(ctx, tx, c, event)
			}
			return s.Clocks.SignalAt(ctx, tx, c, event, p.On.Start())
		},
	})
}

func haltOf(event string) (h Halt, begins, ok bool) {
	for _, h := range halts() {
		if event == h.Begins || event == h.Ends {
			return h, event == h.Begins, true
		}
	}
	return h, false, false
}

// waits lets the case wait for the applicant while something is missing, and go on when
// it is complete, unless a question waits too.
func (s *Service) waits(ctx context.Context, tx *store.Tx, c *cases.Case, event string) error {
	switch event {
	case deadline.Incomplete:
		c.Status = cases.Waiting
	case deadline.Complete:
		asked, err := s.Cases.Asked(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if !asked {
			c.Resume()
		}
	}
	return nil
}
