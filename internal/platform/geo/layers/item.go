package layers

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// item is a feature in the index: what is needed to tell where it lies and to draw
// it. A million properties have to fit, so the shape is packed.
type item struct {
	row      int64
	from, to int32  // minutes since 1970 when it is valid; always and still at the ends
	data     string // the packed shape and tags
}

// at reports whether the item is valid at a time, in minutes since 1970.
func (i item) at(minute int32) bool { return i.from <= minute && minute < i.to }

// during reports whether it is valid some time between two, both in minutes.
func (i item) during(from, to int32) bool { return i.from <= to && from < i.to }

// minutes gives a time as items keep it; a zero time gives what is told.
func minutes(t time.Time, zero int32) int32 {
	if t.IsZero() {
		return zero
	}
	return int32(min(max(t.Unix()/60, math.MinInt32+1), math.MaxInt32-1)) // #nosec G115 -- it is held within
}

// scaleOf is how many units of a packed shape a unit of the system has: millimetres.
func scaleOf(s crs.System) float64 {
	if s.Degrees {
		return 1e8
	}
	return 1e3
}

// The kinds of packed shapes.
const (
	packNothing byte = iota
	packPoint
	packPoints
	packLine
	packLines
	packArea
	packAreas
	packMixed
)

// packer writes a shape as differences between rounded coordinates.
type packer struct {
	b     []byte
	scale float64
	x, y  int64
}

func (p *packer) point(at orb.Point) {
	x, y := int64(math.Round(at[0]*p.scale)), int64(math.Round(at[1]*p.scale))
	p.b = binary.AppendVarint(binary.AppendVarint(p.b, x-p.x), y-p.y)
	p.x, p.y = x, y
}

func (p *packer) count(n int) { p.b = binary.AppendUvarint(p.b, uint64(n)) } // #nosec G115 -- a length

func (p *packer) line(points []orb.Point) {
	p.count(len(points))
	for _, at := range points {
		p.point(at)
	}
}

func (p *packer) area(a orb.Polygon) {
	p.count(len(a))
	for _, ring := range a {
		p.line(ring)
	}
}

func (p *packer) shape(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		p.b = append(p.b, packPoint)
		p.point(g)
	case orb.MultiPoint:
		p.b = append(p.b, packPoints)
		p.line(g)
	case orb.LineString:
		p.b = append(p.b, packLine)
		p.line(g)
	case orb.MultiLineString:
		p.b = append(p.b, packLines)
		p.count(len(g))
		for _, l := range g {
			p.line(l)
		}
	case orb.Polygon:
		p.b = append(p.b, packArea)
		p.area(g)
	case orb.MultiPolygon:
		p.b = append(p.b, packAreas)
		p.count(len(g))
		for _, a := range g {
			p.area(a)
		}
	case orb.Collection:
		p.b = append(p.b, packMixed)
		p.count(len(g))
		for _, member := range g {
			p.shape(member)
		}
	default:
		p.b = append(p.b, packNothing)
	}
}

// unpacker reads what a packer wrote. It reads only what this process has written,
// so that a wrong byte is a fault of ours and not of a file.
type unpacker struct {
	b     string
	scale float64
	x, y  int64
}

func (u *unpacker) uvarint() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		c := u.b[0]
		u.b = u.b[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
}

func (u *unpacker) varint() int64 {
	n := u.uvarint()
	return int64(n>>1) ^ -int64(n&1) // #nosec G115 -- zigzag
}

func (u *unpacker) point() orb.Point {
	u.x += u.varint()
	u.y += u.varint()
	return orb.Point{float64(u.x) / u.scale, float64(u.y) / u.scale}
}

func (u *unpacker) count() int { return int(u.uvarint()) } // #nosec G115 -- a length that was packed

func (u *unpacker) line() []orb.Point {
	line := make([]orb.Point, u.count())
	for i := range line {
		line[i] = u.point()
	}
	return line
}

func (u *unpacker) area() orb.Polygon {
	a := make(orb.Polygon, u.count())
	for i := range a {
		a[i] = u.line()
	}
	return a
}

func (u *unpacker) shape() orb.Geometry {
	kind := u.b[0]
	u.b = u.b[1:]
	switch kind {
	case packPoint:
		return u.point()
	case packPoints:
		return orb.MultiPoint(u.line())
	case packLine:
		return orb.LineString(u.line())
	case packLines:
		g := make(orb.MultiLineString, u.count())
		for i := range g {
			g[i] = u.line()
		}
		return g
	case packArea:
		return u.area()
	case packAreas:
		g := make(orb.MultiPolygon, u.count())
		for i := range g {
			g[i] = u.area()
		}
		return g
	case packMixed:
		g := make(orb.Collection, u.count())
		for i := range g {
			g[i] = u.shape()
		}
		return g
	default:
		return nil
	}
}

// The types of packed tags.
const (
	tagText byte = iota
	tagWhole
	tagNumber
	tagNo
	tagYes
)

// tags writes the properties that go along in tiles, by their place in the list of
// names.
func (p *packer) tags(names []string, f Feature) {
	for i, name := range names {
		var v any
		if name == "id" {
			v = f.ID
		} else {
			v = f.Properties[name]
		}
		if v == nil {
			continue
		}
		p.count(i)
		switch v := v.(type) {
		case string:
			p.b = append(p.b, tagText)
			p.count(len(v))
			p.b = append(p.b, v...)
		case int64:
			p.b = binary.AppendVarint(append(p.b, tagWhole), v)
		case float64:
			p.b = binary.LittleEndian.AppendUint64(append(p.b, tagNumber), math.Float64bits(v))
		case bool:
			if v {
				p.b = append(p.b, tagYes)
			} else {
				p.b = append(p.b, tagNo)
			}
		default:
			p.b = append(p.b, tagText, 0)
		}
	}
}

// tags reads what is left as tags.
func (u *unpacker) tags(names []string, out []tile.Tag) []tile.Tag {
	for len(u.b) > 0 {
		name := names[u.count()]
		kind := u.b[0]
		u.b = u.b[1:]
		var v tile.Value
		switch kind {
		case tagText:
			n := u.count()
			v = tile.Text(u.b[:n])
			u.b = u.b[n:]
		case tagWhole:
			v = tile.Int(u.varint())
		case tagNumber:
			v = tile.Double(math.Float64frombits(binary.LittleEndian.Uint64([]byte(u.b[:8]))))
			u.b = u.b[8:]
		default:
			v = tile.Bool(kind == tagYes)
		}
		out = append(out, tile.Tag{Key: name, Value: v})
	}
	return out
}

// itemOf makes the item of a feature in its layer's system.
func itemOf(f Feature, scale float64, tags []string) item {
	p := packer{scale: scale}
	p.shape(f.Geometry)
	p.tags(tags, f)
	return item{row: f.Row, from: minutes(f.From, math.MinInt32), to: minutes(f.To, math.MaxInt32), data: string(p.b)}
}

// open begins to read an item: first its shape, then its tags.
func (i item) open(scale float64) unpacker { return unpacker{b: i.data, scale: scale} }
