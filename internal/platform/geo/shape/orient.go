package shape

import (
	"math"

	"github.com/paulmach/orb"
)

// sure is how large the quick determinant must be, relative to its terms, for
// its sign to be certain (J. R. Shewchuk, Adaptive Precision Floating-Point
// Arithmetic and Fast Robust Geometric Predicates, 1997, § 4.2).
const sure = 3.3306690738754716e-16

// orient tells on which side of the line from a to b the point c lies: 1 to the
// left, −1 to the right, 0 exactly on it. The answer is exact.
func orient(a, b, c orb.Point) int {
	left := (a[0] - c[0]) * (b[1] - c[1])
	right := (a[1] - c[1]) * (b[0] - c[0])
	det := left - right
	if bound := sure * (math.Abs(left) + math.Abs(right)); det > bound || -det > bound {
		return sign(det)
	}
	return orientExact(a, b, c)
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	default:
		return 0
	}
}

// orientExact sums the determinant without any rounding, as an expansion of
// floating-point numbers that do not overlap.
func orientExact(a, b, c orb.Point) int {
	var buf [12]float64
	sum := buf[:0]
	add := func(x, y float64) {
		hi := x * y
		sum = grow(grow(sum, math.FMA(x, y, -hi)), hi)
	}
	add(a[0], b[1])
	add(-a[1], b[0])
	add(b[0], c[1])
	add(-b[1], c[0])
	add(c[0], a[1])
	add(-c[1], a[0])
	for i := len(sum) - 1; i >= 0; i-- {
		if sum[i] != 0 {
			return sign(sum[i])
		}
	}
	return 0
}

// grow adds a number to an expansion (Shewchuk's Grow-Expansion).
func grow(sum []float64, x float64) []float64 {
	for i, s := range sum {
		hi := x + s
		part := hi - x
		sum[i] = (x - (hi - part)) + (s - part)
		x = hi
	}
	return append(sum, x)
}

// onSegment tells whether p, known to lie on the line through a and b, lies
// between them or on one of them.
func onSegment(p, a, b orb.Point) bool {
	return math.Min(a[0], b[0]) <= p[0] && p[0] <= math.Max(a[0], b[0]) &&
		math.Min(a[1], b[1]) <= p[1] && p[1] <= math.Max(a[1], b[1])
}

// contact is how two segments meet.
type contact uint8

const (
	apart   contact = iota
	touch           // in one point, which is an end of one of them
	cross           // in one point that is inside both
	overlap         // along a line
)

// meet tells how two segments meet. A segment may be a point. When they touch,
// at is the point; when they cross, at is the point, rounded.
func meet(a, b, c, d orb.Point) (how contact, at orb.Point) {
	if !boxesMeet(a, b, c, d) {
		return apart, at
	}
	oc, od := orient(a, b, c), orient(a, b, d)
	if oc == od && oc != 0 {
		return apart, at
	}
	oa, ob := orient(c, d, a), orient(c, d, b)
	switch {
	case oa == ob && oa != 0:
		return apart, at
	case oc != 0 && od != 0 && oa != 0 && ob != 0:
		return cross, crossing(a, b, c, d)
	case oc == 0 && od == 0 && oa == 0 && ob == 0:
		return meetInLine(a, b, c, d)
	case oc == 0 && onSegment(c, a, b):
		return touch, c
	case od == 0 && onSegment(d, a, b):
		return touch, d
	case oa == 0 && onSegment(a, c, d):
		return touch, a
	case ob == 0 && onSegment(b, c, d):
		return touch, b
	default:
		return apart, at
	}
}

func boxesMeet(a, b, c, d orb.Point) bool {
	return math.Min(a[0], b[0]) <= math.Max(c[0], d[0]) && math.Min(c[0], d[0]) <= math.Max(a[0], b[0]) &&
		math.Min(a[1], b[1]) <= math.Max(c[1], d[1]) && math.Min(c[1], d[1]) <= math.Max(a[1], b[1])
}

// meetInLine is meet for segments of one line.
func meetInLine(a, b, c, d orb.Point) (contact, orb.Point) {
	var shared [4]orb.Point
	n := 0
	note := func(p, from, to orb.Point) {
		if !onSegment(p, from, to) {
			return
		}
		for _, s := range shared[:n] {
			if s == p {
				return
			}
		}
		shared[n] = p
		n++
	}
	note(a, c, d)
	note(b, c, d)
	note(c, a, b)
	note(d, a, b)
	switch n {
	case 0:
		return apart, orb.Point{}
	case 1:
		return touch, shared[0]
	default:
		return overlap, shared[0]
	}
}

// crossing is where two segments that cross do so, rounded, and never outside
// the box that both share.
func crossing(a, b, c, d orb.Point) orb.Point {
	// Relative to a, so that large coordinates lose nothing.
	bx, by := b[0]-a[0], b[1]-a[1]
	cx, cy := c[0]-a[0], c[1]-a[1]
	dx, dy := d[0]-c[0], d[1]-c[1]
	t := (cx*dy - cy*dx) / (bx*dy - by*dx)
	p := orb.Point{a[0] + t*bx, a[1] + t*by}
	for i := range p {
		low := math.Max(math.Min(a[i], b[i]), math.Min(c[i], d[i]))
		high := math.Min(math.Max(a[i], b[i]), math.Max(c[i], d[i]))
		if !(p[i] >= low) {
			p[i] = low
		}
		if p[i] > high {
			p[i] = high
		}
	}
	return p
}
