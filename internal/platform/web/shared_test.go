package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
)

// withShared is a world with addresses that other pages may read, and some that only
// look like them.
func withShared(t *testing.T) *world {
	t.Helper()
	w := withData(t)
	r := w.Routes("test")
	r.Share("/data", "ETag", "Content-Crs")
	r.Data("GET /data/everybody", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		ShareAnswer(w, r)
		return text(w, "for all")
	})
	r.Data("GET /data/broken", access.Public, func(http.ResponseWriter, *http.Request) error { return errors.New(secret) })
	r.Data("GET /database", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		ShareAnswer(w, r)
		return text(w, "not shared")
	})
	r.Pieces("/data/piece/")
	return w
}

func TestShare_answersBeforehand(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	for _, path := range []string{"/data", "/data/everybody", "/data/mine", "/data/of/nothing"} {
		rec := w.ask(request{method: http.MethodOptions, path: path, header: map[string]string{
			"Origin": "https://kart.example.org", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-api-key",
		}})
		h := rec.Header()
		if rec.Code != http.StatusNoContent || rec.Body.Len() > 0 || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" || h.Get("Access-Control-Max-Age") == "" {
			t.Errorf("%s: %d %v", path, rec.Code, h)
		}
		for _, name := range []string{"Authorization", "X-API-Key", "If-None-Match", "Accept", "Accept-Language"} {
			if !strings.Contains(", "+h.Get("Access-Control-Allow-Headers")+",", ", "+name+",") {
				t.Errorf("%s: %s may not be sent: %q", path, name, h.Get("Access-Control-Allow-Headers"))
			}
		}
		if h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Set-Cookie") != "" {
			t.Errorf("%s: with credentials: %v", path, h)
		}
	}
}

func TestShare_tellsWhatMayBeAsked(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	rec := w.ask(request{method: http.MethodOptions, path: "/data"})
	if rec.Code != http.StatusNoContent || rec.Header().Get("Allow") != "GET, HEAD, OPTIONS" || rec.Header().Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

func TestShare_isOnlyWhatIsBelow(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	for _, path := range []string{"/database", "/open", "/api/cases", "/"} {
		rec := w.ask(request{method: http.MethodOptions, path: path, header: map[string]string{"Origin": "https://kart.example.org", "Access-Control-Request-Method": "GET"}})
		if rec.Code == http.StatusNoContent || rec.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", path, rec.Code, rec.Header())
		}
	}
	if rec := w.get("/database"); rec.Code != http.StatusOK || rec.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

func TestShareAnswer_isChosenByTheHandler(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	if h := w.get("/data/everybody").Header(); h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Expose-Headers") != "ETag, Content-Crs" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%v", h)
	}
	if h := w.get("/data").Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("an answer that says nothing is open: %v", h)
	}
}

// A program must be told what was wrong, whoever found it.
func TestShare_errorsAreOpen(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	for name, tt := range map[string]struct {
		request
		status int
	}{
		"not logged in":   {request{path: "/data/mine"}, http.StatusUnauthorized},
		"a wrong token":   {request{path: "/data", header: map[string]string{"Authorization": "Bearer guess"}}, http.StatusUnauthorized},
		"a broken token":  {request{path: "/data", header: map[string]string{"X-API-Key": "broken"}}, http.StatusInternalServerError},
		"nothing there":   {request{path: "/data/of/nothing"}, http.StatusNotFound},
		"another method":  {request{method: http.MethodDelete, path: "/data/everybody"}, http.StatusMethodNotAllowed},
		"a fault of ours": {request{path: "/data/broken"}, http.StatusInternalServerError},
	} {
		rec := w.ask(tt.request)
		if rec.Code != tt.status || rec.Header().Get("Access-Control-Allow-Origin") != "*" || rec.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %d %v", name, rec.Code, rec.Header())
		}
		if strings.Contains(rec.Body.String(), secret) {
			t.Errorf("%s tells too much", name)
		}
	}
	if rec := w.get("/nowhere"); rec.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("errors elsewhere are open: %v", rec.Header())
	}
}

func TestShare_isLimited(t *testing.T) {
	t.Parallel()
	w := withShared(t)
	last := w.ask(request{method: http.MethodOptions, path: "/data"})
	for range 3000 {
		if last = w.ask(request{method: http.MethodOptions, path: "/data"}); last.Code != http.StatusNoContent {
			break
		}
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Access-Control-Allow-Origin") != "*" || last.Header().Get("Retry-After") == "" {
		t.Errorf("one may ask for ever: %d %v", last.Code, last.Header())
	}
	// What is asked before a piece of a map comes out of the limit of the pieces.
	if rec := w.ask(request{method: http.MethodOptions, path: "/data/piece/1"}); rec.Code != http.StatusNoContent {
		t.Errorf("pieces share the limit of pages: %d", rec.Code)
	}
}
