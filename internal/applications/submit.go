package applications

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Sent is what became of an application.
type Sent struct {
	Case cases.Case // zero while a signature is waited for
	// Waiting is the submission that waits for the other guardian's signature.
	Waiting string
}

// Submit sends the application and returns its case. A second time, from another
// tab or by the back button, it returns the case of the first. An application
// that waits for a signature has no case yet; Send tells the two apart.
func (s *Service) Submit(ctx context.Context, id string) (cases.Case, error) {
	sent, err := s.Send(ctx, id)
	return sent.Case, err
}

// Send is Submit for whoever must know whether the application waits for the
// other guardian's signature.
func (s *Service) Send(ctx context.Context, id string) (sent Sent, err error) {
	if err := s.warm(ctx); err != nil {
		return Sent{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if c, again, err := s.sentAtCounter(ctx, tx, id); err != nil || again {
			sent.Case = c
			return err
		}
		o, err := s.open(ctx, tx, id, PermSubmit)
		if err != nil {
			return err
		}
		if o.Counter.Draft != "" {
			sent.Case, err = s.sendAtCounter(ctx, tx, o)
			return err
		}
		sent, err = s.send(ctx, tx, o)
		return err
	})
	return sent, err
}

func (s *Service) send(ctx context.Context, tx *store.Tx, o Opened) (Sent, error) {
	signers, err := s.stillMay(ctx, tx, o)
	if err != nil {
		return Sent{}, err
	}
	if _, err := s.renewed(ctx, tx, o); err != nil {
		return Sent{}, err
	}
	submission, again, err := s.forms.Submit(ctx, tx, o.Draft.ID, "draft:"+o.Draft.ID)
	if err != nil {
		return Sent{}, err
	}
	if again {
		return s.sentBefore(ctx, tx, o, submission)
	}
	record := audit.Event{Action: "applications.submit", Object: audit.Ref{Type: "submission", ID: submission.ID}, Subject: o.Draft.Subject}
	if len(signers) > 0 {
		if err := s.askToSign(ctx, tx, o, submission, signers); err != nil {
			return Sent{}, err
		}
		return Sent{Waiting: submission.ID}, audit.Record(ctx, tx, record)
	}
	c, err := s.handOver(ctx, tx, o.Kind, submission)
	if err != nil {
		return Sent{}, err
	}
	record.Case = c.ID
	return Sent{Case: c}, audit.Record(ctx, tx, record)
}

// sentBefore finds what became of the first sending.
func (s *Service) sentBefore(ctx context.Context, tx *store.Tx, o Opened, submission forms.Submission) (Sent, error) {
	list, err := signaturesOf(ctx, tx, submission.ID)
	if err != nil {
		return Sent{}, err
	}
	for _, w := range list {
		if w.Case == "" {
			return Sent{Waiting: submission.ID}, nil
		}
	}
	c, err := s.handOver(ctx, tx, o.Kind, submission)
	return Sent{Case: c}, err
}

// stillMay asks again what was asked when the draft was begun: whether the
// municipality takes such applications and whether she may act for the child.
// Parental responsibility may have been lost since, and the other guardian may
// have been first. It returns who else must sign.
func (s *Service) stillMay(ctx context.Context, tx *store.Tx, o Opened) ([]identity.Person, error) {
	if o.Draft.Submission != "" {
		return nil, nil // sent already; the first case is what she gets
	}
	if _, err := s.kind(ctx, o.Draft.Form); err != nil {
		return nil, err
	}
	if err := s.mayWriteAbout(ctx, tx, o.Kind, o.Draft.Subject); err != nil {
		return nil, err
	}
	if err := s.already(ctx, tx, o.Kind, asked{author: o.Draft.Person, subject: o.Draft.Subject, anyway: true}); err != nil {
		return nil, s.unlessOwn(ctx, tx, o.Draft.ID, err)
	}
	return s.signers(ctx, tx, o)
}

// unlessOwn takes away that there is an open case when it is this draft's own, sent
// a moment ago by another click.
func (s *Service) unlessOwn(ctx context.Context, tx *store.Tx, draft string, err error) error {
	if first, there := alreadyIn(err); !there || !first.Own {
		return err
	}
	now, e := s.forms.Draft(ctx, tx, draft)
	if e != nil {
		return e
	}
	if now.Submission != "" {
		return nil
	}
	return err
}

// handOver makes the case of a submission, with the files that were attached.
// Called again it finds the case.
func (s *Service) handOver(ctx context.Context, tx *store.Tx, kind cases.Kind, submission forms.Submission) (cases.Case, error) {
	return s.handOverAt(ctx, tx, kind, submission, time.Time{}, nil)
}

// handOverAt is handOver for what was received earlier than now; a zero instant is now.
// Signed are the others who have signed it, nil when nobody was asked to.
func (s *Service) handOverAt(ctx context.Context, tx *store.Tx, kind cases.Kind, submission forms.Submission, received time.Time, signed []cases.Signed) (cases.Case, error) {
	applicant, err := s.identity.PersonIn(ctx, tx, submission.SubmittedBy)
	if err != nil {
		return cases.Case{}, err
	}
	subject, err := s.identity.PersonIn(ctx, tx, submission.Subject)
	if err != nil {
		return cases.Case{}, err
	}
	documents, err := s.attached(ctx, tx, submission.Draft, submission.Values)
	if err != nil {
		return cases.Case{}, err
	}
	parties, err := s.further(ctx, tx, applicant, subject)
	if err != nil {
		return cases.Case{}, err
	}
	c, err := s.cases.Create(ctx, tx, cases.New{
		Kind: kind.Key, Submission: submission.ID, Applicant: applicant, Subject: subject, Lang: submission.Lang,
		Parties: parties, Documents: documents, ReceivedAt: received, Signed: signed,
	})
	if err != nil {
		return c, err
	}
	return c, s.leaveOut(ctx, tx, c, applicant, subject)
}

// further are the parties beside the applicant and the child: the others with
// responsibility, also when they live apart (forvaltningsloven § 2 first
// paragraph letter e, barnelova § 30). When the child or one of its guardians
// has a protected address nobody is added by itself: what stands in a case can
// tell where they live. The municipality decides then.
func (s *Service) further(ctx context.Context, tx *store.Tx, applicant, subject identity.Person) ([]cases.Party, error) {
	others, err := s.others(ctx, tx, applicant.ID, subject)
	if err != nil {
		return nil, err
	}
	if apart(append(others, applicant, subject)...) {
		return nil, nil
	}
	parties := make([]cases.Party, 0, len(others))
	for _, p := range others {
		parties = append(parties, cases.Party{Person: p.ID, Name: p.Name.Full(), Role: cases.RoleGuardian})
	}
	return parties, nil
}

// others are the guardians with responsibility for the subject beside one.
func (s *Service) others(ctx context.Context, tx *store.Tx, beside string, subject identity.Person) ([]identity.Person, error) {
	if subject.ID == beside {
		return nil, nil
	}
	all, err := s.responsible(ctx, tx, subject.ID)
	if err != nil {
		return nil, err
	}
	var list []identity.Person
	for _, p := range all {
		if p.ID != beside {
			list = append(list, p)
		}
	}
	return list, nil
}

// apart reports whether somebody of a family has a protected address.
func apart(family ...identity.Person) bool {
	for _, p := range family {
		if p.Protection.Protected() {
			return true
		}
	}
	return false
}

// attached returns the documents that the answers hold. What was attached to a
// question that is no longer asked is not sent, and is deleted.
func (s *Service) attached(ctx context.Context, tx *store.Tx, draft string, answers map[string]any) ([]string, error) {
	sent := map[string]bool{}
	collectFiles(answers, sent)
	files, err := s.blobs.ListFor(ctx, tx, blob.Owner{Type: "draft", ID: draft})
	if err != nil {
		return nil, fmt.Errorf("applications: list files: %w", err)
	}
	var documents []string
	for _, f := range files {
		if sent[f.ID] {
			documents = append(documents, f.ID)
			continue
		}
		if err := s.blobs.Remove(ctx, tx, f.ID); err != nil {
			return nil, fmt.Errorf("applications: remove file: %w", err)
		}
	}
	return documents, nil
}

// collectFiles finds the ids of the documents among answers, also inside groups.
func collectFiles(v any, found map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			found[id] = true
		}
		for _, inner := range v {
			collectFiles(inner, found)
		}
	case []any:
		for _, inner := range v {
			collectFiles(inner, found)
		}
	}
}
