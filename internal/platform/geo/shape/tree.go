package shape

import (
	"math"

	"github.com/paulmach/orb"
)

// edge is one side of a shape: from a to b, in a ring or line of a part. A point
// is an edge from itself to itself.
type edge struct {
	a, b orb.Point
	ring int32 // running number of the ring or line it belongs to
	kind dim
}

// dim is the dimension of the part that an edge belongs to.
type dim int8

const (
	pointDim dim = iota
	lineDim
	areaDim
)

func (e edge) box() orb.Bound {
	return orb.Bound{
		Min: orb.Point{math.Min(e.a[0], e.b[0]), math.Min(e.a[1], e.b[1])},
		Max: orb.Point{math.Max(e.a[0], e.b[0]), math.Max(e.a[1], e.b[1])},
	}
}

// fan is how many boxes one box of a tree holds.
const fan = 8

// tree finds edges by place. Neighbours in a ring are neighbours in the plane,
// so boxes around eight edges in a row, and around eight such boxes in a row,
// make a tree without any sorting.
type tree struct {
	edges  []edge
	levels [][]orb.Bound // the lowest first; the last has one box
}

func newTree(edges []edge) *tree {
	t := &tree{edges: edges}
	if len(edges) == 0 {
		return t
	}
	low := make([]orb.Bound, (len(edges)+fan-1)/fan)
	for i := range low {
		low[i] = edges[i*fan].box()
		for _, e := range edges[i*fan : min((i+1)*fan, len(edges))] {
			low[i] = low[i].Union(e.box())
		}
	}
	t.levels = append(t.levels, low)
	for len(low) > 1 {
		up := make([]orb.Bound, (len(low)+fan-1)/fan)
		for i := range up {
			up[i] = low[i*fan]
			for _, b := range low[i*fan : min((i+1)*fan, len(low))] {
				up[i] = up[i].Union(b)
			}
		}
		t.levels = append(t.levels, up)
		low = up
	}
	return t
}

// search visits the edges whose boxes meet b, in order, until visit says stop by
// answering false. It reports whether all were visited.
func (t *tree) search(b orb.Bound, visit func(i int) bool) bool {
	if len(t.levels) == 0 {
		return true
	}
	return t.searchIn(len(t.levels)-1, 0, b, visit)
}

func (t *tree) searchIn(level, node int, b orb.Bound, visit func(i int) bool) bool {
	if !t.levels[level][node].Intersects(b) {
		return true
	}
	from, to := node*fan, (node+1)*fan
	if level == 0 {
		for i := from; i < min(to, len(t.edges)); i++ {
			if t.edges[i].box().Intersects(b) && !visit(i) {
				return false
			}
		}
		return true
	}
	for i := from; i < min(to, len(t.levels[level-1])); i++ {
		if !t.searchIn(level-1, i, b, visit) {
			return false
		}
	}
	return true
}

// nearest gives the square of the distance from an edge to the nearest edge of
// the tree, or best when none is nearer.
func (t *tree) nearest(e edge, best float64) float64 {
	if len(t.levels) == 0 {
		return best
	}
	return t.nearestIn(len(t.levels)-1, 0, e, e.box(), best)
}

func (t *tree) nearestIn(level, node int, e edge, box orb.Bound, best float64) float64 {
	if boxDistance(t.levels[level][node], box) >= best {
		return best
	}
	from, to := node*fan, (node+1)*fan
	if level == 0 {
		for _, other := range t.edges[from:min(to, len(t.edges))] {
			if boxDistance(other.box(), box) < best {
				best = math.Min(best, segmentDistance(e, other))
			}
		}
		return best
	}
	for i := from; i < min(to, len(t.levels[level-1])); i++ {
		best = t.nearestIn(level-1, i, e, box, best)
	}
	return best
}

// boxDistance is the square of the distance between two boxes.
func boxDistance(a, b orb.Bound) float64 {
	dx := math.Max(0, math.Max(a.Min[0]-b.Max[0], b.Min[0]-a.Max[0]))
	dy := math.Max(0, math.Max(a.Min[1]-b.Max[1], b.Min[1]-a.Max[1]))
	return dx*dx + dy*dy
}

// segmentDistance is the square of the distance between two edges.
func segmentDistance(e, f edge) float64 {
	if how, _ := meet(e.a, e.b, f.a, f.b); how != apart {
		return 0
	}
	return math.Min(
		math.Min(pointDistance(e.a, f), pointDistance(e.b, f)),
		math.Min(pointDistance(f.a, e), pointDistance(f.b, e)))
}

// pointDistance is the square of the distance from a point to an edge.
func pointDistance(p orb.Point, e edge) float64 {
	dx, dy := e.b[0]-e.a[0], e.b[1]-e.a[1]
	px, py := p[0]-e.a[0], p[1]-e.a[1]
	long := dx*dx + dy*dy
	if long == 0 {
		return px*px + py*py
	}
	switch t := (px*dx + py*dy) / long; {
	case t <= 0:
		return px*px + py*py
	case t >= 1:
		px, py = p[0]-e.b[0], p[1]-e.b[1]
		return px*px + py*py
	default: // by the area of the triangle: exact to the last digits near the line
		det := dx*py - dy*px
		return det * det / long
	}
}
