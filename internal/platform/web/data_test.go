package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
)

// withData is a world with an address for people and programs.
func withData(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	r := w.Routes("test")
	r.Data("GET /data", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		limit, _ := r.Context().Value(limitKey{}).(string)
		return text(w, string(identity.From(r.Context()).Kind)+" "+limit)
	})
	r.Data("GET /data/mine", access.LoggedIn, func(w http.ResponseWriter, _ *http.Request) error { return text(w, "mine") })
	r.Data("GET /data/fail/{kind}", access.Public, func(_ http.ResponseWriter, r *http.Request) error { return problems()[r.PathValue("kind")] })
	r.Data("GET /data/status/{status}", access.Public, func(_ http.ResponseWriter, r *http.Request) error {
		status := map[string]int{"400": 400, "406": 406, "414": 414}[r.PathValue("status")]
		return errors.Join(WithStatus(status, errs.Invalid("errs.invalid")), errors.New(secret))
	})
	return w
}

func TestData_takesTokens(t *testing.T) {
	t.Parallel()
	w := withData(t)
	for name, tt := range map[string]struct {
		header []string
		want   string
	}{
		"nobody": {nil, string(identity.Anonymous) + " "},
		"bearer": {[]string{"Authorization", "Bearer good"}, string(identity.Token) + " case.read"},
		"key":    {[]string{"X-API-Key", "good"}, string(identity.Token) + " case.read"},
		"basic":  {[]string{"Authorization", "Basic Z29vZDpnb29k"}, string(identity.Anonymous) + " "},
	} {
		if rec := w.get("/data", tt.header...); rec.Code != http.StatusOK || rec.Body.String() != tt.want {
			t.Errorf("%s: %d %q", name, rec.Code, rec.Body.String())
		}
	}
	if rec := w.ask(request{path: "/data", who: "kari"}); rec.Body.String() != string(identity.Resident)+" " {
		t.Errorf("the session is forgotten: %q", rec.Body.String())
	}
	if rec := w.ask(request{path: "/data", who: "kari", header: map[string]string{"X-API-Key": "good"}}); !strings.HasPrefix(rec.Body.String(), string(identity.Token)) {
		t.Errorf("the token goes before the session, not %q", rec.Body.String())
	}
	if rec := w.get("/data?token=good&X-API-Key=good"); rec.Body.String() != string(identity.Anonymous)+" " {
		t.Errorf("a token is taken from the address: %q", rec.Body.String())
	}
	for _, header := range [][]string{{"Authorization", "Bearer guess"}, {"Authorization", "Bearer "}, {"X-API-Key", "guess"}} {
		trouble(t, w.get("/data", header...), http.StatusUnauthorized)
	}
	trouble(t, w.get("/data", "X-API-Key", "broken"), http.StatusInternalServerError)
	if rec := w.get("/open", "Authorization", "Bearer guess"); rec.Code != http.StatusOK {
		t.Errorf("a page looks at tokens: %d", rec.Code)
	}
}

func TestData_limitsTokens(t *testing.T) {
	t.Parallel()
	w := withData(t)
	last := 0
	for range 150 {
		last = w.get("/data", "X-API-Key", "good").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("a token may ask for ever: %d", last)
	}
}

func TestData_errorsSuitWhoAsks(t *testing.T) {
	t.Parallel()
	w := withData(t)
	browser := "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for path, status := range map[string]int{
		"/data/fail/invalid": 422, "/data/fail/notfound": 404, "/data/fail/internal": 500, "/data/fail/forbidden": 403,
		"/data/status/400": 400, "/data/status/406": 406, "/data/status/414": 414,
	} {
		trouble(t, w.get(path), status)
		trouble(t, w.get(path, "Accept", "application/geo+json"), status)
		trouble(t, w.get(path+"?f=json", "Accept", browser), status)
		for _, rec := range []string{w.get(path, "Accept", browser).Body.String(), w.get(path + "?f=html").Body.String()} {
			if !strings.Contains(rec, "<!doctype html>") || strings.Contains(rec, secret) {
				t.Errorf("%s shows no page: %.200s", path, rec)
			}
		}
		if rec := w.get(path, "Accept", browser); rec.Code != status {
			t.Errorf("%s: the page says %d", path, rec.Code)
		}
	}
	trouble(t, w.get("/data/mine"), http.StatusUnauthorized)
	if rec := w.get("/data/mine", "Accept", browser); rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/login?return=") {
		t.Errorf("a person is not sent to log in: %d", rec.Code)
	}
}

func TestNegotiate_choosesWhatIsLikedBest(t *testing.T) {
	t.Parallel()
	const json, html = "application/json", "text/html"
	for accept, want := range map[string]string{
		"": json, "*/*": json, "text/html": html, "application/json": json, "application/*": json, "text/*": html,
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": html,
		"application/json;q=0.5, text/html;q=0.4":                         json,
		"application/json;q=0.4, text/html; q=0.5":                        html,
		"application/json;q=0, */*":                                       html,
		"TEXT/HTML":                                                       html,
		"application/json;charset=utf-8":                                  json,
		"text/html;q=0.5, application/json;version=3.0;q=0.6":             json,
		"image/png": "", "text/html;q=0": "", "text/html;q=x": "", "text/html;q=NaN": "", "application/geo+json": "", ",;,": "",
	} {
		if got, ok := Negotiate(accept, json, html); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", accept, got, want)
		}
	}
}

func TestWantsPage_hearsTheAddressFirst(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"/data": true, "/data?f=json": false, "/data?f=html": true, "/data?f=": false, "/data?f=x&f=html": false} {
		r := request{path: path, header: map[string]string{"Accept": "text/html"}}.make()
		if got := WantsPage(r); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}
