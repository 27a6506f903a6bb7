package ui_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

func bundle(tb testing.TB) *i18n.Bundle {
	tb.Helper()
	b := i18n.New()
	if err := b.Load("ui", ui.Messages()); err != nil {
		tb.Fatal(err)
	}
	return b
}

func inLang(tb testing.TB, lang i18n.Lang) context.Context {
	tb.Helper()
	return i18n.With(tb.Context(), bundle(tb).For(lang))
}

func render(tb testing.TB, c templ.Component) string {
	tb.Helper()
	return renderIn(tb, inLang(tb, i18n.NB), c)
}

func renderIn(tb testing.TB, ctx context.Context, c templ.Component) string {
	tb.Helper()
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

// within renders a component around another, as @Outer() { inner } does.
func within(tb testing.TB, outer, inner templ.Component) string {
	tb.Helper()
	return renderIn(tb, templ.WithChildren(inLang(tb, i18n.NB), inner), outer)
}

func wants(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("no %s in\n%s", part, html)
		}
	}
}

func lacks(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(html, part) {
			t.Errorf("there is %s in\n%s", part, html)
		}
	}
}

const testColor = "#0d5c63"

func testPage(themes *theme.Themes) ui.PageProps {
	now := clock.NewDate(2026, time.November, 21).Start().Add(9 * time.Hour)
	return ui.PageProps{
		Title:    "Testside",
		Path:     "/mine",
		Tenant:   ui.Tenant{Name: "Nordvik kommune", Color: testColor, ThemeURL: themes.URL(testColor)},
		Nav:      []ui.NavItem{{Label: "Tjenester", Href: "/", Current: true}, {Label: "Mine saker", Href: "/mine", Count: 3}, {Label: "Meldinger", Href: "/meldinger"}},
		User:     &ui.User{Name: "Ola Nordmann", Detail: "Innbygger", Links: []ui.NavItem{{Label: "Min profil", Href: "/profil"}}, LogoutURL: "/logout"},
		Session:  &ui.Session{Now: now, ExpiresAt: now.Add(30 * time.Minute)},
		LoginURL: "/login",
		Footer: ui.Footer{
			AccessibilityURL: "/tilgjengelighet", PrivacyURL: "/personvern", HelpURL: "/hjelp",
			Contact: []string{"Storgata 1, 4999 Nordvik", "Telefon 37 00 00 00"},
		},
	}
}

// storyServer serves the storybook under a strict content security policy.
func storyServer(tb testing.TB) http.Handler {
	tb.Helper()
	b, themes := bundle(tb), theme.New()
	langs := []*i18n.Localizer{b.For(i18n.NB), b.For(i18n.NN), b.For(i18n.EN)}
	mux := http.NewServeMux()
	mux.Handle("GET "+ui.AssetPrefix, ui.Assets())
	mux.Handle("GET "+theme.Prefix, themes)
	mux.Handle("GET /sw.js", ui.ServiceWorker())
	mux.HandleFunc("GET /story/{name}", func(w http.ResponseWriter, r *http.Request) {
		ctx := i18n.With(r.Context(), b.For(langOf(r)))
		ctx = ui.WithToken(ctx, ui.Token{Name: "token", Value: "secret"})
		page := testPage(themes)
		if r.PathValue("name") == "list" {
			page.Area = ui.Staff
		}
		component := ui.StoryPage(r.PathValue("name"), page)
		if r.PathValue("name") == "all" {
			component = ui.Storybook(ui.StoryProps{Page: page, Languages: langs, PageURL: func(name string) string { return "/story/" + name }})
		}
		if component == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := component.Render(ctx, w); err != nil {
			tb.Error(err)
		}
	})
	mux.HandleFunc("GET /offline", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := ui.OfflinePage(testPage(themes)).Render(i18n.With(r.Context(), b.For(i18n.NB)), w); err != nil {
			tb.Error(err)
		}
	})
	return mux
}

func langOf(r *http.Request) i18n.Lang {
	if lang := i18n.Lang(r.URL.Query().Get("lang")); lang.Valid() {
		return lang
	}
	return i18n.NB
}
