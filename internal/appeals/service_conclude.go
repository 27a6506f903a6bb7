package appeals

import (
	"context"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// conclude does what the preparation came to. One that is to be sent on is ready when
// its package is made, and sent when somebody has handed it over.
func (s *Service) conclude(ctx context.Context, tx *store.Tx, m matter, a *Appeal, v Verdict) error {
	a.PreparedAt, a.Proposed, a.ProposedBy, a.ProposedByName, a.Letter, a.Package = tx.Now.Time, "", "", "", "", ""
	switch {
	case v == Change && a.Against != "":
		return s.setAside(ctx, tx, m, a)
	case v == Change:
		return s.changeDecision(ctx, tx, m, a)
	}
	entry, text := EntryReady, a.Body
	a.State = Ready
	if v == Reject {
		a.State, entry, text = Rejected, EntryRejected, a.Texts.Statement
	}
	if err := s.touch(ctx, tx, a.CaseID, entry, text); err != nil {
		return err
	}
	if err := s.record(ctx, tx, *a, string(a.State), map[string]string{"body": a.Body}); err != nil {
		return err
	}
	if v == Reject {
		if err := s.prepared(ctx, tx, m, *a, tx.Now.Time); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, finishArgs{Appeal: a.ID}, jobs.UniqueKey(a.ID+":"+strconv.FormatInt(a.Version, 10)))
}

// prepared ends the clock over the preparation as of when it was over, unless another
// appeal waits.
func (s *Service) prepared(ctx context.Context, tx *store.Tx, m matter, a Appeal, at time.Time) error {
	if m.othersWait(a.ID) {
		return nil
	}
	return s.Deadlines.SignalAt(ctx, tx, m.Case, deadline.Forwarded, at)
}

// changeDecision takes the case up again (omgjøring, forvaltningsloven § 33 second
// paragraph). The decision that stood is kept; the new one is made as any other,
// with a letter and a right to appeal of its own. All appeals against the old one
// have come to their end with it.
func (s *Service) changeDecision(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
	a.State = Changed
	if err := s.save(ctx, tx, a); err != nil { // see overtaken
		return err
	}
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
	return s.tellWhole(ctx, tx, c, *a, "changed", notify.Paper{Paragraphs: paragraphs(a.Texts.Statement)})
}

// overtaken ends the appeals that wait in a case that is taken up again, whoever did it:
// what they were against stands no more, and against the new decision there is a right
// to appeal of its own.
func (s *Service) overtaken(ctx context.Context, tx *store.Tx, c cases.Case) error {
	list, err := s.ofCase(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	waited := false
	for _, a := range list {
		if !a.waiting() {
			continue
		}
		waited = true
		a.State, a.PreparedAt, a.Proposed, a.ProposedBy, a.ProposedByName = Changed, tx.Now.Time, "", "", ""
		if err := s.save(ctx, tx, &a); err != nil {
			return err
		}
		if err := s.record(ctx, tx, a, string(Changed), nil); err != nil {
			return err
		}
	}
	if !waited {
		return nil
	}
	if err := s.Deadlines.Signal(ctx, tx, c, deadline.Forwarded); err != nil {
		return err
	}
	return s.tellOvertaken(ctx, tx, c)
}

// tellOvertaken writes to the parties that an appeal has come to its end, and that there
// will be a new decision. Where it is the answer to an appeal that takes the case up
// again, the parties are told by that.
func (s *Service) tellOvertaken(ctx context.Context, tx *store.Tx, c cases.Case) error {
	_, answered, err := s.Cases.Latest(ctx, tx, c.ID, EntryReopened)
	if err != nil || answered.Equal(tx.Now.Time) {
		return err
	}
	return s.tellParties(ctx, tx, c, Appeal{CaseID: c.ID}, "overtaken")
}

// setAside sets the municipality's own rejection of an appeal aside: the appeal that was
// rejected is considered after all.
func (s *Service) setAside(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
	a.State = Changed
	if err := s.save(ctx, tx, a); err != nil { // a party has one appeal that is being prepared
		return err
	}
	if err := s.record(ctx, tx, *a, string(Changed), nil); err != nil {
		return err
	}
	if err := s.prepared(ctx, tx, m, *a, tx.Now.Time); err != nil {
		return err
	}
	if err := s.revive(ctx, tx, m, *a); err != nil {
		return err
	}
	return s.tellWhole(ctx, tx, m.Case, *a, "revived", notify.Paper{Paragraphs: paragraphs(a.Texts.Statement)})
}

// revive lets an appeal that was rejected be prepared again, in time or not: that it was
// too late is settled with it.
func (s *Service) revive(ctx context.Context, tx *store.Tx, m matter, contest Appeal) error {
	a, ok := m.byID(contest.Against)
	if !ok {
		return errs.NotFound("errs.not_found")
	}
	a.State, a.LateAccepted, a.Letter = Received, a.Late, ""
	if err := s.save(ctx, tx, &a); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, a.CaseID, EntryRevived, ""); err != nil {
		return err
	}
	if err := s.record(ctx, tx, a, "revived", nil); err != nil {
		return err
	}
	return s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.Appealed, Party: m.told(a.Appellant)})
}

// Handed is how and when a package was handed over to the appeal body.
type Handed struct {
	On  clock.Date
	How How
}

// HandOver confirms that somebody has handed the package over to the appeal body. Only
// then is the appeal sent on: the preparation has come to its end, on the day on which it
// was handed over, and the parties get the copy of the letter (forvaltningsloven § 33
// third paragraph).
func (s *Service) HandOver(ctx context.Context, id string, version int64, h Handed) (Appeal, error) {
	return s.inAppeal(ctx, id, version, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter, a *Appeal) error {
		switch {
		case a.State != Ready:
			return errs.Conflict("appeals.not_now.hand_over")
		case a.Package == "":
			return errs.Conflict("appeals.package_not_made")
		}
		if err := errs.InvalidFields(h.wrong(*a, clock.DateIn(tx.Now.Time))...); err != nil {
			return err
		}
		a.State, a.HandedOn, a.HandedHow, a.HandedByName = Forwarded, h.On, h.How, identity.From(ctx).Name
		if err := s.Blobs.Move(ctx, tx, a.Letter, blob.Owner{Type: ownerCase, ID: a.CaseID}); err != nil {
			return err
		}
		words := s.Bundle.For(m.Case.Lang)
		text := words.T("appeals.handed.journal", "body", a.Body, "date", words.Date(h.On), "how", words.T("appeals.how."+string(h.How)))
		if err := s.touch(ctx, tx, a.CaseID, EntryForwarded, text, a.Letter); err != nil {
			return err
		}
		if err := s.record(ctx, tx, *a, string(Forwarded), map[string]string{"body": a.Body, "how": string(h.How), "on": h.On.String()}); err != nil {
			return err
		}
		if err := s.prepared(ctx, tx, m, *a, m.handedLast(h.On).Start()); err != nil {
			return err
		}
		return s.tellWhole(ctx, tx, m.Case, *a, string(Forwarded), notify.Paper{Document: a.Letter})
	})
}

func (h Handed) wrong(a Appeal, today clock.Date) (wrong []errs.Field) {
	if h.On.IsZero() || h.On.After(today) || h.On.Before(clock.DateIn(a.PreparedAt)) {
		wrong = append(wrong, errs.Field{Name: "handed_on", Key: "appeals.need.handed_on"})
	}
	if !h.How.Valid() {
		wrong = append(wrong, errs.Field{Name: "handed_how", Key: "appeals.need.handed_how"})
	}
	return wrong
}

// handed is the day on which the appeal went to the appeal body, as far as it is known.
func (a Appeal) handed() clock.Date {
	if !a.HandedOn.IsZero() {
		return a.HandedOn
	}
	return clock.DateIn(a.PreparedAt)
}

// variant is the end of the message keys that speak of a rejection instead of the
// decision.
func (a Appeal) variant() string {
	if a.Against != "" {
		return "_contest"
	}
	return ""
}
