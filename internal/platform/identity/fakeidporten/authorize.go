package fakeidporten

import (
	"net/http"
	"net/url"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
)

// session is single sign-on: one person in one browser.
type session struct {
	sid      string
	person   Person
	level    string
	authTime time.Time
	started  time.Time
	clients  []string // who has got tokens in it
}

// grant is what a code stands for.
type grant struct {
	request  authRequest
	person   Person
	level    string
	authTime time.Time
	sid      string
}

const cookieName = "fake_idporten"

// authorize answers at once for somebody known well enough, and otherwise shows
// the list to pick from.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	a, told, f := p.requested(r.URL.Query())
	if f != nil {
		p.deny(w, a, told, f)
		return
	}
	if s, ok := p.session(r); ok && a.prompt != "login" && rank(s.level) >= rank(a.level) {
		p.proceed(w, a, p.cookieValue(r), s)
		return
	}
	if a.prompt == "none" {
		p.deny(w, a, true, faulty("login_required", "nobody is logged in"))
		return
	}
	handle := ids.Secret()
	if !p.remember(func(now time.Time) bool { return p.pending.put(now, handle, a, now.Add(interaction)) }) {
		p.deny(w, a, true, faulty("temporarily_unavailable", "too busy"))
		return
	}
	see(w, p.address("/authorize/login")+"?request="+handle)
}

// pick shows the people one may be.
func (p *Provider) pick(w http.ResponseWriter, r *http.Request) {
	handle := r.URL.Query().Get("request")
	a, ok := p.waiting(handle)
	if !ok {
		p.problem(w, i18n.NB, "identity.idporten_expired")
		return
	}
	if lang := i18n.Lang(r.URL.Query().Get("lang")); lang.Valid() {
		a.lang = lang
		p.remember(func(now time.Time) bool { return p.pending.put(now, handle, a, now.Add(interaction)) })
	}
	p.showPeople(w, http.StatusOK, handle, a, r.URL.Query().Get("q"))
}

func (p *Provider) waiting(handle string) (authRequest, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending.get(p.now(), handle)
}

// picked logs the person in.
func (p *Provider) picked(w http.ResponseWriter, r *http.Request) {
	handle := r.PostFormValue("request")
	a, ok := p.waiting(handle)
	if !ok {
		p.problem(w, i18n.NB, "identity.idporten_expired")
		return
	}
	if r.PostForm.Has("cancel") {
		p.remember(func(now time.Time) bool { _, ok := p.pending.take(now, handle); return ok })
		p.deny(w, a, true, faulty("access_denied", "the person cancelled"))
		return
	}
	person, known := p.chosen(r.PostFormValue("pid"))
	level := r.PostFormValue("level")
	if level == "" {
		level = a.level
	}
	if !known || rank(level) < rank(a.level) {
		p.showPeople(w, http.StatusUnprocessableEntity, handle, a, "")
		return
	}
	// Taken, not only read: two clicks give one log-in.
	if !p.remember(func(now time.Time) bool { _, ok := p.pending.take(now, handle); return ok }) {
		p.problem(w, a.lang, "identity.idporten_expired")
		return
	}
	secret, s, ok := p.signIn(r, person, level)
	if !ok {
		p.deny(w, a, true, faulty("temporarily_unavailable", "too busy"))
		return
	}
	http.SetCookie(w, p.cookie(secret))
	p.proceed(w, a, secret, s)
}

func (p *Provider) chosen(digits string) (Person, bool) {
	number, err := pid.Parse(digits)
	if err != nil || !number.Synthetic() {
		return Person{}, false
	}
	return p.options.People.ByPID(number)
}

// signIn starts single sign-on, or raises the level of the session that the
// same person has.
func (p *Provider) signIn(r *http.Request, person Person, level string) (string, session, bool) {
	old := p.cookieValue(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if s, ok := p.sessions.get(now, old); ok && s.person.PID == person.PID {
		s.level, s.authTime = level, now
		return old, *s, p.sessions.put(now, old, s, s.end(now))
	}
	delete(p.sessions.items, old)
	s := &session{sid: ids.Secret(), person: person, level: level, authTime: now, started: now}
	secret := ids.Secret()
	return secret, *s, p.sessions.put(now, secret, s, s.end(now))
}

// end is when the session ends unless it is used again.
func (s *session) end(now time.Time) time.Time {
	idle, latest := now.Add(ssoIdle), s.started.Add(ssoMax)
	if idle.After(latest) {
		return latest
	}
	return idle
}

// proceed sends the browser back with a code.
func (p *Provider) proceed(w http.ResponseWriter, a authRequest, secret string, s session) {
	code := ids.Secret()
	g := grant{request: a, person: s.person, level: s.level, authTime: s.authTime, sid: s.sid}
	ok := p.remember(func(now time.Time) bool {
		live, ok := p.sessions.get(now, secret)
		if ok {
			live.join(a.client.ID)
			p.sessions.put(now, secret, live, live.end(now))
		}
		return ok && p.codes.put(now, code, g, now.Add(codeLife))
	})
	if !ok {
		p.deny(w, a, true, faulty("temporarily_unavailable", "too busy"))
		return
	}
	p.back(w, a, url.Values{"code": {code}})
}

func (s *session) join(clientID string) {
	for _, id := range s.clients {
		if id == clientID {
			return
		}
	}
	s.clients = append(s.clients, clientID)
}

// deny sends the browser back with an error, or shows it when there is no
// address that is known to be the client's.
func (p *Provider) deny(w http.ResponseWriter, a authRequest, told bool, f *fault) {
	p.options.Log.Info("the fake ID-porten refused a request", "code", f.code, "why", f.why)
	if !told {
		p.problem(w, a.lang, "identity.idporten_bad_request")
		return
	}
	p.back(w, a, url.Values{"error": {f.code}, "error_description": {f.why}})
}

func (p *Provider) back(w http.ResponseWriter, a authRequest, q url.Values) {
	target, err := url.Parse(a.redirectURI)
	if err != nil {
		p.problem(w, a.lang, "identity.idporten_bad_request")
		return
	}
	all := target.Query()
	for name, values := range q {
		all[name] = values
	}
	all.Set("iss", p.options.Issuer)
	if a.state != "" {
		all.Set("state", a.state)
	}
	target.RawQuery = all.Encode()
	see(w, target.String())
}

// session returns a copy of the browser's single sign-on session.
func (p *Provider) session(r *http.Request) (session, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.sessions.get(p.now(), p.cookieValue(r))
	if !ok {
		return session{}, false
	}
	return *s, true
}

func (p *Provider) cookieValue(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

func (p *Provider) cookie(value string) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // Secure follows the issuer: plain http is a demonstration on localhost
		Name: cookieName, Value: value, Path: p.base + "/", HttpOnly: true,
		Secure: p.origin.Scheme == "https", SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

func see(w http.ResponseWriter, target string) {
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}
