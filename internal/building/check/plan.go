package check

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// countsAsBuilt reports whether the works take of what may be built up: a low
// terrace and a wall do not (NS 3940).
func (r *run) countsAsBuilt() bool {
	if r.Works.Kind == Terrace {
		return r.Works.Ridge > r.law.Terrace.CountsFrom
	}
	return r.Works.Kind != Wall
}

// built measures what is built up before and after (byggteknisk forskrift § 5-2 and
// § 5-3). The plot is the property's ground within the zone, since only ground set
// apart for building counts (§ 5-8); without a zone, or with a zone that regulates
// no utilisation, it is the whole property.
func (r *run) built() Areas {
	var buildings []orb.MultiPolygon
	for _, b := range r.Buildings {
		buildings = append(buildings, b.Ground)
	}
	after := buildings
	if r.countsAsBuilt() {
		after = append(slices.Clone(buildings), r.Works.Footprint)
	}
	parking := float64(r.Works.Parking) * r.law.Parking.SquareMetres
	a := Areas{Works: round(r.Works.BYA()), Known: !r.lacks(LayerBuildings)}
	if !r.countsAsBuilt() {
		a.Works = 0
	}
	zones := r.alike()
	a.Plot = round(shape.Covered(r.Ground, zones...))
	a.Before = round(r.covered(zones, buildings) + parking)
	a.After = round(r.covered(zones, after) + parking)
	return a
}

// alike are the grounds of the zones that regulate as the one under the works does.
func (r *run) alike() []orb.MultiPolygon {
	if r.zone == nil || r.zone.BYA == 0 {
		return []orb.MultiPolygon{r.Ground}
	}
	var grounds []orb.MultiPolygon
	for _, z := range r.Zones {
		if z.Plan == r.zone.Plan && z.Purpose == r.zone.Purpose && z.BYA == r.zone.BYA {
			grounds = append(grounds, z.Ground)
		}
	}
	return grounds
}

// covered is how much of the property within the zones lies under something. Of three
// areas the share of all follows from those of two at a time: |P∩Z∩B| = |P∩Z| + |P∩B|
// − |P∩(Z∪B)|.
func (r *run) covered(zones, by []orb.MultiPolygon) float64 {
	if len(by) == 0 {
		return 0
	}
	either := append(slices.Clone(zones), by...)
	return max(0, shape.Covered(r.Ground, zones...)+shape.Covered(r.Ground, by...)-shape.Covered(r.Ground, either...))
}

// The cases in which the map has a plan and does not know what it says: a number that
// it does not have, and a plan of which it does not tell whether it goes. That is no
// leave to build: the provisions must be read.
const (
	caseUnknown = "unknown"
	caseUnsure  = "unsure"
)

// utilisation asks how much of the plot is built up, before and after.
func (r *run) utilisation() {
	areas := r.built()
	r.result.Areas = areas
	a := Answer{Key: KeyUtilisation, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"tek_5_3"}, Layer: LayerBuildings}}
	if areas.Plot > 0 {
		a.Figures = map[string]float64{
			"plot": areas.Plot, "before_area": areas.Before, "after_area": areas.After,
			"before": 100 * areas.Before / areas.Plot, "after": 100 * areas.After / areas.Plot,
		}
	}
	switch {
	case !areas.Known:
		a.Case, a.Verdict, a.Figures = "no_layer", CannotTell, nil
	case slices.Contains(r.More, LayerZones): // those alike on the property are not all known
		a.Case, a.Verdict, a.Figures, a.Source.Layer = CaseMore, CannotTell, nil, LayerZones
	case r.zone == nil:
		a.Case, a.Verdict = r.noZone(), CannotTell
	case r.unsure:
		a.Case, a.Verdict, a.Source = caseUnsure, CannotTell, r.zone.of("tek_5_3")
	case r.zone.Unknown.BYA:
		a.Case, a.Verdict, a.Source = caseUnknown, CannotTell, r.zone.of("tek_5_3")
	case r.zone.BYA == 0 || areas.Plot == 0:
		a.Case, a.Verdict, a.Source = "not_regulated", CannotTell, r.zone.of("tek_5_3")
	default:
		a.Source, a.Figures["allowed"] = r.zone.of("tek_5_3"), r.zone.BYA
		r.compareUse(&a, areas)
	}
	r.add(a)
}

func (r *run) compareUse(a *Answer, areas Areas) {
	over := areas.After > areas.Plot*r.zone.BYA/100+tolerance
	switch {
	case over && areas.After > areas.Before+tolerance:
		a.Case, a.Verdict, a.Dispensation = "over", Breach, true
		a.Figures["too_much"] = areas.After - areas.Plot*r.zone.BYA/100
	case over:
		a.Case, a.Verdict = "over_before", Attention
	case r.several:
		a.Case, a.Verdict = "several", Attention
	}
}

// noZone is why there is no zone under the works.
func (r *run) noZone() string {
	if r.lacks(LayerZones) {
		return "no_plan_layer"
	}
	return "no_plan"
}

// height asks whether it is higher than the plan lets it be; where the plan is
// silent, what the law lets be without a plan (§ 29-4 first paragraph).
func (r *run) height() {
	if r.Works.Kind == Wall {
		return
	}
	a := Answer{Key: KeyHeight, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"pbl_29_4_1"}}}
	a.Figures = map[string]float64{"cornice": r.Works.Cornice, "ridge": r.Works.Ridge}
	switch {
	case r.zone == nil:
		r.heightWithout(&a)
	case r.unsure:
		a.Case, a.Verdict, a.Source = caseUnsure, CannotTell, r.zone.of("tek_6_2")
	case r.zone.Cornice > 0 || r.zone.Ridge > 0:
		a.Source = r.zone.of("tek_6_2")
		a.Figures["cornice_allowed"], a.Figures["ridge_allowed"] = r.zone.Cornice, r.zone.Ridge
		r.compareHeight(&a, r.zone.Cornice, r.zone.Ridge)
		if a.Verdict == OK && (r.zone.Unknown.Cornice || r.zone.Unknown.Ridge) {
			a.Case, a.Verdict = caseUnknown, CannotTell // the other one
		}
	case r.zone.Unknown.Cornice || r.zone.Unknown.Ridge:
		a.Case, a.Verdict, a.Source = caseUnknown, CannotTell, r.zone.of("tek_6_2")
	default:
		r.heightWithout(&a)
	}
	r.add(a)
}

func (r *run) compareHeight(a *Answer, cornice, ridge float64) {
	w := r.Works
	switch {
	case cornice > 0 && !within(w.Cornice, cornice), ridge > 0 && !within(w.Ridge, ridge):
		a.Case, a.Verdict, a.Dispensation = "over", Breach, true
	case ridge == 0 && w.Cornice == 0 && within(w.Ridge, cornice) && w.Ridge > 0:
		// The ridge is never lower than the cornice.
	case cornice > 0 && w.Cornice == 0 || ridge > 0 && w.Ridge == 0:
		a.Case, a.Verdict = "not_told", CannotTell
		if cornice > 0 && w.Cornice == 0 && w.Ridge > 0 && within(w.Ridge, cornice) {
			a.Case, a.Verdict = "ok", OK
		}
	}
	if a.Verdict == OK {
		a.Case = regulated(cornice, ridge)
	}
	if a.Case == "over" {
		a.Case = "over_" + regulated(cornice, ridge)
	}
}

// regulated names which of the heights the plan speaks of.
func regulated(cornice, ridge float64) string {
	switch {
	case ridge == 0:
		return "cornice"
	case cornice == 0:
		return "ridge"
	}
	return "both"
}

func (r *run) heightWithout(a *Answer) {
	w := r.Works
	a.Figures["cornice_allowed"], a.Figures["ridge_allowed"] = r.law.Height.Cornice, r.law.Height.Ridge
	switch {
	case !within(w.Cornice, r.law.Height.Cornice) || !within(w.Ridge, r.law.Height.Ridge):
		a.Case, a.Verdict, a.Dispensation = "high", Breach, true
	case w.Cornice == 0 && w.Ridge == 0:
		a.Case, a.Verdict = "not_told", CannotTell
	case r.zone == nil:
		a.Case, a.Verdict = r.noZone(), CannotTell
	default:
		a.Case, a.Source = "not_regulated", r.zone.of("pbl_29_4_1")
	}
}

// purpose asks whether the zone is for such works.
func (r *run) purpose() {
	a := Answer{Key: KeyPurpose, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"pbl_11_6", "pbl_12_4"}, Layer: LayerZones}}
	if r.zone == nil {
		a.Case, a.Verdict = r.noZone(), CannotTell
		r.add(a)
		return
	}
	law := "pbl_12_4" // a zoning plan binds new works
	if r.zone.Master {
		law = "pbl_11_6"
	}
	a.Source, a.Names = r.zone.of(law), map[string]string{"purpose": r.zone.PurposeText}
	if r.unsure {
		a.Case, a.Verdict = caseUnsure, CannotTell
		r.add(a)
		return
	}
	p, known := r.law.purpose(r.zone.Purpose)
	switch {
	case known && slices.Contains(p.Allowed, r.Works.Kind):
		if r.several {
			a.Case, a.Verdict = "several", Attention
		}
	case known && slices.Contains(p.Refused, r.Works.Kind) && p.Farm && r.Use == UseFarm:
		a.Case, a.Verdict = "farm", Attention
	case known && slices.Contains(p.Refused, r.Works.Kind):
		a.Case, a.Verdict, a.Dispensation = "refused", Breach, true
	default:
		a.Case, a.Verdict = "judge", Attention
	}
	r.add(a)
}
