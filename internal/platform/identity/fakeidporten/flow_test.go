package fakeidporten_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
)

func TestMetadata_isIDPortens(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	m := body(t, o.send(http.MethodGet, "/.well-known/openid-configuration", nil))
	for name, want := range map[string]any{
		"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "end_session_endpoint": issuer + "/logout",
		"pushed_authorization_request_endpoint": issuer + "/par", "authorization_response_iss_parameter_supported": true,
	} {
		if m[name] != want {
			t.Errorf("%s = %v", name, m[name])
		}
	}
	without := newOP(t, func(op *fakeidporten.Options) { op.PAR = false })
	if m := body(t, without.send(http.MethodGet, "/.well-known/openid-configuration", nil)); m["pushed_authorization_request_endpoint"] != nil {
		t.Error("offers pushed requests all the same")
	}
	if jwks := o.send(http.MethodGet, "/jwks", nil).Body.String(); strings.Contains(jwks, `"d"`) || !strings.Contains(jwks, `"RS256"`) {
		t.Errorf("keys: %s", jwks)
	}
}

func TestCodeFlow_givesTheDocumentedToken(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	back := o.pick(with(request(), "ui_locales", "nn"), 1)
	if back.Get("state") != "s&t" || back.Get("iss") != issuer || back.Get("code") == "" {
		t.Fatalf("came back with %v", back)
	}
	w := o.send(http.MethodPost, "/token", o.redemption(back.Get("code")))
	c := idToken(t, w)
	for name, want := range map[string]any{
		"iss": issuer, "aud": client, "pid": o.people[1].PID.Digits(), "acr": "idporten-loa-substantial", "nonce": "n", "locale": "nn",
		"auth_time": float64(o.clock.Now().Unix()), "exp": float64(o.clock.Now().Add(2 * time.Minute).Unix()),
	} {
		if fmt.Sprint(c[name]) != fmt.Sprint(want) && fmt.Sprint(c[name]) != fmt.Sprintf("[%v]", want) {
			t.Errorf("%s = %v, want %v", name, c[name], want)
		}
	}
	if _, has := c["sid"]; has {
		t.Error("sid for a client without front-channel logout")
	}
	access, _ := body(t, w)["access_token"].(string)
	info := body(t, o.send(http.MethodGet, "/userinfo", nil, "Authorization", "Bearer "+access))
	if info["pid"] != o.people[1].PID.Digits() || info["sub"] != c["sub"] {
		t.Errorf("userinfo %v", info)
	}
	o.clock.Advance(2 * time.Minute)
	if w := o.send(http.MethodGet, "/userinfo", nil, "Authorization", "Bearer "+access); w.Code != http.StatusUnauthorized {
		t.Errorf("an expired token answers %d", w.Code)
	}
}

// A client may say who is about to log in; the person stands first and still has
// to be picked.
func TestAuthorize_showsFirstWhomTheClientMeans(t *testing.T) {
	t.Parallel()
	hinted := newOP(t, func(op *fakeidporten.Options) {
		people := slices.Clone(op.People.(fakeidporten.Directory))
		people[1].Hint = "by-mother"
		op.People = people
	})
	page := func(hint string) string {
		w := hinted.send(http.MethodGet, "/authorize", with(request(), "login_hint", hint))
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%q answers %d", hint, w.Code)
		}
		return hinted.send(http.MethodGet, strings.TrimPrefix(w.Header().Get("Location"), issuer), nil).Body.String()
	}
	shown := page("by-mother")
	first, rest, _ := strings.Cut(shown, `class="people"`)
	if !strings.Contains(first, "Bjørn Dahl") || !strings.Contains(first, "autofocus") || strings.Contains(rest, "Bjørn Dahl") || !strings.Contains(rest, "Carl Eng") {
		t.Errorf("the person does not stand first, alone: %s", shown)
	}
	for _, hint := range []string{"by-nobody", "-", "eid:BankID"} {
		if shown := page(hint); strings.Contains(shown, `class="hinted"`) || !strings.Contains(shown, "Bjørn Dahl") {
			t.Errorf("%q: %s", hint, shown)
		}
	}
	if back := hinted.target(hinted.send(http.MethodGet, "/authorize", with(request(), "login_hint", strings.Repeat("x", 201)))); back.Get("error") != "invalid_request" {
		t.Errorf("a long hint: %v", back)
	}
}

func TestAuthorize_tellsTheClientItsFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change []string
		code   string
	}{
		"implicit flow":     {[]string{"response_type", "id_token"}, "unsupported_response_type"},
		"no openid":         {[]string{"scope", "profile"}, "invalid_scope"},
		"no PKCE":           {[]string{"code_challenge", "-"}, "invalid_request"},
		"plain PKCE":        {[]string{"code_challenge_method", "plain"}, "invalid_request"},
		"padded PKCE":       {[]string{"code_challenge", oauth2.S256ChallengeFromVerifier(verifier) + "="}, "invalid_request"},
		"unknown level":     {[]string{"acr_values", "Level4"}, "invalid_request"},
		"unknown prompt":    {[]string{"prompt", "consent"}, "invalid_request"},
		"nobody, no prompt": {[]string{"prompt", "none"}, "login_required"},
		"fragment":          {[]string{"response_mode", "fragment"}, "invalid_request"},
		"endless state":     {[]string{"state", strings.Repeat("x", 2001)}, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOP(t)
			if back := o.pick(with(request(), c.change...), 0); back.Get("error") != c.code || back.Get("iss") != issuer {
				t.Errorf("came back with %v", back)
			}
		})
	}
}

func TestAuthorize_sendsNobodyToAStranger(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]string{
		"unknown client": {"client_id", "evil"}, "no client": {"client_id", "-"}, "unregistered address": {"redirect_uri", "https://evil.test/"},
		"longer address": {"redirect_uri", callback + "/../evil"}, "no address": {"redirect_uri", "-"}, "unknown request_uri": {"request_uri", "urn:idporten:x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newOP(t).send(http.MethodGet, "/authorize", with(request(), change...))
			if w.Code != http.StatusBadRequest || w.Header().Get("Location") != "" {
				t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
			}
		})
	}
}

func TestToken_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(o *op, form url.Values)
		code   string
	}{
		"another code":       {func(_ *op, f url.Values) { f.Set("code", "x") }, "invalid_grant"},
		"an old code":        {func(o *op, f url.Values) { o.clock.Advance(time.Minute); o.assert(f) }, "invalid_grant"},
		"another verifier":   {func(_ *op, f url.Values) { f.Set("code_verifier", strings.Repeat("x", 43)) }, "invalid_grant"},
		"a short verifier":   {func(_ *op, f url.Values) { f.Set("code_verifier", "x") }, "invalid_grant"},
		"no verifier":        {func(_ *op, f url.Values) { f.Del("code_verifier") }, "invalid_grant"},
		"another address":    {func(_ *op, f url.Values) { f.Set("redirect_uri", callback+"2") }, "invalid_grant"},
		"another grant type": {func(_ *op, f url.Values) { f.Set("grant_type", "password") }, "unsupported_grant_type"},
		"another client": {func(o *op, f url.Values) {
			f.Set("client_id", other)
			claims := o.claims()
			claims.Issuer, claims.Subject = other, other
			f.Set("client_assertion", signed(o.t, testKey(), jose.RS256, claims))
		}, "invalid_grant"},
		"no assertion":   {func(_ *op, f url.Values) { f.Del("client_assertion") }, "invalid_client"},
		"no type":        {func(_ *op, f url.Values) { f.Del("client_assertion_type") }, "invalid_client"},
		"unknown client": {func(_ *op, f url.Values) { f.Set("client_id", "evil") }, "invalid_client"},
		"PS256":          {func(o *op, f url.Values) { f.Set("client_assertion", signed(o.t, testKey(), jose.PS256, o.claims())) }, "invalid_client"},
		"a stranger's key": {func(o *op, f url.Values) {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				o.t.Fatal(err)
			}
			f.Set("client_assertion", signed(o.t, key, jose.RS256, o.claims()))
		}, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOP(t)
			form := o.redemption(o.pick(request(), 0).Get("code"))
			c.change(o, form)
			w := o.send(http.MethodPost, "/token", form)
			if body(t, w)["error"] != c.code || w.Code < 400 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestToken_checksTheAssertion(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(c *jwt.Claims){
		"audience":    func(c *jwt.Claims) { c.Audience = jwt.Audience{"https://evil.test"} },
		"issuer":      func(c *jwt.Claims) { c.Issuer = other },
		"subject":     func(c *jwt.Claims) { c.Subject = "" },
		"no jti":      func(c *jwt.Claims) { c.ID = "" },
		"no exp":      func(c *jwt.Claims) { c.Expiry = nil },
		"no iat":      func(c *jwt.Claims) { c.IssuedAt = nil },
		"too long":    func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(c.IssuedAt.Time().Add(121 * time.Second)) },
		"expired":     func(c *jwt.Claims) { c.IssuedAt, c.Expiry = shift(c.IssuedAt, -3), shift(c.Expiry, -3) },
		"from future": func(c *jwt.Claims) { c.IssuedAt, c.Expiry = shift(c.IssuedAt, 1), shift(c.Expiry, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOP(t)
			form := o.redemption(o.pick(request(), 0).Get("code"))
			claims := o.claims()
			change(&claims)
			form.Set("client_assertion", signed(t, testKey(), jose.RS256, claims))
			if w := o.send(http.MethodPost, "/token", form); body(t, w)["error"] != "invalid_client" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func shift(d *jwt.NumericDate, minutes int) *jwt.NumericDate {
	return jwt.NewNumericDate(d.Time().Add(time.Duration(minutes) * time.Minute))
}

func TestToken_takesCodeAndAssertionOnce(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	form := o.redemption(o.pick(request(), 0).Get("code"))
	if w := o.send(http.MethodPost, "/token", form); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := o.send(http.MethodPost, "/token", form); body(t, w)["error"] != "invalid_client" {
		t.Errorf("the assertion served twice: %s", w.Body)
	}
	if w := o.send(http.MethodPost, "/token", o.assert(form)); body(t, w)["error"] != "invalid_grant" {
		t.Errorf("the code served twice: %s", w.Body)
	}
}

func TestPAR_isForOneUse(t *testing.T) {
	t.Parallel()
	o := newOP(t, func(op *fakeidporten.Options) { op.RequirePAR = true })
	if back := o.pick(request(), 0); back.Get("error") != "invalid_request" {
		t.Errorf("a request that was not pushed: %v", back)
	}
	push := func() string {
		uri, _ := body(t, o.send(http.MethodPost, "/par", o.assert(request())))["request_uri"].(string)
		if !strings.HasPrefix(uri, "urn:idporten:") {
			t.Fatalf("request_uri %q", uri)
		}
		return uri
	}
	q := url.Values{"client_id": {client}, "request_uri": {push()}}
	if back := o.pick(q, 0); back.Get("code") == "" {
		t.Errorf("came back with %v", back)
	}
	if w := o.send(http.MethodGet, "/authorize", q); w.Code != http.StatusBadRequest {
		t.Errorf("used twice: %d", w.Code)
	}
	stolen := url.Values{"client_id": {other}, "request_uri": {push()}}
	if w := o.send(http.MethodGet, "/authorize", stolen); w.Code != http.StatusBadRequest {
		t.Errorf("used by another client: %d", w.Code)
	}
	late := url.Values{"client_id": {client}, "request_uri": {push()}}
	o.clock.Advance(2 * time.Minute)
	if w := o.send(http.MethodGet, "/authorize", late); w.Code != http.StatusBadRequest {
		t.Errorf("used late: %d", w.Code)
	}
	if w := o.send(http.MethodPost, "/par", request()); body(t, w)["error"] != "invalid_client" {
		t.Errorf("pushed by anybody: %s", w.Body)
	}
	if w := o.send(http.MethodPost, "/par", o.assert(with(request(), "code_challenge", "-"))); body(t, w)["error"] != "invalid_request" {
		t.Errorf("pushed without PKCE: %s", w.Body)
	}
}
