package geojson

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// geometry reads a geometry object; null is a feature without place.
func (p *parser) geometry() (orb.Geometry, *exchange.Problem) {
	if p.next() == 'n' && p.word("null") {
		return nil, nil
	}
	kind, coordinates, parts := "", -1, -1
	wrong := p.object(func(name []byte) *exchange.Problem {
		p.next()
		switch string(name) {
		case "type":
			text, wrong := p.stringBytes()
			kind = string(text)
			return wrong
		case "coordinates":
			coordinates = p.at
		case "geometries":
			parts = p.at
		}
		return p.skip()
	})
	if wrong != nil {
		return nil, wrong
	}
	if kind == "GeometryCollection" {
		return p.collection(parts)
	}
	if coordinates < 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	end := p.at
	p.at = coordinates
	g, wrong := p.coordinates(kind)
	p.at = end
	return g, wrong
}

func (p *parser) collection(at int) (orb.Geometry, *exchange.Problem) {
	if at < 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	end := p.at
	p.at = at
	collection := orb.Collection{}
	wrong := p.list('[', ']', func() *exchange.Problem {
		part, wrong := p.geometry()
		if wrong != nil {
			return wrong
		}
		if part == nil {
			return exchange.Wrong("geometry_bad")
		}
		collection = append(collection, part)
		return nil
	})
	p.at = end
	return collection, wrong
}

// coordinates reads the coordinates of a kind of geometry (RFC 7946 section 3.1).
func (p *parser) coordinates(kind string) (orb.Geometry, *exchange.Problem) {
	switch kind {
	case "Point":
		return p.position()
	case "MultiPoint":
		points, wrong := p.positions()
		return orb.MultiPoint(points), wrong
	case "LineString":
		points, wrong := p.positions()
		return orb.LineString(points), wrong
	case "MultiLineString":
		return arrayOf[orb.MultiLineString](p, func() (orb.LineString, *exchange.Problem) {
			points, wrong := p.positions()
			return points, wrong
		})
	case "Polygon":
		return p.polygon()
	case "MultiPolygon":
		return arrayOf[orb.MultiPolygon](p, p.polygon)
	default:
		return nil, exchange.Wrong("geometry_unknown", "type", short([]byte(kind)))
	}
}

func (p *parser) polygon() (orb.Polygon, *exchange.Problem) {
	return arrayOf[orb.Polygon](p, func() (orb.Ring, *exchange.Problem) {
		points, wrong := p.positions()
		return points, wrong
	})
}

// arrayOf reads an array of parts, at least one.
func arrayOf[L ~[]E, E any](p *parser, part func() (E, *exchange.Problem)) (L, *exchange.Problem) {
	var all L
	wrong := p.list('[', ']', func() *exchange.Problem {
		one, wrong := part()
		all = append(all, one)
		return wrong
	})
	if wrong == nil && len(all) == 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	return all, wrong
}

func (p *parser) positions() ([]orb.Point, *exchange.Problem) {
	points := make([]orb.Point, 0, 8)
	wrong := p.list('[', ']', func() *exchange.Problem {
		point, wrong := p.position()
		points = append(points, point)
		return wrong
	})
	return points, wrong
}

// position reads x, y and what may follow.
func (p *parser) position() (orb.Point, *exchange.Problem) {
	var point orb.Point
	if p.vertices++; p.vertices > p.limits.Vertices {
		return point, exchange.Wrong("too_many_vertices", "limit", p.limits.Vertices)
	}
	if wrong := p.expect('['); wrong != nil {
		return point, wrong
	}
	for i := 0; ; i++ {
		v, wrong := p.number()
		if wrong != nil {
			return point, wrong
		}
		if i < 2 {
			point[i] = v
		}
		switch p.next() {
		case ',':
			p.at++
		case ']':
			p.at++
			if i < 1 {
				return point, exchange.Wrong("coordinates_odd", "count", i+1, "dimension", 2)
			}
			p.heights = p.heights || i > 1
			return point, nil
		default:
			return point, p.unexpected()
		}
	}
}
