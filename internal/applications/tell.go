package applications

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// tell writes to a guardian that a signature is asked for, or what became of it.
// As with every message it tells that something happened and where to read it,
// not what (eForvaltningsforskriften § 4). Nobody writes to the dead.
func (s *Service) tell(ctx context.Context, tx *store.Tx, to identity.Person, what string, g Signature) error {
	if to.Deceased() {
		return nil
	}
	t := tenant.From(ctx)
	lang := to.Lang
	if !lang.Valid() {
		lang = t.Lang()
	}
	words := s.bundle.For(lang)
	path := "/my/signatures/" + g.Submission
	if what == "lapsed" || what == "expired" || what == "sign_expired" {
		path = "/my"
	}
	key := "applications.mail." + what
	args := []any{"municipality", t.Name.In(lang)}
	_, err := s.notify.Send(ctx, tx, notify.Message{
		PersonID: to.ID, Email: to.Email, Kind: "applications." + what, Lang: lang,
		Subject: words.T(key+".subject", args...),
		Body: notify.Body{
			Heading: words.T(key+".heading", args...), Paragraphs: []string{words.T(key+".text", args...)},
			Action: &notify.Action{Text: words.T("applications.mail.open", args...), URL: s.siteURL(t) + path},
		},
		Dedupe: "signature:" + g.Submission + ":" + what + ":" + g.Signer + ":" + to.ID,
	})
	if err != nil {
		return fmt.Errorf("applications: tell %s: %w", what, err)
	}
	return nil
}

func (s *Service) tellApplicant(ctx context.Context, tx *store.Tx, what string, g Signature) error {
	applicant, err := s.identity.PersonIn(ctx, tx, g.Applicant)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, applicant, what, g)
}
