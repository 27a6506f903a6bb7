package deadlines

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/store"
)

// eventBegun stands in a clock's history when it was begun for a case that had
// come in before there were clocks.
const eventBegun = "begun_late"

// Begun tells what BeginMissing did.
type Begun struct {
	Cases  int // that had no clock
	Clocks int // that were begun for them
	Passed int // of those, that had run out already
}

// BeginMissing begins the clocks of open cases that have none: those that came in
// before the municipality had them. Each runs from when the case came in, with the
// stops and answers that its journal tells of. A case with any clock, of whatever
// kind, is left as it is, so that a second run does nothing more.
//
// A clock that has run out already stands as overrun on the staff's list, and
// nothing more comes of it: no permit is given, no fee falls away and no letter is
// sent for what happened while no machine looked. What the law gave then, somebody
// must see and decide.
func (s *Service) BeginMissing(ctx context.Context) (all Begun, err error) {
	if err := s.Access.Check(ctx, PermFire, access.Resource{Type: "deadline"}); err != nil {
		return all, err
	}
	for after := ""; ; {
		var list []cases.Case
		readErr := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = s.Cases.OpenAfter(ctx, tx, after, batch)
			return err
		})
		if readErr != nil {
			return all, errors.Join(err, readErr)
		}
		for _, c := range list {
			one, beginErr := s.beginMissing(ctx, c.ID)
			if beginErr != nil {
				err = errors.Join(err, fmt.Errorf("deadlines: begin those of %s: %w", c.ID, beginErr))
			}
			all.Cases, all.Clocks, all.Passed = all.Cases+one.Cases, all.Clocks+one.Clocks, all.Passed+one.Passed
			after = c.ID
		}
		if len(list) < batch {
			return all, err
		}
	}
}

// beginMissing begins the clocks of one case, in a transaction of its own.
func (s *Service) beginMissing(ctx context.Context, id string) (b Begun, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		b = Begun{}
		c, err := s.Cases.HoldCase(ctx, tx, id)
		if err != nil || !c.Status.Open() {
			return err
		}
		has, err := s.ofCase(ctx, tx, id, false)
		if err != nil || len(has) > 0 {
			return err
		}
		journal, err := s.Cases.EntriesIn(ctx, tx, id)
		if err != nil {
			return err
		}
		starts, err := s.startsOf(ctx, tx, c)
		if err != nil {
			return err
		}
		b.Cases = 1
		for _, start := range starts {
			if err := s.beginLate(ctx, tx, c, start, journal, &b); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Event{
			Action: "deadlines.begun_late", Object: audit.Ref{Type: "case", ID: c.ID}, Subject: c.Subject, Case: c.ID,
			Details: map[string]string{"clocks": strconv.Itoa(b.Clocks), "passed": strconv.Itoa(b.Passed)},
		})
	})
	return b, err
}

// beginLate begins one clock and lets it hear what the journal tells. One that
// was met or fell away long ago is not written down.
func (s *Service) beginLate(ctx context.Context, tx *store.Tx, c cases.Case, start deadline.Start, journal []cases.Entry, b *Begun) error {
	made := c.ReceivedAt
	for _, e := range journal {
		if e.Kind == cases.EntryReceived {
			made = e.At
		}
	}
	at, err := s.startsAt(start, c, made)
	if err != nil {
		return err
	}
	timer, ok, err := s.timer(c, start, at)
	if err != nil || !ok {
		return err
	}
	for _, e := range journal {
		if event := toldBy(e.Kind); event != "" && !e.At.Before(at) {
			timer.Happened(event, e.At)
		}
	}
	if !timer.EndedOn.IsZero() {
		return nil
	}
	d, err := insert(ctx, tx, c, "", timer)
	if err != nil {
		return err
	}
	if b.Clocks++; timer.Owes(tx.Now.Time) {
		b.Passed++
		d.Timer.State, d.Timer.Fired, d.Consequence = deadline.PassedBy, timer.Rule.Each.Steps(), TellHead
	}
	return update(ctx, tx, &d, eventBegun)
}

// toldBy is what a line of the journal tells the clocks.
func toldBy(kind cases.EntryKind) string {
	return map[cases.EntryKind]string{
		cases.EntryAsked: deadline.Asked, cases.EntryAnswered: deadline.Answered, cases.ByStaff(cases.EntryAnswered): deadline.Answered,
		cases.EntryDecided: deadline.Decided, cases.EntryLetter: deadline.Told,
	}[kind]
}
