package identity_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// ID-porten's own verification tests, by number ("Testsett – Verifikasjonstester
// for integrasjon med ID-porten"). Site A is "eiga teneste", site B stands for
// ID-porten's test client and "Dine kontaktopplysninger".

func sqliteWorld(t *testing.T) *world {
	t.Helper()
	return newWorld(t, storetest.SQLite(t, modules()...))
}

func TestVerification_1and2_singleSignOnFromOwnService(t *testing.T) {
	t.Parallel()
	for name, level := range map[string]string{"1 substantial": identity.ACRSubstantial, "2 high": identity.ACRHigh} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t).get(siteA + "/login?return=/page%3Fx=1")
			b.expect(http.StatusOK, "Velg en testperson").pick(w.kari, level)
			b.expect(http.StatusOK, "/page?x=1 Kari Nordmann resident "+level)
			b.get(siteB+"/login?return=/b").expect(http.StatusOK, "/b Kari Nordmann resident "+level)
		})
	}
}

func TestVerification_3and4_singleSignOnToOwnService(t *testing.T) {
	t.Parallel()
	for name, level := range map[string]string{"3 substantial": identity.ACRSubstantial, "4 high": identity.ACRHigh} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t).get(siteB+"/login").pick(w.kari, level)
			b.get(siteA+"/login?return=/page").expect(http.StatusOK, "/page Kari Nordmann resident "+level)
		})
	}
}

func TestVerification_5_stepUp(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "loa-substantial")
	b.get(siteB+"/login?level=high").expect(http.StatusOK, "Velg en testperson")
	if strings.Contains(b.page, `value="idporten-loa-substantial"`) {
		t.Error("the lower level can still be chosen")
	}
	b.pick(w.kari, identity.ACRHigh).expect(http.StatusOK, "loa-high")
	b.get(siteA+"/login?level=high&return=/up").expect(http.StatusOK, "/up Kari Nordmann resident idporten-loa-high")
}

func TestVerification_6_singleLogOutFromOwnService(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteB, w.kari)
	b.get(siteA+"/login?return=/page").expect(http.StatusOK, "Kari")
	b.logout(siteA).expect(http.StatusOK, "anonymous")
	if b.at.Host != "a.test" || b.at.Query().Get("state") == "" {
		t.Errorf("came back to %s", b.at)
	}
	b.get(siteA+"/").expect(http.StatusOK, "anonymous")
	b.get(siteB+"/").expect(http.StatusOK, "anonymous")
	b.get(siteB+"/login").expect(http.StatusOK, "Velg en testperson")
}

func TestVerification_6_logOutAlsoForThoseWithoutAccess(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteA, w.foreign).expect(http.StatusForbidden, "identity.no_number")
	b.logout(siteA).expect(http.StatusOK, "anonymous")
	b.get(siteA+"/login").expect(http.StatusOK, "Velg en testperson")
}

func TestVerification_7_singleLogOutFromAnotherService(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteA, w.kari).expect(http.StatusOK, "Kari")
	b.get(siteB+"/login").expect(http.StatusOK, "Kari")
	b.logout(siteB).expect(http.StatusOK, "anonymous")
	b.get(siteA+"/").expect(http.StatusOK, "anonymous")
}

func TestVerification_8_timeOut(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteB, w.kari)
	b.get(siteA+"/login?return=/page").expect(http.StatusOK, "Kari")
	w.env.Clock.Advance(29 * time.Minute)
	b.get(siteA+"/").expect(http.StatusOK, "Kari")
	w.env.Clock.Advance(31 * time.Minute)
	b.get(siteA+"/").expect(http.StatusOK, "anonymous")
	b.get(siteA+"/login").expect(http.StatusOK, "Velg en testperson")
}

func TestVerification_9_forcedReauthentication(t *testing.T) {
	t.Parallel()
	w := sqliteWorld(t)
	b := w.browser(t).login(siteB, w.kari)
	w.env.Clock.Advance(5 * time.Minute)
	b.get(siteA+"/login?prompt=login&return=/page").expect(http.StatusOK, "Velg en testperson")
	b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "/page Kari")
	b.get(siteA+"/login?prompt=login").expect(http.StatusOK, "Velg en testperson")
}

func TestVerification_10_onBehalfOf(t *testing.T) {
	t.Parallel()
	for name, noPAR := range map[string]bool{"pushed": false, "by the browser": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			w.change = func(c *identity.ClientConfig) { c.OnBehalfOf, c.NoPAR = "4204-kristiansand", noPAR }
			b := w.browser(t).get(siteA+"/login?return=/page").expect(http.StatusOK, "på vegne av 4204-kristiansand")
			b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "/page Kari")
		})
	}
}

func TestVerification_11_language(t *testing.T) {
	t.Parallel()
	for lang, title := range map[string]string{"nb": "Velg en testperson", "nn": "Vel ein testperson", "en": "Choose a test person"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := sqliteWorld(t)
			b := w.browser(t)
			b.lang = lang
			b.get(siteA+"/login").expect(http.StatusOK, title).expect(http.StatusOK, `<html lang="`+lang+`">`)
			b.pick(w.kari, identity.ACRSubstantial).expect(http.StatusOK, "Kari")
		})
	}
}
