package site

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// By is a distance from a side.
type By struct {
	Side   Side
	Metres float64
}

// exact is how near to the distances asked for a rectangle is brought, in metres.
const exact = 0.0005

// Between puts a rectangle so far from two sides. Where a side turns or ends so that
// the distances cannot both be had, they are those to the straight lines of the sides.
// It is false when the sides run alike, so that no place follows from them.
func Between(r Rectangle, a, b By) (Rectangle, bool) {
	na, nb := a.Side.inwards(), b.Side.inwards()
	cross := na[0]*nb[1] - na[1]*nb[0]
	if math.Abs(cross) < math.Sin(10*math.Pi/180) {
		return r, false
	}
	// Where the middle lies when both sides are straight.
	r.Middle = meet(na, dot(na, a.Side.Line[0])+a.Metres+r.reach(na), nb, dot(nb, b.Side.Line[0])+b.Metres+r.reach(nb), cross)
	straight := r
	straight.Middle = orb.Point{millimetres(r.Middle[0]), millimetres(r.Middle[1])}
	for range 50 {
		da, db := r.signed(a.Side)-a.Metres, r.signed(b.Side)-b.Metres
		if math.Abs(da) < exact && math.Abs(db) < exact {
			r.Middle = orb.Point{millimetres(r.Middle[0]), millimetres(r.Middle[1])}
			return r, true
		}
		step := meet(na, -da, nb, -db, cross)
		r = r.Moved(step[0], step[1])
	}
	return straight, true
}

// meet is where two lines meet, each told by its direction across and how far along
// that it lies.
func meet(na orb.Point, a float64, nb orb.Point, b, cross float64) orb.Point {
	return orb.Point{(a*nb[1] - b*na[1]) / cross, (na[0]*b - nb[0]*a) / cross}
}

// signed is the distance from the side as it is, or, when the rectangle lies over it,
// how far it comes out beyond the straight line of it.
func (r Rectangle) signed(s Side) float64 {
	if d := shape.Distance(r.Area(), s.Line); d > 0 {
		return d
	}
	n := s.inwards()
	return min(-exact, dot(n, r.Middle)-dot(n, s.Line[0])-r.reach(n))
}

// From is how far a footprint is from a side.
func From(s Side, footprint orb.MultiPolygon) float64 {
	return centimetres(shape.Distance(footprint, s.Line))
}

// Nearest are the points of two shapes that are nearest to each other, for a line of
// measure between them: among the corners of one and the edges of the other.
func Nearest(a, b orb.Geometry) (from, to orb.Point, ok bool) {
	best := math.Inf(1)
	look := func(points, lines orb.MultiLineString, swap bool) {
		for _, ps := range points {
			for _, p := range ps {
				for _, line := range lines {
					for i := 1; i < len(line); i++ {
						q := onto(p, line[i-1], line[i])
						if d := math.Hypot(p[0]-q[0], p[1]-q[1]); d < best {
							best, from, to, ok = d, p, q, true
							if swap {
								from, to = q, p
							}
						}
					}
				}
			}
		}
	}
	la, lb := lines(a), lines(b)
	look(la, lb, false)
	look(lb, la, true)
	return from, to, ok
}

func lines(g orb.Geometry) orb.MultiLineString {
	switch g := g.(type) {
	case orb.LineString:
		return orb.MultiLineString{g}
	case orb.MultiLineString:
		return g
	}
	return shape.Outline(g)
}

// onto is the point of a stretch that is nearest to a point.
func onto(p, a, b orb.Point) orb.Point {
	dx, dy := b[0]-a[0], b[1]-a[1]
	length := dx*dx + dy*dy
	if length == 0 {
		return a
	}
	t := max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length))
	return orb.Point{a[0] + t*dx, a[1] + t*dy}
}
