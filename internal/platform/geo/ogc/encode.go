package ogc

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// How many decimals coordinates have: a tenth of a millimetre in either unit.
const (
	metreDecimals  = 4
	degreeDecimals = 9
)

// encoder writes GeoJSON (RFC 7946) by hand to one buffer: a page of a thousand
// features has a hundred thousand numbers, and reflection is slow at that.
type encoder struct {
	b        []byte
	project  crs.Func // from the layer's system; nil when it is the answer's
	near     crs.Func // the same, quicker, and true enough within the box
	within   orb.Bound
	swap     bool // north before east
	decimals int
	lost     bool // a point has no place in the system
	members  int
	// taken are the names of the features' own properties that stand for their time.
	taken []string
}

// newEncoder writes features of a layer's system in another, in the order of its axes
// (OGC 18-058r1, /req/crs/geojson).
func newEncoder(b []byte, from, to crs.System) *encoder {
	e := &encoder{b: b, swap: to.NorthFirst, decimals: metreDecimals}
	if to.Degrees {
		e.decimals = degreeDecimals
	}
	if from.Code != to.Code {
		e.project = crs.Between(from, to)
	}
	return e
}

// hasten projects what lies in a box by a polynomial that differs by less than a
// hundredth of a millimetre, which is less than is written. The true projection is some
// twenty times slower, and most of the work of a page of large areas.
func (e *encoder) hasten(box orb.Bound) {
	if e.project == nil {
		return
	}
	tolerance := 1e-5
	if e.decimals == degreeDecimals {
		tolerance = 1e-10
	}
	e.near, e.within = crs.Near(e.project, box, tolerance), box
}

// geometry writes a shape, or null when there is none or it has no place in the
// system.
func (e *encoder) geometry(g orb.Geometry) {
	start := len(e.b)
	e.lost = false
	e.shape(g)
	if e.lost {
		e.b = append(e.b[:start], "null"...)
	}
}

func (e *encoder) shape(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		e.begin("Point")
		e.point(g)
	case orb.MultiPoint:
		e.begin("MultiPoint")
		e.points(g)
	case orb.LineString:
		e.begin("LineString")
		e.points(g)
	case orb.MultiLineString:
		e.begin("MultiLineString")
		e.b = append(e.b, '[')
		for i, line := range g {
			e.comma(i)
			e.points(line)
		}
		e.b = append(e.b, ']')
	case orb.Polygon:
		e.begin("Polygon")
		e.polygon(g)
	case orb.MultiPolygon:
		e.begin("MultiPolygon")
		e.b = append(e.b, '[')
		for i, polygon := range g {
			e.comma(i)
			e.polygon(polygon)
		}
		e.b = append(e.b, ']')
	case orb.Collection:
		e.collection(g)
		return
	default:
		e.b = append(e.b, "null"...)
		return
	}
	e.b = append(e.b, '}')
}

func (e *encoder) begin(kind string) {
	e.b = append(e.b, `{"type":"`...)
	e.b = append(e.b, kind...)
	e.b = append(e.b, `","coordinates":`...)
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.b = append(e.b, ',')
	}
}

func (e *encoder) collection(c orb.Collection) {
	e.b = append(e.b, `{"type":"GeometryCollection","geometries":[`...)
	for i, part := range c {
		e.comma(i)
		e.shape(part)
	}
	e.b = append(e.b, "]}"...)
}

// polygon writes rings. They turn as they are kept, and are turned in RFC 7946's way
// (§ 3.1.6: the outer against the clock) where the file had them otherwise: a mirror
// of the axes does not change how they turn on the ground.
func (e *encoder) polygon(p orb.Polygon) {
	e.b = append(e.b, '[')
	for i, ring := range p {
		e.comma(i)
		if (signed(ring) < 0) == (i == 0) {
			e.backwards(ring)
		} else {
			e.points(ring)
		}
	}
	e.b = append(e.b, ']')
}

// signed is twice the area of a ring, positive when it turns against the clock.
func signed(ring orb.Ring) (sum float64) {
	if len(ring) == 0 {
		return 0
	}
	first := ring[0] // near the ring, so that little is lost
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		sum += (a[0]-first[0])*(b[1]-first[1]) - (b[0]-first[0])*(a[1]-first[1])
	}
	return sum
}

func (e *encoder) points(list []orb.Point) {
	e.b = append(e.b, '[')
	for i, p := range list {
		e.comma(i)
		e.point(p)
	}
	e.b = append(e.b, ']')
}

func (e *encoder) backwards(list []orb.Point) {
	e.b = append(e.b, '[')
	for i := range list {
		e.comma(i)
		e.point(list[len(list)-1-i])
	}
	e.b = append(e.b, ']')
}

func (e *encoder) point(p orb.Point) {
	exact := e.project == nil
	switch {
	case exact:
	case e.near != nil && e.within.Contains(p):
		p = e.near(p)
	default:
		p = e.project(p)
	}
	if !crs.Finite(p) {
		e.lost = true
		return
	}
	first, second := p[0], p[1]
	if e.swap {
		first, second = second, first
	}
	e.b = append(e.b, '[')
	e.b = appendDecimal(e.b, first, e.decimals, exact)
	e.b = append(e.b, ',')
	e.b = appendDecimal(e.b, second, e.decimals, exact)
	e.b = append(e.b, ']')
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// appendDecimal writes a number with at most so many decimals, without zeros at the
// end. When it is to be exact, a number that has more decimals keeps them all.
func appendDecimal(b []byte, v float64, decimals int, exact bool) []byte {
	scaled := math.RoundToEven(v * powers[decimals])
	if !(math.Abs(scaled) < 1<<53) || exact && scaled/powers[decimals] != v {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	n := int64(scaled)
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	var digits [24]byte
	i := len(digits)
	for range decimals {
		if digit := byte(n % 10); digit != 0 || i < len(digits) {
			i--
			digits[i] = '0' + digit
		}
		n /= 10
	}
	if i < len(digits) {
		i--
		digits[i] = '.'
	}
	for first := true; first || n > 0; first = false {
		i--
		digits[i] = '0' + byte(n%10)
		n /= 10
	}
	return append(b, digits[i:]...)
}

// appendText writes a text of JSON.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			return append(b, bytes.TrimSuffix(encodeJSON(s), []byte("\n"))...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// encodeJSON writes what cannot fail to be written: texts and the documents of this
// package. Addresses keep their ampersands.
func encodeJSON(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a map, a list or a text of texts and numbers
	return out.Bytes()
}
