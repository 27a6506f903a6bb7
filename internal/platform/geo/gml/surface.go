package gml

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// surfaces reads a surface or several. A surface of several patches becomes as
// many polygons.
func (b *builder) surfaces(n *node, c context, multi bool) (orb.Geometry, *exchange.Problem) {
	polygons, wrong := b.surface(n, c)
	switch {
	case wrong != nil:
		return nil, wrong
	case len(polygons) == 0:
		return nil, exchange.Wrong("geometry_bad")
	case len(polygons) == 1 && !multi:
		return polygons[0], nil
	default:
		return orb.MultiPolygon(polygons), nil
	}
}

// surface reads one surface (ISO 19136 section 10.5 and 11.3).
func (b *builder) surface(n *node, c context) ([]orb.Polygon, *exchange.Problem) {
	if b.depth++; b.depth > 2*mostReferences {
		return nil, exchange.Wrong("too_deep", "limit", mostReferences)
	}
	defer func() { b.depth-- }()
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	switch n.name {
	case "Polygon", "PolygonPatch", "Rectangle", "Triangle":
		polygon, wrong := b.polygon(n, c)
		return []orb.Polygon{polygon}, wrong
	case "Surface", "PolyhedralSurface", "CompositeSurface", "MultiSurface", "MultiPolygon", "OrientableSurface":
	default:
		return nil, exchange.Wrong("geometry_unknown", "type", short(n.name))
	}
	var all []orb.Polygon
	for _, property := range n.kids { // patches, surfaceMember, surfaceMembers, polygonMember, baseSurface
		wrong := b.follow(property, func(part *node) *exchange.Problem {
			polygons, wrong := b.surface(part, c)
			all = append(all, polygons...)
			return wrong
		})
		if wrong != nil {
			return nil, wrong
		}
	}
	return all, nil
}

func (b *builder) polygon(n *node, c context) (orb.Polygon, *exchange.Problem) {
	var polygon orb.Polygon
	for _, property := range n.kids {
		outer := property.name == "exterior" || property.name == "outerBoundaryIs"
		inner := property.name == "interior" || property.name == "innerBoundaryIs"
		if !outer && !inner {
			continue
		}
		if outer == (len(polygon) > 0) {
			return nil, exchange.Wrong("geometry_bad")
		}
		wrong := b.follow(property, func(part *node) *exchange.Problem {
			ring, wrong := b.ring(part, c)
			polygon = append(polygon, ring)
			return wrong
		})
		if wrong != nil {
			return nil, wrong
		}
	}
	if len(polygon) == 0 {
		return nil, exchange.Wrong("geometry_bad")
	}
	return polygon, nil
}

// ring reads a LinearRing, whose points must close it, or a Ring of curves.
func (b *builder) ring(n *node, c context) (orb.Ring, *exchange.Problem) {
	line, wrong := b.curve(n, c)
	if wrong != nil {
		return nil, wrong
	}
	if n.name == "Ring" {
		return exchange.JoinRing([]orb.LineString{line}, exchange.Gap(b.geographic()))
	}
	return orb.Ring(line), nil
}
