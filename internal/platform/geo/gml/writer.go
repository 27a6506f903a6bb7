package gml

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// Namespace is that of the features we write. A file with it is read back to the
// same features, with their identities and the types of their properties.
const Namespace = "urn:torg:features:1"

const (
	head = `<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:f="` + Namespace + `" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" gml:id="c">
`
	foot = "</gml:FeatureCollection>\n"
)

// Writer writes a collection of features in GML 3.2, simple features only.
type Writer struct {
	out    *bufio.Writer
	system exchange.System
	begun  bool
	count  int
	parts  int
	err    error
}

// NewWriter writes to out, coordinates in the order that the register has for
// the reference system.
func NewWriter(out io.Writer, crs int) *Writer {
	system, _ := exchange.ParseSystem(systemName(crs))
	return &Writer{out: bufio.NewWriterSize(out, 64<<10), system: system}
}

func systemName(crs int) string { return "http://www.opengis.net/def/crs/EPSG/0/" + strconv.Itoa(crs) }

var (
	errCRS  = errors.New("gml: the feature is of another reference system than the file")
	errText = errors.New("gml: a text holds a character that XML cannot")
)

// Write implements exchange.Writer.
func (w *Writer) Write(f exchange.Feature) error {
	if f.CRS != w.system.EPSG {
		return errCRS
	}
	w.begin()
	w.count++
	w.parts = 0
	name := "f:" + exchange.EncodeName(f.Type)
	w.put("<gml:featureMember><", name, ` gml:id="f`, strconv.Itoa(w.count), `">`)
	if f.ID != "" {
		w.put("<gml:identifier codeSpace=\"", Namespace, `">`)
		w.text(f.ID)
		w.put("</gml:identifier>")
	}
	for _, key := range slices.Sorted(maps.Keys(f.Properties)) {
		w.property(key, f.Properties[key])
	}
	if f.Geometry != nil {
		w.put("<f:geometry>")
		w.geometry(f.Geometry, true)
		w.put("</f:geometry>")
	}
	w.put("</", name, "></gml:featureMember>\n")
	return w.err
}

// Close implements exchange.Writer.
func (w *Writer) Close() error {
	w.begin()
	w.put(foot)
	if w.err != nil {
		return w.err
	}
	return w.out.Flush()
}

func (w *Writer) begin() {
	if !w.begun {
		w.begun = true
		w.put(head)
	}
}

// put writes what is XML already; the first error stays.
func (w *Writer) put(pieces ...string) {
	for _, piece := range pieces {
		if w.err == nil {
			_, w.err = w.out.WriteString(piece)
		}
	}
}

func (w *Writer) text(text string) {
	if w.err == nil && strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF }) {
		w.err = errText
	}
	if w.err == nil {
		w.err = xml.EscapeText(w.out, []byte(text))
	}
}

func (w *Writer) property(key string, value any) {
	var kind, text string
	switch v := value.(type) {
	case nil:
		return
	case string:
		text = v
	case int64:
		kind, text = "long", strconv.FormatInt(v, 10)
	case float64:
		kind, text = "double", strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		kind, text = "boolean", strconv.FormatBool(v)
	case time.Time:
		kind, text = "dateTime", v.Format(time.RFC3339Nano)
	default:
		w.err = errors.Join(w.err, fmt.Errorf("gml: property %q: %T is no kind of property", key, value))
		return
	}
	name := "f:" + exchange.EncodeName(key)
	w.put("<", name)
	if kind != "" {
		w.put(` xsi:type="xs:`, kind, `"`)
	}
	w.put(">")
	w.text(text)
	w.put("</", name, ">")
}

// geometry writes a geometry; the outermost names the reference system.
func (w *Writer) geometry(g orb.Geometry, outermost bool) {
	switch g := g.(type) {
	case orb.Point:
		w.element("Point", outermost, func() { w.positions("pos", g) })
	case orb.MultiPoint:
		w.element("MultiPoint", outermost, func() { members(w, "pointMember", g) })
	case orb.LineString:
		w.element("LineString", outermost, func() { w.positions("posList", g...) })
	case orb.MultiLineString:
		w.element("MultiCurve", outermost, func() { members(w, "curveMember", g) })
	case orb.Polygon:
		w.element("Polygon", outermost, func() { w.rings(g) })
	case orb.MultiPolygon:
		w.element("MultiSurface", outermost, func() { members(w, "surfaceMember", g) })
	case orb.Collection:
		w.element("MultiGeometry", outermost, func() { members(w, "geometryMember", g) })
	default:
		w.err = errors.Join(w.err, fmt.Errorf("gml: %T has no place in the format", g))
	}
}

func members[L ~[]G, G orb.Geometry](w *Writer, name string, all L) {
	for _, g := range all {
		w.put("<gml:", name, ">")
		w.geometry(g, false)
		w.put("</gml:", name, ">")
	}
}

func (w *Writer) element(name string, outermost bool, content func()) {
	w.parts++
	w.put("<gml:", name, ` gml:id="f`, strconv.Itoa(w.count), ".", strconv.Itoa(w.parts), `"`)
	if outermost {
		w.put(` srsName="`, systemName(w.system.EPSG), `" srsDimension="2"`)
	}
	w.put(">")
	content()
	w.put("</gml:", name, ">")
}

func (w *Writer) rings(polygon orb.Polygon) {
	for i, ring := range polygon {
		side := "exterior"
		if i > 0 {
			side = "interior"
		}
		w.put("<gml:", side, "><gml:LinearRing>")
		w.positions("posList", ring...)
		w.put("</gml:LinearRing></gml:", side, ">")
	}
}

func (w *Writer) positions(name string, points ...orb.Point) {
	w.put("<gml:", name, ">")
	var b []byte
	for i, p := range points {
		if w.system.NorthFirst {
			p[0], p[1] = p[1], p[0]
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendFloat(b, p[0], 'f', -1, 64)
		b = strconv.AppendFloat(append(b, ' '), p[1], 'f', -1, 64)
	}
	w.put(string(b), "</gml:", name, ">")
}
