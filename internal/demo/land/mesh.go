package land

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// What an edge of the net is, when it is more than a plot line.
const (
	coast    uint8 = 1 << iota // land to the left
	boundary                   // of the municipality, which is to the left
)

// Sides of the squares in which crossings are looked for, in metres: for a net
// of plots, and for one of a few outlines.
const (
	fine   = 24.0
	coarse = 120.0
)

// near is how close to a line a corner lies on it: more than rounding to
// centimetres can move it.
const near = 0.015

// segment is a directed edge between two corners.
type segment struct {
	a, b  int32
	flags uint8
}

// mesh is a planar net in the making: lines are thrown in, and node cuts them
// where they meet.
type mesh struct {
	at    []orb.Point
	index map[orb.Point]int32
	segs  []segment
	grid  float64
}

func newMesh(grid float64) *mesh { return &mesh{index: map[orb.Point]int32{}, grid: grid} }

// round moves a point to the nearest whole centimetre.
func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*100) / 100, math.Round(p[1]*100) / 100}
}

func (m *mesh) vertex(p orb.Point) int32 {
	p = round(p)
	if v, ok := m.index[p]; ok {
		return v
	}
	v := int32(len(m.at))
	m.at, m.index[p] = append(m.at, p), v
	return v
}

// line throws a line in.
func (m *mesh) line(flags uint8, points ...orb.Point) {
	for i := 1; i < len(points); i++ {
		if a, b := m.vertex(points[i-1]), m.vertex(points[i]); a != b {
			m.segs = append(m.segs, segment{a, b, flags})
		}
	}
}

// node cuts all lines where they cross or touch. Rounding a crossing moves the
// lines a little, which may make a new one; a few rounds settle it.
func (m *mesh) node() {
	for range 10 {
		m.dedupe()
		cuts := m.crossings()
		if len(cuts) == 0 {
			return
		}
		m.split(cuts)
	}
}

// dedupe leaves one edge between two corners, with the flags of all. The edge
// keeps the direction of the one that has a flag, since only that has a side.
func (m *mesh) dedupe() {
	slices.SortFunc(m.segs, func(s, t segment) int {
		return cmp.Or(cmp.Compare(min(s.a, s.b), min(t.a, t.b)), cmp.Compare(max(s.a, s.b), max(t.a, t.b)),
			cmp.Compare(t.flags, s.flags), cmp.Compare(s.a, t.a))
	})
	kept := m.segs[:0]
	for _, s := range m.segs {
		if n := len(kept) - 1; n >= 0 && min(kept[n].a, kept[n].b) == min(s.a, s.b) && max(kept[n].a, kept[n].b) == max(s.a, s.b) {
			kept[n].flags |= s.flags
			continue
		}
		kept = append(kept, s)
	}
	m.segs = kept
}

// cut says that a corner lies on a segment.
type cut struct {
	seg, vertex int32
}

// crossings finds where segments cross or touch.
func (m *mesh) crossings() []cut {
	squares := m.squares()
	var cuts []cut
	for _, here := range squares {
		for i, s := range here {
			for _, t := range here[:i] {
				cuts = m.meet(s, t, cuts)
			}
		}
	}
	slices.SortFunc(cuts, func(x, y cut) int {
		return cmp.Or(cmp.Compare(x.seg, y.seg), cmp.Compare(m.along(x), m.along(y)), cmp.Compare(x.vertex, y.vertex))
	})
	return slices.Compact(cuts)
}

// along is how far along its segment a cut lies, in square metres.
func (m *mesh) along(c cut) float64 {
	a, b, p := m.at[m.segs[c.seg].a], m.at[m.segs[c.seg].b], m.at[c.vertex]
	return (p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1])
}

// squares files every segment in the squares its box touches.
func (m *mesh) squares() [][]int32 {
	box := orb.MultiPoint(m.at).Bound()
	wide := int((box.Max[0]-box.Min[0])/m.grid) + 1
	high := int((box.Max[1]-box.Min[1])/m.grid) + 1
	squares := make([][]int32, wide*high)
	for i, s := range m.segs {
		a, b := m.at[s.a], m.at[s.b]
		x0, x1 := int((min(a[0], b[0])-near-box.Min[0])/m.grid), int((max(a[0], b[0])+near-box.Min[0])/m.grid)
		y0, y1 := int((min(a[1], b[1])-near-box.Min[1])/m.grid), int((max(a[1], b[1])+near-box.Min[1])/m.grid)
		for y := max(y0, 0); y <= min(y1, high-1); y++ {
			for x := max(x0, 0); x <= min(x1, wide-1); x++ {
				squares[y*wide+x] = append(squares[y*wide+x], int32(i))
			}
		}
	}
	return squares
}

// meet adds where two segments meet, other than in a corner of both.
func (m *mesh) meet(s, t int32, cuts []cut) []cut {
	one, two := m.segs[s], m.segs[t]
	a, b, c, d := m.at[one.a], m.at[one.b], m.at[two.a], m.at[two.b]
	if max(a[0], b[0]) < min(c[0], d[0])-near || max(c[0], d[0]) < min(a[0], b[0])-near ||
		max(a[1], b[1]) < min(c[1], d[1])-near || max(c[1], d[1]) < min(a[1], b[1])-near {
		return cuts
	}
	before := len(cuts)
	cuts = m.touch(s, two.a, cuts)
	cuts = m.touch(s, two.b, cuts)
	cuts = m.touch(t, one.a, cuts)
	cuts = m.touch(t, one.b, cuts)
	if len(cuts) > before || one.a == two.a || one.a == two.b || one.b == two.a || one.b == two.b {
		return cuts
	}
	p, ok := crossing(a, b, c, d)
	if !ok {
		return cuts
	}
	v := m.vertex(p)
	if v != one.a && v != one.b {
		cuts = append(cuts, cut{s, v})
	}
	if v != two.a && v != two.b {
		cuts = append(cuts, cut{t, v})
	}
	return cuts
}

// touch adds a corner that lies inside a segment.
func (m *mesh) touch(s, v int32, cuts []cut) []cut {
	seg := m.segs[s]
	if v == seg.a || v == seg.b {
		return cuts
	}
	a, b, p := m.at[seg.a], m.at[seg.b], m.at[v]
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := ((p[0]-a[0])*dx + (p[1]-a[1])*dy) / (dx*dx + dy*dy)
	if t <= 0 || t >= 1 || norm(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy) > near {
		return cuts
	}
	return append(cuts, cut{s, v})
}

// crossing is where two segments cross inside both.
func crossing(a, b, c, d orb.Point) (orb.Point, bool) {
	o1, o2 := turn(a, b, c), turn(a, b, d)
	o3, o4 := turn(c, d, a), turn(c, d, b)
	if (o1 > 0) == (o2 > 0) || (o3 > 0) == (o4 > 0) || o1 == o2 {
		return orb.Point{}, false
	}
	t := o1 / (o1 - o2)
	return orb.Point{c[0] + t*(d[0]-c[0]), c[1] + t*(d[1]-c[1])}, true
}

// turn is twice the area of the triangle, positive when c is to the left of a–b.
func turn(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// split replaces each segment by its pieces. The cuts are sorted.
func (m *mesh) split(cuts []cut) {
	var pieces []segment
	for i, s := range m.segs {
		from := s.a
		for len(cuts) > 0 && cuts[0].seg == int32(i) {
			if v := cuts[0].vertex; v != from {
				pieces = append(pieces, segment{from, v, s.flags})
				from = v
			}
			cuts = cuts[1:]
		}
		if from != s.b {
			pieces = append(pieces, segment{from, s.b, s.flags})
		}
	}
	m.segs = pieces
}
