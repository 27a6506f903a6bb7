package shape

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Overlap is the area that two areas share.
func Overlap(a, b orb.MultiPolygon) float64 {
	return sweep([]orb.MultiPolygon{a, b}, func(in []bool, _ int) bool { return in[0] && in[1] })
}

// Covered is how much of an area is covered by others, what several of them
// cover counted once: the built-up part of a property.
func Covered(area orb.MultiPolygon, by ...orb.MultiPolygon) float64 {
	return sweep(append([]orb.MultiPolygon{area}, by...), func(in []bool, n int) bool { return in[0] && n > 1 })
}

// Union is the area that several areas cover together.
func Union(areas ...orb.MultiPolygon) float64 {
	return sweep(areas, func(_ []bool, n int) bool { return n > 0 })
}

// side is an edge seen by the sweep: always from south to north.
type side struct {
	edge
	of int // which area
}

func (s side) at(y float64) float64 {
	return s.a[0] + (s.b[0]-s.a[0])*((y-s.a[1])/(s.b[1]-s.a[1]))
}

// sweep sums the area of all places for which want is true. It is told, for a
// place, which of the areas it lies in and how many those are.
//
// The plane is cut into strips at every corner and at every crossing. Within a
// strip no two sides cross, so what is wanted is a row of trapezes, and the area
// of each is its height by its width half-way up. Two sides that nearly
// coincide may come in the wrong order by rounding: the error is the sliver
// between them. Methods that walk along the boundary from crossing to crossing
// lose the whole shape then.
func sweep(areas []orb.MultiPolygon, want func(in []bool, n int) bool) float64 {
	sides, levels, origin := sidesOf(areas)
	slices.SortFunc(sides, func(s, t side) int { return compare(s.a[1], t.a[1]) })
	slices.Sort(levels)
	levels = slices.Compact(levels)
	row := strip{in: make([]bool, len(areas)), want: want, origin: origin}
	var active []int
	var total float64
	next := 0
	for i := 0; i+1 < len(levels); i++ {
		low, high := levels[i], levels[i+1]
		for ; next < len(sides) && sides[next].a[1] <= low; next++ {
			active = append(active, next)
		}
		active = slices.DeleteFunc(active, func(s int) bool { return sides[s].b[1] <= low })
		total += (high - low) * row.width(sides, active, low+(high-low)/2)
	}
	return total
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// sidesOf gathers the sides of all areas, the heights at which something
// happens, and the westernmost x, from which widths are measured.
func sidesOf(areas []orb.MultiPolygon) (sides []side, levels []float64, origin float64) {
	edges := make([]edge, 0, 64)
	var of []int
	for i, area := range areas {
		edges = areaEdges(edges, area)
		for len(of) < len(edges) {
			of = append(of, i)
		}
	}
	origin = math.Inf(1)
	t := newTree(edges)
	for i, e := range edges {
		levels = append(levels, e.a[1], e.b[1])
		origin = math.Min(origin, math.Min(e.a[0], e.b[0]))
		t.search(e.box(), func(j int) bool {
			if j > i {
				if how, at := meet(e.a, e.b, edges[j].a, edges[j].b); how == cross {
					levels = append(levels, at[1])
				}
			}
			return true
		})
		if e.a[1] > e.b[1] {
			e.a, e.b = e.b, e.a
		}
		if e.a[1] != e.b[1] {
			sides = append(sides, side{e, of[i]})
		}
	}
	return sides, levels, origin
}

// strip measures how wide what is wanted is at one height.
type strip struct {
	in     []bool
	want   func(in []bool, n int) bool
	hits   []hit
	origin float64
}

type hit struct {
	x  float64
	of int
}

func (s *strip) width(sides []side, active []int, y float64) float64 {
	s.hits = s.hits[:0]
	for _, i := range active {
		s.hits = append(s.hits, hit{sides[i].at(y) - s.origin, sides[i].of})
	}
	slices.SortFunc(s.hits, func(a, b hit) int { return compare(a.x, b.x) })
	clear(s.in)
	var width, from float64
	inside, count := false, 0
	for _, h := range s.hits {
		if s.in[h.of] = !s.in[h.of]; s.in[h.of] {
			count++
		} else {
			count--
		}
		now := s.want(s.in, count)
		switch {
		case now && !inside:
			from = h.x
		case !now && inside:
			width += h.x - from
		}
		inside = now
	}
	return width
}

// widestAt gives the middle and the width of the widest stretch of a polygon at
// one height.
func widestAt(p orb.Polygon, y float64) (middle, width float64) {
	var xs []float64
	for _, e := range areaEdges(nil, orb.MultiPolygon{p}) {
		if (e.a[1] > y) != (e.b[1] > y) {
			xs = append(xs, e.a[0]+(e.b[0]-e.a[0])*((y-e.a[1])/(e.b[1]-e.a[1])))
		}
	}
	slices.Sort(xs)
	for i := 0; i+1 < len(xs); i += 2 {
		if w := xs[i+1] - xs[i]; w > width {
			middle, width = (xs[i]+xs[i+1])/2, w
		}
	}
	return middle, width
}
