package identity_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/torg-no/torg/internal/platform/identity"
)

// Who is about to log in is told to the demonstration's provider alone, and never
// anything that could be a person's number or address.
func TestLogin_tellsOurHintsToNobodyElse(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	takes := false
	w.change = func(c *identity.ClientConfig) { c.NoPAR, c.LoginHints = true, takes }
	told := func(hint string) string {
		b := w.browser(t)
		b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.get(siteA + "/login?" + url.Values{"login_hint": {hint}}.Encode())
		target, err := url.Parse(b.header.Get("Location"))
		if err != nil || !target.Query().Has("client_id") {
			t.Fatalf("sent to %v: %v", target, err)
		}
		return target.Query().Get("login_hint")
	}
	if got := told("torgoy-mother"); got != "" {
		t.Errorf("ID-porten is told %q", got)
	}
	takes = true
	for hint, want := range map[string]string{
		"torgoy-mother": "torgoy-mother", "fjordbygda-case_worker": "fjordbygda-case_worker",
		"01820012345": "", "kari@example.no": "", "eidas:true": "", "Kari Nordmann": "", "": "",
	} {
		if got := told(hint); got != want {
			t.Errorf("%q is told as %q", hint, got)
		}
	}
}
