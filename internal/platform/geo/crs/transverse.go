package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// GRS 80, the ellipsoid of EUREF89, and what UTM lays down for every zone.
const (
	semiMajor    = 6378137.0
	flattening   = 1 / 298.257222101
	scale        = 0.9996
	falseEasting = 500000.0
	radian       = math.Pi / 180
)

// tm is the transverse Mercator projection of one zone.
type tm struct {
	meridian    float64 // radians
	unit        float64 // metres for a radian: scale × rectifying radius
	e, e2m      float64 // eccentricity; 1 − its square
	alpha, beta [6]float64
}

// newTM makes the projection of a UTM zone. The coefficients are Krüger's, in
// the third flattening n, as in Karney 2011, equations 14, 35 and 36.
func newTM(zone int) tm {
	n := flattening / (2 - flattening)
	n2 := n * n
	n3, n4 := n*n2, n2*n2
	n5, n6 := n4*n, n4*n2
	radius := semiMajor / (1 + n) * (1 + n2/4 + n4/64 + n6/256)
	e2 := flattening * (2 - flattening)
	return tm{
		meridian: float64(zone*6-183) * radian, unit: scale * radius, e: math.Sqrt(e2), e2m: 1 - e2,
		alpha: [6]float64{
			n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
			13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
			61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
			49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
			34729*n5/80640 - 3418889*n6/1995840,
			212378941 * n6 / 319334400,
		},
		beta: [6]float64{
			n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
			n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
			17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
			4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
			4583*n5/161280 - 108847*n6/3991680,
			20648693 * n6 / 638668800,
		},
	}
}

// forward takes degrees to metres.
func (z *tm) forward(p orb.Point) orb.Point {
	tau := z.conformal(math.Tan(p[1] * radian))
	sinL, cosL := math.Sincos(p[0]*radian - z.meridian)
	h := math.Hypot(tau, cosL)
	xi, sinhEta := math.Atan2(tau, cosL), sinL/h
	coshEta := math.Sqrt(1 + sinhEta*sinhEta)
	sin, cos := tau/h, cosL/h
	dx, dy := series(&z.alpha, 2*sin*cos, 2*cos*cos-1, 2*sinhEta*coshEta, 2*sinhEta*sinhEta+1)
	return orb.Point{falseEasting + z.unit*(math.Asinh(sinhEta)+dy), z.unit * (xi + dx)}
}

// inverse takes metres to degrees.
func (z *tm) inverse(p orb.Point) orb.Point {
	xi, eta := p[1]/z.unit, (p[0]-falseEasting)/z.unit
	sin, cos := math.Sincos(2 * xi)
	dx, dy := series(&z.beta, sin, cos, math.Sinh(2*eta), math.Cosh(2*eta))
	sinXi, cosXi := math.Sincos(xi - dx)
	sinhEta := math.Sinh(eta - dy)
	lon := z.meridian + math.Atan2(sinhEta, cosXi)
	lat := math.Atan(z.geographic(sinXi / math.Hypot(sinhEta, cosXi)))
	return orb.Point{lon / radian, lat / radian}
}

// series sums a_j·sin(2jζ), j = 1…6, by Clenshaw's rule, for the complex ζ whose
// double has the given sine, cosine, hyperbolic sine and cosine.
func series(a *[6]float64, sin, cos, sinh, cosh float64) (re, im float64) {
	cr, ci := 2*cos*cosh, -2*sin*sinh // 2 cos 2ζ
	var r1, i1, r2, i2 float64
	for j := 5; j >= 0; j-- {
		r1, i1, r2, i2 = a[j]+cr*r1-ci*i1-r2, cr*i1+ci*r1-i2, r1, i1
	}
	sr, si := sin*cosh, cos*sinh // sin 2ζ
	return r1*sr - i1*si, r1*si + i1*sr
}

// conformal takes the tangent of the latitude to that of the conformal latitude
// (Karney 2011, equations 7 to 9).
func (z *tm) conformal(tau float64) float64 {
	root := math.Sqrt(1 + tau*tau)
	sigma := math.Sinh(z.e * math.Atanh(z.e*tau/root))
	return tau*math.Sqrt(1+sigma*sigma) - sigma*root
}

// geographic is the inverse of conformal, by Newton's method (equations 19 to
// 21): two or three rounds reach the last digit.
func (z *tm) geographic(taup float64) float64 {
	tau := taup / z.e2m
	for range 6 {
		got := z.conformal(tau)
		step := (taup - got) / math.Sqrt(1+got*got) * (1 + z.e2m*tau*tau) / (z.e2m * math.Sqrt(1+tau*tau))
		tau += step
		if math.Abs(step) <= 1e-15*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}
