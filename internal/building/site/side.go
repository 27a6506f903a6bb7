package site

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Side is a stretch of a property's boundary that people see as one: it hardly turns,
// and one neighbour lies behind it.
type Side struct {
	Letter string // A, B, C … clockwise from the northernmost
	Behind string // the neighbour, as the caller names it; "" when nobody is known
	Line   orb.LineString
	Length float64
}

// Ground is a neighbour's ground with a name for it.
type Ground struct {
	Name string
	Area orb.MultiPolygon
}

const (
	sameTurn  = 15.0 // degrees that a side may turn at a corner
	bend      = 40.0 // and along the whole of it
	shortest  = 1.0  // metres; shorter sides are left out
	mostSides = 26   // as many as there are letters
	beside    = 0.5  // metres between a boundary and the ground behind it
)

// Sides takes the boundary of a property apart into sides.
func Sides(ground orb.MultiPolygon, behind []Ground) []Side {
	ring := outer(ground)
	if len(ring) < 4 {
		return nil
	}
	prepared := make([]*shape.Prepared, len(behind))
	for i, g := range behind {
		prepared[i] = shape.Prepare(g.Area)
	}
	pieces := piecesOf(ring, func(middle orb.Point) string {
		at := shape.Prepare(middle)
		for i, p := range prepared {
			if at.Nearer(p, beside) {
				return behind[i].Name
			}
		}
		return ""
	})
	return lettered(joined(pieces))
}

// outer is the outline of the largest part, turning with the clock.
func outer(ground orb.MultiPolygon) orb.Ring {
	var best orb.Ring
	most := 0.0
	for _, p := range ground {
		if len(p) == 0 {
			continue
		}
		if area := math.Abs(shape.SignedArea(p[0])); area > most {
			best, most = p[0], area
		}
	}
	if shape.SignedArea(best) > 0 {
		best = slices.Clone(best)
		slices.Reverse(best)
	}
	return best
}

// piecesOf are the stretches between corners.
func piecesOf(ring orb.Ring, behind func(middle orb.Point) string) []Side {
	var pieces []Side
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if a == b {
			continue
		}
		middle := orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
		pieces = append(pieces, Side{Behind: behind(middle), Line: orb.LineString{a, b}})
	}
	return pieces
}

// joined makes sides of pieces, beginning where one side surely ends.
func joined(pieces []Side) []Side {
	start := 0
	for i := range pieces {
		if !goesOn(pieces[(i+len(pieces)-1)%len(pieces)], pieces[i]) {
			start = i
			break
		}
	}
	var sides []Side
	for i := range pieces {
		next := pieces[(start+i)%len(pieces)]
		if last := len(sides) - 1; last >= 0 && goesOn(sides[last], next) {
			sides[last].Line = append(sides[last].Line, next.Line[1:]...)
			continue
		}
		next.Line = slices.Clone(next.Line)
		sides = append(sides, next)
	}
	for i := range sides {
		sides[i].Length = shape.Length(sides[i].Line)
	}
	return sides
}

// goesOn reports whether a piece is part of the same side.
func goesOn(side, next Side) bool {
	l := side.Line
	at := turnOf(next.Line[0], next.Line[1])
	return side.Behind == next.Behind && between(turnOf(l[len(l)-2], l[len(l)-1]), at) <= sameTurn && between(turnOf(l[0], l[1]), at) <= bend
}

// turnOf is the direction from one point to another, in degrees clockwise from north.
func turnOf(a, b orb.Point) float64 {
	return Degrees(math.Atan2(b[0]-a[0], b[1]-a[1]) * 180 / math.Pi)
}

// between is the angle between two directions, 0 to 180.
func between(a, b float64) float64 {
	d := math.Mod(math.Abs(a-b), 360)
	return min(d, 360-d)
}

// lettered leaves out what is too short to speak of, and gives the others letters.
func lettered(sides []Side) []Side {
	long := slices.DeleteFunc(slices.Clone(sides), func(s Side) bool { return s.Length < shortest })
	if len(long) > mostSides {
		byLength := slices.Clone(long)
		slices.SortFunc(byLength, func(a, b Side) int { return -compare(a.Length, b.Length) })
		least := byLength[mostSides-1].Length
		long = slices.DeleteFunc(long, func(s Side) bool { return s.Length < least })[:mostSides]
	}
	first := 0
	for i := range long {
		if long[i].Middle()[1] > long[first].Middle()[1] {
			first = i
		}
	}
	ordered := slices.Concat(long[first:], long[:first])
	for i := range ordered {
		ordered[i].Letter = string(rune('A' + i))
	}
	return ordered
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Middle is the point halfway along the side.
func (s Side) Middle() orb.Point {
	half := shape.Length(s.Line) / 2
	for i := 1; i < len(s.Line); i++ {
		a, b := s.Line[i-1], s.Line[i]
		step := math.Hypot(b[0]-a[0], b[1]-a[1])
		if half <= step && step > 0 {
			return orb.Point{a[0] + (b[0]-a[0])*half/step, a[1] + (b[1]-a[1])*half/step}
		}
		half -= step
	}
	return s.Line[len(s.Line)-1]
}

// Turn is the direction the side runs in, in degrees clockwise from north, 0 to 180.
func (s Side) Turn() float64 {
	return math.Mod(turnOf(s.Line[0], s.Line[len(s.Line)-1]), 180)
}

// Faces is the direction out of the property: n, ne, e, se, s, sw, w or nw. The ring
// turns with the clock, so outwards is to the left.
func (s Side) Faces() string {
	out := Degrees(turnOf(s.Line[0], s.Line[len(s.Line)-1]) - 90)
	return []string{"n", "ne", "e", "se", "s", "sw", "w", "nw"}[int(math.Round(out/45))%8]
}

// inwards is the direction into the property, of length 1.
func (s Side) inwards() orb.Point {
	a, b := s.Line[0], s.Line[len(s.Line)-1]
	length := math.Hypot(b[0]-a[0], b[1]-a[1])
	if length == 0 {
		return orb.Point{}
	}
	return orb.Point{(b[1] - a[1]) / length, -(b[0] - a[0]) / length}
}

// Find is the side with a letter.
func Find(sides []Side, letter string) (Side, bool) {
	at := slices.IndexFunc(sides, func(s Side) bool { return s.Letter == letter })
	if at < 0 {
		return Side{}, false
	}
	return sides[at], true
}
