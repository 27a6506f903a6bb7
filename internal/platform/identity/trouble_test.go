package identity_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestFinishLogin_succeedsOnceInARace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		callback, err := url.Parse(b.atCallback(siteA, w))
		if err != nil {
			t.Fatal(err)
		}
		site, _ := url.Parse(siteA)
		response := identity.LoginResponse{
			Code: callback.Query().Get("code"), State: callback.Query().Get("state"), Issuer: issuer,
		}
		for _, c := range b.http.Jar.Cookies(site) {
			response.Browser = c.Value
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		succeeded := 0
		for range 6 {
			wg.Go(func() {
				_, err := w.service.FinishLogin(w.env.Ctx, response)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					succeeded++
				} else if e := errs.Of(err); e == nil || e.Key != "identity.login_expired" {
					t.Errorf("loser got %v", err)
				}
			})
		}
		wg.Wait()
		if succeeded != 1 {
			t.Errorf("%d sessions of one log-in", succeeded)
		}
	})
}

func TestFinishLogin_opensAStaffSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.grants.set(ensure(t, w, w.kari).ID, identity.Grant{Role: "administrator"})
		w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari Nordmann staff")
		if n := count(t, w, `select count(*) from identity_sessions where tenant_id = 't-a' and kind = 'staff'`); n != 1 {
			t.Errorf("%d staff sessions", n)
		}
	})
}

func TestFinishLogin_failsWholeWhenRolesCannotBeRead(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.grants.err = errors.New("no roles today")
	w.browser(t).login(siteA, w.kari).expect(http.StatusInternalServerError, "no roles today")
	if n := count(t, w, `select count(*) from identity_sessions where tenant_id = 't-a'`); n != 0 {
		t.Error("a session was opened all the same")
	}
}

func TestFinishLogin_demandsAFreshLoginWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.env.Clock.Advance(time.Hour)
	earlier := w.env.Clock.Now().Add(-31 * time.Second).Unix()
	w.retoken(func(c map[string]any) string {
		c["auth_time"] = earlier
		return sign(t, c, jose.RS256, providerKey())
	})
	// Without the demand, an earlier log-in at the provider is single sign-on.
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
	b := w.browser(t).get(siteA + "/login?prompt=login")
	b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusForbidden, "identity.login_failed")
	if cause := b.header.Get("X-Cause"); !strings.Contains(cause, "log in anew") {
		t.Errorf("refused because of %q", cause)
	}
}

func TestFinishLogin_saysWhenTheKeysCannotBeFetched(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/jwks") {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		w.provider.ServeHTTP(rw, r)
	}
	w.browser(t).login(siteA, w.kari).expect(http.StatusServiceUnavailable, "identity.provider_down")
}

func TestBeginLogin_tellsARefusalFromAnOutage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		body         string
		want         int
		wantContains string
	}{
		"our client is refused": {http.StatusUnauthorized, `{"error":"invalid_client"}`, http.StatusInternalServerError, "invalid_client"},
		"outage":                {http.StatusBadGateway, `{}`, http.StatusServiceUnavailable, "identity.provider_down"},
		"rubbish":               {http.StatusOK, `<html>`, http.StatusServiceUnavailable, "identity.provider_down"},
		"endless answer":        {http.StatusCreated, `{"request_uri":"` + strings.Repeat("x", 2<<20), http.StatusServiceUnavailable, "identity.provider_down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.tamper = func(rw http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/par") {
					w.provider.ServeHTTP(rw, r)
					return
				}
				rw.WriteHeader(c.status)
				_, _ = io.WriteString(rw, c.body)
			}
			w.browser(t).get(siteA+"/login").expect(c.want, c.wantContains)
		})
	}
}

func TestLogout_withoutEndSessionStaysHere(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			w.provider.ServeHTTP(rw, r)
			return
		}
		_ = json.NewEncoder(rw).Encode(map[string]any{
			"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/jwks",
		})
	}
	b := w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
	b.post(siteA+"/logout", nil).expect(http.StatusOK, "anonymous")
	// A provider that announces no iss (RFC 9207) need not send one.
	b = w.browser(t)
	callback, _ := url.Parse(b.atCallback(siteA, w))
	q := callback.Query()
	q.Del("iss")
	callback.RawQuery = q.Encode()
	b.get(callback.String()).expect(http.StatusOK, "Kari")
}

func TestFrontChannelLogout_acceptsTheIssuerWithASlash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.retoken(func(c map[string]any) string {
			c["sid"] = "known-sid"
			return sign(t, c, jose.RS256, providerKey())
		})
		_, secret := w.secret(t, w.kari)
		lookup(t, w, secret)
		q := url.Values{"iss": {issuer + "/"}, "sid": {"known-sid"}}
		w.browser(t).get(siteB+"/logout/front-channel?"+q.Encode()).expect(http.StatusOK, "")
		lookup(t, w, secret) // another municipality's call
		w.browser(t).get(siteA+"/logout/front-channel?"+q.Encode()).expect(http.StatusOK, "")
		gone(t, w, secret)
	})
}

func TestAssertion_carriesTheCertificate(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: storetest.Start().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, clientKey().Public(), clientKey())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	w.change = func(c *identity.ClientConfig) { c.Key.Certificates = []*x509.Certificate{certificate} }
	var headers []map[string]any
	w.tamper = func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") || strings.HasSuffix(r.URL.Path, "/par") {
			raw, _, _ := strings.Cut(r.FormValue("client_assertion"), ".")
			decoded, _ := base64.RawURLEncoding.DecodeString(raw)
			var header map[string]any
			_ = json.Unmarshal(decoded, &header)
			headers = append(headers, header)
		}
		w.provider.ServeHTTP(rw, r)
	}
	w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
	if len(headers) != 2 {
		t.Fatalf("%d assertions", len(headers))
	}
	for _, header := range headers {
		want := fmt.Sprint([]any{base64.StdEncoding.EncodeToString(der)})
		if header["alg"] != "RS256" || fmt.Sprint(header["x5c"]) != want {
			t.Errorf("header %v", header)
		}
	}
}

// slowRegister never answers.
type slowRegister struct{}

func (slowRegister) Person(ctx context.Context, _ pid.PID) (identity.RegisterPerson, error) {
	<-ctx.Done()
	return identity.RegisterPerson{}, ctx.Err()
}

func TestEnsurePerson_doesNotWaitForASilentRegister(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	w := newWorld(t, env)
	service, err := identity.New(identity.Options{
		DB: env.DB, Keys: w.keys, Register: slowRegister{}, Client: w.client,
		Test: func(context.Context) bool { return true }, Settings: identity.Settings{Patience: 20 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.EnsurePerson(env.Ctx, w.kari); errs.Of(err) == nil || errs.Of(err).Key != "identity.register_down" {
		t.Errorf("error %v", err)
	}
}

// brokenKeys fail at everything.
type brokenKeys struct{ *testKeys }

var errKeys = errors.New("no keys today")

func (brokenKeys) Encrypt(context.Context, string, string, []byte, []byte) ([]byte, error) {
	return nil, errKeys
}

func TestEnsurePerson_storesNothingWithoutKeys(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	w := newWorld(t, env)
	service, err := identity.New(identity.Options{
		DB: env.DB, Keys: brokenKeys{w.keys}, Register: w.register, Client: w.client, Test: func(context.Context) bool { return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.EnsurePerson(env.Ctx, w.kari); !errors.Is(err, errKeys) {
		t.Errorf("error %v", err)
	}
	if n := count(t, w, countPersons); n != 0 {
		t.Errorf("%d persons", n)
	}
}

func TestRefresh_toleratesPeopleTheRegisterDoesNotKnow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		stranger := number(t, 1985, time.April, 4, 0)
		tie := identity.RegisterGuardian{Number: stranger, Kind: identity.Parent, Responsible: true}
		if err := w.register.SetGuardian(w.liv, tie); err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.kari)
		guardians, err := w.service.GuardiansOf(w.env.Ctx, w.person(t, w.liv).ID)
		if err != nil || len(guardians) != 2 {
			t.Errorf("%d guardians, %v", len(guardians), err)
		}
		// Somebody the register does not know at all still gets a row.
		if p := ensure(t, w, stranger); p.Name.Full() != "" || !p.RegisterUpdatedAt.IsZero() {
			t.Errorf("%+v", p)
		}
		refresh(t, w, stranger)
		if err := w.service.Refresh(w.env.Ctx, "nobody"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("error %v", err)
		}
	})
}

func TestRefresh_boundsTheFamily(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	for i := range 60 {
		err := w.register.Put(identity.RegisterPerson{
			Number: number(t, 2015, time.May, 5, i), BirthDate: storetestDay().AddYears(-10), Name: identity.Name{Given: fmt.Sprint("Barn ", i)},
			Guardians: []identity.RegisterGuardian{{Number: w.nils, Kind: identity.Parent, Responsible: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	refresh(t, w, w.nils)
	if n := len(childNames(t, w, w.nils)); n != 40 {
		t.Errorf("%d children", n)
	}
}

func TestRefresh_ofTwoParentsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		parents := []identity.Person{ensure(t, w, w.kari), ensure(t, w, w.ola)}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := w.service.Refresh(w.env.Ctx, parents[i%2].ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, w, `select count(*) from identity_family where tenant_id = 't-a'`); n != 2 {
			t.Errorf("%d relations", n)
		}
		if n := count(t, w, countPersons); n != 3 {
			t.Errorf("%d persons", n)
		}
	})
}

func TestSessions_needALogin(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	if _, err := w.service.Sessions(w.env.Ctx); !errs.Is(err, errs.KindLogin) {
		t.Errorf("error %v", err)
	}
	if err := w.service.EndBySID(w.env.Ctx, issuer, ""); err != nil {
		t.Errorf("error %v", err)
	}
}
