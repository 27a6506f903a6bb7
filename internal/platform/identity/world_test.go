package identity_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

const (
	issuer    = "https://idporten.test/op"
	siteA     = "https://a.test"
	siteB     = "https://b.test"
	clientA   = "client-a"
	clientB   = "client-b"
	clientKID = "client-key-1"
)

var (
	providerKey = sync.OnceValue(newRSA)
	clientKey   = sync.OnceValue(newRSA)
)

func newRSA() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func modules() []fs.FS { return []fs.FS{identity.Migrations()} }

// world is two municipalities at one ID-porten, with a family to log in.
type world struct {
	env      storetest.Env
	service  *identity.Service
	register *fakeregister.Register
	provider *fakeidporten.Provider
	keys     *testKeys
	grants   *grants
	change   func(*identity.ClientConfig)             // how the next client differs
	tamper   func(http.ResponseWriter, *http.Request) // stands before the provider
	events   *events
	// familyEvents are the children of whom a change was told; one test at a time.
	familyEvents []string
	// uncovered are the people whose protected address was told to be lifted.
	uncovered []string

	kari, ola, liv, nils, foreign pid.PID
}

type events struct {
	mu   sync.Mutex
	list []identity.Event
}

func (e *events) add(_ context.Context, _ *store.Tx, event identity.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, event)
	return nil
}

// grants are roles by person; a source that can also fail.
type grants struct {
	mu  sync.Mutex
	of  map[string][]identity.Grant
	err error
}

func (g *grants) GrantsOf(_ context.Context, _ *store.Tx, personID string) ([]identity.Grant, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of[personID], g.err
}

func (g *grants) set(personID string, list ...identity.Grant) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of[personID] = list
}

func number(tb testing.TB, year int, month time.Month, day, n int) pid.PID {
	tb.Helper()
	p, err := pid.Synthetic(clock.NewDate(year, month, day), n)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func homeAddress() identity.Address {
	return identity.Address{Lines: []string{"Strandgata 1"}, PostalCode: "4610", PostalPlace: "KRISTIANSAND S", Municipality: "4204"}
}

func newWorld(tb testing.TB, env storetest.Env, settings ...identity.Settings) *world {
	tb.Helper()
	w := &world{
		env: env, keys: newKeys(), grants: &grants{of: map[string][]identity.Grant{}}, events: &events{},
		kari: number(tb, 1990, 5, 17, 0), ola: number(tb, 1988, 1, 2, 0), liv: number(tb, 2022, 11, 30, 0),
		nils: number(tb, 1955, 3, 3, 0), foreign: number(tb, 1970, 7, 7, 0),
	}
	w.populate(tb)
	w.startProvider(tb)
	options := identity.Options{
		DB: env.DB, Keys: w.keys, Register: w.register, Grants: w.grants, Record: w.events.add,
		Client: w.client, Test: func(context.Context) bool { return true },
		HTTP: &http.Client{Transport: w}, Organisations: w.register, Feed: w.register,
		Uncovered: func(_ context.Context, _ *store.Tx, p identity.Person) error {
			w.uncovered = append(w.uncovered, p.Name.Given)
			return nil
		},
		Family: func(_ context.Context, _ *store.Tx, childID string) error {
			w.familyEvents = append(w.familyEvents, childID)
			return nil
		},
	}
	if len(settings) > 0 {
		options.Settings = settings[0]
	}
	var err error
	if w.service, err = identity.New(options); err != nil {
		tb.Fatal(err)
	}
	return w
}

func (w *world) populate(tb testing.TB) {
	tb.Helper()
	var err error
	w.register, err = fakeregister.New(
		identity.RegisterPerson{Number: w.kari, Name: identity.Name{Given: "Kari", Family: "Nordmann"}, BirthDate: clock.NewDate(1990, 5, 17), Address: homeAddress()},
		identity.RegisterPerson{Number: w.ola, Name: identity.Name{Given: "Ola", Middle: "Ås", Family: "Nordmann"}, BirthDate: clock.NewDate(1988, 1, 2), Address: homeAddress()},
		identity.RegisterPerson{
			Number: w.liv, Name: identity.Name{Given: "Liv", Family: "Nordmann"}, BirthDate: clock.NewDate(2022, 11, 30), Address: homeAddress(),
			Guardians: []identity.RegisterGuardian{
				{Number: w.kari, Kind: identity.Parent, Responsible: true, LivesWith: true},
				{Number: w.ola, Kind: identity.Parent, Responsible: true},
			},
		},
		identity.RegisterPerson{Number: w.nils, Name: identity.Name{Given: "Nils", Family: "Vik"}, BirthDate: clock.NewDate(1955, 3, 3)},
	)
	if err != nil {
		tb.Fatal(err)
	}
}

func (w *world) startProvider(tb testing.TB) {
	tb.Helper()
	public := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: clientKey().Public(), KeyID: clientKID, Algorithm: "RS256", Use: "sig"}}}
	clients := map[string]fakeidporten.Client{}
	for id, site := range map[string]string{clientA: siteA, clientB: siteB} {
		clients[id] = fakeidporten.Client{
			ID: id, Name: "Kommune " + id, RedirectURIs: []string{site + "/login/callback"}, PostLogoutURIs: []string{site + "/"},
			FrontChannelLogoutURI: site + "/logout/front-channel", Keys: public,
		}
	}
	var err error
	w.provider, err = fakeidporten.New(fakeidporten.Options{
		Issuer: issuer, Clock: w.env.Clock, PAR: true, Key: providerKey(),
		Client: func(id string) (fakeidporten.Client, bool) { c, ok := clients[id]; return c, ok },
		People: fakeidporten.Directory{
			{PID: w.kari, Name: "Kari Nordmann", Description: "Mor til Liv", Featured: true},
			{PID: w.ola, Name: "Ola Nordmann"},
			{PID: w.liv, Name: "Liv Nordmann"},
			{PID: w.nils, Name: "Nils Vik"},
			{PID: w.foreign, Name: "Jane Doe", WithoutNumber: true},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func (w *world) client(_ context.Context, tenantID string) (identity.ClientConfig, error) {
	c := identity.ClientConfig{
		Issuer: issuer, ClientID: clientA, RedirectURI: siteA + "/login/callback", PostLogoutURI: siteA + "/",
		Key: jose.JSONWebKey{Key: clientKey(), KeyID: clientKID, Algorithm: "RS256", Use: "sig"},
	}
	if tenantID == storetest.TenantB {
		c.ClientID, c.RedirectURI, c.PostLogoutURI = clientB, siteB+"/login/callback", siteB+"/"
	}
	if w.change != nil {
		w.change(&c)
	}
	return c, nil
}

// RoundTrip carries requests to the sites of the world without a network.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	switch r.URL.Host {
	case "idporten.test":
		if w.tamper != nil {
			w.tamper(recorder, in)
		} else {
			w.provider.ServeHTTP(recorder, in)
		}
	case "a.test":
		w.site(storetest.TenantA).ServeHTTP(recorder, in)
	case "b.test":
		w.site(storetest.TenantB).ServeHTTP(recorder, in)
	default:
		return nil, fmt.Errorf("no host %q", r.URL.Host)
	}
	answer := recorder.Result()
	answer.Request = r
	return answer, nil
}

// site is a municipality's web floor: it binds tenant, language and actor, and
// shows an error as its key.
func (w *world) site(tenantID string) http.Handler {
	pages := identity.NewHTTP(w.service, true)
	texts := i18n.New()
	if err := texts.Load("identity", identity.Messages()); err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	for pattern, page := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /login": pages.Login, "GET /login/callback": pages.Callback, "POST /logout": pages.Logout,
		"GET /logout/front-channel": pages.FrontChannelLogout, "POST /session/extend": pages.ExtendSession,
		"GET /": func(rw http.ResponseWriter, r *http.Request) error {
			session, err := pages.Session(r)
			if errors.Is(err, identity.ErrNoSession) {
				_, err = io.WriteString(rw, "anonymous")
				return err
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(rw, "%s %s %s %s", r.URL.RequestURI(), session.Actor.Name, session.Actor.Kind, session.Actor.ACR)
			return err
		},
	} {
		mux.HandleFunc(pattern, func(rw http.ResponseWriter, r *http.Request) {
			lang := i18n.Lang(r.Header.Get("Accept-Language"))
			ctx := i18n.With(store.WithTenant(r.Context(), tenantID), texts.For(lang))
			rw.Header().Set("X-Frame-Options", "DENY")
			if err := page(rw, r.WithContext(ctx)); err != nil {
				showError(rw, err)
			}
		})
	}
	return mux
}

func showError(rw http.ResponseWriter, err error) {
	e := errs.Of(err)
	if e == nil {
		rw.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(rw, "internal: "+err.Error())
		return
	}
	status := map[errs.Kind]int{errs.KindInvalid: 422, errs.KindForbidden: 403, errs.KindUnavailable: 503, errs.KindLogin: 401}[e.Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	rw.Header().Set("X-Cause", e.Error())
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, "error "+e.Key)
}

// browser is a person's browser.
type browser struct {
	t    *testing.T
	w    *world
	http *http.Client
	lang string
	// page is the last page, at is its address, status its status.
	page   string
	at     *url.URL
	status int
	header http.Header
}

func (w *world) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, w: w, http: &http.Client{Jar: jar, Transport: w}, lang: "nb"}
}

func (b *browser) do(r *http.Request) *browser {
	b.t.Helper()
	r.Header.Set("Accept-Language", b.lang)
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.page, b.at, b.status, b.header = string(body), answer.Request.URL, answer.StatusCode, answer.Header
	return b
}

func (b *browser) get(address string) *browser {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) post(address string, form url.Values) *browser {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// form returns the hidden fields of the last page.
func (b *browser) form() url.Values {
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(b.page, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	return form
}

// pick chooses a person on the provider's page.
func (b *browser) pick(number pid.PID, level string) *browser {
	b.t.Helper()
	if b.at.Host != "idporten.test" || b.status != http.StatusOK {
		b.t.Fatalf("not at ID-porten but at %s: %d %s", b.at, b.status, b.page)
	}
	form := url.Values{"request": {b.form().Get("request")}, "pid": {number.Digits()}, "level": {level}}
	return b.post(issuer+"/authorize/login", form)
}

// login logs in at a site and expects to come back.
func (b *browser) login(site string, number pid.PID) *browser {
	b.t.Helper()
	return b.get(site+"/login?return=/page").pick(number, identity.ACRSubstantial)
}

var (
	frame  = regexp.MustCompile(`<iframe src="([^"]+)"`)
	onward = regexp.MustCompile(`http-equiv="refresh" content="2;url=([^"]+)"`)
	action = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
)

// logout logs out at a site, follows the form to the provider, loads its frames
// without cookies and goes where it leads.
func (b *browser) logout(site string) *browser {
	b.t.Helper()
	b.post(site+"/logout", nil)
	found := action.FindStringSubmatch(b.page)
	if found == nil {
		b.t.Fatalf("no way on to the provider: %d %s", b.status, b.page)
	}
	b.post(html.UnescapeString(found[1]), b.form())
	page := b.page
	for _, m := range frame.FindAllStringSubmatch(page, -1) {
		framed := b.w.browser(b.t).get(html.UnescapeString(m[1]))
		if framed.status != http.StatusOK {
			b.t.Errorf("frame %s: %d %s", m[1], framed.status, framed.page)
		}
	}
	if back := onward.FindStringSubmatch(page); back != nil {
		b.get(html.UnescapeString(back[1]))
	}
	return b
}

func (b *browser) expect(status int, text string) *browser {
	b.t.Helper()
	if b.status != status || !strings.Contains(b.page, text) {
		b.t.Fatalf("at %s: %d %s\nwant %d with %q", b.at, b.status, b.page, status, text)
	}
	return b
}

// person finds a person of the first municipality.
func (w *world) person(t *testing.T, number pid.PID) identity.Person {
	t.Helper()
	p, err := w.service.FindByNumber(w.env.Ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// as returns a context in which the person acts.
func (w *world) as(t *testing.T, number pid.PID) context.Context {
	t.Helper()
	return identity.With(w.env.Ctx, identity.Actor{Kind: identity.Resident, PersonID: w.person(t, number).ID})
}
