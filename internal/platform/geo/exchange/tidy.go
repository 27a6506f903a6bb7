package exchange

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Rules say how strict a geometry is judged.
type Rules struct {
	// Geographic tells that coordinates are degrees.
	Geographic bool
	// Direction refuses rings that run the wrong way instead of turning them,
	// as the product specifications of zoning plans ask.
	Direction bool
	// Crossings refuses the smallest crossing too. Otherwise a ring may cut off
	// a corner of itself, or cross a little ring, that is less than a fiftieth of
	// the whole shape: outlines that were simplified do.
	Crossings bool

	whole float64 // the area of the whole shape
}

// Tidy judges a geometry and turns its rings the right way, in place. The first
// result is what is wrong, nil when nothing is; the second is a warning.
func Tidy(g orb.Geometry, rules Rules) (wrong, warning *Problem) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		return pointsWrong(rules, g), nil
	case orb.MultiPoint:
		return pointsWrong(rules, g...), nil
	case orb.LineString:
		return lineWrong(rules, g), nil
	case orb.MultiLineString:
		for _, line := range g {
			if wrong := lineWrong(rules, line); wrong != nil {
				return wrong, nil
			}
		}
		return nil, nil
	case orb.Polygon:
		return tidyPolygon(g, rules)
	case orb.MultiPolygon:
		for _, polygon := range g {
			if len(polygon) > 0 {
				rules.whole += math.Abs(shape.SignedArea(polygon[0]))
			}
		}
		return tidyEach(len(g), func(i int) (*Problem, *Problem) { return tidyPolygon(g[i], rules) })
	case orb.Collection:
		return tidyEach(len(g), func(i int) (*Problem, *Problem) { return Tidy(g[i], rules) })
	default:
		return Wrong("geometry_unknown", "type", g.GeoJSONType()), nil
	}
}

func tidyEach(n int, tidy func(int) (wrong, warning *Problem)) (wrong, warning *Problem) {
	for i := range n {
		bad, odd := tidy(i)
		if bad != nil {
			return bad, nil
		}
		if warning == nil {
			warning = odd
		}
	}
	return nil, warning
}

// farthest is the largest coordinate of a map in metres: the world is 40,000 km.
const farthest = 1e8

func pointsWrong(rules Rules, points ...orb.Point) *Problem {
	for _, p := range points {
		far := [2]float64{farthest, farthest}
		if rules.Geographic {
			far = [2]float64{180, 90}
		}
		// A comparison with NaN is false, so this refuses NaN too.
		if !(math.Abs(p[0]) <= far[0] && math.Abs(p[1]) <= far[1]) {
			return Wrong("coordinate_range", "x", p[0], "y", p[1])
		}
	}
	return nil
}

func lineWrong(rules Rules, line orb.LineString) *Problem {
	if wrong := pointsWrong(rules, line...); wrong != nil {
		return wrong
	}
	if len(line) < 2 {
		return Wrong("line_short")
	}
	for _, p := range line {
		if p != line[0] {
			return nil
		}
	}
	return Wrong("line_short")
}

func tidyPolygon(polygon orb.Polygon, rules Rules) (wrong, warning *Problem) {
	if len(polygon) == 0 {
		return Wrong("ring_short"), nil
	}
	rules.whole = max(rules.whole, math.Abs(shape.SignedArea(polygon[0])))
	for i, ring := range polygon {
		if wrong := tidyRing(ring, i > 0, rules); wrong != nil {
			return wrong, nil
		}
	}
	wrong, warning = crossings(polygon, rules)
	if wrong == nil && warning == nil { // of rings that cross, none lies inside the other
		wrong = holesWrong(polygon)
	}
	return wrong, warning
}

func tidyRing(ring orb.Ring, hole bool, rules Rules) *Problem {
	if wrong := pointsWrong(rules, ring...); wrong != nil {
		return wrong
	}
	if len(ring) == 0 {
		return Wrong("ring_short")
	}
	if last := ring[len(ring)-1]; ring[0] != last {
		return Wrong("ring_open", "x", last[0], "y", last[1])
	}
	if len(ring) < 4 {
		return Wrong("ring_short")
	}
	area := shape.SignedArea(ring)
	if area == 0 && flat(ring) {
		return Wrong("ring_flat", "x", ring[0][0], "y", ring[0][1])
	}
	if area == 0 || (area > 0) != hole {
		return nil // a bow tie of equal halves has no area either: it is told as a crossing
	}
	if rules.Direction {
		return Wrong("ring_direction", "x", ring[0][0], "y", ring[0][1])
	}
	slices.Reverse(ring)
	return nil
}

// flat reports whether all corners lie on one line.
func flat(ring orb.Ring) bool {
	far := ring[0]
	for _, p := range ring {
		if far == ring[0] {
			far = p
		}
		if cross(ring[0], far, p) != 0 {
			return false
		}
	}
	return true
}

// mostHolePairs bounds the comparing of holes with each other.
const mostHolePairs = 50_000_000

// holesWrong finds holes outside and holes in holes. Nothing crosses here.
func holesWrong(polygon orb.Polygon) *Problem {
	holes := polygon[1:]
	if len(holes) == 0 {
		return nil
	}
	bounds := make([]orb.Bound, len(holes))
	for i, hole := range holes {
		if !within(hole, polygon[0]) {
			return Wrong("hole_outside", "x", hole[0][0], "y", hole[0][1])
		}
		bounds[i] = hole.Bound()
	}
	order := make([]int, len(holes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(bounds[a].Min[0], bounds[b].Min[0]) })
	pairs := 0
	for n, i := range order {
		for _, j := range order[n+1:] {
			if bounds[j].Min[0] > bounds[i].Max[0] {
				break
			}
			if pairs++; pairs > mostHolePairs {
				return Wrong("geometry_complex")
			}
			if bounds[i].Intersects(bounds[j]) && (within(holes[i], holes[j]) || within(holes[j], holes[i])) {
				return Wrong("holes_overlap", "x", holes[j][0][0], "y", holes[j][0][1])
			}
		}
	}
	return nil
}

// within reports whether one ring lies in another that it does not cross: the
// first point that is not on the other's line decides.
func within(inner, outer orb.Ring) bool {
	for i, p := range inner {
		switch side(outer, p) {
		case 1:
			return true
		case -1:
			return false
		}
		if i+1 < len(inner) { // all points may lie on the line, as of a star in its hull
			q := inner[i+1]
			if s := side(outer, orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}); s != 0 {
				return s > 0
			}
		}
	}
	return true
}

// side is 1 inside the ring, -1 outside, 0 on its line.
func side(ring orb.Ring, p orb.Point) int {
	inside := false
	for i := range len(ring) - 1 {
		a, b := ring[i], ring[i+1]
		if onSegment(a, b, p) {
			return 0
		}
		if (a[1] > p[1]) != (b[1] > p[1]) && (cross(a, b, p) > 0) == (b[1] > a[1]) {
			inside = !inside
		}
	}
	if inside {
		return 1
	}
	return -1
}

func onSegment(a, b, p orb.Point) bool {
	return p[0] >= min(a[0], b[0]) && p[0] <= max(a[0], b[0]) && p[1] >= min(a[1], b[1]) && p[1] <= max(a[1], b[1]) && cross(a, b, p) == 0
}
