package fakeidporten

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// stateForm is the form ID-porten demands of state at log-out.
var stateForm = regexp.MustCompile(`^[\x20-\x7E]+$`)

// logout ends single sign-on: every client of the session is told in a frame,
// then the browser goes back to the client that asked (OpenID Connect
// RP-Initiated Logout 1.0, Front-Channel Logout 1.0).
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.problem(w, i18n.NB, "identity.idporten_bad_request")
		return
	}
	lang := pickLang(r.Form.Get("ui_locales"))
	back, ok := p.backFromLogout(r.Form)
	// ID-porten accepts no log-out from a browser it does not know.
	if !ok || p.cookieValue(r) == "" {
		p.problem(w, lang, "identity.idporten_logout_failed")
		return
	}
	frames := p.endSession(p.cookieValue(r))
	http.SetCookie(w, p.cookie(""))
	p.showLogout(w, lang, frames, back)
}

// backFromLogout returns where to send the browser afterwards, "" for nowhere.
func (p *Provider) backFromLogout(q url.Values) (string, bool) {
	clientID := q.Get("client_id")
	if hint := q.Get("id_token_hint"); hint != "" {
		audience, ok := p.hinted(hint)
		if !ok || (clientID != "" && clientID != audience) {
			return "", false
		}
		clientID = audience
	}
	uri := q.Get("post_logout_redirect_uri")
	if uri == "" || clientID == "" {
		return "", true
	}
	client, ok := p.options.Client(clientID)
	if !ok || !slices.Contains(client.PostLogoutURIs, uri) {
		return "", false
	}
	target, err := url.Parse(uri)
	if err != nil {
		return "", false
	}
	if state := q.Get("state"); state != "" {
		if !stateForm.MatchString(state) {
			return "", false
		}
		all := target.Query()
		all.Set("state", state)
		target.RawQuery = all.Encode()
	}
	return target.String(), true
}

// hinted returns the client an ID token of ours was made for, expired or not.
func (p *Provider) hinted(raw string) (string, bool) {
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return "", false
	}
	var c jwt.Claims
	if err := token.Claims(p.key.Public(), &c); err != nil || c.Issuer != p.options.Issuer || len(c.Audience) != 1 {
		return "", false
	}
	return c.Audience[0], true
}

// endSession forgets the session with its tokens and returns the addresses to
// call in frames.
func (p *Provider) endSession(secret string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.sessions.take(p.now(), secret)
	if !ok {
		return nil
	}
	maps.DeleteFunc(p.tokens.items, func(_ string, i item[accessToken]) bool { return i.value.sid == s.sid })
	var frames []string
	for _, id := range s.clients {
		client, ok := p.options.Client(id)
		if !ok || client.FrontChannelLogoutURI == "" {
			continue
		}
		target, err := url.Parse(client.FrontChannelLogoutURI)
		if err != nil {
			continue
		}
		q := target.Query()
		q.Set("iss", p.options.Issuer)
		q.Set("sid", s.sid)
		target.RawQuery = q.Encode()
		frames = append(frames, target.String())
	}
	return frames
}
