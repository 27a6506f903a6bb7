package forms

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// fault is a change to good answers and what Validate says of it.
type fault struct {
	name   string
	change func(v map[string]any, typed map[string]string)
	want   []string
}

func findFaults(t *testing.T, tests []fault) {
	t.Helper()
	d := everyType(t)
	for _, test := range tests {
		a := goodAnswers()
		a.Typed = map[string]string{}
		test.change(a.Values, a.Typed)
		if diff := cmp.Diff(test.want, faults(d.Validate(a, testEnv()))); diff != "" {
			t.Errorf("%s:\n%s", test.name, diff)
		}
	}
}

func TestValidate_saysWhatIsWrongWithAnAnswer(t *testing.T) {
	t.Parallel()
	findFaults(t, []fault{
		{"nothing", func(map[string]any, map[string]string) {}, nil},
		{"missing", func(v map[string]any, _ map[string]string) {
			delete(v, "name")
			delete(v, "one")
			delete(v, "ranked")
			v["agree"] = false
		}, []string{"name forms.required", "agree forms.required_check", "one forms.required_choice", "ranked forms.required_some"}},
		{"typed", func(v map[string]any, typed map[string]string) {
			typed["amount"], typed["count"], typed["day"], typed["people[1].born"] = "a", "b", "c", "d"
			delete(v, "amount")
		}, []string{"amount forms.number", "count forms.integer", "day forms.date", "people[1].born forms.date"}},
		{"too small", func(v map[string]any, _ map[string]string) {
			v["name"], v["amount"], v["count"], v["many"] = "K", 0.4, 0.0, []any{}
		}, []string{"name forms.too_short", "amount forms.min", "count forms.min"}},
		{"too large", func(v map[string]any, _ map[string]string) {
			v["name"], v["amount"], v["many"] = strings.Repeat("æ", 21), 1000.5, []any{"a", "b", "c"}
			v["ranked"] = []any{"p1", "p2", "p3", "a"}
		}, []string{"name forms.too_long", "amount forms.max", "many forms.max_items", "ranked forms.max_items"}},
		{"letters count, not bytes", func(v map[string]any, _ map[string]string) { v["name"] = strings.Repeat("æ", 20) }, nil},
		{"patterns", func(v map[string]any, _ map[string]string) {
			v["code"], v["mail"], v["tel"] = "abc", "kari", "123"
		}, []string{"code forms.own", "mail forms.email", "tel forms.phone"}},
		{"kinds", func(v map[string]any, _ map[string]string) {
			v["name"], v["amount"], v["count"], v["agree"], v["many"], v["people"] = 3.0, "x", 1.5, "yes", "a", "Ola"
		}, []string{"name forms.type", "amount forms.type", "count forms.type", "agree forms.type", "many forms.type", "people forms.type"}},
		{"choices", func(v map[string]any, _ map[string]string) {
			v["one"], v["radio"], v["many"], v["place"], v["ranked"] = "x", "y", []any{"z"}, "p9", []any{"p1", "p8"}
		}, []string{"one forms.choice", "radio forms.choice", "many forms.choice", "place forms.choice", "ranked forms.choice"}},
		{"the same twice", func(v map[string]any, _ map[string]string) { v["ranked"] = []any{"p1", "p1"} }, []string{"ranked forms.twice"}},
	})
}

func TestValidate_looksAtDatesConditionsAndItems(t *testing.T) {
	t.Parallel()
	findFaults(t, []fault{
		{"too early", func(v map[string]any, _ map[string]string) { v["day"] = "2026-11-20" }, []string{"day forms.too_early"}},
		{"first day", func(v map[string]any, _ map[string]string) { v["day"] = "2026-11-21" }, nil},
		{"last day", func(v map[string]any, _ map[string]string) { v["day"] = "2026-12-21" }, nil},
		{"too late", func(v map[string]any, _ map[string]string) { v["day"] = "2026-12-22" }, []string{"day forms.too_late"}},
		{"no date", func(v map[string]any, _ map[string]string) { v["day"] = "2026-13-01" }, []string{"day forms.date"}},
		{"contradiction", func(v map[string]any, _ map[string]string) { v["one"], v["place"] = "a", "a" }, []string{"place forms.own"}},
		{"required by a condition", func(v map[string]any, _ map[string]string) { v["radio"] = "c" }, []string{"papers forms.required_file"}},
		{"file without name", func(v map[string]any, _ map[string]string) {
			v["papers"] = []any{map[string]any{"id": "1", "size": 3.0, "x": 1.0}}
		}, []string{"papers forms.type"}},
		{"items", func(v map[string]any, _ map[string]string) {
			v["people"] = []any{
				map[string]any{"adult": true, "born": "2026-11-22", "tags": []any{"x"}, "hat": "red"},
				map[string]any{},
				map[string]any{"adult": false},
			}
		}, []string{"people[0].who forms.required", "people[0].born forms.too_late", "people[0].job forms.required", "people[0].tags forms.choice", "people[0].hat forms.unknown"}},
		{"too many items", func(v map[string]any, _ map[string]string) {
			one := map[string]any{"who": "x"}
			v["people"] = []any{one, one, one, one}
		}, []string{"people forms.max_items"}},
		{"item of another kind", func(v map[string]any, _ map[string]string) { v["people"] = []any{"Ola"} }, []string{"people[0] forms.type"}},
		{"unknown", func(v map[string]any, _ map[string]string) { v["zebra"], v["ape"] = 1.0, 2.0 }, []string{"ape forms.unknown", "zebra forms.unknown"}},
	})
}

func TestValidatePage_looksAtOnePageOnly(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	got := faults(d.ValidatePage("choosing", Answers{}, testEnv()))
	if diff := cmp.Diff([]string{"one forms.required_choice", "ranked forms.required_some"}, got); diff != "" {
		t.Error(diff)
	}
	if got := d.ValidatePage("nowhere", Answers{}, testEnv()); got != nil {
		t.Error(faults(got))
	}
}

func TestValidate_requiredGroupNeedsAnItem(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	text := strings.Replace(string(d.Body()), `"max":3,"min":0`, `"max":3,"min":2`, 1)
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a := goodAnswers()
	tests := map[string]struct {
		people []any
		want   []string
	}{
		"none":           {nil, nil},
		"one":            {[]any{map[string]any{"who": "A"}}, []string{"people forms.min_items"}},
		"one and blank":  {[]any{map[string]any{"who": "A"}, map[string]any{}}, []string{"people[1].who forms.required"}},
		"two and blank":  {[]any{map[string]any{"who": "A"}, map[string]any{"who": "B"}, map[string]any{}}, nil},
		"blank and two ": {[]any{map[string]any{}, map[string]any{"who": "A"}, map[string]any{"who": "B"}}, nil},
	}
	for name, test := range tests {
		if a.Values["people"] = test.people; test.people == nil {
			delete(a.Values, "people")
		}
		if diff := cmp.Diff(test.want, faults(d.Validate(a, testEnv()))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestValidate_speaksThreeLanguages(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	a := goodAnswers()
	a.Values["name"], a.Values["code"], a.Values["day"] = "K", "x", "2026-01-01"
	want := map[i18n.Lang]string{
		i18n.NB: "Skriv minst 2 tegn i «Navn».|Tre store bokstaver|Datoen i «Dag» må være 21.11.2026 eller senere.",
		i18n.NN: "Skriv minst 2 teikn i «Navn (nn)».|Tre store bokstaver (nn)|Datoen i «Dag (nn)» må vere 21.11.2026 eller seinare.",
		i18n.EN: "Write at least 2 characters in “Navn (en)”.|Tre store bokstaver (en)|The date in “Dag (en)” must be 21.11.2026 or later.",
	}
	for lang, text := range want {
		env := testEnv()
		env.Lang = lang
		var said []string
		for _, f := range d.Validate(a, env) {
			said = append(said, words(t, lang).T(f.Key, f.Args...))
		}
		if got := strings.Join(said, "|"); got != text {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func TestSubmit_refusesWrongAnswers(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	delete(a.Values, "name")
	if got, err := everyType(t).Submit(a, testEnv()); err == nil || got != nil {
		t.Errorf("submitted %v", got)
	}
}

func BenchmarkValidate(b *testing.B) {
	d, env, a := everyType(b), testEnv(), goodAnswers()
	b.ReportAllocs()
	for b.Loop() {
		if wrong := d.Validate(a, env); len(wrong) > 0 {
			b.Fatal(faults(wrong))
		}
	}
}
