package gpkg

import (
	"encoding/binary"
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// parseBlob reads a GeoPackage geometry: a header and well-known binary. nil is an
// empty geometry.
func parseBlob(blob []byte, geographic bool, limits exchange.Limits) (g orb.Geometry, heights bool, wrong *exchange.Problem) {
	if len(blob) < 8 || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0 {
		return nil, false, exchange.Wrong("geometry_blob")
	}
	flags := blob[3]
	sizes := [8]int{0, 32, 48, 48, 64, -1, -1, -1}
	envelope := sizes[flags>>1&7]
	if envelope < 0 || len(blob) < 8+envelope || flags&0x20 != 0 {
		return nil, false, exchange.Wrong("geometry_blob")
	}
	if flags&0x10 != 0 {
		return nil, false, nil
	}
	w := wkb{rest: blob[8+envelope:], left: limits.Vertices, geographic: geographic}
	g, wrong = w.geometry(0)
	if wrong == nil && len(w.rest) > 0 {
		wrong = exchange.Wrong("geometry_blob")
	}
	return g, w.heights, wrong
}

// wkb reads well-known binary of ISO (types 1001…) and of PostGIS (flags).
type wkb struct {
	rest       []byte
	order      binary.ByteOrder
	size       int // numbers of a point
	left       int // points that may still come
	heights    bool
	geographic bool
}

// The types of well-known binary.
const (
	wkbPoint = iota + 1
	wkbLineString
	wkbPolygon
	wkbMultiPoint
	wkbMultiLineString
	wkbMultiPolygon
	wkbCollection
	wkbCircularString
	wkbCompoundCurve
	wkbCurvePolygon
	wkbMultiCurve
	wkbMultiSurface
)

// deepest is how deep geometries may lie in each other.
const deepest = 8

func bad() *exchange.Problem { return exchange.Wrong("geometry_blob") }

// header reads byte order and type.
func (w *wkb) header() (kind uint32, wrong *exchange.Problem) {
	if len(w.rest) < 5 {
		return 0, bad()
	}
	switch w.rest[0] {
	case 0:
		w.order = binary.BigEndian
	case 1:
		w.order = binary.LittleEndian
	default:
		return 0, bad()
	}
	kind = w.order.Uint32(w.rest[1:])
	w.rest = w.rest[5:]
	w.size = 2
	if kind&0x80000000 != 0 {
		w.size++
	}
	if kind&0x40000000 != 0 {
		w.size++
	}
	if kind&0x20000000 != 0 { // a number of the system
		if len(w.rest) < 4 {
			return 0, bad()
		}
		w.rest = w.rest[4:]
	}
	kind &= 0x0FFFFFFF
	w.size += [4]int{0, 1, 1, 2}[kind/1000&3]
	w.heights = w.heights || w.size > 2
	return kind % 1000, nil
}

func (w *wkb) geometry(depth int) (orb.Geometry, *exchange.Problem) {
	if depth > deepest {
		return nil, exchange.Wrong("too_deep", "limit", deepest)
	}
	kind, wrong := w.header()
	if wrong != nil {
		return nil, wrong
	}
	switch kind {
	case wkbPoint:
		return w.point()
	case wkbLineString, wkbCircularString:
		return w.line(kind)
	case wkbPolygon:
		return w.polygon()
	case wkbCompoundCurve:
		return w.compound(depth)
	case wkbCurvePolygon:
		return w.curvePolygon(depth)
	case wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon, wkbCollection, wkbMultiCurve, wkbMultiSurface:
		return w.multi(kind, depth)
	default:
		return nil, exchange.Wrong("geometry_unknown", "type", kind)
	}
}

// count reads how many things follow, each of at least so many bytes.
func (w *wkb) count(least int) (int, *exchange.Problem) {
	if len(w.rest) < 4 {
		return 0, bad()
	}
	n := int64(w.order.Uint32(w.rest))
	w.rest = w.rest[4:]
	if n*int64(least) > int64(len(w.rest)) {
		return 0, bad()
	}
	return int(n), nil
}

func (w *wkb) point() (orb.Point, *exchange.Problem) {
	if w.left--; w.left < 0 {
		return orb.Point{}, exchange.Wrong("too_many_vertices", "limit", exchange.DefaultLimits().Vertices)
	}
	if len(w.rest) < 8*w.size {
		return orb.Point{}, bad()
	}
	p := orb.Point{
		math.Float64frombits(w.order.Uint64(w.rest)),
		math.Float64frombits(w.order.Uint64(w.rest[8:])),
	}
	w.rest = w.rest[8*w.size:]
	return p, nil
}

func (w *wkb) points() ([]orb.Point, *exchange.Problem) {
	n, wrong := w.count(8 * w.size)
	if wrong != nil {
		return nil, wrong
	}
	points := make([]orb.Point, 0, n)
	for range n {
		p, wrong := w.point()
		if wrong != nil {
			return nil, wrong
		}
		points = append(points, p)
	}
	return points, nil
}

func (w *wkb) line(kind uint32) (orb.LineString, *exchange.Problem) {
	points, wrong := w.points()
	if wrong != nil || kind == wkbLineString {
		return points, wrong
	}
	if len(points) < 3 || len(points)%2 == 0 {
		return nil, exchange.Wrong("arc_points", "count", len(points))
	}
	var line orb.LineString
	for i := 0; i+2 < len(points); i += 2 {
		arc, _ := exchange.Arc(points[i], points[i+1], points[i+2], w.geographic)
		if points[i] == points[i+2] { // a whole circle: the point between lies opposite
			arc = exchange.CircleAcross(points[i], points[i+1], w.geographic)
		}
		if i > 0 {
			arc = arc[1:]
		}
		line = append(line, arc...)
	}
	return line, nil
}

func (w *wkb) polygon() (orb.Polygon, *exchange.Problem) {
	n, wrong := w.count(4)
	if wrong != nil {
		return nil, wrong
	}
	polygon := make(orb.Polygon, 0, min(n, 1024))
	for range n {
		points, wrong := w.points()
		if wrong != nil {
			return nil, wrong
		}
		polygon = append(polygon, points)
	}
	return polygon, nil
}

// lines reads curves that follow.
func (w *wkb) lines(depth int) ([]orb.LineString, *exchange.Problem) {
	n, wrong := w.count(5)
	if wrong != nil {
		return nil, wrong
	}
	var lines []orb.LineString
	for range n {
		g, wrong := w.geometry(depth + 1)
		if wrong != nil {
			return nil, wrong
		}
		line, ok := g.(orb.LineString)
		if !ok {
			return nil, bad()
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (w *wkb) compound(depth int) (orb.LineString, *exchange.Problem) {
	lines, wrong := w.lines(depth)
	if wrong != nil {
		return nil, wrong
	}
	return exchange.Join(lines, exchange.Gap(w.geographic))
}

func (w *wkb) curvePolygon(depth int) (orb.Polygon, *exchange.Problem) {
	lines, wrong := w.lines(depth)
	if wrong != nil {
		return nil, wrong
	}
	polygon := orb.Polygon{}
	for _, line := range lines {
		polygon = append(polygon, orb.Ring(line))
	}
	return polygon, nil
}

// multi reads geometries of several parts.
func (w *wkb) multi(kind uint32, depth int) (orb.Geometry, *exchange.Problem) {
	n, wrong := w.count(5)
	if wrong != nil {
		return nil, wrong
	}
	parts := make(orb.Collection, 0, min(n, 1024))
	for range n {
		part, wrong := w.geometry(depth + 1)
		if wrong != nil {
			return nil, wrong
		}
		parts = append(parts, part)
	}
	switch kind {
	case wkbMultiPoint:
		return gather[orb.MultiPoint, orb.Point](parts)
	case wkbMultiLineString, wkbMultiCurve:
		return gather[orb.MultiLineString, orb.LineString](parts)
	case wkbMultiPolygon, wkbMultiSurface:
		return gather[orb.MultiPolygon, orb.Polygon](parts)
	default:
		return parts, nil
	}
}

// gather makes a geometry of parts that must all be of one kind.
func gather[M interface {
	~[]E
	orb.Geometry
}, E orb.Geometry](parts orb.Collection) (orb.Geometry, *exchange.Problem) {
	all := make(M, 0, len(parts))
	for _, part := range parts {
		one, ok := part.(E)
		if !ok {
			return nil, bad()
		}
		all = append(all, one)
	}
	return all, nil
}
