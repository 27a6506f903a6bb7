package shape

import (
	"slices"

	"github.com/paulmach/orb"
)

// checker holds all rings of an area against each other.
type checker struct {
	edges   []edge
	tree    *tree
	rings   []ringInfo
	touches []meeting
	nodes   map[int32][]orb.Point // on an edge: where others touch it
}

type ringInfo struct {
	part, n    int
	start, end int // its edges
	bound      orb.Bound
	area       *Locator // made when first asked for
}

// meeting is a point where two rings touch.
type meeting struct {
	a, b int32
	at   orb.Point
}

func (c *checker) add(r orb.Ring, part, n int) {
	info := ringInfo{part: part, n: n, start: len(c.edges), bound: r.Bound()}
	for i := 1; i < len(r); i++ {
		if r[i] != r[i-1] {
			c.edges = append(c.edges, edge{a: r[i-1], b: r[i], ring: int32(len(c.rings)), kind: areaDim})
		}
	}
	info.end = len(c.edges)
	c.rings = append(c.rings, info)
}

func (c *checker) problem(reason Reason, ring int32, at orb.Point) *Problem {
	return &Problem{reason, c.rings[ring].part, c.rings[ring].n, at}
}

func (c *checker) locator(ring int32) *Locator {
	info := &c.rings[ring]
	if info.area == nil {
		info.area = newLocator(c.edges[info.start:info.end])
	}
	return info.area
}

// meetings looks at every two edges that meet. Of one ring only neighbours may,
// in the corner they share; of two rings, any may touch in a point.
func (c *checker) meetings() (found *Problem) {
	c.nodes = map[int32][]orb.Point{}
	for i, e := range c.edges {
		c.tree.search(e.box(), func(j int) bool {
			if j > i {
				found = c.meeting(i, j)
			}
			return found == nil
		})
		if found != nil {
			return found
		}
	}
	return nil
}

func (c *checker) meeting(i, j int) *Problem {
	e, f := c.edges[i], c.edges[j]
	how, at := meet(e.a, e.b, f.a, f.b)
	switch {
	case how == apart:
		return nil
	case e.ring == f.ring && how == touch && c.neighbours(i, j):
		return nil
	case e.ring == f.ring:
		return c.problem(SelfCrossing, e.ring, at)
	case how == cross:
		return c.problem(RingsCross, f.ring, at)
	case how == overlap:
		if c.same(e.ring, f.ring) {
			return c.problem(DuplicateRing, f.ring, at)
		}
		return c.problem(SharedEdge, f.ring, at)
	}
	c.touches = append(c.touches, meeting{e.ring, f.ring, at})
	c.nodes[int32(i)] = append(c.nodes[int32(i)], at)
	c.nodes[int32(j)] = append(c.nodes[int32(j)], at)
	return nil
}

func (c *checker) neighbours(i, j int) bool {
	info := c.rings[c.edges[i].ring]
	return j == i+1 || i == info.start && j == info.end-1
}

// same tells whether two rings have the same corners.
func (c *checker) same(a, b int32) bool {
	corners := func(ring int32) []orb.Point {
		var all []orb.Point
		for _, e := range c.edges[c.rings[ring].start:c.rings[ring].end] {
			all = append(all, e.a)
		}
		slices.SortFunc(all, func(p, q orb.Point) int {
			if d := compare(p[0], q[0]); d != 0 {
				return d
			}
			return compare(p[1], q[1])
		})
		return all
	}
	return slices.Equal(corners(a), corners(b))
}

// places tells whether stretches of a ring lie inside and outside of an area. It
// stops when it knows of both, or of one when that is enough.
func (c *checker) places(ring int32, area *Locator, enough int) (in, out bool, at orb.Point) {
	known := func(p orb.Point) bool {
		switch area.Locate(p) {
		case Inside:
			in, at = true, p
		case Outside:
			out, at = true, p
		case Boundary:
		}
		return in && out || enough == 1 && (in || out)
	}
	for i := c.rings[ring].start; i < c.rings[ring].end; i++ {
		e := c.edges[i]
		if known(e.a) {
			return in, out, at
		}
	}
	for i := c.rings[ring].start; i < c.rings[ring].end; i++ {
		e := c.edges[i]
		stops := append([]orb.Point{e.a, e.b}, c.nodes[int32(i)]...)
		slices.SortFunc(stops, func(p, q orb.Point) int { return compare(along(e, p), along(e, q)) })
		for k := 1; k < len(stops); k++ {
			p, q := stops[k-1], stops[k]
			if p != q && known(orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}) {
				return in, out, at
			}
		}
	}
	return in, out, at
}

// sides makes sure that rings which touch do not change sides where they do.
func (c *checker) sides() *Problem {
	seen := map[[2]int32]bool{}
	for _, m := range c.touches {
		if seen[[2]int32{m.a, m.b}] {
			continue
		}
		seen[[2]int32{m.a, m.b}] = true
		if in, out, _ := c.places(m.b, c.locator(m.a), 2); in && out {
			return c.problem(RingsCross, m.b, m.at)
		}
	}
	return nil
}

// holes makes sure that each hole lies inside its polygon and in no other hole.
func (c *checker) holes() *Problem {
	shell := int32(0)
	var holes []int32
	for ring := range int32(len(c.rings)) {
		if c.rings[ring].n == 0 {
			shell = ring
			continue
		}
		if _, out, at := c.places(ring, c.locator(shell), 1); out {
			return c.problem(HoleOutside, ring, at)
		}
		holes = append(holes, ring)
	}
	return c.pairs(holes, func(a, b int32) *Problem {
		if c.rings[a].part != c.rings[b].part {
			return nil
		}
		if in, _, at := c.places(a, c.locator(b), 1); in {
			return c.problem(HoleInHole, a, at)
		}
		if in, _, at := c.places(b, c.locator(a), 1); in {
			return c.problem(HoleInHole, b, at)
		}
		return nil
	})
}

// pairs calls check for all two rings whose boxes meet.
func (c *checker) pairs(rings []int32, check func(a, b int32) *Problem) *Problem {
	slices.SortFunc(rings, func(a, b int32) int { return compare(c.rings[a].bound.Min[0], c.rings[b].bound.Min[0]) })
	for i, a := range rings {
		for _, b := range rings[i+1:] {
			if c.rings[b].bound.Min[0] > c.rings[a].bound.Max[0] {
				break
			}
			if !c.rings[a].bound.Intersects(c.rings[b].bound) {
				continue
			}
			if p := check(a, b); p != nil {
				return p
			}
		}
	}
	return nil
}

// split makes sure that the inside of each polygon hangs together: rings and the
// points where they touch make a graph, and a circle in it cuts something off.
func (c *checker) split() *Problem {
	roots := map[any]any{}
	find := func(x any) any {
		for roots[x] != nil {
			if over := roots[roots[x]]; over != nil { // shortens the way as it goes
				roots[x] = over
			}
			x = roots[x]
		}
		return x
	}
	type spot struct {
		part int
		at   orb.Point
	}
	type link struct {
		ring int32
		spot spot
	}
	linked := map[link]bool{}
	for _, m := range c.touches {
		if c.rings[m.a].part != c.rings[m.b].part {
			continue
		}
		for _, ring := range []int32{m.a, m.b} {
			l := link{ring, spot{c.rings[ring].part, m.at}}
			if linked[l] {
				continue
			}
			linked[l] = true
			from, to := find(l.ring), find(l.spot)
			if from == to {
				return c.problem(Split, max(m.a, m.b), m.at)
			}
			roots[from] = to
		}
	}
	return nil
}

// parts makes sure that no part of a multi-polygon lies inside another.
func (c *checker) parts() *Problem {
	var shells []int32
	for ring := range int32(len(c.rings)) {
		if c.rings[ring].n == 0 {
			shells = append(shells, ring)
		}
	}
	whole := map[int32]*Locator{}
	locator := func(shell int32) *Locator {
		if whole[shell] == nil {
			last := shell
			for int(last)+1 < len(c.rings) && c.rings[last+1].part == c.rings[shell].part {
				last++
			}
			whole[shell] = newLocator(c.edges[c.rings[shell].start:c.rings[last].end])
		}
		return whole[shell]
	}
	return c.pairs(shells, func(a, b int32) *Problem {
		if in, _, at := c.places(a, locator(b), 1); in {
			return c.problem(PartsOverlap, a, at)
		}
		if in, _, at := c.places(b, locator(a), 1); in {
			return c.problem(PartsOverlap, b, at)
		}
		return nil
	})
}
