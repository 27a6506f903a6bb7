package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// The answer to each kind of error, in three languages.
func TestFail_turnsEachKindIntoAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for kind, tt := range map[string]struct {
		status          int
		nb, nn, en, key string
	}{
		"internal":    {500, "Noe gikk galt hos oss", "Noko gjekk gale hos oss", "Something went wrong on our side", "errs.internal"},
		"fault":       {500, "Noe gikk galt hos oss", "Noko gjekk gale hos oss", "Something went wrong on our side", "errs.internal"},
		"invalid":     {422, "Det gikk ikke", "Det gjekk ikkje", "That did not work", "errs.invalid"},
		"notfound":    {404, "Vi finner ikke siden", "Vi finn ikkje sida", "We cannot find the page", "errs.not_found"},
		"forbidden":   {403, "Du har ikke tilgang", "Du har ikkje tilgang", "You do not have access", "errs.forbidden"},
		"conflict":    {409, "Det gikk ikke", "Det gjekk ikkje", "That did not work", "errs.conflict"},
		"toomany":     {429, "Vent litt", "Vent litt", "Please wait a little", "errs.too_many"},
		"toolarge":    {413, "Det gikk ikke", "Det gjekk ikkje", "That did not work", "errs.too_large"},
		"unavailable": {503, "Tjenesten er nede", "Tenesta er nede", "The service is down", "errs.unavailable"},
	} {
		for lang, title := range map[i18n.Lang]string{"nb": tt.nb, "nn": tt.nn, "en": tt.en} {
			words := w.deps.Bundle.For(lang).T(tt.key)
			rec := w.get("/fail/"+kind, "Cookie", langCookie+"="+string(lang))
			expect(t, rec, tt.status, "<h1", title, words, `<html lang="`+string(lang), `content="noindex"`)
			rec = w.get("/fail/"+kind, "Cookie", langCookie+"="+string(lang), "X-Requested-With", "fetch")
			expect(t, rec, tt.status)
			if got := rec.Body.String(); got != words || rec.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("%s: a script is told %q", kind, got)
			}
		}
	}
}

func TestFail_saysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]string{"/fail/toomany": "2", "/fail/unavailable": "60", "/fail/conflict": ""} {
		for _, with := range []string{"", "fetch"} {
			if got := w.get(path, "X-Requested-With", with).Header().Get("Retry-After"); got != want {
				t.Errorf("%s: try again in %q, want %q", path, got, want)
			}
		}
	}
}

func TestFail_sendsToTheLoginAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	same := "http://" + nordvik
	for _, tt := range []struct {
		name, method, path, referer, want string
	}{
		{"a page", http.MethodGet, "/mine/deep/7?tab=a&x=å", "", "/mine/deep/7?tab=a&x=å"},
		{"a page ignores where one came from", http.MethodGet, "/mine", same + "/open", "/mine"},
		{"a page that asks later", http.MethodGet, "/fail/login", "", "/fail/login"},
		{"a form goes back to its page", http.MethodPost, "/mine", same + "/mine/deep/7?x=1", "/mine/deep/7?x=1"},
		{"a form without a page", http.MethodPost, "/mine", "", "/"},
		{"a form on a foreign page", http.MethodPost, "/mine", "http://evil.example/mine", "/"},
		{"a form on another municipality's page", http.MethodPost, "/mine", "http://" + sørli + "/x", "/"},
		{"a form on a page with user", http.MethodPost, "/mine", "http://" + nordvik + "@evil.example/x", "/"},
		{"a form with nonsense", http.MethodPost, "/mine", "::%zz", "/"},
		{"a form with a path of two slashes", http.MethodPost, "/mine", same + "//evil.example", "/"},
	} {
		rec := w.ask(request{method: tt.method, path: tt.path, header: map[string]string{"Referer": tt.referer}})
		location, err := url.Parse(rec.Header().Get("Location"))
		if err != nil || rec.Code != http.StatusSeeOther || location.Path != "/login" || location.Host != "" {
			t.Errorf("%s: %d to %q, %v", tt.name, rec.Code, rec.Header().Get("Location"), err)
			continue
		}
		got, err := url.PathUnescape(location.Query().Get("return"))
		if err != nil || got != tt.want {
			t.Errorf("%s: comes back to %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFail_tellsScriptsToLogInWithoutSendingThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	expect(t, w.post("/mine", "", nil, "X-Requested-With", "fetch"), http.StatusUnauthorized, "Du må logge inn først.")
	rec := w.get("/mine/live")
	expect(t, rec, http.StatusUnauthorized, "Du må logge inn først.")
	if rec.Header().Get("Location") != "" || strings.Contains(rec.Body.String(), "<html") {
		t.Error("a stream is sent to the log-in or gets a page")
	}
}

func TestFail_letsThoseInWhoHaveLoggedIn(t *testing.T) {
	t.Parallel()
	expect(t, newWorld(t).ask(request{path: "/mine", who: "kari"}), http.StatusOK, "Mine", "Kari &lt;b&gt;Nordmann", "/logout")
}

func TestFail_whenTheSessionCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reference(t, w.ask(request{path: "/open", who: "broken"}))
	expect(t, w.ask(request{path: "/open", who: "broken"}), http.StatusInternalServerError, "Noe gikk galt hos oss")
	if !strings.Contains(w.log.String(), "request failed") {
		t.Error("nothing is logged")
	}
}

func TestFail_logsOnlyWhatIsOurs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, kind := range []string{"invalid", "notfound", "forbidden", "conflict", "toomany", "toolarge", "login"} {
		w.get("/fail/" + kind)
	}
	if log := w.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
		t.Errorf("the visitors' mistakes are in the log: %s", log)
	}
	w.get("/fail/unavailable")
	if log := w.log.String(); !strings.Contains(log, "level=WARN msg=\"neighbour unavailable\"") || !strings.Contains(log, `route="GET /fail/{kind}"`) {
		t.Errorf("a neighbour that is down is not: %s", log)
	}
}

func TestFail_doesNotLogVisitorsWhoLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), visitKey{}, &visit{site: w.Site}))
	v := visitOf(ctx)
	v.note(ctx, context.Canceled)
	if log := w.log.String(); !strings.Contains(log, "request failed") {
		t.Errorf("a cancellation of our own is a fault: %s", log)
	}
	before := w.log.String()
	cancel()
	v.note(ctx, errors.Join(errors.New("read"), context.Canceled))
	if w.log.String() != before {
		t.Error("a visitor who left is logged as a fault")
	}
}

func TestFail_recordsWhoWasRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) {
		record := d.Denied
		d.Denied = func(ctx context.Context, denied *access.Denied) error {
			_ = record(ctx, denied)
			return errors.New("the log is full")
		}
	})
	expect(t, w.get("/fail/forbidden"), http.StatusForbidden)
	select {
	case d := <-w.denied:
		if d.ID != "c1" || d.Permission != "case.read" {
			t.Errorf("recorded %+v", d)
		}
	default:
		t.Fatal("nothing is recorded")
	}
	if !strings.Contains(w.log.String(), "a refusal was not recorded") {
		t.Error("the failure to record is not logged")
	}
	w.get("/fail/notfound")
	if len(w.denied) != 0 {
		t.Error("what was no refusal is recorded")
	}
}

func TestWords_tellNothingInternal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := i18n.With(t.Context(), w.deps.Bundle.For(i18n.EN))
	for name, err := range problems() {
		if words := Words(ctx, err); words == "" || strings.Contains(words, secret) || strings.HasPrefix(words, "[") {
			t.Errorf("%s: %q", name, words)
		}
	}
	if got := Words(ctx, &http.MaxBytesError{Limit: 1}); got != "What you sent is too large." {
		t.Errorf("too large: %q", got)
	}
}
