package shape

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// ErrWKT says that a text is not well-known text.
var ErrWKT = errors.New("not well-known text")

// ParseWKT reads a shape from well-known text (OGC 06-103r4 § 7). Heights and
// measures are read and left out. Memory stays within a small multiple of the
// text.
func ParseWKT(text string) (orb.Geometry, error) {
	g, end, err := ScanWKT(text, 0)
	if err == nil && strings.TrimSpace(text[end:]) != "" {
		err = fmt.Errorf("%w: something is left over at %d", ErrWKT, end)
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// ScanWKT reads the shape that stands at an offset of a text, and tells where it
// ends.
func ScanWKT(text string, at int) (g orb.Geometry, end int, err error) {
	r := wktReader{text: text, at: at}
	g = r.geometry(0)
	if r.err != nil {
		return nil, r.at, r.err
	}
	return g, r.at, nil
}

type wktReader struct {
	text string
	at   int
	dims int // numbers in a point; 0 until the first has told
	err  error
}

func (r *wktReader) fail(want string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s wanted at %d", ErrWKT, want, r.at)
	}
}

func (r *wktReader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take reads one sign, if it stands there.
func (r *wktReader) take(sign byte) bool {
	r.space()
	if r.err != nil || r.at >= len(r.text) || r.text[r.at] != sign {
		return false
	}
	r.at++
	return true
}

func (r *wktReader) need(sign byte) bool {
	if !r.take(sign) {
		r.fail(strconv.Quote(string(sign)))
	}
	return r.err == nil
}

// word reads letters, as capitals.
func (r *wktReader) word() string {
	r.space()
	start := r.at
	for r.at < len(r.text) && (r.text[r.at]|0x20 >= 'a' && r.text[r.at]|0x20 <= 'z') {
		r.at++
	}
	return strings.ToUpper(r.text[start:r.at])
}

func (r *wktReader) number() float64 {
	r.space()
	start := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.at]) >= 0 {
		r.at++
	}
	v, err := strconv.ParseFloat(r.text[start:r.at], 64)
	if err != nil {
		r.at = start
		r.fail("a number")
	}
	return v
}

func (r *wktReader) point() orb.Point {
	p := orb.Point{r.number(), r.number()}
	n := 2
	for r.err == nil && n < 4 {
		r.space()
		if r.at >= len(r.text) || strings.IndexByte("+-.0123456789", r.text[r.at]) < 0 {
			break
		}
		r.number()
		n++
	}
	if r.dims == 0 {
		r.dims = n
	}
	if n != r.dims {
		r.fail("as many coordinates as in the first point")
	}
	return p
}

// list reads one or more of something in brackets.
func list[S ~[]T, T any](r *wktReader, one func() T) S {
	if !r.need('(') {
		return nil
	}
	var all S
	for {
		all = append(all, one())
		if r.err != nil || !r.take(',') {
			break
		}
	}
	r.need(')')
	return all
}

func (r *wktReader) points() []orb.Point  { return list[[]orb.Point](r, r.point) }
func (r *wktReader) line() orb.LineString { return r.points() }
func (r *wktReader) ring() orb.Ring       { return r.points() }
func (r *wktReader) polygon() orb.Polygon { return list[orb.Polygon](r, r.ring) }

// bracketed reads a point that may stand in brackets of its own, as points of a
// MULTIPOINT may.
func (r *wktReader) bracketed() orb.Point {
	if !r.take('(') {
		return r.point()
	}
	p := r.point()
	r.need(')')
	return p
}

func (r *wktReader) geometry(depth int) orb.Geometry {
	if depth > wkbDepth {
		r.fail("an end to the collections in collections")
		return nil
	}
	start := r.at
	kind := r.word()
	mark := r.at
	switch r.word() {
	case "Z", "M", "ZM":
		mark = r.at
	}
	if r.at = mark; r.empty() {
		if empty, ok := emptyOf(kind); ok {
			return empty
		}
	}
	switch strings.TrimRight(kind, "ZM") {
	case "POINT":
		return first(list[[]orb.Point](r, r.point), r)
	case "LINESTRING":
		return r.line()
	case "POLYGON":
		return r.polygon()
	case "MULTIPOINT":
		return list[orb.MultiPoint](r, r.bracketed)
	case "MULTILINESTRING":
		return list[orb.MultiLineString](r, r.line)
	case "MULTIPOLYGON":
		return list[orb.MultiPolygon](r, r.polygon)
	case "GEOMETRYCOLLECTION":
		return list[orb.Collection](r, func() orb.Geometry { return r.geometry(depth + 1) })
	default:
		r.at = start
		r.fail("the name of a shape")
		return nil
	}
}

func first(points []orb.Point, r *wktReader) orb.Point {
	if len(points) != 1 {
		r.fail("one point")
		return orb.Point{}
	}
	return points[0]
}

// empty reads the word EMPTY, if it stands there.
func (r *wktReader) empty() bool {
	mark := r.at
	if r.word() == "EMPTY" {
		return true
	}
	r.at = mark
	return false
}

func emptyOf(kind string) (orb.Geometry, bool) {
	switch strings.TrimRight(kind, "ZM") {
	case "POINT", "MULTIPOINT":
		return orb.MultiPoint{}, true
	case "LINESTRING", "MULTILINESTRING":
		return orb.MultiLineString{}, true
	case "POLYGON", "MULTIPOLYGON":
		return orb.MultiPolygon{}, true
	case "GEOMETRYCOLLECTION":
		return orb.Collection{}, true
	default:
		return nil, false
	}
}

// WKT writes a shape as well-known text, with all digits.
func WKT(g orb.Geometry) string { return string(AppendWKT(nil, g)) }

// AppendWKT appends a shape as well-known text.
func AppendWKT(b []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case orb.Point:
		return wktPoints(append(b, "POINT"...), []orb.Point{g})
	case orb.MultiPoint:
		return wktList(append(b, "MULTIPOINT"...), g, func(b []byte, p orb.Point) []byte {
			return wktPoints(b, []orb.Point{p})
		})
	case orb.LineString:
		return wktPoints(append(b, "LINESTRING"...), g)
	case orb.MultiLineString:
		return wktList(append(b, "MULTILINESTRING"...), g, wktPoints[orb.LineString])
	case orb.Polygon:
		return wktList(append(b, "POLYGON"...), g, wktPoints[orb.Ring])
	case orb.MultiPolygon:
		return wktList(append(b, "MULTIPOLYGON"...), g, func(b []byte, p orb.Polygon) []byte {
			return wktList(b, p, wktPoints[orb.Ring])
		})
	case orb.Collection:
		return wktList(append(b, "GEOMETRYCOLLECTION"...), g, AppendWKT)
	case orb.Ring:
		return AppendWKT(b, orb.Polygon{g})
	case orb.Bound:
		return AppendWKT(b, g.ToPolygon())
	default:
		return append(b, "GEOMETRYCOLLECTION EMPTY"...)
	}
}

func wktPoints[S ~[]orb.Point](b []byte, points S) []byte {
	return wktList(b, points, func(b []byte, p orb.Point) []byte {
		b = strconv.AppendFloat(b, p[0], 'g', -1, 64)
		return strconv.AppendFloat(append(b, ' '), p[1], 'g', -1, 64)
	})
}

func wktList[T any](b []byte, all []T, one func([]byte, T) []byte) []byte {
	if len(all) == 0 {
		return append(b, " EMPTY"...)
	}
	b = append(b, '(')
	for i, member := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, member)
	}
	return append(b, ')')
}
