package appeals

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Line is an appeal on the list, with its case.
type Line struct {
	Appeal
	Case cases.Case
	// Prepare is the clock over the preparation; nil when none runs.
	Prepare *deadlines.Deadline
}

// Page is a page of the list.
type Page struct {
	Lines  []Line
	More   bool // there are others after these
	Counts map[State]int64
	Today  clock.Date
}

// List returns the appeals in cases that the case worker may read, the oldest first.
func (s *Service) List(ctx context.Context, f Filter) (p Page, err error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "appeal"}); err != nil {
		return p, err
	}
	scope, err := s.Access.Scope(ctx, cases.PermRead, "case")
	if err != nil {
		return p, fmt.Errorf("appeals: scope: %w", err)
	}
	if err := s.warm(ctx); err != nil {
		return p, err
	}
	f = f.tidy()
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p = Page{Counts: map[State]int64{}, Today: clock.DateIn(tx.Now.Time)}
		for _, state := range append(States(), "") {
			narrowed := f
			narrowed.State = state
			if p.Counts[state], err = countState(ctx, tx, narrowed, scope); err != nil {
				return err
			}
		}
		found, err := s.list(ctx, tx, f, scope)
		if err != nil {
			return err
		}
		if len(found) > pageSize {
			found, p.More = found[:pageSize], true
		}
		p.Lines, err = s.lines(ctx, tx, found)
		return err
	})
	return p, err
}

// lines adds the cases, and asks of each again: what the list was asked for by is
// a copy, which may be older than a protection of somebody's address.
func (s *Service) lines(ctx context.Context, tx *store.Tx, found []Appeal) ([]Line, error) {
	lines := make([]Line, 0, len(found))
	for _, a := range found {
		c, err := s.Cases.CaseIn(ctx, tx, a.CaseID)
		if err != nil {
			return nil, err
		}
		switch err := s.check(ctx, PermRead, a.ID, c); {
		case errs.Is(err, errs.KindNotFound), errs.Is(err, errs.KindForbidden):
			continue
		case err != nil:
			return nil, err
		}
		clocks, err := s.Deadlines.ForCase(ctx, tx, a.CaseID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, Line{Appeal: a, Case: c, Prepare: prepareClock(clocks)})
	}
	return lines, nil
}

// prepareClock is the clock over the preparation that is not over; nil when there
// is none.
func prepareClock(clocks []deadlines.Deadline) *deadlines.Deadline {
	for i := range slices.Backward(clocks) {
		if key := clocks[i].Timer.Rule.Key; (key == rulePrepare || key == rulePrepareBuilding) && clocks[i].Timer.EndedOn.IsZero() {
			return &clocks[i]
		}
	}
	return nil
}

// View is an appeal with what its page shows.
type View struct {
	Appeal    Appeal
	Case      cases.Case
	Limit     Limit
	Reasons   string // of the decision, as long as it stands
	Body      Body
	Prepare   *deadlines.Deadline
	Today     clock.Date
	Second    bool // decisions here need a second person
	Documents []blob.Document
	// Rejected is the appeal whose rejection this is against; nil when it is against the
	// decision.
	Rejected *Appeal
	// TooLate says that it came after the year within which an appeal can be heard: it can
	// only be rejected.
	TooLate bool
	// What the actor may do now.
	MayPrepare, MayApprove, MaySendBack, MayHandOver, MayAnswer, MayPackage bool
}

// View returns an appeal to the staff. The look is recorded.
func (s *Service) View(ctx context.Context, id string) (v View, err error) {
	if !ids.Valid(id) {
		return v, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err := s.load(ctx, tx, id, false)
		if err != nil {
			return err
		}
		m, err := s.matterOf(ctx, tx, a.CaseID)
		if err != nil {
			return err
		}
		if err := s.check(ctx, PermRead, a.ID, m.Case); err != nil {
			return err
		}
		v = View{Appeal: a, Case: m.Case, Prepare: prepareClock(m.Clocks), Today: clock.DateIn(tx.Now.Time)}
		if rejected, ok := m.byID(a.Against); ok {
			v.Rejected = &rejected
		} else if a.Round == m.Round {
			v.Reasons = m.Decision.Reasons
		}
		v.Limit = m.limit(a.Appellant, v.Rejected)
		v.TooLate = v.Limit.On(a.SentOn) == TooLate
		if v.Body, err = s.bodyFor(ctx, tx, m.Case); err != nil {
			return err
		}
		if v.Second, err = s.Cases.NeedsSecond(ctx, tx, m.Case); err != nil {
			return err
		}
		s.may(ctx, tx, &v)
		v.Documents, err = s.documents(ctx, tx, a)
		return err
	})
	if err != nil {
		return v, err
	}
	return v, s.look(ctx, v.Case)
}

// documents are those that came with the appeal.
func (s *Service) documents(ctx context.Context, tx *store.Tx, a Appeal) ([]blob.Document, error) {
	list := make([]blob.Document, 0, len(a.Documents))
	for _, id := range a.Documents {
		d, err := s.Blobs.Get(ctx, tx, id)
		if errs.Is(err, errs.KindNotFound) {
			continue // found harmful since
		}
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// may fills what the policies and the appeal's state both allow.
func (s *Service) may(ctx context.Context, tx *store.Tx, v *View) {
	a, me := v.Appeal, actorID(ctx)
	prepares := s.handles(ctx, tx, PermPrepare, a.ID, v.Case) == nil
	approves := s.handles(ctx, tx, PermApprove, a.ID, v.Case) == nil
	v.MayPrepare = prepares && a.waits() == nil
	v.MayHandOver = prepares && a.State == Ready && a.Package != ""
	v.MayAnswer = prepares && a.State == Forwarded
	v.MaySendBack = approves && a.State == Received && a.Proposed != ""
	v.MayApprove = v.MaySendBack && a.ProposedBy != me
	v.MayPackage = a.Package != "" && s.check(ctx, PermPackage, a.ID, v.Case) == nil
}

// look records that somebody other than a party saw the case.
func (s *Service) look(ctx context.Context, c cases.Case) error {
	actor := identity.From(ctx)
	if c.IsParty(actor.PersonID) || c.IsParty(actor.OnBehalfOf) {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: c.ID}, c.Applicant)
	})
}

// Mine is what a party's page about appealing shows.
type Mine struct {
	Case    cases.Case
	Limit   Limit
	Today   clock.Date
	Decided bool
	// Appeal is the party's own against the decision that stands; nil when there is none.
	Appeal *Appeal
	// Rejected is her appeal whose rejection she can appeal against; nil when it is the
	// decision. The limit is for what she can appeal against.
	Rejected *Appeal
	// ReasonsAsked says that she has asked for reasons and has not got them, or to the
	// staff that somebody has; MayAsk that they can be asked for.
	ReasonsAsked, MayAsk bool
	Parties              []party // for whom the staff can write an appeal down
}

// party is somebody who can appeal, with her own limit.
type party struct {
	ID, Name string
	Limit    Limit
	Appealed bool // and her appeal is being considered
	MayAsk   bool // for the reasons
}

// Standing tells how an appeal that is sent today stands.
func (m Mine) Standing() Standing { return m.Limit.On(m.Today) }

// Mine returns how a party's right to appeal stands.
func (s *Service) Mine(ctx context.Context, caseID string) (Mine, error) {
	return s.side(ctx, caseID, PermLodge)
}

// Desk is Mine for the staff who write an appeal down or give reasons.
func (s *Service) Desk(ctx context.Context, caseID string) (Mine, error) {
	m, err := s.side(ctx, caseID, PermRegister)
	if err != nil {
		return m, err
	}
	return m, s.look(ctx, m.Case)
}

func (s *Service) side(ctx context.Context, caseID string, perm access.Permission) (mine Mine, err error) {
	if !ids.Valid(caseID) {
		return mine, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return mine, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := s.matterOf(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.handles(ctx, tx, perm, caseID, m.Case); err != nil {
			return err
		}
		mine = s.mineOf(ctx, m, clock.DateIn(tx.Now.Time))
		if perm != PermRegister {
			return nil
		}
		mine.ReasonsAsked = len(m.awaited()) > 0
		mine.Parties, err = s.partiesOf(ctx, tx, m)
		return err
	})
	return mine, err
}

func (s *Service) mineOf(ctx context.Context, m matter, today clock.Date) Mine {
	me := appellant(ctx, m.Case)
	mine := Mine{Case: m.Case, Today: today, Decided: m.decided()}
	asked := m.asked(me)
	mine.ReasonsAsked = asked != nil && asked.GivenAt.IsZero()
	mine.MayAsk = s.mayAsk(ctx, m, me, today) == nil
	if a, has := m.of(me); has {
		mine.Appeal = &a
	}
	mine.Rejected, _ = m.target(me)
	mine.Limit = m.limit(me, mine.Rejected)
	return mine
}

// partiesOf are those who can appeal: all parties of age to be named, each with her own
// limit.
func (s *Service) partiesOf(ctx context.Context, tx *store.Tx, m matter) ([]party, error) {
	c := m.Case
	list := []party{{ID: c.Applicant, Name: c.ApplicantName}}
	further, err := s.Cases.Parties(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	if c.Subject != c.Applicant {
		list = append(list, party{ID: c.Subject, Name: c.SubjectName})
	}
	for _, p := range further {
		if c.IsParty(p.Person) && p.Until.IsZero() {
			list = append(list, party{ID: p.Person, Name: p.Name})
		}
	}
	for i := range list {
		against, may := m.target(list[i].ID)
		list[i].Limit, list[i].Appealed = m.limit(list[i].ID, against), !may
		list[i].MayAsk = s.mayRegisterAsked(ctx, m, list[i].ID) == nil
	}
	return list, nil
}

// OpenPackage returns the package of an appeal that was sent on; the caller closes
// it. Each time it is taken out is in the audit log.
func (s *Service) OpenPackage(ctx context.Context, id string) (io.ReadCloser, blob.Document, error) {
	var none blob.Document
	if !ids.Valid(id) {
		return nil, none, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return nil, none, err
	}
	var a Appeal
	err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if a, err = s.load(ctx, tx, id, false); err != nil {
			return err
		}
		c, err := s.Cases.CaseIn(ctx, tx, a.CaseID)
		if err != nil {
			return err
		}
		if err := s.check(ctx, PermPackage, a.ID, c); err != nil {
			return err
		}
		if a.Package == "" {
			return errs.Conflict("appeals.package_not_made")
		}
		return s.record(ctx, tx, a, "package_taken", nil)
	})
	if err != nil {
		return nil, none, err
	}
	return s.Blobs.Open(ctx, a.Package)
}
