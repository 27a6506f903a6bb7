package check

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// boundaries measures the way to each neighbour that adjoins, and to boundaries
// behind which the map has no property, the nearest first.
func (r *run) boundaries() []Boundary {
	footprint := shape.Prepare(r.Works.Footprint)
	list := make([]Boundary, 0, len(r.Neighbours)+1)
	for _, n := range r.Neighbours {
		metres := footprint.Distance(shape.Prepare(n.Ground))
		if math.IsInf(metres, 0) {
			continue
		}
		list = append(list, Boundary{Ref: n.Ref, Label: n.Label(), Road: n.Use == UseRoad, Metres: round(metres)})
	}
	if metres, there := r.unknownSide(footprint); there {
		list = append(list, Boundary{Metres: round(metres)})
	}
	slices.SortStableFunc(list, func(a, b Boundary) int {
		return cmp.Or(cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.Ref, b.Ref))
	})
	return list
}

// beside is how far from a boundary a neighbour's ground may be and still be the one
// behind it: boundaries are not always drawn alike from both sides.
const beside = 0.5

// The boundary is looked at in pieces: a metre long near the works, and the longer the
// farther away they are, since only the nearest matters.
const (
	piece    = 1.0
	perMetre = 0.1
)

// unknownSide measures the way to those pieces of the boundary behind which no
// neighbour is known: the sea, or another municipality. A side is looked at all along,
// since a neighbour may lie beside a part of it.
func (r *run) unknownSide(footprint *shape.Prepared) (metres float64, there bool) {
	grounds := make([]*shape.Prepared, len(r.Neighbours))
	for i, n := range r.Neighbours {
		grounds[i] = shape.Prepare(n.Ground)
	}
	metres = math.Inf(1)
	known := func(p orb.Point) bool {
		at := shape.Prepare(p)
		return slices.ContainsFunc(grounds, func(g *shape.Prepared) bool { return at.Nearer(g, beside) })
	}
	var look func(a, b orb.Point)
	look = func(a, b orb.Point) {
		away := footprint.Distance(shape.Prepare(orb.LineString{a, b}))
		middle := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		switch length := math.Hypot(b[0]-a[0], b[1]-a[1]); {
		case a == b || away >= metres:
		case length > max(piece, away*perMetre):
			look(a, middle)
			look(middle, b)
		case !known(middle):
			metres = away
		}
	}
	for _, line := range shape.Outline(r.Ground) {
		for i := 1; i < len(line); i++ {
			look(line[i-1], line[i])
		}
	}
	return metres, !math.IsInf(metres, 1)
}

// nearest is the nearest boundary that is not a road's.
func (r *run) nearest() (Boundary, bool) {
	for _, b := range r.result.Boundaries {
		if !b.Road {
			return b, true
		}
	}
	return Boundary{}, false
}

// small reports whether it is a garage or the like that may stand nearer (§ 29-4
// third paragraph b, byggteknisk forskrift § 6-3).
func (r *run) small() bool {
	return r.Works.Kind == Garage && !r.Works.Dwelling && within(r.Works.BYA(), r.law.Boundary.SmallArea) && within(r.Works.bra(), r.law.Boundary.SmallArea)
}

// caseLow is that of a low terrace, which may be nearer.
const caseLow = "low"

// low reports whether it is a terrace of the height that may be made as near to the
// boundary as byggesaksforskriften § 4-1 tells.
func (r *run) low() bool {
	return r.Works.Kind == Terrace && r.Works.Ridge > 0 && within(r.Works.Ridge, r.law.Exempt[Terrace].Ridge)
}

// within and reaches compare what is measured with a limit, a centimetre more or
// less being nothing.
func within(n, most float64) bool   { return n <= most+tolerance }
func reaches(n, least float64) bool { return n >= least-tolerance }

// consented reports whether each neighbour that is nearer than required consents
// (§ 29-4 third paragraph a). Nobody can consent for ground that the map does not know.
func (r *run) consented(required float64) bool {
	for _, b := range r.result.Boundaries {
		if !b.Road && !reaches(b.Metres, required) && (b.Ref == "" || !slices.Contains(r.Consents, b.Ref)) {
			return false
		}
	}
	return true
}

// required is how far from the boundary it must be: half its height, and four
// metres at least.
func (r *run) required() float64 {
	return max(r.law.Boundary.Metres, r.Works.height()*r.law.Boundary.ShareOfHeight)
}

// distance asks how far it is from the boundary (plan- og bygningsloven § 29-4).
func (r *run) distance() {
	b, there := r.nearest()
	a := Answer{Key: KeyDistance, Source: Source{Laws: []string{"pbl_29_4", "tek_6_3"}, Layer: "properties"}}
	if !there {
		a.Case, a.Verdict = "only_roads", OK
		r.add(a)
		return
	}
	required := r.required()
	a.Figures = map[string]float64{"metres": b.Metres, "required": required, "height": r.Works.height(), "missing": max(0, required-b.Metres)}
	a.Names = map[string]string{"neighbour": b.Label}
	a.Case, a.Verdict = "ok", OK
	switch {
	case !reaches(b.Metres, required) && r.Works.Kind == Wall:
		a.Case, a.Verdict = "wall", Attention
	case !reaches(b.Metres, required) && r.low() && reaches(b.Metres, r.law.Exempt[Terrace].Boundary):
		a.Case, a.Verdict = caseLow, Attention
		a.Figures["required"], a.Source.Laws = r.law.Exempt[Terrace].Boundary, []string{"pbl_29_4", "sak_4_1"}
	case !reaches(b.Metres, required) && r.Works.Kind == Terrace && r.Works.Ridge == 0 && reaches(b.Metres, r.law.Exempt[Terrace].Boundary):
		a.Case, a.Verdict = "terrace_height", CannotTell
	case !reaches(b.Metres, required) && r.small():
		a.Case, a.Verdict = "small", Attention
	case !reaches(b.Metres, required) && r.consented(required):
		a.Case, a.Verdict = "consented", Attention // the municipality may, and need not
	case !reaches(b.Metres, required):
		a.Case, a.Verdict, a.Dispensation = "near", Breach, true
	case r.Works.height() == 0 && r.Works.Kind != Terrace && r.Works.Kind != Wall:
		a.Case, a.Verdict = "no_height", CannotTell
	case b.Metres < required+r.law.Boundary.Close:
		a.Case = "close"
	}
	if b.Ref == "" && a.Verdict != CannotTell {
		a.Case += "_unknown" // nobody to name
	}
	r.add(a)
}

// fire asks how far it is from other buildings (byggteknisk forskrift § 11-6).
func (r *run) fire() {
	a := Answer{Key: KeyFire, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"tek_11_6"}, Layer: LayerBuildings}}
	if r.Works.Kind == Wall {
		return
	}
	if r.lacks(LayerBuildings) {
		a.Case, a.Verdict = "no_layer", CannotTell
		r.add(a)
		return
	}
	b, metres, there := r.nearestBuilding()
	if !there {
		a.Case = "none"
		r.add(a)
		return
	}
	a.Figures = map[string]float64{"metres": metres, "required": r.law.Fire.Metres}
	small := !r.Works.Dwelling && within(r.Works.BYA(), r.law.Fire.SmallArea) && within(r.Works.bra(), r.law.Fire.SmallArea)
	switch {
	case reaches(metres, r.law.Fire.Metres):
	case metres <= tolerance:
		a.Case, a.Verdict = "overlaps", Attention
	case small && reaches(metres, r.law.Fire.SmallMetres):
		a.Case = "small"
	case b.Own:
		a.Case, a.Verdict = "own", Attention
	default:
		a.Case, a.Verdict = "near", Attention
	}
	r.add(a)
}

// nearestBuilding is the nearest building that the works are not a part of.
func (r *run) nearestBuilding() (nearest Building, metres float64, there bool) {
	footprint := shape.Prepare(r.Works.Footprint)
	for _, b := range r.Buildings {
		d := footprint.Distance(shape.Prepare(b.Ground))
		if math.IsInf(d, 1) || b.Own && d <= attached && r.partOf() {
			continue
		}
		if !there || d < metres {
			nearest, metres, there = b, d, true
		}
	}
	return nearest, metres, there
}

// attached is how far from a building an extension may be drawn and still be a part
// of it, in metres.
const attached = 0.5

// partOf reports whether such works are a part of a building that stands.
func (r *run) partOf() bool {
	return slices.Contains([]Kind{Extension, Upper, Terrace}, r.Works.Kind)
}
