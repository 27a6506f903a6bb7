package apptest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
)

// toPrint has a decision in a case of the mother's told by letter, as she wants it.
func toPrint(t *testing.T, h *apptest.Harness, caseID string) (message, letter string) {
	t.Helper()
	ctx := h.As(0, demo.Mother)
	must(t, h.App.Notify.Prefer(ctx, notify.Preferences{notify.Decision: notify.Letter}))
	must(t, h.App.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		message, err = h.App.Notify.Send(ctx, tx, notify.Message{
			PersonID: identity.From(ctx).PersonID, Kind: "case.decided", Thread: "case:" + caseID, Lang: i18n.NB, Subject: "Vedtaket ditt",
			Body: notify.Body{
				Heading: "Vedtaket ditt", Paragraphs: []string{"Vedtaket ligger på Min side."},
				Action: &notify.Action{Text: "Se saken", URL: h.URL("torgoy", "/my/cases/"+caseID)},
			},
		})
		return err
	}))
	if h.Clock != nil { // else the background work runs by itself
		h.Settle()
	}
	return message, letterOf(ctx, t, h, "case:"+caseID, message)
}

// letterOf waits for the letter that a message is told by.
func letterOf(ctx context.Context, t *testing.T, h *apptest.Harness, thread, message string) string {
	t.Helper()
	for range 200 {
		list, err := h.App.Notify.ProofOf(ctx, thread)
		must(t, err)
		for _, p := range list {
			if p.ID == message && len(p.Steps) == 1 && p.Steps[0].Channel == notify.Letter {
				return p.Steps[0].ID
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no letter of the message %s", message)
	return ""
}

// TestLetter_isPrintedPostedAndProven follows a letter from the person's wish to
// the proof that both sides see.
func TestLetter_isPrintedPostedAndProven(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother, worker := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy").As(demo.CaseWorker)
		id := applied(t, h, mother, i18n.NB, 1)
		decided(t, worker, id)
		h.Settle()
		message, letter := toPrint(t, h, id)

		inbox := sound(t, mother.Get("/my/messages").Must(http.StatusOK), i18n.NB).Has("Vedtaket ditt", "Ny")
		if inbox.Link("/my/messages/"+message) == "" {
			t.Error("the inbox does not lead to the message")
		}
		sound(t, mother.Get("/my/messages/"+message).Must(http.StatusOK), i18n.NB).Has("Vedtaket ligger på Min side.", "Se saken")

		sound(t, worker.Get("/work/print").Must(http.StatusOK), i18n.NB).Has("Vedtaket ditt", "Last ned PDF")
		file := worker.Get("/work/print/" + letter).Must(http.StatusOK)
		if !strings.HasPrefix(file.Header.Get("Content-Type"), "application/pdf") || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("the letter comes as %v", file.Header)
		}
		worker.Send(http.MethodPost, "/work/print/posted", strings.NewReader("letter="+letter), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
		sound(t, worker.Get("/work/print?show=posted").Must(http.StatusOK), i18n.NB).Has("Vedtaket ditt")

		for _, p := range []*apptest.Page{mother.Get("/my/cases/" + id), worker.Get("/work/cases/" + id)} {
			p.Must(http.StatusOK).Has("Beskjeder som er sendt", "Lagt i posten", "Lest på Min side")
		}
	})
}

func TestChannels_areChosen(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother := h.Visitor("torgoy").As(demo.Mother)
		sound(t, mother.Get("/my/channels").Must(http.StatusOK), i18n.NB).Has("Hvordan vi når deg", "Vedtak", "Påminnelser")
		form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		mother.Send(http.MethodPost, "/my/channels", strings.NewReader("decision=letter&reminder=sms&service=inbox"), form)
		got, err := h.App.Notify.Preferences(h.As(0, demo.Mother))
		must(t, err)
		if got[notify.Decision] != notify.Letter || got[notify.Reminder] != notify.SMS || got[notify.Notice] != notify.Inbox {
			t.Errorf("kept %v", got)
		}
		if p := mother.Send(http.MethodPost, "/my/channels", strings.NewReader("decision=inbox"), form); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a decision wished away: %d", p.Status)
		}
	})
}
