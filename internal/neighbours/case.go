package neighbours

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// The lines of a case's journal that tell of neighbour notices; their titles are
// the messages "cases.entry.<kind>".
const (
	EntryNotice  cases.EntryKind = "neighbours_notice"
	EntryAnswer  cases.EntryKind = "neighbours_answer"
	EntryLate    cases.EntryKind = "neighbours_answer_late"
	EntryComment cases.EntryKind = "neighbours_comment"
	EntryTold    cases.EntryKind = "neighbours_told"
)

// Companion is how the service follows building cases.
func (s *Service) Companion() cases.Companion {
	return cases.Companion{Name: "neighbours", Happened: s.happened, Panel: s.panel, Looked: s.looked}
}

// happened lets the notice follow the application to the case, and tells the
// neighbours who are to know of the decision.
func (s *Service) happened(ctx context.Context, tx *store.Tx, e cases.Event) error {
	if e.Case.Kind != kindOfCase {
		return nil
	}
	switch e.What {
	case cases.HappenedReceived:
		return s.follow(ctx, tx, e.Case)
	case cases.HappenedTold:
		return s.tellOfDecision(ctx, tx, e.Case)
	case cases.HappenedAssigned, cases.HappenedReleased, cases.HappenedParties, cases.HappenedReopened:
		return s.closedAsCase(ctx, tx, e.Case)
	case cases.HappenedAsked, cases.HappenedAnswered, cases.HappenedNoted, cases.HappenedProposed,
		cases.HappenedSentBack, cases.HappenedDecided, cases.HappenedResponded, cases.HappenedWithdrawn:
	}
	return nil
}

// follow binds the notices of an application to its case: those that belong to it, or else
// the one that the applicant has sent for the same works without saying so.
func (s *Service) follow(ctx context.Context, tx *store.Tx, c cases.Case) error {
	if c.Submission == "" {
		return nil
	}
	sent, err := s.Forms.Submission(ctx, tx, c.Submission)
	if err != nil {
		return err
	}
	list, err := s.belonging(ctx, tx, c, sent)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, n := range list {
		n.CaseID, n.Department, n.Restricted = c.ID, c.Department, c.Restricted
		if err := s.save(ctx, tx, &n); err != nil {
			return err
		}
		if err := follow(ctx, tx, n); err != nil {
			return err
		}
		if err := s.followLetters(ctx, tx, n, c.Assignee); err != nil {
			return err
		}
		if err := s.record(ctx, tx, n, "follow", nil); err != nil {
			return err
		}
	}
	return jobs.Enqueue(ctx, tx, handOverArgs{Case: c.ID}, jobs.UniqueKey("neighbours:"+c.ID))
}

// belonging are the notices of an application that is sent. Without any, it is the newest
// one that tells of the same works on the same property and is not too old: another would
// let neighbours have been told of what they were not.
func (s *Service) belonging(ctx context.Context, tx *store.Tx, c cases.Case, sent forms.Submission) (list []Notice, err error) {
	unbound := func(n Notice) bool { return n.CaseID == "" && n.State != Draft }
	if sent.Draft != "" {
		all, err := s.ofDraft(ctx, tx, sent.Draft)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			if unbound(n) {
				list = append(list, n)
			}
		}
	}
	if len(list) > 0 {
		return list, nil
	}
	all, err := s.ofSender(ctx, tx, c.Applicant)
	if err != nil {
		return nil, err
	}
	works, _ := sent.Values["description"].(string)
	for _, n := range all { // the newest first
		if unbound(n) && n.DraftID == "" && overlap(n.Properties, refsOf(sent.Values)) && n.stands(clock.DateIn(tx.Now.Time)) && sameWorks(n.Texts.Description, works) {
			return []Notice{n}, nil
		}
	}
	return nil, nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(one string) bool { return slices.Contains(b, one) })
}

// handOverArgs asks for the notices of a case to be put with it.
type handOverArgs struct {
	Case string `json:"case"`
}

// Kind implements jobs.Args.
func (handOverArgs) Kind() string { return "neighbours.hand_over" }

// Jobs registers the module's worker.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.handOver)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.proveConsents)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.followSending)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.followMoved)
}

// errNothing says that there is nothing to hand over any more.
var errNothing = errors.New("neighbours: nothing to hand over")

// handOver puts the receipt with everybody's answers, the drawings and what came
// with the answers in the case, and journals it, in one transaction.
func (s *Service) handOver(ctx context.Context, j jobs.Job[handOverArgs]) error {
	ctx = identity.AsSystem(ctx, "neighbours")
	if err := s.warm(ctx); err != nil {
		return err
	}
	var c cases.Case
	var list []Notice
	lines := map[string][]Line{}
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if c, err = s.Cases.CaseIn(ctx, tx, j.Args.Case); err != nil {
			return err
		}
		if list, err = s.ofCase(ctx, tx, c.ID); err != nil {
			return err
		}
		for _, n := range list {
			recipients, err := s.recipients(ctx, tx, n.ID)
			if err != nil {
				return err
			}
			list, err := s.lines(ctx, tx, n, recipients)
			if err != nil {
				return err
			}
			lines[n.ID] = veiled(n, list) // the applicant reads the case's documents
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return jobs.Cancel(errNothing)
	}
	var receipts []blob.Stored
	for _, n := range list {
		stored, err := s.answersFile(ctx, c, n, lines[n.ID])
		if err != nil {
			return err
		}
		receipts = append(receipts, stored)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for i, n := range list {
			if err := s.putWith(ctx, tx, c, n, lines[n.ID], receipts[i]); err != nil {
				return err
			}
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// answersFile stores the receipt of a notice with the answers so far.
func (s *Service) answersFile(ctx context.Context, c cases.Case, n Notice, list []Line) (blob.Stored, error) {
	words := s.Bundle.For(c.Lang)
	var out bytes.Buffer
	if err := s.writeReceipt(ctx, &out, words, n, list); err != nil {
		return blob.Stored{}, err
	}
	name := words.T("neighbours.receipt.file_case", "number", strings.ReplaceAll(c.Label(), "/", "-")) + ".pdf"
	stored, err := s.Blobs.Put(ctx, &out, blob.PutOptions{Name: name, Generated: true})
	if err != nil {
		return stored, fmt.Errorf("neighbours: keep the receipt: %w", err)
	}
	return stored, nil
}

// putWith lets a notice's documents belong to the case.
func (s *Service) putWith(ctx context.Context, tx *store.Tx, c cases.Case, n Notice, list []Line, receipt blob.Stored) error {
	d, err := s.Blobs.Keep(ctx, tx, receipt, blob.Owner{Type: ownerCase, ID: c.ID})
	if err != nil {
		return fmt.Errorf("neighbours: keep the receipt: %w", err)
	}
	ids := slices.Clone(n.Documents)
	for _, l := range list {
		ids = append(ids, l.Documents...)
	}
	there, err := s.documents(ctx, tx, ids)
	if err != nil {
		return err
	}
	entry := cases.Entry{Kind: EntryNotice, Documents: []string{d.ID}}
	for _, kept := range there {
		if kept.Owner.Type != ownerNotice {
			continue // with the case already
		}
		if err := s.Blobs.Move(ctx, tx, kept.ID, blob.Owner{Type: ownerCase, ID: c.ID}); err != nil {
			return fmt.Errorf("neighbours: put a document with the case: %w", err)
		}
		entry.Documents = append(entry.Documents, kept.ID)
	}
	entry.Text = s.summary(ctx, c, n, list)
	_, err = s.Cases.Touch(ctx, tx, c.ID, entry, nil)
	return err
}

// summary says in a line how the neighbours have answered.
func (s *Service) summary(_ context.Context, c cases.Case, n Notice, list []Line) string {
	words := s.Bundle.For(c.Lang)
	if n.State == Exempt {
		return words.T("neighbours.summary.exempt")
	}
	t := View{Lines: list}.Tally()
	return words.T("neighbours.summary.sent", "date", words.Date(clock.DateIn(n.SentAt)), "all", t.All, "answered", t.Answered, "remarks", t.Remarks)
}

// toCase journals an answer that comes when the application is sent, and tells the
// case worker of what changes the case. One that is late is called late. Remarks that
// come by the deadline take the three weeks away (plan- og bygningsloven § 21-7); what
// late ones are worth, the case worker judges.
func (s *Service) toCase(ctx context.Context, tx *store.Tx, n Notice, r Recipient, before Answer, documents []string) error {
	c, err := s.Cases.CaseIn(ctx, tx, n.CaseID)
	if err != nil {
		return err
	}
	words := s.Bundle.For(c.Lang)
	entry := cases.Entry{Kind: EntryAnswer, Documents: documents, Text: words.T("neighbours.entry."+string(r.Answer), "name", nameOf(words, veil(n, r)), "property", r.Property())}
	if r.Late {
		entry.Kind = EntryLate
	}
	if r.About.Text != "" {
		entry.Text += "\n" + r.About.Text
	}
	if c, err = s.Cases.Touch(ctx, tx, n.CaseID, entry, nil); err != nil {
		return err
	}
	if r.Answer == Remarks && !r.Late && s.Remarked != nil {
		if err := s.Remarked(ctx, tx, c); err != nil {
			return err
		}
	}
	if what := newsOf(r, before); what != "" {
		return s.tellStaff(ctx, tx, n, c, what, r.ID+":"+r.posting)
	}
	return nil
}

// newsOf is what the case worker is told of an answer that comes after the application:
// remarks, in time or late, and a consent that is given or taken back. That somebody
// has no remarks stands in the journal.
func newsOf(r Recipient, before Answer) string {
	switch {
	case r.Answer == Remarks && r.Late:
		return "staff_late"
	case r.Answer == Remarks:
		return "staff_remarks"
	case r.Answer == Consents || before == Consents:
		return "staff_consent"
	}
	return ""
}

// tellOfDecision tells the neighbours with remarks, each once of each decision.
func (s *Service) tellOfDecision(ctx context.Context, tx *store.Tx, c cases.Case) error {
	list, err := s.ofCase(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	told := 0
	of := c.DecidedAt.UTC().Format("20060102150405")
	for _, n := range list {
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		for i := range recipients {
			r := &recipients[i]
			if r.Answer != Remarks || r.PersonID == "" || r.ToldOf == of {
				continue
			}
			if err := s.tellDecided(ctx, tx, n, *r, c.Label(), of); err != nil {
				return err
			}
			r.ToldOf = of
			if err := s.saveRecipient(ctx, tx, r); err != nil {
				return err
			}
			if err := s.recordOf(ctx, tx, n, *r, "told", nil); err != nil {
				return err
			}
			told++
		}
	}
	if told == 0 {
		return nil
	}
	_, err = s.Cases.Touch(ctx, tx, c.ID, cases.Entry{Kind: EntryTold}, nil)
	return err
}

// decided is the decision of a notice's case, once the party has been told of it.
func (s *Service) decided(ctx context.Context, tx *store.Tx, n Notice) (Decided, error) {
	if n.CaseID == "" {
		return Decided{}, nil
	}
	d, err := s.Cases.DecisionIn(ctx, tx, n.CaseID)
	if errors.Is(err, store.ErrNoRows) || errs.Is(err, errs.KindNotFound) || err == nil && d.Letter == "" && !d.ByLaw() {
		return Decided{}, nil
	}
	if err != nil {
		return Decided{}, err
	}
	return Decided{Outcome: d.Outcome, At: clock.DateIn(d.DecidedAt)}, nil
}

// looked records that the neighbours whom the case's page tells of were looked at, so
// that each of them sees by whom.
func (s *Service) looked(ctx context.Context, tx *store.Tx, c cases.Case) error {
	if c.Kind != kindOfCase {
		return nil
	}
	list, err := s.ofCase(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return err
		}
		if err := s.lookIn(ctx, tx, n, concerned(n, recipients)); err != nil {
			return err
		}
	}
	return nil
}

// panel is the notices' part of the case's page.
func (s *Service) panel(ctx context.Context, tx *store.Tx, c cases.Case, audience cases.Audience) (templ.Component, error) {
	if c.Kind != kindOfCase {
		return nil, nil //nolint:nilnil // nothing is shown
	}
	list, err := s.ofCase(ctx, tx, c.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var views []View
	for _, n := range list {
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return nil, err
		}
		v := View{Notice: n, Today: clock.DateIn(tx.Now.Time), Received: c.ReceivedAt, Own: audience != cases.ForStaff, Decided: !c.DecidedAt.IsZero()}
		if v.Lines, err = s.lines(ctx, tx, n, recipients); err != nil {
			return nil, err
		}
		v.Reach = reachOf(v.Lines)
		if audience != cases.ForStaff {
			v.Lines = veiled(n, v.Lines)
		}
		views = append(views, v)
	}
	return casePanel(views, audience == cases.ForStaff), nil
}
