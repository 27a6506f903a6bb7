package fakekrr

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

func newServer(t *testing.T) (*Server, *rsa.PrivateKey, *clock.Fake) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	clk := clock.NewFake(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	public := jose.JSONWebKey{Key: key.Public(), KeyID: "k1"}
	return New(Options{Issuer: "https://mp.test/", ClientID: "torg", Key: public, Clock: clk}), key, clk
}

// TestToken_checksAsMaskinportenDoes changes one claim at a time.
func TestToken_checksAsMaskinportenDoes(t *testing.T) {
	t.Parallel()
	s, key, clk := newServer(t)
	now := clk.Now()
	for name, change := range map[string]func(c map[string]any){
		"good":               func(map[string]any) {},
		"another audience":   func(c map[string]any) { c["aud"] = "https://other.test/" },
		"another client":     func(c map[string]any) { c["iss"] = "other" },
		"another scope":      func(c map[string]any) { c["scope"] = "krr:all" },
		"no jti":             func(c map[string]any) { delete(c, "jti") },
		"lives too long":     func(c map[string]any) { c["exp"] = now.Add(121 * time.Second).Unix() },
		"issued too early":   func(c map[string]any) { c["iat"] = now.Add(-11 * time.Second).Unix() },
		"issued in a future": func(c map[string]any) { c["iat"] = now.Add(11 * time.Second).Unix() },
		"over":               func(c map[string]any) { c["exp"] = now.Unix() },
	} {
		c := map[string]any{"aud": "https://mp.test/", "iss": "torg", "scope": contact.Scope, "jti": name, "iat": now.Unix(), "exp": now.Add(100 * time.Second).Unix()}
		change(c)
		if got := s.vouched(sign(t, key, c)); got != (name == "good") {
			t.Errorf("%s: %t", name, got)
		}
		if s.vouched(sign(t, key, c)) {
			t.Errorf("%s: passes a second time", name)
		}
	}
	if s.vouched("nonsense") {
		t.Error("nonsense passes")
	}
}

func sign(t *testing.T, key *rsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestServer_refuses(t *testing.T) {
	t.Parallel()
	s, _, _ := newServer(t)
	ask := func(path, body, kind string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	if got := ask("/token", url.Values{"grant_type": {"password"}}.Encode(), "application/x-www-form-urlencoded"); got != http.StatusBadRequest {
		t.Errorf("another grant: %d", got)
	}
	if got := ask("/rest/v2/personer", `{"personidentifikatorer":[]}`, "application/json"); got != http.StatusUnauthorized {
		t.Errorf("no token: %d", got)
	}
	s.SetDown(true)
	if got := ask("/token", "", ""); got != http.StatusServiceUnavailable {
		t.Errorf("down: %d", got)
	}
	if err := s.Put(pid.PID{}, contact.Record{}); err == nil {
		t.Error("takes a number that is not synthetic")
	}
}
