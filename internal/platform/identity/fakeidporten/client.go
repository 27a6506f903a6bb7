package fakeidporten

import (
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// authenticate checks a client's assertion (private_key_jwt, RFC 7523) as
// ID-porten does: iss and sub are the client, aud is the provider, good for at
// most 120 seconds, and each jti once.
func (p *Provider) authenticate(r *http.Request) (Client, *fault) {
	if err := r.ParseForm(); err != nil {
		return Client{}, faulty("invalid_request", "unreadable form")
	}
	client, ok := p.options.Client(r.PostForm.Get("client_id"))
	if !ok {
		return Client{}, faulty("invalid_client", "unknown client_id")
	}
	if r.PostForm.Get("client_assertion_type") != assertionType {
		return Client{}, faulty("invalid_client", "private_key_jwt is required")
	}
	token, err := jwt.ParseSigned(r.PostForm.Get("client_assertion"), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Client{}, faulty("invalid_client", "unreadable assertion")
	}
	var c jwt.Claims
	if err := token.Claims(client.Keys, &c); err != nil {
		return Client{}, faulty("invalid_client", "the signature does not hold")
	}
	return client, p.checkAssertion(client, c)
}

func (p *Provider) checkAssertion(client Client, c jwt.Claims) *fault {
	now := p.now()
	audience := jwt.Audience{p.options.Issuer, p.address("/token"), p.address("/par")}
	err := c.ValidateWithLeeway(jwt.Expected{Issuer: client.ID, Subject: client.ID, AnyAudience: audience, Time: now}, 10*time.Second)
	switch {
	case err != nil:
		return faulty("invalid_client", err.Error())
	case c.Expiry == nil || c.IssuedAt == nil || c.Expiry.Time().Sub(c.IssuedAt.Time()) > assertionLimit:
		return faulty("invalid_client", "exp must be at most 120 seconds after iat")
	case c.ID == "":
		return faulty("invalid_client", "jti is missing")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := client.ID + "\x00" + c.ID
	if _, again := p.used.get(now, key); again {
		return faulty("invalid_client", "jti was used before")
	}
	if !p.used.put(now, key, true, c.Expiry.Time().Add(time.Minute)) {
		return faulty("temporarily_unavailable", "too busy")
	}
	return nil
}
