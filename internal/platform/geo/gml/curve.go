package gml

import (
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// points reads Point and MultiPoint.
func (b *builder) points(n *node, c context, multi bool) (orb.Geometry, *exchange.Problem) {
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	if !multi {
		all, wrong := b.positions(n, c)
		if wrong == nil && len(all) != 1 {
			wrong = exchange.Wrong("geometry_bad")
		}
		if wrong != nil {
			return nil, wrong
		}
		return all[0], nil
	}
	all := orb.MultiPoint{}
	for _, member := range n.kids {
		wrong := b.follow(member, func(part *node) *exchange.Problem {
			one, wrong := b.points(part, c, false)
			if wrong == nil {
				all = append(all, one.(orb.Point)) //nolint:forcetypeassert // what points gives when it is not multi
			}
			return wrong
		})
		if wrong != nil {
			return nil, wrong
		}
	}
	if len(all) == 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	return all, nil
}

// curves reads a curve or several.
func (b *builder) curves(n *node, c context, multi bool) (orb.Geometry, *exchange.Problem) {
	if !multi {
		line, wrong := b.curve(n, c)
		return line, wrong
	}
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	all, wrong := b.members(n.kids, c)
	if wrong == nil && len(all) == 0 {
		wrong = exchange.Wrong("geometry_bad")
	}
	return orb.MultiLineString(all), wrong
}

// members reads the curves that properties hold or point to.
func (b *builder) members(properties []*node, c context) ([]orb.LineString, *exchange.Problem) {
	var all []orb.LineString
	for _, member := range properties {
		wrong := b.follow(member, func(part *node) *exchange.Problem {
			line, wrong := b.curve(part, c)
			all = append(all, line)
			return wrong
		})
		if wrong != nil {
			return nil, wrong
		}
	}
	return all, nil
}

// curve reads one curve (ISO 19136 section 10.4 and 11.2).
func (b *builder) curve(n *node, c context) (orb.LineString, *exchange.Problem) {
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	switch n.name {
	case "LineString", "LinearRing":
		return b.positions(n, c)
	case "Curve":
		for _, segments := range n.kids {
			if segments.name == "segments" {
				return b.segments(segments, c)
			}
		}
	case "CompositeCurve", "Ring":
		lines, wrong := b.members(n.kids, c)
		if wrong != nil {
			return nil, wrong
		}
		return b.join(lines)
	case "OrientableCurve":
		return b.orientable(n, c)
	}
	return nil, exchange.Wrong("geometry_unknown", "type", short(n.name))
}

func (b *builder) join(lines []orb.LineString) (orb.LineString, *exchange.Problem) {
	if len(lines) == 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	return exchange.Join(lines, exchange.Gap(b.geographic()))
}

func (b *builder) orientable(n *node, c context) (orb.LineString, *exchange.Problem) {
	if b.depth++; b.depth > mostReferences {
		return nil, exchange.Wrong("too_deep", "limit", mostReferences)
	}
	defer func() { b.depth-- }()
	lines, wrong := b.members(n.kids, c)
	if wrong != nil {
		return nil, wrong
	}
	if len(lines) != 1 {
		return nil, exchange.Wrong("geometry_bad")
	}
	if n.attr("orientation") == "-" {
		lines[0].Reverse()
	}
	return lines[0], nil
}

func (b *builder) segments(n *node, c context) (orb.LineString, *exchange.Problem) {
	var lines []orb.LineString
	for _, segment := range n.kids {
		c, wrong := b.enter(segment, c)
		if wrong != nil {
			return nil, wrong
		}
		line, wrong := b.segment(segment, c)
		if wrong == nil {
			wrong = b.count(len(line))
		}
		if wrong != nil {
			return nil, wrong
		}
		lines = append(lines, line)
	}
	return b.join(lines)
}

// segment reads one piece of a curve.
func (b *builder) segment(n *node, c context) (orb.LineString, *exchange.Problem) {
	switch n.name {
	case "CircleByCenterPoint", "ArcByCenterPoint":
		return b.aroundCenter(n, c)
	case "LineStringSegment", "GeodesicString", "Geodesic", "Arc", "Circle", "ArcString":
	default:
		return nil, exchange.Wrong("geometry_unknown", "type", short(n.name))
	}
	points, wrong := b.positions(n, c)
	if wrong != nil {
		return nil, wrong
	}
	switch n.name {
	case "Arc":
		if len(points) != 3 {
			return nil, exchange.Wrong("arc_points", "count", len(points))
		}
		return b.arcs(points)
	case "Circle":
		if len(points) != 3 {
			return nil, exchange.Wrong("arc_points", "count", len(points))
		}
		line, straight := exchange.Circle(points[0], points[1], points[2], b.geographic())
		if straight {
			return nil, exchange.Wrong("arc_straight", "x", points[0][0], "y", points[0][1])
		}
		return line, nil
	case "ArcString":
		if len(points) < 3 || len(points)%2 == 0 {
			return nil, exchange.Wrong("arc_points", "count", len(points))
		}
		return b.arcs(points)
	default:
		return points, nil
	}
}

// arcs strokes arcs that follow on each other: 1 2 3, 3 4 5 …
func (b *builder) arcs(points []orb.Point) (orb.LineString, *exchange.Problem) {
	var all orb.LineString
	for i := 0; i+2 < len(points); i += 2 {
		line, straight := exchange.Arc(points[i], points[i+1], points[i+2], b.geographic())
		if straight && (b.plan || points[i] == points[i+2]) {
			return nil, exchange.Wrong("arc_straight", "x", points[i][0], "y", points[i][1])
		}
		if i > 0 {
			line = line[1:]
		}
		all = append(all, line...)
		if wrong := b.count(len(line)); wrong != nil {
			return nil, wrong
		}
	}
	return all, nil
}

// aroundCenter reads a circle or arc told by centre, radius and angles, which
// are counted against the clock from the first axis.
func (b *builder) aroundCenter(n *node, c context) (orb.LineString, *exchange.Problem) {
	middle, wrong := b.positions(n, c)
	if wrong != nil {
		return nil, wrong
	}
	radius, okRadius := b.measure(n, "radius", 0)
	from, okFrom := b.measure(n, "startAngle", 0)
	to, okTo := b.measure(n, "endAngle", 360)
	if len(middle) != 1 || !okRadius || !okFrom || !okTo || radius <= 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	at := func(degrees float64) orb.Point {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		return orb.Point{middle[0][0] + radius*cos, middle[0][1] + radius*sin}
	}
	if n.name == "CircleByCenterPoint" {
		line, _ := exchange.Circle(at(0), at(120), at(240), b.geographic())
		return line, nil
	}
	line, straight := exchange.Arc(at(from), at((from+to)/2), at(to), b.geographic())
	if straight {
		return nil, exchange.Wrong("arc_straight", "x", middle[0][0], "y", middle[0][1])
	}
	return line, nil
}

// measure reads a number below an element.
func (b *builder) measure(n *node, name string, otherwise float64) (float64, bool) {
	for _, kid := range n.kids {
		if kid.name == name {
			v, err := strconv.ParseFloat(kid.text, 64)
			return v, err == nil && math.Abs(v) <= 1e8
		}
	}
	return otherwise, true
}
