package app

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/contact/fakekrr"
)

// reachable sets up an SMS gateway and a contact register.
func reachable(t *testing.T, o map[string]string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key := jose.JSONWebKey{Key: private, KeyID: "k1", Algorithm: string(jose.RS256), Use: "sig"}
	text, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	var krr http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { krr.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	krr = fakekrr.New(fakekrr.Options{Issuer: server.URL + "/", ClientID: "torg", Key: key.Public(), Clock: clock.System{}})
	path := filepath.Join(t.TempDir(), "maskinporten.json")
	write(t, path, string(text), 0o600)
	o["TORG_SMS_URL"], o["TORG_SMS_TOKEN"] = server.URL+"/sms", "secret"
	o["TORG_KRR_URL"], o["TORG_MASKINPORTEN_URL"] = server.URL, server.URL+"/"
	o["TORG_MASKINPORTEN_CLIENT_ID"], o["TORG_MASKINPORTEN_KEY_FILE"] = "torg", path
}
