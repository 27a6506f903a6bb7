package land

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Class is what a road is for.
type Class string

// The classes of roads, those with the right of way first.
const (
	Main        Class = "main"
	Centre      Class = "centre"
	Collector   Class = "collector"
	Residential Class = "residential"
	Lane        Class = "lane"
)

// widths of the ground of a road, in metres, in the order of the classes.
func (c Class) width() float64 {
	switch c {
	case Main:
		return 14
	case Centre:
		return 11.5
	case Collector:
		return 10.5
	case Residential:
		return 8.5
	case Lane:
	}
	return 7
}

func (c Class) rank() int {
	return slices.Index([]Class{Main, Centre, Collector, Residential, Lane}, c)
}

// street is a road on the sheet: its middle line there and in the world.
type street struct {
	name  string
	class Class
	place int
	sheet []orb.Point
	line  orb.LineString
}

// piece is one square's length of a street on the net.
type piece struct {
	upright bool
	line    int // in parts of 1/320 of a square, from the west or south
	at      int
}

// streets are made from the net: first the roads between the villages, then
// what the squares need.
type streets struct {
	n       *net
	names   *names
	list    []street
	taken   map[side]bool // sides that the road between the villages runs on
	reached map[[2]int]bool
}

func newStreets(n *net, town Town) *streets {
	b := &streets{n: n, names: &names{town: town, used: map[string]bool{}}, taken: map[side]bool{}, reached: map[[2]int]bool{}}
	for _, p := range town.Places {
		for _, s := range p.Streets {
			b.names.used[strings.ToLower(s)] = true
		}
	}
	b.mainRoad(town)
	b.built()
	b.lanes()
	b.christen(town)
	slices.SortStableFunc(b.list, func(x, y street) int { return cmp.Compare(x.class.rank(), y.class.rank()) })
	return b
}

// built makes the streets of the built-up squares.
func (b *streets) built() {
	pieces := map[piece]Class{}
	for i := range cols {
		for j := range rows {
			if q := &b.n.squares[i][j]; q.kind.built() {
				b.pieces(i, j, q, pieces)
			}
		}
	}
	keys := make([]piece, 0, len(pieces))
	for p := range pieces {
		keys = append(keys, p)
	}
	slices.SortFunc(keys, func(x, y piece) int {
		up := func(p piece) int {
			if p.upright {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(up(x), up(y)), cmp.Compare(x.line, y.line), cmp.Compare(x.at, y.at))
	})
	for len(keys) > 0 {
		size := b.run(keys, pieces)
		b.chain(keys[:size], pieces[keys[0]])
		keys = keys[size:]
	}
}

// pieces notes the streets in and round a square.
func (b *streets) pieces(i, j int, q *square, pieces map[piece]Class) {
	inner, rim := Residential, Collector
	if q.kind == centre {
		inner, rim = Centre, Centre
	}
	for _, s := range q.strips {
		if !s.street || s.from == 0 {
			continue
		}
		p := piece{false, int(math.Round((float64(j) + s.from) * pitch)), i}
		if q.turned {
			p = piece{true, int(math.Round((float64(i) + s.from) * pitch)), j}
		}
		if inner == Residential && b.n.rng.IntN(11) == 0 {
			continue // a street that was never built: its plots are common green
		}
		pieces[p] = inner
	}
	for _, at := range []side{{false, i, j}, {false, i, j + 1}, {true, i, j}, {true, i + 1, j}} {
		if b.taken[at] {
			continue
		}
		p := piece{false, at.j * pitch, at.i}
		if at.upright {
			p = piece{true, at.i * pitch, at.j}
		}
		if pieces[p] != Centre {
			pieces[p] = rim
		}
		b.reached[[2]int{at.i, at.j}] = true
	}
}

// run is how many of the first pieces make one street.
func (b *streets) run(keys []piece, pieces map[piece]Class) int {
	longest := 2 + b.n.rng.IntN(3)
	size := 1
	for size < len(keys) && size < longest {
		p, q := keys[size-1], keys[size]
		if p.upright != q.upright || p.line != q.line || p.at+1 != q.at || pieces[p].rank()+pieces[q].rank() > 2*Residential.rank() {
			break
		}
		size++
	}
	return size
}

// chain makes a street of pieces in a row, where they lie on dry land. Some end
// before the next street does (blindveg).
func (b *streets) chain(keys []piece, class Class) {
	const parts = 16
	var line []orb.Point
	steps := len(keys) * parts
	first, last := 0, steps
	if class == Residential && len(keys) > 1 && b.n.rng.IntN(3) == 0 {
		last -= 4
	}
	for k := first; k <= last; k++ {
		along := (float64(keys[0].at) + float64(k)/parts) * pitch
		across := float64(keys[0].line)
		if keys[0].upright {
			along, across = across, along
		}
		if b.n.s.dry(along, across, 1.6) {
			line = append(line, orb.Point{along, across})
			continue
		}
		b.add(line, class)
		line = nil
	}
	b.add(line, class)
}

// add makes a street of a line on the sheet that is long enough to live on.
func (b *streets) add(line []orb.Point, class Class) {
	if len(line) < 5 {
		return
	}
	mid := line[len(line)/2]
	s := street{class: class, sheet: line, line: rounded(b.n.t.bent(line)), place: b.nearest(mid)}
	b.list = append(b.list, s)
}

// nearest is the index of the village nearest to a spot.
func (b *streets) nearest(spot orb.Point) int {
	best, least := 0, math.Inf(1)
	for i, p := range b.names.town.Places {
		if d := gap(spot, orb.Point{p.U, p.V}); d < least {
			best, least = i, d
		}
	}
	return best
}

// christen names the streets: those that people are registered in are the
// longest near the middle of their village.
func (b *streets) christen(town Town) {
	for i, p := range town.Places {
		var list []int
		for k, s := range b.list {
			if s.place == i && s.name == "" && s.class != Lane {
				list = append(list, k)
			}
		}
		slices.SortStableFunc(list, func(x, y int) int { return cmp.Compare(b.worth(y, p), b.worth(x, p)) })
		list = list[:min(len(list), len(p.Streets))]
		p.Streets = b.middle(i, &list, p.Streets)
		slices.SortStableFunc(list, func(x, y int) int { return cmp.Compare(b.level(x), b.level(y)) })
		for k, name := range byTheWater(p.Streets)[:len(list)] {
			b.list[list[k]].name = name
		}
	}
	for k := range b.list {
		if b.list[k].name != "" && b.list[k].class != Main {
			b.inland(&b.list[k])
		}
	}
	for k := range b.list {
		if b.list[k].name == "" {
			b.list[k].name = b.names.next()
		}
	}
}

// inland turns a street round when its end has more dry land about it than its
// beginning: the low numbers are those of schools and churches, that need room.
func (b *streets) inland(s *street) {
	room := func(p orb.Point) float64 {
		sum := 0.0
		for k := range 24 {
			angle, far := float64(k)*math.Pi/6, float64(60+90*(k/12))
			u, v := p[0]+far*math.Cos(angle), p[1]+far*math.Sin(angle)
			if b.n.s.dry(u, v, 1) {
				sum++
			}
			if b.n.kindAt(int(u/pitch), int(v/pitch)).built() {
				sum++
			}
		}
		return sum
	}
	if last := len(s.sheet) - 1; room(s.sheet[last]) > room(s.sheet[0]) {
		slices.Reverse(s.sheet)
		slices.Reverse(s.line)
	}
}

// middle gives the first name of a village to the longest street of its centre.
func (b *streets) middle(place int, list *[]int, names []string) []string {
	best := -1
	for k, s := range b.list {
		if s.place == place && s.class == Centre && (best < 0 || length(s.line) > length(b.list[best].line)) {
			best = k
		}
	}
	if best < 0 {
		return names
	}
	b.list[best].name = names[0]
	if at := slices.Index(*list, best); at >= 0 {
		*list = slices.Delete(*list, at, at+1)
	} else {
		*list = (*list)[:len(*list)-1]
	}
	return names[1:]
}

func (b *streets) worth(k int, p Place) float64 {
	s := b.list[k]
	return min(length(s.line), 1100) - 0.45*gap(s.sheet[len(s.sheet)/2], orb.Point{p.U, p.V})
}

func (b *streets) level(k int) float64 {
	line := b.list[k].sheet
	mid := line[len(line)/2]
	return b.n.t.height(mid[0], mid[1])
}

// byTheWater puts the names that speak of the water first.
func byTheWater(streets []string) []string {
	wet := func(name string) int {
		for _, word := range []string{"kai", "strand", "naust", "fjord", "skjær"} {
			if strings.Contains(strings.ToLower(name), word) {
				return 0
			}
		}
		return 1
	}
	streets = slices.Clone(streets)
	slices.SortStableFunc(streets, func(x, y string) int { return cmp.Compare(wet(x), wet(y)) })
	return streets
}
