package conference

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Which is the case that is acted in, in the version that was read, and the key under
// which the act stands once.
type Which struct {
	ID      string
	Version int64
	Key     string
}

// state is how a conference stands for whoever is about to act. The version of the case
// sees to it that nothing has changed when the act is done.
type state struct {
	View
	now time.Time
}

// stands reads it. The actor must be one who may ask the applicant for more: what is
// wrong with what was typed is told to nobody else.
func (s *Service) stands(ctx context.Context, caseID string) (st state, err error) {
	if !ids.Valid(caseID) {
		return st, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return st, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := s.Cases.CaseIn(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.Cases.CheckHandler(ctx, tx, cases.PermAsk, c); err != nil {
			return err
		}
		if c.Kind != Name {
			return errs.NotFound("errs.not_found")
		}
		st.now = tx.Now.Time
		st.View, err = s.viewOf(ctx, tx, c)
		return err
	})
	return st, err
}

// deed is one act in a conference.
type deed struct {
	entry  cases.EntryKind
	text   string // in the applicant's language
	tell   bool
	files  []blob.Stored
	staged []string
	letter *blob.Stored                                                                // tells it whole; may be nil
	check  func(ctx context.Context, tx *store.Tx, c cases.Case, m Meeting) error      // refuses it as the meeting stands
	do     func(c *cases.Case, now time.Time)                                          // changes the case; may be nil
	then   func(ctx context.Context, tx *store.Tx, c cases.Case, before Meeting) error // may be nil
}

// take does it, as a step of the case.
func (s *Service) take(ctx context.Context, w Which, d deed) (cases.Case, error) {
	var before Meeting
	return s.Cases.TakeStep(ctx, w.ID, cases.Step{
		Version: w.Version, Posting: cases.Posting{Text: d.text, Key: w.Key, Files: d.files, Staged: d.staged}, Entry: d.entry, Tell: d.tell, Letter: d.letter,
		Check: func(ctx context.Context, tx *store.Tx, c *cases.Case) (err error) {
			if c.Kind != Name {
				return errs.NotFound("errs.not_found")
			}
			if before, err = meetingIn(ctx, tx, c.ID); err != nil {
				return err
			}
			if err := d.check(ctx, tx, *c, before); err != nil {
				return err
			}
			if d.do != nil {
				d.do(c, tx.Now.Time)
			}
			return nil
		},
		Then: func(ctx context.Context, tx *store.Tx, c cases.Case) error {
			if d.then == nil {
				return nil
			}
			return d.then(ctx, tx, c, before)
		},
	})
}

// takeAs does what is one thing in the journal the first time and another when it is done
// again. When the case is no longer as it was read, this may be a press that is repeated,
// of either.
func (s *Service) takeAs(ctx context.Context, w Which, d deed, changed, before bool, first, again cases.EntryKind) (c cases.Case, err error) {
	kinds := []cases.EntryKind{first, again}
	switch {
	case changed:
	case before:
		kinds = kinds[1:]
	default:
		kinds = kinds[:1]
	}
	for _, d.entry = range kinds {
		if c, err = s.take(ctx, w, d); !errs.Is(err, errs.KindConflict) {
			break
		}
	}
	return c, err
}

// notHeld refuses an act that comes too late.
func notHeld(_ context.Context, _ *store.Tx, _ cases.Case, m Meeting) error {
	if !m.Held.IsZero() {
		return errs.Conflict("conference.is_held")
	}
	return nil
}

// Call calls the parties to a meeting, or moves the one they are called to. They are told
// that there is a time, and read on the case's page when and where; whoever else was asked
// to come is told of the new one.
func (s *Service) Call(ctx context.Context, w Which, call Call) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	call.Place, call.Text = tidy(call.Place), tidy(call.Text)
	at, err := call.check(st.now, st.Last)
	if err != nil {
		return cases.Case{}, err
	}
	m := Meeting{At: at, Way: call.Way, Place: call.Place}
	d := deed{
		text: call.text(s.Cases.Bundle.For(st.Case.Lang), at), tell: true, check: notHeld,
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, before Meeting) error {
			if err := keep(ctx, tx, c.ID, m); err != nil || !before.Called() {
				return err
			}
			return s.tellGuests(ctx, tx, c, m, guestMoved)
		},
	}
	return s.takeAs(ctx, w, d, st.Case.Version != w.Version, st.Meeting.Called(), EntryCalled, EntryMoved)
}

// Hold says that the conference was held, and when: the clock stops then. Nobody is told,
// since they were there; the minutes follow. Until they do it sets right a day that was
// noted wrongly.
func (s *Service) Hold(ctx context.Context, w Which, held Held) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	at, err := held.check(st.now, st.Case.ReceivedAt)
	if err != nil {
		return cases.Case{}, err
	}
	words := s.Cases.Bundle.For(st.Case.Lang)
	d := deed{
		text: words.T("conference.text.held", "when", words.DateTime(at)),
		check: func(_ context.Context, _ *store.Tx, _ cases.Case, m Meeting) error {
			if m.Held.Equal(at) {
				return errs.Conflict("conference.is_held")
			}
			return nil
		},
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, before Meeting) error {
			again := !before.Held.IsZero()
			before.Held = at
			if err := keep(ctx, tx, c.ID, before); err != nil {
				return err
			}
			if again {
				return s.Clocks.HeldAgain(ctx, tx, c, at)
			}
			return s.Clocks.Held(ctx, tx, c, at)
		},
	}
	c, err := s.takeAs(ctx, w, d, st.Case.Version != w.Version, !st.Meeting.Held.IsZero(), EntryHeld, EntryHeldAgain)
	if err != nil {
		return c, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = s.Cases.CaseIn(ctx, tx, c.ID) // what was owed when the last day had passed changed it further
		return err
	})
	return c, err
}
