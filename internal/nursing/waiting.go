package nursing

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Line is somebody on the waiting list, as the staff see her.
type Line struct {
	Waiting
	Place    int // in the whole list
	Case     cases.Case
	Deceased bool // the register says so, and somebody must end the case
}

// WaitList is the municipality's list of those who wait for a place in a nursing
// home (venteliste; pasient- og brukerrettighetsloven § 2-1 e second paragraph,
// helse- og omsorgstjenesteloven § 3-2 a second paragraph).
type WaitList struct {
	Lines []Line
	// Nameless are the first of those of cases that are anonymised, whose place somebody
	// must free; MoreNameless says that there are others.
	Nameless     []Nameless
	MoreNameless bool
	Counts       map[string]int64 // by need, of all who wait
	All          int
	Today        clock.Date
}

// pageSize is how many lines one page shows: each is a look at a person.
const pageSize = 50

// WaitList returns a page of the list, the first being 1, who is next first. It
// shows those whose cases the actor may read, and each who is shown can read that
// she was looked at.
func (s *Service) WaitList(ctx context.Context, page int) (w WaitList, err error) {
	if err := s.maySee(ctx); err != nil {
		return w, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w = WaitList{Today: clock.DateIn(tx.Now.Time)}
		if w.All, err = howMany(ctx, tx); err != nil {
			return err
		}
		if w.Counts, err = counts(ctx, tx); err != nil {
			return err
		}
		if err := s.namelessOf(ctx, tx, &w); err != nil {
			return err
		}
		first := max(page-1, 0) * pageSize
		some, err := waiting(ctx, tx, first, pageSize)
		if err != nil {
			return err
		}
		for i, one := range some {
			if err := s.line(ctx, tx, &w, Line{Waiting: one, Place: first + i + 1}); err != nil {
				return err
			}
		}
		return nil
	})
	return w, err
}

// maySee asks whether the actor works with applications for nursing homes.
func (s *Service) maySee(ctx context.Context) error {
	department := tenant.From(ctx).Settings[SettingDepartment]
	return s.Access.Check(ctx, PermWaiting, access.Resource{Type: Name, ID: department, Department: department})
}

// beside leads from the work list to the list, for those whom it concerns: it is
// no entry of the menu, which all who handle cases share.
func (s *Service) beside(ctx context.Context, tx *store.Tx, _ url.Values) (templ.Component, error) {
	if s.maySee(ctx) != nil {
		return nil, nil //nolint:nilnil,nilerr // who may not see the list is shown nothing
	}
	n, err := howMany(ctx, tx)
	if err != nil {
		return nil, err
	}
	return besideList(n), nil
}

// namelessOf adds those whose cases are anonymised and the actor may decide in.
func (s *Service) namelessOf(ctx context.Context, tx *store.Tx, w *WaitList) error {
	list, err := nameless(ctx, tx, pageSize+1)
	if err != nil {
		return err
	}
	if w.MoreNameless = len(list) > pageSize; w.MoreNameless {
		list = list[:pageSize]
	}
	for _, n := range list {
		c, err := s.Cases.CaseIn(ctx, tx, n.CaseID)
		switch {
		case errs.Is(err, errs.KindNotFound):
			continue // removed
		case err != nil:
			return err
		case s.Cases.CheckCase(ctx, cases.PermDecide, c) == nil:
			n.Label = c.Label()
			w.Nameless = append(w.Nameless, n)
		}
	}
	return nil
}

// line adds somebody, unless the actor may not know of her case.
func (s *Service) line(ctx context.Context, tx *store.Tx, w *WaitList, l Line) (err error) {
	if l.Case, err = s.Cases.CaseIn(ctx, tx, l.CaseID); err != nil {
		return err
	}
	switch err := s.Cases.CheckCase(ctx, cases.PermRead, l.Case); {
	case errs.Is(err, errs.KindNotFound), errs.Is(err, errs.KindForbidden), l.Case.Anonymised():
		return nil
	case err != nil:
		return err
	}
	subject, err := s.Identity.PersonIn(ctx, tx, l.Case.Subject)
	if err != nil {
		return err
	}
	l.Deceased = subject.Deceased()
	w.Lines = append(w.Lines, l)
	return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: l.CaseID}, l.Case.Subject)
}

// panel tells both sides of a case that somebody is on the list, also while the case
// is taken up for a new decision, and the staff that she has a place.
func (*Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if c.Kind != Name {
		return nil, nil //nolint:nilnil // nothing to show is written so
	}
	p, ok, err := standingIn(ctx, tx, c.ID)
	if err != nil || !ok || p.state == statePlaced && audience == cases.ForParty {
		return nil, err
	}
	if p.state == statePlaced {
		home, err := homes().One(ctx, tx, p.home)
		if err != nil {
			return nil, err
		}
		return placedPanel(p.Waiting, home.Name), nil
	}
	place, err := rank(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	if audience == cases.ForStaff {
		return staffPanel(p.Waiting, place), nil
	}
	return partyPanel(p.Waiting, c.SubjectName, place), nil
}
