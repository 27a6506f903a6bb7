package appeals

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
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
		if !a.Late || a.LateAccepted {
			return errs.Conflict("appeals.not_late")
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
		return s.tellParties(ctx, tx, m.Case, *a, "late_accepted")
	})
}

// waits refuses what can only be done to an appeal that is being prepared, and
// stands still while it waits for a second person.
func (a Appeal) waits() error {
	switch {
	case a.State != Received:
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
	a.Proposed, a.ProposedBy, a.ProposedByName, a.Texts.SentBack = v, actorID(ctx), identity.From(ctx).Name, ""
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

// conclude does what the preparation came to.
func (s *Service) conclude(ctx context.Context, tx *store.Tx, m matter, a *Appeal, v Verdict) error {
	a.PreparedAt, a.Proposed, a.ProposedBy, a.ProposedByName = tx.Now.Time, "", "", ""
	if v == Change {
		return s.changeDecision(ctx, tx, m, a)
	}
	entry, text := EntryForwarded, a.Body
	a.State = Forwarded
	if v == Reject {
		a.State, entry, text = Rejected, EntryRejected, a.Texts.Statement
	}
	if err := s.touch(ctx, tx, a.CaseID, entry, text); err != nil {
		return err
	}
	if err := s.record(ctx, tx, *a, string(a.State), map[string]string{"body": a.Body}); err != nil {
		return err
	}
	if len(m.open()) <= 1 {
		if err := s.Deadlines.Signal(ctx, tx, m.Case, deadline.Forwarded); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, finishArgs{Appeal: a.ID}, jobs.UniqueKey(a.ID))
}

// changeDecision takes the case up again (omgjøring, forvaltningsloven § 33 second
// paragraph). The decision that stood is kept; the new one is made as any other,
// with a letter and a right to appeal of its own. All appeals against the old one
// have come to their end with it.
func (s *Service) changeDecision(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
	for _, other := range m.open() {
		if other.ID == a.ID || other.Round != a.Round {
			continue
		}
		other.State, other.PreparedAt, other.Proposed, other.ProposedBy, other.ProposedByName = Changed, tx.Now.Time, "", "", ""
		if err := s.save(ctx, tx, &other); err != nil {
			return err
		}
	}
	a.State = Changed
	if err := s.Deadlines.Signal(ctx, tx, m.Case, deadline.Forwarded); err != nil {
		return err
	}
	c, err := s.Cases.Reopen(ctx, tx, a.CaseID, cases.Entry{Kind: EntryReopened, Text: a.Texts.Statement})
	if err != nil {
		return err
	}
	if err := s.record(ctx, tx, *a, string(Changed), nil); err != nil {
		return err
	}
	return s.tellParties(ctx, tx, c, *a, "changed")
}

// BodyAnswer is what the appeal body answered.
type BodyAnswer struct {
	Answer Answer
	Text   string
	On     clock.Date
	Files  []blob.Stored
}

// RegisterAnswer writes down what the appeal body answered, and tells the parties.
// One that is sent back is taken up again by the municipality.
func (s *Service) RegisterAnswer(ctx context.Context, id string, version int64, in BodyAnswer) (Appeal, error) {
	in.Text = clean(in.Text)
	return s.inAppeal(ctx, id, version, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		if a.State != Forwarded {
			return errs.Conflict("appeals.not_now.answer")
		}
		if err := errs.InvalidFields(in.wrong(*a, clock.DateIn(tx.Now.Time))...); err != nil {
			return err
		}
		documents, err := s.keepFiles(ctx, tx, a.CaseID, in.Files)
		if err != nil {
			return err
		}
		a.State, a.Answer, a.AnsweredOn, a.Texts.Answer = Answered, in.Answer, in.On, in.Text
		text := s.Bundle.For(m.Case.Lang).T("appeals.answer."+string(in.Answer)+".journal", "body", a.Body)
		if in.Text != "" {
			text += "\n\n" + in.Text
		}
		if err := s.touch(ctx, tx, a.CaseID, EntryAnswered, text, documents...); err != nil {
			return err
		}
		if err := s.record(ctx, tx, *a, "answered", map[string]string{"answer": string(in.Answer)}); err != nil {
			return err
		}
		c := m.Case
		if in.Answer == SentBack && m.decided() && m.Round == a.Round {
			if c, err = s.Cases.Reopen(ctx, tx, a.CaseID, cases.Entry{Kind: EntryReopened}); err != nil {
				return err
			}
		}
		if err := s.tellParties(ctx, tx, c, *a, "answered"); err != nil {
			return err
		}
		return s.tellStaff(ctx, tx, c, *a, "answered")
	})
}

func (in BodyAnswer) wrong(a Appeal, today clock.Date) (wrong []errs.Field) {
	known := false
	for _, answer := range Answers() {
		known = known || answer == in.Answer
	}
	if !known {
		wrong = append(wrong, errs.Field{Name: "answer", Key: "appeals.need.answer"})
	}
	if in.On.IsZero() || in.On.After(today) || in.On.Before(clock.DateIn(a.PreparedAt)) {
		wrong = append(wrong, errs.Field{Name: "answered_on", Key: "appeals.need.answered_on"})
	}
	if in.Text != "" {
		wrong = append(wrong, checkText("text", in.Text, 1)...)
	}
	return wrong
}

func (s *Service) keepFiles(ctx context.Context, tx *store.Tx, caseID string, files []blob.Stored) (list []string, err error) {
	for _, f := range files {
		d, err := s.Blobs.Keep(ctx, tx, f, blob.Owner{Type: ownerCase, ID: caseID, Person: identity.From(ctx).PersonID})
		if err != nil {
			return nil, fmt.Errorf("appeals: keep a file: %w", err)
		}
		list = append(list, d.ID)
	}
	return list, nil
}
