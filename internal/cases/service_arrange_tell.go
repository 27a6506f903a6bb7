package cases

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// tellSome tells some of the parties, and who acts for them, of what is changed about
// the parties. Why stands in the case; on paper it is told.
func (s *Service) tellSome(ctx context.Context, tx *store.Tx, c Case, what, why string, persons ...string) error {
	recipients, err := s.Recipients(ctx, tx, c)
	if err != nil {
		return err
	}
	others := func(r Recipient) bool {
		return !slices.Contains(persons, r.Person.ID) && !slices.Contains(persons, r.For)
	}
	for _, to := range slices.DeleteFunc(recipients, others) {
		words := s.Bundle.For(to.Lang)
		paper := words.T("cases.mail."+what+".paper", "text", why)
		if err := s.tellRecipient(ctx, tx, c, what, "/my/cases/"+c.ID, to, split(paper)); err != nil {
			return err
		}
	}
	return nil
}

// tellEnded tells somebody that she is a party no more: not why, which stands in the
// case that she does not read any longer.
func (s *Service) tellEnded(ctx context.Context, tx *store.Tx, c Case, person string) error {
	p, err := s.Identity.PersonIn(ctx, tx, person)
	if err != nil || p.Deceased() {
		return err
	}
	acting, err := s.actingFor(ctx, tx, c, p)
	if err != nil {
		return err
	}
	for _, to := range append([]Recipient{{Person: p, Lang: languageOf(ctx, p)}}, acting...) {
		if err := s.tellRecipient(ctx, tx, c, "party_ended", "/my", to, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellRecipient(ctx context.Context, tx *store.Tx, c Case, what, path string, to Recipient, paper []string) error {
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	words := s.Bundle.For(to.Lang)
	l := line{what: what, key: "cases.mail." + what, path: path, words: words, kind: words.T(kind.Title), first: to.Words(words)}
	if paper != nil {
		l.paper = notify.Paper{Paragraphs: append(to.Words(words), paper...)}
	}
	return s.sendLine(ctx, tx, c, to.Person, l)
}
