package tile

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Options say how a tile is made. The zero value is good for most.
type Options struct {
	// Extent is how many units a side of the tile has; 4096 when 0.
	Extent int
	// Buffer is how many units around the tile are kept too, so that lines drawn
	// along its edge show no seam; 64 when 0.
	Buffer int
	// Simplify is how many units a line may move to have fewer points; 0 moves
	// none beyond the rounding.
	Simplify float64
}

// precision is how far, in units, the quick projection may stray.
const precision = 0.05

// Builder makes one tile. It is used by one at a time.
type Builder struct {
	options Options
	source  orb.Bound // what is kept, in the features' system
	project crs.Func  // from the features' system to the web map
	origin  orb.Point // the northwest corner in the web map
	unit    float64   // units for each metre of the web map
	keep    orb.Bound // what is kept, in units
	layers  []*Layer

	// What is being drawn, used again for each feature.
	points     []orb.Point // projected
	ends       []int       // where each ring of it ends
	rings      [][]orb.Point
	corners    []corner
	simplifier shape.Simplifier
}

// corner is a point in whole units.
type corner struct{ x, y int32 }

// New begins a tile of features in the given system.
func New(id ID, system crs.System, o Options) *Builder {
	if o.Extent <= 0 {
		o.Extent = 4096
	}
	if o.Buffer <= 0 {
		o.Buffer = 64
	}
	web, _ := crs.ByCode(crs.WebMercator)
	square := id.Mercator()
	unit := float64(o.Extent) / id.Width()
	low, high := -float64(o.Buffer), float64(o.Extent+o.Buffer)
	b := &Builder{
		options: o, origin: orb.Point{square.Min[0], square.Max[1]}, unit: unit,
		keep: orb.Bound{Min: orb.Point{low, low}, Max: orb.Point{high, high}},
	}
	b.source = crs.Box(square.Pad((float64(o.Buffer)+1)/unit), crs.Between(web, system))
	b.project = crs.Near(crs.Between(system, web), b.source, precision/unit)
	return b
}

// Source is the box, in the features' system, of what the tile can show: the
// question to ask of an index.
func (b *Builder) Source() orb.Bound { return b.source }

// Layer gives the layer of a name, and makes it when it is new.
func (b *Builder) Layer(name string) *Layer {
	for _, l := range b.layers {
		if l.name == name {
			return l
		}
	}
	l := &Layer{builder: b, name: name, keys: map[string]uint64{}, values: map[string]uint64{}}
	l.draw = l.area
	b.layers = append(b.layers, l)
	return l
}

// Bytes writes the tile. Layers without features are left out; a tile of none is
// empty.
func (b *Builder) Bytes() []byte {
	var out, message []byte
	for _, l := range b.layers {
		if l.count == 0 {
			continue
		}
		message = l.append(message[:0])
		out = appendBytes(out, 3, message)
	}
	return out
}

// units takes a point of the features' system to the tile's.
func (b *Builder) units(p orb.Point) orb.Point {
	m := b.project(p)
	return orb.Point{(m[0] - b.origin[0]) * b.unit, (b.origin[1] - m[1]) * b.unit}
}

// polygons projects, cuts and simplifies an area. Most areas lie within the tile
// and are taken point by point without making anything new.
func (b *Builder) polygon(p orb.Polygon, emit func(rings [][]orb.Point)) {
	bound := boundOf(p)
	switch {
	case !bound.Intersects(b.source):
		return
	case b.source.Contains(bound.Min) && b.source.Contains(bound.Max):
		b.within(p, emit)
		return
	}
	// Outside of its box the quick projection is wrong, so what is there must go
	// before.
	for _, part := range shape.ClipPolygon(p, b.source) {
		b.within(part, emit)
	}
}

// boundOf is the box around a polygon, several times quicker than orb's.
func boundOf(p orb.Polygon) orb.Bound {
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, r := range p {
		for _, at := range r {
			box.Min[0], box.Max[0] = min(box.Min[0], at[0]), max(box.Max[0], at[0])
			box.Min[1], box.Max[1] = min(box.Min[1], at[1]), max(box.Max[1], at[1])
		}
	}
	return box
}

// within projects an area that lies in the box of the source.
func (b *Builder) within(p orb.Polygon, emit func(rings [][]orb.Point)) {
	box := b.load(p)
	if !box.Intersects(b.keep) {
		return
	}
	rings := b.rings[:0]
	from := 0
	for _, to := range b.ends {
		rings = append(rings, b.points[from:to])
		from = to
	}
	b.rings = rings
	if b.keep.Contains(box.Min) && b.keep.Contains(box.Max) {
		emit(b.simplified(rings))
		return
	}
	whole := make(orb.Polygon, len(rings))
	for i, r := range rings {
		whole[i] = r
	}
	for _, part := range shape.ClipPolygon(whole, b.keep) {
		rings = b.rings[:0]
		for _, r := range part {
			rings = append(rings, r)
		}
		b.rings = rings
		emit(b.simplified(rings))
	}
}

// load projects an area into points and rings, and gives its box.
func (b *Builder) load(p orb.Polygon) orb.Bound {
	b.points, b.ends = b.points[:0], b.ends[:0]
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, r := range p {
		for _, at := range r {
			u := b.units(at)
			b.points = append(b.points, u)
			box.Min[0], box.Max[0] = min(box.Min[0], u[0]), max(box.Max[0], u[0])
			box.Min[1], box.Max[1] = min(box.Min[1], u[1]), max(box.Max[1], u[1])
		}
		b.ends = append(b.ends, len(b.points))
	}
	return box
}

// simplified simplifies rings where they lie.
func (b *Builder) simplified(rings [][]orb.Point) [][]orb.Point {
	if b.options.Simplify > 0 {
		for i, r := range rings {
			rings[i] = b.simplifier.Points(r[:0], r, b.options.Simplify)
		}
	}
	return rings
}

// line projects, cuts and simplifies a line.
func (b *Builder) line(l orb.LineString) orb.MultiLineString {
	if !l.Bound().Intersects(b.source) {
		return nil
	}
	var out orb.MultiLineString
	for _, part := range shape.ClipLine(nil, l, b.source) {
		units := make(orb.LineString, len(part))
		for i, p := range part {
			units[i] = b.units(p)
		}
		out = shape.ClipLine(out, units, b.keep)
	}
	if b.options.Simplify > 0 {
		for i, part := range out {
			out[i] = b.simplifier.Points(part[:0], part, b.options.Simplify)
		}
	}
	return out
}

// round puts points on the grid and leaves out those that fall together.
func (b *Builder) round(points []orb.Point) []corner {
	b.corners = b.corners[:0]
	for _, p := range points {
		c := corner{int32(math.Floor(p[0] + 0.5)), int32(math.Floor(p[1] + 0.5))}
		if n := len(b.corners); n == 0 || b.corners[n-1] != c {
			b.corners = append(b.corners, c)
		}
	}
	return b.corners
}
