package cases

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// A message about a case tells that something happened and where to read it,
// never what: e-mail is not a safe place for what stands in a case
// (eForvaltningsforskriften § 4).

// tellReceived is the receipt (foreløpig svar, forvaltningsloven § 11 a): the
// case number and what happens next.
func (s *Service) tellReceived(ctx context.Context, tx *store.Tx, c Case) error {
	return s.tellParty(ctx, tx, c, "received")
}

// tellParty writes to the applicant in the language she has chosen, or that of the
// application, and to the further parties in their own: what one of them is told, all are
// (forvaltningsloven §§ 16 and 27). Nobody writes to the dead.
func (s *Service) tellParty(ctx context.Context, tx *store.Tx, c Case, what string) error {
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	for _, id := range append([]string{c.Applicant}, c.parties()...) {
		person, err := s.Identity.PersonIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if person.Deceased() {
			continue
		}
		lang := spoken(c, person)
		if id != c.Applicant {
			lang = languageOf(ctx, person)
		}
		words := s.Bundle.For(lang)
		if err := s.send(ctx, tx, c, person, what, "cases.mail."+what, "/my/cases/"+c.ID, words, words.T(kind.Title)); err != nil {
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

// send writes a message of the texts key.subject, key.heading and key.text. It is
// sent once for each version of the case and thing told.
func (s *Service) send(ctx context.Context, tx *store.Tx, c Case, to identity.Person, what, key, path string, words *i18n.Localizer, kind string) error {
	t := tenant.From(ctx)
	args := []any{"number", c.Label(), "kind", kind, "municipality", t.Name.In(words.Lang()), "child", c.SubjectName}
	_, err := s.Notify.Send(ctx, tx, notify.Message{
		PersonID: to.ID, Email: to.Email, Kind: "case." + what, Thread: "case:" + c.ID, Lang: words.Lang(),
		Subject: words.T(key+".subject", args...), Body: s.body(key, words, s.SiteURL(t)+path, args),
		Dedupe: fmt.Sprintf("case:%s:%s:%d:%s", c.ID, what, c.Entries, to.ID),
	})
	if err != nil {
		return fmt.Errorf("cases: tell %s: %w", what, err)
	}
	return nil
}

func (*Service) body(key string, words *i18n.Localizer, url string, args []any) notify.Body {
	return notify.Body{
		Heading: words.T(key+".heading", args...), Paragraphs: []string{words.T(key+".text", args...)},
		Action: &notify.Action{Text: words.T("cases.mail.open", args...), URL: url},
	}
}
