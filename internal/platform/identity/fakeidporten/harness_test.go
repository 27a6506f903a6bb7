package fakeidporten_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/fakeidporten"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
)

const (
	issuer   = "https://op.test/idporten"
	client   = "kommune"
	other    = "annen"
	callback = "https://kommune.test/login/callback"
	verifier = "0123456789012345678901234567890123456789abc"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// op is a provider with one browser and two clients.
type op struct {
	t        *testing.T
	clock    *clock.Fake
	provider *fakeidporten.Provider
	people   fakeidporten.Directory
	cookie   *http.Cookie
}

func newOP(t *testing.T, change ...func(*fakeidporten.Options)) *op {
	t.Helper()
	o := &op{t: t, clock: clock.NewFake(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))}
	for i, name := range []string{"Åse <Berg>", "Bjørn Dahl", "Carl Eng"} {
		number, err := pid.Synthetic(clock.NewDate(1980, 1, 1), i)
		if err != nil {
			t.Fatal(err)
		}
		o.people = append(o.people, fakeidporten.Person{PID: number, Name: name, Description: "nr. " + fmt.Sprint(i), Featured: i == 2})
	}
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: testKey().Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}}
	options := fakeidporten.Options{
		Issuer: issuer, Clock: o.clock, People: o.people, Key: testKey(), PAR: true,
		Client: func(id string) (fakeidporten.Client, bool) {
			c := fakeidporten.Client{ID: id, Name: "Kommunen", RedirectURIs: []string{callback}, PostLogoutURIs: []string{"https://kommune.test/"}, Keys: keys}
			if id == other {
				c.FrontChannelLogoutURI = "https://annen.test/ut?x=1"
			}
			return c, id == client || id == other
		},
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if o.provider, err = fakeidporten.New(options); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *op) send(method, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	address := issuer + path
	var r *http.Request
	if method == http.MethodPost {
		r = httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		if form != nil {
			address += "?" + form.Encode()
		}
		r = httptest.NewRequest(method, address, nil)
	}
	if o.cookie != nil {
		r.AddCookie(o.cookie)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	o.provider.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		o.cookie = c
		if c.MaxAge < 0 {
			o.cookie = nil
		}
	}
	return w
}

func request() url.Values {
	return url.Values{
		"response_type": {"code"}, "client_id": {client}, "redirect_uri": {callback}, "scope": {"openid"}, "state": {"s&t"}, "nonce": {"n"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}
}

func with(q url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "-" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

// claims of a good client assertion.
func (o *op) claims() jwt.Claims {
	now := o.clock.Now()
	return jwt.Claims{
		Issuer: client, Subject: client, Audience: jwt.Audience{issuer}, ID: ids.Secret(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute)),
	}
}

func signed(t *testing.T, key *rsa.PrivateKey, alg jose.SignatureAlgorithm, c jwt.Claims) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(c).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// assert adds client authentication to a form.
func (o *op) assert(form url.Values) url.Values {
	form.Set("client_id", client)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", signed(o.t, testKey(), jose.RS256, o.claims()))
	return form
}

func (o *op) redemption(code string) url.Values {
	return o.assert(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}})
}

var handle = regexp.MustCompile(`request=([A-Z2-7]{26})`)

// pick goes to the list and chooses a person; it returns where the browser is sent.
func (o *op) pick(q url.Values, who int, more ...string) url.Values {
	o.t.Helper()
	w := o.send(http.MethodGet, "/authorize", q)
	found := handle.FindStringSubmatch(w.Header().Get("Location"))
	if found == nil {
		return o.target(w)
	}
	form := with(url.Values{"request": {found[1]}, "pid": {o.people[who].PID.Digits()}}, more...)
	return o.target(o.send(http.MethodPost, "/authorize/login", form))
}

func (o *op) target(w *httptest.ResponseRecorder) url.Values {
	o.t.Helper()
	u, err := url.Parse(w.Header().Get("Location"))
	if err != nil || !strings.HasPrefix(u.String(), callback) {
		o.t.Fatalf("%d to %q: %s", w.Code, u, w.Body)
	}
	return u.Query()
}

func body(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return m
}

func idToken(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	raw, _ := body(t, w)["id_token"].(string)
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	var c map[string]any
	if err := token.Claims(testKey().Public(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}
