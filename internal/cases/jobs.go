package cases

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// letterArgs asks for the letter of a decision.
type letterArgs struct {
	CaseID string `json:"case"`
}

// Kind implements jobs.Args.
func (letterArgs) Kind() string { return "cases.letter" }

// noticeArgs asks to tell the applicant and the department that a case has come.
type noticeArgs struct {
	CaseID string `json:"case"`
}

// Kind implements jobs.Args.
func (noticeArgs) Kind() string { return "cases.notice" }

// Jobs registers the module's workers.
func (s *Service) Jobs(r *jobs.Registry) {
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.makeLetter)
	jobs.Register(r, jobs.KindOptions{Lane: jobs.LaneMessage}, s.notice)
}

// makeLetter makes the PDF, keeps it with the case and tells the party, the last
// two in one transaction: she is never told of a letter that is not there, and
// a run that is repeated finds it made.
func (s *Service) makeLetter(ctx context.Context, j jobs.Job[letterArgs]) error {
	ctx = identity.AsSystem(ctx, "cases.letter")
	if err := s.Keys.Warm(ctx, j.Tenant); err != nil {
		return fmt.Errorf("cases: keys: %w", err)
	}
	l, err := s.readLetter(ctx, j.Args.CaseID)
	if err != nil || l.d.Letter != "" {
		return err
	}
	content, err := l.write()
	if err != nil {
		return err
	}
	stored, err := s.Blobs.Put(ctx, bytes.NewReader(content), blob.PutOptions{Name: l.fileName(), Generated: true})
	if err != nil {
		return fmt.Errorf("cases: keep the letter: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.sendLetter(ctx, tx, l, stored); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

func (s *Service) sendLetter(ctx context.Context, tx *store.Tx, l letter, stored blob.Stored) error {
	c, err := load(ctx, tx, l.c.ID, true)
	if err != nil {
		return err
	}
	document, err := s.Blobs.Keep(ctx, tx, stored, blob.Owner{Type: ownerType, ID: c.ID})
	if err != nil {
		return fmt.Errorf("cases: keep the letter: %w", err)
	}
	first, err := setLetter(ctx, tx, c.ID, document.ID)
	if err != nil {
		return err
	}
	if !first {
		return s.Blobs.Remove(ctx, tx, document.ID)
	}
	if err := s.journal(ctx, tx, &c, Entry{Kind: EntryLetter, Documents: []string{document.ID}}); err != nil {
		return err
	}
	if err := save(ctx, tx, c); err != nil {
		return err
	}
	c.Version++
	tx.Wake(Topic(c.ID))
	if err := s.tellWhole(ctx, tx, c, "decided", onPaper{document: document.ID, addressee: l.addressee()}); err != nil {
		return err
	}
	return s.happened(ctx, tx, HappenedTold, c)
}

// readLetter reads what the letter is written from.
func (s *Service) readLetter(ctx context.Context, caseID string) (l letter, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		l = letter{tenant: tenant.From(ctx)}
		if l.c, err = load(ctx, tx, caseID, false); err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermRead, l.c.resource()); err != nil {
			return err
		}
		if l.d, err = s.decision(ctx, tx, caseID); err != nil {
			return err
		}
		if !l.d.Final {
			return jobs.Cancel(errors.New("cases: the decision is a draft"))
		}
		l, err = s.letterOf(ctx, tx, l.c, l.d)
		return err
	})
	return l, err
}

// letterOf gathers what the letter of a decision tells, also of one that is still
// a draft: what the case worker reads beside the editor is what the party gets.
func (s *Service) letterOf(ctx context.Context, tx *store.Tx, c Case, d Decision) (l letter, err error) {
	l = letter{tenant: tenant.From(ctx), c: c, d: d}
	if l.recipient, err = s.Identity.PersonIn(ctx, tx, c.Applicant); err != nil {
		return l, err
	}
	addressed, err := s.Addressed(ctx, tx, c)
	if err != nil {
		return l, err
	}
	l.unplaced, l.words = !addressed, s.Bundle.For(spoken(c, l.recipient))
	if l.kind, err = s.kinds.Get(c.Kind); err != nil {
		return l, err
	}
	if l.terms, err = s.terms(ctx, tx, l.kind, d, l.words); err != nil {
		return l, err
	}
	l.department, err = departmentName(ctx, tx, c.Department)
	return l, err
}

func departmentName(ctx context.Context, tx *store.Tx, id string) (string, error) {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, d := range list {
		if d.ID == id {
			return d.Name, nil
		}
	}
	return "", nil
}

// notice sends the applicant the receipt, and tells the department's mailbox,
// when it has one, that a case has come.
func (s *Service) notice(ctx context.Context, j jobs.Job[noticeArgs]) error {
	ctx = identity.AsSystem(ctx, "cases.notice")
	if err := s.Keys.Warm(ctx, j.Tenant); err != nil {
		return fmt.Errorf("cases: keys: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, j.Args.CaseID, false)
		if err != nil {
			return err
		}
		if err := s.tellReceived(ctx, tx, c); err != nil {
			return err
		}
		list, err := tenant.Departments(ctx, tx)
		if err != nil {
			return err
		}
		for _, d := range list {
			if d.ID == c.Department && d.Email != "" && c.Status == Received {
				if err := s.sendNotice(ctx, tx, c, d, "received"); err != nil {
					return err
				}
			}
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

func (s *Service) sendNotice(ctx context.Context, tx *store.Tx, c Case, d tenant.Department, what string) error {
	t := tenant.From(ctx)
	words := s.Bundle.For(t.Lang())
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	args := []any{"number", c.Label(), "kind", words.T(kind.Title), "municipality", t.Name.In(words.Lang()), "child", ""}
	key := "cases.mail.staff." + what
	dedupe := "case:" + c.ID + ":notice"
	if what != "received" {
		dedupe += ":" + what + ":" + strconv.FormatInt(c.Entries, 10)
	}
	_, err = s.Notify.Send(ctx, tx, notify.Message{
		Email: d.Email, Kind: "case.staff." + what, Thread: "case:" + c.ID, Lang: words.Lang(),
		Subject: words.T(key+".subject", args...), Body: s.body(key, words, s.SiteURL(t)+"/work/cases/"+c.ID, args),
		Dedupe: dedupe,
	})
	if err != nil {
		return fmt.Errorf("cases: tell the department: %w", err)
	}
	return nil
}
