package property_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

func (w *world) plan(number string) (f property.PlanFacts) {
	w.t.Helper()
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		f, err = w.PlanOf(ctx, tx, number)
		return err
	})
	return f
}

// TestPlanOf_tellsEveryPlanOfTheTown holds each plan, also those that are gone, against
// what was drawn.
func TestPlanOf_tellsEveryPlanOfTheTown(t *testing.T) {
	t.Parallel()
	charted(t, func(t *testing.T, w *world) {
		for i, p := range w.land.Plans {
			got := w.plan(p.PlanID)
			zones := map[string]bool{}
			square := 0.0
			for _, z := range w.land.Zones {
				if z.Plan == i {
					zones[z.ID], square = true, square+z.Area
				}
			}
			sum := 0.0
			for _, a := range got.Areas() {
				sum += a.Square
			}
			if len(got.Zones) != len(zones) || math.Abs(sum-square) > float64(len(zones)) || got.InForce != p.To.IsZero() || got.Plan.Name != p.Name {
				t.Errorf("%s: %d of %d zones, %.0f of %.0f m², in force %v", p.PlanID, len(got.Zones), len(zones), sum, square, got.InForce)
			}
			if p.Before >= 0 {
				w.follows(got, w.land.Plans[p.Before], p)
			}
		}
		w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, number := range []string{"", "0", "' or 'x' = 'x", "1997003 "} {
				if _, err := w.PlanOf(ctx, tx, number); errs.Of(err) == nil || errs.Of(err).Key != "property.unknown_plan" {
					t.Errorf("%q: %v", number, err)
				}
			}
			return nil
		})
	})
}

// follows checks that a plan and the one it replaced know of each other.
func (w *world) follows(got property.PlanFacts, before, after land.Plan) {
	w.t.Helper()
	var chain []string
	for _, p := range got.History {
		chain = append(chain, p.Number)
	}
	if diff := cmp.Diff([]string{after.PlanID, before.PlanID}, chain); diff != "" {
		w.t.Errorf("history of %s: %s", after.PlanID, diff)
	}
	if back := w.plan(before.PlanID); back.InForce || len(back.History) != 2 || back.Plan.To != after.From || back.Plan.After != after.PlanID {
		w.t.Errorf("%s was replaced by %s, and is told as %+v", before.PlanID, after.PlanID, back.Plan)
	}
}

func planned(id, number, name string, from, to time.Time, properties map[string]any) layers.Incoming {
	all := map[string]any{"plan": number, "name": name, "master": false, "before": "", "after": ""}
	for key, v := range properties {
		all[key] = v
	}
	f := feature("plans", id, box(0, 0, 100, 100), all)
	f.Feature.From, f.Feature.To = from, to
	return f
}

func date(y int, m time.Month, d int) time.Time { return clock.NewDate(y, m, d).Start() }

// TestPlanOf_doesNotLoseItselfInItsHistory draws plans that name what is not there, and
// each other in a ring.
func TestPlanOf_doesNotLoseItselfInItsHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(
			planned("a", "1", "A", date(1980, 1, 1), date(1990, 1, 1), map[string]any{"before": "2", "after": "2"}),
			planned("b", "2", "B", date(1990, 1, 1), time.Time{}, map[string]any{"before": "1", "after": "1"}),
			planned("c", "3", "C", date(2000, 1, 1), time.Time{}, map[string]any{"before": "gone"}),
			planned("d", "4", "D", date(2030, 1, 1), time.Time{}, nil),
		)
		if f := w.plan("2"); len(f.History) != 2 || f.History[0].Number != "2" || !f.InForce {
			t.Errorf("in a ring: %+v", f.History)
		}
		if f := w.plan("3"); len(f.History) != 2 || f.History[1].Number != "gone" || f.History[1].Name != "" {
			t.Errorf("named and not there: %+v", f.History)
		}
		if f := w.plan("4"); f.InForce {
			t.Error("a plan of 2030 is in force")
		}
		if diff := cmp.Diff([]string{"plan_cautions", "plan_zones"}, sorted(w.plan("1").Missing)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPlanOf_keepsWhatTheMapSaidBefore changes a plan by a new import.
func TestPlanOf_keepsWhatTheMapSaidBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		zone := feature("plan_zones", "z", box(0, 0, 100, 100), map[string]any{"plan": "1", "field": "B1", "purpose": "1110", "bya": 20.0})
		w.sketch(planned("a", "1", "Kaia", date(1990, 1, 1), time.Time{}, nil), zone)
		w.env.Clock.Advance(48 * time.Hour)
		zone.Feature.Properties["bya"] = 30.0
		w.sketch(planned("a", "1", "Kaia, endret", date(1990, 1, 1), time.Time{}, nil), zone)
		w.env.Clock.Advance(time.Hour)
		f := w.plan("1")
		if f.Plan.Name != "Kaia, endret" || len(f.Zones) != 1 || f.Zones[0].BYA != 30 {
			t.Errorf("%+v", f)
		}
		if len(f.Versions) != 2 || f.Versions[0].Name != "Kaia, endret" || f.Versions[1].Name != "Kaia" || f.Versions[1].To.IsZero() {
			t.Errorf("versions: %+v", f.Versions)
		}
	})
}

// TestPlanOf_tellsAProposalFromAPlan draws a plan that is heard: it decides nothing, is
// found as what it is, and is a plan like others from when it is adopted.
func TestPlanOf_tellsAProposalFromAPlan(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(
			planned("a", "7", "Havna", date(2020, 1, 1), time.Time{}, map[string]any{"proposal": true}),
			planned("b", "8", "Heia", date(2020, 1, 1), time.Time{}, nil),
		)
		if f := w.plan("7"); f.InForce || !f.Plan.Proposal || len(f.History) != 1 {
			t.Errorf("a proposal: %+v", f)
		}
		if f := w.plan("8"); !f.InForce || f.Plan.Proposal {
			t.Errorf("a plan: %+v", f)
		}
		kind := func(text string) string {
			hits := w.search(text, 5)
			if len(hits) != 1 {
				t.Fatalf("%s: %+v", text, hits)
			}
			return hits[0].Kind + " " + hits[0].Label
		}
		if got := []string{kind("havna"), kind("heia")}; got[0] != "proposal Havna" || got[1] != "plan Heia" {
			t.Errorf("found as %q", got)
		}
		w.sketch(
			planned("a", "7", "Havna, vedtatt", date(2020, 1, 1), time.Time{}, nil),
			planned("b", "8", "Heia", date(2020, 1, 1), time.Time{}, nil),
		)
		if f := w.plan("7"); !f.InForce || f.Plan.Proposal {
			t.Errorf("adopted: %+v", f.Plan)
		}
		if got := kind("havna"); got != "plan Havna, vedtatt" {
			t.Errorf("found as %q when adopted", got)
		}
	})
}

func TestPlan_isInForceFromItsDayUntilItIsReplaced(t *testing.T) {
	t.Parallel()
	p := property.Plan{From: clock.NewDate(2000, 5, 1), To: clock.NewDate(2010, 6, 1)}
	for day, want := range map[clock.Date]bool{
		clock.NewDate(2000, 4, 30): false, clock.NewDate(2000, 5, 1): true, clock.NewDate(2010, 5, 31): true, clock.NewDate(2010, 6, 1): false,
	} {
		if p.InForce(day) != want {
			t.Errorf("on %s: %v", day, !want)
		}
	}
	if !(property.Plan{}).InForce(clock.NewDate(2026, 1, 1)) {
		t.Error("a plan without days is not in force")
	}
}

func (w *world) place(ctx context.Context, p orb.Point) (out property.Place) {
	w.t.Helper()
	w.read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = w.PlaceAt(ctx, tx, p)
		return err
	})
	return out
}

func TestPlaceAt_tellsWhatIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		site := func(id, kind string, x float64) layers.Incoming {
			return feature("sites", id, at(x, 0), map[string]any{"name": id, "kind": kind, "address": ""})
		}
		zone := func(id string, master bool, ground orb.Polygon) layers.Incoming {
			return feature("plan_zones", id, ground, map[string]any{"plan": "1", "field": id, "purpose": "1110", "master": master, "bya": 25.0})
		}
		leased := plot(1, "home", box(0, 0, 10, 10))
		leased.Feature.ID, leased.Feature.Properties["fnr"], leased.Feature.Properties["number"] = "leased", int64(7), "1/1/7"
		w.sketch(
			feature("municipality", "m", box(-1000, -1000, 3000, 3000), map[string]any{"name": "Test", "number": "9901"}),
			plot(1, "home", box(0, 0, 40, 40)), leased, street("Kaiveien 3", "3", "TORGØY"),
			zone("A", false, box(0, 0, 20, 20)), zone("K", true, box(-50, -50, 200, 200)),
			feature("hazards", "h", box(0, 0, 15, 15), map[string]any{"code": "H320", "kind": "flood"}),
			site("Nær", "school", 100), site("Fjern", "school", 900), site("Barnehage", "kindergarten", 300), site("Kai", "quay", 1),
		)
		inside := w.place(w.ctx, at(5, 5))
		if inside.Outside || inside.Property == nil || inside.Property.ID != "leased" || len(inside.Zones) != 1 || inside.Zones[0].Field != "A" || len(inside.Cautions) != 1 {
			t.Errorf("%+v", inside)
		}
		if inside.Address == nil || inside.Address.Name != "Kaiveien 3, 4610 TORGØY" || inside.Address.Metres > 10 {
			t.Errorf("address: %+v", inside.Address)
		}
		if len(inside.Near) != 2 || inside.Near[0].Name != "Barnehage" || inside.Near[1].Name != "Nær" || math.Abs(inside.Near[1].Metres-95.13) > 0.01 {
			t.Errorf("near: %+v", inside.Near)
		}
		beside := w.place(w.ctx, at(30, 30))
		if beside.Property == nil || beside.Property.ID != "p1" || len(beside.Zones) != 1 || !beside.Zones[0].Master || len(beside.Cautions) != 0 {
			t.Errorf("%+v", beside)
		}
		if nowhere := w.place(w.ctx, at(1500, 1500)); nowhere.Outside || nowhere.Property != nil || len(nowhere.Zones) != 0 {
			t.Errorf("%+v", nowhere)
		}
		if outside := w.place(w.ctx, at(5000, 0)); !outside.Outside || outside.Property != nil {
			t.Errorf("%+v", outside)
		}
		for _, l := range inside.Says(w.words.For(i18n.NB)) {
			if l.Key == "caution" && l.Value != "" {
				t.Errorf("a place is covered by a share: %q", l.Value)
			}
		}
	})
}

func TestPlaceAt_withoutAnyMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.place(w.ctx, corner)
		if p.Outside || p.Property != nil || p.Address != nil || len(p.Missing) < 5 {
			t.Errorf("%+v", p)
		}
		if lines := p.Says(w.words.For(i18n.EN)); len(lines) == 0 || lines[0].Value != "We cannot tell" {
			t.Errorf("%+v", lines)
		}
	})
}
