package nursing_test

import (
	"bytes"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func definition(t *testing.T) *forms.Definition {
	t.Helper()
	list, err := forms.ParseAll(nursing.Definitions())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d forms: %v", len(list), err)
	}
	return list[0]
}

func env() forms.Env {
	return forms.Env{
		Facts: map[string]any{"birth_date": "1938-05-17"}, Today: clock.NewDate(2026, time.November, 22), Lang: i18n.NB,
		Lists: forms.Lists{"nursing-homes": {{Value: "h1", Text: i18n.Same("Havblikk")}}},
	}
}

// own is somebody who applies for herself and has help at home.
func own() map[string]any {
	return map[string]any{
		"for_whom": "self", "phone": "+4791234567", "email": "kari@example.no", "stay": "short", "from_date": "2026-12-01", "weeks": 3.0,
		"homes": []any{}, "why_now": "Jeg klarer meg ikke etter bruddet.",
		"eat": "alone", "wash": "some", "dress": "some", "toilet": "alone", "move": "much", "medicine": "alone",
		"safety": []any{"falls", "wandering"}, "falls_count": 3.0, "home": "alone", "has_help": "yes",
		"services": []any{
			map[string]any{"service": "home_nursing", "times": 14.0, "hours": 3.5}, map[string]any{"service": "practical", "hours": 1.0},
		},
		"next_of_kin":  []any{map[string]any{"name": "Ola Nordmann", "relation": "sønn", "phone": "+4798765432", "closest": true}},
		"family_helps": "yes", "family_hours": 4.0, "tell_diagnosis": "no", "consent_info": "yes", "consent_from": []any{"doctor"}, "interpreter": "no",
	}
}

// relative is somebody who applies for her mother, with a power of attorney.
func relative() map[string]any {
	return with(own(), map[string]any{
		"for_whom": "relative", "person_name": "Åse Nordmann", "person_born": "1938-05-17", "person_address": "Kaiveien 1, 9961 Torgøy",
		"relation": "child", "authority": "power_of_attorney", "person_agrees": "yes",
		"authority_document": []any{map[string]any{"id": "d1", "name": "fullmakt.pdf", "size": 1000.0}},
	})
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

func TestForm_takesGoodAnswersAndFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	kin := map[string]any{"name": "Ola", "relation": "sønn", "phone": "+4798765432", "closest": true}
	for _, test := range []struct {
		name    string
		good    map[string]any
		changed map[string]any
		want    []string
	}{
		{"for oneself", own(), nil, nil},
		{"for a relative", relative(), nil, nil},
		{"no power of attorney", relative(), map[string]any{"authority_document": nil}, []string{"authority_document forms.required_file"}},
		{"the closest need none", relative(), map[string]any{"authority": "next_of_kin", "authority_document": nil}, nil},
		{"a guardian who is none", relative(), map[string]any{"relation": "guardian"}, []string{"authority forms.own"}},
		{"a power that has ended", relative(), map[string]any{"authority_until": "2026-11-21"}, []string{"authority_until forms.too_early"}},
		{"unwilling and silent", relative(), map[string]any{"person_agrees": "no"}, []string{"person_view forms.required"}},
		{"two closest", own(), map[string]any{"next_of_kin": []any{kin, kin}}, []string{"next_of_kin forms.own"}},
		{"no kin", own(), map[string]any{"next_of_kin": nil}, []string{"next_of_kin forms.required"}},
		{"diagnosis promised", own(), map[string]any{"tell_diagnosis": "yes"}, []string{"diagnoses forms.required"}},
		{"consent to nobody", own(), map[string]any{"consent_from": nil}, []string{"consent_from forms.required_some"}},
		{"no consent", own(), map[string]any{"consent_info": "no", "consent_from": nil}, nil},
		{"a stay without length", own(), map[string]any{"weeks": nil}, []string{"weeks forms.required"}},
		{"unknown home", own(), map[string]any{"homes": []any{"h9"}}, []string{"homes forms.choice"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range definition(t).Validate(forms.Answers{Values: with(test.good, test.changed)}, env()) {
				got = append(got, f.Name+" "+f.Key)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestForm_worksOutAndKeepsDiagnosesToThoseWhoTell(t *testing.T) {
	t.Parallel()
	answers := with(own(), map[string]any{"diagnoses": "står igjen fra før"})
	values, err := definition(t).Submit(forms.Answers{Values: answers}, env())
	if err != nil {
		t.Fatal(err)
	}
	if values["hours_total"] != 4.5 || values["until_date"] != "2026-12-21" {
		t.Errorf("hours %v, until %v", values["hours_total"], values["until_date"])
	}
	if values["diagnoses"] != nil {
		t.Errorf("sent a diagnosis that was not to be told: %v", values["diagnoses"])
	}
}

func TestForm_hasHelpOnEveryQuestionInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, page := range definition(t).Pages {
		for _, f := range page.Fields {
			for _, lang := range i18n.Offered() {
				if f.Type != forms.Info && f.Help[lang] == "" {
					t.Errorf("%s: no help in %s", f.ID, lang)
				}
			}
		}
	}
}

func decision(values map[string]string) cases.Decision {
	return cases.Decision{
		Outcome: cases.OutcomeGranted, LegalBasis: "helse- og omsorgstjenesteloven § 3-2 a", Reasons: "Behovet er dokumentert, og hjelpen hjemme er ikke nok.",
		Appeal: "Du kan klage innen tre uker.", Values: values,
	}
}

func TestKind_goesFromFormToLetterOnBothDatabases(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			worker := apptest.Employ(h, 0, demo.CaseWorker, nursing.SettingDepartment)
			homes, err := h.App.Nursing.Units(worker)
			if err != nil || len(homes) == 0 {
				t.Fatalf("%d homes: %v", len(homes), err)
			}
			before := homes[0].Taken
			good := map[string]string{"stay": "long", "result": "place", "home": homes[0].ID, "start": "2026-12-01"}
			for part, test := range map[demo.Part]struct {
				values map[string]string
				terms  int
			}{
				demo.Mother: {good, 5},
				demo.Apart:  {map[string]string{"stay": "long", "result": "list", "need": "high"}, 3},
			} {
				c := apptest.Receive(h, 0, part, nursing.FormKey, env().Facts, with(own(), map[string]any{"homes": nil}))
				if c, err = h.App.Cases.AssignToMe(worker, c.ID, c.Version); err != nil {
					t.Fatal(err)
				}
				for _, bad := range []map[string]string{
					{}, {"stay": "long", "result": "place"}, {"stay": "long", "result": "list"}, {"stay": "long", "result": "list", "need": "huge"}, {"stay": "long", "result": "list", "home": homes[0].ID}, {"stay": "long", "result": "place", "home": homes[0].ID, "start": "2020-01-01"},
				} {
					if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, decision(bad)); !errs.Is(err, errs.KindInvalid) {
						t.Errorf("%v: %v", bad, err)
					}
				}
				if c, err = h.App.Cases.Decide(worker, c.ID, c.Version, decision(test.values)); err != nil {
					t.Fatal(err)
				}
				// The demonstration asks for a second person here.
				if c, err = h.App.Cases.Approve(h.As(0, demo.CareHead), c.ID, c.Version, ""); err != nil {
					t.Fatal(err)
				}
				if letter := apptest.Letter(worker, h, c); !bytes.HasPrefix(letter, []byte("%PDF-")) {
					t.Errorf("the letter begins with %.10q", letter)
				}
				if v, err := h.App.Cases.View(h.As(0, part), c.ID); err != nil || len(v.Terms) != test.terms {
					t.Errorf("%s: terms %v, %v", part, v.Terms, err)
				}
			}
			if homes, err = h.App.Nursing.Units(worker); err != nil || homes[0].Taken != before+1 {
				t.Errorf("%d places taken, were %d, %v", homes[0].Taken, before, err)
			}
		})
	}
}
