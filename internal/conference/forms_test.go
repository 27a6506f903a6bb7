package conference_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

func definition(t *testing.T) *forms.Definition {
	t.Helper()
	list, err := forms.ParseAll(conference.Definitions())
	if err != nil || len(list) != 1 || list[0].Key != conference.FormKey {
		t.Fatalf("%d forms: %v", len(list), err)
	}
	return list[0]
}

func env() forms.Env {
	return forms.Env{Today: clock.NewDate(2026, time.November, 22), Lang: i18n.NB, Facts: map[string]any{}}
}

// request are good answers: an extension, with an architect.
func request() map[string]any {
	return map[string]any{
		"properties": []any{map[string]any{"gnr": 12.0, "bnr": 34.0}}, "address": "Fyrlia 4, 9961 Torgøy", "owner": "yes", "organisation": "no",
		"phone": "+4791234567", "email": "kari@example.no", "rebuild": "no", "purpose": "extension",
		"description": "Påbygg på huset, om lag 60 m².", "questions": "Hvor høyt kan vi bygge?",
		"participants": []any{map[string]any{"name": "Tone Strand", "role": "designer"}}, "way": "office", "times": "Før klokken 12.",
		"others": []any{"water"}, "interpreter": "no",
	}
}

// burned is a house that is to be built again after a fire.
func burned() map[string]any {
	return with(request(), map[string]any{"rebuild": "yes", "rebuild_cause": "fire", "rebuild_date": "2026-11-20", "purpose": "new"})
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
	for _, test := range []struct {
		name    string
		changed map[string]any
		want    []string
	}{
		{"an extension", nil, nil},
		{"alone and without wishes", map[string]any{"participants": nil, "times": nil, "others": nil}, nil},
		{"after a fire", burned(), nil},
		{"after what?", with(burned(), map[string]any{"rebuild_cause": nil}), []string{"rebuild_cause forms.required_choice"}},
		{"when?", with(burned(), map[string]any{"rebuild_date": nil}), []string{"rebuild_date forms.required_date"}},
		{"it burns tomorrow", with(burned(), map[string]any{"rebuild_date": "2026-11-23"}), []string{"rebuild_date forms.too_late"}},
		{"no property", map[string]any{"properties": nil}, []string{"properties forms.required"}},
		{"nothing asked", map[string]any{"questions": nil}, []string{"questions forms.required"}},
		{"which neighbours?", map[string]any{"others": []any{"neighbours"}}, []string{"others_who forms.required"}},
		{"neighbours by name", map[string]any{"others": []any{"neighbours", "other"}, "others_who": "12/35, som deler veien."}, nil},
		{"an interpreter of what?", map[string]any{"interpreter": "yes"}, []string{"interpreter_language forms.required"}},
		{"a nameless participant", map[string]any{"participants": []any{map[string]any{"role": "designer"}}}, []string{"participants[0].name forms.required"}},
		{"a firm without number", map[string]any{"organisation": "yes", "organisation_name": "Bygg AS"}, []string{"organisation_number forms.required"}},
		{"drawings", map[string]any{"drawings": []any{map[string]any{"id": "d1", "name": "skisse.pdf", "size": 1000.0}}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, answers := definition(t), forms.Answers{Values: with(request(), test.changed)}
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

func TestForm_isWholeInThreeLanguages(t *testing.T) {
	t.Parallel()
	d := definition(t)
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		if d.Title.In(lang) == "" || d.Intro.In(lang) == "" || d.Declaration.In(lang) == "" {
			t.Errorf("%s: no title, introduction or declaration", lang)
		}
		for _, p := range d.Pages {
			for _, f := range p.Fields {
				if f.Label.In(lang) == "" {
					t.Errorf("%s: %s has no label", lang, f.ID)
				}
			}
		}
	}
	if d.Title.In(i18n.NB) == d.Title.In(i18n.NN) {
		t.Error("nynorsk is bokmål")
	}
}

func TestRule_isFiveDaysAfterAFire(t *testing.T) {
	t.Parallel()
	for want, answers := range map[string]map[string]any{
		"building.conference": request(), "building.conference_after_fire": burned(),
	} {
		if got := conference.Rule(answers); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := conference.Rule(nil); got != "building.conference" {
		t.Errorf("without answers: %s", got)
	}
}

func TestKind_advisesTheCaseWorker(t *testing.T) {
	t.Parallel()
	kind := conference.Kind()
	if !kind.Undecided() || kind.Fields != nil {
		t.Error("a conference is decided")
	}
	bundle := i18n.New()
	if err := bundle.Load("conference", conference.Messages()); err != nil {
		t.Fatal(err)
	}
	words := bundle.For(i18n.NB)
	answers := with(burned(), map[string]any{
		"others": []any{"water", "neighbours", "other"}, "others_who": "12/35", "interpreter": "yes", "interpreter_language": "tigrinja",
	})
	var got []string
	for _, term := range kind.Advice(aCase(), identity.Person{}, answers, words) {
		got = append(got, term.Label+": "+term.Value)
	}
	all := strings.Join(got, "\n")
	for _, want := range []string{"fem dager", "vann og avløp, naboer, 12/35", "tigrinja", "referat"} {
		if !strings.Contains(all, want) {
			t.Errorf("the advice lacks %q:\n%s", want, all)
		}
	}
	if plain := kind.Advice(aCase(), identity.Person{}, with(request(), map[string]any{"others": nil}), words); len(plain) != 1 {
		t.Errorf("advice of an ordinary request: %v", plain)
	}
}

// The form is found as the others are, filled in without log-in and at the counter, and
// printed.
func TestForm_isOfferedAndSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		for _, lang := range []string{"nb", "nn", "en"} {
			v := h.Visitor("torgoy")
			v.Speak(lang)
			title := h.App.Bundle.For(i18n.Lang(lang)).T("conference.case.title")
			v.Get("/").Must(200).Has(title)
			v.Get("/without-login/" + conference.FormKey).Must(200)
		}
		c := received(h, demo.Mother, request())
		content, _, err := h.App.Printout.PDF(h.As(0, demo.Mother), c.ID)
		if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
			t.Errorf("the print-out begins with %.10q: %v", content, err)
		}
		h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+c.ID+"/sent").Must(200).Has("Tone Strand", "Hvor høyt kan vi bygge?")
		if _, err := h.App.Printout.Sent(h.As(0, demo.Apart), c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}
