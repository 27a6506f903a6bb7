package ogc

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// box is a box that is asked for, in the system it is told in; points are east and
// north. West lies east of east where it goes over the antimeridian.
type box struct {
	orb.Bound

	system crs.System
}

// readBox reads bbox: four numbers, or six of which the heights are left out
// (OGC 17-069r4, /req/core/fc-bbox-definition), in the order of the system's axes
// (18-058r1, /req/crs/fc-bbox-crs-action).
func readBox(text string, system crs.System) (box, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 && len(parts) != 6 {
		return box{}, wrong("bbox_numbers", "count", len(parts))
	}
	numbers := make([]float64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return box{}, wrong("bbox_number", "value", shown(part))
		}
		numbers[i] = n
	}
	half := len(parts) / 2
	b := box{system: system, Bound: orb.Bound{Min: system.Point(numbers[0], numbers[1]), Max: system.Point(numbers[half], numbers[half+1])}}
	if half == 3 && numbers[2] > numbers[5] {
		return b, wrong("bbox_order")
	}
	return b, b.check()
}

// check refuses boxes that lie nowhere.
func (b box) check() error {
	switch {
	case b.Min[1] > b.Max[1], b.Min[0] > b.Max[0] && !b.system.Degrees:
		return wrong("bbox_order")
	case !b.system.Degrees:
		return nil
	}
	for _, p := range []orb.Point{b.Min, b.Max} {
		if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
			return wrong("bbox_range", "crs", b.system.URI())
		}
	}
	return nil
}

// part is what of a box can hold something of a layer, in the layer's own system: a
// box, or the area that a box of another system is there.
type part struct {
	box  *orb.Bound
	area orb.Polygon
}

// within is the part of the box that can hold something of a layer. It is false when
// there is no such part.
//
// A box of the whole world has no image in a projection, hence only what is shared
// with the layer's extent is projected.
func (b box) within(l layers.Layer) (part, bool, error) {
	if !l.HasExtent() {
		return part{}, false, nil
	}
	own := l.System()
	if b.near() && own.Code != b.system.Code {
		return part{area: image(b.Bound, own, crs.Between(b.system, own))}, true, nil
	}
	there := crs.Box(l.Extent, crs.Between(own, b.system)).Pad(b.margin())
	if b.Min[0] <= b.Max[0] {
		p, some := b.shared(b.Bound, there, own)
		return p, some, nil
	}
	// Over the antimeridian (RFC 7946 § 5.2): east of west, and west of east.
	asked := orb.Bound{Min: b.Min, Max: orb.Point{180, b.Max[1]}}
	west := orb.Bound{Min: orb.Point{-180, b.Min[1]}, Max: b.Max}
	switch toEast, toWest := meet(asked, there), meet(west, there); {
	case toEast && toWest:
		return part{}, false, wrong("bbox_antimeridian")
	case toWest:
		asked = west
	}
	p, some := b.shared(asked, there, own)
	return p, some, nil
}

// nearDegrees is how large a box may be to have an image wherever it lies in Norway.
const nearDegrees = 0.5

// near reports whether the box is so small, and lies so, that it has an image as a whole:
// there is no need to find out what it shares with the layer.
func (b box) near() bool {
	width, height := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	norway := crs.Norway()
	return b.system.Degrees && width > 0 && height > 0 && width <= nearDegrees && height <= nearDegrees && norway.Contains(b.Min) && norway.Contains(b.Max)
}

// margin is about a metre, more than any rounding.
func (b box) margin() float64 {
	if b.system.Degrees {
		return 1e-5
	}
	return 1
}

func (b box) shared(asked, there orb.Bound, own crs.System) (part, bool) {
	if !meet(asked, there) {
		return part{}, false
	}
	both := orb.Bound{
		Min: orb.Point{max(asked.Min[0], there.Min[0]), max(asked.Min[1], there.Min[1])},
		Max: orb.Point{min(asked.Max[0], there.Max[0]), min(asked.Max[1], there.Max[1])},
	}
	if own.Code == b.system.Code {
		return part{box: &both}, true
	}
	to := crs.Between(b.system, own)
	if both.Min[0] == both.Max[0] || both.Min[1] == both.Max[1] || both == there {
		image := crs.Box(both, to) // a line or a point has no inside; all of the layer needs none
		return part{box: &image}, true
	}
	return part{area: image(both, own, to)}, true
}

// A side of a box is a curve in another system. It is drawn in straight pieces of at
// most stepMetres, true to a tenth of a millimetre, but in no more than sideSteps: a
// side of 10 km is then true to a millimetre, one of 100 km to a decimetre.
const (
	sideSteps  = 64
	stepMetres = 40.0
)

// image is a box in another system.
func image(b orb.Bound, to crs.System, project crs.Func) orb.Polygon {
	corners := [...]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}}
	var there [len(corners)]orb.Point
	for i, p := range corners {
		there[i] = project(p)
	}
	ring := make(orb.Ring, 0, 4*sideSteps+1)
	for i, from := range corners {
		next := (i + 1) % len(corners)
		steps := piecesOf(there[i], there[next], to)
		step := orb.Point{(corners[next][0] - from[0]) / float64(steps), (corners[next][1] - from[1]) / float64(steps)}
		ring = append(ring, there[i])
		for n := 1; n < steps; n++ {
			ring = append(ring, project(orb.Point{from[0] + float64(n)*step[0], from[1] + float64(n)*step[1]}))
		}
	}
	return orb.Polygon{append(ring, ring[0])}
}

// piecesOf is how many pieces a side between two corners gets.
func piecesOf(a, b orb.Point, in crs.System) int {
	if in.Degrees {
		return sideSteps
	}
	pieces := math.Ceil(math.Hypot(b[0]-a[0], b[1]-a[1]) / stepMetres)
	return int(max(1, min(pieces, sideSteps)))
}

// meet reports whether two boxes share a point.
func meet(a, b orb.Bound) bool {
	return a.Min[0] <= b.Max[0] && b.Min[0] <= a.Max[0] && a.Min[1] <= b.Max[1] && b.Min[1] <= a.Max[1]
}
