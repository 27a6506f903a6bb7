package ogc

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// drawing is a feature's shape as a picture of its own: the path and the box of it.
type drawing struct {
	path, box     string
	width, height string
	area          bool
	dots          []orb.Point
	radius        float64
}

// side is how many units wide or high a drawing is, margin what is left free around it.
const (
	side   = 300.0
	margin = 12.0
)

// draw draws a shape, north up. False when there is nothing to draw.
func draw(l layers.Layer, g orb.Geometry) (drawing, bool) {
	if g == nil || g.Bound().IsEmpty() {
		return drawing{}, false
	}
	flat := crs.Between(l.System(), mercator()) // so that degrees are not pressed flat
	b := crs.Box(g.Bound(), flat)
	span := math.Max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	if !(span > 0) || math.IsInf(span, 0) {
		span = 1
	}
	scale := side / span
	to := func(p orb.Point) orb.Point {
		p = flat(p)
		return orb.Point{(p[0] - b.Min[0]) * scale, (b.Max[1] - p[1]) * scale}
	}
	d := drawing{
		radius: side / 40, width: number((b.Max[0]-b.Min[0])*scale + 2*margin), height: number((b.Max[1]-b.Min[1])*scale + 2*margin),
	}
	d.box = "-" + number(margin) + " -" + number(margin) + " " + d.width + " " + d.height
	var path strings.Builder
	trace(&path, &d, g, to)
	d.path = path.String()
	return d, d.path != "" || len(d.dots) > 0
}

func mercator() crs.System {
	s, _ := crs.ByCode(crs.WebMercator)
	return s
}

func trace(path *strings.Builder, d *drawing, g orb.Geometry, to crs.Func) {
	line := func(points []orb.Point, end string) {
		for i, p := range points {
			p = to(p)
			letter := "L"
			if i == 0 {
				letter = "M"
			}
			fmt.Fprintf(path, "%s%.1f %.1f", letter, p[0], p[1])
		}
		path.WriteString(end)
	}
	switch g := g.(type) {
	case orb.Point:
		d.dots = append(d.dots, to(g))
	case orb.MultiPoint:
		for _, p := range g {
			d.dots = append(d.dots, to(p))
		}
	case orb.LineString:
		line(g, "")
	case orb.MultiLineString:
		for _, part := range g {
			line(part, "")
		}
	case orb.Polygon:
		d.area = true
		for _, ring := range g {
			line(ring, "Z")
		}
	case orb.MultiPolygon:
		for _, part := range g {
			trace(path, d, part, to)
		}
	case orb.Collection:
		for _, part := range g {
			trace(path, d, part, to)
		}
	}
}
