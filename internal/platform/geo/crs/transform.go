package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// Func takes a point of one system to another.
type Func func(orb.Point) orb.Point

// Between gives the way from one system to another. Points are x = east or
// longitude, y = north or latitude on both sides. A point that has no place on
// the other side (a pole on the web map) comes out as infinite or NaN: callers
// that read outside data check with Finite.
func Between(from, to System) Func {
	in, out := from.toDegrees(), to.fromDegrees()
	switch {
	case from.kind == to.kind && from.zone == to.zone, in == nil && out == nil:
		return func(p orb.Point) orb.Point { return p }
	case in == nil:
		return out
	case out == nil:
		return in
	default:
		return func(p orb.Point) orb.Point { return out(in(p)) }
	}
}

// Finite tells whether both coordinates are numbers.
func Finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

func (s System) toDegrees() Func {
	switch s.kind {
	case transverse:
		z := newTM(s.zone)
		return z.inverse
	case web:
		return fromWeb
	default:
		return nil
	}
}

func (s System) fromDegrees() Func {
	switch s.kind {
	case transverse:
		z := newTM(s.zone)
		return z.forward
	case web:
		return toWeb
	default:
		return nil
	}
}

// toWeb is the spherical Mercator of web maps (EPSG's method 1024).
func toWeb(p orb.Point) orb.Point {
	return orb.Point{semiMajor * p[0] * radian, semiMajor * math.Asinh(math.Tan(p[1]*radian))}
}

func fromWeb(p orb.Point) orb.Point {
	return orb.Point{p[0] / semiMajor / radian, math.Atan(math.Sinh(p[1]/semiMajor)) / radian}
}

// Apply takes every point of a geometry through f and gives a new geometry; the
// old one is not touched. Boxes (orb.Bound) become the box around the result.
func Apply(g orb.Geometry, f Func) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		return f(g)
	case orb.MultiPoint:
		return applyPoints(g, f)
	case orb.LineString:
		return applyPoints(g, f)
	case orb.Ring:
		return applyPoints(g, f)
	case orb.MultiLineString:
		return applyAll(g, func(l orb.LineString) orb.LineString { return applyPoints(l, f) })
	case orb.Polygon:
		return applyPolygon(g, f)
	case orb.MultiPolygon:
		return applyAll(g, func(p orb.Polygon) orb.Polygon { return applyPolygon(p, f) })
	case orb.Collection:
		return applyAll(g, func(one orb.Geometry) orb.Geometry { return Apply(one, f) })
	case orb.Bound:
		return Box(g, f)
	default:
		return nil
	}
}

func applyPolygon(p orb.Polygon, f Func) orb.Polygon {
	return applyAll(p, func(r orb.Ring) orb.Ring { return applyPoints(r, f) })
}

func applyPoints[S ~[]orb.Point](points S, f Func) S { return applyAll(points, f) }

func applyAll[S ~[]T, T any](all S, f func(T) T) S {
	if all == nil {
		return nil
	}
	out := make(S, len(all))
	for i, one := range all {
		out[i] = f(one)
	}
	return out
}

// boxSteps is how many points of each side Box looks at.
const boxSteps = 21

// Box takes a box to the box around its image. The sides of a box become curves;
// they are followed at 21 points each, and the result is widened by the bulge
// that can lie between two of those, so that nothing inside is lost.
func Box(b orb.Bound, f Func) orb.Bound {
	first := f(b.Min)
	out := orb.Bound{Min: first, Max: first}
	var bulge float64
	side := func(from, to orb.Point) {
		before := f(from)
		last := before
		for i := 1; i <= boxSteps; i++ {
			t := float64(i) / boxSteps
			p := f(orb.Point{from[0] + t*(to[0]-from[0]), from[1] + t*(to[1]-from[1])})
			out = out.Extend(p)
			if i > 1 {
				bulge = math.Max(bulge, math.Max(math.Abs(p[0]-2*last[0]+before[0]), math.Abs(p[1]-2*last[1]+before[1])))
			}
			before, last = last, p
		}
	}
	corners := [4]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}}
	for i, corner := range corners {
		side(corner, corners[(i+1)%4])
	}
	return out.Pad(bulge / 4)
}
