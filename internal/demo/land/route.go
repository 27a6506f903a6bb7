package land

import (
	"math"

	"github.com/paulmach/orb"
)

// mainRoad finds the road between the villages along the sides of the squares.
func (b *streets) mainRoad(town Town) {
	from := b.corner(town.Places[0])
	for _, p := range town.Places[1:] {
		to := b.corner(p)
		path := b.path(from, func(at [2]int) bool { return at == to }, 5)
		if len(path) < 2 {
			continue
		}
		for k := 1; k < len(path); k++ {
			b.taken[between(path[k-1], path[k])] = true
		}
		b.road(path, Main, town.MainRoad)
	}
}

// lanes are roads to the farms: from far corners to the nearest road.
func (b *streets) lanes() {
	for range 60 {
		at := [2]int{1 + b.n.rng.IntN(cols-1), 1 + b.n.rng.IntN(rows-1)}
		if b.reached[at] || !b.n.s.dry(float64(at[0])*pitch, float64(at[1])*pitch, 5) {
			continue
		}
		path := b.path(at, func(to [2]int) bool { return b.reached[to] }, 3)
		if len(path) < 2 || len(path) > 9 {
			continue
		}
		b.road(path, Lane, "")
	}
}

// corner is the corner of the net nearest to the middle of a village.
func (b *streets) corner(p Place) [2]int {
	best, least := [2]int{}, math.Inf(1)
	for i := 1; i < cols; i++ {
		for j := 1; j < rows; j++ {
			u, v := float64(i)*pitch, float64(j)*pitch
			if d := math.Hypot(u-p.U, v-p.V); d < least && b.n.s.dry(u, v, 3) {
				best, least = [2]int{i, j}, d
			}
		}
	}
	return best
}

// between is the side of a square between two neighbouring corners.
func between(a, b [2]int) side {
	return side{a[0] == b[0], min(a[0], b[0]), min(a[1], b[1])}
}

// path is the cheapest way along the sides of the squares that stays on land
// (Dijkstra; the net is small enough to look for the nearest corner by hand).
func (b *streets) path(from [2]int, arrived func([2]int) bool, height float64) [][2]int {
	cost := map[[2]int]float64{from: 0}
	back := map[[2]int][2]int{}
	open := [][2]int{from}
	done := map[[2]int]bool{}
	for len(open) > 0 {
		k := 0
		for x := range open {
			if cost[open[x]] < cost[open[k]] {
				k = x
			}
		}
		at := open[k]
		open = append(open[:k], open[k+1:]...)
		if done[at] {
			continue
		}
		if arrived(at) {
			return trail(back, from, at)
		}
		done[at] = true
		for _, step := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
			to := [2]int{at[0] + step[0], at[1] + step[1]}
			toll, ok := b.toll(at, to, height)
			if !ok || done[to] {
				continue
			}
			if old, seen := cost[to]; !seen || cost[at]+toll < old {
				cost[to], back[to] = cost[at]+toll, at
				open = append(open, to)
			}
		}
	}
	return nil
}

func trail(back map[[2]int][2]int, from, at [2]int) [][2]int {
	path := [][2]int{at}
	for at != from {
		at = back[at]
		path = append(path, at)
	}
	return path
}

// toll is what a step costs: climbing is dear, and the sea is closed.
func (b *streets) toll(a, c [2]int, height float64) (float64, bool) {
	if c[0] < 1 || c[1] < 1 || c[0] >= cols || c[1] >= rows {
		return 0, false
	}
	low, high := math.Inf(1), math.Inf(-1)
	for k := range 9 {
		t := float64(k) / 8
		u := (float64(a[0]) + t*float64(c[0]-a[0])) * pitch
		v := (float64(a[1]) + t*float64(c[1]-a[1])) * pitch
		if !b.n.s.dry(u, v, height) {
			return 0, false
		}
		h := b.n.t.height(u, v)
		low, high = min(low, h), max(high, h)
	}
	return 1 + (high-low)/14, true
}

// road makes a road of a path, with its corners rounded.
func (b *streets) road(path [][2]int, class Class, name string) {
	var line []orb.Point
	for k, at := range path {
		b.reached[at] = true
		if k > 0 {
			for s := 1; s < 5; s++ {
				t := float64(s) / 5
				line = append(line, orb.Point{
					(float64(path[k-1][0]) + t*float64(at[0]-path[k-1][0])) * pitch,
					(float64(path[k-1][1]) + t*float64(at[1]-path[k-1][1])) * pitch,
				})
			}
		}
		line = append(line, orb.Point{float64(at[0]) * pitch, float64(at[1]) * pitch})
	}
	line = soften(soften(line))
	b.list = append(b.list, street{name: name, class: class, place: b.nearest(line[len(line)/2]), sheet: line, line: rounded(b.n.t.bent(line))})
}

// bands are the grounds of the roads, in quarters between two corners of their
// middle lines, filed by squares of the world.
type bands struct {
	quads map[[2]int][]quad
}

type quad struct {
	road int32
	ring orb.Ring
}

const bandGrid = 40.0

// draw throws the sides and ends of all roads into the mesh.
func (b *streets) draw(m *mesh) *bands {
	all := &bands{quads: map[[2]int][]quad{}}
	for k, s := range b.list {
		left := rounded(offset(s.line, s.class.width()/2))
		right := rounded(offset(s.line, -s.class.width()/2))
		m.line(0, left...)
		m.line(0, right...)
		n := len(left) - 1
		m.line(0, left[0], right[0])
		m.line(0, left[n], right[n])
		for i := range n {
			all.file(quad{int32(k), orb.Ring{right[i], right[i+1], left[i+1], left[i]}})
		}
	}
	return all
}

func (b *bands) file(q quad) {
	box := q.ring.Bound()
	for x := int(box.Min[0] / bandGrid); x <= int(box.Max[0]/bandGrid); x++ {
		for y := int(box.Min[1] / bandGrid); y <= int(box.Max[1]/bandGrid); y++ {
			b.quads[[2]int{x, y}] = append(b.quads[[2]int{x, y}], q)
		}
	}
}

// at is the road over a place, the one with the right of way when there are
// two, or -1.
func (b *bands) at(p orb.Point) int32 {
	best := int32(-1)
	for _, q := range b.quads[[2]int{int(p[0] / bandGrid), int(p[1] / bandGrid)}] {
		if (best < 0 || q.road < best) && within(q.ring, p) {
			best = q.road
		}
	}
	return best
}
