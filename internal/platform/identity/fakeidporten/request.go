package fakeidporten

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
)

// authRequest is an authentication request that has been checked.
type authRequest struct {
	client      Client
	redirectURI string
	state       string
	nonce       string
	challenge   string
	level       string // lowest that suffices
	prompt      string
	lang        i18n.Lang
	onBehalfOf  string
	scope       string
	hint        string // who is about to log in
}

// levels are the levels of assurance, lowest first.
func levels() []string { return []string{"idporten-loa-substantial", "idporten-loa-high"} }

func rank(level string) int { return slices.Index(levels(), level) }

// challengeForm is what S256 makes: 32 bytes in base64url without padding.
var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// read checks an authentication request. A fault is for the client to be told;
// without a client and its redirect address there is nobody to tell (told false).
func (p *Provider) read(q url.Values) (a authRequest, told bool, f *fault) {
	client, ok := p.options.Client(q.Get("client_id"))
	if !ok {
		return a, false, faulty("invalid_request", "unknown client_id")
	}
	a = authRequest{
		client: client, redirectURI: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), prompt: q.Get("prompt"), onBehalfOf: q.Get("onbehalfof"), scope: q.Get("scope"),
		hint: q.Get("login_hint"),
	}
	if !slices.Contains(client.RedirectURIs, a.redirectURI) {
		return a, false, faulty("invalid_request", "redirect_uri is not registered")
	}
	a.lang = pickLang(q.Get("ui_locales"))
	a.level, ok = lowest(q.Get("acr_values"))
	switch {
	case repeated(q):
		f = faulty("invalid_request", "a parameter is repeated")
	case q.Get("response_type") != "code":
		f = faulty("unsupported_response_type", "only code")
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		f = faulty("invalid_request", "only response_mode query")
	case !slices.Contains(strings.Fields(a.scope), "openid"):
		f = faulty("invalid_scope", "openid is missing")
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(a.challenge):
		f = faulty("invalid_request", "PKCE with S256 is required")
	case !ok:
		f = faulty("invalid_request", "unknown acr_values")
	case !slices.Contains([]string{"", "login", "none"}, a.prompt):
		f = faulty("invalid_request", "unknown prompt")
	case len(a.state) > 2000 || len(a.nonce) > 2000 || len(a.hint) > 200:
		f = faulty("invalid_request", "state, nonce or login_hint is too long")
	}
	return a, true, f
}

func repeated(q url.Values) bool {
	for _, values := range q {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// lowest returns the lowest of the requested levels, substantial when none is asked.
func lowest(acrValues string) (string, bool) {
	asked := strings.Fields(acrValues)
	if len(asked) == 0 {
		return levels()[0], true
	}
	best := ""
	for _, level := range asked {
		if rank(level) < 0 {
			return levels()[0], false
		}
		if best == "" || rank(level) < rank(best) {
			best = level
		}
	}
	return best, true
}

func pickLang(uiLocales string) i18n.Lang {
	for _, l := range strings.Fields(uiLocales) {
		if lang := i18n.Lang(l); lang.Valid() {
			return lang
		}
	}
	return i18n.NB
}

// push takes a request ahead of the browser (RFC 9126).
func (p *Provider) push(w http.ResponseWriter, r *http.Request) {
	client, f := p.authenticate(r)
	if f != nil {
		p.refuse(w, f)
		return
	}
	q := r.PostForm
	q.Del("client_assertion")
	q.Del("client_assertion_type")
	a, _, f := p.read(q)
	if f == nil && q.Has("request_uri") {
		f = faulty("invalid_request", "request_uri in a pushed request")
	}
	if f != nil {
		p.refuse(w, f)
		return
	}
	a.client = client
	uri := "urn:idporten:" + ids.Secret()
	if !p.remember(func(now time.Time) bool { return p.pushed.put(now, uri, a, now.Add(parLife)) }) {
		p.refuse(w, faulty("temporarily_unavailable", "too busy"))
		return
	}
	p.json(w, http.StatusCreated, map[string]any{"request_uri": uri, "expires_in": int(parLife.Seconds())})
}

// remember runs a change of the shelves under the lock.
func (p *Provider) remember(change func(now time.Time) bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return change(p.now())
}

// requested returns the request the browser brings, by value or by reference.
func (p *Provider) requested(q url.Values) (a authRequest, told bool, f *fault) {
	if uri := q.Get("request_uri"); uri != "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		a, ok := p.pushed.take(p.now(), uri)
		if !ok || a.client.ID != q.Get("client_id") {
			return a, false, faulty("invalid_request_uri", "unknown, used or expired request_uri")
		}
		return a, true, nil
	}
	a, told, f = p.read(q)
	if f == nil && p.options.RequirePAR {
		f = faulty("invalid_request", "pushed requests are required")
	}
	return a, told, f
}
