package shape

import (
	"math"

	"github.com/paulmach/orb"
)

// Place is where a point lies with regard to a shape.
type Place int8

// The places.
const (
	Outside Place = iota
	Boundary
	Inside
)

// String names the place.
func (p Place) String() string {
	return [...]string{"outside", "boundary", "inside"}[p]
}

// Locator tells quickly where points lie with regard to one area. It keeps the
// edges in horizontal slabs and looks only at those of the point's own. It may
// be used by many at once.
type Locator struct {
	bound orb.Bound
	low   float64 // the southernmost y
	per   float64 // slabs for each unit of y
	start []int32 // where each slab's edges begin in refs; one more than slabs
	refs  []int32
	edges []edge
}

// NewLocator makes a locator of an area.
func NewLocator(area orb.MultiPolygon) *Locator { return newLocator(areaEdges(nil, area)) }

func newLocator(edges []edge) *Locator {
	l := &Locator{edges: edges, start: []int32{0, 0}}
	if len(edges) == 0 {
		l.bound = orb.Bound{Min: orb.Point{1, 1}} // empty: nothing lies in it
		return l
	}
	l.bound = edges[0].box()
	for _, e := range edges {
		l.bound = l.bound.Union(e.box())
	}
	l.low = l.bound.Min[1]
	slabs := max(1, len(edges)/2)
	for ; ; slabs /= 2 {
		l.per = float64(slabs) / (l.bound.Max[1] - l.low)
		// Tall edges lie in many slabs: fewer slabs keep the sum in bounds.
		if l.fill(slabs) || slabs == 1 {
			return l
		}
	}
}

// fill puts the edges into slabs, unless that takes more than some eight places
// an edge.
func (l *Locator) fill(slabs int) bool {
	l.start = make([]int32, slabs+1)
	total := 0
	for _, e := range l.edges {
		from, to := l.slabs(e)
		if total += to - from + 1; total > 8*len(l.edges) && slabs > 1 {
			return false
		}
		for s := from; s <= to; s++ {
			l.start[s+1]++
		}
	}
	for s := range slabs {
		l.start[s+1] += l.start[s]
	}
	l.refs = make([]int32, total)
	next := append([]int32(nil), l.start[:slabs]...)
	for i, e := range l.edges {
		from, to := l.slabs(e)
		for s := from; s <= to; s++ {
			l.refs[next[s]] = int32(i)
			next[s]++
		}
	}
	return true
}

func (l *Locator) slabs(e edge) (from, to int) {
	from, to = l.slab(e.a[1]), l.slab(e.b[1])
	return min(from, to), max(from, to)
}

// slab rises with y, so that an edge is in every slab that it passes.
func (l *Locator) slab(y float64) int {
	s := (y - l.low) * l.per
	if !(s > 0) { // also when all is of no height and per is infinite
		return 0
	}
	return int(min(s, float64(len(l.start)-2)))
}

// Locate tells where a point lies.
func (l *Locator) Locate(p orb.Point) Place {
	if !l.bound.Contains(p) || math.IsNaN(p[0]) || math.IsNaN(p[1]) { // NaN is nowhere
		return Outside
	}
	s := l.slab(p[1])
	inside := false
	for _, i := range l.refs[l.start[s]:l.start[s+1]] {
		crosses, on := ray(p, l.edges[i].a, l.edges[i].b)
		if on {
			return Boundary
		}
		inside = inside != crosses
	}
	if inside {
		return Inside
	}
	return Outside
}

// Contains tells whether a point lies inside or on the boundary.
func (l *Locator) Contains(p orb.Point) bool { return l.Locate(p) != Outside }

// ray tells whether an edge crosses the ray from p to the east, and whether p
// lies on the edge. An edge counts at its lower end and not at its upper, so
// that a corner is counted once.
func ray(p, a, b orb.Point) (crosses, on bool) {
	switch {
	case p == a || p == b:
		return false, true
	case a[1] == p[1] && b[1] == p[1]:
		return false, (a[0] < p[0]) != (b[0] < p[0])
	case (a[1] > p[1]) == (b[1] > p[1]):
		return false, false
	case a[0] < p[0] && b[0] < p[0]:
		return false, false
	case a[0] > p[0] && b[0] > p[0]:
		return true, false
	}
	side := orient(a, b, p)
	return side != 0 && (side > 0) == (b[1] > a[1]), side == 0
}

// Locate tells where a point lies with regard to an area. For more than a few
// points of one area a Locator is quicker.
func Locate(area orb.MultiPolygon, p orb.Point) Place {
	if math.IsNaN(p[0]) || math.IsNaN(p[1]) { // NaN is nowhere
		return Outside
	}
	inside := false
	for _, polygon := range area {
		for _, r := range polygon {
			for i := range r {
				a, b := r[i], r[(i+1)%len(r)] // an unclosed ring is closed here
				crosses, on := ray(p, a, b)
				if on {
					return Boundary
				}
				inside = inside != crosses
			}
		}
	}
	if inside {
		return Inside
	}
	return Outside
}
