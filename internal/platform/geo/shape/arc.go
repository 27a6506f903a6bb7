package shape

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// arcPoints is how many points an arc is given at the most: more means that the
// tolerance is not serious.
const arcPoints = 10_000

// Arc draws the arc from a through b to c (gml:Arc, SOSI .BUEP) as a line that
// leaves it by no more than tolerance. The three points are in the line exactly.
// Points on one line give that line. When c is a, it is the circle on which b
// lies opposite. Drawn from c to a, it has the same points in the other order,
// so that two areas which share an arc share its line.
func Arc(a, b, c orb.Point, tolerance float64) orb.LineString {
	if a == c {
		return closedArc(a, b, tolerance)
	}
	if before(c, a) {
		line := Arc(c, b, a, tolerance)
		slices.Reverse(line)
		return line
	}
	middle, ok := circleThrough(a, b, c)
	if !ok {
		return orb.LineString{a, b, c}
	}
	turn := float64(orient(a, b, c))
	line := sweepArc(orb.LineString{a}, middle, a, b, turn, tolerance)
	return sweepArc(line, middle, b, c, turn, tolerance)
}

func before(p, q orb.Point) bool { return p[0] < q[0] || p[0] == q[0] && p[1] < q[1] }

func closedArc(a, b orb.Point, tolerance float64) orb.LineString {
	if a == b {
		return orb.LineString{a, a}
	}
	middle := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
	line := sweepArc(orb.LineString{a}, middle, a, b, 1, tolerance)
	return sweepArc(line, middle, b, a, 1, tolerance)
}

// circleThrough is the middle of the circle through three points.
func circleThrough(a, b, c orb.Point) (orb.Point, bool) {
	bx, by := b[0]-a[0], b[1]-a[1]
	cx, cy := c[0]-a[0], c[1]-a[1]
	det := 2 * (bx*cy - by*cx)
	if orient(a, b, c) == 0 || det == 0 {
		return orb.Point{}, false
	}
	bb, cc := bx*bx+by*by, cx*cx+cy*cy
	x, y := (cy*bb-by*cc)/det, (bx*cc-cx*bb)/det
	if math.IsNaN(x-x) || math.IsNaN(y-y) || math.Hypot(x, y) > 1e6*math.Sqrt(max(bb, cc)) {
		return orb.Point{}, false // so flat that it is a line
	}
	return orb.Point{a[0] + x, a[1] + y}, true
}

// sweepArc appends the points of an arc after its beginning, the end exactly.
func sweepArc(line orb.LineString, middle, from, to orb.Point, turn, tolerance float64) orb.LineString {
	start := math.Atan2(from[1]-middle[1], from[0]-middle[0])
	angle := math.Atan2(to[1]-middle[1], to[0]-middle[0]) - start
	if angle*turn <= 0 {
		angle += turn * 2 * math.Pi
	}
	radius := math.Hypot(from[0]-middle[0], from[1]-middle[1])
	n := steps(radius, math.Abs(angle), tolerance)
	for i := 1; i < n; i++ {
		sin, cos := math.Sincos(start + angle*float64(i)/float64(n))
		line = append(line, orb.Point{middle[0] + radius*cos, middle[1] + radius*sin})
	}
	return append(line, to)
}

// steps is how many chords an arc needs so that none leaves it by more than
// tolerance.
func steps(radius, angle, tolerance float64) int {
	if !(tolerance < radius) {
		return max(1, int(math.Ceil(angle/(math.Pi/2)))) // a square still shows what it was
	}
	if !(tolerance > 0) {
		return arcPoints
	}
	// acos loses digits near 1: the half-angle by the sine of its half.
	step := 4 * math.Asin(math.Sqrt(tolerance/(2*radius)))
	return int(max(1, min(math.Ceil(angle/step), arcPoints)))
}

// Circle draws a circle against the clock as a ring that leaves it by no more
// than tolerance.
func Circle(middle orb.Point, radius, tolerance float64) orb.Ring {
	n := max(4, steps(radius, 2*math.Pi, tolerance))
	ring := make(orb.Ring, 0, n+1)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		ring = append(ring, orb.Point{middle[0] + radius*cos, middle[1] + radius*sin})
	}
	return append(ring, ring[0])
}

// ArcAround draws an arc by its middle, radius and the angles in radians, from
// the x axis against the clock, at which it starts and ends
// (gml:ArcByCenterPoint). When the end is smaller than the start, it turns with
// the clock.
func ArcAround(middle orb.Point, radius, start, end, tolerance float64) orb.LineString {
	n := steps(radius, math.Abs(end-start), tolerance)
	line := make(orb.LineString, 0, n+1)
	for i := range n + 1 {
		sin, cos := math.Sincos(start + (end-start)*float64(i)/float64(n))
		line = append(line, orb.Point{middle[0] + radius*cos, middle[1] + radius*sin})
	}
	return line
}
