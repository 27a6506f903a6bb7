package property_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// homes are some properties of the town with a house, spread over it.
func homes(l *land.Land, most int) []land.Property {
	var list []land.Property
	for i, p := range l.Properties {
		if p.Use == land.Home && i%37 == 0 && len(list) < most {
			list = append(list, p)
		}
	}
	return list
}

func refOf(p land.Property) property.Ref { return property.Ref{Gnr: p.Gnr, Bnr: p.Bnr, Fnr: p.Fnr} }

// TestFacts_areThoseOfTheDrawnTown holds all that is told of properties against the
// town as it was drawn.
func TestFacts_areThoseOfTheDrawnTown(t *testing.T) {
	t.Parallel()
	charted(t, func(t *testing.T, w *world) {
		for _, p := range homes(w.land, 12) {
			got := w.facts(w.ctx, refOf(p))
			if got.Property.ID != p.ID || got.Property.Use != string(p.Use) || math.Abs(shape.Area(got.Property.Ground)-p.Area) > 1 || got.Property.Since != p.Since {
				t.Errorf("%s is told as %+v", p.Number(), got.Property)
			}
			if len(got.Missing) > 0 {
				t.Errorf("%s lacks %v", p.Number(), got.Missing)
			}
			w.holdsBuildings(p, got)
			w.holdsPlans(p, got)
		}
		w.unknownAndSections()
		w.whoIsAt()
	})
}

func (w *world) holdsBuildings(p land.Property, got property.Facts) {
	w.t.Helper()
	want := map[int64]float64{}
	for _, b := range w.land.Buildings {
		if w.land.Properties[b.Property].ID == p.ID {
			want[int64(b.Number)] = b.Area
		}
	}
	have := map[int64]float64{}
	for _, b := range got.Buildings {
		have[b.Number] = b.Area
	}
	if diff := cmp.Diff(want, have); diff != "" {
		w.t.Errorf("buildings of %s: %s", p.Number(), diff)
	}
	for _, a := range got.Addresses {
		if !slices.ContainsFunc(w.land.Addresses, func(o land.Address) bool {
			return o.ID == a.ID && w.land.Properties[o.Property].ID == p.ID && o.At == a.At
		}) {
			w.t.Errorf("%s is not an address of %s", a, p.Number())
		}
	}
	if p.Address >= 0 && len(got.Addresses) == 0 {
		w.t.Errorf("%s has lost its address", p.Number())
	}
}

// holdsPlans finds the zone that the middle of the property lies in.
func (w *world) holdsPlans(p land.Property, got property.Facts) {
	w.t.Helper()
	middle, _ := shape.InnerPoint(orb.MultiPolygon{p.Ground})
	zoned := false
	for _, z := range w.land.Zones {
		plan := w.land.Plans[z.Plan]
		if !plan.To.IsZero() || plan.Master || shape.Locate(orb.MultiPolygon{z.Ground}, middle) != shape.Inside {
			continue
		}
		zoned = true
		if len(got.Zones) == 0 || got.Zones[0].ID != z.ID || got.Zones[0].BYA != w.land.Provisions[z.Provision].BYA || got.Zones[0].Text != w.land.Provisions[z.Provision].NB {
			w.t.Errorf("%s lies in %s, and is told to lie in %+v", p.Number(), z.ID, got.Zones)
		}
		if _, known := got.Plan(plan.PlanID); !known || got.Plans[0].Master {
			w.t.Errorf("%s: plan %s is not among %v", p.Number(), plan.PlanID, got.Plans)
		}
	}
	for _, z := range got.Zones {
		if z.Master && zoned {
			w.t.Errorf("%s: the master plan is told where a zoning plan goes: %s", p.Number(), z.ID)
		}
	}
	for _, plan := range got.Plans {
		if !plan.To.IsZero() {
			w.t.Errorf("%s: plan %s went out of force %s", p.Number(), plan.Number, plan.To)
		}
	}
}

func (w *world) unknownAndSections() {
	w.t.Helper()
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := w.ByRef(ctx, tx, property.Ref{Gnr: 9998, Bnr: 1})
		if e := errs.Of(err); e == nil || e.Kind != errs.KindNotFound || e.Key != "property.unknown" {
			w.t.Errorf("a number that nobody has: %v", err)
		}
		return nil
	})
	if len(w.land.Sections) == 0 {
		w.t.Fatal("the town has no sections")
	}
	ground := w.land.Properties[w.land.Sections[0].Property]
	section := refOf(ground)
	section.Snr = w.land.Sections[0].Snr
	if p := w.property(section); p.ID != ground.ID {
		w.t.Errorf("section %s is part of %s, not %s", section, ground.ID, p.ID)
	}
	if f := w.facts(w.ctx, refOf(ground)); !slices.Contains(f.Sections, section) {
		w.t.Errorf("%s is not among the sections %v", section, f.Sections)
	}
}

func (w *world) whoIsAt() {
	w.t.Helper()
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range homes(w.land, 5) {
			middle, _ := shape.InnerPoint(orb.MultiPolygon{p.Ground})
			if got, found, err := w.At(ctx, tx, middle); err != nil || !found || got.ID != p.ID {
				w.t.Errorf("in the middle of %s lies %s, %v, %v", p.ID, got.ID, found, err)
			}
		}
		if _, found, err := w.At(ctx, tx, orb.Point{0, 0}); err != nil || found {
			w.t.Errorf("something lies nowhere: %v", err)
		}
		return nil
	})
}

// TestZones_goZoningBeforeMaster draws every way in which two plans can meet.
func TestZones_goZoningBeforeMaster(t *testing.T) {
	t.Parallel()
	zone := func(id string, master bool, ground orb.Polygon) layers.Incoming {
		return feature("plan_zones", id, ground, map[string]any{"plan": "1", "field": id, "purpose": "1110", "master": master, "bya": 25.0, "purpose_nb": "Bolig", "text_nb": "x"})
	}
	each(t, func(t *testing.T, w *world) {
		w.sketch(
			plot(1, "home", box(0, 0, 20, 20)), plot(2, "home", box(20, 0, 20, 20)), plot(3, "home", box(40, 0, 20, 20)), plot(4, "home", box(200, 0, 20, 20)),
			zone("A", false, box(0, 0, 30, 20)), zone("B", false, box(30, 0, 9.99, 20)), zone("K", true, box(-50, -50, 200, 200)), zone("C", false, box(60, 0, 20, 20)),
		)
		for number, want := range map[int][]string{
			1: {"A"},      // a zoning plan covers it: the master plan is silent
			2: {"A", "B"}, // two zones; the centimetre that is left is nobody's
			3: {"K"},      // no zoning plan; C only touches
			4: nil,        // no plan at all
		} {
			var got []string
			for _, z := range w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: number}).Zones {
				got = append(got, z.Field)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("zones of 1/%d: %s", number, diff)
			}
		}
		w.half(t)
	})
}

// half is ground that a zoning plan covers in part: both plans go, each in its place.
func (w *world) half(t *testing.T) {
	t.Helper()
	area := orb.MultiPolygon{box(50, 5, 20, 10)}
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err := w.FactsUnder(ctx, tx, area)
		zones, missing := u.Zones, u.Missing
		if err != nil || len(zones) != 2 || zones[0].Field != "C" || zones[1].Field != "K" {
			t.Errorf("half covered: %+v, %v", zones, err)
		}
		if diff := cmp.Diff([]string{"hazards", "pipes", "plan_cautions"}, sorted(missing)); diff != "" {
			t.Errorf("missing: %s", diff)
		}
		return nil
	})
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestFactsUnder_tellsPipesThatNobodyMaySeeOnTheMap(t *testing.T) {
	t.Parallel()
	pipe := func(id string, x float64) layers.Incoming {
		line := orb.LineString{{corner[0] + x, corner[1] - 50}, {corner[0] + x, corner[1] + 50}}
		return feature("pipes", id, line, map[string]any{"kind": "water", "diameter": int64(150)})
	}
	each(t, func(t *testing.T, w *world) {
		w.sketch(plot(1, "home", box(0, 0, 40, 40)), pipe("under", 12), pipe("beside", 23), pipe("far", 24.5),
			feature("plan_cautions", "h", box(0, 0, 15, 15), map[string]any{"plan": "1", "code": "H320", "kind": "flood", "text_nb": "Vann", "text_nn": "Vatn"}),
			feature("hazards", "same", box(0, 0, 30, 30), map[string]any{"code": "H320", "kind": "flood"}),
			feature("hazards", "other", box(0, 0, 30, 30), map[string]any{"code": "H310", "kind": "landslide"}),
		)
		w.read(w.in(i18n.NN), func(ctx context.Context, tx *store.Tx) error {
			if _, err := w.layers.Layer(ctx, "pipes"); err == nil {
				t.Error("anybody sees the layer of pipes")
			}
			u, err := w.FactsUnder(ctx, tx, orb.MultiPolygon{box(10, 10, 10, 10)})
			if err != nil {
				return err
			}
			cautions, pipes := u.Cautions, u.Pipes
			var got []string
			for _, p := range pipes {
				got = append(got, p.ID)
			}
			if diff := cmp.Diff([]string{"under", "beside"}, got); diff != "" || pipes[0].Distance != 0 || math.Abs(pipes[1].Distance-3) > 1e-6 || pipes[0].Diameter != 150 {
				t.Errorf("pipes: %s %+v", diff, pipes)
			}
			if len(cautions) != 2 || cautions[0].Code != "H310" || cautions[1].Source != property.SourcePlan || cautions[1].Text != "Vatn" {
				t.Errorf("cautions: %+v", cautions)
			}
			return nil
		})
	})
}

// A danger that reaches further than the plan's zone is told beside it, so that what is said
// to be covered is what both cover.
func TestFacts_tellOfADangerAsFarAsItReaches(t *testing.T) {
	t.Parallel()
	hazard := func(id, code string, east, width float64) layers.Incoming {
		return feature("hazards", id, box(east, 0, width, 40), map[string]any{"code": code, "kind": "flood"})
	}
	each(t, func(t *testing.T, w *world) {
		w.sketch(plot(1, "home", box(0, 0, 40, 40)),
			feature("plan_cautions", "h", box(0, 0, 10, 40), map[string]any{"plan": "1", "code": "H320", "kind": "flood"}),
			feature("plan_cautions", "i", box(0, 0, 20, 40), map[string]any{"plan": "1", "code": "H310", "kind": "landslide"}),
			hazard("wider", "H320", 0, 30), hazard("within", "H310", 5, 10), hazard("beyond the plot", "H310", 20, 0.01),
		)
		w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
			p, err := w.ByRef(ctx, tx, property.Ref{Gnr: 1, Bnr: 1})
			if err != nil {
				return err
			}
			f, err := w.FactsOf(ctx, tx, p)
			if err != nil {
				return err
			}
			var got []string
			for _, c := range f.Cautions {
				got = append(got, c.Code+" "+c.Source+" "+c.ID)
			}
			if diff := cmp.Diff([]string{"H310 plan_cautions i", "H320 plan_cautions h", "H320 hazards wider"}, got); diff != "" {
				t.Error(diff)
			}
			lines := said(f, w.words.For(i18n.NB), "caution")
			if len(lines) != 2 || lines[0].Value != "Dekker 50\u00a0% av eiendommen" || lines[1].Value != "Dekker 75\u00a0% av eiendommen" {
				t.Errorf("%+v", lines)
			}
			// At a point where both lie it is told once, and where only the map of dangers has it too.
			for east, source := range map[float64]string{5: property.SourcePlan, 25: property.SourceHazard} {
				at, err := w.PlaceAt(ctx, tx, orb.Point{corner[0] + east, corner[1] + 20})
				if err != nil {
					return err
				}
				if flood := slices.DeleteFunc(at.Cautions, func(c property.Caution) bool { return c.Code != "H320" }); len(flood) != 1 || flood[0].Source != source {
					t.Errorf("%v m in: %+v", east, flood)
				}
			}
			return nil
		})
	})
}

func TestFacts_sayWhatTheMunicipalityDoesNotHave(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
			if _, err := w.ByRef(ctx, tx, property.Ref{Gnr: 1, Bnr: 1}); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("no map at all: %v", err)
			}
			if _, found, err := w.At(ctx, tx, corner); found || err != nil {
				t.Errorf("no map at all: %v", err)
			}
			return nil
		})
		w.sketch(plot(1, "home", box(0, 0, 40, 40)))
		f := w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: 1})
		want := []string{"addresses", "buildings", "hazards", "plan_cautions", "plan_zones", "plans", "sea", "sections"}
		if diff := cmp.Diff(want, sorted(f.Missing)); diff != "" {
			t.Error(diff)
		}
		keys := map[string]string{}
		for _, l := range f.Says(w.words.For(i18n.NB)) {
			keys[l.Key] = l.Value
		}
		if keys["plan"] != "Vi kan ikke si det" || keys["unknown"] != "Vi kan ikke si det" {
			t.Errorf("what is not known is told as %v", keys)
		}
	})
}

func TestFacts_areOfOneMunicipality(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sketch(plot(1, "home", box(0, 0, 40, 40)))
		w.property(property.Ref{Gnr: 1, Bnr: 1})
		err := w.env.DB.Read(w.env.Other, func(ctx context.Context, tx *store.Tx) error {
			_, err := w.ByRef(ctx, tx, property.Ref{Gnr: 1, Bnr: 1})
			if !errs.Is(err, errs.KindNotFound) {
				return errors.New("the neighbour's property is found")
			}
			hits, err := w.Search(ctx, tx, "1/1", 10)
			if len(hits) > 0 {
				return errors.New("the neighbour's property is searched")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A property on which there is more than is read says so, and what it does tell stays.
func TestFacts_sayThatThereIsMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		list := []layers.Incoming{plot(1, "home", box(0, 0, 400, 400)), plot(2, "home", box(400, 0, 40, 40))}
		for i := range 1001 {
			at := orb.Point{corner[0] + 1 + float64(i%100)*3, corner[1] + 1 + float64(i/100)*3}
			list = append(list, feature("addresses", "a"+strconv.Itoa(i), at, map[string]any{"property": "p1", "address": "Veien " + strconv.Itoa(i)}))
		}
		w.sketch(list...)
		if f := w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: 1}); len(f.Addresses) != 1000 || !slices.Equal(f.More, []string{"addresses"}) {
			t.Errorf("%d addresses, more of %v", len(f.Addresses), f.More)
		}
		if f := w.facts(w.ctx, property.Ref{Gnr: 1, Bnr: 2}); len(f.More) > 0 {
			t.Errorf("there is no more of %v", f.More)
		}
	})
}
