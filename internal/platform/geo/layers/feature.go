package layers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// Feature is a thing on the map (kartobjekt) in one of its versions.
type Feature struct {
	// Row is the number of the version in its layer; it is never used again.
	Row int64
	// ID names the feature in the layer, Part the data set it came with, and Type
	// what the file calls its kind.
	ID, Part, Type string
	// Geometry is nil for a feature without place.
	Geometry orb.Geometry
	// Properties hold string, float64, int64 and bool.
	Properties map[string]any
	// JSON is the properties as a JSON object.
	JSON string
	// From and To are when it was valid: zero for always, and for still.
	From, To time.Time
}

// Text is a property that is a text, "" when it is none.
func (f Feature) Text(name string) string {
	s, _ := f.Properties[name].(string)
	return s
}

// Number is a property that is a number, 0 when it is none.
func (f Feature) Number(name string) float64 {
	switch n := f.Properties[name].(type) {
	case float64:
		return n
	case int64:
		return float64(n)
	default:
		return 0
	}
}

// Flag is a property that is yes or no.
func (f Feature) Flag(name string) bool {
	yes, _ := f.Properties[name].(bool)
	return yes
}

// Area is its ground as areas, none when it has no area.
func (f Feature) Area() orb.MultiPolygon { return shape.Areas(f.Geometry) }

// Property implements cql2.Feature: the feature's own properties, its id, its shape
// as "geometry", and its time as "valid_from" and "valid_to".
func (f Feature) Property(name string) any {
	switch name {
	case "geometry":
		if f.Geometry == nil {
			return nil
		}
		return f.Geometry
	case "id":
		return f.ID
	case "valid_from":
		return instant(f.From)
	case "valid_to":
		return instant(f.To)
	}
	return f.Properties[name]
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// decode reads the properties. Whole numbers become int64.
func decode(text string) (map[string]any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("layers: properties: %w", err)
	}
	for name, v := range m {
		if n, is := v.(json.Number); is {
			m[name] = number(n)
		}
	}
	return m, nil
}

func number(n json.Number) any {
	if whole, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return whole
	}
	f, err := n.Float64()
	if err != nil {
		return nil
	}
	return f
}

// EncodeProperties writes properties as they are kept: a JSON object with sorted
// names, so that the same properties are the same text. Numbers that are whole
// floats are written with a decimal, so that they stay floats.
func EncodeProperties(m map[string]any) (string, error) {
	tidy := make(map[string]any, len(m))
	for name, v := range m {
		switch v := v.(type) {
		case nil:
		case float64:
			text := strconv.FormatFloat(v, 'f', -1, 64)
			if !strings.ContainsRune(text, '.') {
				text += ".0"
			}
			tidy[name] = json.RawMessage(text)
		case time.Time:
			tidy[name] = v.UTC().Format(time.RFC3339Nano)
		case fmt.Stringer:
			tidy[name] = v.String()
		default:
			tidy[name] = v
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tidy); err != nil {
		return "", fmt.Errorf("layers: encode properties: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// row is a feature as the store keeps it.
type row struct {
	number         int64
	id, part, kind string
	since          int64
	ended          *int64
	from, to       store.Time
	geometry       []byte
	properties     string
}

func (r *row) lean() []any {
	return []any{&r.number, &r.id, &r.from, &r.to, &r.geometry, &r.properties}
}

func (r *row) fields() []any {
	return []any{&r.number, &r.id, &r.from, &r.to, &r.geometry, &r.properties, &r.part, &r.kind, &r.since, &r.ended}
}

// want says what of a feature is to be made of a row.
type want struct {
	project    crs.Func // nil leaves the coordinates
	bare       bool     // no shape
	raw        bool     // properties as JSON alone
	generation int64
	ends       map[int64]time.Time // when generations began
}

func (r *row) feature(w want) (Feature, error) {
	f := Feature{Row: r.number, ID: r.id, Part: r.part, Type: r.kind, JSON: r.properties, From: r.from.Time, To: r.to.Time}
	if r.ended != nil && *r.ended <= w.generation {
		if end := w.ends[*r.ended]; f.To.IsZero() || end.Before(f.To) {
			f.To = end
		}
	}
	var err error
	if !w.bare && r.geometry != nil {
		if f.Geometry, err = shape.ReadWKB(r.geometry); err != nil {
			return f, fmt.Errorf("layers: feature %s: %w", r.id, err)
		}
		if w.project != nil {
			f.Geometry = crs.Apply(f.Geometry, w.project)
		}
	}
	if !w.raw {
		f.Properties, err = decode(r.properties)
	}
	return f, err
}
