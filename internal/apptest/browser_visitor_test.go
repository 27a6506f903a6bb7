package apptest_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/apptest/browser"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Torgøy writes bokmål and Fjordbygda nynorsk; see demo.Towns.
const (
	torgoy = iota
	fjordbygda
)

// visitor is a person before a browser, in one municipality and one language.
// Her page is found by the product's own words, so that a text that is missing
// in one language fails the test in that language.
type visitor struct {
	*browser.Page
	t     *testing.T
	h     *apptest.Harness
	town  int
	words *i18n.Localizer
}

// place is where and in which language a test goes on.
type place struct {
	town int
	lang i18n.Lang
}

func places() map[string]place {
	return map[string]place{"nb": {torgoy, i18n.NB}, "nn": {fjordbygda, i18n.NN}, "en": {torgoy, i18n.EN}}
}

// visit opens a page of 1280 pixels; the browser asks for the language.
func visit(t *testing.T, h *apptest.Harness, at place, options ...browser.Option) *visitor {
	t.Helper()
	options = append(options, browser.WithLanguage(string(at.lang)))
	return &visitor{Page: browser.Start(t).Page(t, options...), t: t, h: h, town: at.town, words: h.App.Bundle.For(at.lang)}
}

func running(t *testing.T) *apptest.Harness {
	t.Helper()
	return apptest.Start(t, apptest.Options{Map: true, Running: true, RealTime: true, History: true})
}

func (v *visitor) say(key string, args ...any) string { return v.words.T(key, args...) }

func (v *visitor) slug() string { return demo.Towns()[v.town].Slug }

// open goes to a path of the municipality's site.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.Goto(v.h.URL(v.slug(), path))
}

func (v *visitor) press(key string, args ...any) {
	v.t.Helper()
	v.Click("button", v.say(key, args...))
}

func (v *visitor) follow(key string, args ...any) {
	v.t.Helper()
	v.Click("link", v.say(key, args...))
}

func (v *visitor) see(key string, args ...any) {
	v.t.Helper()
	v.WaitText(v.say(key, args...))
}

func (v *visitor) name(part demo.Part) string {
	v.t.Helper()
	someone, ok := v.h.Demo.Population().Player(v.town, part)
	if !ok {
		v.t.Fatalf("nobody plays %s", part)
	}
	return someone.Name.Full()
}

// logIn goes to a path that asks for a log-in and picks the person at ID-porten.
func (v *visitor) logIn(part demo.Part, path string) {
	v.t.Helper()
	v.open("/login?return=" + path)
	v.pick(part)
}

// pick chooses who to be on ID-porten's page, and comes back.
func (v *visitor) pick(part demo.Part) {
	v.t.Helper()
	v.WaitURL("idporten.localhost")
	name := v.name(part)
	for _, button := range v.Names("button") {
		if strings.HasPrefix(button, name) {
			v.Click("button", button)
			v.WaitURL("//" + v.slug() + ".localhost")
			return
		}
	}
	v.t.Fatalf("%s is not on ID-porten's page", name)
}

// definition is the form of the job, for its labels.
func definition(t *testing.T) *forms.Definition {
	t.Helper()
	text, err := fs.ReadFile(kindergarten.Definitions(), "forms/"+kindergarten.FormKey+".json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := forms.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// label is what a field of the form is called, with the word for what one need
// not answer.
func (v *visitor) label(d *forms.Definition, id string) string {
	v.t.Helper()
	f := d.Field(id)
	if f == nil {
		v.t.Fatalf("the form has no field %s", id)
	}
	text := f.Label.In(v.words.Lang())
	if f.Required {
		return text
	}
	return text + " " + v.say("ui.field.optional")
}

// choose answers a question that has buttons.
func (v *visitor) choose(d *forms.Definition, id, value string) {
	v.t.Helper()
	for _, c := range d.Field(id).Choices {
		if c.Value == value {
			v.chooseOf(id, value, c.Text.In(v.words.Lang()))
			return
		}
	}
	v.t.Fatalf("%s has no choice %s", id, value)
}

// chooseOf presses the label of a choice. Where several questions are answered
// with the same word, it is the one below this question.
func (v *visitor) chooseOf(id, value, label string) {
	v.t.Helper()
	var alike int
	v.eval(fmt.Sprintf(`[...document.querySelectorAll("label")].filter(l => l.checkVisibility() && l.innerText.trim() === %q).length`, label), &alike)
	if alike < 2 {
		v.Check(label)
		return
	}
	var shown string
	v.eval(fmt.Sprintf(`(() => {
		const one = document.querySelector('input[name=%q][value=%q]')
		if (!one.checked) one.labels[0].click()
		return one.checked ? one.labels[0].innerText.trim() : "nothing"
	})()`, id, value), &shown)
	if shown != label {
		v.t.Fatalf("%s: chose %q, want %q", id, shown, label)
	}
}

// saved waits until the page says that what was written is kept.
func (v *visitor) saved() {
	v.t.Helper()
	sentence, _, _ := strings.Cut(v.say("ui.autosave.saved"), "%s")
	v.WaitText(strings.TrimSpace(sentence))
}

func (v *visitor) eval(script string, into any) {
	v.t.Helper()
	if err := json.Unmarshal(v.Eval(script), into); err != nil {
		v.t.Fatalf("%s: %v", script, err)
	}
}

// letterFile is a small PDF to send along.
func letterFile(t *testing.T, name string) string {
	t.Helper()
	const content = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
