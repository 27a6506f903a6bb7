package shape

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Matrix tells how two shapes relate, after the dimensionally extended nine
// intersection model: the dimension of what the inside, the boundary and the
// outside of one share with those of the other, −1 for nothing (OGC 06-103r4
// § 6.1.15.2). Rows and columns are in the order inside, boundary, outside.
type Matrix [3][3]int8

// String writes the matrix the usual way, in one row: FF2F11212.
func (m Matrix) String() string {
	out := make([]byte, 0, 9)
	for _, row := range m {
		for _, d := range row {
			if d < 0 {
				out = append(out, 'F')
			} else {
				out = append(out, '0'+byte(d))
			}
		}
	}
	return string(out)
}

func (m Matrix) some(row, column int) bool { return m[row][column] >= 0 }

// The rows and columns.
const (
	inside = iota
	boundary
	outside
)

// Relate compares two shapes. A shape is of one dimension: of points, of lines
// or of areas; what a collection of several kinds gives is not laid down.
func Relate(a, b orb.Geometry) Matrix { return Prepare(a).Relate(Prepare(b)) }

// Relate compares two shapes, as the function Relate does.
func (p *Prepared) Relate(q *Prepared) Matrix {
	m := Matrix{{-1, -1, -1}, {-1, -1, -1}, {-1, -1, 2}}
	one := half{p: p, q: q, set: func(row, column int, d int8) { m[row][column] = max(m[row][column], d) }}
	one.run()
	other := half{p: q, q: p, set: func(row, column int, d int8) { m[column][row] = max(m[column][row], d) }}
	other.run()
	return m
}

// half walks along the edges of p and notes what they meet of q.
type half struct {
	p, q *Prepared
	set  func(row, column int, d int8)

	nodes  []float64    // where on the edge something happens, from 0 to 1
	shared [][2]float64 // stretches that run along an edge of q
}

func (h *half) run() {
	for _, e := range h.p.tree.edges {
		if e.kind == pointDim {
			h.set(inside, column(h.q.locate(e.a)), 0)
			continue
		}
		h.walk(e)
	}
	for end, odd := range h.p.ends {
		h.set(column(insideUnless(odd)), column(h.q.locate(end)), 0)
	}
	if h.p.area != nil && h.q.area == nil {
		h.set(inside, outside, 2)
	}
}

func column(place Place) int { return outside - int(place) }

// own is where points of an edge's middle belong.
func own(e edge) int {
	if e.kind == areaDim {
		return boundary
	}
	return inside
}

func (h *half) walk(e edge) {
	h.nodes, h.shared = append(h.nodes[:0], 0, 1), h.shared[:0]
	h.q.tree.search(e.box(), func(i int) bool {
		h.note(e, h.q.tree.edges[i])
		return true
	})
	slices.Sort(h.nodes)
	for i := 1; i < len(h.nodes); i++ {
		from, to := h.nodes[i-1], h.nodes[i]
		if to-from > 1e-12 && !h.along(from, to) {
			h.piece(e, (from+to)/2)
		}
	}
}

// note takes in how an edge of p meets one of q.
func (h *half) note(e, f edge) {
	how, at := meet(e.a, e.b, f.a, f.b)
	switch how {
	case touch:
		h.nodes = append(h.nodes, along(e, at))
		h.set(end(h.p, e, at), end(h.q, f, at), 0)
	case cross:
		h.nodes = append(h.nodes, along(e, at))
		h.set(own(e), own(f), 0)
	case overlap:
		from, to := clamp(along(e, f.a)), clamp(along(e, f.b))
		h.nodes = append(h.nodes, from, to)
		h.shared = append(h.shared, [2]float64{min(from, to), max(from, to)})
		h.set(own(e), own(f), 1)
		if e.kind == areaDim && f.kind == areaDim {
			h.besides(from < to)
		}
	case apart:
	}
}

// besides notes what lies on both sides of a stretch of boundary that two areas
// share: both insides when they run the same way, else one of each.
func (h *half) besides(same bool) {
	if same {
		h.set(inside, inside, 2)
		return
	}
	h.set(inside, outside, 2)
	h.set(outside, inside, 2)
}

// end is where a point on an edge belongs that may be the end of a line.
func end(p *Prepared, e edge, at orb.Point) int {
	if odd, is := p.ends[at]; is && odd && e.kind == lineDim {
		return boundary
	}
	return own(e)
}

func along(e edge, p orb.Point) float64 {
	dx, dy := e.b[0]-e.a[0], e.b[1]-e.a[1]
	if math.Abs(dx) > math.Abs(dy) {
		return (p[0] - e.a[0]) / dx
	}
	return (p[1] - e.a[1]) / dy
}

func clamp(t float64) float64 { return math.Max(0, math.Min(1, t)) }

func (h *half) along(from, to float64) bool {
	return slices.ContainsFunc(h.shared, func(s [2]float64) bool { return s[0] <= from && to <= s[1] })
}

// piece notes where a stretch of an edge lies that meets nothing of q.
func (h *half) piece(e edge, t float64) {
	place := Outside
	if h.q.area != nil {
		place = h.q.area.Locate(orb.Point{e.a[0] + t*(e.b[0]-e.a[0]), e.a[1] + t*(e.b[1]-e.a[1])})
	}
	if place == Boundary { // only by rounding, since nothing of q was met here
		return
	}
	h.set(own(e), column(place), 1)
	if e.kind != areaDim {
		return
	}
	if h.set(inside, column(place), 2); place == Inside {
		h.set(outside, inside, 2)
	}
}
