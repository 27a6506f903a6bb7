package forms_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func place(tb testing.TB) *forms.Definition {
	tb.Helper()
	text, err := os.ReadFile("kindergarten-place.json")
	if err != nil {
		tb.Fatal(err)
	}
	d, err := forms.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func env() forms.Env {
	return forms.Env{
		Facts: map[string]any{"birth_date": "2025-09-03", "other_guardian": true},
		Today: clock.NewDate(2026, time.November, 21), Lang: i18n.NB,
		Lists: forms.Lists{"kindergartens": {
			{Value: "k1", Text: i18n.Same("Bjørkelia barnehage")},
			{Value: "k2", Text: i18n.Same("Fjordgløtt barnehage")},
			{Value: "k3", Text: i18n.Same("Skogstjerna barnehage")},
		}},
	}
}

func words(tb testing.TB, lang i18n.Lang) *i18n.Localizer {
	tb.Helper()
	bundle := i18n.New()
	if err := bundle.Load("forms", forms.Messages()); err != nil {
		tb.Fatal(err)
	}
	return bundle.For(lang)
}

// fill posts the pages as a browser would, one after the other.
func fill(t *testing.T, d *forms.Definition, posts map[string]string) forms.Answers {
	t.Helper()
	var answers forms.Answers
	for _, page := range d.Pages {
		form, err := url.ParseQuery(posts[page.ID])
		if err != nil {
			t.Fatal(err)
		}
		if answers, err = d.DecodePage(page.ID, form, answers, env()); err != nil {
			t.Fatal(err)
		}
	}
	return answers
}

func attach(a forms.Answers, field, id string) {
	a.Values[field] = []any{map[string]any{"id": id, "name": id + ".pdf", "size": 52_000.0}}
}

// fullPosts is an application that uses every part of the form.
func fullPosts() map[string]string {
	return map[string]string{
		"family": "lives_with=shared&phone=912+34+567&email=kari@example.com&other_guardian_informed=yes",
		"wishes": "application_type=new&start_date=16.08.2027&kindergartens[0]=k2&kindergartens[1]=k1&accept_other=yes" +
			"&percentage=60&days=mon&days=tue&days=thu",
		"siblings": "has_sibling=yes&siblings[0].name=Ola+Nordmann&siblings[0].kindergarten=k2" +
			"&siblings[1].name=Åse+Nordmann&siblings[1].kindergarten=k1",
		"priority": "priority_reasons=disability&priority_reasons=language&disability_needs=Høyreapparat" +
			"&disability_assessment=attached&language_need=Vi+snakker+polsk+heime",
		"practical": "home_languages=norsk+og+polsk&interpreter=yes&interpreter_language=polsk&health_note=Nøtter",
	}
}

func keys(wrong []errs.Field) []string {
	var out []string
	for _, f := range wrong {
		out = append(out, f.Name+" "+f.Key)
	}
	return out
}

func TestPlace_simpleApplicationIsShort(t *testing.T) {
	t.Parallel()
	d := place(t)
	answers := fill(t, d, map[string]string{
		"family":    "lives_with=both&phone=91234567&email=kari@example.com&other_guardian_informed=yes",
		"wishes":    "application_type=new&start_date=2027-08-16&kindergartens[0]=k1&accept_other=no&percentage=100",
		"siblings":  "has_sibling=no",
		"practical": "interpreter=no",
	})
	values, err := d.Submit(answers, env())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"lives_with": "both", "phone": "+4791234567", "email": "kari@example.com", "other_guardian_informed": "yes",
		"application_type": "new", "start_date": "2027-08-16", "start_age": 23.0, "kindergartens": []any{"k1"},
		"accept_other": "no", "percentage": "100", "has_sibling": "no", "interpreter": "no",
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
}

func TestPlace_fullApplication(t *testing.T) {
	t.Parallel()
	d := place(t)
	answers := fill(t, d, fullPosts())
	if got := keys(d.Validate(answers, env())); !cmp.Equal(got, []string{"priority_documents forms.required_file"}) {
		t.Errorf("before the assessment is attached: %v", got)
	}
	attach(answers, "priority_documents", "sakkyndig")
	values, err := d.Submit(answers, env())
	if err != nil {
		t.Fatal(err)
	}
	if len(values["siblings"].([]any)) != 2 || values["start_age"] != 23.0 {
		t.Errorf("values %v", values)
	}
	text := d.Summarise(answers, env(), words(t, i18n.NN)).Plain()
	for _, line := range []string{
		"Søk om plass i barnehage", "16. august 2027", "23 månader", "1. val: Fjordgløtt barnehage", "Torsdag",
		"Sysken 2", "Åse Nordmann", "Barnet har nedsett funksjonsevne", "sakkyndig.pdf (52 kB)", "Eg stadfestar",
	} {
		if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), line) {
			t.Errorf("the summary lacks %q:\n%s", line, text)
		}
	}
}

func TestPlace_findsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page, add string
		want            []string
	}{
		{"nothing", "", "", nil},
		{"start in the past", "wishes", "start_date=2026-11-20", []string{"start_date forms.too_early"}},
		{"start far ahead", "wishes", "start_date=2028-11-22", []string{"start_date forms.too_late"}},
		{"days and place", "wishes", "percentage=80", []string{"days forms.own"}},
		{"half a day", "wishes", "percentage=50", nil},
		{"no days needed", "wishes", "percentage=100", nil},
		{"the same twice", "wishes", "kindergartens[1]=k2", []string{"kindergartens forms.twice"}},
		{"no such kindergarten", "wishes", "kindergartens[0]=k9", []string{"kindergartens forms.choice"}},
		{"change without telling from where", "wishes", "application_type=change", []string{"current_kindergarten forms.required_choice"}},
		{"change to the same", "wishes", "application_type=change&current_kindergarten=k1", []string{"kindergartens forms.own"}},
		{"someone else", "family", "lives_with=someone_else", []string{"lives_with_who forms.required"}},
		{"phone", "family", "phone=123", []string{"phone forms.phone"}},
		{"sibling without kindergarten", "siblings", "siblings[1].kindergarten=", []string{"siblings[1].kindergarten forms.required_choice"}},
		{"no explanation", "priority", "disability_needs=", []string{"disability_needs forms.required"}},
		{"assessment later", "priority", "disability_assessment=later", nil},
		{"no language", "practical", "interpreter_language=", []string{"interpreter_language forms.required"}},
	}
	d := place(t)
	for _, test := range tests {
		posts := fullPosts()
		posts[test.page] = merged(t, posts[test.page], test.add)
		answers := fill(t, d, posts)
		attach(answers, "priority_documents", "sakkyndig")
		if diff := cmp.Diff(test.want, keys(d.Validate(answers, env()))); diff != "" {
			t.Errorf("%s:\n%s", test.name, diff)
		}
	}
}

// merged replaces what add names in the post.
func merged(t *testing.T, post, add string) string {
	t.Helper()
	form, err := url.ParseQuery(post)
	if err != nil {
		t.Fatal(err)
	}
	more, err := url.ParseQuery(add)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range more {
		form[name] = values
	}
	return form.Encode()
}

func TestPlace_looksAtTheBirthDate(t *testing.T) {
	t.Parallel()
	d := place(t)
	for born, want := range map[string][]string{
		"2027-09-01": {"start_date forms.own"}, // not born at the start
		"2027-08-16": nil,
		"2021-01-01": nil,                      // the last kindergarten year
		"2020-12-16": {"start_date forms.own"}, // at school by then
	} {
		e := env()
		e.Facts = map[string]any{"birth_date": born, "other_guardian": true}
		answers := fill(t, d, fullPosts())
		attach(answers, "priority_documents", "sakkyndig")
		if diff := cmp.Diff(want, keys(d.Validate(answers, e))); diff != "" {
			t.Errorf("born %s:\n%s", born, diff)
		}
	}
}

func TestPlace_asksAboutTheOtherGuardianOnlyWhenThereIsOne(t *testing.T) {
	t.Parallel()
	d := place(t)
	e := env()
	e.Facts = map[string]any{"birth_date": "2025-09-03", "other_guardian": false}
	answers := fill(t, d, fullPosts())
	if d.Resolve(answers, e).Asks("other_guardian_informed") {
		t.Error("asked about a guardian there is not")
	}
	if !d.Resolve(answers, env()).Asks("other_guardian_informed") {
		t.Error("not asked about the guardian there is")
	}
}

func TestPlace_givesTheBrowserWhatItsConditionsNeed(t *testing.T) {
	t.Parallel()
	d := place(t)
	answers := fill(t, d, fullPosts())
	for page, want := range map[string][2]string{
		"family":   {"{}", `{"other_guardian":true}`},
		"wishes":   {"{}", `{"birth_date":"2025-09-03"}`},
		"siblings": {"{}", "{}"},
		"attachments": {
			`{"disability_assessment":"attached","priority_reasons":["disability","language"]}`, "{}",
		},
	} {
		view, err := d.View(page, answers, nil, env(), words(t, i18n.NB))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, [2]string{view.DataJSON, view.FactsJSON}); diff != "" {
			t.Errorf("page %s:\n%s", page, diff)
		}
	}
}

func TestPlace_hasHelpOnEveryQuestion(t *testing.T) {
	t.Parallel()
	for _, page := range place(t).Pages {
		for _, f := range page.Fields {
			if f.Type != forms.Info && f.Help.In(i18n.NB) == "" {
				t.Errorf("page %s, field %s has no help", page.ID, f.ID)
			}
		}
	}
}

func TestPlace_isWrittenInThreeLanguages(t *testing.T) {
	t.Parallel()
	d := place(t)
	seen := map[string]bool{}
	for _, lang := range i18n.Offered() {
		view, err := d.View("wishes", forms.Answers{}, nil, env(), words(t, lang))
		if err != nil {
			t.Fatal(err)
		}
		if view.Number != 2 || len(view.Steps) != 6 || seen[view.Fields[2].Label] {
			t.Errorf("%s: step %d of %d, %q", lang, view.Number, len(view.Steps), view.Fields[2].Label)
		}
		seen[view.Fields[2].Label] = true
	}
}

func BenchmarkValidatePlace(b *testing.B) {
	d, e := place(b), env()
	answers := forms.Answers{}
	for page, post := range fullPosts() {
		form, err := url.ParseQuery(post)
		if err != nil {
			b.Fatal(err)
		}
		if answers, err = d.DecodePage(page, form, answers, e); err != nil {
			b.Fatal(err)
		}
	}
	attach(answers, "priority_documents", "sakkyndig")
	b.ReportAllocs()
	for b.Loop() {
		if wrong := d.Validate(answers, e); len(wrong) > 0 {
			b.Fatal(keys(wrong))
		}
	}
}

// What was sent on the first version is read by it for as long as it is kept.
func TestPlace_keepsTheFirstVersionAsItWas(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("kindergarten-place.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := forms.Parse(text)
	if err != nil || d.Version != 1 || d.Digest() != firstDigest {
		t.Errorf("version %d has the digest %s: %v", d.Version, d.Digest(), err)
	}
	if place(t).Version != 2 || place(t).Key != d.Key {
		t.Errorf("the newest is %s %d", place(t).Key, place(t).Version)
	}
}

func TestPlace_asksForIncomeOnlyForAReducedFee(t *testing.T) {
	t.Parallel()
	d := place(t)
	posts := fullPosts()
	posts["siblings"] = merged(t, posts["siblings"], "reduced_fee=yes")
	posts["fee"] = "household_income=450000&income_changed=no"
	answers := fill(t, d, posts)
	attach(answers, "priority_documents", "sakkyndig")
	values, err := d.Submit(answers, env())
	if err != nil || values["fee_cap"] != 2455.0 {
		t.Errorf("at most %v a month: %v", values["fee_cap"], err)
	}
	posts["siblings"] = merged(t, posts["siblings"], "reduced_fee=no")
	if answers = fill(t, d, posts); d.Resolve(answers, env()).AsksPage("fee") {
		t.Error("asked for the income for nothing")
	}
	posts["siblings"] = merged(t, posts["siblings"], "reduced_fee=yes")
	posts["fee"] = "household_income=450000&income_changed=yes"
	answers = fill(t, d, posts)
	attach(answers, "priority_documents", "sakkyndig")
	if got := keys(d.Validate(answers, env())); !cmp.Equal(got, []string{"income_reason forms.required", "income_documents forms.required_file"}) {
		t.Errorf("a change without a word: %v", got)
	}
}

func TestPlace_exchangesOnlyWhatIsConsentedTo(t *testing.T) {
	t.Parallel()
	d := place(t)
	posts := fullPosts()
	posts["practical"] = merged(t, posts["practical"], "health_consent=yes")
	answers := fill(t, d, posts)
	attach(answers, "priority_documents", "sakkyndig")
	if got := keys(d.Validate(answers, env())); !cmp.Equal(got, []string{"health_consent_about forms.required_some"}) {
		t.Errorf("consent to nothing: %v", got)
	}
}

func TestPlace_isSignedByBothWhereTheChildLivesWithBoth(t *testing.T) {
	t.Parallel()
	d := place(t)
	for lives, want := range map[string]bool{"shared": true, "both": false, "me": false} {
		posts := fullPosts()
		posts["family"] = merged(t, posts["family"], "lives_with="+lives)
		if got := d.NeedsCosign(fill(t, d, posts), env()); got != want {
			t.Errorf("%s: %t", lives, got)
		}
	}
}

// firstDigest is of the version that the first installations published.
const firstDigest = "40108cf54e44d6a08401e3b110a2ea0fa9f3a3d4885d219ed945e6409090b4e9"
