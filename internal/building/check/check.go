package check

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Run holds the works against everything that is known. A footprint without an area
// has no answers.
func Run(law Law, in Input) Result {
	if in.Works.BYA() <= 0 {
		return Result{Exempt: Exempt{Verdict: CannotTell}, Class: Class{Weeks: 12}}
	}
	r := &run{law: law, Input: in}
	r.result.Boundaries = r.boundaries()
	r.zone, r.several = r.zoneUnder()
	for _, ask := range []func(){r.inside, r.distance, r.utilisation, r.height, r.purpose, r.line, r.cautions, r.shore, r.pipes, r.fire} {
		ask()
	}
	r.result.Exempt = r.exempt()
	r.result.Applicant = r.applicant()
	r.result.Class = r.class()
	return r.result
}

// run is one holding of works against the map.
type run struct {
	Input
	law     Law
	zone    *Zone // that goes for most of the footprint; nil when there is none
	several bool  // and there are others below it
	unsure  bool  // nobody knows whether a plan below it goes
	result  Result
}

func (r *run) add(a Answer) {
	for name, n := range a.Figures {
		a.Figures[name] = round(n)
	}
	if a.Verdict == CannotTell && strings.HasPrefix(a.Case, "no_") && slices.Contains(r.More, a.Source.Layer) {
		a.Case = CaseMore // the municipality has the layer
	}
	r.result.Answers = append(r.result.Answers, a)
}

// lacks reports whether a layer does not tell: the municipality does not have it, or has more
// of it here than was read.
func (r *run) lacks(layer string) bool {
	return slices.Contains(r.Missing, layer) || slices.Contains(r.More, layer)
}

// CaseMore is the case of an answer that a layer would give, had it not more than is read.
const CaseMore = "more"

// zoneUnder is the zone that goes for most of the footprint. A zoning plan goes
// before the master plan (plan- og bygningsloven § 1-5 second paragraph): the master
// plan's zone is taken where no zoning plan's is.
// One of which nobody knows whether it goes makes unsure what all of them say.
func (r *run) zoneUnder() (best *Zone, several bool) {
	for _, master := range []bool{false, true} {
		most, touched := tolerance, 0
		for i := range r.Zones {
			z := &r.Zones[i]
			if z.Master != master {
				continue
			}
			if share := shape.Overlap(z.Ground, r.Works.Footprint); share > tolerance {
				touched++
				r.unsure = r.unsure || z.Unsure
				if share > most {
					best, most = z, share
				}
			}
		}
		if best != nil {
			return best, touched > 1
		}
	}
	return nil, false
}

// of is the plan as the source of an answer.
func (z *Zone) of(laws ...string) Source {
	return Source{Laws: laws, Plan: z.Plan, PlanName: z.PlanName, Field: z.Field, Layer: LayerZones}
}

// inside asks whether it lies on the property.
func (r *run) inside() {
	outside := r.Works.BYA() - shape.Overlap(r.Works.Footprint, r.Ground)
	a := Answer{Key: KeyInside, Case: "ok", Verdict: OK, Names: map[string]string{"property": r.Ref}, Source: Source{Layer: "properties"}}
	if outside > tolerance {
		a.Case, a.Verdict = "outside", Breach
		a.Figures = map[string]float64{"outside": outside}
	}
	r.add(a)
}

// reach is how far the footprint comes out from the nearest own building.
func (r *run) reach() (metres float64, known bool) {
	var own []orb.MultiPolygon
	for _, b := range r.Buildings {
		if b.Own {
			own = append(own, b.Ground)
		}
	}
	if len(own) == 0 {
		return 0, false
	}
	for _, p := range r.Works.Footprint {
		for _, corner := range p[0] {
			nearest := shape.Distance(corner, own[0])
			for _, b := range own[1:] {
				nearest = min(nearest, shape.Distance(corner, b))
			}
			metres = max(metres, nearest)
		}
	}
	return metres, true
}
