package demo

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// newPlay is a demonstration with its municipalities and without cases.
func newPlay(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, storetest.SQLite(tb, modules()...), ok[*keys.Installation](tb)(keys.Throwaway()))
	for i, town := range Towns() {
		w := &worker{Services: s.services, demo: s.demo, town: town, index: i}
		ok[tenant.Tenant](tb)(w.tenantAmong(tb.Context(), nil))
	}
	s.demo.options.Clock.PutBack(0)
	return s
}

func (s *stage) get(tb testing.TB, host, path string) *httptest.ResponseRecorder {
	tb.Helper()
	h, ours := s.demo.Portal(host)
	if !ours {
		tb.Fatalf("%s is not the portal's", host)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "http://"+host+path, nil))
	return w
}

// letters is Mail with one municipality's messages.
type letters []notify.Item

func (l letters) Outbox(ctx context.Context, limit int) ([]notify.Item, error) {
	if tenant.From(ctx).Slug != Towns()[0].Slug {
		return nil, nil
	}
	return l[:min(limit, len(l))], nil
}

func (l letters) Message(ctx context.Context, id string) (notify.Item, []notify.Receipt, error) {
	items, err := l.Outbox(ctx, len(l))
	for _, item := range items {
		if item.ID == id {
			return item, nil, err
		}
	}
	return notify.Item{}, nil, errs.NotFound("errs.not_found")
}

func TestPortal_knowsItsHosts(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	for host, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1:9": true, "[::1]:8080": true, "LOCALHOST": true,
		"idporten.localhost:8080": true, "torgoy.localhost:8080": false, "localhost.example": false, "example.com": false, "": false,
	} {
		if _, got := s.demo.Portal(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}

func TestPortal_frontShowsEverybodyInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	for lang, heading := range map[i18n.Lang]string{i18n.NB: "Prøv Torg", i18n.NN: "To kommunar som ikkje finst", i18n.EN: "Try Torg"} {
		w := s.get(t, "localhost:8080", "/?lang="+string(lang))
		page := w.Body.String()
		wants := []string{
			`<html lang="` + string(lang) + `"`, heading, `href="http://torgoy.localhost:8080/"`, `href="http://fjordbygda.localhost:8080/"`,
			`href="/outbox?lang=` + string(lang) + `"`, `href="http://torgoy.localhost:8080/login?login_hint=torgoy-mother&amp;prompt=login&amp;return=%2Fmy"`,
			`href="http://fjordbygda.localhost:8080/login?login_hint=fjordbygda-case_worker&amp;prompt=login&amp;return=%2Fwork"`, `return=%2Fadmin"`, `return=%2Fadmin%2Flog"`, `href="/?lang=en"`, `href="/?lang=nn"`,
			"Kari Nordmann", "Ola Strandvik", "Ingrid Solbakken", "Gunnhild Tveitane", s.demo.options.Bundle.For(lang).T("demo.banner.title"),
		}
		for _, part := range Parts() {
			wants = append(wants, s.demo.options.Bundle.For(lang).T(part.Describe()), s.demo.options.Bundle.For(lang).T(part.Can()))
		}
		checkPage(t, w, http.StatusOK, wants...)
		if strings.Contains(page, "[demo.") || strings.Contains(page, "[ui.") {
			t.Errorf("%s: a text is missing", lang)
		}
	}
}

func checkPage(t *testing.T, w *httptest.ResponseRecorder, status int, wants ...string) {
	t.Helper()
	if w.Code != status {
		t.Errorf("status %d", w.Code)
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	for _, want := range wants {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPortal_choosesTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	h, _ := s.demo.Portal("localhost")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/?lang=xx", nil)
	r.Header.Set("Accept-Language", "nn-NO, nb;q=0.5")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	checkPage(t, w, http.StatusOK, `<html lang="nn"`)
}

func hostile() notify.Item {
	return notify.Item{
		ID: ids.New(), Subject: `<script>alert(1)</script>`, Address: `"><img src=x onerror=alert(2)>@torgoy.test`,
		Text: "Hei <b>du</b>\nny linje\n\nhttp://torgoy.localhost:8080/my/cases/1. http://evil.example/x javascript:alert(3) " +
			"http://torgoy.localhost:8080@evil.example/ https://torgoy.localhost.evil.example/",
		HTML: `<a href="javascript:alert(4)">x</a><script src="http://evil.example/a.js"></script>`, CreatedAt: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
	}
}

func TestOutbox_escapesWhatMessagesHold(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	bad := hostile()
	s.demo.ShowMail(letters{bad})
	list := s.get(t, "localhost", "/outbox?lang=nb")
	checkPage(t, list, http.StatusOK, "&lt;script&gt;alert(1)", "/outbox/torgoy/"+bad.ID+"?lang=nb", "Torgøy", "20. november 2026")
	page := s.get(t, "localhost", "/outbox/torgoy/"+bad.ID+"?lang=nb")
	checkPage(t, page, http.StatusOK, "&lt;script&gt;alert(1)", "Hei &lt;b&gt;du&lt;/b&gt;<br>", `href="http://torgoy.localhost:8080/my/cases/1"`, "&lt;a href=")
	for _, body := range []string{list.Body.String(), page.Body.String()} {
		for _, never := range []string{"<script>alert", "<img src=x", `href="http://evil`, `href="javascript`, `href="http://torgoy.localhost:8080@`, `href="https://torgoy`, `src="http://evil`} {
			if strings.Contains(body, never) {
				t.Errorf("the page holds %q", never)
			}
		}
	}
}

func TestOutbox_isNewestFirstOfBoth(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s.demo.ShowMail(letters{{ID: ids.New(), Subject: "gammel", CreatedAt: at}, {ID: ids.New(), Subject: "fersk", CreatedAt: at.Add(time.Minute)}})
	page := s.get(t, "localhost", "/outbox?lang=en").Body.String()
	if strings.Index(page, "fersk") > strings.Index(page, "gammel") || !strings.Contains(page, "Only on My page") {
		t.Error("not the newest first, or the address of a message without one")
	}
}

func TestOutbox_saysWhenThereIsNothing(t *testing.T) {
	t.Parallel()
	s := newPlay(t)
	checkPage(t, s.get(t, "localhost", "/outbox?lang=en"), http.StatusServiceUnavailable, "being made ready")
	s.demo.ShowMail(letters{})
	checkPage(t, s.get(t, "localhost", "/outbox?lang=en"), http.StatusOK, "No messages yet")
	for _, path := range []string{"/outbox/torgoy/" + ids.New(), "/outbox/torgoy/nothing", "/outbox/nowhere/" + ids.New(), "/elsewhere"} {
		checkPage(t, s.get(t, "localhost", path), http.StatusNotFound)
	}
}
