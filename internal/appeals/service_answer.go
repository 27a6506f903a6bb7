package appeals

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

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
		text := s.Bundle.For(m.Case.Lang).T("appeals.answer."+string(in.Answer)+".journal"+a.variant(), "body", a.Body)
		if in.Text != "" {
			text += "\n\n" + in.Text
		}
		if err := s.touch(ctx, tx, a.CaseID, EntryAnswered, text, documents...); err != nil {
			return err
		}
		if err := s.record(ctx, tx, *a, "answered", map[string]string{"answer": string(in.Answer)}); err != nil {
			return err
		}
		c, err := s.sentBack(ctx, tx, m, a)
		if err != nil {
			return err
		}
		if err := s.tellWhole(ctx, tx, c, *a, "answered", notify.Paper{Paragraphs: paragraphs(text)}); err != nil {
			return err
		}
		return s.tellStaff(ctx, tx, c, *a, "answered")
	})
}

// sentBack takes up again what the appeal body has sent back: the case, or the appeal
// that the municipality should not have rejected.
func (s *Service) sentBack(ctx context.Context, tx *store.Tx, m matter, a *Appeal) (cases.Case, error) {
	switch {
	case a.Answer != SentBack || !m.decided() || m.Round != a.Round:
		return m.Case, nil
	case a.Against != "":
		return m.Case, s.revive(ctx, tx, m, *a)
	}
	return s.Cases.Reopen(ctx, tx, a.CaseID, cases.Entry{Kind: EntryReopened})
}

func (in BodyAnswer) wrong(a Appeal, today clock.Date) (wrong []errs.Field) {
	known := false
	for _, answer := range Answers() {
		known = known || answer == in.Answer
	}
	if !known {
		wrong = append(wrong, errs.Field{Name: "answer", Key: "appeals.need.answer"})
	}
	if in.On.IsZero() || in.On.After(today) || in.On.Before(a.handed()) {
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
