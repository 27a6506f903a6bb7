package building

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

func speaking(t *testing.T, lang i18n.Lang) *i18n.Localizer {
	t.Helper()
	bundle := i18n.New()
	for name, files := range map[string]fs.FS{"building": Messages()} {
		if err := bundle.Load(name, files); err != nil {
			t.Fatal(err)
		}
	}
	return bundle.For(lang)
}

// Without a map of dangers the limit is proposed with the reservation, and the form, which
// the clock goes by, has the three weeks too.
func TestClassText_tellsWhatNobodyHasLookedFor(t *testing.T) {
	t.Parallel()
	reserved := check.Class{Weeks: 3, Laws: []string{"pbl_21_7"}, Reservations: []check.Reason{{Key: "hazards"}}}
	for lang, want := range map[i18n.Lang][]string{
		i18n.NB: {"Tre uker", "Forbehold: Kommunen har ikke farekart", "flom eller skred"},
		i18n.NN: {"Tre veker", "Atterhald: Kommunen har ikkje farekart", "flaum eller skred"},
		i18n.EN: {"Three weeks", "Reservation: The municipality has no map of hazards", "flood or landslide"},
	} {
		words := speaking(t, lang)
		text := classText(words, reserved)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %q: %s", lang, part, text)
			}
		}
		if plain := classText(words, check.Class{Weeks: 3}); strings.Contains(plain, strings.Fields(want[1])[0]) {
			t.Errorf("%s has the reservation where there is none: %s", lang, plain)
		}
		for _, key := range []string{"building.reservation.hazards_check", "building.reservation.hazards_check_text"} {
			if words.T(key) == key {
				t.Errorf("%s has no words for %s", lang, key)
			}
		}
	}
	if got := (Placed{Result: check.Result{Class: reserved}}).weeks(); got != simpleWeeks {
		t.Errorf("the form is told %d weeks", got)
	}
	words := speaking(t, i18n.NB)
	answers := map[string]any{"measure": "garage", "plan": "zoning", "dispensation": "no", "access_road": "no", "heritage": "no", "map_weeks": 3.0, "hazards": []any{"unknown"}}
	if !Simple(answers) {
		t.Error("the clock is another than the map proposes")
	}
	found := ""
	for _, term := range advice(cases.Case{}, identity.Person{}, answers, words) {
		found += term.Label + ": " + term.Value + "\n"
	}
	if !strings.Contains(found, "Naturfare: Søkeren vet ikke, eller kartet kan ikke svare. Se etter på temakart.nve.no") {
		t.Errorf("the case worker is not told to look:\n%s", found)
	}
}

// An answer that nobody can give because there is more on the map than is read says so, and
// not that the municipality lacks the map.
func TestText_ofWhatThereIsMoreOf(t *testing.T) {
	t.Parallel()
	for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
		words := speaking(t, lang)
		for key, layer := range map[string]string{
			check.KeyUtilisation: check.LayerZones, check.KeyFire: check.LayerBuildings, check.KeyCaution: check.LayerHazards, check.KeyShore: check.LayerSea,
		} {
			got := text(words, check.Answer{Key: key, Case: check.CaseMore, Verdict: check.CannotTell, Source: check.Source{Layer: layer}})
			if !strings.Contains(got, words.T("building.layer."+layer)) || strings.Contains(got, "building.") {
				t.Errorf("%s %s: %q", lang, key, got)
			}
		}
		if got := words.T("building.site.too_many_around", "number", "1/2"); !strings.Contains(got, "1/2") {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
