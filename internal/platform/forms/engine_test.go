package forms

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func load(tb testing.TB, path string) *Definition {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	d, err := Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func everyType(tb testing.TB) *Definition {
	tb.Helper()
	return load(tb, "testdata/every-type.json")
}

func smallForm(tb testing.TB) *Definition {
	tb.Helper()
	return load(tb, "testdata/small-form.json")
}

func testEnv() Env {
	return Env{
		Facts: map[string]any{"born": "2020-01-01"}, Today: testToday, Lang: i18n.NB,
		Lists: Lists{"places": {
			{Value: "p1", Text: i18n.Same("Parken"), Hint: i18n.Same("Sentrum")},
			{Value: "p2", Text: i18n.Same("Skogen")},
			{Value: "p3", Text: i18n.Same("Fjorden")},
			{Value: "a", Text: i18n.Same("Andedammen")},
		}},
	}
}

func words(tb testing.TB, lang i18n.Lang) *i18n.Localizer {
	tb.Helper()
	bundle := i18n.New()
	if err := bundle.Load("forms", Messages()); err != nil {
		tb.Fatal(err)
	}
	return bundle.For(lang)
}

// goodAnswers fill the form every-type without a fault.
func goodAnswers() Answers {
	return Answers{Values: map[string]any{
		"name": "Kari Nordmann", "code": "ABC", "story": "En\nto", "amount": 12.5, "count": 4.0,
		"day": "2026-12-01", "mail": "kari@example.com", "tel": "+4791234567", "agree": true,
		"one": "b", "radio": "a", "many": []any{"a", "c"}, "place": "p2", "ranked": []any{"p3", "p1"},
		"people": []any{
			map[string]any{"who": "Ola", "born": "1990-05-17", "adult": true, "job": "Snekker", "tags": []any{"b"}, "order": []any{"c", "a"}},
			map[string]any{"who": "Per", "adult": false},
		},
	}}
}

// faults gives the errors as "name key".
func faults(fields []errs.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name+" "+f.Key)
	}
	return out
}

func TestMessages_areCompleteInEveryLanguage(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("forms", Messages()); err != nil {
		t.Fatal(err)
	}
	for _, missing := range bundle.Missing() {
		t.Errorf("missing: %s", missing)
	}
}

func TestMessages_haveEveryKeyTheCodeNames(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	if err := bundle.Load("forms", Messages()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), `"`) {
			if i%2 == 1 && strings.HasPrefix(part, "forms.") {
				found++
				if !bundle.Has(part) {
					t.Errorf("%s: no message %q", file.Name(), part)
				}
			}
		}
	}
	if found < 25 {
		t.Errorf("only %d keys found in the code", found)
	}
}

func TestResolve_dropsWhatIsHiddenAndCalculates(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	a.Values["note"] = "hidden: only one adult"
	people := a.Values["people"].([]any)
	people[1].(map[string]any)["job"] = "hidden: a child"
	r := everyType(t).Resolve(a, testEnv())
	if r.Values["adults"] != 1.0 || r.Values["total"] != 50.0 {
		t.Errorf("adults %v, total %v", r.Values["adults"], r.Values["total"])
	}
	if r.Asks("note") || r.Values["note"] != nil {
		t.Error("the note is asked of one adult")
	}
	second := itemsOf(r.Values["people"])[1]
	if r.Asks("people[1].job") || !r.Asks("people[0].job") || second["job"] != nil {
		t.Errorf("second person %v", second)
	}
	if first := itemsOf(r.Values["people"])[0]; first["age"] != 36.0 {
		t.Errorf("age %v", first["age"])
	}
	if !r.AsksPage("rows") || r.AsksPage("nowhere") || r.Asks("nowhere") {
		t.Error("pages")
	}
}

func TestResolve_countsHiddenAnswersAsNotGiven(t *testing.T) {
	t.Parallel()
	d := smallForm(t)
	a := Answers{Values: map[string]any{"pet": "no", "kind": "hund", "wishes": []any{"p1"}}}
	r := d.Resolve(a, testEnv())
	if r.AsksPage("second") || r.Asks("wishes") {
		t.Error("a page is asked because of an answer that is hidden")
	}
	got, err := d.Submit(a, testEnv())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"pet": "no"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestResolve_hidesAPage(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	a.Values["radio"] = "b"
	d := everyType(t)
	r := d.Resolve(a, testEnv())
	if r.AsksPage("rows") || r.Values["total"] != nil || r.Values["people"] != nil {
		t.Error("the hidden page counts")
	}
	if wrong := d.Validate(a, testEnv()); len(wrong) != 0 {
		t.Error(faults(wrong))
	}
}

func TestSubmit_givesCanonicalAnswers(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	a.Values["people"] = append(a.Values["people"].([]any), map[string]any{"adult": false, "who": ""})
	a.Values["tel"] = "+4791234567"
	got, err := everyType(t).Submit(a, testEnv())
	if err != nil {
		t.Fatal(err)
	}
	want := goodAnswers().Values
	want["adults"], want["total"] = 1.0, 50.0
	want["people"].([]any)[0].(map[string]any)["age"] = 36.0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDefinition_describesItself(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	if len(d.Digest()) != 64 || d.Field("people").Inner("who") == nil || d.PageOf("one").ID != "choosing" {
		t.Error("lookup")
	}
	if diff := cmp.Diff([]string{"places"}, d.Sources()); diff != "" {
		t.Error(diff)
	}
	again, err := Parse(d.Body())
	if err != nil || again.Digest() != d.Digest() {
		t.Errorf("the canonical form has another digest: %v", err)
	}
	if !strings.Contains(string(d.Schema()), `"https://json-schema.org/draft/2020-12/schema"`) {
		t.Errorf("schema %s", d.Schema())
	}
	d.Body()[0] = 'x'
	if d.Body()[0] != '{' {
		t.Error("the body can be changed from outside")
	}
}

func TestView_postedUnchangedKeepsTheAnswers(t *testing.T) {
	t.Parallel()
	d, env := everyType(t), testEnv()
	a := goodAnswers()
	a.Values["count"] = nil
	delete(a.Values, "count")
	a.Typed = map[string]string{"count": "fire"}
	for i := range d.Pages {
		view, err := d.View(d.Pages[i].ID, a, nil, env, words(t, i18n.NB))
		if err != nil {
			t.Fatal(err)
		}
		after, err := d.DecodePage(d.Pages[i].ID, postOf(view.Fields), a, env)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, after); diff != "" {
			t.Errorf("page %s:\n%s", d.Pages[i].ID, diff)
		}
	}
}

// postOf is what a browser posts for the fields when nothing is touched.
func postOf(fields []FieldView) url.Values {
	form := url.Values{}
	addFields(form, fields)
	return form
}

func addFields(form url.Values, fields []FieldView) {
	for _, f := range fields {
		if f.Hidden || f.ReadOnly {
			continue
		}
		switch f.Type {
		case Info, File:
		case Checkbox:
			if f.Checked {
				form.Set(f.Name, "on")
			}
		case Checkboxes, Radio, Select:
			if f.Type == Select {
				form.Set(f.Name, "")
			}
			for _, option := range f.Options {
				if option.Selected {
					form[f.Name] = append(form[f.Name], option.Value)
				}
			}
			if len(form[f.Name]) > 1 && form[f.Name][0] == "" {
				form[f.Name] = form[f.Name][1:]
			}
		case Ranked:
			for _, rank := range f.Ranks {
				form.Set(rank.Name, rank.Value)
			}
		case Group:
			for _, item := range f.Items {
				form.Set(item.MarkerName, "1")
				addFields(form, item.Fields)
			}
		default:
			form.Set(f.Name, f.Value)
		}
	}
}
