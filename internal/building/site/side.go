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
	pieces := piecesOf(ring, func(at orb.Point) string {
		point, name, nearest := shape.Prepare(at), "", math.Inf(1)
		for i, p := range prepared {
			if !point.Nearer(p, beside) {
				continue
			}
			if d := point.Distance(p); d < nearest {
				name, nearest = behind[i].Name, d
			}
		}
		return name
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

// A stretch between corners is looked at each metre, or at so many places of a very long
// one; where the neighbour changes is found to a centimetre, and what is shorter than
// least is taken for boundaries that are not drawn alike.
const (
	everyMetre = 1.0
	mostLooks  = 200
	least      = 1.5
	precise    = 0.01
)

// piecesOf are the stretches between corners, and between the ends of neighbours.
func piecesOf(ring orb.Ring, behind func(at orb.Point) string) []Side {
	var pieces []Side
	for i := 1; i < len(ring); i++ {
		if ring[i-1] != ring[i] {
			pieces = append(pieces, stretch{ring[i-1], ring[i], behind}.pieces()...)
		}
	}
	return pieces
}

// stretch is a straight piece of boundary.
type stretch struct {
	from, to orb.Point
	behind   func(at orb.Point) string
}

// at is the point so far along, from 0 to 1.
func (s stretch) at(part float64) orb.Point {
	return orb.Point{s.from[0] + (s.to[0]-s.from[0])*part, s.from[1] + (s.to[1]-s.from[1])*part}
}

// run is a part of a stretch with one neighbour behind it.
type run struct {
	behind   string
	from, to float64
}

// pieces takes the stretch apart where the neighbour behind it changes.
func (s stretch) pieces() []Side {
	length := math.Hypot(s.to[0]-s.from[0], s.to[1]-s.from[1])
	runs := s.runs(int(min(mostLooks, max(1, math.Ceil(length/everyMetre)))), precise/length)
	runs = slices.DeleteFunc(runs, func(r run) bool { return len(runs) > 1 && (r.to-r.from)*length < least })
	if len(runs) == 0 {
		return []Side{{Behind: s.behind(s.at(0.5)), Line: orb.LineString{s.from, s.to}}}
	}
	var list []Side
	begin := s.from
	for i, r := range runs {
		end := s.to
		if i+1 < len(runs) {
			if runs[i+1].behind == r.behind {
				continue // what lay between was too short
			}
			end = s.at((r.to + runs[i+1].from) / 2)
		}
		list = append(list, Side{Behind: r.behind, Line: orb.LineString{begin, end}})
		begin = end
	}
	return list
}

// runs looks at so many places along the stretch, and finds the changes between them.
func (s stretch) runs(looks int, precise float64) []run {
	var runs []run
	for i := range looks {
		part := (float64(i) + 0.5) / float64(looks)
		name := s.behind(s.at(part))
		if last := len(runs) - 1; last >= 0 && runs[last].behind != name {
			before, after := part-1/float64(looks), part
			for after-before > precise {
				if middle := (before + after) / 2; s.behind(s.at(middle)) == runs[last].behind {
					before = middle
				} else {
					after = middle
				}
			}
			runs[last].to = after
			runs = append(runs, run{behind: name, from: after, to: 1})
		} else if last < 0 {
			runs = append(runs, run{behind: name, to: 1})
		}
	}
	return runs
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
	return compass(turnOf(s.Line[0], s.Line[len(s.Line)-1]) - 90)
}

// Towards is the direction from one point to another, told as [Side.Faces] tells it.
func Towards(from, to orb.Point) string { return compass(turnOf(from, to)) }

func compass(turn float64) string {
	return []string{"n", "ne", "e", "se", "s", "sw", "w", "nw"}[int(math.Round(Degrees(turn)/45))%8]
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
