package identity

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
)

// relyingParty is this client talking to this provider.
type relyingParty struct {
	config   ClientConfig
	provider *provider
	http     *http.Client
	now      time.Time
	skew     time.Duration
}

// assertionLife is how long a client assertion is good; ID-porten allows 120 seconds.
const assertionLife = time.Minute

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertion proves who the client is (private_key_jwt, RFC 7523 section 2.2).
func (rp relyingParty) assertion() (string, error) {
	options := (&jose.SignerOptions{}).WithType("JWT")
	if len(rp.config.Key.Certificates) > 0 {
		chain := make([]string, 0, len(rp.config.Key.Certificates))
		for _, c := range rp.config.Key.Certificates {
			chain = append(chain, encodeCertificate(c.Raw))
		}
		options = options.WithHeader("x5c", chain)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: rp.config.Key}, options)
	if err != nil {
		return "", fmt.Errorf("identity: client key: %w", err)
	}
	signed, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: rp.config.ClientID, Subject: rp.config.ClientID, Audience: jwt.Audience{rp.config.Issuer},
		IssuedAt: jwt.NewNumericDate(rp.now), Expiry: jwt.NewNumericDate(rp.now.Add(assertionLife)), ID: ids.Secret(),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("identity: sign client assertion: %w", err)
	}
	return signed, nil
}

// hintForm is what a hint looks like: a word of ours, never a number or an address
// of a person.
var hintForm = regexp.MustCompile(`^[a-z][a-z_-]{0,60}$`)

// request returns the parameters of the authentication request.
func (rp relyingParty) request(a attempt, state string, r LoginRequest) url.Values {
	q := url.Values{
		"response_type": {"code"}, "client_id": {rp.config.ClientID}, "redirect_uri": {rp.config.RedirectURI},
		"scope": {oidc.ScopeOpenID}, "state": {state}, "nonce": {a.nonce}, "acr_values": {a.acr},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(a.verifier)}, "code_challenge_method": {"S256"},
	}
	if r.Lang != "" {
		q.Set("ui_locales", string(r.Lang))
	}
	if rp.config.LoginHints && hintForm.MatchString(r.Hint) {
		q.Set("login_hint", r.Hint) // OpenID Connect Core, section 3.1.2.1
	}
	if a.prompt != "" {
		q.Set("prompt", a.prompt)
	}
	if rp.config.OnBehalfOf != "" {
		q.Set("onbehalfof", rp.config.OnBehalfOf)
	}
	return q
}

// authorizeURL returns where to send the browser, after pushing the request if
// the provider takes it so.
func (rp relyingParty) authorizeURL(ctx context.Context, q url.Values) (string, error) {
	if rp.provider.PAR != "" && !rp.config.NoPAR {
		uri, err := rp.push(ctx, q)
		if err != nil {
			return "", err
		}
		q = url.Values{"client_id": {rp.config.ClientID}, "request_uri": {uri}}
	}
	target, err := url.Parse(rp.provider.Endpoint().AuthURL)
	if err != nil {
		return "", fmt.Errorf("identity: the provider's authorization endpoint: %w", err)
	}
	// The endpoint may carry parameters of its own (OAuth 2.0, RFC 6749 section 3.1).
	own := target.Query()
	for name, values := range q {
		own[name] = values
	}
	target.RawQuery = own.Encode()
	return target.String(), nil
}

// push sends the request ahead (RFC 9126) and returns the reference to it.
func (rp relyingParty) push(ctx context.Context, q url.Values) (string, error) {
	form := url.Values{}
	for name, values := range q {
		form[name] = values
	}
	assertion, err := rp.assertion()
	if err != nil {
		return "", err
	}
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", assertion)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, rp.provider.PAR, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("identity: push the request: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := rp.http.Do(r)
	if err != nil {
		return "", down(fmt.Errorf("identity: push the request: %w", err))
	}
	defer func() { _ = answer.Body.Close() }() // only read
	var pushed struct {
		URI   string `json:"request_uri"`
		Error string `json:"error"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&pushed); err != nil || answer.StatusCode >= http.StatusInternalServerError {
		return "", down(fmt.Errorf("identity: push the request: status %d", answer.StatusCode))
	}
	if pushed.URI == "" {
		return "", fmt.Errorf("identity: push the request: status %d, %.100q", answer.StatusCode, pushed.Error)
	}
	return pushed.URI, nil
}

// claims are what an ID token says.
type claims struct {
	PID      string   `json:"pid"`
	ACR      string   `json:"acr"`
	AuthTime *float64 `json:"auth_time"` // a JSON number may be written 1.79e+09
	SID      string   `json:"sid"`
	AZP      string   `json:"azp"`
	Expiry   *float64 `json:"exp"`
	Locale   string   `json:"locale"`
	subject  string
	raw      string
}

func (c claims) authTime() time.Time { return time.Unix(int64(*c.AuthTime), 0) }

// redeem exchanges the code for an ID token and checks it.
func (rp relyingParty) redeem(ctx context.Context, code string, a attempt) (claims, error) {
	assertion, err := rp.assertion()
	if err != nil {
		return claims{}, err
	}
	endpoint := rp.provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	config := oauth2.Config{ClientID: rp.config.ClientID, RedirectURL: rp.config.RedirectURI, Endpoint: endpoint}
	ctx = oidc.ClientContext(ctx, rp.http)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(a.verifier),
		oauth2.SetAuthURLParam("client_assertion_type", assertionType),
		oauth2.SetAuthURLParam("client_assertion", assertion))
	if err != nil {
		return claims{}, exchangeError(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return claims{}, refused(errors.New("the answer holds no ID token"))
	}
	return rp.verify(ctx, raw, a)
}

// exchangeError tells a provider that is down from one that says no.
func exchangeError(err error) error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok && answer.Response.StatusCode < http.StatusInternalServerError {
		return refused(fmt.Errorf("token endpoint: status %d, %.100q", answer.Response.StatusCode, answer.ErrorCode))
	}
	return down(fmt.Errorf("identity: redeem code: %w", err))
}

// refused tells the person that the log-in failed, and the log why.
func refused(cause error) error {
	return errs.Forbidden("identity.login_failed").Because(fmt.Errorf("identity: log-in refused: %w", cause))
}

// verify checks an ID token as OpenID Connect Core section 3.1.3.7 and
// ID-porten demand. go-oidc checks signature, issuer, audience and expiry.
func (rp relyingParty) verify(ctx context.Context, raw string, a attempt) (claims, error) {
	verifier := rp.provider.Verifier(&oidc.Config{
		ClientID:             rp.config.ClientID,
		SupportedSigningAlgs: []string{oidc.RS256},
		Now:                  func() time.Time { return rp.now.Add(-rp.skew) },
	})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		if ctx.Err() != nil || strings.Contains(err.Error(), "fetching keys") {
			return claims{}, down(fmt.Errorf("identity: fetch the provider's keys: %w", err))
		}
		return claims{}, refused(err)
	}
	c := claims{subject: token.Subject, raw: raw}
	if err := token.Claims(&c); err != nil {
		return claims{}, refused(err)
	}
	if err := rp.checkClaims(token, c, a); err != nil {
		return claims{}, refused(err)
	}
	if acrRank(c.ACR) < acrRank(a.acr) {
		return claims{}, errs.Forbidden("identity.acr_too_low").Because(fmt.Errorf("identity: level %.60q, wanted %q", c.ACR, a.acr))
	}
	return c, nil
}

func (rp relyingParty) checkClaims(token *oidc.IDToken, c claims, a attempt) error {
	latest := rp.now.Add(rp.skew)
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.nonce)) != 1:
		return errors.New("the nonce is another log-in's")
	case len(token.Audience) != 1 && c.AZP != rp.config.ClientID, c.AZP != "" && c.AZP != rp.config.ClientID:
		return errors.New("the token was made for another client")
	case c.Expiry == nil:
		return errors.New("the token never expires")
	case token.Subject == "" || len(token.Subject) > 255:
		return errors.New("the token has no subject")
	case token.IssuedAt.After(latest):
		return errors.New("the token is from the future")
	case token.IssuedAt.Before(a.created.Add(-rp.skew)):
		return errors.New("the token is older than the log-in")
	case c.AuthTime == nil || c.authTime().After(latest):
		return errors.New("the token does not say when the person logged in")
	case a.prompt == promptLogin && c.authTime().Before(a.created.Add(-rp.skew)):
		return errors.New("the person was not asked to log in anew")
	case len(c.SID) > 255:
		return errors.New("the session id is too long")
	}
	return nil
}
