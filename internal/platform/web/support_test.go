package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
)

// The two municipalities of the tests; the second writes nynorsk.
const (
	nordvik = "nordvik.example.no"
	sørli   = "sorli.example.no"
)

// secret stands in every internal error and must be seen by nobody.
const secret = "dsn=postgres://pw"

// diary is a log that tests read.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(b)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// world is a site with two municipalities, a few routes and a fake of what
// knows sessions and tokens.
type world struct {
	*Site
	storetest.Env
	log     *diary
	denied  chan *access.Denied
	unknown chan Unknown
}

func newWorld(t *testing.T, change ...func(*Deps)) *world {
	t.Helper()
	w := &world{Env: storetest.SQLite(t, tenant.Migrations(), audit.Migrations()), log: &diary{}, denied: make(chan *access.Denied, 10), unknown: make(chan Unknown, 1000)}
	logger := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	rules, err := access.New(logger)
	if err != nil {
		t.Fatal(err)
	}
	deps := Deps{
		Log: logger, Clock: w.Clock, Bundle: bundle(t), Directory: directory(t, w.Env, logger), Access: rules,
		Session: w.session, Token: w.token, Denied: func(_ context.Context, d *access.Denied) error { w.denied <- d; return nil },
		Unknown: func(_ context.Context, u Unknown) error { w.unknown <- u; return nil },
		Version: "1.2.3",
	}
	for _, f := range change {
		f(&deps)
	}
	w.Site = New(deps)
	w.pages()
	w.operations()
	return w
}

func bundle(t *testing.T) *i18n.Bundle {
	t.Helper()
	b := i18n.New()
	own := fstest.MapFS{}
	for lang, hello := range map[string]string{"nb": "Lagret, skriver vi", "nn": "Lagra, skriv vi", "en": "Saved, we write"} {
		own["messages/"+lang+".toml"] = &fstest.MapFile{Data: fmt.Appendf(nil, `"test.saved" = "%s"
"test.nav.mine" = "Mine"
"test.nav.deep" = "Deep"
"test.nav.all" = "All"
"test.nav.staff" = "Staff"
`, hello)}
	}
	for _, part := range []struct {
		name string
		err  error
	}{{"web", b.Load("web", Messages())}, {"ui", b.Load("ui", ui.Messages())}, {"access", b.Load("access", access.Messages())}, {"test", b.Load("test", own)}} {
		if part.err != nil {
			t.Fatalf("messages of %s: %v", part.name, part.err)
		}
	}
	return b
}

func directory(t *testing.T, env storetest.Env, log *slog.Logger) *tenant.Directory {
	t.Helper()
	service := tenant.NewService(env.DB)
	for _, n := range []tenant.New{
		{Number: "9901", Slug: "nordvik", Name: i18n.Same("Nordvik"), Form: tenant.Bokmaal, Color: "#1d4f91", Hosts: []string{nordvik, "old.example.no"}},
		{Number: "9902", Slug: "sorli", Name: i18n.Same("Sørli"), Form: tenant.Nynorsk, Color: "#0a6640", Hosts: []string{sørli}},
	} {
		added, err := service.Add(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if n.Slug == "nordvik" {
			if err := service.SetSettings(tenant.Bind(t.Context(), added), map[string]string{SettingContact: "Telefon 99 00 11 22\npost@nordvik.example.no"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	d := tenant.NewDirectory(env.DB, log)
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// session knows the person whom the cookie "who" names.
func (w *world) session(_ context.Context, r *http.Request) (Session, error) {
	if tenant.From(r.Context()).ID == "" {
		return Session{}, errors.New("the request of a session has no tenant")
	}
	c, err := r.Cookie("who")
	if errors.Is(err, http.ErrNoCookie) {
		return Session{Actor: identity.Actor{Kind: identity.Anonymous}}, nil
	}
	s := Session{Actor: identity.Actor{Kind: identity.Resident, PersonID: c.Value, Name: "Kari <b>Nordmann"}, ExpiresAt: w.Clock.Now().Add(30 * time.Minute)}
	switch c.Value {
	case "broken":
		return Session{}, errors.New(secret)
	case "ola":
		s.Lang = i18n.NN
	case "chief":
		s.Actor.Kind, s.Actor.Grants = identity.Staff, []identity.Grant{{Role: "administrator"}}
	}
	return s, nil
}

type limitKey struct{}

// token knows one secret; the context that it returns carries limits too.
func (w *world) token(ctx context.Context, given string) (context.Context, error) {
	switch given {
	case "good":
		ctx = context.WithValue(ctx, limitKey{}, "case.read")
		return identity.With(ctx, identity.Actor{Kind: identity.Token, TokenID: "t1", Name: "Machine"}), nil
	case "broken":
		return nil, errors.New(secret)
	default:
		return nil, errs.Login()
	}
}

func text(w http.ResponseWriter, s string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, s)
	return err
}

func plainPage(title string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, http.StatusOK, articlePage(Props(w, r, ui.Resident, title), "", nil))
	}
}

// problems are errors that handlers return, by name.
func problems() map[string]error {
	return map[string]error{
		"internal":    fmt.Errorf("read the row: %w", errors.New(secret)),
		"fault":       &errs.Error{Kind: errs.KindInternal, Key: secret},
		"invalid":     errs.Invalid("errs.invalid").Because(errors.New(secret)),
		"notfound":    errs.NotFound("errs.not_found").Because(errors.New(secret)),
		"forbidden":   errs.Forbidden("errs.forbidden").Because(&access.Denied{Permission: "case.read", Type: "case", ID: "c1", Reason: secret}),
		"conflict":    errs.Conflict("errs.conflict").Because(errors.New(secret)),
		"toomany":     errs.TooMany(1500*time.Millisecond, "errs.too_many"),
		"toolarge":    errs.TooLarge("errs.too_large"),
		"unavailable": errs.Unavailable(time.Minute, "errs.unavailable").Because(errors.New(secret)),
		"login":       errs.Login(),
	}
}

func (w *world) pages() {
	db := w.DB
	r := w.Routes("test")
	r.Nav(ui.Resident, "test.nav.mine", "/mine", access.LoggedIn)
	r.Nav(ui.Resident, "test.nav.deep", "/mine/deep", access.LoggedIn)
	r.Nav(ui.Resident, "test.nav.all", "/open", access.Public)
	r.Nav(ui.Staff, "test.nav.staff", "/desk", access.StaffRead)
	r.Page("GET /open", access.Public, plainPage("Open"))
	r.Page("GET /mine", access.LoggedIn, plainPage("Mine"))
	r.Page("GET /mine/deep/{id}", access.LoggedIn, plainPage("Deep"))
	r.Page("GET /desk", access.StaffRead, func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, http.StatusOK, articlePage(Props(w, r, ui.Staff, "Desk"), "", nil))
	})
	r.Form("POST /mine", access.LoggedIn, func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return fmt.Errorf("read the form: %w", err)
		}
		SetFlash(w, r, ui.Success, "test.saved")
		return Redirect(w, r, "/mine")
	})
	r.Form("POST /careless", access.Public, func(w http.ResponseWriter, r *http.Request) error { return text(w, r.FormValue("a")) })
	r.Upload("POST /files", access.Public, 2<<20, func(w http.ResponseWriter, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		return text(w, fmt.Sprint(n))
	})
	r.Page("GET /fail/{kind}", access.Public, func(_ http.ResponseWriter, r *http.Request) error { return problems()[r.PathValue("kind")] })
	r.Form("POST /fail/{kind}", access.Public, func(_ http.ResponseWriter, r *http.Request) error { return problems()[r.PathValue("kind")] })
	r.Page("GET /address", access.Public, func(w http.ResponseWriter, r *http.Request) error { return text(w, Address(r.Context())) })
	r.Page("GET /ends", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		return text(w, SessionEnds(r.Context()).Format(time.RFC3339))
	})
	r.Page("GET /looks", access.LoggedIn, func(_ http.ResponseWriter, r *http.Request) error {
		return db.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(audit.Look(ctx, tx, audit.Ref{Type: "person", ID: "p"}, "p"), audit.Look(ctx, tx, audit.Ref{Type: "person", ID: "p"}, "p"))
		})
	})
	r.Page("GET /silent", access.Public, func(http.ResponseWriter, *http.Request) error { return nil })
	r.Page("GET /panic", access.Public, func(http.ResponseWriter, *http.Request) error { panic(secret) })
	r.Page("GET /late/{how}", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		if err := text(w, "half of it"); err != nil || r.PathValue("how") == "error" {
			return errors.New(secret)
		}
		panic(secret)
	})
	r.Page("GET /framed", access.Public, func(w http.ResponseWriter, r *http.Request) error {
		AllowFraming(w, r, "https://idporten.example")
		return text(w, "framed")
	})
	r.Stream("GET /live", access.Public, func(w http.ResponseWriter, r *http.Request) error { return Live(w, r, db, "topic") })
	r.Stream("GET /mine/live", access.LoggedIn, func(w http.ResponseWriter, r *http.Request) error { return Live(w, r, db, "topic") })
}

type thing struct {
	Body struct {
		Name string `json:"name" minLength:"2"`
	}
}

func (w *world) operations() {
	r := w.Routes("test")
	type byKind struct {
		Kind string `path:"kind"`
	}
	Operation(r, huma.Operation{OperationID: "get-thing", Method: http.MethodGet, Path: "/api/things/{kind}"}, access.LoggedIn,
		func(ctx context.Context, in *byKind) (*thing, error) {
			if err := problems()[in.Kind]; err != nil {
				return nil, err
			}
			out := &thing{}
			out.Body.Name, _ = ctx.Value(limitKey{}).(string)
			return out, nil
		})
	Operation(r, huma.Operation{OperationID: "put-thing", Method: http.MethodPost, Path: "/api/things"}, access.LoggedIn,
		func(_ context.Context, in *thing) (*thing, error) {
			return nil, errs.InvalidFields(errs.Field{Name: "name", Key: "errs.required"})
		})
	Operation(r, huma.Operation{OperationID: "panic", Method: http.MethodGet, Path: "/api/panic"}, access.Public,
		func(context.Context, *struct{}) (*thing, error) { panic(secret) })
}

// request is what a test sends.
type request struct {
	method, host, path, body, who string
	header                        map[string]string
}

func (q request) make() *http.Request {
	method, host := q.method, q.host
	if method == "" {
		method = http.MethodGet
	}
	if host == "" {
		host = nordvik
	}
	r := httptest.NewRequestWithContext(context.Background(), method, q.path, strings.NewReader(q.body))
	r.Host = host
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range q.header {
		if name == "Address" {
			r.RemoteAddr = value
			continue
		}
		r.Header.Add(name, value)
	}
	if q.who != "" {
		r.AddCookie(&http.Cookie{Name: "who", Value: q.who})
	}
	return r
}

func (w *world) ask(q request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, q.make())
	return rec
}

func (w *world) get(path string, header ...string) *httptest.ResponseRecorder {
	return w.ask(request{path: path, header: pairs(header)})
}

func (w *world) post(path, who string, form url.Values, header ...string) *httptest.ResponseRecorder {
	return w.ask(request{method: http.MethodPost, path: path, who: who, body: form.Encode(), header: pairs(header)})
}

func pairs(list []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}

// expect checks the status and what a page says and does not say.
func expect(t *testing.T, rec *httptest.ResponseRecorder, status int, says ...string) {
	t.Helper()
	body := rec.Body.String()
	if rec.Code != status {
		t.Errorf("status %d, want %d: %.300s", rec.Code, status, body)
	}
	for _, s := range says {
		if !strings.Contains(body, s) {
			t.Errorf("does not say %q: %.3000s", s, body)
		}
	}
	if strings.Contains(body, secret) {
		t.Errorf("tells internal text: %.3000s", body)
	}
	if strings.Contains(body, "[web.") || strings.Contains(body, "[errs.") || strings.Contains(body, "[ui.") {
		t.Errorf("a text is missing: %.3000s", body)
	}
}
