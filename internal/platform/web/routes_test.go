package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/access"
)

func TestCrossOrigin_formsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same := "http://" + nordvik
	for name, tt := range map[string]struct {
		header []string
		passes bool
	}{
		"same site of the browser's word":  {[]string{"Sec-Fetch-Site", "same-origin"}, true},
		"typed by the person":              {[]string{"Sec-Fetch-Site", "none"}, true},
		"no browser":                       {nil, true},
		"same origin of an older browser":  {[]string{"Origin", same}, true},
		"another site":                     {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		"a neighbour under the same name":  {[]string{"Sec-Fetch-Site", "same-site"}, false},
		"another origin, older browser":    {[]string{"Origin", "https://evil.example"}, false},
		"another municipality":             {[]string{"Origin", "http://" + sørli}, false},
		"a page without origin":            {[]string{"Origin", "null"}, false},
		"another site that names us twice": {[]string{"Sec-Fetch-Site", "cross-site", "Origin", same}, false},
	} {
		rec := w.post("/mine", "kari", nil, tt.header...)
		if want := map[bool]int{true: http.StatusSeeOther, false: http.StatusForbidden}[tt.passes]; rec.Code != want {
			t.Errorf("%s: %d, want %d", name, rec.Code, want)
		}
		if len(rec.Result().Cookies()) > 0 != tt.passes {
			t.Errorf("%s: the form was taken: %t", name, !tt.passes)
		}
	}
}

func TestCrossOrigin_isExplainedInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for lang, words := range map[string]string{
		"nb": "Skjemaet ble sendt fra et annet nettsted", "nn": "Skjemaet vart sendt frå ein annan nettstad", "en": "The form was sent from another website",
	} {
		expect(t, w.post("/mine", "kari", nil, "Sec-Fetch-Site", "cross-site", "Cookie", langCookie+"="+lang), http.StatusForbidden, words, "<h1")
	}
	// Somebody who follows a link from elsewhere is welcome.
	expect(t, w.ask(request{path: "/mine", who: "kari", header: map[string]string{"Sec-Fetch-Site": "cross-site"}}), http.StatusOK)
	// Nobody is asked to log in for a stranger's form.
	expect(t, w.post("/mine", "", nil, "Sec-Fetch-Site", "cross-site"), http.StatusForbidden)
}

func TestBodies_haveLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, tt := range map[string]struct {
		path   string
		bytes  int
		status int
	}{
		"a form":              {"/mine", 1 << 20, http.StatusSeeOther},
		"a form too large":    {"/mine", 1<<20 + 1, http.StatusRequestEntityTooLarge},
		"a file":              {"/files", 2 << 20, http.StatusOK},
		"a file too large":    {"/files", 2<<20 + 1, http.StatusRequestEntityTooLarge},
		"a language too long": {"/language", 1<<20 + 1, http.StatusRequestEntityTooLarge},
	} {
		body := "a=" + strings.Repeat("x", tt.bytes-2)
		expect(t, w.ask(request{method: http.MethodPost, path: tt.path, who: "kari", body: body}), tt.status)
		r := request{method: http.MethodPost, path: tt.path, who: "kari", body: body}.make()
		r.ContentLength = -1 // as with chunked transfer, where the length is not told before
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if rec.Code != tt.status {
			t.Errorf("%s of unknown length: %d, want %d", name, rec.Code, tt.status)
		}
	}
	// FormValue forgets the error; what is announced as too large never gets there.
	expect(t, w.ask(request{method: http.MethodPost, path: "/careless", body: "a=" + strings.Repeat("x", 1<<20)}), http.StatusRequestEntityTooLarge)
	rec := w.ask(request{method: http.MethodPost, path: "/mine", who: "kari", body: strings.Repeat("x", 2<<20), header: map[string]string{"Accept-Language": "en"}})
	expect(t, rec, http.StatusRequestEntityTooLarge, "That did not work", "What you sent is too large.")
}

func TestTable_holdsEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := map[string]string{}
	for _, r := range w.Table() {
		got[r.Module+" "+r.Method+" "+r.Path] = fmt.Sprintf("%s %s %d", r.Permission, r.Kind, r.MaxBytes)
	}
	want := map[string]string{
		"web GET /accessibility":      "public page 0",
		"web GET /privacy":            "public page 0",
		"web GET /help":               "public page 0",
		"web GET /help/developers":    "public page 0",
		"web GET /offline":            "public page 0",
		"web GET /components":         "public page 0",
		"web GET /components/{name}":  "public page 0",
		"web POST /language":          "public form 1048576",
		"web GET /robots.txt":         "public page 0",
		"test GET /open":              "public page 0",
		"test GET /mine":              "self.read page 0",
		"test GET /mine/deep/{id}":    "self.read page 0",
		"test GET /desk":              "staff.read page 0",
		"test POST /mine":             "self.read form 1048576",
		"test POST /careless":         "public form 1048576",
		"test POST /files":            "public form 2097152",
		"test GET /fail/{kind}":       "public page 0",
		"test POST /fail/{kind}":      "public form 1048576",
		"test GET /address":           "public page 0",
		"test GET /ends":              "public page 0",
		"test GET /looks":             "self.read page 0",
		"test GET /silent":            "public page 0",
		"test GET /panic":             "public page 0",
		"test GET /late/{how}":        "public page 0",
		"test GET /framed":            "public page 0",
		"test GET /live":              "public stream 0",
		"test GET /mine/live":         "self.read stream 0",
		"test GET /api/things/{kind}": "self.read api 1048576",
		"test POST /api/things":       "self.read api 1048576",
		"test GET /api/panic":         "public api 1048576",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.Table()[0].Path = "/changed"
	if w.Table()[0].Path == "/changed" {
		t.Error("the table can be changed from outside")
	}
}

func TestRoutes_refuseWhatLacksAPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.Routes("test")
	for name, tt := range map[string]struct {
		pattern string
		perm    access.Permission
	}{
		"no permission": {"GET /x", ""}, "no method": {"/x", access.Public}, "no path": {"GET x", access.Public}, "nothing": {"", access.Public},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: registered", name)
				}
			}()
			r.Page(tt.pattern, tt.perm, plainPage("x"))
		}()
	}
	if r.Access() != w.deps.Access {
		t.Error("pages ask other policies than services do")
	}
}

func TestForm_answersWithARedirectAndAMessage(t *testing.T) {
	t.Parallel()
	rec := newWorld(t).post("/mine", "kari", url.Values{"a": {"b"}})
	expect(t, rec, http.StatusSeeOther)
	if rec.Header().Get("Location") != "/mine" || len(rec.Result().Cookies()) != 1 {
		t.Errorf("goes to %q with %v", rec.Header().Get("Location"), rec.Result().Cookies())
	}
}
