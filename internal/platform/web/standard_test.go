package web

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

var heading = regexp.MustCompile(`<h([12]) [^>]*>([^<]*)</h[12]>`)

func headings(page string) []string {
	var list []string
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1]+" "+html.UnescapeString(m[2]))
	}
	return list
}

// standardHeadings are the headings of the pages that every municipality has.
func standardHeadings() map[string]map[i18n.Lang][]string {
	return map[string]map[i18n.Lang][]string{
		"/accessibility": {
			i18n.NB: {"1 Tilgjengelighetserklæring", "2 Hva erklæringen gjelder", "2 Slik står det til", "2 Slik har vi undersøkt det", "2 Si fra om hindringer", "2 Tilsyn og klage", "2 Når erklæringen sist ble gjennomgått"},
			i18n.NN: {"1 Tilgjengelegheitserklæring", "2 Kva erklæringa gjeld", "2 Slik står det til", "2 Slik har vi undersøkt det", "2 Sei frå om hindringar", "2 Tilsyn og klage", "2 Når erklæringa sist vart gjennomgått"},
			i18n.EN: {"1 Accessibility statement", "2 What this statement covers", "2 Where we stand", "2 How we have checked", "2 Tell us about barriers", "2 Supervision and complaints", "2 When the statement was last reviewed"},
		},
		"/privacy": {
			i18n.NB: {"1 Personvern", "2 Hvem som har ansvaret", "2 Hva vi lagrer", "2 Hvorfor vi har lov", "2 Hvor lenge vi lagrer", "2 Hvem som får se opplysningene", "2 Hva du kan kreve", "2 Klage", "2 Informasjonskapsler"},
			i18n.NN: {"1 Personvern", "2 Kven som har ansvaret", "2 Kva vi lagrar", "2 Kvifor vi har lov", "2 Kor lenge vi lagrar", "2 Kven som får sjå opplysningane", "2 Kva du kan krevje", "2 Klage", "2 Informasjonskapslar"},
			i18n.EN: {"1 Privacy", "2 Who is responsible", "2 What we store", "2 Why we are allowed to", "2 How long we keep it", "2 Who can see the information", "2 What you can ask for", "2 Complaints", "2 Cookies"},
		},
		"/help": {
			i18n.NB: {"1 Hjelp og kontakt", "2 Logge inn", "2 Søke", "2 Ta en pause og fortsette senere", "2 Svare når vi spør om noe", "2 Lese brev og vedtak", "2 Søke for et barn", "2 Endre kontaktopplysninger og språk", "2 Bruke tastatur og hjelpemidler", "2 Kontakt oss", "2 For deg som lager programmer"},
			i18n.NN: {"1 Hjelp og kontakt", "2 Logge inn", "2 Søkje", "2 Ta ein pause og halde fram seinare", "2 Svare når vi spør om noko", "2 Lese brev og vedtak", "2 Søkje for eit barn", "2 Endre kontaktopplysningar og språk", "2 Bruke tastatur og hjelpemiddel", "2 Kontakt oss", "2 For deg som lagar program"},
			i18n.EN: {"1 Help and contact", "2 Logging in", "2 Applying", "2 Taking a break and continuing later", "2 Answering when we ask for something", "2 Reading letters and decisions", "2 Applying for a child", "2 Changing contact details and language", "2 Using a keyboard and assistive technology", "2 Contact us", "2 For those who make programs"},
		},
		"/help/developers": {
			i18n.NB: {"1 For utviklere", "2 Beskrivelsen av API-et", "2 Tilgang", "2 Når noe er feil", "2 Utseende og komponenter", "2 Kartdata"},
			i18n.NN: {"1 For utviklarar", "2 Skildringa av API-et", "2 Tilgang", "2 Når noko er feil", "2 Utsjånad og komponentar", "2 Kartdata"},
			i18n.EN: {"1 For developers", "2 The description of the API", "2 Access", "2 When something is wrong", "2 Looks and components", "2 Map data"},
		},
		"/offline": {
			i18n.NB: {"1 Du er uten nett"}, i18n.NN: {"1 Du er utan nett"}, i18n.EN: {"1 You are offline"},
		},
	}
}

func (w *world) article(path string, lang i18n.Lang) string {
	return w.get(path, "Cookie", langCookie+"="+string(lang)).Body.String()
}

func TestStandardPages_haveTheirHeadings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, languages := range standardHeadings() {
		for lang, want := range languages {
			page := w.article(path, lang)
			_, main, _ := strings.Cut(page, "<main")
			main, _, _ = strings.Cut(main, "</main>")
			if diff := cmp.Diff(want, headings(main)); diff != "" {
				t.Errorf("%s in %s: %s", path, lang, diff)
			}
		}
	}
}

func TestStandardPages_areWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/accessibility", "/privacy", "/help", "/help/developers", "/offline", "/components"} {
		for _, lang := range i18n.Offered() {
			page := w.article(path, lang)
			for _, bad := range []string{"[web.", "[ui.", "[errs.", "{{", "<no value>", "](", "<p></p>", "<li></li>", "\n- "} {
				if strings.Contains(page, bad) {
					t.Errorf("%s in %s holds %q", path, lang, bad)
				}
			}
			if !strings.Contains(page, `<html lang="`+string(lang)) {
				t.Errorf("%s is not in %s", path, lang)
			}
		}
	}
	if missing := w.deps.Bundle.Missing(); len(missing) != 0 {
		t.Errorf("texts are missing: %v", missing)
	}
}

func TestStandardPages_nameTheMunicipality(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for lang, name := range map[i18n.Lang]string{i18n.NB: "Nordvik kommune", i18n.NN: "Nordvik kommune", i18n.EN: "Nordvik Municipality"} {
		for _, path := range []string{"/accessibility", "/privacy", "/help", "/help/developers"} {
			_, main, _ := strings.Cut(w.article(path, lang), "<main")
			if !strings.Contains(main, name) || !strings.Contains(main, nordvik) {
				t.Errorf("%s in %s does not name %s and its address", path, lang, name)
			}
		}
	}
}

// What the law wants to be told, in each language.
func TestStandardPages_sayWhatTheyMust(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, must := range map[string][]string{
		// forskrift om universell utforming av IKT-løsninger § 10
		"/accessibility": {"WCAG 2.1", "47", "2026", `href="https://www.uutilsynet.no/"`, `href="https://lovdata.no/forskrift/2013-06-21-732"`, "uustatus.no"},
		// personvernforordningen art. 13
		"/privacy": {"30", `href="/my/retention"`, "artik|artic", `href="https://www.datatilsynet.no/"`, "torg_login", "torg_lang", "torg_flash", "__Host-", `href="/my/looks"`, "ID-porten", "personvernomb|data protection officer"},
		"/help":    {`href="/my"`, `href="/my/contact"`, `href="/accessibility"`, `href="/help/developers"`, "ID-porten", "Escape", `href="/privacy"`},
		// Nobody finds what is linked from nowhere.
		"/help/developers": {`href="/api/openapi.json"`, `href="/components"`, "Bearer", "429", "RFC 9457", "Accept-Language"},
	} {
		for _, lang := range i18n.Offered() {
			page := w.article(path, lang)
			for _, part := range must {
				if !slices.ContainsFunc(strings.Split(part, "|"), func(s string) bool { return strings.Contains(page, s) }) {
					t.Errorf("%s in %s does not say %q", path, lang, part)
				}
			}
		}
	}
}

// How long what is kept is said as the municipality has it now.
func TestPrivacy_tellsHowLongWhatIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(d *Deps) {
		d.Kept = func(ctx context.Context) []ui.Term {
			return []ui.Term{{Label: "Søknader i " + string(i18n.LangOf(ctx)), Value: "30 døgn"}, {Label: "<b>Loggen</b>", Value: "For alltid"}}
		}
	})
	for _, lang := range i18n.Offered() {
		page := w.article("/privacy", lang)
		for _, line := range []string{"<li>Søknader i " + string(lang) + ": 30 døgn</li>", "<li>&lt;b&gt;Loggen&lt;/b&gt;: For alltid</li>"} {
			if !strings.Contains(page, line) {
				t.Errorf("%s does not say %s", lang, line)
			}
		}
	}
	if page := newWorld(t).article("/privacy", i18n.NB); strings.Contains(page, "kept") {
		t.Error("nothing to tell is told")
	}
}

// Each language has as many sections, paragraphs and links as the others.
func TestStandardPages_areAlikeInAllLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/accessibility", "/privacy", "/help"} {
		var want []int
		for _, lang := range i18n.Offered() {
			_, main, _ := strings.Cut(w.article(path, lang), "<article")
			main, _, _ = strings.Cut(main, "</article>")
			var got []int
			for _, tag := range []string{"<h2", "<p", "<li", `href="https`, `href="/`} {
				got = append(got, strings.Count(main, tag))
			}
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in %s: %s", path, lang, diff)
			}
		}
	}
}

func TestOffline_holdsNothingOfThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.ask(request{path: "/offline", who: "kari", header: map[string]string{"Cookie": flashCookie + "=success:test.saved"}})
	expect(t, rec, http.StatusOK, "Nordvik kommune")
	for _, bad := range []string{"Kari", "/logout", "data-session", "/mine", "/login", "Lagret, skriver vi"} {
		if strings.Contains(rec.Body.String(), bad) {
			t.Errorf("the page that browsers keep holds %q", bad)
		}
	}
}

func TestComponents_areShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	expect(t, w.get("/components"), http.StatusOK, "Komponent", `content="noindex"`)
	for _, name := range ui.StoryPages() {
		expect(t, w.get("/components/"+name), http.StatusOK, `content="noindex"`)
	}
	expect(t, w.get("/components/none"), http.StatusNotFound)
}

func TestRobots_stayAwayFromWhatIsPrivate(t *testing.T) {
	t.Parallel()
	rec := newWorld(t).get("/robots.txt")
	expect(t, rec, http.StatusOK, "User-agent: *", "Disallow: /my\n", "Disallow: /work\n", "Disallow: /admin\n", "Disallow: /drafts\n", "Disallow: /api\n")
	if got := rec.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("sent as %s", got)
	}
}
