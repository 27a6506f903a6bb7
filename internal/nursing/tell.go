package nursing

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// tell writes to the parties that something has happened and where to read it, not
// what (eForvaltningsforskriften § 4). A letter tells it whole.
func (s *Service) tell(ctx context.Context, tx *store.Tx, c cases.Case, state string, e Ending) error {
	recipients, err := s.Cases.Recipients(ctx, tx, c)
	if err != nil {
		return err
	}
	what, t := "off_list", tenant.From(ctx)
	if state == statePlaced {
		what = "ended"
	}
	key := "nursing.mail." + what
	for _, to := range recipients {
		words := s.Cases.Bundle.For(to.Lang)
		args := []any{"number", c.Label(), "municipality", t.Name.In(words.Lang()), "name", c.SubjectName, "text", e.text(words)}
		_, err := s.Cases.Notify.Send(ctx, tx, notify.Message{
			PersonID: to.Person.ID, Email: to.Person.Email, Kind: "nursing." + what, Thread: "case:" + c.ID, Lang: words.Lang(),
			Subject: words.T(key+".subject", args...),
			Body: notify.Body{
				Heading: words.T(key+".subject", args...), Paragraphs: append(to.Words(words), words.T(key+".text", args...)),
				Action: &notify.Action{Text: words.T("nursing.mail.open", args...), URL: s.Cases.SiteURL(t) + "/my/cases/" + c.ID},
			},
			Paper:  notify.Paper{Paragraphs: append(to.Words(words), words.T(key+".paper", args...))},
			Dedupe: fmt.Sprintf("nursing:%s:%s:%d:%s", c.ID, state, tx.Now.UnixMicro(), to.Person.ID),
		})
		if err != nil {
			return fmt.Errorf("nursing: tell the parties: %w", err)
		}
	}
	return nil
}
