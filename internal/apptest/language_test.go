package apptest_test

import (
	"net/http"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// TestLanguage_followsThePerson: what she has chosen under contact details counts
// on every device where she logs in, until she chooses another on the device.
func TestLanguage_followsThePerson(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		phone, desk, stranger := h.Visitor("torgoy").As(demo.Mother), h.Visitor("torgoy"), h.Visitor("torgoy")
		speaks := func(who string, v *apptest.Visitor, path string, want i18n.Lang) {
			t.Helper()
			if p := v.Get(path).Must(http.StatusOK); p.Lang() != want.Tag() {
				t.Errorf("%s reads %s in %s, want %s", who, path, p.Lang(), want)
			}
		}
		speaks("the phone, nothing chosen", phone, "/my", i18n.NB)
		person := h.As(0, demo.Mother)
		if err := h.App.Identity.SetContact(person, identity.Contact{Email: "kari@example.no", Phone: "90000001", Lang: i18n.NN}); err != nil {
			t.Fatal(err)
		}
		speaks("the phone, logged in before she chose", phone, "/my", i18n.NN)
		speaks("the desk, before the log-in", desk, "/help", i18n.NB)
		speaks("the desk", desk.As(demo.Mother), "/help", i18n.NN)
		desk.Speak("en")
		speaks("the desk, where she clicked English", desk, "/my", i18n.EN)
		speaks("the phone, where she did not", phone, "/my", i18n.NN)
		speaks("somebody else", stranger.As(demo.Apart), "/my", i18n.NB)
		if err := h.App.Identity.SetContact(person, identity.Contact{Email: "kari@example.no", Phone: "90000001"}); err != nil {
			t.Fatal(err)
		}
		speaks("the phone, the choice taken back", phone, "/my", i18n.NB)
	})
}
