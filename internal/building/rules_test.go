package building

import (
	"io/fs"
	"maps"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

func plain() map[string]any {
	return map[string]any{
		"role": "own", "measure": "garage", "dwelling": "no", "plan": "zoning", "nearest": 5.0, "utilisation": 20.0, "allowed": 30.0,
		"new_bya": 40.0, "new_bra": 36.0, "dispensation": "no", "access_road": "no", "heritage": "no", "notice": "yes", "water": "no",
	}
}

func changed(more map[string]any) map[string]any {
	out := maps.Clone(plain())
	maps.Copy(out, more)
	return out
}

func TestSimple_isWhatTheLawCallsSimple(t *testing.T) {
	t.Parallel()
	remark := []any{map[string]any{"answer": "agrees"}, map[string]any{"answer": "remark"}}
	for name, test := range map[string]struct {
		change map[string]any
		want   bool
	}{
		"plain":             {nil, true},
		"near with consent": {map[string]any{"nearest": 2.0, "near_ground": "consent"}, true},
		"dispensation":      {map[string]any{"dispensation": "yes"}, false},
		"over":              {map[string]any{"utilisation": 31.0}, false},
		"remarks":           {map[string]any{"notices": remark}, false},
		"other authorities": {map[string]any{"other_authorities": "Statens vegvesen"}, false},
		"unknown plan":      {map[string]any{"plan": "unknown"}, false},
		"nothing dangerous": {map[string]any{"hazards": []any{"none"}}, true},
		"danger not known":  {map[string]any{"map_weeks": 3.0, "hazards": []any{"unknown"}}, true},
		"quick clay":        {map[string]any{"map_weeks": 3.0, "hazards": []any{"clay"}}, false},
		"flood and sea":     {map[string]any{"hazards": []any{"flood", "sea"}}, false},
		"road":              {map[string]any{"access_road": "yes"}, false},
		"old house":         {map[string]any{"heritage": "unknown"}, false},
		"the map agrees":    {map[string]any{"map_weeks": 3.0}, true},
		"the map does not":  {map[string]any{"map_weeks": 12.0}, false},
		"half its height":   {map[string]any{"map_weeks": 3.0, "map_required": 5.5, "near_ground": "dispensation"}, false},
	} {
		if got := Simple(changed(test.change)); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestAdvice_namesTheLaw(t *testing.T) {
	t.Parallel()
	bundle := i18n.New()
	for name, files := range map[string]fs.FS{"building": Messages(), "i18n": nil} {
		if files == nil {
			continue
		}
		if err := bundle.Load(name, files); err != nil {
			t.Fatal(err)
		}
	}
	words := bundle.For(i18n.NB)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	count := func(answers map[string]any) int {
		terms := advice(cases.Case{ReceivedAt: at}, identity.Person{}, answers, words)
		for _, term := range terms {
			if term.Label == "" || term.Value == "" || len(term.Value) > 8 && term.Value[:9] == "building." {
				t.Errorf("no words: %+v", term)
			}
		}
		return len(terms)
	}
	if n := count(plain()); n != 1 {
		t.Errorf("plain works get %d pieces of advice", n)
	}
	for _, ground := range []string{"consent", "small", "plan", "dispensation", "", "nonsense"} {
		if n := count(changed(map[string]any{"nearest": 3.9, "near_ground": ground})); n != 2 {
			t.Errorf("%q: %d pieces of advice", ground, n)
		}
	}
	all := changed(map[string]any{
		"nearest": 1.0, "utilisation": 40.0, "new_bya": 90.0, "other_building": 6.0, "notices": []any{map[string]any{"answer": "remark"}},
		"notice": "exempt", "dispensation": "yes", "dispensations": []any{map[string]any{"kind": "shore"}}, "hazards": []any{"flood", "clay"},
		"access_road": "yes", "water": "yes", "heritage": "yes", "notice_until": "2026-11-22", "map_weeks": 12.0, "map_dispensations": 2.0,
	})
	if n := count(all); n != 15 {
		t.Errorf("everything at once: %d pieces of advice", n)
	}
}

func TestGroundOf_smallIsAtMostFifty(t *testing.T) {
	t.Parallel()
	for size, want := range map[float64]string{50: "small", 50.1: "nothing"} {
		a := application(changed(map[string]any{"near_ground": "small", "new_bya": size}))
		if got := groundOf(a); got != want {
			t.Errorf("%v m²: %s", size, got)
		}
	}
}

func TestExpiry_isThreeYears(t *testing.T) {
	t.Parallel()
	if got := Expiry(clock.NewDate(2026, time.November, 22)); got != clock.NewDate(2029, time.November, 22) {
		t.Errorf("got %s", got)
	}
}
