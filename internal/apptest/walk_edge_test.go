package apptest_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/notify"
)

// outside are the addresses that stand in no route table: the operator's, the files
// that pages are made of, the demonstration's own pages. All walkers, whoever they
// are and whatever they hold, get the same from them: none knows people.
type outside struct {
	path   string // of the municipality's host, unless it names another
	status int
	says   string
}

// portalPages says where each page of the portal is. One that is added without
// standing here fails the test.
func portalPages(h *apptest.Harness, message string) map[string]outside {
	site := "http://localhost:" + h.Port
	return map[string]outside{
		"GET /{$}": {site + "/", http.StatusOK, "Kari Nordmann"}, "GET /outbox": {site + "/outbox", http.StatusOK, ""},
		"GET /outbox/{town}/{id}": {site + "/outbox/torgoy/" + message, http.StatusOK, ""}, "/": {site + "/nowhere", http.StatusNotFound, ""},
	}
}

var asset = regexp.MustCompile(`(?:href|src)="(/[^"]+\.(?:css|js|json|svg|woff2)[^"]*)"`)

func TestWalk_whatStandsInNoRouteTable(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		w := newWalk(t, h)
		items, err := h.App.Notify.List(h.In("torgoy"), notify.Filter{Limit: 1})
		if err != nil || len(items) == 0 {
			t.Fatalf("%d messages: %v", len(items), err)
		}
		list := []outside{
			{"/healthz", http.StatusOK, "ok"},
			{"/readyz", http.StatusOK, "ready"},
			{"/metrics", http.StatusOK, "torg_http_request_seconds"},
			{"/sw.js", http.StatusOK, ""},
			{"/api/openapi.json", http.StatusOK, `"openapi"`},
			{"/nowhere", http.StatusNotFound, ""},
			{"/api/nowhere", http.StatusNotFound, ""},
			{strings.Replace(h.URL("torgoy", "/"), "torgoy", "unknown", 1), http.StatusNotFound, ""},
			{h.Demo.Issuer() + "/.well-known/openid-configuration", http.StatusOK, "issuer"},
		}
		found := asset.FindAllStringSubmatch(string(w.visitors[anonymous].Get("/help").Must(http.StatusOK).Body), -1)
		if len(found) < 3 {
			t.Errorf("the page is made of %d files only", len(found))
		}
		for _, f := range found {
			list = append(list, outside{f[1], http.StatusOK, ""})
		}
		pages := portalPages(h, items[0].ID)
		for _, route := range h.Demo.PortalRoutes() {
			page, ok := pages[route]
			if !ok {
				t.Errorf("the portal's %s is not walked: say in portalPages where it is", route)
				continue
			}
			list = append(list, page)
		}
		for _, who := range everybody {
			for _, o := range list {
				w.outside(who, o)
			}
		}
		w.stranger()
	})
}

func (w *walk) outside(who string, o outside) {
	w.t.Helper()
	p := w.visitors[who].Get(o.path)
	if p.Status != o.status || !strings.Contains(string(p.Body), o.says) {
		w.t.Errorf("%s: %s answers %d, want %d with %q: %.200s", who, o.path, p.Status, o.status, o.says, p.Body)
	}
	if found := placeholder.FindString(p.Text()); found != "" && p.IsHTML() {
		w.t.Errorf("%s: %s shows %s", who, o.path, found)
	}
	operator := slices.Contains([]string{"/healthz", "/readyz", "/metrics"}, o.path)
	if !operator && p.Header.Get("X-Content-Type-Options") != "nosniff" {
		w.t.Errorf("%s: %s has no nosniff", who, o.path)
	}
	if names := p.Header.Values("Set-Cookie"); len(names) > 0 {
		w.t.Errorf("%s: %s sets %q", who, o.path, names)
	}
}

// stranger asks for the figures from outside the machine, which a proxy tells of.
func (w *walk) stranger() {
	w.t.Helper()
	for _, who := range everybody {
		p := w.visitors[who].Send(http.MethodGet, "/metrics", nil, http.Header{"X-Forwarded-For": {"203.0.113.7"}})
		if p.Status != http.StatusNotFound || strings.Contains(string(p.Body), "torg_") {
			w.t.Errorf("%s reads the figures from outside: %d", who, p.Status)
		}
	}
	if p := w.visitors[token].Get("/outbox"); p.Status != http.StatusNotFound {
		w.t.Errorf("a municipality has the outbox of %s: %d", demo.Towns()[0].Slug, p.Status)
	}
}
