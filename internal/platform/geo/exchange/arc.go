package exchange

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// sagitta is how far a stroke may lie from its arc, in metres: half of the
// centimetre that plans are drawn with.
const sagitta = 0.005

// metresPerDegree is how long a degree is, roughly.
const metresPerDegree = 111_000

// tolerance is the sagitta in the units of the map.
func tolerance(geographic bool) float64 {
	if geographic {
		return sagitta / metresPerDegree
	}
	return sagitta
}

// Arc strokes the arc through three points, both ends included. Three points on
// a line give the line, and straight is then true. Two surfaces that share an arc
// share its strokes, whichever way it runs.
func Arc(a, m, b orb.Point, geographic bool) (line orb.LineString, straight bool) {
	if _, ok := center(a, m, b); !ok {
		return orb.LineString{a, m, b}, true
	}
	return shape.Arc(a, m, b, tolerance(geographic)), false
}

// Circle strokes the circle through three points, against the clock from the
// first.
func Circle(a, m, b orb.Point, geographic bool) (line orb.LineString, straight bool) {
	c, ok := center(a, m, b)
	if !ok {
		return orb.LineString{a, m, b}, true
	}
	return CircleAcross(a, orb.Point{2*c[0] - a[0], 2*c[1] - a[1]}, geographic), false
}

// CircleAcross strokes the circle on which two points lie opposite.
func CircleAcross(a, opposite orb.Point, geographic bool) orb.LineString {
	return shape.Arc(a, opposite, a, tolerance(geographic))
}

// rounding is how much of a coordinate its last digits may be off.
const rounding = 1e-15

// center finds the centre of the circle through three points; false when they
// lie on a line, as near as the numbers can tell.
func center(a, m, b orb.Point) (orb.Point, bool) {
	// Counted from a: coordinates have seven digits before the point.
	mx, my, bx, by := m[0]-a[0], m[1]-a[1], b[0]-a[0], b[1]-a[1]
	d := 2 * (mx*by - my*bx)
	size := math.Max(math.Hypot(mx, my), math.Hypot(bx, by))
	noise := rounding * math.Max(math.Abs(a[0]), math.Abs(a[1])) * size
	if math.Abs(d) <= math.Max(noise, 1e-9*size*size) || math.IsNaN(d) || math.IsInf(d, 0) {
		return orb.Point{}, false
	}
	m2, b2 := mx*mx+my*my, bx*bx+by*by
	return orb.Point{a[0] + (by*m2-my*b2)/d, a[1] + (mx*b2-bx*m2)/d}, true
}

// cross is positive when c lies to the left of the way from a to b.
func cross(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}
