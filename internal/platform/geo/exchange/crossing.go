package exchange

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// edge is a side of a ring: from point i to point i+1.
type edge struct {
	ring, i                int
	a, b                   orb.Point
	minX, maxX, minY, maxY float64
}

// mostPairs bounds how many sides are held against each other, per side, on the
// average: a coast has some hundred above each other, a bomb has all.
const mostPairs = 2_000

// slight is the largest part of a shape's area that a forgiven crossing cuts off:
// in the boundaries of the 357 municipalities, simplified for maps on the web, it
// is up to 1.5 %; in a bow tie it is half.
const slight = 0.02

// mostForgiven bounds the forgiven crossings of one polygon.
const mostForgiven = 1_000

// crossings finds where the sides of a polygon cross or run upon each other.
func crossings(polygon orb.Polygon, rules Rules) (wrong, warning *Problem) {
	edges := edgesOf(polygon)
	if len(edges) <= 4 && len(polygon) == 1 && triangle(polygon[0]) {
		return nil, nil
	}
	byX(edges)
	left, forgive := mostPairs*len(edges)+1_000_000, mostForgiven
	for n := range edges {
		e := &edges[n]
		for m := n + 1; m < len(edges) && edges[m].minX <= e.maxX; m++ {
			if left--; left < 0 {
				return Wrong("geometry_complex"), nil
			}
			f := &edges[m]
			if f.minY > e.maxY || f.maxY < e.minY || !clash(polygon, e, f) {
				continue
			}
			at := meeting(e, f)
			forgive--
			if rules.Crossings || forgive < 0 || cutOff(polygon, e, f, at) > slight*rules.whole {
				return Wrong("ring_crosses", "x", at[0], "y", at[1]), nil
			}
			if warning == nil {
				warning = Wrong("ring_crosses_slightly", "x", at[0], "y", at[1])
			}
		}
	}
	return nil, warning
}

// triangle reports whether a ring has three sides: they cannot cross.
func triangle(ring orb.Ring) bool { return len(ring) == 4 }

func edgesOf(polygon orb.Polygon) []edge {
	n := 0
	for _, ring := range polygon {
		n += len(ring) - 1
	}
	edges := make([]edge, 0, n)
	for r, ring := range polygon {
		for i := range len(ring) - 1 {
			a, b := ring[i], ring[i+1]
			if a == b {
				continue // a point told twice is no side
			}
			edges = append(edges, edge{
				ring: r, i: i, a: a, b: b,
				minX: min(a[0], b[0]), maxX: max(a[0], b[0]), minY: min(a[1], b[1]), maxY: max(a[1], b[1]),
			})
		}
	}
	return edges
}

func byX(edges []edge) {
	if len(edges) > 2 {
		slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.minX, b.minX) })
	}
}

// clash reports whether two sides cross, or run upon each other. To touch in a
// point is allowed (OGC 06-103r4 section 6.1.11.1), to go through it is not.
func clash(polygon orb.Polygon, e, f *edge) bool {
	c, d := cross(e.a, e.b, f.a), cross(e.a, e.b, f.b)
	g, h := cross(f.a, f.b, e.a), cross(f.a, f.b, e.b)
	if c == 0 && d == 0 {
		return upon(e, f)
	}
	if c != 0 && d != 0 && g != 0 && h != 0 {
		return (c > 0) != (d > 0) && (g > 0) != (h > 0)
	}
	return through(polygon, e, f)
}

// upon reports whether two sides of one line share more than a point.
func upon(e, f *edge) bool {
	if e.maxX-e.minX >= e.maxY-e.minY {
		return min(e.maxX, f.maxX) > max(e.minX, f.minX)
	}
	return min(e.maxY, f.maxY) > max(e.minY, f.minY)
}

// through reports whether the ways of two sides, one of which ends on the other,
// go through each other there. Each touch is looked at once: from the side that
// ends in the point, not from the one that begins there.
func through(polygon orb.Polygon, e, f *edge) bool {
	p, ok := touch(e, f)
	if !ok || p == e.a || p == f.a {
		return false
	}
	from, to := way(polygon, e, p)
	from2, to2 := way(polygon, f, p)
	one, two := between(p, from, to, from2), between(p, from, to, to2)
	return one*two < 0
}

// touch is where one side ends on the other.
func touch(e, f *edge) (orb.Point, bool) {
	for _, p := range [2]orb.Point{e.a, e.b} {
		if onSegment(f.a, f.b, p) {
			return p, true
		}
	}
	for _, p := range [2]orb.Point{f.a, f.b} {
		if onSegment(e.a, e.b, p) {
			return p, true
		}
	}
	return orb.Point{}, false
}

// way is where the ring comes from and goes to at a point of a side.
func way(polygon orb.Polygon, e *edge, p orb.Point) (from, to orb.Point) {
	if p != e.b {
		return e.a, e.b
	}
	ring := polygon[e.ring]
	n := len(ring) - 1
	for k := 1; k <= n; k++ {
		if next := ring[(e.i+1+k)%n]; next != p {
			return e.a, next
		}
	}
	return e.a, e.a
}

// between is 1 when the direction from p to q lies to the left of the way, -1 to
// the right, 0 on it.
func between(p, from, to, q orb.Point) int {
	angle := func(r orb.Point) float64 { return math.Atan2(r[1]-p[1], r[0]-p[0]) }
	start := angle(to)
	turn := func(r orb.Point) float64 {
		a := angle(r) - start
		if a < 0 {
			a += 2 * math.Pi
		}
		return a
	}
	switch a, b := turn(q), turn(from); {
	case a == 0 || a == b:
		return 0
	case a < b:
		return 1
	default:
		return -1
	}
}

// meeting is the point where two sides cross; of two upon each other, an end.
func meeting(e, f *edge) orb.Point {
	d := (e.b[0]-e.a[0])*(f.b[1]-f.a[1]) - (e.b[1]-e.a[1])*(f.b[0]-f.a[0])
	if d == 0 {
		if p, ok := touch(e, f); ok {
			return p
		}
		return e.a
	}
	t := ((f.a[0]-e.a[0])*(f.b[1]-f.a[1]) - (f.a[1]-e.a[1])*(f.b[0]-f.a[0])) / d
	return orb.Point{e.a[0] + t*(e.b[0]-e.a[0]), e.a[1] + t*(e.b[1]-e.a[1])}
}

// cutOff is the area that a crossing puts in doubt: the loop that a ring
// makes, or the smaller of two rings. Only a simplified line makes little ones.
func cutOff(polygon orb.Polygon, e, f *edge, at orb.Point) float64 {
	ring := polygon[e.ring]
	if e.ring != f.ring {
		return min(math.Abs(shape.SignedArea(ring)), math.Abs(shape.SignedArea(polygon[f.ring])))
	}
	first, last := min(e.i, f.i), max(e.i, f.i)
	loop := make(orb.Ring, 0, last-first+2)
	loop = append(loop, at)
	loop = append(loop, ring[first+1:last+1]...)
	loop = append(loop, at)
	whole, part := math.Abs(shape.SignedArea(ring)), math.Abs(shape.SignedArea(loop))
	return min(part, math.Abs(whole-part))
}
