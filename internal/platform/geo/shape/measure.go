package shape

import (
	"math"

	"github.com/paulmach/orb"
)

// Area is the area of a shape, holes taken away, in the square of its unit.
// Lines and points have none. Which way rings turn does not matter.
func Area(g orb.Geometry) float64 {
	var sum float64
	for _, polygon := range Areas(g) {
		for i, ring := range polygon {
			if a := math.Abs(SignedArea(ring)); i == 0 {
				sum += a
			} else {
				sum -= a
			}
		}
	}
	return sum
}

// SignedArea is the area of a ring: positive when it turns against the clock.
func SignedArea(r orb.Ring) float64 {
	if len(r) < 3 {
		return 0
	}
	origin := r[0] // coordinates of millions of metres would eat the digits
	var sum float64
	for i := 1; i+1 < len(r); i++ {
		sum += (r[i][0]-origin[0])*(r[i+1][1]-origin[1]) - (r[i+1][0]-origin[0])*(r[i][1]-origin[1])
	}
	return sum / 2
}

// Length is the length of lines and of the boundaries of areas.
func Length(g orb.Geometry) float64 {
	var sum float64
	for _, e := range edgesOf(g) {
		sum += math.Hypot(e.b[0]-e.a[0], e.b[1]-e.a[1])
	}
	return sum
}

// Distance is the shortest distance between two shapes: 0 when they meet, also
// when one lies inside the other, +Inf when one is empty. The distance to an
// area's boundary from within is that to Outline.
func Distance(a, b orb.Geometry) float64 { return Prepare(a).Distance(Prepare(b)) }

// Outline is the boundary of an area, as lines.
func Outline(g orb.Geometry) orb.MultiLineString {
	var lines orb.MultiLineString
	for _, polygon := range Areas(g) {
		for _, ring := range polygon {
			lines = append(lines, orb.LineString(ring))
		}
	}
	return lines
}

// Areas gives the polygons of a shape, of a collection too. A box becomes one.
func Areas(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Ring:
		return orb.MultiPolygon{{g}}
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	case orb.Bound:
		return orb.MultiPolygon{g.ToPolygon()}
	case orb.Collection:
		var all orb.MultiPolygon
		for _, one := range g {
			all = append(all, Areas(one)...)
		}
		return all
	default:
		return nil
	}
}

// edgesOf takes a shape apart. Sides of no length are left out, a line of no
// length is a point, an unclosed ring is closed.
func edgesOf(g orb.Geometry) []edge {
	var edges []edge
	switch g := g.(type) {
	case orb.Point:
		edges = append(edges, edge{a: g, b: g})
	case orb.MultiPoint:
		for i, p := range g {
			edges = append(edges, edge{a: p, b: p, ring: int32(i)})
		}
	case orb.LineString:
		edges = lineEdges(nil, g, 0)
	case orb.MultiLineString:
		for i, l := range g {
			edges = lineEdges(edges, l, int32(i))
		}
	case orb.Collection:
		var next int32
		for _, one := range g {
			for _, e := range edgesOf(one) {
				e.ring += next
				edges = append(edges, e)
			}
			if n := len(edges); n > 0 {
				next = edges[n-1].ring + 1
			}
		}
	default:
		edges = areaEdges(nil, Areas(g))
	}
	return edges
}

func lineEdges(edges []edge, l orb.LineString, ring int32) []edge {
	before := len(edges)
	for i := 1; i < len(l); i++ {
		if l[i] != l[i-1] {
			edges = append(edges, edge{a: l[i-1], b: l[i], ring: ring, kind: lineDim})
		}
	}
	if len(edges) == before && len(l) > 0 {
		edges = append(edges, edge{a: l[0], b: l[0], ring: ring})
	}
	return edges
}

func areaEdges(edges []edge, area orb.MultiPolygon) []edge {
	var ring int32
	for _, polygon := range area {
		for _, r := range polygon {
			for i := range r {
				if a, b := r[i], r[(i+1)%len(r)]; a != b {
					edges = append(edges, edge{a: a, b: b, ring: ring, kind: areaDim})
				}
			}
			ring++
		}
	}
	return edges
}

// InnerPoint is a point well inside an area, for a label or a pin: the middle of
// the widest stretch of a horizontal line through it. It is false for what has
// no area.
func InnerPoint(area orb.MultiPolygon) (orb.Point, bool) {
	var best orb.Point
	var widest float64
	for _, polygon := range area {
		b := polygon.Bound()
		for _, part := range []float64{0.5, 0.382, 0.618, 0.25, 0.75} {
			y := b.Min[1] + part*(b.Max[1]-b.Min[1])
			x, width := widestAt(polygon, y)
			if width > widest*1.05 {
				best, widest = orb.Point{x, y}, width
			}
		}
	}
	return best, widest > 0
}
