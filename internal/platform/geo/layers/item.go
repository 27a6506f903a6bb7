package layers

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// item is a feature in the index: what is needed to tell where it lies and to draw
// it. A million properties have to fit, so it is packed: the index holds the place of
// its bytes alone.
type item struct {
	row      int64
	from, to int32  // minutes since 1970 when it is valid; always and still at the ends
	data     []byte // the packed shape and tags, and whatever lies behind them
}

// What the first byte of a packed item tells: whether it has a beginning and an end.
const (
	packFrom byte = 1 << iota
	packTo
)

// at reports whether the item is valid at a time, in minutes since 1970.
func (i item) at(minute int32) bool { return i.from <= minute && minute < i.to }

// during reports whether it is valid some time between two, both in minutes.
func (i item) during(from, to int32) bool { return i.from <= to && from < i.to }

// present is the instant whose truth counts as now: the last minute of the Norwegian day.
// What is valid is told by days – a plan is in force from a date –, whatever hour of it a
// file wrote; so an answer is the same all day, and what is kept of it by the day is true.
func present(now time.Time) time.Time {
	return clock.DateIn(now).AddDays(1).Start().Add(-time.Minute)
}

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
	b     []byte
	scale float64
	x, y  int64
	room  *room // where points go; nil makes new ones
}

// room is memory for points that are looked at and forgotten: of a tile or a search
// that opens thousands of items.
type room struct{ points []orb.Point }

// take gives room for so many points, behind those that are there: all of them together
// are the shape that is looked at.
func (r *room) take(n int) []orb.Point {
	if cap(r.points)-len(r.points) < n {
		r.points = append(make([]orb.Point, 0, max(2*cap(r.points), len(r.points)+n, 256)), r.points...)
	}
	from := len(r.points)
	r.points = r.points[:from+n]
	return r.points[from : from+n : from+n]
}

func (u *unpacker) uvarint() uint64 {
	if c := u.b[0]; c < 0x80 {
		u.b = u.b[1:]
		return uint64(c)
	}
	n, size := binary.Uvarint(u.b)
	u.b = u.b[size:]
	return n
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
	n := u.count()
	var line []orb.Point
	if u.room != nil {
		line = u.room.take(n)
	} else {
		line = make([]orb.Point, n)
	}
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
		p := u.point()
		if u.room != nil {
			u.room.points = append(u.room.points, p) // as those of other shapes
		}
		return p
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

// tags writes the properties that go along in tiles, by their place in the list of
// names and as they stand in a tile. How many there are is written before them.
func (p *packer) tags(values []tile.Value) {
	count := len(p.b)
	p.b = append(p.b, 0)
	for i, value := range values {
		if value == nil || p.b[count] == maxTags {
			continue
		}
		p.count(i)
		p.count(len(value))
		p.b = append(p.b, value...)
		p.b[count]++
	}
}

// maxTags is how many properties of a feature go along in tiles at most.
const maxTags = 127

func tagOf(v any) tile.Value {
	switch v := v.(type) {
	case string:
		return tile.Text(v)
	case int64:
		return tile.Int(v)
	case float64:
		return tile.Double(v)
	case bool:
		return tile.Bool(v)
	default:
		return tile.Text("")
	}
}

// tags reads the tags that follow the shape. They are good as long as the item is.
func (u *unpacker) tags(names []string, out []tile.Tag) []tile.Tag {
	count := u.b[0]
	u.b = u.b[1:]
	for range count {
		name := names[u.count()]
		size := u.count()
		out = append(out, tile.Tag{Key: name, Value: tile.Value(u.b[:size:size])})
		u.b = u.b[size:]
	}
	return out
}

// appendItem writes the item of a feature in its layer's system, with the values of the
// properties that go along.
func appendItem(b []byte, f Feature, scale float64, tags []tile.Value) []byte {
	p := packer{b: b, scale: scale}
	head := len(p.b)
	p.b = append(p.b, 0)
	p.b = binary.AppendVarint(p.b, f.Row)
	if from := minutes(f.From, math.MinInt32); from != math.MinInt32 {
		p.b[head] |= packFrom
		p.b = binary.AppendVarint(p.b, int64(from))
	}
	if to := minutes(f.To, math.MaxInt32); to != math.MaxInt32 {
		p.b[head] |= packTo
		p.b = binary.AppendVarint(p.b, int64(to))
	}
	p.shape(f.Geometry)
	p.tags(tags)
	return p.b
}

// readItem reads the head of a packed item.
func readItem(b []byte) item {
	u, i := unpacker{b: b[1:]}, item{from: math.MinInt32, to: math.MaxInt32}
	i.row = u.varint()
	if b[0]&packFrom != 0 {
		i.from = int32(u.varint()) // #nosec G115 -- it was one
	}
	if b[0]&packTo != 0 {
		i.to = int32(u.varint()) // #nosec G115 -- it was one
	}
	i.data = u.b
	return i
}

// open begins to read an item: first its shape, then its tags. With a room, the shape
// is good until the room is used for the next.
func (i item) open(scale float64, r *room) unpacker {
	if r != nil {
		r.points = r.points[:0]
	}
	return unpacker{b: i.data, scale: scale, room: r}
}
