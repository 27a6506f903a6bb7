package deadlines

import (
	"context"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// headArgs asks to tell the heads of a department that a clock has passed.
type headArgs struct {
	Deadline string `json:"deadline"`
	Time     int64  `json:"time"`
}

// Kind implements jobs.Args.
func (headArgs) Kind() string { return "deadlines.head" }

// message is one that is written to somebody about a case. As all such messages
// it tells that something happened and where to read it, never what
// (eForvaltningsforskriften § 4).
type message struct {
	kind, key, path, dedupe string
	args                    []any
	first                   []string // paragraphs before the text
	paper                   notify.Paper
}

// tellParties writes to the parties, and to who acts for them, that there is a
// letter. Whoever gets letters gets it in the post, behind a page with her own
// address unless it is addressed to her.
func (s *Service) tellParties(ctx context.Context, tx *store.Tx, l letter, c cases.Case, n int64) error {
	recipients, err := s.Cases.Recipients(ctx, tx, c)
	if err != nil {
		return err
	}
	if len(recipients) == 0 && l.d.Timer.Rule.Sent != "" { // all parties have died
		return s.Signal(ctx, tx, c, l.d.Timer.Rule.Sent)
	}
	for _, to := range recipients {
		words := s.Bundle.For(to.Lang)
		m := message{
			kind: "deadline." + l.d.Timer.Rule.Passes, key: l.text + ".mail", path: "/my/cases/" + c.ID, first: to.Words(words),
			paper: notify.Paper{Document: l.kept, Paragraphs: to.Words(words)}, dedupe: fmt.Sprintf("deadline:%s:%d:%s", l.d.ID, n, to.Person.ID),
		}
		if !l.unplaced {
			m.paper.Addressee = c.Applicant
		}
		m.args = append(textArgs(words, l.d, c), "kind", words.T(l.kind.Title))
		if err := s.write(ctx, tx, c, to.Person.ID, to.Person.Email, words, m); err != nil {
			return err
		}
	}
	return nil
}

// tellHeads tells the heads of the case's department, those of the whole
// municipality when it has none, and the department's mailbox. Who has the case
// is told too.
func (s *Service) tellHeads(ctx context.Context, j jobs.Job[headArgs]) error {
	ctx = identity.AsSystem(ctx, "deadlines")
	grants, err := s.Roles.ListGrants(ctx, access.GrantFilter{})
	if err != nil {
		return fmt.Errorf("deadlines: who are the heads: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := s.load(ctx, tx, j.Args.Deadline)
		if err != nil {
			return err
		}
		c, err := s.Cases.CaseIn(ctx, tx, d.CaseID)
		if err != nil {
			return err
		}
		d.Timer.Fired = int(j.Args.Time)
		for _, person := range staffOf(grants, c, clock.DateIn(tx.Now.Time)) {
			if err := s.tellStaff(ctx, tx, d, c, person); err != nil {
				return err
			}
		}
		if err := s.tellMailbox(ctx, tx, d, c); err != nil {
			return err
		}
		return jobs.CompleteTx(ctx, tx, j)
	})
}

// staffOf returns the persons who are told about a case that was too late.
func staffOf(grants []access.Grant, c cases.Case, today clock.Date) []string {
	var own, whole []string
	for _, g := range grants {
		if g.Role != access.DepartmentHead || g.From.After(today) || !g.To.IsZero() && g.To.Before(today) {
			continue
		}
		switch g.Department {
		case c.Department:
			own = append(own, g.PersonID)
		case "":
			whole = append(whole, g.PersonID)
		}
	}
	if len(own) == 0 {
		own = whole
	}
	if c.Assignee != "" {
		own = append(own, c.Assignee)
	}
	slices.Sort(own)
	return slices.Compact(own)
}

func (s *Service) tellStaff(ctx context.Context, tx *store.Tx, d Deadline, c cases.Case, personID string) error {
	person, err := s.Identity.PersonIn(ctx, tx, personID)
	if err != nil {
		// A machine's token may hold a case; it has no mailbox.
		return nil //nolint:nilerr // nobody to tell
	}
	return s.staffMessage(ctx, tx, d, c, person.ID, person.Email, s.Bundle.For(languageOf(ctx, person)))
}

func (s *Service) tellMailbox(ctx context.Context, tx *store.Tx, d Deadline, c cases.Case) error {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return err
	}
	for _, unit := range list {
		if unit.ID == c.Department && unit.Email != "" {
			return s.staffMessage(ctx, tx, d, c, "", unit.Email, s.Bundle.For(tenant.From(ctx).Lang()))
		}
	}
	return nil
}

func (s *Service) staffMessage(ctx context.Context, tx *store.Tx, d Deadline, c cases.Case, personID, email string, words *i18n.Localizer) error {
	kind, err := s.Cases.Kinds().Get(c.Kind)
	if err != nil {
		return err
	}
	m := message{kind: "deadline.staff", key: "deadlines.mail.staff", path: "/work/cases/" + c.ID}
	m.dedupe = fmt.Sprintf("deadline:%s:%d:staff:%s", d.ID, d.Timer.Fired, personID)
	m.args = append(textArgs(words, d, c), "kind", words.T(kind.Title))
	return s.write(ctx, tx, c, personID, email, words, m)
}

// write hands a message over to the carrier, once for each dedupe key.
func (s *Service) write(ctx context.Context, tx *store.Tx, c cases.Case, personID, email string, words *i18n.Localizer, m message) error {
	t := tenant.From(ctx)
	args := append(m.args, "municipality", t.Name.In(words.Lang()))
	_, err := s.Notify.Send(ctx, tx, notify.Message{
		PersonID: personID, Email: email, Kind: m.kind, Thread: "case:" + c.ID, Lang: words.Lang(), Dedupe: m.dedupe,
		Subject: words.T(m.key+"_subject", args...), Paper: m.paper,
		Body: notify.Body{
			Heading: words.T(m.key+"_subject", args...), Paragraphs: append(m.first, words.T(m.key, args...)),
			Action: &notify.Action{Text: words.T("deadlines.mail.open", args...), URL: s.SiteURL(t) + m.path},
		},
	})
	if err != nil {
		return fmt.Errorf("deadlines: tell of a deadline: %w", err)
	}
	return nil
}

func languageOf(ctx context.Context, p identity.Person) i18n.Lang {
	if p.Lang.Valid() {
		return p.Lang
	}
	return tenant.From(ctx).Lang()
}
