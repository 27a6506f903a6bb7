package fakeidporten

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/ids"
)

// accessToken is what an access token stands for.
type accessToken struct {
	clientID string
	person   Person
	locale   string
	sid      string
}

// token redeems a code.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	client, f := p.authenticate(r)
	if f != nil {
		p.refuse(w, f)
		return
	}
	g, f := p.redeem(r, client)
	if f != nil {
		p.refuse(w, f)
		return
	}
	now := p.now()
	idToken, err := p.idToken(now, g)
	access := ids.Secret()
	a := accessToken{clientID: client.ID, person: g.person, locale: string(g.request.lang), sid: g.sid}
	if err != nil || !p.remember(func(now time.Time) bool { return p.tokens.put(now, access, a, now.Add(tokenLife)) }) {
		p.json(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	p.json(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()),
		"id_token": idToken, "scope": g.request.scope,
	})
}

// redeem takes the code, which is thereby used whatever comes of it.
func (p *Provider) redeem(r *http.Request, client Client) (grant, *fault) {
	q := r.PostForm
	if q.Get("grant_type") != "authorization_code" {
		return grant{}, faulty("unsupported_grant_type", "only authorization_code")
	}
	p.mu.Lock()
	g, ok := p.codes.take(p.now(), q.Get("code"))
	p.mu.Unlock()
	verifier := q.Get("code_verifier")
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case !ok:
		return g, faulty("invalid_grant", "unknown, used or expired code")
	case g.request.client.ID != client.ID:
		return g, faulty("invalid_grant", "the code is another client's")
	case g.request.redirectURI != q.Get("redirect_uri"):
		return g, faulty("invalid_grant", "redirect_uri differs")
	case len(verifier) < 43 || len(verifier) > 128, subtle.ConstantTimeCompare([]byte(challenge), []byte(g.request.challenge)) != 1:
		return g, faulty("invalid_grant", "code_verifier does not fit")
	}
	return g, nil
}

func (p *Provider) idToken(now time.Time, g grant) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	more := map[string]any{
		"acr": g.level, "amr": []string{"TestID"}, "auth_time": g.authTime.Unix(), "locale": string(g.request.lang),
	}
	if g.request.nonce != "" {
		more["nonce"] = g.request.nonce
	}
	if !g.person.WithoutNumber {
		more["pid"] = g.person.PID.Digits()
	}
	if g.request.client.FrontChannelLogoutURI != "" {
		more["sid"] = g.sid
	}
	return jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: p.options.Issuer, Subject: p.subject(g.request.client.ID, g.person), Audience: jwt.Audience{g.request.client.ID},
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(tokenLife)), ID: ids.Secret(),
	}).Claims(more).Serialize()
}

// subject is pairwise: steady for a person and a client, different for another client.
func (p *Provider) subject(clientID string, person Person) string {
	mac := hmac.New(sha256.New, []byte(p.options.Issuer))
	mac.Write([]byte(clientID + "\x00" + person.PID.Digits()))
	return base64.URLEncoding.EncodeToString(mac.Sum(nil))
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	a, known := p.tokens.get(p.now(), bearer)
	p.mu.Unlock()
	if !ok || !known {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		p.json(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	info := map[string]string{"sub": p.subject(a.clientID, a.person), "locale": a.locale}
	if !a.person.WithoutNumber {
		info["pid"] = a.person.PID.Digits()
	}
	p.json(w, http.StatusOK, info)
}
