package check

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// line asks whether it stands behind the building line of the plan (byggegrense): the
// one that the plan draws, or the distance to the road that its provisions tell.
func (r *run) line() {
	if r.zone == nil || r.Works.Kind == Wall {
		return
	}
	a := Answer{Key: KeyLine, Source: r.zone.of("pbl_12_7")}
	drawn, there := r.drawnLine(&a)
	switch road, known := r.nearestRoad(); {
	case r.unsure:
		a.Case, a.Verdict = caseUnsure, CannotTell
	case drawn:
	case r.zone.Line > 0 && known:
		a.Case, a.Verdict, a.Names = "ok", OK, map[string]string{"road": road.Label}
		a.Figures = map[string]float64{"metres": road.Metres, "required": r.zone.Line}
		if !reaches(road.Metres, r.zone.Line) {
			a.Case, a.Verdict, a.Dispensation = "over", Breach, true
		}
	case there: // it is told above
	case r.zone.Unknown.Line:
		a.Case, a.Verdict = caseUnknown, CannotTell
	case !known || r.zone.Line > 0:
		return
	default:
		a.Case, a.Verdict, a.Source, a.Names = "not_regulated", CannotTell, r.zone.of("road_29"), map[string]string{"road": road.Label}
		a.Figures = map[string]float64{"metres": road.Metres}
	}
	r.add(a)
}

// drawnLine holds the works against the building lines that their plan draws. It is
// decided when the works cross one, or when it runs between them and the road; else a
// person must see on which side they are, unless the provisions tell a distance.
func (r *run) drawnLine(a *Answer) (decided, there bool) {
	metres := math.Inf(1)
	var nearest orb.MultiLineString
	footprint := shape.Prepare(r.Works.Footprint)
	for _, l := range r.Lines {
		if d := footprint.Distance(shape.Prepare(l.Line)); l.Plan == r.zone.Plan && d < metres {
			metres, nearest = d, l.Line
		}
	}
	if math.IsInf(metres, 1) {
		return false, false
	}
	a.Figures = map[string]float64{"metres": metres}
	switch {
	case metres == 0:
		a.Case, a.Verdict, a.Dispensation = "crosses", Breach, true
	case r.shieldedBy(nearest):
		a.Case, a.Verdict = "behind", OK
	default:
		a.Case, a.Verdict = "drawn", Attention
		return false, true
	}
	return true, true
}

// shieldedBy reports whether a line runs between the works and the nearest road.
func (r *run) shieldedBy(line orb.MultiLineString) bool {
	road, known := r.nearestRoad()
	if !known {
		return false
	}
	for _, n := range r.Neighbours {
		if n.Use == UseRoad && n.Ref == road.Ref {
			from, to, ok := site.Nearest(r.Works.Footprint, n.Ground)
			return ok && shape.Intersects(orb.LineString{from, to}, line)
		}
	}
	return false
}

func (r *run) nearestRoad() (Boundary, bool) {
	for _, b := range r.result.Boundaries {
		if b.Road {
			return b, true
		}
	}
	return Boundary{}, false
}
