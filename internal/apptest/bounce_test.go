package apptest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// TestBounce_isClosedWithoutAToken: an installation that has set none takes no
// returned mail from anybody.
func TestBounce_isClosedWithoutAToken(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{Map: true})
	v := h.Visitor("torgoy")
	for name, header := range map[string]http.Header{
		"nothing": nil, "an empty token": {"Authorization": {"Bearer "}}, "a token": {"Authorization": {"Bearer x"}},
	} {
		if p := v.Send(http.MethodPost, "/hooks/mail", strings.NewReader("x"), header); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
}

// TestBounce_whatIsNoReturnedMail is taken off the mail server's hands, and
// changes nothing.
func TestBounce_whatIsNoReturnedMail(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, Reach: true}, func(t *testing.T, h *apptest.Harness) {
		id := applied(t, h, h.Visitor("torgoy").As(demo.Mother), i18n.NB, 1)
		h.Settle()
		sent := mailTo(t, h, demo.Mother, id)
		if len(sent) != 1 {
			t.Fatalf("%d mails", len(sent))
		}
		for name, text := range map[string]string{
			"a person's answer": "From: kari@torgoy.test\r\nTo: " + sent[0].ReturnTo + "\r\nIn-Reply-To: <" + sent[0].MessageID + ">\r\n\r\nTakk!\r\n",
			"on holiday":        "Auto-Submitted: auto-replied\r\nTo: " + sent[0].ReturnTo + "\r\n\r\nBortreist.\r\n",
			"nothing":           "",
			"noise":             "\x00\xff" + strings.Repeat("x", 3<<20),
		} {
			found, err := h.App.TakeBounce(h.In("torgoy"), strings.NewReader(text))
			if err != nil || found {
				t.Errorf("%s: %t, %v", name, found, err)
			}
		}
		strange := sent[0]
		strange.MessageID, strange.ReturnTo = "0193a1b2-5c6d-7000-8000-000000000001@localhost", "post@torg.test"
		if status := h.BounceMail(strange, true); status != http.StatusNoContent {
			t.Errorf("another's message: %d", status)
		}
		h.Settle()
		went(t, h, demo.Mother, id, "case.received", "email handed_over")
		if got := h.Reach.SMS.Messages(); len(got) != 0 {
			t.Errorf("%d SMS", len(got))
		}
	})
}
