package staff

import (
	"context"
	"html"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// site is the municipality's pages; who is logged in is chosen by each request.
type site struct {
	*world
	http   *web.Site
	actors map[string]identity.Actor
	dir    *tenant.Directory
}

// The name of an actor stands in a cookie, as the secret of a session does.
const actorCookie = "actor"

func newSite(t *testing.T) *site {
	t.Helper()
	w := newWorld(t, storetest.SQLite(t, modules()...))
	s := &site{world: w, dir: tenant.NewDirectory(w.env.DB, slog.New(slog.DiscardHandler)), actors: map[string]identity.Actor{
		"ada":     w.actor("ada", identity.Grant{Role: "administrator"}),
		"bo":      w.actor("bo"),
		"worker":  w.actor("bo", identity.Grant{Role: "case_worker", Department: w.school.ID}),
		"head":    w.actor("cleo", identity.Grant{Role: "department_head", Department: w.school.ID}),
		"auditor": w.actor("cleo", identity.Grant{Role: "auditor"}),
	}}
	w.ok(s.dir.Refresh(t.Context()))
	s.http = web.New(web.Deps{
		Log: slog.New(slog.DiscardHandler), Clock: w.env.Clock, Bundle: texts(t), Directory: s.dir, Access: w.access,
		Session: s.session, Token: w.roles.AsToken,
		Limits: web.Limits{AddressPerSecond: 1e6, AddressBurst: 1e6, PersonPerSecond: 1e6, PersonBurst: 1e6},
	})
	w.service.Routes(s.http.Routes("staff"))
	return s
}

func texts(t *testing.T) *i18n.Bundle {
	t.Helper()
	bundle := i18n.New()
	for name, files := range map[string]fs.FS{
		"staff": Messages(), "access": access.Messages(), "audit": audit.Messages(), "identity": identity.Messages(),
		"tenant": tenant.Messages(), "jobs": jobs.Messages(), "notify": notify.Messages(), "ui": ui.Messages(), "web": web.Messages(),
	} {
		if err := bundle.Load(name, files); err != nil {
			t.Fatal(err)
		}
	}
	return bundle
}

func (s *site) session(_ context.Context, r *http.Request) (web.Session, error) {
	c, err := r.Cookie(actorCookie)
	if err != nil {
		return web.Session{Actor: identity.Actor{Kind: identity.Anonymous}}, nil //nolint:nilerr // without the cookie nobody is logged in
	}
	return web.Session{Actor: s.actors[c.Value], ExpiresAt: s.env.Clock.Now().AddDate(0, 0, 1)}, nil
}

// answer is a page as it came.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (s *site) send(t *testing.T, actor, lang, method, path string, form url.Values) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://torgby.example"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if actor != "" {
		r.AddCookie(&http.Cookie{Name: actorCookie, Value: actor})
	}
	r.AddCookie(&http.Cookie{Name: "torg_lang", Value: lang})
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	return answer{t, w.Code, w.Header(), html.UnescapeString(w.Body.String())}
}

func (s *site) get(t *testing.T, actor, path string) answer {
	t.Helper()
	return s.send(t, actor, "nb", http.MethodGet, path, nil)
}

func (s *site) post(t *testing.T, actor, path string, form url.Values) answer {
	t.Helper()
	return s.send(t, actor, "nb", http.MethodPost, path, form)
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %.2000s", a.status, status, a.main())
	}
	return a
}

// main is the page without its shell.
func (a answer) main() string {
	_, main, ok := strings.Cut(a.body, "<main")
	if !ok {
		return a.body
	}
	main, _, _ = strings.Cut(main, "</main>")
	return main
}

func (a answer) has(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("the page lacks %q: %.3000s", text, a.main())
		}
	}
	return a
}

func (a answer) lacks(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("the page has %q: %.3000s", text, a.main())
		}
	}
	return a
}

// to checks where the answer leads, and which message it leaves for the next page.
func (a answer) to(path, flash string) {
	a.t.Helper()
	a.is(http.StatusSeeOther)
	if got := a.header.Get("Location"); got != path {
		a.t.Errorf("leads to %q, want %q", got, path)
	}
	if cookie := a.header.Get("Set-Cookie"); flash != "" && !strings.Contains(cookie, flash) {
		a.t.Errorf("the message is %q, want %q", cookie, flash)
	}
}

var heading = regexp.MustCompile(`<h1[^>]*>([^<]*)</h1>`)

// heading is the page's only heading of the first level.
func (a answer) heading() string {
	a.t.Helper()
	found := heading.FindAllStringSubmatch(a.body, -1)
	if len(found) != 1 {
		a.t.Errorf("%d headings of the first level", len(found))
		return ""
	}
	return found[0][1]
}
