package land

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// nowhere is the group of what lies outside the municipality.
const nowhere = -1

// planar is a finished net. A half-edge is one direction of an edge: 2i goes
// from a to b of the i-th segment, 2i+1 back. The face of a half-edge lies to
// its left.
type planar struct {
	mesh  *mesh
	next  []int32
	face  []int32
	faces []face
}

// face is a piece of ground between lines.
type face struct {
	first int32 // one of its half-edges
	area  float64
	inner orb.Point // a point inside
	wet   bool      // sea
	out   bool      // beyond the municipality's boundary
}

// close finds the faces of a net that has been cut at all crossings.
func (m *mesh) close() *planar {
	m.prune()
	p := &planar{mesh: m, next: make([]int32, 2*len(m.segs)), face: make([]int32, 2*len(m.segs))}
	p.link()
	p.trace()
	p.flood()
	return p
}

// prune takes away lines that end in the middle of a face.
func (m *mesh) prune() {
	for {
		degree := make([]int32, len(m.at))
		for _, s := range m.segs {
			degree[s.a]++
			degree[s.b]++
		}
		before := len(m.segs)
		m.segs = slices.DeleteFunc(m.segs, func(s segment) bool { return degree[s.a] == 1 || degree[s.b] == 1 })
		if len(m.segs) == before {
			return
		}
	}
}

func (p *planar) from(h int32) int32 {
	if s := p.mesh.segs[h>>1]; h&1 == 0 {
		return s.a
	}
	return p.mesh.segs[h>>1].b
}

func (p *planar) start(h int32) orb.Point { return p.mesh.at[p.from(h)] }
func (p *planar) end(h int32) orb.Point   { return p.mesh.at[p.from(h^1)] }
func (p *planar) left(h int32) int32      { return p.face[h] }
func (p *planar) right(h int32) int32     { return p.face[h^1] }

// link finds what follows each half-edge round its face: in the corner it ends
// in, the edge next to it clockwise.
func (p *planar) link() {
	out := make([][]int32, len(p.mesh.at))
	for h := range int32(len(p.next)) {
		out[p.from(h)] = append(out[p.from(h)], h)
	}
	for _, star := range out {
		slices.SortFunc(star, p.byAngle)
		for i, h := range star {
			p.next[h^1] = star[(i+len(star)-1)%len(star)]
		}
	}
}

// byAngle orders half-edges of one corner anticlockwise from east.
func (p *planar) byAngle(g, h int32) int {
	o := p.start(g)
	x, y := p.end(g), p.end(h)
	if a, b := lower(o, x), lower(o, y); a != b {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(0, turn(o, x, y))
}

func lower(o, p orb.Point) int {
	if p[1] < o[1] || p[1] == o[1] && p[0] < o[0] {
		return 1
	}
	return 0
}

func (p *planar) trace() {
	for h := range p.face {
		p.face[h] = nowhere
	}
	for h := range int32(len(p.face)) {
		if p.face[h] != nowhere {
			continue
		}
		f := face{first: h}
		ring := orb.Ring{}
		for e := h; p.face[e] == nowhere; e = p.next[e] {
			p.face[e] = int32(len(p.faces))
			ring = append(ring, p.start(e))
		}
		f.area = area(ring)
		if f.area > 0 {
			f.inner = inside(ring)
		}
		p.faces = append(p.faces, f)
	}
}

// flood tells sea from land: the coast has land to its left, and no other line
// lies between the two.
func (p *planar) flood() {
	const unknown, land, sea, outside = 0, 1, 2, 3
	is := make([]uint8, len(p.faces))
	var todo []int32
	mark := func(f int32, what uint8) {
		if is[f] == unknown {
			is[f] = what
			todo = append(todo, f)
		}
	}
	for i, s := range p.mesh.segs {
		h := int32(2 * i)
		switch {
		case s.flags&boundary != 0:
			mark(p.right(h), outside)
		case s.flags&coast != 0:
			mark(p.right(h), sea)
		}
		if s.flags == boundary {
			mark(p.left(h), sea)
		}
		if s.flags&coast != 0 {
			mark(p.left(h), land)
		}
	}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for h := range p.around(f) {
			if p.mesh.segs[h>>1].flags == 0 {
				mark(p.right(h), is[f])
			}
		}
	}
	for f := range p.faces {
		p.faces[f].wet, p.faces[f].out = is[f] != land, is[f] == outside
	}
}

// around gives the half-edges of a face in order.
func (p *planar) around(f int32) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		first := p.faces[f].first
		for h := first; yield(h); {
			if h = p.next[h]; h == first {
				return
			}
		}
	}
}

// dissolve joins the faces of each group into polygons; a face of the group
// nowhere is left out. The groups come back in rising order of their numbers.
func (p *planar) dissolve(group []int32) map[int32]orb.MultiPolygon {
	outer, holes := map[int32]orb.MultiPolygon{}, map[int32][]orb.Ring{}
	seen := make([]bool, len(p.next))
	for h := range int32(len(p.next)) {
		g := group[p.left(h)]
		if g == nowhere || seen[h] || group[p.right(h)] == g {
			continue
		}
		ring := orb.Ring{}
		for e := h; !seen[e]; e = p.onward(e, group) {
			seen[e] = true
			ring = append(ring, p.start(e))
		}
		for _, ring := range loops(ring) {
			if area(ring) > 0 {
				outer[g] = append(outer[g], orb.Polygon{ring})
			} else {
				holes[g] = append(holes[g], ring)
			}
		}
	}
	for g, rings := range holes {
		for _, hole := range rings {
			punch(outer[g], hole)
		}
	}
	return outer
}

// loops takes a ring apart in the corners that it comes through twice, and
// closes the parts: a ring that touches itself is not simple (OGC 06-103r4 § 6.1.11).
func loops(ring orb.Ring) []orb.Ring {
	var done []orb.Ring
	var open orb.Ring
	at := make(map[orb.Point]int, len(ring))
	for _, p := range ring {
		if k, ok := at[p]; ok {
			loop := append(slices.Clone(open[k:]), p)
			done = append(done, loop)
			for _, q := range open[k+1:] {
				delete(at, q)
			}
			open = open[:k+1]
			continue
		}
		at[p] = len(open)
		open = append(open, p)
	}
	return append(done, append(open, open[0]))
}

// onward follows the outline of a group.
func (p *planar) onward(h int32, group []int32) int32 {
	g := group[p.left(h)]
	e := p.next[h]
	for group[p.right(e)] == g {
		e = p.next[e^1]
	}
	return e
}

// punch gives a hole to the smallest polygon round it.
func punch(polygons orb.MultiPolygon, hole orb.Ring) {
	best, least := -1, 0.0
	inner := inside(reversed(hole))
	for i, polygon := range polygons {
		if size := area(polygon[0]); (best < 0 || size < least) && polygon[0].Bound().Contains(inner) && within(polygon[0], inner) {
			best, least = i, size
		}
	}
	if best >= 0 {
		polygons[best] = append(polygons[best], hole)
	}
}

func reversed(r orb.Ring) orb.Ring {
	r = slices.Clone(r)
	slices.Reverse(r)
	return r
}
