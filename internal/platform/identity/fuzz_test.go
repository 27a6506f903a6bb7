package identity_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/a?b=c#d", "//evil.test", `/\evil.test`, "https://evil.test", "/%2f/evil.test", "/.//evil.test", "/login", "\x00"} {
		f.Add(s)
	}
	base, err := url.Parse(siteA + "/login/callback")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		local := identity.LocalPath(s)
		// Browsers read backslashes as slashes and drop tabs and line breaks.
		for _, read := range []string{local, strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(local), path.Clean(local)} {
			target, err := base.Parse(read)
			if err != nil || target.Host != "a.test" || target.Scheme != "https" || !strings.HasPrefix(read, "/") {
				t.Fatalf("%q leads to %q (%v)", s, target, err)
			}
		}
		if strings.ContainsAny(local, "\r\n") {
			t.Fatalf("%q splits the header", s)
		}
	})
}

// FuzzCallback sends whatever it likes to the callback of a browser that has
// begun a log-in: nothing may open a session or fail as a fault of ours.
func FuzzCallback(f *testing.F) {
	w := newWorld(f, storetest.SQLite(f, modules()...))
	w.change = func(c *identity.ClientConfig) { c.NoPAR = true } // so that the state can be read from the address
	f.Add("code", "state", issuer, "")
	f.Add("", "", "", "access_denied")
	f.Add("\x00", "\xff", "https://evil.test", "<script>")
	f.Add(strings.Repeat("x", 3000), strings.Repeat("y", 3000), issuer, "invalid_request")
	f.Fuzz(func(t *testing.T, code, state, iss, failure string) {
		b := w.browser(t)
		b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.get(siteA + "/login")
		login, err := url.Parse(b.header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		if state == "state" {
			state = login.Query().Get("state")
		}
		q := url.Values{"code": {code}, "state": {state}, "iss": {iss}, "error": {failure}}
		b.get(siteA + "/login/callback?" + q.Encode())
		if b.status < 400 || b.status == http.StatusInternalServerError {
			t.Fatalf("%d %s", b.status, b.page)
		}
		b.get(siteA+"/").expect(http.StatusOK, "anonymous")
	})
}
