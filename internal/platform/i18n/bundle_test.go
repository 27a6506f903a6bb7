package i18n_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func files(byLang map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for lang, text := range byLang {
		out["messages/"+lang+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func bundle(t *testing.T, byLang map[string]string) *i18n.Bundle {
	t.Helper()
	b := i18n.New()
	if err := b.Load("m", files(byLang)); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNew_speaksAllItsLanguages(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if missing := b.Missing(); len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
	for _, lang := range i18n.Offered() {
		for _, key := range []string{
			"errs.internal", "errs.login", "errs.not_found", "errs.forbidden", "errs.invalid", "errs.required",
			"errs.conflict", "errs.too_many", "errs.too_large", "errs.unavailable",
		} {
			if text := b.For(lang).T(key); len(text) < 10 || strings.ContainsAny(text, "[{<") {
				t.Errorf("%s %s: %q", lang, key, text)
			}
		}
	}
}

func TestLoad_refusesBadFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, says string }{
		"wrong prefix":     {"nb", `"other.title" = "x"`, `"other.title"`},
		"prefix too short": {"nb", `"mx.title" = "x"`, `"mx.title"`},
		"broken TOML":      {"nn", `"m.title" = `, "messages/nn.toml"},
		"twice":            {"en", "\"m.title\" = \"x\"\n\"m.title\" = \"y\"", "messages/en.toml"},
		"strange language": {"no", `"m.title" = "x"`, "messages/no.toml"},
	} {
		err := i18n.New().Load("m", files(map[string]string{c.file: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoad_withoutFilesIsNothing(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("m", fstest.MapFS{}); err != nil {
		t.Error(err)
	}
	if b.Has("m.title") {
		t.Error("a message came from nowhere")
	}
}

func TestMissing_namesLanguageAndKey(t *testing.T) {
	t.Parallel()
	b := bundle(t, map[string]string{
		"nb": "\"m.a\" = \"a\"\n\"m.b\" = \"b\"",
		"nn": "\"m.a\" = \"a\"",
		"en": "\"m.c\" = \"c\"",
		"se": "\"m.a\" = \"á\"", // Sámi is never complete and never missing
	})
	want := []string{"en m.a", "en m.b", "nb m.c", "nn m.b", "nn m.c"}
	if diff := cmp.Diff(want, b.Missing()); diff != "" {
		t.Error(diff)
	}
	for key, has := range map[string]bool{"m.a": true, "m.c": true, "m.d": false, "errs.login": true} {
		if b.Has(key) != has {
			t.Errorf("Has(%q) = %v", key, !has)
		}
	}
}

func TestT_followsTheChain(t *testing.T) {
	t.Parallel()
	b := bundle(t, map[string]string{
		"nb": "\"m.all\" = \"bokmål\"\n\"m.nb\" = \"bokmål\"",
		"nn": "\"m.all\" = \"nynorsk\"\n\"m.nn\" = \"nynorsk\"",
		"en": "\"m.all\" = \"English\"\n\"m.en\" = \"English\"",
		"se": "\"m.all\" = \"davvisámegiella\"",
	})
	for _, c := range []struct {
		lang i18n.Lang
		want [4]string // m.all, m.nb, m.nn, m.en
	}{
		{i18n.NB, [4]string{"bokmål", "bokmål", "nynorsk", "English"}},
		{i18n.NN, [4]string{"nynorsk", "bokmål", "nynorsk", "English"}},
		{i18n.EN, [4]string{"English", "bokmål", "nynorsk", "English"}},
		{i18n.SE, [4]string{"davvisámegiella", "bokmål", "nynorsk", "English"}},
		{"xx", [4]string{"bokmål", "bokmål", "nynorsk", "English"}},
	} {
		l := b.For(c.lang)
		got := [4]string{l.T("m.all"), l.T("m.nb"), l.T("m.nn"), l.T("m.en")}
		if got != c.want || l.Lang() != c.lang {
			t.Errorf("%s: %v, want %v", c.lang, got, c.want)
		}
	}
}

func TestT_choosesThePlural(t *testing.T) {
	t.Parallel()
	b := bundle(t, map[string]string{
		"nb": "[\"m.children\"]\none = \"{{.count}} barn som heter {{.name}}\"\nother = \"{{.count}} barn\"\n",
		"nn": "\"m.children\" = \"{{.count}} born\"\n",
		"en": "[\"m.children\"]\none = \"{{.count}} child\"\nother = \"{{.count}} children\"\n",
	})
	for _, c := range []struct {
		lang  i18n.Lang
		count any
		want  string
	}{
		{i18n.NB, 1, "1 barn som heter Kari"},
		{i18n.NB, 2, "2 barn"},
		{i18n.NB, 0, "0 barn"},
		{i18n.NB, int64(1), "1 barn som heter Kari"},
		{i18n.NN, 1, "1 born"}, // a message without plural forms may have a count
		{i18n.NN, 7, "7 born"},
		{i18n.EN, 1, "1 child"},
		{i18n.EN, int64(30), "30 children"},
	} {
		if got := b.For(c.lang).T("m.children", "count", c.count, "name", "Kari"); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.lang, c.count, got, c.want)
		}
	}
}

func TestT_putsArgumentsIn(t *testing.T) {
	t.Parallel()
	l := bundle(t, map[string]string{"nb": `"m.hello" = "Hei, {{.name}}! Du er {{.age}} år."`}).For(i18n.NB)
	if got := l.T("m.hello", "name", "<Åse & {{.x}}>", "age", 7); got != "Hei, <Åse & {{.x}}>! Du er 7 år." {
		t.Errorf("got %q: an argument is text, neither markup nor template", got)
	}
	if got := l.T("m.hello", "name", "Åse", "age", 7, "lonely"); got != "Hei, Åse! Du er 7 år." {
		t.Errorf("a name without a value: %q", got)
	}
}

func TestT_writesNumbersAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	b := bundle(t, map[string]string{
		"nb": `"m.between" = "Mellom {{.least}} og {{.most}}, {{.year}}"`, "nn": `"m.between" = "Mellom {{.least}} og {{.most}}, {{.year}}"`,
		"en": `"m.between" = "Between {{.least}} and {{.most}}, {{.year}}"`,
	})
	for lang, want := range map[i18n.Lang]string{
		i18n.NB: "Mellom 0,1 og 10\u00a0000, 2026", i18n.NN: "Mellom 0,1 og 10\u00a0000, 2026", i18n.EN: "Between 0.1 and 10,000, 2026",
	} {
		if got := b.For(lang).T("m.between", "least", 0.1, "most", 10_000.0, "year", 2026); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestT_showsAMissingKeyInBrackets(t *testing.T) {
	t.Parallel()
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN, i18n.SE} {
		if got := i18n.New().For(lang).T("m.nowhere", "count", 1); got != "[m.nowhere]" {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestContext_carriesTheLocalizer(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	ctx := i18n.With(t.Context(), b.For(i18n.EN))
	if i18n.LangOf(ctx) != i18n.EN || !strings.Contains(i18n.T(ctx, "errs.login"), "log in") {
		t.Errorf("%s: %q", i18n.LangOf(ctx), i18n.T(ctx, "errs.login"))
	}
	bare := t.Context()
	if i18n.LangOf(bare) != i18n.NB || i18n.T(bare, "errs.login", "count", 2) != "[errs.login]" {
		t.Errorf("without a localizer: %s %q", i18n.LangOf(bare), i18n.T(bare, "errs.login"))
	}
}

func TestBundle_isReadByManyAtOnce(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, lang := range i18n.Offered() {
				if b.For(lang).T("errs.login") == "" {
					t.Error("no text")
				}
			}
		})
	}
	wg.Wait()
}

func TestT_countThatIsNoNumber(t *testing.T) {
	t.Parallel()
	l := bundle(t, map[string]string{"nb": "[\"m.n\"]\none = \"{{.count}} en\"\nother = \"{{.count}} flere\"\n"}).For(i18n.NB)
	for count, want := range map[any]string{"1": "1 en", "3": "3 flere", int32(1): "1 en", uint8(2): "2 flere", "mange": "mange flere", 1.5: "1,5 flere"} {
		if got := l.T("m.n", "count", count); got != want {
			t.Errorf("%v: %q, want %q", count, got, want)
		}
	}
}
