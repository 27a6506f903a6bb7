package forms

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func viewed(t *testing.T, page string, a Answers, wrong ...errs.Field) PageView {
	t.Helper()
	view, err := everyType(t).View(page, a, wrong, testEnv(), words(t, i18n.NB))
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func fieldOf(t *testing.T, fields []FieldView, name string) FieldView {
	t.Helper()
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no field %s", name)
	return FieldView{}
}

func TestView_showsThePage(t *testing.T) {
	t.Parallel()
	view := viewed(t, "choosing", goodAnswers())
	if view.Title != "Alle felttyper" || view.PageTitle != "Valg" || view.Form != "every-type" || view.Version != 3 {
		t.Errorf("head %+v", view)
	}
	want := []Step{{ID: "simple", Title: "Enkle felt", Number: 1}, {ID: "choosing", Title: "Valg", Number: 2, Current: true}, {ID: "rows", Title: "Gruppe", Number: 3}}
	if diff := cmp.Diff(want, view.Steps); diff != "" {
		t.Error(diff)
	}
	if view.Previous != "simple" || view.Next != "rows" || view.Number != 2 {
		t.Errorf("previous %q, next %q, number %d", view.Previous, view.Next, view.Number)
	}
	a := goodAnswers()
	a.Values["radio"] = "b"
	if view := viewed(t, "choosing", a); len(view.Steps) != 2 || view.Next != "" {
		t.Errorf("steps without the hidden page %v", view.Steps)
	}
}

func TestView_showsEveryType(t *testing.T) {
	t.Parallel()
	simple := viewed(t, "simple", goodAnswers())
	day := fieldOf(t, simple.Fields, "day")
	if day.Value != "2026-12-01" || day.Min != "2026-11-21" || day.Max != "2026-12-21" || day.ID != "f-day" {
		t.Errorf("day %+v", day)
	}
	amount := fieldOf(t, simple.Fields, "amount")
	if amount.Value != "12,5" || amount.Unit != "kroner" || amount.InputMode != "decimal" || amount.Min != "0,5" {
		t.Errorf("amount %+v", amount)
	}
	name := fieldOf(t, simple.Fields, "name")
	if !name.Required || name.MaxLength != 20 || name.Autocomplete != "name" || name.Help != "Hele navnet" {
		t.Errorf("name %+v", name)
	}
	if !fieldOf(t, simple.Fields, "agree").Checked || fieldOf(t, simple.Fields, "words").Text != "Bare ord" {
		t.Error("box or words")
	}
	a := goodAnswers()
	a.Values["papers"] = []any{map[string]any{"id": "doc1", "name": "brev.pdf", "size": 14200.0}}
	choosing := viewed(t, "choosing", a)
	ranked := fieldOf(t, choosing.Fields, "ranked")
	if len(ranked.Ranks) != 3 || ranked.Ranks[0].Value != "p3" || ranked.Ranks[2].Value != "" || ranked.Ranks[1].Label != "2. valg" || !ranked.Ranks[0].Options[2].Selected {
		t.Errorf("ranked %+v", ranked.Ranks)
	}
	if diff := cmp.Diff([]FileView{{ID: "doc1", Name: "brev.pdf", Size: "14\u00a0kB"}}, fieldOf(t, choosing.Fields, "papers").Files); diff != "" {
		t.Error(diff)
	}
	place := fieldOf(t, choosing.Fields, "place")
	if place.Options[0].Hint != "Sentrum" || !place.Options[1].Selected || place.Options[0].ID != "f-place-0" {
		t.Errorf("place %+v", place.Options)
	}
}

func TestView_showsGroups(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	a.Typed = map[string]string{"people[1].born": "i fjor"}
	view := viewed(t, "rows", a, errs.Field{Name: "people[1].born", Key: "forms.date", Args: []any{"label", "Født"}})
	people := fieldOf(t, view.Fields, "people")
	if len(people.Items) != 2 || people.AddValue != "people" || people.AddTitle != "Person" || people.Items[1].RemoveValue != "people[1]" {
		t.Fatalf("people %+v", people)
	}
	second := people.Items[1]
	born := fieldOf(t, second.Fields, "people[1].born")
	if born.Value != "i fjor" || !strings.Contains(born.Error, "«Født»") || born.ID != "f-people-1-born" {
		t.Errorf("born %+v", born)
	}
	if diff := cmp.Diff([]ErrorView{{ID: "f-people-1-born", Name: "people[1].born", Text: born.Error}}, view.Errors); diff != "" {
		t.Error(diff)
	}
	job := fieldOf(t, second.Fields, "people[1].job")
	if !job.Hidden || job.WhenJSON != `{"args":[{"item":"adult"},true],"op":"eq"}` {
		t.Errorf("job %+v", job)
	}
	age := fieldOf(t, people.Items[0].Fields, "people[0].age")
	if age.Value != "36" || !age.ReadOnly || age.CalcJSON == "" {
		t.Errorf("age %+v", age)
	}
	if got := fieldOf(t, view.Fields, "adults"); got.Value != "1" || got.Unit != "stk." {
		t.Errorf("adults %+v", got)
	}
	a.Values["people"] = append(a.Values["people"].([]any), map[string]any{})
	if got := fieldOf(t, viewed(t, "rows", a).Fields, "people"); got.AddValue != "" || len(got.Items) != 3 {
		t.Errorf("a full group still offers to add: %+v", got.AddValue)
	}
}

func TestView_tellsTheBrowserNoMoreThanConditionsNeed(t *testing.T) {
	t.Parallel()
	if view := viewed(t, "choosing", goodAnswers()); view.DataJSON != "{}" || view.FactsJSON != "{}" || view.Today != "2026-11-21" {
		t.Errorf("data %s, facts %s, today %s", view.DataJSON, view.FactsJSON, view.Today)
	}
	if got := viewed(t, "rows", goodAnswers()).DataJSON; got != `{"amount":12.5,"count":4}` {
		t.Errorf("data %s", got)
	}
	if got := asJSON(map[string]any{"x": func() {}}); got != "{}" {
		t.Errorf("what is no JSON is %s", got)
	}
}

func TestView_leavesOutErrorsOfOtherPages(t *testing.T) {
	t.Parallel()
	wrong := everyType(t).Validate(Answers{}, testEnv())
	view := viewed(t, "choosing", Answers{}, wrong...)
	if len(view.Errors) != 2 || view.Errors[0].Text != "Velg et svar på «Én»." {
		t.Errorf("errors %+v", view.Errors)
	}
	if _, err := everyType(t).View("nowhere", Answers{}, nil, testEnv(), words(t, i18n.NB)); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("unknown page: %v", err)
	}
}

func TestView_survivesAnswersOfAnyKind(t *testing.T) {
	t.Parallel()
	d := everyType(t)
	for _, odd := range []any{nil, true, 1.5, "x", []any{}, []any{nil, 1.0, "x", []any{}, map[string]any{"who": []any{1.0}}}, map[string]any{"a": 1.0}} {
		a := Answers{Values: map[string]any{}}
		for id := range d.fields {
			a.Values[id] = odd
		}
		for i := range d.Pages {
			if _, err := d.View(d.Pages[i].ID, a, d.Validate(a, testEnv()), testEnv(), words(t, i18n.EN)); err != nil {
				t.Errorf("%v: %v", odd, err)
			}
		}
		d.Summarise(a, testEnv(), words(t, i18n.NN))
	}
}

func TestView_anyAnswersPostedUnchangedAreKept(t *testing.T) {
	t.Parallel()
	d, env, localizer := everyType(t), testEnv(), words(t, i18n.NB)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a := Answers{Values: map[string]any{}, Typed: map[string]string{}}
		for _, f := range d.order {
			if v := randomAnswer(random, f); v != nil && f.Calc == nil {
				a.Values[f.ID] = v
			}
		}
		// Answers hidden within an item do not survive a browser that posts no
		// hidden fields, so what counts is compared.
		for i := range d.Pages {
			view, err := d.View(d.Pages[i].ID, a, nil, env, localizer)
			if err != nil {
				t.Fatal(err)
			}
			after, err := d.DecodePage(d.Pages[i].ID, postOf(view.Fields), a, env)
			if err != nil {
				t.Fatal(err)
			}
			if before, got := d.Resolve(a, env).canonical(), d.Resolve(after, env).canonical(); !equalObjects(before, got) {
				t.Fatalf("page %s:\n%s", d.Pages[i].ID, cmp.Diff(before, got))
			}
		}
	}
}

func randomAnswer(random *rand.Rand, f *Field) any {
	if random.IntN(4) == 0 && f.Type != Checkbox {
		return nil
	}
	choices := []any{"a", "b", "c"}
	random.Shuffle(len(choices), func(i, j int) { choices[i], choices[j] = choices[j], choices[i] })
	switch f.Type {
	case Number:
		return float64(random.IntN(2_000_000)-1_000_000) / 64
	case Integer:
		return float64(random.IntN(2000) - 1000)
	case Date:
		return testToday.AddDays(random.IntN(20_000) - 10_000).String()
	case Checkbox:
		return random.IntN(2) == 0
	case Select, Radio:
		if f.Source != "" {
			return "p1"
		}
		return choices[0]
	case Checkboxes:
		return []any{"a", "c"}
	case Ranked:
		if f.Source != "" {
			return []any{"p2", "a"}
		}
		return choices[:f.most()]
	case Group:
		items := make([]any, 1+random.IntN(3))
		for i := range items {
			item := map[string]any{}
			for j := range f.Fields {
				if v := randomAnswer(random, &f.Fields[j]); v != nil && f.Fields[j].Calc == nil {
					item[f.Fields[j].ID] = v
				}
			}
			items[i] = item
		}
		return items
	case File, Info:
		return nil
	case Phone:
		return "+4791234567"
	default:
		return strings.Repeat("æ<b>\"&", 1+random.IntN(3))
	}
}

func TestSummarise_readsLikeALetter(t *testing.T) {
	t.Parallel()
	a := goodAnswers()
	delete(a.Values, "code")
	a.Values["people"].([]any)[1] = map[string]any{}
	a.Values["papers"] = []any{map[string]any{"id": "d", "name": "brev.pdf", "size": 14200.0}}
	a.Values["ranked"] = []any{"p3", "gone"}
	summary := everyType(t).Summarise(a, testEnv(), words(t, i18n.NB))
	want, err := os.ReadFile("testdata/summary.nb.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), strings.ReplaceAll(summary.Plain(), "\u00a0", " ")); diff != "" {
		t.Error(diff)
	}
	if row := summary.Pages[0].Rows[1]; row.Name != "code" || row.Answered {
		t.Errorf("row %+v", row)
	}
}

func TestSummarise_leavesOutWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	a := Answers{Values: map[string]any{"pet": "no", "kind": "hund"}, Typed: map[string]string{"letter": "x"}}
	summary := smallForm(t).Summarise(a, testEnv(), words(t, i18n.EN))
	if len(summary.Pages) != 1 || len(summary.Pages[0].Rows) != 1 || summary.Pages[0].ID != "first" {
		t.Errorf("summary %+v", summary)
	}
}
