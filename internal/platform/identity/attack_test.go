package identity_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// retoken makes the provider answer with an ID token that the forger made of
// the true one's claims.
func (w *world) retoken(forge func(claims map[string]any) string) {
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/token") {
			w.provider.ServeHTTP(rw, r)
			return
		}
		answer := httptest.NewRecorder()
		w.provider.ServeHTTP(answer, r)
		var body map[string]any
		if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || body["id_token"] == nil {
			rw.WriteHeader(answer.Code)
			_, _ = rw.Write(answer.Body.Bytes())
			return
		}
		token, _ := body["id_token"].(string)
		payload, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
		var claims map[string]any
		_ = json.Unmarshal(payload, &claims)
		body["id_token"] = forge(claims)
		rw.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(rw).Encode(body)
	}
}

// sign signs claims as the provider would, or with another algorithm or key.
func sign(t *testing.T, claims map[string]any, alg jose.SignatureAlgorithm, key any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Error(err)
	}
	return token
}

func TestCallback_refusesForgedClaims(t *testing.T) {
	t.Parallel()
	now := storetest.Start()
	cases := map[string]struct {
		change     func(c map[string]any)
		key, cause string
	}{
		"issuer":                      {func(c map[string]any) { c["iss"] = "https://evil.test" }, "identity.login_failed", `different provider`},
		"issuer with a slash":         {func(c map[string]any) { c["iss"] = issuer + "/" }, "identity.login_failed", `different provider`},
		"audience":                    {func(c map[string]any) { c["aud"] = clientB }, "identity.login_failed", `expected audience`},
		"two audiences without azp":   {func(c map[string]any) { c["aud"] = []string{clientA, clientB} }, "identity.login_failed", `another client`},
		"two audiences, another azp":  {func(c map[string]any) { c["aud"], c["azp"] = []string{clientA, clientB}, clientB }, "identity.login_failed", `another client`},
		"nonce":                       {func(c map[string]any) { c["nonce"] = "another" }, "identity.login_failed", `nonce`},
		"no nonce":                    {func(c map[string]any) { delete(c, "nonce") }, "identity.login_failed", `nonce`},
		"expired beyond the skew":     {func(c map[string]any) { c["exp"] = now.Add(-31 * time.Second).Unix() }, "identity.login_failed", `expired`},
		"no expiry":                   {func(c map[string]any) { delete(c, "exp") }, "identity.login_failed", `expire`},
		"issued in the future":        {func(c map[string]any) { c["iat"] = now.Add(40 * time.Second).Unix() }, "identity.login_failed", `from the future`},
		"issued before the log-in":    {func(c map[string]any) { c["iat"] = now.Add(-40 * time.Second).Unix() }, "identity.login_failed", `older than the log-in`},
		"not issued":                  {func(c map[string]any) { delete(c, "iat") }, "identity.login_failed", `older than the log-in`},
		"no auth_time":                {func(c map[string]any) { delete(c, "auth_time") }, "identity.login_failed", `does not say when`},
		"auth_time in the future":     {func(c map[string]any) { c["auth_time"] = now.Add(40 * time.Second).Unix() }, "identity.login_failed", `does not say when`},
		"no subject":                  {func(c map[string]any) { c["sub"] = "" }, "identity.login_failed", `no subject`},
		"level too low":               {func(c map[string]any) { c["acr"] = identity.ACRLow }, "identity.acr_too_low", `idporten-loa-low`},
		"unknown level":               {func(c map[string]any) { c["acr"] = "Level4" }, "identity.acr_too_low", `Level4`},
		"level that only looks right": {func(c map[string]any) { c["acr"] = "idporten-loa-high-not" }, "identity.acr_too_low", `high-not`},
		"no level":                    {func(c map[string]any) { delete(c, "acr") }, "identity.acr_too_low", `level ""`},
		"no number":                   {func(c map[string]any) { delete(c, "pid") }, "identity.no_number", `no_number`},
		"wrong number":                {func(c map[string]any) { c["pid"] = "12345678901" }, "identity.login_failed", `not a national number`},
		"number that is no text":      {func(c map[string]any) { c["pid"] = 20914695016 }, "identity.login_failed", `unmarshal`},
		"endless sid":                 {func(c map[string]any) { c["sid"] = strings.Repeat("x", 256) }, "identity.login_failed", `session id`},
		"a real person in a test":     {func(c map[string]any) { c["pid"] = realLooking() }, "identity.not_synthetic", `not_synthetic`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.retoken(func(claims map[string]any) string {
				c.change(claims)
				return sign(t, claims, jose.RS256, providerKey())
			})
			b := w.browser(t).login(siteA, w.kari)
			if b.status == http.StatusOK || b.page != "error "+c.key {
				t.Fatalf("%d %s, want %s", b.status, b.page, c.key)
			}
			if cause := b.header.Get("X-Cause"); !strings.Contains(cause, c.cause) {
				t.Errorf("refused because of %q, want %q", cause, c.cause)
			}
			b.get(siteA+"/").expect(http.StatusOK, "anonymous")
		})
	}
}

// realLooking closes the digits of an invented person without the mark of a
// test series; such a number may belong to somebody, so it is never written out.
func realLooking() string {
	for k := range 100 {
		s := "010100" + "500" + string([]byte{byte('0' + k/10), byte('0' + k%10)})
		if parses(s) {
			return s
		}
	}
	return ""
}

func TestCallback_acceptsClocksThatDifferALittle(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.retoken(func(c map[string]any) string {
		at := storetest.Start().Add(20 * time.Second).Unix()
		c["iat"], c["auth_time"], c["exp"] = at, at, storetest.Start().Add(-20*time.Second).Unix()
		return sign(t, c, jose.RS256, providerKey())
	})
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
}

func TestCallback_acceptsAnEquivalentFramework(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.retoken(func(c map[string]any) string {
		c["acr"] = "eidas-loa-high"
		return sign(t, c, jose.RS256, providerKey())
	})
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "eidas-loa-high")
}

func TestCallback_refusesForgedSignatures(t *testing.T) {
	t.Parallel()
	forgers := map[string]func(t *testing.T, c map[string]any) string{
		"alg none": func(_ *testing.T, c map[string]any) string {
			payload, _ := json.Marshal(c)
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
		},
		"HS256 with the public key": func(t *testing.T, c map[string]any) string {
			return sign(t, c, jose.HS256, providerKey().N.Bytes())
		},
		"another key":       func(t *testing.T, c map[string]any) string { return sign(t, c, jose.RS256, clientKey()) },
		"another algorithm": func(t *testing.T, c map[string]any) string { return sign(t, c, jose.PS256, providerKey()) },
		"changed payload": func(t *testing.T, c map[string]any) string {
			parts := strings.Split(sign(t, c, jose.RS256, providerKey()), ".")
			c["acr"] = identity.ACRHigh
			payload, _ := json.Marshal(c)
			parts[1] = base64.RawURLEncoding.EncodeToString(payload)
			return strings.Join(parts, ".")
		},
		"no token": func(*testing.T, map[string]any) string { return "" },
		"rubbish":  func(*testing.T, map[string]any) string { return "a.b.c" },
	}
	for name, forge := range forgers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.retoken(func(c map[string]any) string { return forge(t, c) })
			w.browser(t).login(siteA, w.kari).expect(http.StatusForbidden, "identity.login_failed")
		})
	}
}

// atCallback logs in without following the last redirect and returns the
// address of the callback the provider sent the browser to.
func (b *browser) atCallback(site string, w *world) string {
	b.t.Helper()
	b.get(site + "/login?return=/page")
	follow := b.http.CheckRedirect
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { b.http.CheckRedirect = follow }()
	b.pick(w.kari, identity.ACRSubstantial)
	return b.header.Get("Location")
}

func TestCallback_refusesReplay(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	victim := w.browser(t)
	callback := victim.atCallback(siteA, w)
	victim.get(callback).expect(http.StatusOK, "/page Kari")
	// The back button: who is logged in sees a page, no new session is made.
	victim.get(callback).expect(http.StatusOK, "/ Kari")
	// Another browser gets nothing by it.
	w.browser(t).get(callback).expect(http.StatusUnprocessableEntity, "identity.login_expired")
	// The same code with a fresh state of the thief's own.
	thief := w.browser(t)
	fresh, _ := url.Parse(thief.atCallback(siteA, w))
	stolen, _ := url.Parse(callback)
	q := fresh.Query()
	q.Set("code", stolen.Query().Get("code"))
	fresh.RawQuery = q.Encode()
	thief.get(fresh.String()).expect(http.StatusForbidden, "identity.login_failed")
}

func TestCallback_refusesACodeInjectedFromAnotherLogin(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	stolen, _ := url.Parse(w.browser(t).atCallback(siteA, w))
	thief := w.browser(t)
	own, _ := url.Parse(thief.atCallback(siteA, w))
	q := own.Query()
	q.Set("code", stolen.Query().Get("code")) // never redeemed: only PKCE stands against it
	own.RawQuery = q.Encode()
	thief.get(own.String()).expect(http.StatusForbidden, "identity.login_failed")
}

func TestCallback_isBoundToTheBrowser(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	attacker, victim := w.browser(t), w.browser(t)
	callback := attacker.atCallback(siteA, w)
	// Log-in forgery: the attacker sends the victim to the attacker's own callback.
	victim.get(callback).expect(http.StatusUnprocessableEntity, "identity.login_expired")
	victim.get(siteA+"/").expect(http.StatusOK, "anonymous")
	// The state is used up.
	attacker.get(callback).expect(http.StatusUnprocessableEntity, "identity.login_expired")
}

func TestCallback_twoTabsLogInSideBySide(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t)
	first := b.atCallback(siteA, w)
	b.get(siteA + "/login?return=/second&prompt=login")
	b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "/second Kari")
	b.get(first).expect(http.StatusOK, "/page Kari")
}

func TestCallback_checksTheIssuerOfTheResponse(t *testing.T) {
	t.Parallel()
	for name, iss := range map[string]string{"another": "https://evil.test", "none": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t)
			callback, _ := url.Parse(b.atCallback(siteA, w))
			q := callback.Query()
			q.Del("iss")
			if iss != "" {
				q.Set("iss", iss)
			}
			callback.RawQuery = q.Encode()
			b.get(callback.String()).expect(http.StatusForbidden, "identity.login_failed")
		})
	}
}

func TestCallback_refusesRepeatedParameters(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t)
	callback := b.atCallback(siteA, w)
	b.get(callback+"&code=another").expect(http.StatusUnprocessableEntity, "errs.invalid_input")
	b.get(callback).expect(http.StatusOK, "Kari")
}

func TestCallback_expiresAfterTenMinutes(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).get(siteA + "/login")
	w.env.Clock.Advance(9*time.Minute + 59*time.Second)
	b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "Kari")

	late := w.browser(t)
	callback := late.atCallback(siteA, w)
	w.env.Clock.Advance(10 * time.Minute)
	late.get(callback).expect(http.StatusUnprocessableEntity, "identity.login_expired")
}

func TestCallback_tellsWhatTheProviderAnswered(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		key    string
	}{
		"access_denied":           {http.StatusUnprocessableEntity, "identity.cancelled"},
		"temporarily_unavailable": {http.StatusServiceUnavailable, "identity.provider_down"},
		"invalid_scope":           {http.StatusForbidden, "identity.login_failed"},
	}
	for code, c := range cases {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t)
			callback, _ := url.Parse(b.atCallback(siteA, w))
			q := callback.Query()
			q.Del("code")
			q.Set("error", code)
			callback.RawQuery = q.Encode()
			b.get(callback.String()).expect(c.status, c.key)
		})
	}
}

func TestLogin_canBeCancelled(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).get(siteA + "/login")
	b.post(issuer+"/authorize/login", url.Values{"request": {b.form().Get("request")}, "cancel": {"1"}})
	b.expect(http.StatusUnprocessableEntity, "identity.cancelled")
}

func TestLogin_neverLeavesTheSite(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"https://evil.test/", "//evil.test", `/\evil.test`, `\\evil.test`, "/%5cevil.test/..//evil.test\t", "javascript:alert(1)",
		"/\t/evil.test", "evil.test", "/login?return=/", "/logout", "@evil.test", "https:evil.test", " //evil.test",
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t).get(siteA + "/login?return=" + url.QueryEscape(target))
			b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "/ Kari")
			if b.at.Host != "a.test" || b.at.Path != "/" {
				t.Errorf("ended at %s", b.at)
			}
			// Also when already logged in.
			b.get(siteA+"/login?return="+url.QueryEscape(target)).expect(http.StatusOK, "/ Kari")
		})
	}
}

func TestLogin_rotatesTheSession(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t)
	site, _ := url.Parse(siteA)
	// Fixation: somebody planted a session secret before the log-in.
	planted := strings.Repeat("A", 26)
	b.http.Jar.SetCookies(site, []*http.Cookie{{Name: "__Host-torg", Value: planted, Path: "/", Secure: true}})
	b.login(siteA, w.kari).expect(http.StatusOK, "Kari")
	first := cookieOf(b, site)
	if first == planted {
		t.Fatal("the planted secret opens the session")
	}
	b.get(siteA+"/login?prompt=login&return=/").pick(w.kari, identity.ACRSubstantial)
	b.expect(http.StatusOK, "Kari")
	if cookieOf(b, site) == first {
		t.Error("a new log-in kept the old secret")
	}
	old := w.browser(t)
	old.http.Jar.SetCookies(site, []*http.Cookie{{Name: "__Host-torg", Value: first, Path: "/", Secure: true}})
	old.get(siteA+"/").expect(http.StatusOK, "anonymous")
}

func cookieOf(b *browser, site *url.URL) string {
	for _, c := range b.http.Jar.Cookies(site) {
		if c.Name == "__Host-torg" {
			return c.Value
		}
	}
	return ""
}

func TestSession_ofOneMunicipalityOpensNoOther(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteA, w.kari)
	a, _ := url.Parse(siteA)
	other, _ := url.Parse(siteB)
	b.http.Jar.SetCookies(other, []*http.Cookie{{Name: "__Host-torg", Value: cookieOf(b, a), Path: "/", Secure: true}})
	b.get(siteB+"/").expect(http.StatusOK, "anonymous")
}

func TestLogin_saysWhenTheProviderIsDown(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.provider.SetDown(true)
	b := w.browser(t).get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.provider_down")
	// It comes up again, and no restart is needed.
	w.provider.SetDown(false)
	callback := b.atCallback(siteA, w)
	w.provider.SetDown(true)
	b.get(callback).expect(http.StatusServiceUnavailable, "identity.provider_down")
	// Metadata in memory serves on; pushing the request does not.
	w.env.Clock.Advance(25 * time.Hour)
	b.get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.provider_down")
	w.provider.SetDown(false)
	b.login(siteA, w.kari).expect(http.StatusOK, "Kari")
}

func TestLogin_doesNotWaitForASilentProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t, modules()...), identity.Settings{Patience: 50 * time.Millisecond})
	w.tamper = func(_ http.ResponseWriter, r *http.Request) {
		if d, ok := r.Context().Deadline(); !ok || time.Until(d) > time.Second {
			t.Error("no deadline")
		}
		<-r.Context().Done()
	}
	w.browser(t).get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.provider_down")
}

func TestLogin_refusesMetadataOfAnotherIssuer(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.tamper = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write([]byte(`{"issuer":"https://evil.test","authorization_endpoint":"https://evil.test/a","token_endpoint":"https://evil.test/t","jwks_uri":"https://evil.test/k"}`))
	}
	w.browser(t).get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.provider_down")
}

func TestClientConfig_isChecked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*identity.ClientConfig){
		"plain http":     func(c *identity.ClientConfig) { c.Issuer = "http://idporten.test/op" },
		"no issuer":      func(c *identity.ClientConfig) { c.Issuer = "" },
		"no client":      func(c *identity.ClientConfig) { c.ClientID = "" },
		"no private key": func(c *identity.ClientConfig) { c.Key = c.Key.Public() },
		"no key":         func(c *identity.ClientConfig) { c.Key = jose.JSONWebKey{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.change = change
			w.browser(t).get(siteA+"/login").expect(http.StatusServiceUnavailable, "identity.not_set_up")
		})
	}
}

func TestLogin_refusesTheDead(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteA, w.nils).expect(http.StatusOK, "Nils")
	if err := w.register.Die(w.nils, storetestDay()); err != nil {
		t.Fatal(err)
	}
	w.browser(t).login(siteA, w.nils).expect(http.StatusForbidden, "identity.login_refused")
	b.get(siteA+"/").expect(http.StatusOK, "anonymous")
}

func TestLogin_worksWhenTheRegisterIsDown(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.register.SetDown(true)
	b := w.browser(t).login(siteA, w.kari)
	b.expect(http.StatusOK, "resident")
	w.register.SetDown(false)
	if err := w.service.Refresh(w.env.Ctx, w.person(t, w.kari).ID); err != nil {
		t.Fatal(err)
	}
	b.get(siteA+"/").expect(http.StatusOK, "Kari Nordmann")
}
