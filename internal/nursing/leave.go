package nursing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/units"
)

// The journal's words for somebody whose turn has come, and for somebody who has left
// the list or the home.
const (
	EntryTurn  cases.EntryKind = "nursing_turn"
	EntryEnded cases.EntryKind = "nursing_ended"
	// EntryAgain is that it is to be decided again whether somebody has the right.
	EntryAgain cases.EntryKind = "nursing_again"
)

// Why somebody leaves the waiting list, or her place, without a new decision.
const (
	whyDied     = "died"
	whyMoved    = "moved"
	whyDeclined = "declined" // she herself wants it no more
	whyPlaced   = "placed"   // who waited has got a place
	whyOver     = "over"     // a stay that the decision gave for a time only
	whyEmpty    = "empty"    // nobody knows any more whose it was, and nobody lives there by it
)

// stayLong is the stay that is given for no limited time.
const stayLong = "long"

// reasons are those there are for what somebody was granted: what she herself does, what
// fulfils the decision, and what it said itself. Everything else takes a granted right
// away, and is a new decision with a right to appeal (helse- og omsorgstjenesteloven
// § 3-2 a, pasient- og brukerrettighetsloven § 2-7, forvaltningsloven § 35).
func (p standing) reasons() []string {
	if p.nameless {
		return []string{whyEmpty} // there is nobody to tell more of
	}
	list := []string{whyDied, whyMoved, whyDeclined}
	switch {
	case p.state == stateWaiting:
		list = append(list, whyPlaced)
	case p.Stay != stayLong:
		list = append(list, whyOver)
	}
	return list
}

// told reports whether a reason must be told in words: who said it and when, or when the
// decision said that the stay would end.
func told(why string) bool { return why == whyDeclined || why == whyOver }

const (
	leastText = 10
	mostText  = 2000
)

// Ending is how somebody leaves the waiting list or the home.
type Ending struct {
	Why  string // one of the reasons there are
	Text string // more about it, which the parties read
}

func (e Ending) check(p standing) error {
	var wrong []errs.Field
	length := utf8.RuneCountInString(e.Text)
	if !slices.Contains(p.reasons(), e.Why) {
		wrong = append(wrong, errs.Field{Name: "why", Key: "nursing.leave.need_why"})
	}
	if p.nameless && length > 0 {
		wrong = append(wrong, errs.Field{Name: "text", Key: "nursing.leave.no_text"})
	}
	if told(e.Why) && length < leastText || length > mostText {
		wrong = append(wrong, errs.Field{Name: "text", Key: "nursing.leave.need_text", Args: []any{"least", leastText, "most", mostText}})
	}
	return errs.InvalidFields(wrong...)
}

// text tells why, as the parties read it.
func (e Ending) text(words *i18n.Localizer) string {
	text := words.T("nursing.leave.why." + e.Why)
	if e.Text != "" {
		text += ". " + e.Text
	}
	return text
}

// Standing is somebody who waits or has a place, for whoever handles her case.
type Standing struct {
	Line
	Home string // "" while she waits
	// Nameless says that the case is anonymised: nobody knows whose place it was.
	Nameless bool
	Homes    []units.Unit // that have room
	Whys     []string     // for which she can leave without a new decision
}

// Standing returns it, and records the look.
func (s *Service) Standing(ctx context.Context, caseID string) (v Standing, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, c, err := s.held(ctx, tx, caseID)
		if err != nil {
			return err
		}
		v = Standing{Line: Line{Waiting: p.Waiting, Case: c}, Nameless: p.nameless, Whys: p.reasons()}
		if !v.Nameless {
			subject, err := s.Identity.PersonIn(ctx, tx, c.Subject)
			if err != nil {
				return err
			}
			v.Deceased = subject.Deceased()
		}
		if v.Place, err = rank(ctx, tx, caseID); err != nil {
			return err
		}
		if p.state == statePlaced {
			home, err := homes().One(ctx, tx, p.home)
			if err != nil {
				return err
			}
			v.Home = home.Name
		}
		if v.Homes, err = withRoom(ctx, tx); err != nil || v.Nameless {
			return err // nobody is looked at
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: caseID}, c.Subject)
	})
	return v, err
}

// held reads what somebody was granted that still stands, for whoever may decide in
// her case.
func (s *Service) held(ctx context.Context, tx *store.Tx, caseID string) (p standing, c cases.Case, err error) {
	if err := s.maySee(ctx); err != nil {
		return p, c, err
	}
	if !ids.Valid(caseID) {
		return p, c, errs.NotFound("errs.not_found")
	}
	if c, err = s.Cases.CaseIn(ctx, tx, caseID); err != nil {
		return p, c, err
	}
	if err := s.Cases.CheckHandler(ctx, tx, cases.PermDecide, c); err != nil {
		return p, c, err
	}
	p, ok, err := standingIn(ctx, tx, caseID)
	if err == nil && (!ok || c.Kind != Name) {
		err = errs.Conflict("nursing.leave.gone")
	}
	p.nameless = c.Anonymised()
	return p, c, err
}

// heldBySomebody is held for what can only be done to a case that is somebody's still.
func (s *Service) heldBySomebody(ctx context.Context, tx *store.Tx, caseID string) (p standing, c cases.Case, err error) {
	p, c, err = s.held(ctx, tx, caseID)
	if err == nil && p.nameless {
		err = errs.Conflict("nursing.leave.gone")
	}
	return p, c, err
}

// GivePlace takes the case of somebody who waits up again and begins the decision that
// gives her a place, in the hands of whoever does it. She stands on the list until it
// is made: a second person may have to approve it, and what is given is decided,
// told and appealed as everything else (forvaltningsloven §§ 2 and 35).
func (s *Service) GivePlace(ctx context.Context, caseID string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	var stay, holder string
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, c, err := s.heldBySomebody(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if p.state != stateWaiting {
			return errs.Conflict("nursing.leave.gone")
		}
		stay, holder = p.Stay, c.Assignee
		return s.takeUp(ctx, tx, c)
	})
	if err == nil && holder != identity.From(ctx).PersonID {
		_, err = s.Cases.AssignToMe(ctx, caseID, 0)
	}
	if err != nil {
		return err
	}
	draft, err := s.Cases.OpenDraft(ctx, caseID)
	if err != nil || draft.Decision.Version > 0 {
		return err // somebody has begun to write it
	}
	words := s.Cases.Bundle.For(draft.Case.Lang)
	d := draft.Decision
	d.Outcome, d.Values, d.LegalBasis = cases.OutcomeGranted, map[string]string{fieldStay: stay, fieldResult: resultPlace}, words.T(basis(cases.OutcomeGranted))
	_, err = s.Cases.SaveDraft(ctx, caseID, d)
	return err
}

// DecideAgain takes the case of somebody who waits or has a place up again, in the hands of
// whoever does it. What she was granted stands until the new decision is made.
func (s *Service) DecideAgain(ctx context.Context, caseID string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	var holder string
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, c, err := s.heldBySomebody(ctx, tx, caseID)
		if err != nil {
			return err
		}
		holder = c.Assignee
		switch {
		case c.ProposedBy != "" && c.Assignee != identity.From(ctx).PersonID:
			return errs.Conflict("cases.proposed")
		case c.Status.Open():
			return nil
		}
		_, err = s.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: EntryAgain})
		return err
	})
	if err == nil && holder != identity.From(ctx).PersonID {
		_, err = s.Cases.AssignToMe(ctx, caseID, 0)
	}
	return err
}

// takeUp reopens a case, unless it is open. It sets aside the decision that stands, so
// there must be room somewhere.
func (s *Service) takeUp(ctx context.Context, tx *store.Tx, c cases.Case) error {
	switch {
	case c.ProposedBy != "" && c.Assignee != identity.From(ctx).PersonID:
		return errs.Conflict("cases.proposed")
	case c.Status.Open():
		return nil
	}
	rooms, err := withRoom(ctx, tx)
	if err != nil {
		return err
	}
	if len(rooms) == 0 {
		return errs.Conflict("nursing.leave.no_room")
	}
	_, err = s.Cases.Reopen(ctx, tx, c.ID, cases.Entry{Kind: EntryTurn})
	return err
}

// withRoom are the homes that take somebody in now.
func withRoom(ctx context.Context, tx *store.Tx) ([]units.Unit, error) {
	open, err := homes().Open(ctx, tx)
	return slices.DeleteFunc(open, func(u units.Unit) bool { return u.Free() == 0 }), err
}

// End takes somebody off the waiting list, or ends her stay, so that the place is free
// for the next. The journal tells why, and so are the parties. Of a case that is anonymised
// nobody knows whose the place was: when nobody lives there by it, it is freed all the same.
func (s *Service) End(ctx context.Context, caseID string, e Ending) error {
	e.Text = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", " ").Replace(e.Text))
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, c, err := s.held(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := e.check(p); err != nil {
			return err
		}
		if err := endPlace(ctx, tx, caseID, e.Why); err != nil {
			return err
		}
		if p.home != "" {
			if err := homes().Count(ctx, tx, p.home, -1); err != nil {
				return err
			}
		}
		text := e.text(s.Cases.Bundle.For(c.Lang))
		if c, err = s.Cases.Touch(ctx, tx, caseID, cases.Entry{Kind: EntryEnded, Text: text}, nil); err != nil || p.nameless {
			return err
		}
		return s.tell(ctx, tx, c, p.state, e)
	})
}

func (s *Service) warm(ctx context.Context) error {
	if err := s.Cases.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("nursing: keys: %w", err)
	}
	return nil
}
