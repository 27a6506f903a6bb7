package tile

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Layer is one layer of a tile that is being made.
type Layer struct {
	builder *Builder
	name    string
	count   int
	keys    map[string]uint64
	values  map[string]uint64
	// Keys and values in the order of their numbers, and the features, all as
	// they stand in the tile.
	keyBytes, valueBytes, features []byte

	geometry, tags, feature []byte
	cursor                  corner
	draw                    func(rings [][]orb.Point) // area, bound once
}

// The kinds of geometry (§ 4.3.4).
const (
	points   = 1
	lines    = 2
	polygons = 3
)

// The commands of a geometry (§ 4.3.1).
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// Add draws a feature, unless nothing of it shows in the tile. A collection
// becomes a feature for each shape in it; the number goes to the first.
func (l *Layer) Add(id uint64, g orb.Geometry, tags ...Tag) bool {
	switch g := g.(type) {
	case nil:
		return false
	case orb.Collection:
		shown := false
		for _, one := range g {
			if l.Add(id, one, tags...) {
				shown, id = true, 0
			}
		}
		return shown
	case orb.Point:
		return l.addPoints(id, orb.MultiPoint{g}, tags)
	case orb.MultiPoint:
		return l.addPoints(id, g, tags)
	case orb.LineString:
		return l.addLines(id, orb.MultiLineString{g}, tags)
	case orb.MultiLineString:
		return l.addLines(id, g, tags)
	case orb.Polygon:
		l.begin()
		l.builder.polygon(g, l.draw)
		return l.finish(id, polygons, tags)
	default:
		l.begin()
		for _, polygon := range shape.Areas(g) {
			l.builder.polygon(polygon, l.draw)
		}
		return l.finish(id, polygons, tags)
	}
}

func (l *Layer) begin() { l.geometry, l.cursor = l.geometry[:0], corner{} }

// finish writes the feature, when anything was drawn.
func (l *Layer) finish(id uint64, kind byte, tags []Tag) bool {
	if len(l.geometry) == 0 {
		return false
	}
	l.tags = l.tags[:0]
	for _, tag := range tags {
		l.tags = appendVarint(l.tags, l.key(tag.Key))
		l.tags = appendVarint(l.tags, l.value(tag.Value))
	}
	f := l.feature[:0]
	if id != 0 {
		f = appendVarint(append(f, 1<<3), id)
	}
	if len(tags) > 0 {
		f = appendBytes(f, 2, l.tags)
	}
	f = append(f, 3<<3, kind)
	l.feature = appendBytes(f, 4, l.geometry)
	l.features = appendBytes(l.features, 2, l.feature)
	l.count++
	return true
}

func (l *Layer) key(key string) uint64 {
	n, ok := l.keys[key]
	if !ok {
		n = uint64(len(l.keys))
		l.keys[key] = n
		l.keyBytes = appendBytes(l.keyBytes, 3, key)
	}
	return n
}

func (l *Layer) value(v Value) uint64 {
	n, ok := l.values[string(v)]
	if !ok {
		n = uint64(len(l.values))
		l.values[string(v)] = n
		l.valueBytes = appendBytes(l.valueBytes, 4, v)
	}
	return n
}

// append writes the layer.
func (l *Layer) append(b []byte) []byte {
	b = append(b, 15<<3, 2) // the version comes first, so that a reader may stop
	b = appendBytes(b, 1, l.name)
	b = append(b, l.features...)
	b = append(b, l.keyBytes...)
	b = append(b, l.valueBytes...)
	return appendVarint(append(b, 5<<3), uint64(l.builder.options.Extent))
}

func (l *Layer) addPoints(id uint64, all orb.MultiPoint, tags []Tag) bool {
	l.begin()
	var kept []orb.Point
	for _, p := range all {
		if !l.builder.source.Contains(p) {
			continue
		}
		if u := l.builder.units(p); l.builder.keep.Contains(u) {
			kept = append(kept, u)
		}
	}
	if corners := l.builder.round(kept); len(corners) > 0 {
		l.command(moveTo, len(corners))
		for _, c := range corners {
			l.to(c)
		}
	}
	return l.finish(id, points, tags)
}

func (l *Layer) addLines(id uint64, all orb.MultiLineString, tags []Tag) bool {
	l.begin()
	for _, one := range all {
		for _, part := range l.builder.line(one) {
			if corners := l.builder.round(part); len(corners) > 1 {
				l.path(corners)
			}
		}
	}
	return l.finish(id, lines, tags)
}

// area draws one polygon. An outer ring that rounds to nothing takes its holes
// with it.
func (l *Layer) area(rings [][]orb.Point) {
	for i, ring := range rings {
		corners := l.builder.round(ring)
		if n := len(corners); n > 1 && corners[0] == corners[n-1] {
			corners = corners[:n-1]
		}
		area := doubleArea(corners)
		if area == 0 {
			if i == 0 {
				return
			}
			continue
		}
		// With y downwards, outer rings have positive area and holes negative
		// (§ 4.3.3.3).
		if (area > 0) != (i == 0) {
			slices.Reverse(corners)
		}
		l.path(corners)
		l.command(closePath, 1)
	}
}

func (l *Layer) path(corners []corner) {
	l.command(moveTo, 1)
	l.to(corners[0])
	l.command(lineTo, len(corners)-1)
	for _, c := range corners[1:] {
		l.to(c)
	}
}

func (l *Layer) command(id, count int) {
	l.geometry = appendVarint(l.geometry, uint64(id|count<<3))
}

// to draws to a point: the way from the last, with the sign in the lowest bit.
func (l *Layer) to(c corner) {
	l.geometry = appendVarint(l.geometry, zigzag(c.x-l.cursor.x))
	l.geometry = appendVarint(l.geometry, zigzag(c.y-l.cursor.y))
	l.cursor = c
}

func zigzag(v int32) uint64 { return uint64(uint32(v<<1) ^ uint32(v>>31)) }

// doubleArea is twice the area of a ring by the surveyor's formula, exactly.
func doubleArea(ring []corner) int64 {
	if len(ring) < 3 {
		return 0
	}
	var sum int64
	before := ring[len(ring)-1]
	for _, c := range ring {
		sum += int64(before.x)*int64(c.y) - int64(c.x)*int64(before.y)
		before = c
	}
	return sum
}
