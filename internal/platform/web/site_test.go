package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
)

func TestSite_findsTheMunicipalityByItsHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct{ host, name string }{
		{nordvik, "Nordvik kommune"},
		{nordvik + ":8080", "Nordvik kommune"},
		{nordvik + ".", "Nordvik kommune"},
		{"NordVIK.Example.NO.:443", "Nordvik kommune"},
		{"old.example.no", "Nordvik kommune"},
		{sørli, "Sørli kommune"},
	} {
		expect(t, w.ask(request{host: tt.host, path: "/open"}), http.StatusOK, tt.name)
	}
}

func TestSite_saysNothingToAnUnknownHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, host := range []string{"example.no", "xnordvik.example.no", "nordvik.example.no.evil.com", "10.0.0.1:8080", "[::1]:80", " "} {
		rec := w.ask(request{host: host, path: "/mine", who: "kari"})
		expect(t, rec, http.StatusNotFound, "Ukjent adresse", "Ingen kommune bruker denne nettadressen")
		for _, name := range []string{"Nordvik", "Sørli", nordvik, "Kari", "/login"} {
			if strings.Contains(rec.Body.String(), name) {
				t.Errorf("%s: names %s", host, name)
			}
		}
	}
	expect(t, w.ask(request{host: "x.no", path: "/", header: map[string]string{"Accept-Language": "nn"}}), http.StatusNotFound, "Ukjend adresse")
	expect(t, w.ask(request{host: "x.no", path: "/", header: map[string]string{"Accept-Language": "en-GB"}}), http.StatusNotFound, "Unknown address")
}

func TestSite_leavesItsOwnHostsToThePortal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) {
		d.Portal = func(host string) (http.Handler, bool) {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = text(w, "the portal") }), host == "torg.example.no"
		}
	})
	rec := w.ask(request{host: "torg.example.no", path: "/mine"})
	expect(t, rec, http.StatusOK, "the portal")
	if rec.Header().Get("Content-Security-Policy") == "" {
		t.Error("the portal lacks the security headers")
	}
	expect(t, w.get("/open"), http.StatusOK, "Nordvik kommune")
}

func TestSite_sendsSecurityHeadersWithEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) { d.Secure, d.FormTargets = true, []string{"https://idporten.example"} })
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self' https://idporten.example; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
		"Strict-Transport-Security":    "max-age=63072000; includeSubDomains",
	}
	for name, rec := range map[string]*httptest.ResponseRecorder{
		"page": w.get("/open"), "error": w.get("/fail/internal"), "missing": w.get("/nowhere"), "panic": w.get("/panic"),
		"unknown host": w.ask(request{host: "x.no", path: "/"}), "api": w.get("/api/openapi.json"), "problem": w.get("/api/things/x"),
		"worker": w.get("/sw.js"), "no asset": w.get(ui.AssetPrefix + "none.css"), "theme": w.get(w.themes.URL("#1d4f91")),
		"redirect": w.get("/mine"),
	} {
		for header, value := range want {
			if got := rec.Header().Get(header); got != value {
				t.Errorf("%s: %s is %q, want %q", name, header, got, value)
			}
		}
	}
	if got := w.get("/open").Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("a page may be kept: %q", got)
	}
	if got := w.get(w.themes.URL("#1d4f91")).Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("a stylesheet may not be kept: %q", got)
	}
}

func TestSite_insistsOnEncryptionOnlyWhereThereIsSome(t *testing.T) {
	t.Parallel()
	if got := newWorld(t).get("/open").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("plain http says %q", got)
	}
}

func TestAllowFraming_letsOneFrameThePage(t *testing.T) {
	t.Parallel()
	rec := newWorld(t).get("/framed")
	if p := rec.Header().Get("Content-Security-Policy"); !strings.HasSuffix(p, "frame-ancestors https://idporten.example") {
		t.Errorf("policy %q", p)
	}
	if rec.Header().Get("X-Frame-Options") != "" || rec.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("headers %v", rec.Header())
	}
}

func TestSite_pagesHoldNoScriptsOrStylesOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*[^>\w])?>[^<]|<style|\sstyle="|\son\w+="|javascript:`)
	for _, path := range []string{"/open", "/help", "/privacy", "/nowhere", "/components", "/components/case"} {
		if found := inline.FindString(w.get(path).Body.String()); found != "" {
			t.Errorf("%s holds %q, which the policy forbids", path, found)
		}
	}
}

func TestSite_answersHeadLikeGetWithoutBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, status := range map[string]int{"/open": http.StatusOK, "/nowhere": http.StatusNotFound, "/fail/conflict": http.StatusConflict, "/mine": http.StatusSeeOther} {
		rec := w.ask(request{method: http.MethodHead, path: path})
		expect(t, rec, status)
		if rec.Body.Len() != 0 && status != http.StatusSeeOther {
			t.Errorf("%s: HEAD has a body of %d bytes", path, rec.Body.Len())
		}
	}
	if got := w.ask(request{method: http.MethodHead, path: "/mine?a=1"}).Header().Get("Location"); got != "/login?return=%2Fmine%3Fa%3D1" {
		t.Errorf("HEAD is sent to %q", got)
	}
}

func TestSite_tellsMissingFromWronglyUsed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodGet, "/nowhere", http.StatusNotFound, ""},
		{http.MethodPost, "/nowhere", http.StatusNotFound, ""},
		{http.MethodGet, "/mine/deep/", http.StatusNotFound, ""},
		{http.MethodGet, "/language", http.StatusMethodNotAllowed, "POST"},
		{http.MethodPost, "/open", http.StatusMethodNotAllowed, "GET"},
		{http.MethodDelete, "/mine", http.StatusMethodNotAllowed, "GET, POST"},
		{http.MethodPost, "/assets/x.js", http.StatusMethodNotAllowed, "GET"},
		{http.MethodPut, "/sw.js", http.StatusMethodNotAllowed, "GET"},
		{http.MethodGet, "/assets/none.js", http.StatusNotFound, ""},
		{http.MethodGet, "/api", http.StatusNotFound, ""},
	} {
		rec := w.ask(request{method: tt.method, path: tt.path})
		expect(t, rec, tt.status)
		if got := rec.Header().Get("Allow"); got != tt.allow {
			t.Errorf("%s %s allows %q, want %q", tt.method, tt.path, got, tt.allow)
		}
	}
	expect(t, w.get("/nowhere"), http.StatusNotFound, "Vi finner ikke siden", "Logg inn")
}

func TestSite_apologisesInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// Ola has chosen nynorsk; the municipality writes bokmål, the browser asks for English.
	expect(t, w.ask(request{path: "/panic", who: "ola", header: map[string]string{"Accept-Language": "en"}}), http.StatusInternalServerError, `<html lang="nn"`, "Noko gjekk gale hos oss")
	expect(t, w.ask(request{path: "/panic", host: sørli}), http.StatusInternalServerError, `<html lang="nn"`)
	expect(t, w.ask(request{path: "/fail/internal", who: "ola"}), http.StatusInternalServerError, `<html lang="nn"`, "Noko gjekk gale hos oss")
}

func TestSite_apologisesForAPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.get("/panic", "Accept-Language", "nn")
	expect(t, rec, http.StatusInternalServerError, "Noko gjekk gale hos oss", `<html lang="nn"`)
	log := w.log.String()
	for _, part := range []string{"panic in a handler", "dsn=postgres://pw", "support_test.go"} {
		if !strings.Contains(log, part) {
			t.Errorf("the log lacks %q", part)
		}
	}
	if id := reference(t, rec); !strings.Contains(log, "request="+id) {
		t.Errorf("the log does not name %s", id)
	}
	expect(t, w.get("/open"), http.StatusOK) // and it goes on
}

var idShape = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// reference finds the request's id on a page.
func reference(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	id := idShape.FindString(rec.Body.String())
	if id == "" {
		t.Errorf("the page has no reference: %.3000s", rec.Body.String())
	}
	return id
}

func TestSite_givesEachFaultAReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := reference(t, w.get("/fail/internal"))
	if log := w.log.String(); !strings.Contains(log, "request failed") || !strings.Contains(log, "request="+first) || !strings.Contains(log, secret) {
		t.Errorf("the log does not tell of %s: %s", first, log)
	}
	if second := reference(t, w.get("/fail/internal")); first == second {
		t.Error("two requests have one id")
	}
	if id := idShape.FindString(w.get("/fail/conflict").Body.String()); id != "" {
		t.Errorf("what is no fault of ours has the reference %s", id)
	}
}

func TestSite_breaksOffWhatItCannotFinish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := httptest.NewServer(w)
	defer server.Close()
	for _, how := range []string{"error", "panic"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/late/"+how, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = nordvik
		answer, err := server.Client().Do(r)
		if err == nil {
			answer.Body.Close()
			t.Errorf("%s: half an answer looks whole", how)
		}
	}
	if log := w.log.String(); strings.Count(log, secret) != 2 {
		t.Errorf("the log does not tell both: %s", log)
	}
}

var countLine = regexp.MustCompile(`(?m)^torg_http_request_seconds_count\{route="([^"]*)",status="([^"]*)"\} (\d+)$`)

// counted returns how often each route was answered with each status.
func counted(t *testing.T, s *Site) map[string]string {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.Collectors()...)
	rec := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	counts := map[string]string{}
	for _, m := range countLine.FindAllStringSubmatch(rec.Body.String(), -1) {
		counts[m[1]+" "+m[2]] = m[3]
	}
	return counts
}

func TestSite_countsRoutesAndNotPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(request{path: "/mine/deep/12345", who: "kari"})
	w.ask(request{path: "/mine/deep/67890", who: "kari"})
	w.get("/mine/deep/1")
	w.get("/nowhere/12345")
	w.get("/fail/conflict")
	w.get("/silent")
	w.get("/panic")
	w.get("/api/things/12345")
	w.get("/api/nothing/12345")
	counts := counted(t, w.Site)
	for label, want := range map[string]string{
		"GET /mine/deep/{id} 200": "2", "GET /mine/deep/{id} 303": "1", "other 404": "2", "GET /fail/{kind} 409": "1",
		"GET /silent 200": "1", "GET /panic 500": "1", "GET /api/things/{kind} 401": "1",
	} {
		if counts[label] != want {
			t.Errorf("%s was counted %q times, want %s: %v", label, counts[label], want, counts)
		}
	}
	for label := range counts {
		if strings.Contains(label, "12345") || strings.Contains(label, "kari") {
			t.Errorf("the figures name %q", label)
		}
	}
}

// A page that asks for a person twice has looked once; the next page looks anew.
func TestSite_isOneLookPerPageView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		expect(t, w.ask(request{path: "/looks", who: "kari"}), http.StatusOK)
	}
	var requests []string
	err := w.DB.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		requests, err = store.All(ctx, tx, store.Value[string], `select request_id from audit_entries order by id limit 10`)
		return err
	})
	if err != nil || len(requests) != 2 || requests[0] == requests[1] || !ids.Valid(requests[0]) {
		t.Errorf("the looks were made in %v, %v", requests, err)
	}
}
