package shape

import "github.com/paulmach/orb"

// Simplify leaves out points of lines and rings where the line stays within
// tolerance of what it was (Douglas and Peucker, 1973). Rings and lines that
// have nothing left are left out; nil when nothing is. Points are not touched.
// It is for drawing: rings that had nothing to do with each other may come to
// touch.
func Simplify(g orb.Geometry, tolerance float64) orb.Geometry {
	switch g := g.(type) {
	case orb.Point, orb.MultiPoint, nil:
		return g
	case orb.LineString:
		return simplestLine(simplifyLines(orb.MultiLineString{g}, tolerance))
	case orb.MultiLineString:
		return simplestLine(simplifyLines(g, tolerance))
	case orb.Collection:
		var out orb.Collection
		for _, one := range g {
			if kept := Simplify(one, tolerance); kept != nil {
				out = append(out, kept)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	default:
		var out orb.MultiPolygon
		for _, polygon := range Areas(g) {
			if kept := simplifyPolygon(polygon, tolerance); len(kept) > 0 {
				out = append(out, kept)
			}
		}
		return simplestArea(out)
	}
}

func simplifyLines(lines orb.MultiLineString, tolerance float64) orb.MultiLineString {
	var out orb.MultiLineString
	for _, l := range lines {
		kept := SimplifyPoints(nil, l, tolerance)
		if len(kept) > 2 || len(kept) == 2 && kept[0] != kept[1] {
			out = append(out, kept)
		}
	}
	return out
}

func simplifyPolygon(p orb.Polygon, tolerance float64) orb.Polygon {
	var out orb.Polygon
	for i, r := range p {
		kept := orb.Ring(SimplifyPoints(nil, r, tolerance))
		if len(kept) < 4 || flat(kept) {
			if i == 0 {
				return nil
			}
			continue
		}
		out = append(out, kept)
	}
	return out
}

// SimplifyPoints appends the points that are kept of a line or a ring. A ring is
// held at its first point and at the one farthest from that.
func SimplifyPoints(out, points []orb.Point, tolerance float64) []orb.Point {
	var s Simplifier
	return s.Points(out, points, tolerance)
}

// Simplifier simplifies many lines with one piece of memory. It is used by one at a
// time; the zero value is ready.
type Simplifier struct {
	keep      []bool
	stretches [][2]int
}

// Points is SimplifyPoints. The list that is appended to may be the points' own,
// emptied: no point is written before it has been read.
func (s *Simplifier) Points(out, points []orb.Point, tolerance float64) []orb.Point {
	n := len(points)
	if n < 3 {
		return append(out, points...)
	}
	if cap(s.keep) < n {
		s.keep = make([]bool, 2*n)
	}
	keep := s.keep[:n]
	clear(keep)
	keep[0], keep[n-1] = true, true
	stretches := append(s.stretches[:0], [2]int{0, n - 1})
	limit := tolerance * tolerance
	for len(stretches) > 0 {
		stretch := stretches[len(stretches)-1]
		stretches = stretches[:len(stretches)-1]
		chord := edge{a: points[stretch[0]], b: points[stretch[1]]}
		far, most := 0, limit
		for i := stretch[0] + 1; i < stretch[1]; i++ {
			if d := pointDistance(points[i], chord); d > most {
				far, most = i, d
			}
		}
		if far > 0 {
			keep[far] = true
			stretches = append(stretches, [2]int{stretch[0], far}, [2]int{far, stretch[1]})
		}
	}
	s.stretches = stretches
	for i, p := range points {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}
