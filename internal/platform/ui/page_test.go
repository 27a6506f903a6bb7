package ui_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

func TestPage_hasLandmarksAndStatements(t *testing.T) {
	t.Parallel()
	props := testPage(theme.New())
	props.Breadcrumbs = []ui.Crumb{{Label: "Forsiden", Href: "/"}, {Label: "Mine saker", Href: "/mine"}, {Label: "114"}}
	props.Flash = []ui.Flash{{Kind: ui.Success, Text: "Søknaden er sendt"}, {Kind: ui.Danger, Text: "Noe gikk galt"}}
	props.Banner = templ.Raw("Dette er en demo")
	props.NoIndex = true
	html := within(t, ui.Page(props), templ.Raw("<h1>Innhold</h1>"))
	wants(t, html, "<!doctype html>", `<html lang="nb" data-color-scheme="auto">`, "<title>Testside – Nordvik kommune</title>",
		`<a class="ds-skip-link" href="#main">Hopp til innholdet</a>`, `<main id="main" tabindex="-1">`, "<header", "<footer",
		`aria-label="Hovedmeny"`, `aria-label="Du er her"`, `href="/mine">Tilbake til Mine saker`, `<span aria-current="page">114</span>`,
		`href="/tilgjengelighet">Tilgjengelighetserklæring`, `href="/personvern">Personvern`, `href="/hjelp">Hjelp og kontakt`,
		"Dette er en demo", `role="status"`, `role="alert"`, "Søknaden er sendt", `content="noindex"`, "<h1>Innhold</h1>",
		`href="`+props.Tenant.ThemeURL+`"`)
	if n := strings.Count(html, "<main"); n != 1 {
		t.Errorf("%d main elements", n)
	}
	lacks(t, html, " style=", "<style", "onclick", "javascript:", "[ui.")
}

func TestPage_speaksEveryLanguage(t *testing.T) {
	t.Parallel()
	for lang, word := range map[i18n.Lang]string{i18n.NB: "Hopp til innholdet", i18n.NN: "Hopp til innhaldet", i18n.EN: "Skip to the content"} {
		html := renderIn(t, inLang(t, lang), ui.Page(testPage(theme.New())))
		wants(t, html, `<html lang="`+lang.Tag()+`"`, word, `value="`+string(lang)+`" lang="`+lang.Tag()+`" aria-pressed="true"`)
		lacks(t, html, "[ui.", "[i18n.")
	}
}

func TestPage_foldsALongMenu(t *testing.T) {
	t.Parallel()
	menu := func(entries, current int) ui.PageProps {
		props := testPage(theme.New())
		props.Nav = nil
		for i := range entries {
			props.Nav = append(props.Nav, ui.NavItem{Label: "Punkt " + strconv.Itoa(i), Href: "/" + strconv.Itoa(i), Current: i == current, Count: i % 2})
		}
		return props
	}
	nine := render(t, ui.Page(menu(9, 3)))
	lacks(t, nine, "t-nav__more")
	ten := render(t, ui.Page(menu(10, 8)))
	_, row, _ := strings.Cut(ten, `<ul class="t-nav__list">`)
	row, more, _ := strings.Cut(row, `<details class="t-nav__more" data-menu>`)
	more, _, _ = strings.Cut(more, "</nav>")
	wants(t, row, "Punkt 0", "Punkt 6")
	lacks(t, row, "Punkt 7", `aria-current`)
	// The button says that the page stands behind it, and how much waits there.
	wants(t, more, `<summary class="t-nav__link" aria-current="true"><span>Mer</span>`, `<span class="t-count">2</span>`, "Punkt 7", "Punkt 9", `href="/8" aria-current="page"`)
	lacks(t, more, "Punkt 6")
}

func TestPage_switchesLanguageByPost(t *testing.T) {
	t.Parallel()
	ctx := ui.WithToken(inLang(t, i18n.NB), ui.Token{Name: "token", Value: "s3cret"})
	html := renderIn(t, ctx, ui.Page(testPage(theme.New())))
	wants(t, html, `<form class="t-languages" method="post" action="/language"`, `name="return" value="/mine"`, `name="token" value="s3cret"`, "Nynorsk", "English",
		`data-token-name="token"`, `data-token-value="s3cret"`)
	one := testPage(theme.New())
	one.Languages = []i18n.Lang{}
	lacks(t, render(t, ui.Page(one)), "t-languages")
}

func TestPage_logsInAndOut(t *testing.T) {
	t.Parallel()
	props := testPage(theme.New())
	html := render(t, ui.Page(props))
	wants(t, html, "Ola Nordmann", "Innbygger", `method="post" action="/logout"`, "Logg ut", `href="/profil"`)
	lacks(t, html, "Logg inn</span></a></div><details")
	props.User, props.Session = nil, nil
	html = render(t, ui.Page(props))
	wants(t, html, `href="/login"`, "Logg inn")
	lacks(t, html, "/logout", "t-session")
}

func TestPage_warnsBeforeTheSessionEnds(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Page(testPage(theme.New())))
	wants(t, html, `data-session-expires="2026-11-21T08:30:00Z"`, `data-session-now="2026-11-21T08:00:00Z"`, `data-session-extend="/session/extend"`,
		`<dialog class="ds-dialog" id="t-session"`, "<noscript>", "Du blir logget ut 21. november 2026 kl. 09.30", "Fortsett å være innlogget")
}

func TestPage_standsWithoutAnything(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Page(ui.PageProps{}))
	wants(t, html, "<main", "<footer")
}

func TestPage_refusesAColorThatIsNone(t *testing.T) {
	t.Parallel()
	html := render(t, ui.Page(ui.PageProps{Tenant: ui.Tenant{Name: "X", Color: `red"/><script>`}}))
	lacks(t, html, "<script>")
}

func TestPage_staffIsDenser(t *testing.T) {
	t.Parallel()
	props := testPage(theme.New())
	props.Area = ui.Staff
	wants(t, render(t, ui.Page(props)), `data-area="staff"`, `data-size="sm"`)
	lacks(t, render(t, ui.Page(testPage(theme.New()))), `data-size="sm" data-token`)
}

func TestHero_liesInsideMain(t *testing.T) {
	t.Parallel()
	html := render(t, ui.StoryPage("front", testPage(theme.New())))
	if strings.Index(html, "<main") > strings.Index(html, "t-hero") {
		t.Error("the hero lies before main")
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%d headings of level 1", n)
	}
}

func TestStoryPages_renderInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Offered() {
		for _, name := range ui.StoryPages() {
			html := renderIn(t, inLang(t, lang), ui.StoryPage(name, testPage(theme.New())))
			lacks(t, html, "[ui.", "[i18n.", " style=", "<no value>")
			if n := strings.Count(html, "<h1"); n != 1 {
				t.Errorf("%s: %d headings of level 1", name, n)
			}
		}
	}
	if ui.StoryPage("no-such-page", ui.PageProps{}) != nil {
		t.Error("an unknown page is not nil")
	}
}

func TestStorybook_hasUniqueIDs(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	html := render(t, ui.Storybook(ui.StoryProps{Page: testPage(theme.New()), Languages: []*i18n.Localizer{b.For(i18n.NB), b.For(i18n.NN), b.For(i18n.EN)}}))
	seen := map[string]bool{}
	for _, part := range strings.Split(html, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if seen[id] {
			t.Errorf("the id %q stands twice", id)
		}
		seen[id] = true
	}
	lacks(t, html, "[ui.", "[i18n.", " style=")
}

func TestFormPage_goesOnByEnter(t *testing.T) {
	t.Parallel()
	html := render(t, ui.StoryPage("form", testPage(theme.New())))
	hidden := strings.Index(html, `<button hidden tabindex="-1"`)
	previous := strings.Index(html, `value="previous"`)
	if hidden < 0 || hidden > previous {
		t.Error("the first button of the form is not the one that goes on")
	}
}

func TestFormPage_showsErrorsTwice(t *testing.T) {
	t.Parallel()
	html := render(t, ui.StoryPage("errors", testPage(theme.New())))
	wants(t, html, `href="#f-name"`, `id="f-name-error"`, `data-error-summary="loud"`)
}

func TestCasePage_canBeLive(t *testing.T) {
	t.Parallel()
	props := ui.CaseProps{Page: testPage(theme.New()), Number: "2026/1", LiveURL: "/cases/1/events"}
	wants(t, within(t, ui.CasePage(props), templ.Raw("<p>midt</p>")), `data-live="/cases/1/events" data-live-fragment="case"`, "<p>midt</p>", "Det er ingen dokumenter i saken ennå.")
	props.LiveURL, props.NoDocuments = "", true
	lacks(t, render(t, ui.CasePage(props)), "data-live=", "Det er ingen dokumenter")
}

func TestConfirmPage_offersTheWayBack(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.StoryPage("confirm", testPage(theme.New()))), `href="#case"`, "Avbryt", `data-color="danger"`, `method="post"`)
}

func TestErrorPage_givesTheReference(t *testing.T) {
	t.Parallel()
	wants(t, render(t, ui.StoryPage("error", testPage(theme.New()))), "01J9-7F3K", "404", "Til forsiden")
}
