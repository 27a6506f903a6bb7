package land

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// area of a ring, positive anticlockwise. It is taken from the first corner, or
// the large coordinates would eat the small decimals.
func area(r orb.Ring) float64 {
	var sum float64
	for i := 2; i < len(r); i++ {
		sum += turn(r[0], r[i-1], r[i])
	}
	return sum / 2
}

// areaOf a polygon without its holes.
func areaOf(p orb.Polygon) float64 {
	sum := 0.0
	for i, r := range p {
		if size := math.Abs(area(r)); i == 0 {
			sum = size
		} else {
			sum -= size
		}
	}
	return sum
}

// within reports whether a point lies inside a ring, closed or not.
func within(r orb.Ring, p orb.Point) bool {
	in := false
	for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
		if a, b := r[i], r[j]; (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// contains reports whether a point lies inside a polygon and in none of its holes.
func contains(p orb.Polygon, at orb.Point) bool {
	for i, r := range p {
		if within(r, at) != (i == 0) {
			return false
		}
	}
	return len(p) > 0
}

// inside is a point inside a ring: the middle of the widest stretch at half its
// height.
func inside(r orb.Ring) orb.Point {
	box := r.Bound()
	best, width := box.Center(), -1.0
	for _, part := range []float64{0.5, 0.37, 0.63} {
		y := box.Min[1] + part*(box.Max[1]-box.Min[1]) + 0.0013
		xs := stretches(r, y)
		for i := 1; i < len(xs); i += 2 {
			if w := xs[i] - xs[i-1]; w > width {
				best, width = orb.Point{(xs[i] + xs[i-1]) / 2, y}, w
			}
		}
		if width > 5 {
			break
		}
	}
	return best
}

// stretches are where a ring crosses a height, from the west.
func stretches(r orb.Ring, y float64) []float64 {
	var xs []float64
	for i, j := 0, len(r)-1; i < len(r); j, i = i, i+1 {
		if a, b := r[i], r[j]; (a[1] > y) != (b[1] > y) {
			xs = append(xs, a[0]+(b[0]-a[0])*(y-a[1])/(b[1]-a[1]))
		}
	}
	slices.Sort(xs)
	return xs
}

// apart is the distance from a point to a segment, and how far along the
// segment the nearest point lies, from 0 to 1.
func apart(p, a, b orb.Point) (distance, along float64) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	if long := dx*dx + dy*dy; long > 0 {
		along = min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/long, 0), 1)
	}
	return norm(p[0]-a[0]-along*dx, p[1]-a[1]-along*dy), along
}

// toLine is the distance from a point to a line, and how many metres along it
// the nearest point lies; the side is 1 to the left and -1 to the right.
func toLine(p orb.Point, line []orb.Point) (distance, station float64, side int) {
	distance = math.Inf(1)
	walked := 0.0
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		long := gap(a, b)
		if d, t := apart(p, a, b); d < distance {
			distance, station, side = d, walked+t*long, 1
			if turn(a, b, p) < 0 {
				side = -1
			}
		}
		walked += long
	}
	return distance, station, side
}

func gap(a, b orb.Point) float64 { return norm(b[0]-a[0], b[1]-a[1]) }

// norm is the length of a vector. Its parts are metres: what math.Hypot does
// against overflow is not needed, and takes its time.
func norm(dx, dy float64) float64 { return math.Sqrt(dx*dx + dy*dy) }

func length(line []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += gap(line[i-1], line[i])
	}
	return sum
}

// walk is the point so many metres along a line, and the direction there.
func walk(line []orb.Point, metres float64) (at, direction orb.Point) {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		long := gap(a, b)
		if direction = unit(a, b); metres <= long || i == len(line)-1 {
			t := min(metres, long)
			return orb.Point{a[0] + t*direction[0], a[1] + t*direction[1]}, direction
		}
		metres -= long
	}
	return line[0], orb.Point{1, 0}
}

func unit(a, b orb.Point) orb.Point {
	long := gap(a, b)
	if long == 0 {
		return orb.Point{1, 0}
	}
	return orb.Point{(b[0] - a[0]) / long, (b[1] - a[1]) / long}
}

// offset is a line to the left of another (to the right when metres is
// negative), with mitred corners.
func offset(line []orb.Point, metres float64) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, p := range line {
		in := unit(line[max(i-1, 0)], line[max(i, 1)])
		on := unit(line[min(i, len(line)-2)], line[min(i+1, len(line)-1)])
		nx, ny := -(in[1] + on[1]), in[0]+on[0]
		long := norm(nx, ny)
		scale := metres / long * min(2/long, 2)
		out[i] = orb.Point{p[0] + nx*scale, p[1] + ny*scale}
	}
	return out
}

// soften cuts the corners of an open line, keeping its ends (Chaikin).
func soften(line []orb.Point) []orb.Point {
	if len(line) < 3 {
		return line
	}
	out := []orb.Point{line[0]}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		out = append(out, blend(a, b, 0.25), blend(a, b, 0.75))
	}
	return append(out, line[len(line)-1])
}

func blend(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

// rounded moves all points of a line to whole centimetres.
func rounded(line []orb.Point) orb.LineString {
	out := make(orb.LineString, len(line))
	for i, p := range line {
		out[i] = round(p)
	}
	return out
}
