package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// Whatever is kept leads to our own host, as a browser and as net/url read it.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "/a?b=c#d", "//x", "/\\x", "https://x", "/%2f%2fx", "/a/..//x", "/\t/x", "/æ", "/:@x"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: nordvik, Path: "/here"}
	f.Fuzz(func(t *testing.T, path string) {
		kept := LocalPath(path, "/else")
		if kept != path && kept != "/else" {
			t.Fatalf("%q became %q", path, kept)
		}
		// Browsers drop tabs and line breaks and read \ as /.
		browser := strings.NewReplacer("\t", "", "\r", "", "\n", "", "\\", "/").Replace(kept)
		if !strings.HasPrefix(browser, "/") || strings.HasPrefix(browser, "//") {
			t.Fatalf("%q leads away", path)
		}
		if u, err := base.Parse(kept); err == nil && (u.Host != nordvik || u.Scheme != "https") {
			t.Fatalf("%q leads to %s", path, u.Host)
		}
		rec := httptest.NewRecorder()
		if err := Redirect(rec, httptest.NewRequest(http.MethodGet, "/", http.NoBody), kept); err != nil {
			t.Fatal(err)
		}
		if to := rec.Header().Get("Location"); strings.HasPrefix(to, "//") || !strings.HasPrefix(to, "/") {
			t.Fatalf("%q is sent to %q", path, to)
		}
	})
}

// A visitor who comes straight is known by the connection, whatever the headers say.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"", "1.2.3.4", "10.0.0.1, 1.2.3.4", "[::1]:80", "unknown", ",,,", "::ffff:10.0.0.1", "fe80::1%eth0"} {
		f.Add(seed)
	}
	s := &Site{deps: Deps{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	f.Fuzz(func(t *testing.T, forwarded string) {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header["X-Forwarded-For"] = []string{forwarded}
		r.RemoteAddr = "203.0.113.7:1"
		if got := s.address(r); got != "203.0.113.7" {
			t.Fatalf("%q makes the visitor %q", forwarded, got)
		}
		r.RemoteAddr = "10.0.0.1:1"
		if got := s.address(r); got == "" {
			t.Fatalf("%q makes the visitor nobody", forwarded)
		}
	})
}

// No word of a text is lost or written twice.
func FuzzBlocks(f *testing.F) {
	for _, seed := range []string{"a\n\nb", "- a\n- b", "[a](/b) c", "[a](https://x.no)", "[[a](/b)](/c)", "-  \n\n- ", "- "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, b := range blocks(text) {
			lists := append([][]span{b.Text}, b.Items...)
			for _, list := range lists {
				for _, s := range list {
					if s.Text == "" || s.Href != "" && !strings.HasPrefix(s.Href, "/") && !strings.HasPrefix(s.Href, "https://") {
						t.Fatalf("%q has the piece %+v", text, s)
					}
					if !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), s.Text) {
						t.Fatalf("%q does not say %q", text, s.Text)
					}
				}
			}
		}
	})
}
