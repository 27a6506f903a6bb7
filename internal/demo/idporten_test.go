package demo

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestProvider_isRegisteredForBoth(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	var m struct {
		Issuer string `json:"issuer"`
		PAR    string `json:"pushed_authorization_request_endpoint"`
	}
	if err := json.NewDecoder(s.get(t, "idporten.localhost:8080", "/.well-known/openid-configuration").Body).Decode(&m); err != nil {
		t.Fatal(err)
	}
	if m.Issuer != "http://idporten.localhost:8080" || !strings.HasPrefix(m.PAR, m.Issuer) {
		t.Errorf("metadata %+v", m)
	}
	for _, town := range Towns() {
		found, _ := s.demo.options.Directory.BySlugOrNumber(town.Slug)
		c := ok[identity.ClientConfig](t)(s.demo.Client(t.Context(), found.ID))
		client, known := s.demo.registered(c.ClientID)
		if !known || c.Issuer != m.Issuer || !cmp.Equal(client.RedirectURIs, []string{c.RedirectURI}) || !cmp.Equal(client.PostLogoutURIs, []string{c.PostLogoutURI}) {
			t.Errorf("%s: %v at the site, %v at the provider", town.Slug, c.RedirectURI, client.RedirectURIs)
		}
		if client.FrontChannelLogoutURI != "http://"+town.Host()+":8080/logout/front-channel" || !client.Keys.Keys[0].IsPublic() {
			t.Errorf("%s: %v", town.Slug, client.FrontChannelLogoutURI)
		}
	}
	if _, known := s.demo.registered("torg-9901"); known {
		t.Error("a number passes for a name")
	}
	if _, err := s.demo.Client(t.Context(), "nobody"); err == nil {
		t.Error("a client for nobody")
	}
}

func TestDirectory_describesInTheFormOfTheMunicipality(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	list := s.demo.directory()
	all := byNumber(s.demo.Population())
	featured := map[string]string{}
	for _, p := range list {
		if r := all[p.PID]; r.BirthDate.YearsAt(today()) < adult || !r.DeceasedOn.IsZero() {
			t.Errorf("%s can log in", p.Name)
		}
		if p.Featured {
			featured[p.Name] = p.Description
		}
	}
	if len(featured) != 2*len(Parts()) || featured["Ola Strandvik"] != "Torgøy: Saksbehandler for barnehage og skole" || featured["Olav Sandnes"] != "Fjordbygda: Saksbehandlar for barnehage og skule" {
		t.Errorf("%v", featured)
	}
}

func TestLocalClient_findsThisMachine(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Host) }))
	defer server.Close()
	u := ok[*url.URL](t)(url.Parse(server.URL))
	for _, host := range []string{"idporten.localhost:" + u.Port(), "localhost:" + u.Port(), u.Host} {
		if got := fetch(t.Context(), t, LocalClient(), "http://"+host+"/"); got != host {
			t.Errorf("asked %s, was %s", host, got)
		}
	}
}

func fetch(ctx context.Context, tb testing.TB, client *http.Client, address string) string {
	tb.Helper()
	r := ok[*http.Request](tb)(http.NewRequestWithContext(ctx, http.MethodGet, address, nil))
	answer, err := client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return string(ok[[]byte](tb)(io.ReadAll(answer.Body)))
}

var handleField = regexp.MustCompile(`name="request" value="([^"]+)"`)

// The whole log-in over the network: push, pick, come back, fetch the tokens.
func TestProvider_logsAPersonIn(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ours := s.demo.Portal(r.Host); ours {
			h.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent) // the municipality's callback
	}))
	defer server.Close()
	s.demo.options.Address = ok[*url.URL](t)(url.Parse(server.URL))
	if err := s.demo.startProvider(); err != nil {
		t.Fatal(err)
	}
	for i, town := range Towns() {
		someone, _ := s.demo.Population().Player(i, Mother)
		ctx, _, _ := s.demo.tenantOf(t.Context(), town.Slug)
		login := s.logIn(ctx, t, someone.Number)
		if login.ReturnTo != "/my" || login.Session.Actor.Name != someone.Name.Full() || login.Session.Actor.Kind != identity.Resident {
			t.Errorf("logged in %+v", login.Session.Actor)
		}
		children := ok[[]identity.Relative](t)(s.services.Identity.Children(identity.With(ctx, login.Session.Actor)))
		if len(children) != 2 {
			t.Errorf("%d children", len(children))
		}
	}
}

func (s *stage) logIn(ctx context.Context, t *testing.T, number pid.PID) identity.Login {
	t.Helper()
	target, secret, err := s.services.Identity.BeginLogin(ctx, identity.LoginRequest{ReturnTo: "/my", Reauthenticate: true, Lang: i18n.NN})
	if err != nil {
		t.Fatal(err)
	}
	client := LocalClient()
	client.Jar = ok[*cookiejar.Jar](t)(cookiejar.New(nil))
	page := fetch(ctx, t, client, target)
	if !strings.Contains(page, "Kari Nordmann") || !strings.Contains(page, "Gunnhild Tveitane") {
		t.Errorf("the featured people are not to be picked:\n%s", page)
	}
	handle := handleField.FindStringSubmatch(page)
	if handle == nil {
		t.Fatalf("no form:\n%s", page)
	}
	var back url.Values
	client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/login/callback") {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}
	form := url.Values{"request": {handle[1]}, "pid": {number.Digits()}, "level": {identity.ACRSubstantial}}
	r := ok[*http.Request](t)(http.NewRequestWithContext(ctx, http.MethodPost, s.demo.Issuer()+"/authorize/login", strings.NewReader(form.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	login, err := s.services.Identity.FinishLogin(ctx, identity.LoginResponse{Code: back.Get("code"), State: back.Get("state"), Issuer: back.Get("iss"), Browser: secret})
	if err != nil {
		t.Fatal(err)
	}
	return login
}

func TestMessages_areComplete(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("demo", Messages()); err != nil {
		t.Fatal(err)
	}
	for _, missing := range b.Missing() {
		if strings.Contains(missing, "demo.") {
			t.Errorf("missing %s", missing)
		}
	}
	for _, part := range Parts() {
		if !b.Has(part.Describe()) || !b.Has(part.Can()) {
			t.Errorf("%s is not described", part)
		}
	}
}

func TestClock_runsOnWhileItIsBehind(t *testing.T) {
	t.Parallel()
	base := clock.NewFake(storetest.Start())
	c := NewClock(base)
	c.PutBack(time.Hour)
	base.Advance(time.Minute)
	if got := c.Now(); !got.Equal(storetest.Start().Add(-59 * time.Minute)) {
		t.Errorf("it is %s", got)
	}
	c.PutBack(0)
	if !c.Now().Equal(base.Now()) {
		t.Error("it is still behind")
	}
}
