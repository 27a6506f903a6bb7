package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// order is how many points of a box's side the approximation is fitted to, and
// so the number of coefficients in each direction.
const order = 4

// Near gives a quick stand-in for f inside a box: a polynomial of third degree in
// each coordinate, fitted to the true values, which differs from f by no more
// than tolerance anywhere in the box. Where no such polynomial is found (a box
// as large as a country) f itself is returned. Outside the box nothing is
// promised.
//
// A vector tile holds a hundred thousand points and shows nothing smaller than
// a sixteenth of a pixel: there this is ten times quicker than the projection.
func Near(f Func, b orb.Bound, tolerance float64) Func {
	a := fit(f, b)
	if a == nil || !a.holds(f, b, tolerance) {
		return f
	}
	return a.at
}

// cubic is a polynomial in u and v, which run from −1 to 1 over the box.
type cubic struct {
	mid, half orb.Point
	x, y      [order * order]float64
}

// fit interpolates at the 16 points that Chebyshev's roots make.
func fit(f Func, b orb.Bound) *cubic {
	c := &cubic{mid: b.Center(), half: orb.Point{(b.Max[0] - b.Min[0]) / 2, (b.Max[1] - b.Min[1]) / 2}}
	if !(c.half[0] > 0 && c.half[1] > 0) {
		return nil
	}
	var roots [order]float64
	for i := range roots {
		roots[i] = math.Cos(math.Pi * (float64(i) + 0.5) / order)
	}
	basis := monomials(roots)
	for i, u := range roots {
		for j, v := range roots {
			p := f(orb.Point{c.mid[0] + u*c.half[0], c.mid[1] + v*c.half[1]})
			for k := range order {
				for l := range order {
					w := basis[i][k] * basis[j][l]
					c.x[k*order+l] += w * p[0]
					c.y[k*order+l] += w * p[1]
				}
			}
		}
	}
	return c
}

// monomials gives, for each root, the coefficients of the polynomial that is 1
// there and 0 at the other roots.
func monomials(roots [order]float64) (basis [order][order]float64) {
	for i, root := range roots {
		poly := [order]float64{1}
		for j, other := range roots {
			if j == i {
				continue
			}
			var next [order]float64
			for k := range order {
				if k+1 < order {
					next[k+1] += poly[k] / (root - other)
				}
				next[k] -= poly[k] * other / (root - other)
			}
			poly = next
		}
		basis[i] = poly
	}
	return basis
}

func (c *cubic) at(p orb.Point) orb.Point {
	u, v := (p[0]-c.mid[0])/c.half[0], (p[1]-c.mid[1])/c.half[1]
	return orb.Point{horner(&c.x, u, v), horner(&c.y, u, v)}
}

func horner(a *[order * order]float64, u, v float64) float64 {
	row := func(i int) float64 { return ((a[i+3]*v+a[i+2])*v+a[i+1])*v + a[i] }
	return ((row(12)*u+row(8))*u+row(4))*u + row(0)
}

// holds compares at a grid of points that has the corners in it and shares none
// of the points the polynomial was fitted to.
func (c *cubic) holds(f Func, b orb.Bound, tolerance float64) bool {
	const steps = 6
	for i := range steps + 1 {
		for j := range steps + 1 {
			p := orb.Point{
				b.Min[0] + (b.Max[0]-b.Min[0])*float64(i)/steps,
				b.Min[1] + (b.Max[1]-b.Min[1])*float64(j)/steps,
			}
			want, got := f(p), c.at(p)
			// Half the tolerance at the grid leaves room for what lies between.
			if !(math.Hypot(want[0]-got[0], want[1]-got[1]) <= tolerance/2) {
				return false
			}
		}
	}
	return true
}
