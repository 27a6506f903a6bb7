package layers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// encoded is a row to be written.
type encoded struct {
	in             *intake
	number         int64
	id, part, kind string
	from, to       store.Time
	digest         []byte
	geometry       []byte
	properties     string
}

// Properties in which formats that have no words of their own for it keep what they
// are told: written by an export, taken out again by an import.
const (
	propertyType = "torg_type"
	propertyPart = "torg_part"
	propertyFrom = "valid_from"
	propertyTo   = "valid_to"
)

const (
	maxID   = 200
	maxKind = 200
)

// wrong tells a problem with a feature.
func (r *run) wrong(i *Incoming, key string, args ...any) {
	r.report.Add(exchange.Problem{Line: i.Line, Where: i.Feature.ID, Key: "layers.import." + key, Args: args})
}

// encode makes a row of a feature, when it is new or has changed.
func (r *run) encode(i *Incoming, b *batch) {
	in := r.intakes[0]
	if i.Layer != "" {
		if in = r.byName[i.Layer]; in == nil {
			r.wrong(i, "bad_name", "layer", i.Layer)
			return
		}
	}
	r.unpack(&i.Feature)
	f := &i.Feature
	e := encoded{in: in, part: r.o.Part, kind: f.Type, from: store.At(f.From), to: store.At(f.To)}
	if r.o.Whole {
		e.part = f.Part
	}
	bound, ok := r.lay(i, in)
	if !ok || !r.plausible(i) {
		return
	}
	if f.Geometry != nil {
		e.geometry = shape.AppendWKB(make([]byte, 0, 64), f.Geometry)
	}
	properties, err := appendProperties(make([]byte, 0, 256), f.Properties)
	if err != nil {
		r.wrong(i, "bad_property", "reason", err.Error())
		return
	}
	e.properties = string(properties)
	e.digest = digest(&e)
	e.id = identityOf(f.ID, e.part, e.digest)
	in.note(f.Geometry, bound, f.Properties)
	r.enter(i, e, b)
}

// unpack takes out what an export has put among the properties.
func (r *run) unpack(f *Feature) {
	takeText(f, propertyType, &f.Type)
	takeTime(f, propertyFrom, &f.From)
	takeTime(f, propertyTo, &f.To)
	part := ""
	if takeText(f, propertyPart, &part); part != "" && validPart(part) {
		f.Part = part
	}
}

func takeText(f *Feature, name string, into *string) {
	if text, is := f.Properties[name].(string); is {
		*into = text
		delete(f.Properties, name)
	}
}

func takeTime(f *Feature, name string, into *time.Time) {
	v, has := f.Properties[name]
	if !has {
		return
	}
	if t, is := moment(v); is {
		*into = t
		delete(f.Properties, name)
	}
}

// moment reads a time as an export writes it.
func moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
			if t, err := time.Parse(layout, v); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// lay takes a feature's shape to the layer's system and tells its box there.
func (r *run) lay(i *Incoming, in *intake) (orb.Bound, bool) {
	g := i.Feature.Geometry
	if g == nil {
		in.adopt(i.EPSG)
		return orb.Bound{}, true
	}
	project, err := in.to(i.EPSG)
	if err != nil {
		r.wrong(i, "bad_system", "epsg", i.EPSG)
		return orb.Bound{}, false
	}
	if !r.place.fits(r, i, in) {
		return orb.Bound{}, false
	}
	if project != nil {
		g = crs.Apply(g, project)
		i.Feature.Geometry = g
	}
	bound := g.Bound()
	if !crs.Finite(bound.Min) || !crs.Finite(bound.Max) {
		r.wrong(i, "no_place")
		return orb.Bound{}, false
	}
	return bound, true
}

// plausible refuses what the tables cannot hold or nobody can mean.
func (r *run) plausible(i *Incoming) bool {
	f := &i.Feature
	switch {
	case utf8.RuneCountInString(f.ID) > maxID || len(f.Type) > maxKind || strings.ContainsRune(f.ID+f.Type, 0):
		r.wrong(i, "id_long", "limit", maxID)
	case !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From):
		r.wrong(i, "validity", "from", f.From.Format(time.DateOnly), "to", f.To.Format(time.DateOnly))
	default:
		return true
	}
	return false
}

// identityOf is the id that a feature has in the layer: what the file says, with the
// part before it, or its digest.
func identityOf(id, part string, digest []byte) string {
	if id == "" {
		id = "x" + hex.EncodeToString(digest[:10])
	}
	if part != "" && !strings.HasPrefix(id, part+".") {
		return part + "." + id
	}
	return id
}

// enter holds a row against what is there.
func (r *run) enter(i *Incoming, e encoded, b *batch) {
	in := e.in
	key := in.key(e.id)
	before, twice := in.told.put(key, i.Line)
	if twice && i.Feature.ID == "" { // the very same thing again
		in.copies[key]++
		e.id += "-" + strconv.Itoa(in.copies[key]+1)
		key = in.key(e.id)
		_, twice = in.told.put(key, i.Line)
	}
	m, known := in.known[key]
	switch {
	case twice:
		r.report.Add(exchange.Problem{Line: i.Line, Where: i.Feature.ID, Key: "geo_file.id_twice", Args: []any{"first", before}})
		return
	case known && m.row < 0:
		r.wrong(i, "id_elsewhere", "id", e.id)
		return
	case known && m.digest == short(e.digest):
		in.kept++
	default:
		in.replace(m, known, b)
		e.number = in.next
		in.next++
		b.rows = append(b.rows, e)
		b.bytes += len(e.geometry) + len(e.properties) + 200
	}
	if known {
		delete(in.known, key)
	}
}

// replace counts a row that is new, and ends the one that it takes the place of.
func (in *intake) replace(m knownMark, known bool, b *batch) {
	if !known {
		in.added++
		return
	}
	in.changed++
	in.stale = true
	b.ends = append(b.ends, ending{in, m.row})
}

// digest is of all that a source says of a feature.
func digest(e *encoded) []byte {
	h := sha256.New()
	var head []byte
	for _, text := range []string{e.kind, e.part} {
		head = append(append(head, text...), 0)
	}
	head = strconv.AppendInt(head, unix(e.from), 10)
	head = append(strconv.AppendInt(append(head, ' '), unix(e.to), 10), ' ')
	head = append(strconv.AppendInt(head, int64(len(e.geometry)), 10), ' ')
	h.Write(head)
	h.Write(e.geometry)
	h.Write([]byte(e.properties))
	return h.Sum(nil)[:16]
}

func unix(t store.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixMicro()
}

// appendProperties writes properties as EncodeProperties does, quicker.
func appendProperties(b []byte, m map[string]any) ([]byte, error) {
	names := make([]string, 0, 16)
	for name, v := range m {
		if v != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		var err error
		if b, err = appendValue(b, m[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return append(b, '}'), nil
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendText(b, v), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case int32:
		return strconv.AppendInt(b, int64(v), 10), nil
	case float32:
		return appendFloat(b, float64(v))
	case float64:
		return appendFloat(b, v)
	case time.Time:
		return appendText(b, v.UTC().Format(time.RFC3339Nano)), nil
	case fmt.Stringer:
		return appendText(b, v.String()), nil
	default:
		return nil, fmt.Errorf("%T is no kind of property", v)
	}
}

// appendFloat keeps a whole number a float by its decimal.
func appendFloat(b []byte, v float64) ([]byte, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, fmt.Errorf("%v is no number", v)
	}
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', -1, 64)
	if !slices.Contains(b[start:], '.') {
		b = append(b, ".0"...)
	}
	return b, nil
}

// appendText writes a text as JSON (RFC 8259 section 7).
func appendText(b []byte, text string) []byte {
	const hexes = "0123456789abcdef"
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	b = append(b, '"')
	start := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[start:i]...)
		start = i + 1
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', hexes[c>>4], hexes[c&15])
			continue
		}
		b = append(b, '\\', c)
	}
	return append(append(b, text[start:]...), '"')
}
