package identity_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestCookies_onPlainHTTPHaveNoPrefix(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	pages := identity.NewHTTP(w.service, false)
	r := httptest.NewRequest(http.MethodGet, "http://localhost/login", nil)
	rw := httptest.NewRecorder()
	if err := pages.Login(rw, r.WithContext(store.WithTenant(t.Context(), storetest.TenantA))); err != nil {
		t.Fatal(err)
	}
	cookie := rw.Header().Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "torg_login=") || strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("cookie %q", cookie)
	}
	// The name of https is not read on http: another site on the machine could set it.
	_, secret := w.secret(t, w.kari)
	for name, want := range map[string]bool{"torg": true, "__Host-torg": false} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		r.AddCookie(&http.Cookie{Name: name, Value: secret})
		r = r.WithContext(store.WithTenant(t.Context(), storetest.TenantA))
		if _, err := pages.Session(r); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := pages.Peek(r); (err == nil) != want {
			t.Errorf("peek by %s: %v", name, err)
		}
	}
}

func TestLogin_sendsTheWholeRequestWithoutPAR(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.change = func(c *identity.ClientConfig) { c.NoPAR = true }
	b := w.browser(t)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.lang = "nn"
	b.get(siteA + "/login?level=high&prompt=login")
	target, err := url.Parse(b.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := target.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientA, "redirect_uri": siteA + "/login/callback", "scope": "openid",
		"acr_values": identity.ACRHigh, "ui_locales": "nn", "prompt": "login", "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 26 {
			t.Errorf("%s = %q can be guessed", name, q.Get(name))
		}
	}
}

func TestLogin_pushesTheRequestWhenTheProviderTakesIt(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.get(siteA + "/login")
	target, err := url.Parse(b.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := target.Query()
	if len(q) != 2 || q.Get("client_id") != clientA || !strings.HasPrefix(q.Get("request_uri"), "urn:idporten:") {
		t.Errorf("sent to %s", target)
	}
}

func TestMetadata_isAskedForOnceADay(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.change = func(c *identity.ClientConfig) { c.NoPAR = true }
	asked, down := 0, false
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			asked++
			if down {
				rw.WriteHeader(http.StatusBadGateway)
				return
			}
		}
		w.provider.ServeHTTP(rw, r)
	}
	steps := []struct {
		advance time.Duration
		down    bool
		want    int
	}{
		{0, false, 1},
		{23 * time.Hour, false, 1},
		{time.Hour, false, 2},
		// Old metadata serves on, and the provider is left in peace for a minute.
		{24 * time.Hour, true, 3},
		{59 * time.Second, true, 3},
		{time.Second, true, 4},
		{time.Minute, false, 5},
		{time.Hour, false, 5},
	}
	for i, s := range steps {
		w.env.Clock.Advance(s.advance)
		down = s.down
		w.browser(t).get(siteA+"/login").expect(http.StatusOK, "Velg en testperson")
		if asked != s.want {
			t.Errorf("step %d: asked %d times, want %d", i, asked, s.want)
		}
	}
}

func TestLogin_followsTheProvidersNewKey(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
	// The provider starts anew: same key material under another kid.
	w.startProvider(t)
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
}

func TestProvider_mayNotSendTheServerElsewhere(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/op/.well-known/openid-configuration" {
			t.Errorf("followed to %s", r.URL)
		}
		http.Redirect(rw, r, "https://idporten.test/inside", http.StatusFound)
	}
	w.browser(t).get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.provider_down")
}

func TestLogin_isRecorded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b, _ := w.secret(t, w.kari)
	b.logout(siteA)
	w.events.mu.Lock()
	defer w.events.mu.Unlock()
	var actions []string
	for _, e := range w.events.list {
		actions = append(actions, e.Action+" "+e.Reason)
		if e.PersonID != w.person(t, w.kari).ID || e.SessionID == "" {
			t.Errorf("%+v", e)
		}
	}
	if strings.Join(actions, ", ") != "login , logout logout" {
		t.Errorf("recorded %v", actions)
	}
}
