package land

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// ground joins faces of the net into properties. Joined faces have one root,
// which carries what is known of the property.
type ground struct {
	d     *drawing
	p     *planar
	road  []int32 // road that a face is part of, or -1
	above []int32 // towards the root
	what  map[int32]*lot
	cells [][2]int // square of the net that each face lies in
}

// lot is what is known of a property before it is written down, by its root.
type lot struct {
	use    Use
	unit   int
	number int // in its street; 0 when it has no address
	road   int32
	kept   int // 1 + the unit that it is kept for
	taken  bool
}

// front is where a property meets its road: a point on the boundary between
// them, the direction along it, and the one into the property.
type front struct {
	at, along, into orb.Point
	width           float64
}

func newGround(d *drawing) *ground {
	g := &ground{d: d, p: d.planar, what: map[int32]*lot{}}
	g.road = make([]int32, len(g.p.faces))
	g.above = make([]int32, len(g.p.faces))
	g.cells = make([][2]int, len(g.p.faces))
	for i, f := range g.p.faces {
		g.road[i], g.above[i] = -1, int32(i)
		if !f.wet {
			g.road[i] = d.bands.at(f.inner)
		}
		u, v := d.terrain.sheet(f.inner)
		g.cells[i] = [2]int{min(max(int(u/pitch), 0), cols-1), min(max(int(v/pitch), 0), rows-1)}
	}
	return g
}

func (g *ground) root(f int32) int32 {
	for g.above[f] != f {
		g.above[f] = g.above[g.above[f]]
		f = g.above[f]
	}
	return f
}

// join puts the second property into the first.
func (g *ground) join(a, b int32) {
	if a, b = g.root(a), g.root(b); a != b {
		g.above[b] = a
	}
}

func (g *ground) wet(f int32) bool { return g.p.faces[f].wet }

// lotOf is what is known of a property.
func (g *ground) lotOf(root int32) *lot {
	if g.what[root] == nil {
		g.what[root] = &lot{unit: -1, road: -1}
	}
	return g.what[root]
}

// settle makes the properties: roads, plots without slivers, farms.
func (g *ground) settle() {
	for h := range int32(len(g.p.face)) {
		a, b := g.p.left(h), g.p.right(h)
		if g.road[a] >= 0 && g.road[a] == g.road[b] {
			g.join(a, b)
		}
	}
	for range 4 {
		if !g.sweep() {
			break
		}
	}
	g.farms()
	g.greens()
	g.number()
	g.units()
	g.sweep()
}

// sum is the size of a property and the length of its boundary.
type sum struct {
	root        int32
	area, bound float64
}

// sums measures all properties, by rising size.
func (g *ground) sums() []sum {
	all := make([]sum, len(g.p.faces))
	for i, f := range g.p.faces {
		all[i].root = int32(i)
		if !f.wet {
			all[g.root(int32(i))].area += f.area
		}
	}
	for h := range int32(len(g.p.face)) {
		if a, b := g.root(g.p.left(h)), g.root(g.p.right(h)); a != b {
			all[a].bound += gap(g.p.start(h), g.p.end(h))
		}
	}
	all = slices.DeleteFunc(all, func(s sum) bool { return s.area <= 0 })
	slices.SortFunc(all, func(x, y sum) int { return cmp.Or(cmp.Compare(x.area, y.area), cmp.Compare(x.root, y.root)) })
	return all
}

// small reports whether nobody could use a piece of ground for itself.
func (s sum) small(road bool) bool {
	thin := s.area / (s.bound * s.bound)
	if road {
		return s.area < 40
	}
	return s.area < 230 || s.area < 900 && thin < 0.022
}

// sweep joins slivers to the neighbour that they share the longest boundary
// with, rather not a road. It reports whether there were any.
func (g *ground) sweep() bool {
	shared := g.shares()
	swept := false
	for _, s := range g.sums() {
		road := g.road[s.root] >= 0
		if !s.small(road) || g.root(s.root) != s.root {
			continue
		}
		best, most := int32(-1), 0.0
		for _, n := range shared[s.root] {
			worth := n.long
			if g.road[n.other] >= 0 != road {
				worth /= 50
			}
			if worth > most {
				best, most = n.other, worth
			}
		}
		if best >= 0 {
			g.join(best, s.root)
			swept = true
		}
	}
	return swept
}

// share is how long a boundary two properties have in common.
type share struct {
	other int32
	long  float64
}

// shares are the neighbours of all properties on land, in the order of the net.
func (g *ground) shares() map[int32][]share {
	all := map[int32][]share{}
	for h := range int32(len(g.p.face)) {
		l, r := g.p.left(h), g.p.right(h)
		if g.wet(l) || g.wet(r) {
			continue
		}
		a, b := g.root(l), g.root(r)
		if a == b {
			continue
		}
		long := gap(g.p.start(h), g.p.end(h))
		at := slices.IndexFunc(all[a], func(s share) bool { return s.other == b })
		if at < 0 {
			all[a] = append(all[a], share{b, long})
		} else {
			all[a][at].long += long
		}
	}
	return all
}

func (g *ground) kind(f int32) kind {
	return g.d.net.squares[g.cells[f][0]][g.cells[f][1]].kind
}

// farms joins some plots outside the villages across the net, so that farms
// have the shapes that inheritance gave them.
func (g *ground) farms() {
	shared := g.shares()
	for _, s := range g.sums() {
		if g.road[s.root] >= 0 || g.root(s.root) != s.root || g.kind(s.root).built() || !g.d.one(2) {
			continue
		}
		for _, n := range shared[s.root] {
			if g.road[n.other] < 0 && !g.kind(n.other).built() && n.long > 60 && g.root(n.other) == n.other {
				g.join(n.other, s.root)
				break
			}
		}
	}
}

// greens joins plots in the villages that no road leads to into common green.
func (g *ground) greens() {
	fronts := g.fronts()
	landlocked := func(root int32) bool {
		_, ok := fronts[root]
		return g.road[root] < 0 && !ok && g.kind(root).built()
	}
	shared := g.shares()
	for _, s := range g.sums() {
		if !landlocked(s.root) {
			continue
		}
		g.lotOf(g.root(s.root)).use = Green
		for _, n := range shared[s.root] {
			if landlocked(n.other) && g.road[n.other] < 0 {
				g.join(s.root, n.other)
				g.lotOf(g.root(s.root)).use = Green
			}
		}
	}
}

// fronts finds the road and the front of every property that has one.
func (g *ground) fronts() map[int32]fronting {
	sides := map[int32][]int32{}
	for h := range int32(len(g.p.face)) {
		l, r := g.p.left(h), g.p.right(h)
		if !g.wet(l) && !g.wet(r) && g.road[g.root(l)] < 0 && g.road[g.root(r)] >= 0 {
			sides[g.root(l)] = append(sides[g.root(l)], h)
		}
	}
	all := make(map[int32]fronting, len(sides))
	for root, list := range sides {
		if f, ok := g.front(root, list); ok {
			all[root] = f
		}
	}
	return all
}

// fronting is a road and where a property meets it.
type fronting struct {
	road int32
	front
}

// front is the longest side towards one road; a quieter road is preferred, and
// the one that it has its number in before all.
func (g *ground) front(root int32, sides []int32) (fronting, bool) {
	roads := map[int32]float64{}
	for _, h := range sides {
		roads[g.road[g.root(g.p.right(h))]] += gap(g.p.start(h), g.p.end(h))
	}
	best, most := int32(-1), 0.0
	for road, long := range roads {
		if g.d.streets.list[road].class == Main {
			long *= 0.6
		}
		if long > most || long == most && road < best {
			best, most = road, long
		}
	}
	if l := g.what[root]; l != nil && l.number > 0 && roads[l.road] > 5 {
		best = l.road
	}
	if roads[best] < 5 {
		return fronting{}, false
	}
	var mid orb.Point
	sides = slices.DeleteFunc(slices.Clone(sides), func(h int32) bool { return g.road[g.root(g.p.right(h))] != best })
	for _, h := range sides {
		w := gap(g.p.start(h), g.p.end(h)) / roads[best]
		c := blend(g.p.start(h), g.p.end(h), 0.5)
		mid[0], mid[1] = mid[0]+w*c[0], mid[1]+w*c[1]
	}
	at := fronting{road: best, front: front{width: roads[best]}}
	least := math.Inf(1)
	for _, h := range sides {
		a, b := g.p.start(h), g.p.end(h)
		if d, t := apart(mid, a, b); d < least {
			least = d
			at.at, at.along = blend(a, b, t), unit(a, b)
			at.into = orb.Point{-at.along[1], at.along[0]}
		}
	}
	return at, true
}

// bySize are the indexes of polygons, the largest first.
func bySize(list []orb.Polygon) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(areaOf(list[b]), areaOf(list[a])) })
	return order
}
