package identity_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// secret logs a person in and returns the browser with the session's secret.
func (w *world) secret(t *testing.T, number pid.PID) (*browser, string) {
	t.Helper()
	b := w.browser(t).login(siteA, number).expect(http.StatusOK, "resident")
	site, err := url.Parse(siteA)
	if err != nil {
		t.Fatal(err)
	}
	return b, cookieOf(b, site)
}

func lookup(t *testing.T, w *world, secret string) identity.Session {
	t.Helper()
	s, err := w.service.Lookup(w.env.Ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gone(t *testing.T, w *world, secret string) {
	t.Helper()
	if _, err := w.service.Lookup(w.env.Ctx, secret); !errors.Is(err, identity.ErrNoSession) {
		t.Errorf("the session lives: %v", err)
	}
}

func TestSession_tellsWhenItEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		s := lookup(t, w, secret)
		if got := s.ExpiresAt.Sub(storetest.Start()); got != 30*time.Minute {
			t.Errorf("idle %v", got)
		}
		if got := s.EndsAt.Sub(storetest.Start()); got != 8*time.Hour {
			t.Errorf("absolute %v", got)
		}
		if s.Actor.Name != "Kari Nordmann" || s.Actor.ACR != identity.ACRSubstantial || s.Actor.SessionID != s.ID {
			t.Errorf("%+v", s.Actor)
		}
	})
}

func TestSession_isSeenOnceAMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		w.env.Clock.Advance(59 * time.Second)
		if s := lookup(t, w, secret); !s.LastSeen.Equal(storetest.Start()) {
			t.Errorf("written after 59 seconds: %v", s.LastSeen)
		}
		w.env.Clock.Advance(time.Second)
		lookup(t, w, secret)
		s, err := w.service.Peek(w.env.Ctx, secret)
		if err != nil || !s.LastSeen.Equal(storetest.Start().Add(time.Minute)) || s.ExpiresAt.Sub(s.LastSeen) != 30*time.Minute {
			t.Errorf("seen %v expires %v: %v", s.LastSeen, s.ExpiresAt, err)
		}
	})
}

func TestSession_endsWhenIdle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		w.env.Clock.Advance(20 * time.Minute)
		// A page that only polls does not keep it alive.
		if _, err := w.service.Peek(w.env.Ctx, secret); err != nil {
			t.Fatal(err)
		}
		w.env.Clock.Advance(10 * time.Minute)
		gone(t, w, secret)
		if _, err := w.service.Extend(w.env.Ctx, secret); !errors.Is(err, identity.ErrNoSession) {
			t.Errorf("extended after the end: %v", err)
		}
	})
}

func TestSession_endsAfterEightHours(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		for range 31 {
			w.env.Clock.Advance(15 * time.Minute)
			lookup(t, w, secret)
		}
		s, err := w.service.Extend(w.env.Ctx, secret)
		if err != nil || !s.ExpiresAt.Equal(s.EndsAt) {
			t.Errorf("expires %v ends %v: %v", s.ExpiresAt, s.EndsAt, err)
		}
		w.env.Clock.Advance(15 * time.Minute)
		gone(t, w, secret)
	})
}

func TestSession_followsRolesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b, secret := w.secret(t, w.kari)
		id := w.person(t, w.kari).ID
		grant := identity.Grant{Role: "case_worker", Department: "d1"}
		w.grants.set(id, grant)
		s := lookup(t, w, secret)
		if diff := cmp.Diff([]identity.Grant{grant}, s.Actor.Grants); diff != "" || s.Actor.Kind != identity.Staff {
			t.Errorf("%s %s", s.Actor.Kind, diff)
		}
		b.get(siteA+"/").expect(http.StatusOK, "staff")
		w.grants.set(id)
		b.get(siteA+"/").expect(http.StatusOK, "resident")
		w.grants.mu.Lock()
		w.grants.err = errors.New("no roles today")
		w.grants.mu.Unlock()
		if _, err := w.service.Lookup(w.env.Ctx, secret); err == nil || errors.Is(err, identity.ErrNoSession) {
			t.Errorf("unknown roles were taken for none: %v", err)
		}
	})
}

func TestSession_ends(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, first := w.secret(t, w.kari)
		_, second := w.secret(t, w.kari)
		_, other := w.secret(t, w.ola)
		list, err := w.service.Sessions(w.as(t, w.kari))
		if err != nil || len(list) != 2 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		for range 2 { // ending twice is no error
			if err := w.service.End(w.env.Ctx, lookupID(t, w, first, list), identity.EndedByAdministrator); err != nil {
				t.Fatal(err)
			}
		}
		gone(t, w, first)
		if err := w.service.EndAllFor(w.env.Ctx, w.person(t, w.kari).ID, identity.EndedByAdministrator); err != nil {
			t.Fatal(err)
		}
		gone(t, w, second)
		lookup(t, w, other)
		var logouts int
		for _, e := range w.events.list {
			if e.Action == "logout" && e.Reason == string(identity.EndedByAdministrator) {
				logouts++
			}
		}
		if logouts != 2 {
			t.Errorf("%d log-outs recorded, want 2", logouts)
		}
	})
}

// lookupID returns the id of the session a secret opens, also when it has ended.
func lookupID(t *testing.T, w *world, secret string, list []identity.Session) string {
	t.Helper()
	s, err := w.service.Peek(w.env.Ctx, secret)
	if err == nil {
		return s.ID
	}
	return list[len(list)-1].ID
}

func TestSession_ofAnotherMunicipalityIsLeftAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		s := lookup(t, w, secret)
		if err := w.service.End(w.env.Other, s.ID, identity.EndedByAdministrator); err != nil {
			t.Fatal(err)
		}
		if err := w.service.EndAllFor(w.env.Other, s.Actor.PersonID, identity.EndedByAdministrator); err != nil {
			t.Fatal(err)
		}
		if _, err := w.service.Lookup(w.env.Other, secret); !errors.Is(err, identity.ErrNoSession) {
			t.Errorf("opened by another municipality: %v", err)
		}
		lookup(t, w, secret)
	})
}

func TestSession_secretsThatOpenNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, secret := range []string{"", "x", strings.Repeat("A", 26), strings.Repeat("A", 5000), "\x00"} {
			gone(t, w, secret)
		}
	})
}

func TestSession_keepsNoSecretInTheClear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		if n := count(t, w, `select count(*) from identity_sessions where tenant_id = 't-a'
			and (digest = $1 or id = $1)`, secret); n != 0 {
			t.Error("the secret is stored")
		}
		if n := count(t, w, `select count(*) from identity_sessions where tenant_id = 't-a' and id_token_cipher is not null`); n != 1 {
			t.Errorf("%d ID tokens", n)
		}
		if err := w.service.EndAllFor(w.env.Ctx, w.person(t, w.kari).ID, identity.EndedByLogout); err != nil {
			t.Fatal(err)
		}
		if n := count(t, w, `select count(*) from identity_sessions where tenant_id = 't-a' and id_token_cipher is not null`); n != 0 {
			t.Error("the ID token outlives the session")
		}
	})
}

func TestSession_represents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.ola)
		ctx := identity.With(w.env.Ctx, lookup(t, w, secret).Actor)
		liv := w.person(t, w.liv).ID
		if err := w.service.Represent(ctx, ensure(t, w, w.nils).ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("represents a stranger: %v", err)
		}
		if err := w.service.Represent(ctx, liv); err != nil {
			t.Fatal(err)
		}
		if got := lookup(t, w, secret).Actor.OnBehalfOf; got != liv {
			t.Errorf("on behalf of %q", got)
		}
		if err := w.register.RemoveGuardian(w.liv, w.ola, identity.Parent); err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.ola)
		if got := lookup(t, w, secret).Actor.OnBehalfOf; got != "" {
			t.Errorf("still on behalf of %q after the right was lost", got)
		}
		if err := w.service.Represent(ctx, ""); err != nil {
			t.Error(err)
		}
		if err := w.service.Represent(w.env.Ctx, liv); !errs.Is(err, errs.KindLogin) {
			t.Errorf("anonymous: %v", err)
		}
	})
}

func TestSweep_deletesWhatHasExpired(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.secret(t, w.kari)
		w.browser(t).get(siteA + "/login")
		w.env.Clock.Advance(11 * time.Minute)
		if err := w.service.Sweep(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		const attempts, sessions = `select count(*) from identity_attempts where tenant_id = 't-a'`, `select count(*) from identity_sessions where tenant_id = 't-a'`
		if a, s := count(t, w, attempts), count(t, w, sessions); a != 0 || s != 1 {
			t.Errorf("%d attempts, %d sessions", a, s)
		}
		w.env.Clock.Advance(48 * time.Hour)
		if err := w.service.Sweep(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		if s := count(t, w, sessions); s != 0 {
			t.Errorf("%d sessions", s)
		}
	})
}

func TestFrontChannelLogout_endsOnlyWhatItNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, kari := w.secret(t, w.kari)
		_, ola := w.secret(t, w.ola)
		b := w.browser(t)
		front := siteA + "/logout/front-channel?"
		for name, q := range map[string]url.Values{
			"no sid": {"iss": {issuer}}, "another issuer": {"iss": {"https://evil.test"}, "sid": {"x"}}, "no issuer": {"sid": {"x"}},
			"endless sid": {"iss": {issuer}, "sid": {strings.Repeat("x", 300)}},
		} {
			if b.get(front + q.Encode()); b.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, b.status)
			}
		}
		b.get(front+url.Values{"iss": {issuer}, "sid": {"unknown"}}.Encode()).expect(http.StatusOK, "")
		if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors https://idporten.test") ||
			b.header.Get("X-Frame-Options") != "" {
			t.Errorf("cannot be framed: %q", policy)
		}
		lookup(t, w, kari)
		lookup(t, w, ola)
	})
}

func TestExtendSession_tellsTheNewEnd(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b, _ := w.secret(t, w.kari)
	w.env.Clock.Advance(25 * time.Minute)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, siteA+"/session/extend", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	b.do(r).expect(http.StatusOK, "expiresAt")
	var answer struct{ ExpiresAt, EndsAt time.Time }
	if err := json.Unmarshal([]byte(b.page), &answer); err != nil {
		t.Fatal(err)
	}
	if got := answer.ExpiresAt.Sub(w.env.Clock.Now()); got != 30*time.Minute {
		t.Errorf("expires in %v", got)
	}
	b.post(siteA+"/session/extend", url.Values{"return": {"/skjema"}}).expect(http.StatusOK, "/skjema Kari")
	b.post(siteA+"/session/extend", url.Values{"return": {"//evil.test"}}).expect(http.StatusOK, "/ Kari")
	w.env.Clock.Advance(31 * time.Minute)
	b.post(siteA+"/session/extend", nil).expect(http.StatusUnauthorized, "errs.login")
}

func TestLogout_carriesTheHintInTheBody(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b, secret := w.secret(t, w.kari)
	b.post(siteA+"/logout", nil).expect(http.StatusOK, "Du er logget ut her")
	gone(t, w, secret)
	form := b.form()
	for _, name := range []string{"id_token_hint", "client_id", "post_logout_redirect_uri", "state"} {
		if form.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if strings.Count(form.Get("id_token_hint"), ".") != 2 || b.header.Get("Cache-Control") != "no-store" {
		t.Error("no ID token, or one that may be cached")
	}
	if policy := b.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://idporten.test") {
		t.Errorf("policy %q", policy)
	}
}

func TestLogout_worksWhenTheProviderIsDown(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b, secret := w.secret(t, w.kari)
	other := newWorld(t, w.env) // another process, which has no metadata yet
	other.keys, other.register = w.keys, w.register
	other.provider.SetDown(true)
	b.w, b.http.Transport = other, other
	b.post(siteA+"/logout", nil).expect(http.StatusServiceUnavailable, "identity.logout_provider_down")
	gone(t, w, secret)
	b.get(siteA+"/").expect(http.StatusOK, "anonymous")
}

func TestCookies_areGuarded(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.get(siteA + "/login")
	cookie := b.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-torg_login=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("log-in cookie without %s: %s", part, cookie)
		}
	}
	full := w.browser(t)
	full.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/page" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	full.login(siteA, w.kari)
	cookie = full.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-torg=", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("session cookie without %s: %s", part, cookie)
		}
	}
	if strings.Contains(cookie, "Max-Age") || strings.Contains(cookie, "Expires") {
		t.Errorf("the session outlives the browser: %s", cookie)
	}
}

func TestAgent_isSummarised(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).get(siteA + "/login")
	form := url.Values{"request": {b.form().Get("request")}, "pid": {w.kari.Digits()}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, issuer+"/authorize/login", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	b.do(r).expect(http.StatusOK, "Kari")
	list, err := w.service.Sessions(w.as(t, w.kari))
	if err != nil || len(list) != 1 || list[0].Agent != "Firefox, Linux" {
		t.Errorf("%+v %v", list, err)
	}
}
