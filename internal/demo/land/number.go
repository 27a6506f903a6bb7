package land

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// door is a property on one side of a street, on its way to a number.
type door struct {
	root    int32
	station float64
}

// number gives the properties of every street their numbers: odd to the left,
// even to the right (matrikkelforskriften § 52). Outside the villages a number
// tells how far it is, in tens of metres.
func (g *ground) number() {
	sides := map[[2]int32][]door{}
	fronts := g.fronts()
	for _, root := range slices.Sorted(maps.Keys(fronts)) {
		f := fronts[root]
		lot := g.lotOf(root)
		lot.road = f.road
		if !g.inhabited(root, lot) {
			continue
		}
		_, station, side := toLine(f.at, g.d.streets.list[f.road].line)
		odd := int32(0)
		if side > 0 {
			odd = 1
		}
		sides[[2]int32{f.road, odd}] = append(sides[[2]int32{f.road, odd}], door{root, station})
	}
	for key, doors := range sides {
		g.count(doors, int(key[1]), g.d.streets.list[key[0]])
	}
}

// inhabited reports whether a property gets a number: greens do not, nor do the
// smallest plots.
func (g *ground) inhabited(root int32, l *lot) bool {
	return l.use != Green && g.p.faces[root].area > 40
}

// count gives one side of a street its numbers. Plots that a school or the like
// will need get none, so that the next number lies beyond it.
func (g *ground) count(doors []door, odd int, s street) {
	slices.SortFunc(doors, func(a, b door) int {
		return cmp.Or(cmp.Compare(a.station, b.station), cmp.Compare(a.root, b.root))
	})
	last := odd - 2
	if odd == 0 {
		last = 0
	}
	unit, kept := -1, 0
	for _, d := range doors {
		l := g.lotOf(d.root)
		if kept > 0 {
			kept--
			l.kept = unit + 1
			continue
		}
		last += 2
		if s.class == Lane {
			last = max(last, int(d.station/10)/2*2+odd)
		}
		l.number = last
		if unit = g.unitAt(s.name, last); unit >= 0 {
			kept = int(math.Ceil(g.d.town.Units[unit].Area/1900)) - 1
		}
	}
}

// unitAt is the unit with an address, or -1.
func (g *ground) unitAt(street string, number int) int {
	return slices.IndexFunc(g.d.town.Units, func(u Unit) bool { return u.Street == street && u.Number == number })
}

// units finds the ground of what everybody knows: first a plot for each, then
// room round it.
func (g *ground) units() {
	near := g.vicinity()
	roots := make([]int32, len(g.d.town.Units))
	for k, u := range g.d.town.Units {
		switch {
		case u.Street != "":
			roots[k] = g.addressed(u.Street, u.Number)
		case u.Kind == Quay:
			roots[k] = g.waterside()
		default:
			roots[k] = g.open(near)
		}
		if roots[k] >= 0 {
			l := g.lotOf(roots[k])
			l.use, l.unit, l.taken = u.Kind, k, true
		}
	}
	near.wet = g.watersides()
	for grown := true; grown; {
		grown = false
		for k, u := range g.d.town.Units {
			if roots[k] >= 0 && g.grow(roots[k], u, near) {
				grown = true
			}
		}
	}
}

// open is the largest green of the villages that is not taken.
func (g *ground) open(near *vicinity) int32 {
	best := int32(-1)
	for _, root := range slices.Sorted(maps.Keys(g.what)) {
		l := g.what[root]
		if g.root(root) == root && !l.taken && g.road[root] < 0 && g.kind(root).built() && (l.use == Green || near.size[root] > 4000) &&
			(best < 0 || near.size[root] > near.size[best]) {
			best = root
		}
	}
	return best
}

// addressed is the property with an address. When the street has no such
// number, the next one gets it, so that the numbers still rise.
func (g *ground) addressed(street string, number int) int32 {
	best, next := int32(-1), 0
	last, most := int32(-1), 0
	exact := int32(-1) // may be a field outside the village, which then gets none
	for _, root := range slices.Sorted(maps.Keys(g.what)) {
		l := g.what[root]
		if l.number == 0 || l.taken || g.root(root) != root || l.number%2 != number%2 || g.d.streets.list[l.road].name != street {
			continue
		}
		if l.number >= number && g.kind(root).built() && (best < 0 || l.number < next) {
			best, next = root, l.number
		}
		if l.number == number {
			exact = root
		}
		if l.number > most {
			last, most = root, l.number
		}
	}
	if best < 0 {
		best = last
	}
	if exact >= 0 {
		g.what[exact].number = 0
	}
	if best >= 0 {
		g.what[best].number = number
	}
	return best
}

// waterside is the property by the sea that lies nearest to the middle of the
// first village.
func (g *ground) waterside() int32 {
	p := g.d.town.Places[0]
	middle := g.d.terrain.place(p.U, p.V)
	best, least := int32(-1), 0.0
	for h, s := range g.p.mesh.segs {
		l := g.p.left(int32(2 * h))
		if s.flags != coast || g.wet(l) || g.road[g.root(l)] >= 0 || g.lotOf(g.root(l)).taken {
			continue
		}
		if d := gap(g.p.start(int32(2*h)), middle); best < 0 || d < least {
			best, least = g.root(l), d
		}
	}
	return best
}

// grow joins the nearest neighbour to a property that is not large enough: to a
// quay one by the water. All take turns, so that none is walled in by the first.
func (g *ground) grow(root int32, u Unit, near *vicinity) bool {
	if near.size[root] >= u.Area {
		return false
	}
	best, least := int32(-1), 0.0
	for _, m := range append(near.members[root], root) {
		for _, n := range near.shares[m] {
			other := g.root(n.other)
			if other == root || g.road[other] >= 0 || g.lotOf(other).taken || g.lotOf(other).kept > 0 && g.lotOf(other).kept-1 != g.lotOf(root).unit || near.size[other] > 2*u.Area || n.long < 6 ||
				u.Kind == Quay && !near.wet[other] {
				continue
			}
			if far := gap(g.p.faces[root].inner, g.p.faces[other].inner); best < 0 || far < least {
				best, least = other, far
			}
		}
	}
	if best < 0 {
		return false
	}
	g.join(root, best)
	near.members[root] = append(near.members[root], best)
	near.size[root] += near.size[best]
	return true
}

// vicinity is who the neighbours are, how large they are, who lies by the water,
// and what has been joined to whom.
type vicinity struct {
	shares  map[int32][]share
	size    map[int32]float64
	wet     map[int32]bool
	members map[int32][]int32
}

func (g *ground) vicinity() *vicinity {
	v := &vicinity{shares: g.shares(), size: map[int32]float64{}, members: map[int32][]int32{}}
	for _, s := range g.sums() {
		v.size[s.root] = s.area
	}
	return v
}

func (g *ground) watersides() map[int32]bool {
	all := map[int32]bool{}
	for h, s := range g.p.mesh.segs {
		if s.flags == coast {
			all[g.root(g.p.left(int32(2*h)))] = true
		}
	}
	return all
}

// middle is the centre of the box of a polygon's outer ring, or a point inside
// when that lies outside.
func middle(p orb.Polygon) orb.Point {
	var sum orb.Point
	total := 0.0
	o := p[0][0]
	for i := 2; i < len(p[0]); i++ {
		a, b := p[0][i-1], p[0][i]
		w := turn(o, a, b)
		sum[0] += w * (a[0] + b[0] - 2*o[0]) / 3
		sum[1] += w * (a[1] + b[1] - 2*o[1]) / 3
		total += w
	}
	at := orb.Point{o[0] + sum[0]/total, o[1] + sum[1]/total}
	if contains(p, at) {
		return at
	}
	return inside(p[0])
}
