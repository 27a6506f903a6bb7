package geojson

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Writer writes a collection of features.
type Writer struct {
	out   *bufio.Writer
	crs   int
	begun bool
	line  []byte
}

// NewWriter writes to out. A reference system other than WGS 84 is told in the
// crs member of the format's first edition, which GDAL and QGIS read.
func NewWriter(out io.Writer, crs int) *Writer {
	return &Writer{out: bufio.NewWriterSize(out, 64<<10), crs: crs}
}

// errCRS says that a feature of another reference system was written.
var errCRS = errors.New("geojson: the feature is of another reference system than the file")

// Write implements exchange.Writer.
func (w *Writer) Write(f exchange.Feature) error {
	if f.CRS != w.crs {
		return errCRS
	}
	if err := w.begin(); err != nil {
		return err
	}
	w.line = w.line[:0]
	if w.begun {
		w.line = append(w.line, ',')
	}
	w.begun = true
	w.line = append(w.line, '\n')
	var err error
	if w.line, err = AppendFeature(w.line, f); err != nil {
		return err
	}
	_, err = w.out.Write(w.line)
	return err
}

// begin writes the head once.
func (w *Writer) begin() error {
	if w.line != nil {
		return nil
	}
	w.line = make([]byte, 0, 4096)
	head := `{"type":"FeatureCollection",`
	if w.crs != 4326 {
		head += `"crs":{"type":"name","properties":{"name":"` + exchange.URN(w.crs) + `"}},`
	}
	_, err := w.out.WriteString(head + `"features":[`)
	return err
}

// Close implements exchange.Writer.
func (w *Writer) Close() error {
	if err := w.begin(); err != nil {
		return err
	}
	if _, err := w.out.WriteString("\n]}\n"); err != nil {
		return err
	}
	return w.out.Flush()
}

// AppendFeature appends one feature object.
func AppendFeature(b []byte, f exchange.Feature) ([]byte, error) {
	b = append(b, `{"type":"Feature",`...)
	if f.ID != "" {
		b = append(appendText(append(b, `"id":`...), f.ID), ',')
	}
	b = append(b, `"geometry":`...)
	b, err := AppendGeometry(b, f.Geometry)
	if err != nil {
		return nil, err
	}
	b = append(b, `,"properties":{`...)
	for i, name := range slices.Sorted(maps.Keys(f.Properties)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		if b, err = appendValue(b, f.Properties[name]); err != nil {
			return nil, fmt.Errorf("geojson: property %q: %w", name, err)
		}
	}
	return append(b, "}}"...), nil
}

func appendText(b []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // a string cannot fail
	return append(b, quoted...)
}

func appendValue(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case string:
		return appendText(b, v), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		return appendFloat(b, v)
	case time.Time:
		return appendText(b, v.Format(time.RFC3339Nano)), nil
	default:
		return nil, fmt.Errorf("%T is no kind of property", value)
	}
}

// appendFloat keeps a whole number a float by its point: 2.0 stays 2.0.
func appendFloat(b []byte, v float64) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	b = append(b, text...)
	if !slices.ContainsFunc(text, func(c byte) bool { return c == '.' || c == 'e' }) {
		b = append(b, ".0"...)
	}
	return b, nil
}

// AppendGeometry appends a geometry object; nil becomes null.
func AppendGeometry(b []byte, g orb.Geometry) ([]byte, error) {
	switch g := g.(type) {
	case nil:
		return append(b, "null"...), nil
	case orb.Point:
		return append(appendPoint(open(b, "Point"), g), '}'), nil
	case orb.MultiPoint:
		return append(appendPoints(open(b, "MultiPoint"), g), '}'), nil
	case orb.LineString:
		return append(appendPoints(open(b, "LineString"), g), '}'), nil
	case orb.MultiLineString:
		return append(appendEach(open(b, "MultiLineString"), g, func(b []byte, l orb.LineString) []byte { return appendPoints(b, l) }), '}'), nil
	case orb.Polygon:
		return append(appendPolygon(open(b, "Polygon"), g), '}'), nil
	case orb.MultiPolygon:
		return append(appendEach(open(b, "MultiPolygon"), g, appendPolygon), '}'), nil
	case orb.Collection:
		return appendCollection(b, g)
	default:
		return nil, fmt.Errorf("geojson: %T has no place in the format", g)
	}
}

func open(b []byte, kind string) []byte {
	return append(append(append(b, `{"type":"`...), kind...), `","coordinates":`...)
}

func appendCollection(b []byte, g orb.Collection) ([]byte, error) {
	b = append(b, `{"type":"GeometryCollection","geometries":[`...)
	var err error
	for i, part := range g {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = AppendGeometry(b, part); err != nil {
			return nil, err
		}
	}
	return append(b, "]}"...), nil
}

func appendPolygon(b []byte, polygon orb.Polygon) []byte {
	return appendEach(b, polygon, func(b []byte, r orb.Ring) []byte { return appendPoints(b, r) })
}

func appendPoints[L ~[]orb.Point](b []byte, points L) []byte {
	return appendEach(b, points, appendPoint)
}

func appendEach[E any](b []byte, all []E, one func([]byte, E) []byte) []byte {
	b = append(b, '[')
	for i, e := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, e)
	}
	return append(b, ']')
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = strconv.AppendFloat(append(b, '['), p[0], 'f', -1, 64)
	b = strconv.AppendFloat(append(b, ','), p[1], 'f', -1, 64)
	return append(b, ']')
}
