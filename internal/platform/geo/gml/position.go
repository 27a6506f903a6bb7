package gml

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// positions reads the points of an element: posList, pos, pointProperty, and the
// coordinates of GML 2.
func (b *builder) positions(n *node, c context) ([]orb.Point, *exchange.Problem) {
	var points []orb.Point
	for _, kid := range n.kids {
		var more []orb.Point
		var wrong *exchange.Problem
		switch kid.name {
		case "posList", "pos":
			more, wrong = b.list(kid, c, kid.text)
		case "coordinates":
			more, wrong = b.list(kid, c, strings.ReplaceAll(kid.text, ",", " "))
		case "pointProperty", "pointRep":
			wrong = b.follow(kid, func(part *node) *exchange.Problem {
				c, wrong := b.enter(part, c)
				if wrong == nil {
					more, wrong = b.positions(part, c)
				}
				return wrong
			})
		}
		if wrong != nil {
			return nil, wrong
		}
		points = append(points, more...)
	}
	if len(points) == 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	return points, nil
}

// list reads numbers with spaces between.
func (b *builder) list(n *node, c context, text string) ([]orb.Point, *exchange.Problem) {
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	if c, wrong = b.settle(c); wrong != nil {
		return nil, wrong
	}
	numbers, wrong := floats(text)
	if wrong != nil {
		return nil, wrong
	}
	if n.name == "pos" && len(numbers) == 3 {
		c.dimension = 3
	}
	if len(numbers) == 0 || len(numbers)%c.dimension != 0 {
		return nil, exchange.Wrong("coordinates_odd", "count", len(numbers), "dimension", c.dimension)
	}
	if c.dimension == 3 {
		b.warnings = append(b.warnings[:min(len(b.warnings), 20)], exchange.Wrong("heights_dropped"))
	}
	points := make([]orb.Point, 0, len(numbers)/c.dimension)
	for i := 0; i < len(numbers); i += c.dimension {
		point := orb.Point{numbers[i], numbers[i+1]}
		if c.system.NorthFirst {
			point[0], point[1] = point[1], point[0]
		}
		points = append(points, point)
	}
	return points, b.count(len(points))
}

// floats reads decimal numbers. Go's own reader also takes NaN, infinities and
// hexadecimal ones, which are no coordinates.
func floats(text string) ([]float64, *exchange.Problem) {
	numbers := make([]float64, 0, len(text)/12+2)
	for field := range strings.FieldsSeq(text) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(field, "xXpP_") {
			return nil, exchange.Wrong("number_bad", "value", short(field))
		}
		numbers = append(numbers, v)
	}
	return numbers, nil
}
