package appeals

import (
	"context"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// A message about an appeal tells that something happened and where to read it,
// never what: e-mail is not a safe place for what stands in a case
// (eForvaltningsforskriften § 4).

// message is one that is written to somebody.
type message struct {
	what, key, path, dedupe string
	class                   notify.Class
	first                   []string // paragraphs before the text
	paper                   notify.Paper
}

// tellParties writes to the parties and to who acts for them: what one of them is told,
// all are (forvaltningsloven §§ 16, 27 and 33 third paragraph).
func (s *Service) tellParties(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, what string) error {
	return s.tellWhole(ctx, tx, c, a, what, notify.Paper{})
}

// tellWhole is tellParties of something that a letter tells whole.
func (s *Service) tellWhole(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, what string, paper notify.Paper) error {
	recipients, err := s.Cases.Recipients(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, to := range recipients {
		words := s.Bundle.For(to.Lang)
		m := message{
			what: what, key: "appeals.mail." + what, path: "/my/cases/" + c.ID, class: classOf(what), dedupe: dedupe(tx, c, a, what, to.Person.ID),
			first: to.Words(words), paper: paper,
		}
		if lines := framed(words, c, m, paper); len(lines) > 0 {
			m.paper.Paragraphs = append(m.first, lines...)
		}
		if err := s.write(ctx, tx, c, to.Person.ID, to.Person.Email, words, m); err != nil {
			return err
		}
	}
	return nil
}

// paragraphs are those of a text that somebody typed.
func paragraphs(text string) []string { return strings.Split(text, "\n\n") }

// classOf says which messages must reach as a decision does: those that end the
// matter, or let a limit run.
func classOf(what string) notify.Class {
	switch what {
	case "rejected", "answered", "reasons_given", "changed", "overtaken", "revived":
		return notify.Decision
	}
	return notify.Notice
}

// dedupe makes one message of one thing told to one person at one time.
func dedupe(tx *store.Tx, c cases.Case, a Appeal, what, person string) string {
	return fmt.Sprintf("appeal:%s:%s:%s:%d:%s", c.ID, a.ID, what, tx.Now.UnixMicro(), person)
}

// tellStaff writes to who has the case, unless it is she who acts; to the
// department's mailbox when nobody has it.
func (s *Service) tellStaff(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, what string) error {
	if c.Assignee == "" {
		return s.tellDepartment(ctx, tx, c, a, what)
	}
	if c.Assignee == actorID(ctx) {
		return nil
	}
	return s.tellWorker(ctx, tx, c, a, c.Assignee, what)
}

// tellWorker writes to one of the staff, in her own language.
func (s *Service) tellWorker(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, id, what string) error {
	person, err := s.Identity.PersonIn(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		return nil // a machine's token may hold a case; it has no mailbox
	}
	if err != nil {
		return err
	}
	return s.write(ctx, tx, c, person.ID, person.Email, s.Bundle.For(languageOf(ctx, person)), staffMessage(tx, c, a, what, person.ID))
}

func staffMessage(tx *store.Tx, c cases.Case, a Appeal, what, person string) message {
	m := message{what: "staff." + what, key: "appeals.mail.staff." + what, path: "/work/appeals/" + a.ID, class: notify.Staff}
	if a.ID == "" {
		m.path = "/work/cases/" + c.ID
	}
	m.dedupe = dedupe(tx, c, a, m.what, person)
	return m
}

// tellDepartment writes to the department's mailbox, when it has one.
func (s *Service) tellDepartment(ctx context.Context, tx *store.Tx, c cases.Case, a Appeal, what string) error {
	list, err := tenant.Departments(ctx, tx)
	if err != nil {
		return fmt.Errorf("appeals: departments: %w", err)
	}
	for _, d := range list {
		if d.ID == c.Department && d.Email != "" {
			return s.write(ctx, tx, c, "", d.Email, s.Bundle.For(tenant.From(ctx).Lang()), staffMessage(tx, c, a, what, "mailbox"))
		}
	}
	return nil
}

func (s *Service) write(ctx context.Context, tx *store.Tx, c cases.Case, personID, email string, words *i18n.Localizer, m message) error {
	kind, err := s.Cases.Kinds().Get(c.Kind)
	if err != nil {
		return err
	}
	t := tenant.From(ctx)
	args := []any{"number", c.Label(), "kind", words.T(kind.Title), "municipality", t.Name.In(words.Lang())}
	_, err = s.Notify.Send(ctx, tx, notify.Message{
		PersonID: personID, Email: email, Kind: "appeal." + m.what, Class: m.class, Thread: thread(c.ID), Lang: words.Lang(), Dedupe: m.dedupe, Paper: m.paper,
		Subject: words.T(m.key+".subject", args...),
		Body: notify.Body{
			Heading: words.T(m.key+".subject", args...), Paragraphs: append(m.first, words.T(m.key+".text", args...)),
			Action: &notify.Action{Text: words.T("appeals.mail.open"), URL: s.SiteURL(t) + m.path},
		},
	})
	if err != nil {
		return fmt.Errorf("appeals: tell %s: %w", m.what, err)
	}
	return nil
}

func languageOf(ctx context.Context, p identity.Person) i18n.Lang {
	if p.Lang.Valid() {
		return p.Lang
	}
	return tenant.From(ctx).Lang()
}
