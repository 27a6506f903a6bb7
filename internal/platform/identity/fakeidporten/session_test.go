package fakeidporten_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

func TestSubject_isPairwise(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	sub := func(id string) string {
		code := o.pick(with(request(), "client_id", id), 0).Get("code")
		form := o.redemption(code)
		claims := o.claims()
		claims.Issuer, claims.Subject = id, id
		form.Set("client_id", id)
		form.Set("client_assertion", signed(t, testKey(), jose.RS256, claims))
		s, _ := idToken(t, o.send(http.MethodPost, "/token", form))["sub"].(string)
		return s
	}
	first, second, again := sub(client), sub(other), sub(client)
	if first == second || first != again || first == "" {
		t.Errorf("%q %q %q", first, second, again)
	}
}

func TestSingleSignOn_lasts30MinutesAndTwoHoursAtMost(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	known := func() bool {
		w := o.send(http.MethodGet, "/authorize", request())
		return strings.HasPrefix(w.Header().Get("Location"), callback)
	}
	o.pick(request(), 0)
	for range 4 {
		o.clock.Advance(29 * time.Minute)
		if !known() {
			t.Fatal("forgotten while in use")
		}
	}
	o.clock.Advance(5 * time.Minute)
	if known() {
		t.Error("known after more than two hours")
	}
	o.pick(request(), 0)
	o.clock.Advance(30 * time.Minute)
	if known() {
		t.Error("known after 30 idle minutes")
	}
	o.pick(request(), 0)
	o.provider.Forget()
	if known() {
		t.Error("known after a restart")
	}
}

func TestStepUp_keepsThePersonsSession(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	sid := func(code string) any {
		form := o.redemption(code)
		claims := o.claims()
		claims.Issuer, claims.Subject = other, other
		form.Set("client_id", other)
		form.Set("client_assertion", signed(t, testKey(), jose.RS256, claims))
		return idToken(t, o.send(http.MethodPost, "/token", form))["sid"]
	}
	q := func(pairs ...string) url.Values { return with(with(request(), "client_id", other), pairs...) }
	low := sid(o.pick(q(), 0).Get("code"))
	high := sid(o.pick(q("acr_values", "idporten-loa-high"), 0).Get("code"))
	if low != high || low == nil {
		t.Errorf("sid %v became %v", low, high)
	}
	if someoneElse := sid(o.pick(q("prompt", "login"), 1).Get("code")); someoneElse == low {
		t.Error("another person took over the session")
	}
}

func TestPick_cannotGoBelowTheLevel(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	w := o.send(http.MethodGet, "/authorize", with(request(), "acr_values", "idporten-loa-high"))
	request := handle.FindStringSubmatch(w.Header().Get("Location"))[1]
	form := url.Values{"request": {request}, "pid": {o.people[0].PID.Digits()}, "level": {"idporten-loa-substantial"}}
	if w := o.send(http.MethodPost, "/authorize/login", form); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", w.Code)
	}
	for _, who := range []string{"", "12345678901", "20914695016"} {
		form.Set("pid", who)
		form.Set("level", "")
		if w := o.send(http.MethodPost, "/authorize/login", form); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("as %q: %d", who, w.Code)
		}
	}
	if w := o.send(http.MethodPost, "/authorize/login", url.Values{"request": {"x"}}); w.Code != http.StatusBadRequest {
		t.Errorf("without a request: %d", w.Code)
	}
}

func TestPage_listsAndSearches(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	w := o.send(http.MethodGet, "/authorize", request())
	id := handle.FindStringSubmatch(w.Header().Get("Location"))[1]
	page := o.send(http.MethodGet, "/authorize/login", url.Values{"request": {id}})
	text := page.Body.String()
	first, second := strings.Index(text, "Carl Eng"), strings.Index(text, "Bjørn Dahl")
	if first < 0 || second < first {
		t.Error("featured people do not stand first")
	}
	for _, want := range []string{`<html lang="nb">`, "<h1>", `<label for="q">`, "<legend>", "&lt;Berg&gt;", "nr. 1", `lang="nn"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(text, "<Berg>") || strings.Contains(text, "<script") {
		t.Error("a name becomes markup, or the page needs scripts")
	}
	policy := page.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "form-action 'self' https://kommune.test") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	search := o.send(http.MethodGet, "/authorize/login", url.Values{"request": {id}, "q": {"BJØRN"}, "lang": {"en"}}).Body.String()
	if strings.Contains(search, "Carl Eng") || !strings.Contains(search, "Bjørn Dahl") || !strings.Contains(search, "Choose a test person") {
		t.Error("the search, or the language, was not followed")
	}
	nobody := o.send(http.MethodGet, "/authorize/login", url.Values{"request": {id}, "q": {`"><script>`}}).Body.String()
	if strings.Contains(nobody, "<script") || !strings.Contains(nobody, "No test person") {
		t.Error("the query becomes markup, or an empty list says nothing")
	}
	if css := o.send(http.MethodGet, "/style.css", nil); !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") {
		t.Error("no style sheet")
	}
}

func TestLogout_tellsEveryClientAndGoesBack(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	token := body(t, o.send(http.MethodPost, "/token", o.redemption(o.pick(request(), 0).Get("code"))))
	o.pick(with(request(), "client_id", other), 0)
	hint, _ := token["id_token"].(string)
	q := url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"https://kommune.test/"}, "state": {"a b~"}}
	o.clock.Advance(10 * time.Minute) // the ID token has expired, which is no hindrance
	w := o.send(http.MethodPost, "/logout", q)
	text := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(text, "url=https://kommune.test/?state=a&#43;b~") && !strings.Contains(text, "url=https://kommune.test/?state=a+b~") {
		t.Errorf("%d %s", w.Code, text)
	}
	if !strings.Contains(text, `<iframe src="https://annen.test/ut?iss=https%3A%2F%2Fop.test%2Fidporten&amp;sid=`) || !strings.Contains(text, "x=1") {
		t.Errorf("the other client is not told: %s", text)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self' https://annen.test") {
		t.Errorf("policy %q", policy)
	}
	access, _ := token["access_token"].(string)
	if w := o.send(http.MethodGet, "/userinfo", nil, "Authorization", "Bearer "+access); w.Code != http.StatusUnauthorized {
		t.Error("the access token outlives the log-out")
	}
	if w := o.send(http.MethodGet, "/authorize", request()); strings.HasPrefix(w.Header().Get("Location"), callback) {
		t.Error("still logged in")
	}
}

func TestLogout_refuses(t *testing.T) {
	t.Parallel()
	home := "https://kommune.test/"
	for name, q := range map[string]url.Values{
		"unregistered address": {"client_id": {client}, "post_logout_redirect_uri": {"https://evil.test/"}},
		"unknown client":       {"client_id": {"evil"}, "post_logout_redirect_uri": {home}},
		"forged hint":          {"id_token_hint": {"a.b.c"}, "post_logout_redirect_uri": {home}},
		"state with a newline": {"client_id": {client}, "post_logout_redirect_uri": {home}, "state": {"a\nb"}},
		"state with ø":         {"client_id": {client}, "post_logout_redirect_uri": {home}, "state": {"ø"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOP(t)
			o.pick(request(), 0)
			if w := o.send(http.MethodGet, "/logout", q); w.Code != http.StatusBadRequest {
				t.Errorf("%d", w.Code)
			}
		})
	}
	stranger := newOP(t)
	if w := stranger.send(http.MethodGet, "/logout", url.Values{"client_id": {client}}); w.Code != http.StatusBadRequest {
		t.Errorf("a browser without a session: %d", w.Code)
	}
}

func TestLogout_withoutAClientGoesNowhere(t *testing.T) {
	t.Parallel()
	o := newOP(t)
	o.pick(request(), 0)
	w := o.send(http.MethodGet, "/logout", url.Values{"post_logout_redirect_uri": {"https://evil.test/"}})
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "evil") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
