package school_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/school"
)

func definition(t *testing.T, key string) *forms.Definition {
	t.Helper()
	list, err := forms.ParseAll(school.Definitions())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.Key == key {
			return d
		}
	}
	t.Fatalf("no form %s", key)
	return nil
}

// env is a day in November, with a child who turns seven next year.
func env() forms.Env {
	return forms.Env{
		Facts: map[string]any{"birth_date": "2020-05-17", "other_guardian": true},
		Today: clock.NewDate(2026, time.November, 22), Lang: i18n.NB,
		Lists: forms.Lists{"schools": {{Value: "s1", Text: i18n.Same("Nær")}, {Value: "s2", Text: i18n.Same("Fjern")}}},
	}
}

func file() []any {
	return []any{map[string]any{"id": "d1", "name": "uttalelse.pdf", "size": 1000.0}}
}

func family() map[string]any {
	return map[string]any{"lives_with": "shared", "phone": "+4791234567", "email": "kari@example.no"}
}

func with(base map[string]any, more map[string]any) map[string]any {
	out := maps.Clone(base)
	for key, value := range more {
		if value == nil {
			delete(out, key)
		} else {
			out[key] = value
		}
	}
	return out
}

func placeAnswers() map[string]any {
	return with(family(), map[string]any{
		"start_date": "2027-08-18", "nearest_school": "s1", "schools": []any{"s2"},
		"reasons": []any{"sibling", "moving"}, "moving_date": "2027-06-01", "moving_address": "Lyngveien 4, 9962 Ytre Torgøy",
		"siblings":    []any{map[string]any{"name": "Ola Nordmann", "school": "s2", "grade": 4.0}},
		"explanation": "Broren går på skolen, og vi flytter dit i juni.", "adaptation": "yes", "adaptation_what": "Heis",
		"sfo": "yes", "transport_understood": true, "interpreter": "no",
	})
}

func changeAnswers() map[string]any {
	return with(placeAnswers(), map[string]any{
		"nearest_school": nil, "current_school": "s1", "current_class": "1A", "duration": "temporary", "until": "2028-06-20",
		"reasons": []any{"environment"}, "moving_date": nil, "moving_address": nil, "siblings": nil,
		"told_school": "yes", "transfer_consent": []any{"plans"},
	})
}

func transportAnswers() map[string]any {
	return with(family(), map[string]any{
		"school": "s1", "start_date": "2026-12-01", "nearest": "yes", "grounds": []any{"distance", "danger", "temporary"},
		"addresses": []any{
			map[string]any{"street": "Kaiveien 1", "distance": 1.5, "days": 3.0}, map[string]any{"street": "Fyrlia 2", "distance": 4.6, "days": 2.0},
		},
		"danger_what": []any{"traffic"}, "danger_where": "Riksveien ved brua", "danger_season": "winter",
		"need": "Barnet har brukket foten.", "need_until": "2027-01-10", "companion": "no", "statement": file(),
		"transport_wish": "taxi", "trips": []any{"to", "from"}, "interpreter": "no",
	})
}

func wrongOf(list []errs.Field) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.Name+" "+f.Key)
	}
	return out
}

func TestForms_takeGoodAnswersAndFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	required := "forms.required"
	for _, test := range []struct {
		form    string
		good    map[string]any
		name    string
		changed map[string]any
		want    []string
	}{
		{school.FormPlace, placeAnswers(), "good", nil, nil},
		{school.FormPlace, placeAnswers(), "nearest chosen", map[string]any{"schools": []any{"s1"}}, []string{"schools forms.own"}},
		{school.FormPlace, placeAnswers(), "no such school", map[string]any{"schools": []any{"s9"}}, []string{"schools forms.choice"}},
		{school.FormPlace, placeAnswers(), "in the past", map[string]any{"start_date": "2026-11-21"}, []string{"start_date forms.too_early"}},
		{school.FormPlace, placeAnswers(), "no sibling", map[string]any{"siblings": nil}, []string{"siblings " + required}},
		{school.FormPlace, placeAnswers(), "no address", map[string]any{"moving_address": nil}, []string{"moving_address " + required}},
		{school.FormPlace, placeAnswers(), "no reasons", map[string]any{"explanation": "kort"}, []string{"explanation forms.too_short"}},
		{school.FormPlace, placeAnswers(), "not understood", map[string]any{"transport_understood": nil}, []string{"transport_understood forms.required_check"}},
		{school.FormChange, changeAnswers(), "good", nil, nil},
		{school.FormChange, changeAnswers(), "the same school", map[string]any{"schools": []any{"s1"}}, []string{"schools forms.own"}},
		{school.FormChange, changeAnswers(), "ends before it begins", map[string]any{"until": "2027-08-01"}, []string{"until forms.own"}},
		{school.FormChange, changeAnswers(), "school not told", map[string]any{"told_school": nil}, []string{"told_school forms.required_choice"}},
		{school.FormTransport, transportAnswers(), "good", nil, nil},
		{school.FormTransport, transportAnswers(), "two homes", map[string]any{"lives_with": "both"}, []string{"addresses forms.own"}},
		{school.FormTransport, transportAnswers(), "no statement", map[string]any{"statement": nil}, []string{"statement forms.required_file"}},
		{school.FormTransport, transportAnswers(), "too near", map[string]any{
			"grounds": []any{"distance"}, "addresses": []any{map[string]any{"street": "Kaiveien 1", "distance": 1.5, "days": 5.0}},
		}, []string{"grounds forms.own"}},
		{school.FormTransport, transportAnswers(), "six days", map[string]any{
			"addresses": []any{map[string]any{"street": "Kaiveien 1", "distance": 9.0, "days": 6.0}},
		}, []string{"addresses[0].days forms.max"}},
	} {
		t.Run(test.form+" "+test.name, func(t *testing.T) {
			t.Parallel()
			d, answers := definition(t, test.form), forms.Answers{Values: with(test.good, test.changed)}
			if diff := cmp.Diff(test.want, wrongOf(d.Validate(answers, env()))); diff != "" {
				t.Fatal(diff)
			}
			if test.want != nil {
				return
			}
			if _, err := d.Submit(answers, env()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestForms_workOutGradeAndDistance(t *testing.T) {
	t.Parallel()
	d := definition(t, school.FormTransport)
	values := d.Resolve(forms.Answers{Values: transportAnswers()}, env()).Values
	if values["grade"] != 1.0 || values["longest"] != 4.6 || values["limit"] != 2.0 {
		t.Errorf("grade %v, longest %v, limit %v", values["grade"], values["longest"], values["limit"])
	}
	e := env()
	e.Facts = map[string]any{"birth_date": "2018-02-01", "other_guardian": false}
	values = d.Resolve(forms.Answers{Values: transportAnswers()}, e).Values
	if values["grade"] != 3.0 || values["limit"] != 4.0 {
		t.Errorf("grade %v, limit %v", values["grade"], values["limit"])
	}
}

func TestForms_askTheOtherGuardianToSign(t *testing.T) {
	t.Parallel()
	alone := env()
	alone.Facts = map[string]any{"birth_date": "2020-05-17", "other_guardian": false}
	both := forms.Answers{Values: with(transportAnswers(), map[string]any{"lives_with": "both"})}
	for _, test := range []struct {
		form    string
		answers forms.Answers
		env     forms.Env
		want    bool
	}{
		{school.FormPlace, forms.Answers{Values: placeAnswers()}, env(), true},
		{school.FormPlace, forms.Answers{Values: placeAnswers()}, alone, false},
		{school.FormChange, forms.Answers{Values: changeAnswers()}, env(), true},
		{school.FormTransport, forms.Answers{Values: transportAnswers()}, env(), true},
		{school.FormTransport, both, env(), false},
	} {
		if got := definition(t, test.form).NeedsCosign(test.answers, test.env); got != test.want {
			t.Errorf("%s: %t", test.form, got)
		}
	}
}

func TestForms_haveHelpOnEveryQuestionInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, key := range []string{school.FormPlace, school.FormChange, school.FormTransport} {
		d := definition(t, key)
		for _, page := range d.Pages {
			for _, f := range page.Fields {
				for _, lang := range i18n.Offered() {
					if f.Type != forms.Info && f.Help[lang] == "" {
						t.Errorf("%s, %s: no help in %s", key, f.ID, lang)
					}
				}
			}
		}
	}
}

// Where a family moves is not for the guardian who lives elsewhere. What was sent on
// the first versions is read by them for as long as it is kept.
func TestForms_knowWhatIsTheWritersOwn(t *testing.T) {
	t.Parallel()
	list, err := forms.ParseAll(school.Definitions())
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]map[int64]bool{}
	for _, d := range list {
		if versions[d.Key] == nil {
			versions[d.Key] = map[int64]bool{}
		}
		if f := d.Field("moving_address"); f != nil {
			versions[d.Key][d.Version] = f.Own
		}
	}
	want := map[string]map[int64]bool{school.FormPlace: {1: false, 2: true}, school.FormChange: {1: false, 2: true}, school.FormTransport: {}}
	if diff := cmp.Diff(want, versions); diff != "" {
		t.Error(diff)
	}
}
