package ogc

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// beforehand asks as a browser does for a program on another page (WHATWG Fetch,
// CORS-preflight fetch).
func (w *world) beforehand(path, headers string) http.Header {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodOptions, "http://"+host+path, nil)
	r.Header.Set("Origin", "https://kart.example.org")
	r.Header.Set("Access-Control-Request-Method", http.MethodGet)
	r.Header.Set("Access-Control-Request-Headers", headers)
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	if rec.Code != http.StatusNoContent || rec.Body.Len() > 0 {
		w.t.Errorf("OPTIONS %s: %d %s", path, rec.Code, rec.Body)
	}
	return rec.Header()
}

// Every address of the API may be asked from another page, with a token or without.
func TestShare_everyAddress(t *testing.T) {
	t.Parallel()
	w := one(t)
	seen := 0
	for _, route := range w.site.Table() {
		if !strings.HasPrefix(route.Path, root) {
			continue
		}
		seen++
		path := strings.NewReplacer("{layer}", "pipes", "{layers}", "parcels", "{id}", "v1", "{path...}", "nowhere", "{z}", "1", "{x}", "0", "{y}", "0").Replace(route.Path)
		h := w.beforehand(path, "authorization,x-api-key,if-none-match")
		allowed := strings.ToLower(h.Get("Access-Control-Allow-Headers"))
		if h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(allowed, "authorization") || !strings.Contains(allowed, "x-api-key") || !strings.Contains(allowed, "if-none-match") {
			t.Errorf("%s: %v", path, h)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: cookies are let in: %v", path, h)
		}
	}
	if seen < 20 {
		t.Errorf("only %d addresses", seen)
	}
	if h := w.beforehand("/geo/", "accept"); h.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v", h)
	}
}

// What is worth knowing of an answer can be read, also of one that has not changed.
func TestShare_headersCanBeRead(t *testing.T) {
	t.Parallel()
	w := one(t)
	p := w.get("/geo/collections/parcels/items?limit=1", "Origin", "https://kart.example.org").is(http.StatusOK)
	for _, name := range []string{"ETag", "Content-Crs", "Link", "Retry-After"} {
		if !strings.Contains(p.Header.Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("%s cannot be read: %v", name, p.Header)
		}
	}
	if p.Header.Get("ETag") == "" || p.Header.Get("Content-Crs") == "" || p.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%v", p.Header)
	}
	again := w.get("/geo/collections/parcels/items?limit=1", "If-None-Match", p.Header.Get("ETag")).is(http.StatusNotModified)
	if again.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("what has not changed is closed: %v", again.Header)
	}
}

func TestShare_errorsCanBeRead(t *testing.T) {
	t.Parallel()
	w := one(t)
	for _, tt := range []struct {
		path   string
		status int
		header []string
	}{
		{"/geo/collections/parcels/items?bbox=1", http.StatusBadRequest, nil},
		{"/geo/collections/parcels/items?filter=((", http.StatusBadRequest, nil},
		{"/geo/collections/pipes/items", http.StatusUnauthorized, nil},
		{"/geo/collections/pipes/items", http.StatusUnauthorized, []string{"Authorization", "Bearer guess"}},
		{"/geo/collections/pipes/items", http.StatusNotFound, []string{"X-API-Key", "other"}},
		{"/geo/collections/nowhere/items", http.StatusNotFound, nil},
		{"/geo/tiles/parcels/99/0/0.mvt", http.StatusNotFound, nil},
		{"/geo/nowhere", http.StatusNotFound, nil},
		{"/geo/collections/parcels/items", http.StatusNotAcceptable, []string{"Accept", "image/png"}},
	} {
		p := w.get(tt.path, tt.header...)
		if p.Status != tt.status || p.Header.Get("Access-Control-Allow-Origin") != "*" || p.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %d %v", tt.path, p.Status, p.Header)
		}
	}
}
