package contact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/ids"
)

// Scope is what an access token for the register's contact details is asked for.
const Scope = "krr:global/kontaktinformasjon.read"

const (
	grantJWT      = "urn:ietf:params:oauth:grant-type:jwt-bearer" // RFC 7523 section 2.1
	assertionLife = 100 * time.Second                             // at most 120 s are taken
	tokenMargin   = 30 * time.Second                              // before its end a token is renewed
	maxTokenBody  = 1 << 16
)

// MaskinportenOptions is how a client is registered at Maskinporten.
type MaskinportenOptions struct {
	// Issuer is "https://maskinporten.no/"; it is also the audience.
	Issuer   string
	ClientID string
	// Scope is that of the contact register unless said.
	Scope string
	// Key returns the private key; its KeyID names the registered one. It is
	// asked for each token, so that a new key needs no restart.
	Key   func() (jose.JSONWebKey, error)
	HTTP  *http.Client
	Clock clock.Clock
}

// Maskinporten gets access tokens for machines. It may be used by any number of
// goroutines.
type Maskinporten struct {
	o        MaskinportenOptions
	mu       sync.Mutex
	endpoint string
	tokens   map[string]accessToken
}

type accessToken struct {
	value string
	until time.Time
}

// NewMaskinporten returns a client.
func NewMaskinporten(o MaskinportenOptions) *Maskinporten {
	if o.Scope == "" {
		o.Scope = Scope
	}
	return &Maskinporten{o: o, tokens: map[string]accessToken{}}
}

// Forget implements Tokens.
func (m *Maskinporten) Forget(consumerOrg string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.tokens, consumerOrg)
}

// Token implements Tokens. Only one goroutine asks at a time; the others take
// what it got.
func (m *Maskinporten) Token(ctx context.Context, consumerOrg string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	if t, ok := m.tokens[consumerOrg]; ok && now.Before(t.until) {
		return t.value, nil
	}
	if m.endpoint == "" {
		var err error
		if m.endpoint, err = m.discover(ctx); err != nil {
			return "", err
		}
	}
	assertion, err := m.assertion(now, consumerOrg)
	if err != nil {
		return "", err
	}
	t, err := m.exchange(ctx, assertion, now)
	if err != nil {
		return "", err
	}
	m.tokens[consumerOrg] = t
	return t.value, nil
}

// discover reads the metadata (RFC 8414 section 3), whose issuer must be
// exactly the one asked.
func (m *Maskinporten) discover(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(m.o.Issuer, "/")+"/.well-known/oauth-authorization-server", http.NoBody)
	if err != nil {
		return "", fmt.Errorf("contact: metadata of Maskinporten: %w", err)
	}
	var metadata struct {
		Issuer        string `json:"issuer"`
		TokenEndpoint string `json:"token_endpoint"`
	}
	if err := m.read(request, &metadata); err != nil {
		return "", err
	}
	if metadata.Issuer != m.o.Issuer || metadata.TokenEndpoint == "" {
		return "", errors.New("contact: Maskinporten calls itself something else")
	}
	return metadata.TokenEndpoint, nil
}

// assertion signs who we are and what we want.
func (m *Maskinporten) assertion(now time.Time, consumerOrg string) (string, error) {
	key, err := m.o.Key()
	if err != nil {
		return "", fmt.Errorf("contact: key for Maskinporten: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("contact: key for Maskinporten: %w", err)
	}
	claims := map[string]any{
		"aud": m.o.Issuer, "iss": m.o.ClientID, "scope": m.o.Scope, "jti": ids.New(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	}
	if consumerOrg != "" {
		claims["consumer_org"] = consumerOrg
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("contact: sign the assertion: %w", err)
	}
	return text, nil
}

func (m *Maskinporten) exchange(ctx context.Context, assertion string, now time.Time) (accessToken, error) {
	form := url.Values{"grant_type": {grantJWT}, "assertion": {assertion}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.endpoint, strings.NewReader(form))
	if err != nil {
		return accessToken{}, fmt.Errorf("contact: ask for a token: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var got struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if err := m.read(request, &got); err != nil {
		return accessToken{}, err
	}
	if got.AccessToken == "" || !strings.EqualFold(got.TokenType, "Bearer") || got.ExpiresIn <= 0 {
		return accessToken{}, errors.New("contact: Maskinporten gave no token")
	}
	life := min(time.Duration(min(got.ExpiresIn, 86_400))*time.Second, time.Hour)
	return accessToken{value: got.AccessToken, until: now.Add(life - min(tokenMargin, life/2))}, nil
}

// read makes a request and reads its JSON. A refusal's text is not kept: it may
// quote the assertion.
func (m *Maskinporten) read(request *http.Request, into any) (err error) {
	response, err := m.o.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("contact: reach Maskinporten: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("contact: Maskinporten answered %d", response.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxTokenBody)).Decode(into); err != nil {
		return errors.New("contact: Maskinporten answered no JSON")
	}
	return nil
}
