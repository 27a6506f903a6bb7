package apptest_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/blob"
)

// copied is a copy of everything about the mother that she may fetch.
func copied(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	made, err := h.App.Retention.Ask(h.As(0, demo.Mother), "")
	must(t, err)
	h.Settle()
	return made.ID
}

// The pages of one's own data lead from the first page, and hold what the case
// holds.
func TestMyPage_documentsAndConversations(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother := h.Visitor("torgoy").As(demo.Mother)
		c := apptest.Apply(h, 0, demo.Mother)
		h.Settle()
		worker := h.As(0, demo.CaseWorker)
		view, err := h.App.Cases.View(worker, c.ID)
		must(t, err)
		taken, err := h.App.Cases.AssignToMe(worker, c.ID, view.Case.Version)
		must(t, err)
		taken, err = h.App.Cases.Ask(worker, c.ID, taken.Version, "Hvem henter barnet?")
		must(t, err)
		_, err = h.App.Cases.Note(worker, c.ID, "Bare for oss.")
		must(t, err)
		_, err = h.App.Cases.PostAnswer(h.As(0, demo.Mother), c.ID, posting(t, h, "Bestefar gjør det.", "vedlegg"))
		must(t, err)
		h.Settle()
		first := mother.Get("/my").Must(http.StatusOK)
		for _, path := range []string{"/my/documents", "/my/conversations", "/my/takeout", "/my/retention"} {
			if first.Link(path) == "" {
				t.Errorf("no way to %s", path)
			}
		}
		mother.Get("/my/documents").Must(http.StatusOK).Has("vedlegg.pdf", taken.Label())
		p := mother.Get("/my/conversations/"+c.ID).Must(http.StatusOK).Has("Hvem henter barnet?", "Bestefar gjør det.")
		if text := p.Text(); contains(text, "Bare for oss.") {
			t.Error("a note of the staff stands in the conversation")
		}
		inbox, err := h.App.Notify.Inbox(h.As(0, demo.Mother), taken.Applicant)
		must(t, err)
		for _, m := range inbox {
			if m.Thread != "case:"+c.ID {
				continue
			}
			p.Has(m.Subject)
			if m.SeenAt.IsZero() {
				t.Errorf("%s was read and is not seen", m.Kind)
			}
		}
		for who, v := range map[string]*apptest.Visitor{"a stranger": h.Visitor("torgoy").As(demo.Apart), "a neighbour": h.Visitor("fjordbygda").As(demo.Mother)} {
			if got := v.Get("/my/conversations/" + c.ID).Status; got != http.StatusNotFound && got != http.StatusForbidden {
				t.Errorf("%s gets %d", who, got)
			}
			if contains(v.Get("/my/documents").Must(http.StatusOK).Text(), "vedlegg.pdf") {
				t.Errorf("%s sees the document", who)
			}
		}
	})
}

// posting is an answer with a file.
func posting(t *testing.T, h *apptest.Harness, text, name string) cases.Posting {
	t.Helper()
	stored, err := h.App.Blobs.Put(h.As(0, demo.Mother), bytes.NewReader(samplePDF(name)), blob.PutOptions{Name: name + ".pdf"})
	must(t, err)
	return cases.Posting{Text: text, Files: []blob.Stored{stored}}
}

func contains(text, part string) bool { return strings.Contains(text, part) }
