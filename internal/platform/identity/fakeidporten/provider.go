package fakeidporten

import (
	"crypto/rand"
	"crypto/rsa"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
)

//go:embed messages/*.toml
var messages embed.FS

// Messages returns the provider's texts; New loads them itself.
func Messages() fs.FS { return messages }

// Options is what a Provider is made of. Issuer, Client, People and Clock are required.
type Options struct {
	// Issuer is the provider's address without a trailing slash; its path is
	// where the handler must be mounted.
	Issuer string
	// Client finds a registered client.
	Client func(id string) (Client, bool)
	People People
	Clock  clock.Clock
	Log    *slog.Logger
	// PAR makes the metadata offer pushed requests; RequirePAR takes no others.
	PAR, RequirePAR bool
	// Key signs; nil makes one.
	Key *rsa.PrivateKey
}

// Client is a registered client.
type Client struct {
	ID             string
	Name           string
	RedirectURIs   []string
	PostLogoutURIs []string
	// FrontChannelLogoutURI is called in a frame at log-out, with iss and sid;
	// a client without one gets no sid either.
	FrontChannelLogoutURI string
	Keys                  jose.JSONWebKeySet // public keys of private_key_jwt
}

// Times, as ID-porten has them where it says so.
const (
	codeLife       = time.Minute
	parLife        = 2 * time.Minute
	interaction    = 10 * time.Minute
	tokenLife      = 2 * time.Minute
	ssoIdle        = 30 * time.Minute
	ssoMax         = 2 * time.Hour
	assertionLimit = 2 * time.Minute
)

// Provider is the fake ID-porten. It is an http.Handler that answers below the
// issuer's path.
type Provider struct {
	options Options
	base    string // the issuer's path
	origin  *url.URL
	key     jose.JSONWebKey
	texts   *i18n.Bundle
	mux     *http.ServeMux

	mu       sync.Mutex
	down     bool
	pushed   shelf[authRequest]
	pending  shelf[authRequest]
	codes    shelf[grant]
	tokens   shelf[accessToken]
	used     shelf[bool] // jti of client assertions
	sessions shelf[*session]
}

// New makes a provider.
func New(o Options) (*Provider, error) {
	issuer, err := url.Parse(o.Issuer)
	if err != nil || issuer.Host == "" || strings.HasSuffix(o.Issuer, "/") {
		return nil, fmt.Errorf("fakeidporten: issuer %q", o.Issuer)
	}
	if o.Client == nil || o.People == nil || o.Clock == nil {
		return nil, errors.New("fakeidporten: Client, People and Clock are required")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Key == nil {
		if o.Key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, fmt.Errorf("fakeidporten: make key: %w", err)
		}
	}
	texts := i18n.New()
	if err := texts.Load("identity", messages); err != nil {
		return nil, fmt.Errorf("fakeidporten: %w", err)
	}
	p := &Provider{
		options: o, base: issuer.Path, origin: issuer, texts: texts,
		key:    jose.JSONWebKey{Key: o.Key, KeyID: ids.Secret(), Algorithm: string(jose.RS256), Use: "sig"},
		pushed: newShelf[authRequest](), pending: newShelf[authRequest](), codes: newShelf[grant](),
		tokens: newShelf[accessToken](), used: newShelf[bool](), sessions: newShelf[*session](),
	}
	p.routes()
	return p, nil
}

func (p *Provider) routes() {
	p.mux = http.NewServeMux()
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /.well-known/openid-configuration": p.metadata,
		"GET /jwks":                             p.jwks,
		"POST /par":                             p.push,
		"GET /authorize":                        p.authorize,
		"GET /authorize/login":                  p.pick,
		"POST /authorize/login":                 p.picked,
		"POST /token":                           p.token,
		"GET /userinfo":                         p.userinfo,
		"GET /logout":                           p.logout,
		"POST /logout":                          p.logout,
		"GET /style.css":                        p.style,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		p.mux.HandleFunc(method+" "+p.base+path, handler)
	}
}

// maxBody bounds what anybody may send.
const maxBody = 64 << 10

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	p.mux.ServeHTTP(w, r)
}

// SetDown makes every address answer 503, or serves again.
func (p *Provider) SetDown(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
}

// Forget drops all single sign-on sessions, as when ID-porten was restarted.
func (p *Provider) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions = newShelf[*session]()
}

func (p *Provider) now() time.Time { return p.options.Clock.Now() }

func (p *Provider) address(path string) string { return p.options.Issuer + path }

func (p *Provider) metadata(w http.ResponseWriter, _ *http.Request) {
	m := map[string]any{
		"issuer":                 p.options.Issuer,
		"authorization_endpoint": p.address("/authorize"),
		"token_endpoint":         p.address("/token"),
		"userinfo_endpoint":      p.address("/userinfo"),
		"jwks_uri":               p.address("/jwks"),
		"end_session_endpoint":   p.address("/logout"),
		"authorization_response_iss_parameter_supported": true,
		"frontchannel_logout_supported":                  true,
		"frontchannel_logout_session_supported":          true,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code"},
		"subject_types_supported":                        []string{"pairwise"},
		"id_token_signing_alg_values_supported":          []string{"RS256"},
		"token_endpoint_auth_methods_supported":          []string{"private_key_jwt"},
		"code_challenge_methods_supported":               []string{"S256"},
		"acr_values_supported":                           levels(),
		"ui_locales_supported":                           []string{"nb", "nn", "en", "se"},
		"prompt_values_supported":                        []string{"login", "none"},
		"scopes_supported":                               []string{"openid", "profile"},
	}
	if p.options.PAR || p.options.RequirePAR {
		m["pushed_authorization_request_endpoint"] = p.address("/par")
		m["require_pushed_authorization_requests"] = p.options.RequirePAR
	}
	p.json(w, http.StatusOK, m)
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request) {
	p.json(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.Public()}})
}

func (p *Provider) json(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.options.Log.Warn("the fake ID-porten could not answer", "error", err)
	}
}

// refuse answers a machine with an OAuth error.
func (p *Provider) refuse(w http.ResponseWriter, f *fault) {
	status := http.StatusBadRequest
	if f.code == "invalid_client" {
		status = http.StatusUnauthorized
	}
	p.json(w, status, map[string]string{"error": f.code, "error_description": f.why})
}

// fault is an OAuth error.
type fault struct{ code, why string }

// Error implements error.
func (f *fault) Error() string { return f.code + ": " + f.why }

func faulty(code, why string) *fault { return &fault{code, why} }
