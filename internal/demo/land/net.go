package land

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
)

// kind is what a square of the net is used for.
type kind uint8

const (
	sea kind = iota
	rural
	suburb
	centre
	works
)

func (k kind) built() bool { return k >= suburb }

// square is one square of the net. Its strips run from west to east, or from
// south to north when it is turned.
type square struct {
	kind   kind
	place  int // index of the village, when it is built up
	turned bool
	loose  bool // its last third is still fields
	strips []strip
}

// strip is a row of plots in a square; from, to and the lines between plots are
// parts of the square's side, from 0 to 1.
type strip struct {
	from, to float64
	cuts     []float64
	street   bool // along its from
}

// net is the chequered net on the sheet.
type net struct {
	t       *terrain
	s       *shore
	rng     *rand.Rand
	squares [cols][rows]square
}

func newNet(town Town, s *shore, rng *rand.Rand) *net {
	n := &net{t: s.t, s: s, rng: rng}
	for i := range cols {
		for j := range rows {
			if n.dryness(i, j) > 0 {
				n.squares[i][j].kind = rural
			}
		}
	}
	for place, p := range town.Places {
		n.build(place, p)
	}
	for i := range cols {
		for j := range rows {
			n.divide(i, j)
		}
	}
	return n
}

// dryness is how much of a square is land, from 0 to 1.
func (n *net) dryness(i, j int) float64 {
	dry := 0
	for a := range 9 {
		for b := range 9 {
			if n.t.height((float64(i)+float64(a)/8)*pitch, (float64(j)+float64(b)/8)*pitch) > 0 {
				dry++
			}
		}
	}
	return float64(dry) / 81
}

// build marks the squares nearest to the middle of a village as built up: the
// first of them its centre, the last one its works.
func (n *net) build(place int, p Place) {
	type candidate struct {
		i, j int
		far  float64
	}
	var list []candidate
	for i := 1; i < cols-1; i++ {
		for j := 1; j < rows-1; j++ {
			if n.squares[i][j].kind != rural || n.dryness(i, j) < 0.4 {
				continue
			}
			u, v := (float64(i)+0.5)*pitch-p.U, (float64(j)+0.5)*pitch-p.V
			list = append(list, candidate{i, j, math.Hypot(u*0.8, v) + 230*n.rng.Float64()})
		}
	}
	slices.SortFunc(list, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	for at, c := range list[:min(p.Squares, len(list))] {
		q := &n.squares[c.i][c.j]
		q.place, q.kind = place, suburb
		switch {
		case at < p.Squares/7:
			q.kind = centre
		case at == p.Squares-2:
			q.kind = works
		default:
			q.turned = n.rng.IntN(4) == 0
			q.loose = at > p.Squares/2 && n.rng.IntN(3) == 0
		}
	}
}

// divide draws the strips and plots of a square.
func (n *net) divide(i, j int) {
	q := &n.squares[i][j]
	switch q.kind {
	case sea:
	case rural:
		q.turned = n.rng.IntN(2) == 0
		n.strips(q, []float64{0, 0.3 + 0.4*n.rng.Float64(), 1}, 190, false)
	case suburb:
		line := j
		if q.turned {
			line = i
		}
		n.strips(q, n.blocks(line, q.turned, 8), 24.5, true)
		if q.loose {
			q.strips = q.strips[:6]
			n.strips(q, []float64{q.strips[5].to, 1}, 170, true)
		}
	case centre:
		n.strips(q, n.blocks(j, false, 8), 19, true)
	case works:
		n.strips(q, []float64{0, 0.25, 0.5, 0.75, 1}, 64, true)
	}
}

// blocks are the lines between strips: the same for all squares of a row, so
// that streets go on from square to square.
func (n *net) blocks(line int, turned bool, count int) []float64 {
	layer := uint64(11)
	if turned {
		layer = 12
	}
	cuts := make([]float64, count+1)
	for k := range cuts {
		cuts[k] = float64(k) / float64(count)
		if k > 0 && k < count && k%2 == 0 {
			cuts[k] += 0.022 * n.t.hash(int64(line), int64(k), layer)
		}
	}
	for k := 1; k < count; k += 2 {
		cuts[k] = (cuts[k-1] + cuts[k+1]) / 2
	}
	for k := range cuts {
		cuts[k] = math.Round(cuts[k]*pitch) / pitch
	}
	return cuts
}

// strips makes the strips between lines, with plots about front metres wide.
func (n *net) strips(q *square, lines []float64, front float64, streets bool) {
	for k := 1; k < len(lines); k++ {
		s := strip{from: lines[k-1], to: lines[k], street: streets && k%2 == 1}
		count := max(1, int(math.Round(pitch/front*(0.88+0.24*n.rng.Float64()))))
		for c := 1; c < count; c++ {
			at := (float64(c) + 0.36*(n.rng.Float64()-0.5)) / float64(count)
			s.cuts = append(s.cuts, math.Round(at*pitch)/pitch)
		}
		q.strips = append(q.strips, s)
	}
}

// spot is a place in a square on the sheet: along its strips and across them.
func spot(i, j int, q *square, along, across float64) orb.Point {
	if q.turned {
		along, across = across, along
	}
	return orb.Point{(float64(i) + along) * pitch, (float64(j) + across) * pitch}
}

// side is one side of a square: the western one when upright, else the southern.
type side struct {
	upright bool
	i, j    int
}

// draw throws all plot lines into the mesh.
func (n *net) draw(m *mesh) {
	marks := map[side][]float64{}
	for i := range cols {
		for j := range rows {
			if n.squares[i][j].kind != sea {
				n.drawSquare(m, i, j, marks)
			}
		}
	}
	for i := range cols + 1 {
		for j := range rows + 1 {
			for _, upright := range []bool{true, false} {
				n.drawSide(m, side{upright, i, j}, marks[side{upright, i, j}])
			}
		}
	}
}

func (n *net) drawSquare(m *mesh, i, j int, marks map[side][]float64) {
	q := &n.squares[i][j]
	first, last := side{false, i, j}, side{false, i, j + 1}
	west, east := side{true, i, j}, side{true, i + 1, j}
	if q.turned {
		first, last, west, east = west, east, first, last
	}
	marks[first] = append(marks[first], q.strips[0].cuts...)
	marks[last] = append(marks[last], q.strips[len(q.strips)-1].cuts...)
	for k, s := range q.strips {
		for _, c := range s.cuts {
			m.line(0, n.t.bent([]orb.Point{spot(i, j, q, c, s.from), spot(i, j, q, c, s.to)})...)
		}
		if k > 0 {
			marks[west] = append(marks[west], s.from)
			marks[east] = append(marks[east], s.from)
			at := stops(append(slices.Clone(s.cuts), q.strips[k-1].cuts...))
			line := make([]orb.Point, len(at))
			for x, c := range at {
				line[x] = spot(i, j, q, c, s.from)
			}
			m.line(0, n.t.bent(line)...)
		}
	}
}

// drawSide draws a side of a square with a corner wherever a line of one of its
// two squares ends.
func (n *net) drawSide(m *mesh, at side, marks []float64) {
	if !n.used(at) {
		return
	}
	var line []orb.Point
	for _, c := range stops(marks) {
		if at.upright {
			line = append(line, orb.Point{float64(at.i) * pitch, (float64(at.j) + c) * pitch})
		} else {
			line = append(line, orb.Point{(float64(at.i) + c) * pitch, float64(at.j) * pitch})
		}
	}
	m.line(0, n.t.bent(line)...)
}

// used reports whether a side belongs to a square that is drawn.
func (n *net) used(at side) bool {
	if at.upright {
		return at.j < rows && (n.kindAt(at.i, at.j) != sea || n.kindAt(at.i-1, at.j) != sea)
	}
	return at.i < cols && (n.kindAt(at.i, at.j) != sea || n.kindAt(at.i, at.j-1) != sea)
}

func (n *net) kindAt(i, j int) kind {
	if i < 0 || j < 0 || i >= cols || j >= rows {
		return sea
	}
	return n.squares[i][j].kind
}

// stops are the corners of a line: the ends, the marks, and some between them
// where it would be too straight.
func stops(marks []float64) []float64 {
	at := append([]float64{0, 1}, marks...)
	slices.Sort(at)
	at = slices.Compact(at)
	var all []float64
	for k, c := range at {
		if k > 0 {
			pieces := math.Ceil((c - at[k-1]) * pitch / 42)
			for p := 1.0; p < pieces; p++ {
				all = append(all, at[k-1]+(c-at[k-1])*p/pieces)
			}
		}
		all = append(all, c)
	}
	return all
}
