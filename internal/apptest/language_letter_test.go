package apptest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// TestLanguage_ofLettersIsTheRecipientsChoice: she applies in one language and
// chooses another under her contact details. What is written to her from then on
// is in that one, also the letter of the decision and what is told of it.
func TestLanguage_ofLettersIsTheRecipientsChoice(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Offered() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
				applied := applied(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
				h.Settle()
				must(t, h.App.Identity.SetContact(h.As(0, demo.Mother), identity.Contact{Email: "kari.nordmann@torgoy.test", Phone: "90000001", Lang: lang}))
				worker := h.Visitor("torgoy").As(demo.CaseWorker)
				words := h.App.Bundle.For(lang)
				sound(t, worker.Get("/work/cases/"+applied).Must(http.StatusOK), i18n.NB).Has(h.App.Bundle.For(i18n.NB).T("i18n.lang." + string(lang)))
				decided(t, worker, applied)
				h.Settle()
				c, err := h.App.Cases.View(h.As(0, demo.Mother), applied)
				must(t, err)
				text := strings.Join(strings.Fields(pdfText(t, apptest.Letter(h.As(0, demo.Mother), h, c.Case))), " ")
				if !strings.Contains(text, words.T("cases.letter.basis")) || !strings.Contains(text, words.T("cases.letter.closing")) {
					t.Errorf("the letter is not in %s: %s", lang, text)
				}
				p := proofTo(h.As(0, demo.CaseWorker), t, h, demo.Mother, applied, "case.decided")
				if want := words.T("cases.mail.decided.subject", "number", c.Case.Label()); p.Subject != want {
					t.Errorf("told as %q, want %q", p.Subject, want)
				}
			})
		})
	}
}
