package appeals

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// AcceptLate lets an appeal that came after the limit be considered: the party
// cannot be blamed for it, or there are special reasons for hearing it
// (forvaltningsloven § 31 first paragraph).
func (s *Service) AcceptLate(ctx context.Context, id string, version int64, why string) (Appeal, error) {
	why = clean(why)
	return s.inAppeal(ctx, id, version, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		if err := a.waits(); err != nil {
			return err
		}
		if !a.Late || a.LateAccepted || a.State != Received {
			return errs.Conflict("appeals.not_late")
		}
		if m.tooLate(*a) {
			return errs.Conflict("appeals.too_late")
		}
		if err := errs.InvalidFields(checkText("late_answer", why, minText)...); err != nil {
			return err
		}
		a.LateAccepted, a.Texts.LateAnswer = true, why
		if err := s.touch(ctx, tx, a.CaseID, EntryLateAccepted, why); err != nil {
			return err
		}
		if err := s.record(ctx, tx, *a, "late_accepted", nil); err != nil {
			return err
		}
		return s.tellWhole(ctx, tx, m.Case, *a, "late_accepted", notify.Paper{Paragraphs: paragraphs(why)})
	})
}

// waits refuses what can only be done to an appeal that is being prepared, or is ready
// and can be prepared again as long as nobody has handed it over; it stands still while
// it waits for a second person.
func (a Appeal) waits() error {
	switch {
	case !a.waiting():
		return errs.Conflict("appeals.not_now.prepare")
	case a.Proposed != "":
		return errs.Conflict("appeals.proposed")
	}
	return nil
}

// Preparation is how the municipality's own treatment of an appeal ends.
type Preparation struct {
	Verdict   Verdict
	Statement string
	// Body and Address are the appeal body's, of an appeal that is sent on; the
	// usual one when empty.
	Body, Address string
}

// Prepare ends the preparation: the decision is changed, or the appeal is rejected
// or sent on. The last two wait for a second person where the department wants
// one for its decisions; a changed decision gets hers when it is made.
func (s *Service) Prepare(ctx context.Context, id string, version int64, p Preparation) (Appeal, error) {
	p.Statement, p.Body, p.Address = clean(p.Statement), clean(p.Body), clean(p.Address)
	return s.inAppeal(ctx, id, version, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		if err := a.waits(); err != nil {
			return err
		}
		if err := errs.InvalidFields(p.wrong()...); err != nil {
			return err
		}
		if a.Late && !a.LateAccepted && p.Verdict != Reject {
			return errs.Conflict("appeals.decide_lateness")
		}
		a.Texts.Statement, a.Body, a.Texts.Address = p.Statement, p.Body, p.Address
		if p.Verdict == Forward && p.Body == "" {
			body, err := s.bodyFor(ctx, tx, m.Case)
			if err != nil {
				return err
			}
			a.Body, a.Texts.Address = body.Name, body.Address
		}
		a.PreparedBy, a.PreparedByName = actorID(ctx), identity.From(ctx).Name
		second, err := s.Cases.NeedsSecond(ctx, tx, m.Case)
		if err != nil {
			return err
		}
		if second && p.Verdict != Change {
			return s.propose(ctx, tx, m.Case, a, p.Verdict)
		}
		return s.conclude(ctx, tx, m, a, p.Verdict)
	})
}

func (p Preparation) wrong() (wrong []errs.Field) {
	if !p.Verdict.Valid() {
		wrong = append(wrong, errs.Field{Name: "verdict", Key: "appeals.need.verdict"})
	}
	if len([]rune(p.Body)) > maxName {
		wrong = append(wrong, errs.Field{Name: "body", Key: "appeals.too_long", Args: []any{"most", maxName}})
	}
	if len([]rune(p.Address)) > maxAddress {
		wrong = append(wrong, errs.Field{Name: "address", Key: "appeals.too_long", Args: []any{"most", maxAddress}})
	}
	return append(wrong, checkText("statement", p.Statement, minText)...)
}

// propose lets the preparation wait for a second person.
func (s *Service) propose(ctx context.Context, tx *store.Tx, c cases.Case, a *Appeal, v Verdict) error {
	a.State, a.Proposed, a.ProposedBy, a.ProposedByName, a.Texts.SentBack = Received, v, actorID(ctx), identity.From(ctx).Name, ""
	entry := cases.Entry{Kind: EntryProposed, Internal: true}
	if _, err := s.Cases.Touch(ctx, tx, c.ID, entry, nil); err != nil {
		return err
	}
	if err := s.record(ctx, tx, *a, "proposed", map[string]string{"verdict": string(v)}); err != nil {
		return err
	}
	return s.tellDepartment(ctx, tx, c, *a, "proposed")
}

// Approve ends the preparation as the second person; nobody approves the own.
func (s *Service) Approve(ctx context.Context, id string, version int64) (Appeal, error) {
	return s.inAppeal(ctx, id, version, PermApprove, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		switch {
		case a.State != Received || a.Proposed == "":
			return errs.Conflict("appeals.not_now.approve")
		case a.ProposedBy == actorID(ctx):
			return errs.Conflict("appeals.approve_not_own")
		}
		a.ApprovedByName = identity.From(ctx).Name
		return s.conclude(ctx, tx, m, a, a.Proposed)
	})
}

// SendBack gives the preparation back: by a second person, who says why, or by
// the one whose it is and who has thought again.
func (s *Service) SendBack(ctx context.Context, id string, version int64, comment string) (Appeal, error) {
	comment = clean(comment)
	return s.inAppeal(ctx, id, version, PermApprove, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		if a.State != Received || a.Proposed == "" {
			return errs.Conflict("appeals.not_now.approve")
		}
		own := a.ProposedBy == actorID(ctx)
		if !own {
			if err := errs.InvalidFields(checkText("comment", comment, 1)...); err != nil {
				return err
			}
		}
		author := a.ProposedBy
		a.Proposed, a.ProposedBy, a.ProposedByName, a.Texts.SentBack = "", "", "", comment
		if _, err := s.Cases.Touch(ctx, tx, a.CaseID, cases.Entry{Kind: EntrySentBack, Text: comment, Internal: true}, nil); err != nil {
			return err
		}
		if err := s.record(ctx, tx, *a, "sent_back", nil); err != nil {
			return err
		}
		if own {
			return nil
		}
		return s.tellWorker(ctx, tx, m.Case, *a, author, "sent_back")
	})
}
