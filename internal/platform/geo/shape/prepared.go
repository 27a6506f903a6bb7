package shape

import (
	"math"

	"github.com/paulmach/orb"
)

// Prepared is a shape made ready for many comparisons: a filter's polygon that
// every feature is held against. It may be used by many at once, and the shape
// must not be changed while it is.
type Prepared struct {
	shape orb.Geometry
	bound orb.Bound
	tree  *tree
	area  *Locator           // of the areas; nil without any
	ends  map[orb.Point]bool // ends of lines: true where an odd number end, the boundary of lines
	dims  [3]bool
}

// Prepare makes a shape ready.
func Prepare(g orb.Geometry) *Prepared {
	edges := turnedEdges(g)
	p := &Prepared{shape: g, tree: newTree(edges), ends: map[orb.Point]bool{}}
	p.bound = orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	var areas []edge
	for i, e := range edges {
		p.bound = p.bound.Union(e.box())
		p.dims[e.kind] = true
		switch e.kind {
		case areaDim:
			areas = append(areas, e)
		case lineDim:
			if i == 0 || edges[i-1].ring != e.ring || edges[i-1].kind != lineDim {
				p.ends[e.a] = !p.ends[e.a]
			}
			if i == len(edges)-1 || edges[i+1].ring != e.ring || edges[i+1].kind != lineDim {
				p.ends[e.b] = !p.ends[e.b]
			}
		case pointDim:
		}
	}
	if len(areas) > 0 {
		p.area = newLocator(areas)
	}
	return p
}

// turnedEdges are the edges of a shape, those of areas turned so that the inside
// is on the left.
func turnedEdges(g orb.Geometry) []edge {
	edges := edgesOf(g)
	i := 0
	for _, polygon := range Areas(g) {
		for n, ring := range polygon {
			for i < len(edges) && edges[i].kind != areaDim {
				i++
			}
			start := i
			for i < len(edges) && edges[i].kind == areaDim && edges[i].ring == edges[start].ring {
				i++
			}
			if (SignedArea(ring) > 0) != (n == 0) {
				for j := start; j < i; j++ {
					edges[j].a, edges[j].b = edges[j].b, edges[j].a
				}
			}
		}
	}
	return edges
}

// Shape is the shape that was prepared.
func (p *Prepared) Shape() orb.Geometry { return p.shape }

// Bound is the box around the shape.
func (p *Prepared) Bound() orb.Bound { return p.bound }

// Dimension is 2 for areas, 1 for lines, 0 for points, −1 for nothing, and that
// of the greatest part for a mixture.
func (p *Prepared) Dimension() int {
	for d := 2; d >= 0; d-- {
		if p.dims[d] {
			return d
		}
	}
	return -1
}

// Intersects tells whether two shapes have a point in common.
func (p *Prepared) Intersects(q *Prepared) bool {
	if len(p.tree.edges) == 0 || len(q.tree.edges) == 0 || !p.bound.Intersects(q.bound) {
		return false
	}
	return p.reaches(q) || q.reaches(p) || p.touches(q)
}

// reaches tells whether a part of p begins inside q.
func (p *Prepared) reaches(q *Prepared) bool {
	if q.area == nil {
		return false
	}
	for i, e := range p.tree.edges {
		first := i == 0 || e.ring != p.tree.edges[i-1].ring || e.kind != p.tree.edges[i-1].kind
		if first && q.area.Contains(e.a) {
			return true
		}
	}
	return false
}

// touches tells whether an edge of p meets an edge of q.
func (p *Prepared) touches(q *Prepared) bool {
	if len(p.tree.edges) > len(q.tree.edges) {
		p, q = q, p
	}
	for _, e := range p.tree.edges {
		none := q.tree.search(e.box(), func(i int) bool {
			how, _ := meet(e.a, e.b, q.tree.edges[i].a, q.tree.edges[i].b)
			return how == apart
		})
		if !none {
			return true
		}
	}
	return false
}

// Distance is the shortest distance to another shape: 0 when they meet, +Inf
// when one of them is empty.
func (p *Prepared) Distance(q *Prepared) float64 {
	if p.Intersects(q) {
		return 0
	}
	if len(p.tree.edges) > len(q.tree.edges) {
		p, q = q, p
	}
	best := math.Inf(1)
	for _, e := range p.tree.edges {
		best = q.tree.nearest(e, best)
	}
	return math.Sqrt(best)
}

// Meets tells, quickly, whether something of the shape may lie in a box: false means that
// nothing does.
func (p *Prepared) Meets(b orb.Bound) bool {
	none := p.tree.search(b, func(int) bool { return false })
	return !none || p.area != nil && p.area.Contains(b.Min) // the box lies within the area, or outside
}

// Nearer tells whether two shapes are less than limit apart. It is quicker than
// Distance when they are far apart.
func (p *Prepared) Nearer(q *Prepared, limit float64) bool {
	if boxDistance(p.bound, q.bound) >= limit*limit {
		return false
	}
	return p.Distance(q) < limit
}

// Intersects tells whether two shapes have a point in common.
func Intersects(a, b orb.Geometry) bool { return Prepare(a).Intersects(Prepare(b)) }

// locate tells where a point lies: with regard to an area, inside, outside or on
// the boundary; on a line it is inside except at the line's ends.
func (p *Prepared) locate(at orb.Point) Place {
	if p.area != nil {
		if place := p.area.Locate(at); place != Outside {
			return place
		}
	}
	if odd, end := p.ends[at]; end {
		return insideUnless(odd)
	}
	free := p.tree.search(orb.Bound{Min: at, Max: at}, func(i int) bool {
		e := p.tree.edges[i]
		return e.kind == areaDim || orient(e.a, e.b, at) != 0
	})
	if free {
		return Outside
	}
	return Inside
}

func insideUnless(boundary bool) Place {
	if boundary {
		return Boundary
	}
	return Inside
}
