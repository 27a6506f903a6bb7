package gml

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// builder makes one feature.
type builder struct {
	file     *Reader
	context  context
	crs      int // EPSG of the file so far
	plan     bool
	line     int // of the element that is being read
	vertices int
	bytes    int64 // left to be read through references
	depth    int   // of references in references
	warnings []*exchange.Problem
}

// context is what an element inherits from those around it.
type context struct {
	system    exchange.System
	dimension int
}

// build reads the feature's properties and geometry, and judges it.
func (b *builder) build(n *node, f *exchange.Feature) *exchange.Problem {
	if wrong := b.links(n); wrong != nil {
		return wrong
	}
	if wrong := b.properties(n, f); wrong != nil {
		return wrong
	}
	if wrong := b.bestGeometry(n, f); wrong != nil {
		return wrong
	}
	f.CRS = b.crs
	if f.Geometry == nil {
		return nil
	}
	wrong, warning := exchange.Tidy(f.Geometry, exchange.Rules{Geographic: b.geographic(), Direction: b.plan, Crossings: b.plan})
	if warning != nil {
		b.warnings = append(b.warnings, warning)
	}
	if wrong == nil && b.plan {
		wrong = b.boundaries(n, f.Geometry)
	}
	return wrong
}

func (b *builder) geographic() bool { return exchange.Geographic(b.crs) }

// links checks that every reference within the file leads somewhere.
func (b *builder) links(n *node) *exchange.Problem {
	if href := n.attr("href"); href != "" {
		b.line = n.line
		if id, ok := strings.CutPrefix(href, "#"); ok {
			if wrong := b.link(n.name, id); wrong != nil {
				return wrong
			}
		} else if !strings.Contains(href, "://") && strings.Contains(href, "#") {
			b.warnings = append(b.warnings, exchange.Wrong("xlink_external", "href", short(href)))
		}
	}
	for _, kid := range n.kids {
		if wrong := b.links(kid); wrong != nil {
			return wrong
		}
	}
	return nil
}

// link checks one reference. A file that is cut out of a plan may point to what
// was left behind: one where no reference leads anywhere and nothing is of the
// kind that the property is named after.
func (b *builder) link(property, id string) *exchange.Problem {
	if _, found := b.file.survey.find(id); found {
		return nil
	}
	wrong := exchange.Wrong("xlink_missing", "id", short(id), "element", property)
	if b.file.survey.excerpt && !b.file.survey.types[strings.ToLower(property)] {
		wrong.Key = "geo_file.xlink_left"
		b.warnings = append(b.warnings, wrong)
		return nil
	}
	return wrong
}

// bestGeometry takes the geometry of the highest dimension: a building has its
// outline and a point for its number.
func (b *builder) bestGeometry(n *node, f *exchange.Feature) *exchange.Problem {
	for _, property := range n.kids {
		kid, wrong := b.shape(property)
		if wrong != nil {
			return wrong
		}
		if kid == nil {
			continue
		}
		g, wrong := b.geometry(kid, b.context)
		if wrong != nil {
			return wrong
		}
		if f.Geometry == nil || g.Dimensions() > f.Geometry.Dimensions() {
			if f.Geometry != nil {
				b.warnings = append(b.warnings, exchange.Wrong("geometry_more"))
			}
			f.Geometry = g
		}
	}
	return nil
}

// shape is the geometry that a property holds or points to, nil when it has none.
func (b *builder) shape(property *node) (*node, *exchange.Problem) {
	if kid := property.only(); kid != nil && isGeometry(kid.name) && property.name != "boundedBy" {
		return kid, nil
	}
	href := property.attr("href")
	if at, found := b.file.survey.find(strings.TrimPrefix(href, "#")); !found || !at.geometry || href[0] != '#' {
		return nil, nil
	}
	return b.fetch(href)
}

// enter reads srsName and srsDimension of an element.
func (b *builder) enter(n *node, c context) (context, *exchange.Problem) {
	b.line = max(b.line, n.line)
	if name := n.attr("srsName"); name != "" {
		system, ok := exchange.ParseSystem(name)
		if !ok {
			return c, exchange.Wrong("crs_unknown", "crs", short(name))
		}
		if !b.file.options.Takes(system.EPSG) {
			return c, exchange.Wrong("crs_unsupported", "crs", system.EPSG)
		}
		c.system = system
	}
	switch dimension := n.attr("srsDimension") + n.attr("dimension"); dimension {
	case "":
	case "2":
		c.dimension = 2
	case "3":
		c.dimension = 3
	default:
		return c, exchange.Wrong("dimension_bad", "dimension", short(dimension))
	}
	return c, nil
}

// settle decides the system of a geometry's coordinates, and holds it against
// that of the file.
func (b *builder) settle(c context) (context, *exchange.Problem) {
	if c.system.EPSG == 0 {
		c.system = exchange.System{EPSG: b.file.options.CRS, Dimension: 2}
	}
	switch {
	case c.system.EPSG == 0:
		return c, exchange.Wrong("crs_missing")
	case !b.file.options.Takes(c.system.EPSG):
		return c, exchange.Wrong("crs_unsupported", "crs", c.system.EPSG)
	case b.crs != 0 && b.crs != c.system.EPSG:
		return c, exchange.Wrong("crs_mixed", "crs", c.system.EPSG, "other", b.crs)
	}
	b.crs = c.system.EPSG
	if c.dimension == 0 {
		c.dimension = max(2, c.system.Dimension)
	}
	return c, nil
}

// mostReferences is how deep references may lie in each other.
const mostReferences = 8

// follow gives the element that a property holds or points to.
func (b *builder) follow(property *node, read func(*node) *exchange.Problem) *exchange.Problem {
	href := property.attr("href")
	if href == "" {
		for _, kid := range property.kids {
			if wrong := read(kid); wrong != nil {
				return wrong
			}
		}
		return nil
	}
	target, wrong := b.fetch(href)
	if wrong != nil {
		return wrong
	}
	b.depth++
	defer func() { b.depth-- }()
	return read(target)
}

// fetch reads the element that a reference points to.
func (b *builder) fetch(href string) (*node, *exchange.Problem) {
	id, local := strings.CutPrefix(href, "#")
	at, found := b.file.survey.find(id)
	switch {
	case !local:
		return nil, exchange.Wrong("xlink_outside", "href", short(href))
	case !found:
		return nil, exchange.Wrong("xlink_missing", "id", short(id), "element", "")
	case b.depth >= mostReferences:
		return nil, exchange.Wrong("xlink_loop", "id", short(id))
	case b.bytes <= 0:
		return nil, exchange.Wrong("feature_large", "limit", b.file.limits.Feature>>20)
	}
	t := newTokens(io.NewSectionReader(b.file.source, at.offset, b.file.size-at.offset), b.file.limits)
	t.meter.limit = b.bytes
	n, err := t.element()
	if err != nil {
		return nil, exchange.Wrong("xlink_missing", "id", short(id), "element", "")
	}
	b.bytes -= t.decoder.InputOffset()
	return n, nil
}

// element reads one element that stands by itself.
func (t *tokens) element() (*node, error) {
	for {
		token, err := t.next()
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return t.tree(start)
		}
	}
}

// count takes points into the limit.
func (b *builder) count(points int) *exchange.Problem {
	if b.vertices += points; b.vertices > b.file.limits.Vertices {
		return exchange.Wrong("too_many_vertices", "limit", b.file.limits.Vertices)
	}
	return nil
}

// dimensions tells apart the kinds of geometry.
const (
	point = iota
	curve
	surface
	collection
)

// kinds are the elements that are geometries, and what they become.
var kinds = map[string]int{
	"Point": point, "MultiPoint": point,
	"LineString": curve, "Curve": curve, "CompositeCurve": curve, "OrientableCurve": curve, "LinearRing": curve, "Ring": curve,
	"MultiCurve": curve, "MultiLineString": curve,
	"Polygon": surface, "Surface": surface, "CompositeSurface": surface, "OrientableSurface": surface, "PolyhedralSurface": surface,
	"MultiSurface": surface, "MultiPolygon": surface,
	"MultiGeometry": collection, "GeometricComplex": collection,
}

func isGeometry(name string) bool {
	_, ok := kinds[name]
	return ok
}

// geometry reads any geometry.
func (b *builder) geometry(n *node, c context) (orb.Geometry, *exchange.Problem) {
	kind, ok := kinds[n.name]
	if !ok {
		return nil, exchange.Wrong("geometry_unknown", "type", short(n.name))
	}
	multi := strings.HasPrefix(n.name, "Multi")
	switch kind {
	case point:
		return b.points(n, c, multi)
	case curve:
		return b.curves(n, c, multi)
	case surface:
		return b.surfaces(n, c, multi)
	default:
		return b.collection(n, c)
	}
}

func (b *builder) collection(n *node, c context) (orb.Geometry, *exchange.Problem) {
	c, wrong := b.enter(n, c)
	if wrong != nil {
		return nil, wrong
	}
	all := orb.Collection{}
	for _, member := range n.kids {
		wrong := b.follow(member, func(part *node) *exchange.Problem {
			if b.depth++; b.depth > mostReferences {
				return exchange.Wrong("too_deep", "limit", mostReferences)
			}
			defer func() { b.depth-- }()
			g, wrong := b.geometry(part, c)
			if wrong == nil {
				all = append(all, g)
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
