package land

import (
	"math"

	"github.com/paulmach/orb"
)

// Heights are taken every step metres, this many columns and rows of them.
const (
	step     = 32.0
	probesU  = int(sheetWide/step) + 1
	probesV  = int(sheetHigh/step) + 1
	smallest = 900.0 // square metres of the smallest islet that is drawn
)

// shore is the coast: rings on the sheet, those of land anticlockwise, those of
// lakes clockwise.
type shore struct {
	t      *terrain
	high   []float64 // heights at the probes, row by row
	rings  [][]orb.Point
	corner map[int]int
}

func newShore(t *terrain) *shore {
	s := &shore{t: t, high: make([]float64, probesU*probesV), corner: map[int]int{}}
	for j := range probesV {
		for i := range probesU {
			s.high[j*probesU+i] = s.probe(i, j)
		}
	}
	s.contour()
	return s
}

// probe is the height at a probe. Beyond the edge of the sheet there is no land.
func (s *shore) probe(i, j int) float64 {
	if i == 0 || j == 0 || i == probesU-1 || j == probesV-1 {
		return -1e9
	}
	h := s.t.height(float64(i)*step, float64(j)*step)
	if math.Abs(h) < 0.05 {
		return 0.05
	}
	return h
}

// contour follows the height nought through the squares between the probes
// (marching squares), land to the left.
func (s *shore) contour() {
	var starts []int
	for j := range probesV - 1 {
		for i := range probesU - 1 {
			starts = s.square(i, j, starts)
		}
	}
	for _, first := range starts {
		var ring []orb.Point
		for e, ok := first, true; ok; {
			var next int
			next, ok = s.corner[e]
			if ok {
				delete(s.corner, e)
				ring = append(ring, s.crossing(e))
				e = next
			}
		}
		if len(ring) > 2 {
			s.keep(ring)
		}
	}
}

// square links the edges of one square through which the coast goes. Edges are
// numbered: 2k goes east from probe k, 2k+1 north.
func (s *shore) square(i, j int, starts []int) []int {
	k := j*probesU + i
	south, north, west, east := 2*k, 2*(k+probesU), 2*k+1, 2*(k+1)+1
	which := 0
	for bit, probe := range [4]int{k, k + 1, k + 1 + probesU, k + probesU} {
		if s.high[probe] > 0 {
			which |= 1 << bit
		}
	}
	link := func(from, to int) {
		s.corner[from] = to
		starts = append(starts, from)
	}
	switch which {
	case 1:
		link(south, west)
	case 2:
		link(east, south)
	case 3:
		link(east, west)
	case 4:
		link(north, east)
	case 5:
		link(south, west)
		link(north, east)
	case 6:
		link(north, south)
	case 7:
		link(north, west)
	case 8:
		link(west, north)
	case 9:
		link(south, north)
	case 10:
		link(east, south)
		link(west, north)
	case 11:
		link(east, north)
	case 12:
		link(west, east)
	case 13:
		link(south, east)
	case 14:
		link(west, south)
	}
	return starts
}

// crossing is where the coast crosses an edge.
func (s *shore) crossing(edge int) orb.Point {
	k := edge / 2
	other, du, dv := k+1, step, 0.0
	if edge%2 == 1 {
		other, du, dv = k+probesU, 0, step
	}
	a, b := s.high[k], s.high[other]
	t := a / (a - b)
	return orb.Point{float64(k%probesU)*step + t*du, float64(k/probesU)*step + t*dv}
}

// keep smooths a ring and keeps it when it is not too small.
func (s *shore) keep(ring []orb.Point) {
	if math.Abs(area(ring)) < smallest {
		return
	}
	var smooth []orb.Point
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if s.onEdge(a) {
			smooth = append(smooth, a)
		}
		if !s.onEdge(a) || !s.onEdge(b) {
			smooth = append(smooth, blend(a, b, 0.25), blend(a, b, 0.75))
		}
	}
	s.rings = append(s.rings, smooth)
}

// frame is the outermost line on which land can lie.
func frame() (west, south, east, north float64) {
	return step, step, sheetWide - step, sheetHigh - step
}

func (s *shore) onEdge(p orb.Point) bool {
	west, south, east, north := frame()
	return p[0]-west < 0.01 || p[1]-south < 0.01 || east-p[0] < 0.01 || north-p[1] < 0.01
}

// dry reports whether a spot of the sheet lies well on land, by its height.
func (s *shore) dry(u, v, height float64) bool {
	west, south, east, north := frame()
	return u > west+8 && v > south+8 && u < east-8 && v < north-8 && s.t.height(u, v) > height
}

// outline is the municipality's boundary: the edge of the sheet, with a corner
// at every probe.
func (s *shore) outline() []orb.Point {
	var ring []orb.Point
	last, top := probesU-2, probesV-2
	for i := 1; i < last; i++ {
		ring = append(ring, orb.Point{float64(i) * step, step})
	}
	for j := 1; j < top; j++ {
		ring = append(ring, orb.Point{float64(last) * step, float64(j) * step})
	}
	for i := last; i > 1; i-- {
		ring = append(ring, orb.Point{float64(i) * step, float64(top) * step})
	}
	for j := top; j > 1; j-- {
		ring = append(ring, orb.Point{step, float64(j) * step})
	}
	return append(ring, ring[0])
}

// bent takes a line from the sheet to the world.
func (t *terrain) bent(line []orb.Point) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, p := range line {
		out[i] = t.place(p[0], p[1])
	}
	return out
}
