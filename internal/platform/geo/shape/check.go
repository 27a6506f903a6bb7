package shape

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Reason says what is wrong with a shape, as a word that a message can be chosen
// by.
type Reason string

// The reasons. The rules are those of OGC 06-103r4 § 6.1.11.1.
const (
	NotANumber    Reason = "not_a_number"   // a coordinate is NaN or infinite
	TooFewPoints  Reason = "too_few_points" // a ring needs four, the last the same as the first; a line two
	Unclosed      Reason = "unclosed"       // the last point of a ring is not the first
	Flat          Reason = "flat"           // a ring has no area
	SelfCrossing  Reason = "self_crossing"  // a ring crosses or touches itself
	RingsCross    Reason = "rings_cross"    // two rings cross
	SharedEdge    Reason = "shared_edge"    // two rings run along each other
	DuplicateRing Reason = "duplicate_ring" // two rings are the same
	HoleOutside   Reason = "hole_outside"   // a hole lies outside its polygon
	HoleInHole    Reason = "hole_in_hole"   // a hole lies inside another
	Split         Reason = "split"          // holes cut the polygon in two
	PartsOverlap  Reason = "parts_overlap"  // two parts of a multi-polygon overlap
	UnknownKind   Reason = "unknown_kind"   // it is no shape at all
)

// Problem is what is wrong with a shape, and where. It is no error, so that nil
// is never mistaken for one.
type Problem struct {
	Reason Reason
	// Part and Ring count from 0; ring 0 of a polygon is its outer ring.
	Part, Ring int
	// At is near what is wrong.
	At orb.Point
}

// String says it in plain English, for logs and the command line.
func (p *Problem) String() string {
	return fmt.Sprintf("%s at %.3f %.3f (part %d, ring %d)", p.Reason, p.At[0], p.At[1], p.Part, p.Ring)
}

// Check finds out what is wrong with a shape: nil when nothing is.
func Check(g orb.Geometry) *Problem {
	switch g := g.(type) {
	case orb.Point:
		return checkFinite([]orb.Point{g}, 0, 0)
	case orb.MultiPoint:
		return checkFinite(g, 0, 0)
	case orb.LineString:
		return checkLine(g, 0)
	case orb.MultiLineString:
		for i, l := range g {
			if p := checkLine(l, i); p != nil {
				return p
			}
		}
		return nil
	case orb.Collection:
		for i, one := range g {
			if p := Check(one); p != nil {
				p.Part = i
				return p
			}
		}
		return nil
	case orb.Bound:
		return Check(g.ToPolygon())
	case orb.Ring, orb.Polygon, orb.MultiPolygon:
		return checkAreas(Areas(g))
	default:
		return &Problem{Reason: UnknownKind}
	}
}

func checkFinite(points []orb.Point, part, ring int) *Problem {
	for _, p := range points {
		if math.IsNaN(p[0]-p[0]) || math.IsNaN(p[1]-p[1]) { // ∞ − ∞ is NaN as well
			return &Problem{NotANumber, part, ring, orb.Point{}}
		}
	}
	return nil
}

func checkLine(l orb.LineString, part int) *Problem {
	if p := checkFinite(l, part, 0); p != nil {
		return p
	}
	for _, p := range l {
		if p != l[0] {
			return nil
		}
	}
	return &Problem{TooFewPoints, part, 0, firstOf(l)}
}

func firstOf(points []orb.Point) orb.Point {
	if len(points) == 0 {
		return orb.Point{}
	}
	return points[0]
}

func checkAreas(area orb.MultiPolygon) *Problem {
	c := checker{}
	for part, polygon := range area {
		if len(polygon) == 0 {
			return &Problem{Reason: TooFewPoints, Part: part}
		}
		for n, ring := range polygon {
			if p := checkRing(ring, part, n); p != nil {
				return p
			}
			c.add(ring, part, n)
		}
	}
	c.tree = newTree(c.edges)
	for _, step := range []func() *Problem{c.meetings, c.sides, c.holes, c.split, c.parts} {
		if p := step(); p != nil {
			return p
		}
	}
	return nil
}

// checkRing looks at one ring by itself, crossings apart.
func checkRing(r orb.Ring, part, n int) *Problem {
	at := firstOf(r)
	switch problem := checkFinite(r, part, n); {
	case problem != nil:
		return problem
	case len(r) < 4:
		return &Problem{TooFewPoints, part, n, at}
	case r[0] != r[len(r)-1]:
		return &Problem{Unclosed, part, n, r[len(r)-1]}
	case len(slices.Compact(slices.Clone(r))) < 4:
		return &Problem{TooFewPoints, part, n, at}
	case flat(r):
		return &Problem{Flat, part, n, at}
	}
	return nil
}

// flat tells whether all points lie on one line.
func flat(r orb.Ring) bool {
	far := r[0]
	for _, p := range r {
		if p != r[0] && (far == r[0] || orient(r[0], far, p) != 0) {
			if far != r[0] {
				return false
			}
			far = p
		}
	}
	return true
}
