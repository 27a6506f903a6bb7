package gml

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// sameLine is how far a boundary may lie from the outline it bounds: half of the
// centimetre that plans are drawn with.
const sameLine = 0.005

// boundaries checks that the lines a surface says it is bounded by (avgrensesAv)
// are its outline, all of it and nothing else.
func (b *builder) boundaries(n *node, g orb.Geometry) *exchange.Problem {
	groups := map[string][]orb.LineString{}
	for _, kid := range n.kids {
		if href := kid.attr("href"); strings.HasPrefix(kid.name, "avgrensesAv") && strings.HasPrefix(href, "#") {
			b.line = kid.line
			lines, wrong := b.boundary(href)
			if wrong != nil {
				return wrong
			}
			groups[kid.name] = append(groups[kid.name], lines...)
		}
	}
	outline := outlines(g)
	if len(outline) == 0 {
		return nil
	}
	far := sameLine
	if b.geographic() {
		far /= 111_000
	}
	for _, lines := range groups {
		if at, ok := apart(outline, lines, far); ok {
			return exchange.Wrong("boundary_differs", "x", at[0], "y", at[1])
		}
		if at, ok := apart(lines, outline, far); ok {
			return exchange.Wrong("boundary_differs", "x", at[0], "y", at[1])
		}
	}
	return nil
}

// boundary reads the lines of the feature that a reference points to.
func (b *builder) boundary(href string) ([]orb.LineString, *exchange.Problem) {
	target, wrong := b.fetch(href)
	if wrong != nil {
		return nil, wrong
	}
	var lines []orb.LineString
	for _, property := range target.kids {
		kid := property.only()
		if kid == nil || !isGeometry(kid.name) {
			continue
		}
		g, wrong := b.geometry(kid, b.context)
		if wrong != nil {
			return nil, wrong
		}
		lines = append(lines, outlines(g)...)
	}
	return lines, nil
}

// outlines are the lines of a curve or around a surface.
func outlines(g orb.Geometry) []orb.LineString {
	var lines []orb.LineString
	switch g := g.(type) {
	case orb.LineString:
		lines = append(lines, g)
	case orb.MultiLineString:
		lines = append(lines, g...)
	case orb.Polygon:
		for _, ring := range g {
			lines = append(lines, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			lines = append(lines, outlines(polygon)...)
		}
	}
	return lines
}

// mostDistances bounds the comparing of two outlines. One that is larger passes
// unchecked: its surface is judged all the same.
const mostDistances = 50_000_000

// apart finds a point of some lines that is not on the others: a corner or the
// middle of a side.
func apart(lines, others []orb.LineString, far float64) (orb.Point, bool) {
	if size(lines)*size(others) > mostDistances {
		return orb.Point{}, false
	}
	for _, line := range lines {
		for i, p := range line {
			if !on(others, p, far) {
				return p, true
			}
			if i == 0 {
				continue
			}
			q := line[i-1]
			if middle := (orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}); !on(others, middle, far) {
				return middle, true
			}
		}
	}
	return orb.Point{}, false
}

func size(lines []orb.LineString) int {
	n := 0
	for _, line := range lines {
		n += len(line)
	}
	return n
}

func on(lines []orb.LineString, p orb.Point, far float64) bool {
	for _, line := range lines {
		for i := range len(line) - 1 {
			if distance(line[i], line[i+1], p) <= far {
				return true
			}
		}
	}
	return false
}

// distance is how far a point lies from a side.
func distance(a, b, p orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		t = max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}
