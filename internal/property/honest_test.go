package property_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// zoneOf is a zone of a plan as an import of a plan makes it: with no more numbers than
// its file has.
func zoneOf(id, plan, status string, from, to time.Time, numbers map[string]any) layers.Incoming {
	all := map[string]any{"plan": plan, "field": "B1", "purpose": "1110", "purpose_nb": "Boligbebyggelse", "master": false}
	if status != "" {
		all["status"] = status
	}
	for name, n := range numbers {
		all[name] = n
	}
	f := feature("plan_zones", id, box(0, 0, 100, 100), all)
	f.Feature.From, f.Feature.To = from, to
	return f
}

// TestFacts_ofPlansThatDoNotGo has plans of all statuses in one place, one at a time.
func TestFacts_ofPlansThatDoNotGo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		from, past := date(2000, 1, 1), date(2010, 5, 1)
		for _, test := range []struct {
			name, status string
			to           time.Time
			zones        int
			state        string // of the plan: in force, unsure, repealed
			says         string
		}{
			{"adopted", "3", time.Time{}, 1, "in force", "Reguleringsplanen bestemmer"},
			{"of no status", "", time.Time{}, 1, "in force", "Reguleringsplanen bestemmer"},
			{"repealed, with a day", "4", past, 0, "repealed", "Vi finner ingen plan"},
			{"replaced, with a day", "5", past, 0, "repealed", "Vi finner ingen plan"},
			{"repealed, brought in before that was heeded", "4", time.Time{}, 0, "repealed", "Vi finner ingen plan"},
			{"adopted without effect yet", "6", time.Time{}, 1, "unsure", "Kartet forteller ikke om denne planen gjelder"},
			{"of a status that nobody knows", "8", time.Time{}, 1, "unsure", "Kartet forteller ikke om denne planen gjelder"},
		} {
			w.sketch(
				plot(1, "home", box(10, 10, 20, 20)),
				planned("a", "7", "Havna", from, test.to, map[string]any{"status": test.status}),
				zoneOf("z", "7", test.status, from, test.to, map[string]any{"bya": 25.0, "cornice": 0.0, "ridge": 0.0, "line": 0.0}),
			)
			f := w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: 1})
			p := w.plan("7")
			state := map[bool]string{true: "in force"}[p.InForce]
			switch {
			case p.Plan.Unsure:
				state += "unsure"
			case p.Plan.Repealed:
				state += "repealed"
			}
			var told []string
			for _, l := range f.Says(w.words.For(i18n.NB)) {
				told = append(told, l.Text)
			}
			text := strings.Join(told, " ")
			if len(f.Zones) != test.zones || state != test.state || !strings.Contains(text, test.says) || len(p.Zones) != 1 {
				t.Errorf("%s: %d zones, %q, the plan's own %d, says %q", test.name, len(f.Zones), state, len(p.Zones), text)
			}
			if test.state == "unsure" && (strings.Contains(text, "bestemmer hva") || strings.Contains(text, "Bygg kan dekke") || !f.Zones[0].Unsure) {
				t.Errorf("%s: told as one that goes: %s", test.name, text)
			}
		}
	})
}

// TestFacts_anUnsurePlanDoesNotHideTheMasterPlan has one over the other.
func TestFacts_anUnsurePlanDoesNotHideTheMasterPlan(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		master := zoneOf("m", "1", "3", time.Time{}, time.Time{}, map[string]any{"master": true})
		w.sketch(plot(1, "home", box(10, 10, 20, 20)), master, zoneOf("z", "7", "6", time.Time{}, time.Time{}, nil),
			planned("a", "7", "Havna", time.Time{}, time.Time{}, map[string]any{"status": "6"}), planned("b", "1", "Kommuneplanen", time.Time{}, time.Time{}, map[string]any{"master": true}))
		var ids []string
		for _, z := range w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: 1}).Zones {
			ids = append(ids, z.ID)
		}
		here := w.place(w.ctx, box(15, 15, 1, 1)[0][0])
		for _, z := range here.Zones {
			ids = append(ids, z.ID)
		}
		if diff := cmp.Diff([]string{"z", "m", "m", "z"}, ids); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPlanOf_thatHasItsDayToCome finds the zones of a plan of next year, of maps that
// begin days in Norway, and of those that were brought in with days of Greenwich.
func TestPlanOf_thatHasItsDayToCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, from := range []time.Time{date(2031, 7, 1), time.Date(2031, 7, 1, 0, 0, 0, 0, time.UTC)} {
			w.sketch(planned("a", "7", "Havna", from, time.Time{}, nil), zoneOf("z", "7", "3", from, time.Time{}, nil))
			f := w.plan("7")
			if f.InForce || len(f.Zones) != 1 || f.Plan.From != clock.NewDate(2031, 7, 1) {
				t.Errorf("from %v: in force %v, %d zones, %v", from, f.InForce, len(f.Zones), f.Plan.From)
			}
		}
	})
}

// TestZone_tellsWhatTheMapDoesNotHaveFromWhatThePlanLeavesOpen reads zones with and
// without numbers.
func TestZone_tellsWhatTheMapDoesNotHaveFromWhatThePlanLeavesOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, test := range map[string]struct {
			numbers map[string]any
			want    property.Numbers
		}{
			"all are 0": {map[string]any{"bya": 0.0, "cornice": 0.0, "ridge": 0.0, "line": 0.0}, property.Numbers{}},
			"none":      {nil, property.Numbers{BYA: true, Cornice: true, Ridge: true, Line: true}},
			"some":      {map[string]any{"bya": 30.0, "ridge": 8.0}, property.Numbers{Cornice: true, Line: true}},
		} {
			w.sketch(plot(1, "home", box(10, 10, 20, 20)), planned("a", "7", "Havna", time.Time{}, time.Time{}, nil), zoneOf("z", "7", "3", time.Time{}, time.Time{}, test.numbers))
			var zones []property.Zone
			w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
				u, err := w.FactsUnder(ctx, tx, square(15, 15, 5))
				zones = u.Zones
				return err
			})
			if len(zones) != 1 || zones[0].Unknown != test.want {
				t.Errorf("%s: %+v", name, zones)
			}
		}
	})
}

func TestSays_thatTheMapDoesNotTell(t *testing.T) {
	t.Parallel()
	for lang, want := range map[i18n.Lang][4]string{
		i18n.NB: {"Vi kan ikke si det", "Kartet forteller ikke hvor mye", "Les bestemmelsene i planen", "byggegrense i meter"},
		i18n.NN: {"Vi kan ikkje seie det", "Kartet fortel ikkje kor mykje", "Les føresegnene i planen", "byggjegrense i meter"},
		i18n.EN: {"We cannot tell", "The map does not tell how much", "Read the provisions", "building line in metres"},
	} {
		f := plotted(func(f *property.Facts) {
			z := &f.Zones[0]
			z.BYA, z.Cornice, z.Ridge, z.Line, z.Unknown = 0, 0, 0, 0, property.Numbers{BYA: true, Cornice: true, Ridge: true, Line: true}
		})
		w := words(t).For(lang)
		for key, text := range map[string]string{"bya": want[1], "height": want[2], "line": want[3]} {
			lines := said(f, w, key)
			if len(lines) != 1 || lines[0].Value != want[0] || !strings.Contains(lines[0].Text, text) || len(lines[0].Sources) != 1 {
				t.Errorf("%s, %s: %+v", lang, key, lines)
			}
		}
	}
	half := plotted(func(f *property.Facts) { f.Zones[0].Ridge, f.Zones[0].Unknown.Ridge = 0, true })
	if l := said(half, words(t).For(i18n.NB), "height")[0]; !strings.HasPrefix(l.Value, "Gesims") || !strings.Contains(l.Text, "forteller ikke alt") {
		t.Errorf("only the cornice: %+v", l)
	}
	park := plotted(func(f *property.Facts) {
		f.Zones[0] = property.Zone{Plan: "1", Purpose: "3040", Unknown: property.Numbers{BYA: true, Cornice: true, Ridge: true, Line: true}, Ground: f.Zones[0].Ground}
	})
	for _, key := range []string{"bya", "height", "line"} {
		if lines := said(park, words(t).For(i18n.NB), key); len(lines) > 0 {
			t.Errorf("a park tells of %s", key)
		}
	}
}
