package building_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func definition(t *testing.T) *forms.Definition {
	t.Helper()
	list, err := forms.ParseAll(building.Definitions())
	if err != nil || len(list) != 2 || list[0].Version != 1 || list[1].Version != 2 {
		t.Fatalf("%d forms: %v", len(list), err)
	}
	return list[1]
}

func env() forms.Env {
	return forms.Env{Today: clock.NewDate(2026, time.November, 22), Lang: i18n.NB, Facts: map[string]any{}}
}

func notice(sent, answer string) map[string]any {
	return map[string]any{"property": "12/35", "name": "Per Hansen", "sent_on": sent, "how": "digital", "answer": answer}
}

// garage is a garage five metres from the boundary, by the book.
func garage() map[string]any { return apptest.Garage() }

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

func near(ground string) map[string]any {
	return map[string]any{"boundaries": []any{map[string]any{"to": "12/35", "metres": 2.0}}, "near_ground": ground}
}

func dispensation(kind string) []any {
	return []any{map[string]any{"kind": kind, "provision": "§ 29-4", "reasons": "Tomta er bratt, og ingen blir berørt."}}
}

func TestForm_takesGoodAnswersAndFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		changed map[string]any
		want    []string
	}{
		{"by the book", nil, nil},
		{"near without ground", map[string]any{"boundaries": near("")["boundaries"]}, []string{"near_ground forms.required_choice"}},
		{"near and small", near("small"), nil},
		{"near with consent to come", near("consent"), []string{"near_consent forms.required_file"}},
		{"near, dispensation forgotten", near("dispensation"), []string{"dispensation forms.own"}},
		{"near with dispensation", with(near("dispensation"), map[string]any{"dispensation": "yes", "dispensations": dispensation("distance")}), nil},
		{"near and too large to be small", with(near("small"), map[string]any{"buildings": []any{map[string]any{"name": "g", "bya": 51.0, "floor": 40.0, "floors": 1.0}}}), []string{"near_ground forms.own"}},
		{"over what the plan allows", map[string]any{"allowed": 20.0}, []string{"dispensation forms.own"}},
		{"over with dispensation", map[string]any{"allowed": 20.0, "dispensation": "yes", "dispensations": dispensation("utilisation")}, nil},
		{"remarks unanswered", map[string]any{"notices": []any{notice("2026-11-01", "remark")}}, []string{"remarks forms.required"}},
		{"notified tomorrow", map[string]any{"notices": []any{notice("2026-11-23", "none")}}, []string{"notices[0].sent_on forms.too_late"}},
		{"no neighbours", map[string]any{"notices": nil}, []string{"notices forms.required"}},
		{"no drawing", map[string]any{"site_plan": nil}, []string{"site_plan forms.required_file"}},
		{"a wall needs no floor plan", map[string]any{"measure": "wall", "floor_plans": nil, "sections": nil}, nil},
		{"a firm without number", map[string]any{"role": "responsible", "firm_name": "Bygg AS", "firm_approved": "no"}, []string{"firm_number forms.required"}},
		{"a number that is none", map[string]any{"role": "responsible", "firm_name": "Bygg AS", "firm_number": "12345", "firm_approved": "no"}, []string{"firm_number forms.own"}},
		{"no danger and danger", map[string]any{"hazards": []any{"none", "flood"}}, []string{"hazards forms.own"}},
		{"more torn down than stands", map[string]any{"demolished_bya": 121.0}, []string{"demolished_bya forms.own"}},
		{"owned with others", map[string]any{"owner": "together"}, []string{"owner_consent forms.required_file"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, answers := definition(t), forms.Answers{Values: with(garage(), test.changed)}
			var got []string
			for _, f := range d.Validate(answers, env()) {
				got = append(got, f.Name+" "+f.Key)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
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

func TestForm_worksOutAreasDistancesAndDeadlines(t *testing.T) {
	t.Parallel()
	values, err := definition(t).Submit(forms.Answers{Values: with(garage(), map[string]any{"demolished_bya": 20.0})}, env())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"new_bya": 40.0, "new_bra": 36.5, "total_bya": 176.0, "utilisation": 22.0, "nearest": 5.0, "notice_until": "2026-11-16",
	}
	for id, value := range want {
		if values[id] != value {
			t.Errorf("%s is %v, want %v", id, values[id], value)
		}
	}
	first, _ := values["notices"].([]any)[0].(map[string]any)
	if first["until"] != "2026-11-15" {
		t.Errorf("the first neighbour has until %v", first["until"])
	}
}

func TestForm_hasHelpOnEveryQuestionInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, page := range definition(t).Pages {
		for _, f := range append(slices.Clone(page.Fields), inner(page)...) {
			for _, lang := range i18n.Offered() {
				if f.Type != forms.Info && f.Help[lang] == "" {
					t.Errorf("%s: no help in %s", f.ID, lang)
				}
			}
		}
	}
}

func inner(p forms.Page) []forms.Field {
	var list []forms.Field
	for _, f := range p.Fields {
		list = append(list, f.Fields...)
	}
	return list
}

func decision(values map[string]string) cases.Decision {
	return cases.Decision{
		Outcome: cases.OutcomeGranted, LegalBasis: "plan- og bygningsloven § 20-4", Reasons: "Tiltaket er i samsvar med planen og loven.",
		Appeal: "Du kan klage innen tre uker.", Values: values,
	}
}

func TestKind_goesFromFormToLetterOnBothDatabases(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			worker := apptest.Employ(h, 0, demo.CaseWorker, building.SettingDepartment)
			c := apptest.Receive(h, 0, demo.Mother, building.FormKey, nil, garage())
			c, err := h.App.Cases.AssignToMe(worker, c.ID, c.Version)
			if err != nil {
				t.Fatal(err)
			}
			for _, bad := range []map[string]string{{}, {"permit": "one_step", "conditions": strings.Repeat("x", 4001)}} {
				if _, err := h.App.Cases.Decide(worker, c.ID, c.Version, decision(bad)); !errs.Is(err, errs.KindInvalid) {
					t.Errorf("a bad decision: %v", err)
				}
			}
			if c, err = h.App.Cases.Decide(worker, c.ID, c.Version, decision(map[string]string{"permit": "one_step", "conditions": "Fargen skal være dempet."})); err != nil {
				t.Fatal(err)
			}
			if letter := apptest.Letter(worker, h, c); !bytes.HasPrefix(letter, []byte("%PDF-")) {
				t.Errorf("the letter begins with %.10q", letter)
			}
			v, err := h.App.Cases.View(h.As(0, demo.Mother), c.ID)
			if err != nil || len(v.Terms) != 3 || v.Terms[1].Value != "Fargen skal være dempet." || !strings.Contains(v.Terms[2].Value, "2029") {
				t.Errorf("terms %v, %v", v.Terms, err)
			}
			printed(t, h, c)
		})
	}
}

// printed looks at the print-out of what was sent, as the party and as a stranger.
func printed(t *testing.T, h *apptest.Harness, c cases.Case) {
	t.Helper()
	mother := h.As(0, demo.Mother)
	sent, err := h.App.Printout.Sent(mother, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if text := sent.Summary.Plain(); !strings.Contains(text, "Garasje i tre, malt hvit.") || !strings.Contains(text, "22 %") && !strings.Contains(text, "24,5 %") {
		t.Errorf("the print-out lacks answers:\n%s", text)
	}
	content, name, err := h.App.Printout.PDF(mother, c.ID)
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) || !strings.HasSuffix(name, ".pdf") || strings.Contains(name, "/") {
		t.Errorf("the file %q begins with %.10q: %v", name, content, err)
	}
	if _, err := h.App.Printout.Sent(h.As(0, demo.Apart), c.ID); !errs.Is(err, errs.KindNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	page := h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID + "/sent").Must(200)
	page.Has("Gårdsnummer (gnr.)", "Last ned PDF", "building-permit, versjon 2")
	h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/" + c.ID + "/sent.pdf").Must(200)
}
