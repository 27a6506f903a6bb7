package cases

import (
	"context"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// A message about a case tells that something happened and where to read it,
// never what: e-mail is not a safe place for what stands in a case
// (eForvaltningsforskriften § 4). A letter is, and whoever gets letters may have
// no other place to read it: on paper it is told whole.

// tellReceived is the receipt (foreløpig svar, forvaltningsloven § 11 a): the
// case number and what happens next.
func (s *Service) tellReceived(ctx context.Context, tx *store.Tx, c Case) error {
	return s.tellParty(ctx, tx, c, "received")
}

// tellParty writes to the parties and to who acts for them.
func (s *Service) tellParty(ctx context.Context, tx *store.Tx, c Case, what string) error {
	return s.tellWhole(ctx, tx, c, what, onPaper{})
}

// onPaper is what stands in a case and a letter tells whole.
type onPaper struct {
	text     string // question, or the name of a file
	document string // a letter that is written already
	// addressee is whose address stands in the document; "" when none does.
	addressee string
}

// tellWhole is tellParty of something that a letter tells whole; its further text
// is the message "<key>.paper", with the text in it.
func (s *Service) tellWhole(ctx context.Context, tx *store.Tx, c Case, what string, whole onPaper) error {
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	recipients, err := s.Recipients(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, to := range recipients {
		words := s.Bundle.For(to.Lang)
		l := line{what: what, key: "cases.mail." + what, path: "/my/cases/" + c.ID, words: words, kind: words.T(kind.Title), first: to.Words(words)}
		if whole != (onPaper{}) {
			told := words.T(l.key+".paper", "number", c.Label(), "kind", l.kind, "text", whole.text)
			l.paper = notify.Paper{Paragraphs: append(to.Words(words), split(told)...), Document: whole.document, Addressee: whole.addressee}
		}
		if err := s.sendLine(ctx, tx, c, to.Person, l); err != nil {
			return err
		}
	}
	return nil
}

// tellAssignee writes to the case worker, in her own language; to nobody when
// nobody has the case, which then stands on everybody's list.
func (s *Service) tellAssignee(ctx context.Context, tx *store.Tx, c Case, what string) error {
	if c.Assignee == "" {
		return nil
	}
	return s.tellWorker(ctx, tx, c, c.Assignee, what)
}

// tellWorker writes to one of the staff.
func (s *Service) tellWorker(ctx context.Context, tx *store.Tx, c Case, person, what string) error {
	worker, err := s.Identity.PersonIn(ctx, tx, person)
	if errs.Is(err, errs.KindNotFound) {
		// A machine's token may hold a case; it has no mailbox.
		return nil
	}
	if err != nil {
		return err
	}
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	words := s.Bundle.For(languageOf(ctx, worker))
	return s.send(ctx, tx, c, worker, "staff."+what, "cases.mail.staff."+what, "/work/cases/"+c.ID, words, words.T(kind.Title))
}

// spoken is the language in which the applicant is written to: the one she has
// chosen under her contact details, else the one she applied in.
func spoken(c Case, applicant identity.Person) i18n.Lang {
	if applicant.Lang.Valid() {
		return applicant.Lang
	}
	return c.Lang
}

// lang is spoken for who has not read the applicant. Of one who is known no more
// it is the language of the application.
func (s *Service) lang(ctx context.Context, tx *store.Tx, c Case) (i18n.Lang, error) {
	applicant, err := s.Identity.PersonIn(ctx, tx, c.Applicant)
	if errs.Is(err, errs.KindNotFound) {
		return c.Lang, nil
	}
	return spoken(c, applicant), err
}

func languageOf(ctx context.Context, p identity.Person) i18n.Lang {
	if p.Lang.Valid() {
		return p.Lang
	}
	return tenant.From(ctx).Lang()
}

// line is one message: of the texts key.subject, key.heading and key.text.
type line struct {
	what, key, path string
	words           *i18n.Localizer
	kind            string   // the kind of case in words
	first           []string // paragraphs before the text
	paper           notify.Paper
}

// send writes a message that says the same whichever way it goes.
func (s *Service) send(ctx context.Context, tx *store.Tx, c Case, to identity.Person, what, key, path string, words *i18n.Localizer, kind string) error {
	return s.sendLine(ctx, tx, c, to, line{what: what, key: key, path: path, words: words, kind: kind})
}

// sendLine writes a message. It is sent once for each version of the case and
// thing told.
func (s *Service) sendLine(ctx context.Context, tx *store.Tx, c Case, to identity.Person, l line) error {
	t := tenant.From(ctx)
	args := []any{"number", c.Label(), "kind", l.kind, "municipality", t.Name.In(l.words.Lang()), "child", c.SubjectName}
	body := s.body(l.key, l.words, s.SiteURL(t)+l.path, args)
	body.Paragraphs = append(l.first, body.Paragraphs...)
	_, err := s.Notify.Send(ctx, tx, notify.Message{
		PersonID: to.ID, Email: to.Email, Kind: "case." + l.what, Thread: "case:" + c.ID, Lang: l.words.Lang(),
		Subject: l.words.T(l.key+".subject", args...), Body: body, Paper: l.paper,
		Dedupe: fmt.Sprintf("case:%s:%s:%d:%s", c.ID, l.what, c.Entries, to.ID),
	})
	if err != nil {
		return fmt.Errorf("cases: tell %s: %w", l.what, err)
	}
	return nil
}

// split returns the paragraphs of a text that somebody typed.
func split(text string) []string { return strings.Split(text, "\n\n") }

func (*Service) body(key string, words *i18n.Localizer, url string, args []any) notify.Body {
	return notify.Body{
		Heading: words.T(key+".heading", args...), Paragraphs: []string{words.T(key+".text", args...)},
		Action: &notify.Action{Text: words.T("cases.mail.open", args...), URL: url},
	}
}
