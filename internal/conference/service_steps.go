package conference

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/cases"
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
	entry cases.EntryKind
	text  string // in the applicant's language
	tell  bool
	check func(m Meeting) error                                                       // refuses it as the meeting stands
	do    func(c *cases.Case, now time.Time)                                          // changes the case; may be nil
	then  func(ctx context.Context, tx *store.Tx, c cases.Case, before Meeting) error // may be nil
}

// take does it, as a step of the case.
func (s *Service) take(ctx context.Context, w Which, d deed) (cases.Case, error) {
	var before Meeting
	return s.Cases.TakeStep(ctx, w.ID, cases.Step{
		Version: w.Version, Posting: cases.Posting{Text: d.text, Key: w.Key}, Entry: d.entry, Tell: d.tell,
		Check: func(ctx context.Context, tx *store.Tx, c *cases.Case) (err error) {
			if c.Kind != Name {
				return errs.NotFound("errs.not_found")
			}
			if before, err = meetingIn(ctx, tx, c.ID); err != nil {
				return err
			}
			if err := d.check(before); err != nil {
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

// notHeld refuses an act that comes too late.
func notHeld(m Meeting) error {
	if !m.Held.IsZero() {
		return errs.Conflict("conference.is_held")
	}
	return nil
}

// Call calls the parties to a meeting, or moves the one they are called to. They are told
// that there is a time, and read on the case's page when and where.
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
	d := deed{
		text: call.text(s.Cases.Bundle.For(st.Case.Lang), at), tell: true, check: notHeld,
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, _ Meeting) error {
			return keep(ctx, tx, c.ID, Meeting{At: at, Way: call.Way, Place: call.Place})
		},
	}
	var c cases.Case
	for _, d.entry = range st.entries(w) {
		if c, err = s.take(ctx, w, d); !errs.Is(err, errs.KindConflict) {
			break
		}
	}
	return c, err
}

// entries are what a call can be in the journal. When the case is no longer as it was
// read, this may be a press that is repeated: of the first call, or of one that moved it.
func (st state) entries(w Which) []cases.EntryKind {
	switch {
	case st.Case.Version != w.Version:
		return []cases.EntryKind{EntryCalled, EntryMoved}
	case st.Meeting.Called():
		return []cases.EntryKind{EntryMoved}
	}
	return []cases.EntryKind{EntryCalled}
}

// Hold says that the conference was held, and when: the clock stops then. Nobody is told,
// since they were there; the minutes follow.
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
	return s.take(ctx, w, deed{
		entry: EntryHeld, text: words.T("conference.text.held", "when", words.DateTime(at)), check: notHeld,
		then: func(ctx context.Context, tx *store.Tx, c cases.Case, before Meeting) error {
			before.Held = at
			if err := keep(ctx, tx, c.ID, before); err != nil {
				return err
			}
			return s.Clocks.Held(ctx, tx, c, at)
		},
	})
}

// Conclude writes the minutes (byggesaksforskriften § 6-1) and ends the case. The parties
// are told, and read them on the case's page or on paper. They are no decision: there is
// nothing to appeal against, and the municipality decides when somebody applies.
func (s *Service) Conclude(ctx context.Context, w Which, m Minutes) (cases.Case, error) {
	st, err := s.stands(ctx, w.ID)
	if err != nil {
		return cases.Case{}, err
	}
	m = m.tidy()
	if err := m.check(); err != nil {
		return cases.Case{}, err
	}
	return s.take(ctx, w, deed{
		entry: EntryMinutes, text: m.text(s.Cases.Bundle.For(st.Case.Lang), st.Meeting), tell: true,
		check: func(m Meeting) error {
			if m.Held.IsZero() {
				return errs.Conflict("conference.not_held")
			}
			return nil
		},
		do: func(c *cases.Case, now time.Time) { c.Status, c.ClosedAt = cases.Closed, now },
	})
}
