package sosi

import (
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// geometry reads the place of one element.
type geometry struct {
	file    *Reader
	left    int // points that may still be read
	bytes   int // of other elements that may still be read
	depth   int // of references in references
	heights *exchange.Problem
}

// read makes the geometry that the element's kind asks for; nil for one without.
func (g *geometry) read(items []item) (orb.Geometry, *exchange.Problem) {
	points, wrong := g.points(items)
	if wrong != nil {
		return nil, wrong
	}
	switch kind := items[0].name; kind {
	case "PUNKT", "SYMBOL", "TEKST":
		if len(points) == 0 {
			return nil, exchange.Wrong("geometry_bad")
		}
		return points[0], nil
	case "SVERM":
		if len(points) == 0 {
			return nil, exchange.Wrong("geometry_bad")
		}
		return orb.MultiPoint(points), nil
	case "FLATE":
		polygon, wrong := g.surface(items)
		return polygon, wrong
	case "OBJEKT", "GRUPPE":
		return nil, nil
	default:
		line, wrong := g.line(kind, points, items)
		return line, wrong
	}
}

// line makes a line of the points of an element.
func (g *geometry) line(kind string, points []orb.Point, items []item) (orb.LineString, *exchange.Problem) {
	geographic := exchange.Geographic(g.file.head.crs)
	switch kind {
	case "KURVE", "LINJE":
		return points, nil
	case "BUEP", "SIRKELP":
		if len(points) != 3 {
			return nil, exchange.Wrong("arc_points", "count", len(points))
		}
		stroke := exchange.Arc
		if kind == "SIRKELP" {
			stroke = exchange.Circle
		}
		line, straight := stroke(points[0], points[1], points[2], geographic)
		if straight && (kind == "SIRKELP" || points[0] == points[2]) {
			return nil, exchange.Wrong("arc_straight", "x", points[0][0], "y", points[0][1])
		}
		return line, nil
	case "SIRKEL":
		return g.circle(points, items)
	case "TRASE":
		rings, wrong := g.references(items)
		if wrong != nil {
			return nil, wrong
		}
		return exchange.Join(rings[0], exchange.Gap(geographic))
	default:
		return nil, exchange.Wrong("geometry_unknown", "type", short(kind))
	}
}

// circle strokes SIRKEL: a centre and RADIUS.
func (g *geometry) circle(points []orb.Point, items []item) (orb.LineString, *exchange.Problem) {
	radius := 0.0
	for _, i := range items {
		if i.name == "RADIUS" {
			radius, _ = strconv.ParseFloat(i.value, 64)
		}
	}
	if len(points) != 1 || !(radius > 0 && radius < 1e7) {
		return nil, exchange.Wrong("geometry_bad")
	}
	c := points[0]
	line, _ := exchange.Circle(orb.Point{c[0] + radius, c[1]}, orb.Point{c[0], c[1] + radius}, orb.Point{c[0] - radius, c[1]}, false)
	return line, nil
}

// points reads the coordinates of an element, over all its NØ.
func (g *geometry) points(items []item) ([]orb.Point, *exchange.Problem) {
	var points []orb.Point
	for _, i := range items {
		if !isPosition(i) {
			continue
		}
		var wrong *exchange.Problem
		if points, wrong = g.position(points, i); wrong != nil {
			wrong.Line = i.line
			return nil, wrong
		}
	}
	return points, nil
}

// position adds the points of one NØ.
func (g *geometry) position(points []orb.Point, i item) ([]orb.Point, *exchange.Problem) {
	size := dimension(i)
	numbers := strings.Fields(i.value)
	if len(numbers)%size != 0 {
		return nil, exchange.Wrong("coordinates_odd", "count", len(numbers), "dimension", size)
	}
	if size > 2 {
		g.heights = exchange.Wrong("heights_dropped")
	}
	if g.left -= len(numbers) / size; g.left < 0 {
		return nil, exchange.Wrong("too_many_vertices", "limit", g.file.limits.Vertices)
	}
	points = slices.Grow(points, len(numbers)/size)
	for n := 0; n < len(numbers); n += size {
		p, wrong := g.file.head.place(numbers[n], numbers[n+1])
		for _, height := range numbers[n+2 : n+size] {
			if _, bad := number(height); bad != nil {
				wrong = bad
			}
		}
		if wrong != nil {
			return nil, wrong
		}
		points = append(points, p)
	}
	return points, nil
}

// dimension is how many numbers a point has: NØ two, NØH and NØD three, NØHD
// four. Files go on with heights after NØ too: then every line has three.
func dimension(i item) int {
	size := 2 + len(strings.TrimPrefix(i.name, "NØ"))
	if size > 2 {
		return size
	}
	for line := range strings.SplitSeq(i.value, "\n") {
		if len(strings.Fields(line)) != 3 {
			return 2
		}
	}
	return 3
}

// surface puts the rings of a FLATE together from its curves.
func (g *geometry) surface(items []item) (orb.Polygon, *exchange.Problem) {
	groups, wrong := g.references(items)
	if wrong != nil {
		return nil, wrong
	}
	gap := exchange.Gap(exchange.Geographic(g.file.head.crs))
	// Curves are drawn in the unit of the file: their ends may differ by one.
	gap = max(gap, 1.5*g.file.head.unit*unitSlack(g.file.head.unit))
	var polygon orb.Polygon
	for _, lines := range groups {
		ring, wrong := exchange.JoinRing(lines, gap)
		if wrong != nil {
			return nil, wrong
		}
		polygon = append(polygon, ring)
	}
	return polygon, nil
}

// unitSlack forgives one unit of a file in centimetres or finer, none in metres.
func unitSlack(unit float64) float64 {
	if unit > 0.01 {
		return 0
	}
	return 1
}

// references reads REF: first the curves of the outline, then those of each hole,
// in brackets. A minus turns a curve.
func (g *geometry) references(items []item) ([][]orb.LineString, *exchange.Problem) {
	groups := [][]orb.LineString{nil}
	hole := false
	for _, i := range items {
		if i.level != 2 || i.name != "REF" {
			continue
		}
		for _, word := range refWords(i.value) {
			var wrong *exchange.Problem
			switch {
			case word == "(" && !hole:
				hole = true
				groups = append(groups, nil)
			case word == ")" && hole:
				hole = false
			case word == "(", word == ")", !hole && len(groups) > 1:
				wrong = exchange.Wrong("ref_bad", "ref", short(word))
			default:
				var line orb.LineString
				line, wrong = g.curve(word)
				groups[len(groups)-1] = append(groups[len(groups)-1], line)
			}
			if wrong != nil {
				wrong.Line = i.line
				return nil, wrong
			}
		}
	}
	if hole || slices.ContainsFunc(groups, func(lines []orb.LineString) bool { return len(lines) == 0 }) {
		return nil, exchange.Wrong("ref_none")
	}
	return groups, nil
}

func refWords(text string) []string {
	return strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ", ":", " :").Replace(text))
}

// curve reads the element that a reference points to.
func (g *geometry) curve(ref string) (orb.LineString, *exchange.Problem) {
	digits, ok := strings.CutPrefix(ref, ":")
	serial, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || serial == math.MinInt64 {
		return nil, exchange.Wrong("ref_bad", "ref", short(ref))
	}
	turned := serial < 0
	if turned {
		serial = -serial
	}
	at, found := g.file.survey.places[serial]
	if !found {
		return nil, exchange.Wrong("ref_missing", "ref", short(ref))
	}
	if g.depth >= 4 {
		return nil, exchange.Wrong("ref_loop", "ref", short(ref))
	}
	g.depth++
	line, wrong := g.lineAt(at)
	g.depth--
	if wrong == nil && turned {
		line.Reverse()
	}
	return line, wrong
}

// lineAt reads the line, or the outline of the surface, that stands at a place.
func (g *geometry) lineAt(at place) (orb.LineString, *exchange.Problem) {
	r := g.file
	l := newLines(io.NewSectionReader(r.source, at.offset, r.size-at.offset), at.offset, int(at.line)-1, aheadElement)
	b, _, _, err := readBlock(l, nil, place{}, r.charset, r.limits)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, exchange.Wrong("ref_bad", "ref", "")
	}
	for _, line := range b.text {
		g.bytes -= len(line)
	}
	items := b.items()
	if g.bytes < 0 || len(items) == 0 {
		return nil, exchange.Wrong("feature_large", "limit", r.limits.Feature>>20)
	}
	if items[0].name == "FLATE" {
		polygon, wrong := g.surface(items)
		if wrong != nil {
			return nil, wrong
		}
		return orb.LineString(polygon[0]), nil
	}
	points, wrong := g.points(items)
	if wrong != nil {
		return nil, wrong
	}
	return g.line(items[0].name, points, items)
}
