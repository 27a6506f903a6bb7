package identity

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
)

// ClientSource tells how a municipality is registered at its provider.
type ClientSource func(ctx context.Context, tenantID string) (ClientConfig, error)

// ClientConfig is a client registered at ID-porten.
type ClientConfig struct {
	Issuer   string // "https://idporten.no"; without a trailing slash, exactly as in the metadata
	ClientID string
	// Key is the RSA key for private_key_jwt, with the kid it is registered
	// under, or with the certificate chain of a virksomhetssertifikat.
	Key jose.JSONWebKey
	// RedirectURI, PostLogoutURI and the address of front-channel logout are
	// registered with the client; they end in /login/callback, / and
	// /logout/front-channel.
	RedirectURI, PostLogoutURI string
	// MinACR is the lowest level of assurance that opens a session; substantial when empty.
	MinACR string
	// NoPAR sends the request through the browser also when the provider takes
	// it pushed (RFC 9126).
	NoPAR bool
	// OnBehalfOf is the id of the municipality at a supplier's client ("onbehalfof").
	OnBehalfOf string
	// LoginHints says that the provider is told who is about to log in, as the
	// demonstration's is. ID-porten takes other hints than ours.
	LoginHints bool
}

// The levels of assurance that ID-porten documents.
const (
	ACRLow         = "idporten-loa-low"
	ACRSubstantial = "idporten-loa-substantial"
	ACRHigh        = "idporten-loa-high"
)

// acrRank orders levels of assurance by their ending: ID-porten advises to read
// "-high" alike whatever framework (idporten, eidas) stands before it. An
// unknown level is 0, which suffices for nothing.
func acrRank(acr string) int {
	for rank, ending := range []string{"-loa-low", "-loa-substantial", "-loa-high"} {
		if strings.HasSuffix(acr, ending) {
			return rank + 1
		}
	}
	return 0
}

func (c ClientConfig) check() error {
	issuer, err := url.Parse(c.Issuer)
	if err != nil || issuer.Host == "" {
		return fmt.Errorf("identity: issuer %q is no address", c.Issuer)
	}
	if issuer.Scheme != "https" && !isLocal(issuer.Hostname()) {
		return fmt.Errorf("identity: issuer %q is not https", c.Issuer)
	}
	if c.ClientID == "" || c.RedirectURI == "" {
		return errors.New("identity: a client has no id or no redirect address")
	}
	if c.Key.IsPublic() || !c.Key.Valid() {
		return errors.New("identity: a client has no private key")
	}
	if _, ok := c.Key.Key.(crypto.Signer); !ok {
		return errors.New("identity: a client's key cannot sign")
	}
	return nil
}

// isLocal reports whether a host never leaves the machine (RFC 6761 section 6.3).
func isLocal(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1" || host == "::1"
}

// minACR returns what a log-in must reach: what was asked, at least what the
// client demands.
func (c ClientConfig) minACR(asked string) string {
	minimum := c.MinACR
	if minimum == "" {
		minimum = ACRSubstantial
	}
	if acrRank(asked) > acrRank(minimum) {
		return asked
	}
	return minimum
}

// metadata is what the provider publishes beyond what go-oidc reads.
type metadata struct {
	PAR        string `json:"pushed_authorization_request_endpoint"`
	EndSession string `json:"end_session_endpoint"`
	SendsIss   bool   `json:"authorization_response_iss_parameter_supported"`
}

// provider is a provider as its metadata describes it.
type provider struct {
	*oidc.Provider
	metadata
	fetched time.Time
}

// metadataLife is how long metadata is kept, as ID-porten advises.
const metadataLife = 24 * time.Hour

// providers fetches and keeps the metadata of providers, when somebody first
// needs them.
type providers struct {
	http     *http.Client
	clock    clock.Clock
	patience time.Duration
	flight   singleflight.Group
	mu       sync.Mutex
	known    map[string]*provider
}

func newProviders(client *http.Client, c clock.Clock, patience time.Duration) *providers {
	if client == nil {
		client = &http.Client{}
	}
	own := *client
	own.Timeout = patience
	own.Transport = limited{own.Transport}
	// A provider has no reason to send our server elsewhere.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &providers{http: &own, clock: c, patience: patience, known: map[string]*provider{}}
}

// get returns the provider, from memory for a day; old metadata serves on when
// the provider does not answer.
func (p *providers) get(ctx context.Context, issuer string) (*provider, error) {
	p.mu.Lock()
	known := p.known[issuer]
	p.mu.Unlock()
	if known != nil && p.clock.Now().Sub(known.fetched) < metadataLife {
		return known, nil
	}
	fetched, err, _ := p.flight.Do(issuer, func() (any, error) {
		// Others wait for this answer too: it does not end with the first one's request.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.patience)
		defer cancel()
		return p.fetch(ctx, issuer)
	})
	if err != nil {
		if known == nil {
			return nil, down(err)
		}
		p.keep(issuer, known)
		return known, nil
	}
	found, _ := fetched.(*provider)
	return found, nil
}

// keep lets old metadata serve for another minute, so that not everybody waits
// for a provider that does not answer.
func (p *providers) keep(issuer string, old *provider) {
	kept := *old
	kept.fetched = p.clock.Now().Add(time.Minute - metadataLife)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[issuer] = &kept
}

func (p *providers) fetch(ctx context.Context, issuer string) (*provider, error) {
	base, err := oidc.NewProvider(oidc.ClientContext(ctx, p.http), issuer)
	if err != nil {
		return nil, fmt.Errorf("identity: read the provider's metadata: %w", err)
	}
	found := &provider{Provider: base, fetched: p.clock.Now()}
	if err := base.Claims(&found.metadata); err != nil {
		return nil, fmt.Errorf("identity: read the provider's metadata: %w", err)
	}
	p.mu.Lock()
	p.known[issuer] = found
	p.mu.Unlock()
	return found, nil
}

// providerDown is what is said while the provider does not answer.
const providerDown = "identity.provider_down"

// down tells the person that the provider is the one who does not answer.
func down(cause error) error {
	return errs.Unavailable(time.Minute, providerDown).Because(cause)
}

// maxAnswer bounds what is read from a provider.
const maxAnswer = 1 << 20

// limited cuts answers off, since not every reader above does.
type limited struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	next := l.next
	if next == nil {
		next = http.DefaultTransport
	}
	answer, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = cut{io.LimitReader(answer.Body, maxAnswer), answer.Body}
	return answer, nil
}

type cut struct {
	io.Reader
	io.Closer
}
