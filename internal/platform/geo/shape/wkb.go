package shape

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// ErrWKB says that bytes are not well-known binary, or more than is allowed.
var ErrWKB = errors.New("not well-known binary")

// The kinds of well-known binary (OGC 06-103r4 § 8.2.3).
const (
	wkbPoint = 1 + iota
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon
	wkbCollection
)

// wkbDepth is how many collections may lie in each other.
const wkbDepth = 16

// ReadWKB reads a shape from well-known binary, either end first, with heights
// and measures (ISO's and PostGIS's ways of marking them) left out. All of the
// bytes must be used. Memory stays within a small multiple of the bytes, whatever
// they claim; coordinates must be numbers.
func ReadWKB(b []byte) (orb.Geometry, error) {
	r := wkbReader{rest: b}
	g := r.geometry(0)
	if r.err == nil && len(r.rest) > 0 {
		r.fail("bytes left over")
	}
	if r.err != nil {
		return nil, r.err
	}
	return g, nil
}

type wkbReader struct {
	rest  []byte
	order binary.ByteOrder
	dims  int
	err   error
}

func (r *wkbReader) fail(why string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s, %d bytes before the end", ErrWKB, why, len(r.rest))
	}
	r.rest = nil
}

func (r *wkbReader) uint32() uint32 {
	if len(r.rest) < 4 {
		r.fail("cut short")
		return 0
	}
	v := r.order.Uint32(r.rest)
	r.rest = r.rest[4:]
	return v
}

// count reads how many there are of something, each of at least size bytes.
func (r *wkbReader) count(size int) int {
	n := r.uint32()
	if uint64(n)*uint64(size) > uint64(len(r.rest)) {
		r.fail("more is promised than there is")
		return 0
	}
	return int(n)
}

// header reads the byte order and the kind.
func (r *wkbReader) header() (kind uint32) {
	if len(r.rest) < 5 {
		r.fail("cut short")
		return 0
	}
	switch r.rest[0] {
	case 0:
		r.order = binary.BigEndian
	case 1:
		r.order = binary.LittleEndian
	default:
		r.fail("neither byte order")
		return 0
	}
	r.rest = r.rest[1:]
	kind = r.uint32()
	r.dims = 2
	if kind&0xe0000000 != 0 { // PostGIS
		if kind&0x20000000 != 0 {
			r.uint32() // the number of a reference system, which the caller knows better
		}
		r.dims += int(kind>>31) + int(kind>>30&1)
		return kind & 0x1fffffff
	}
	switch kind / 1000 { // ISO
	case 0:
	case 1, 2:
		r.dims++
	case 3:
		r.dims += 2
	default:
		r.fail("unknown kind")
	}
	return kind % 1000
}

func (r *wkbReader) point() orb.Point {
	if len(r.rest) < 8*r.dims {
		r.fail("cut short")
		return orb.Point{}
	}
	p := orb.Point{
		math.Float64frombits(r.order.Uint64(r.rest)),
		math.Float64frombits(r.order.Uint64(r.rest[8:])),
	}
	if checkFinite([]orb.Point{p}, 0, 0) != nil {
		r.fail("a coordinate is not a number")
	}
	if r.err == nil {
		r.rest = r.rest[8*r.dims:]
	}
	return p
}

func (r *wkbReader) points() []orb.Point {
	points := make([]orb.Point, r.count(8*r.dims))
	if r.dims == 2 && r.order == binary.LittleEndian {
		r.plain(points)
		return points
	}
	for i := range points {
		points[i] = r.point()
	}
	return points
}

// plain reads points as AppendWKB writes them. There are bytes enough: they have been
// counted.
func (r *wkbReader) plain(points []orb.Point) {
	b := r.rest[:16*len(points)]
	for i := range points {
		x, y := binary.LittleEndian.Uint64(b[16*i:]), binary.LittleEndian.Uint64(b[16*i+8:])
		const exponent = 0x7ff << 52 // all of it set: infinite or no number
		if x&exponent == exponent || y&exponent == exponent {
			r.fail("a coordinate is not a number")
			return
		}
		points[i] = orb.Point{math.Float64frombits(x), math.Float64frombits(y)}
	}
	r.rest = r.rest[len(b):]
}

func (r *wkbReader) geometry(depth int) orb.Geometry {
	if depth > wkbDepth {
		r.fail("too deep")
		return nil
	}
	switch r.header() {
	case wkbPoint:
		return r.point()
	case wkbLineString:
		return orb.LineString(r.points())
	case wkbPolygon:
		polygon := make(orb.Polygon, r.count(4))
		for i := range polygon {
			polygon[i] = r.points()
		}
		return polygon
	case wkbMultiPoint:
		return members[orb.MultiPoint](r, depth)
	case wkbMultiLineString:
		return members[orb.MultiLineString](r, depth)
	case wkbMultiPolygon:
		return members[orb.MultiPolygon](r, depth)
	case wkbCollection:
		return members[orb.Collection](r, depth)
	default:
		r.fail("unknown kind")
		return nil
	}
}

// members reads the shapes that a multi-shape is made of, all of its kind.
func members[S ~[]T, T orb.Geometry](r *wkbReader, depth int) S {
	order := r.order
	all := make(S, 0, r.count(9))
	for range cap(all) {
		one, ok := r.geometry(depth + 1).(T)
		if !ok {
			r.fail("a member of another kind")
		}
		if r.err != nil {
			return nil
		}
		all = append(all, one)
	}
	r.order = order
	return all
}

// AppendWKB appends a shape as well-known binary, the small end first, without
// heights. A ring is written as a polygon, a box too.
func AppendWKB(b []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		return wkbPoints(wkbHeader(b, wkbPoint), []orb.Point{g})
	case orb.LineString:
		return wkbPoints(wkbCount(wkbHeader(b, wkbLineString), len(g)), g)
	case orb.Polygon:
		b = wkbCount(wkbHeader(b, wkbPolygon), len(g))
		for _, r := range g {
			b = wkbPoints(wkbCount(b, len(r)), r)
		}
		return b
	case orb.MultiPoint:
		return wkbMembers(b, wkbMultiPoint, g)
	case orb.MultiLineString:
		return wkbMembers(b, wkbMultiLineString, g)
	case orb.MultiPolygon:
		return wkbMembers(b, wkbMultiPolygon, g)
	case orb.Collection:
		return wkbMembers(b, wkbCollection, g)
	case orb.Ring:
		return AppendWKB(b, orb.Polygon{g})
	case orb.Bound:
		return AppendWKB(b, g.ToPolygon())
	default: // nothing at all
		return wkbCount(wkbHeader(b, wkbCollection), 0)
	}
}

func wkbHeader(b []byte, kind uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, 1), kind)
}

func wkbCount(b []byte, n int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(n)) }

func wkbPoints(b []byte, points []orb.Point) []byte {
	for _, p := range points {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
	}
	return b
}

func wkbMembers[T orb.Geometry](b []byte, kind uint32, all []T) []byte {
	b = wkbCount(wkbHeader(b, kind), len(all))
	for _, one := range all {
		b = AppendWKB(b, one)
	}
	return b
}
