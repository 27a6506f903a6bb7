package cql2

import (
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Type is what kind of values a property has.
type Type uint8

// The types.
const (
	anything Type = iota // known only when a feature is looked at
	Text
	Number
	Bool
	Time  // a day, an instant or an interval
	Shape // a geometry
)

// String names the type in the words of the language.
func (t Type) String() string {
	return [...]string{"any", "text", "number", "boolean", "time", "geometry"}[t]
}

// Feature is what a filter is held against.
type Feature interface {
	// Property gives a value: nil when there is none, else string, bool, a number
	// (int, int64, float64), clock.Date, time.Time, an orb.Geometry or, when the
	// caller keeps it, a *shape.Prepared. A value of any other type counts as none.
	Property(name string) any
}

// value is what an expression comes to. Of type anything it is missing: null, or
// unknown where it is a truth.
type value struct {
	kind  Type
	text  string
	num   float64
	yes   bool
	span  span
	shape *shape.Prepared
}

func truth(yes bool) value            { return value{kind: Bool, yes: yes} }
func (v value) missing() bool         { return v.kind == anything }
func (v value) isTrue() bool          { return v.kind == Bool && v.yes }
func (v value) isFalse() bool         { return v.kind == Bool && !v.yes }
func numeric(n float64) value         { return value{kind: Number, num: n} }
func textual(s string) value          { return value{kind: Text, text: s} }
func temporal(s span) value           { return value{kind: Time, span: s} }
func spatial(g *shape.Prepared) value { return value{kind: Shape, shape: g} }

// valueOf takes a feature's value in.
func valueOf(v any) value {
	switch v := v.(type) {
	case string:
		return textual(v)
	case bool:
		return truth(v)
	case float64:
		return numeric(v)
	case int:
		return numeric(float64(v))
	case int64:
		return numeric(float64(v))
	case clock.Date:
		if v.IsZero() {
			return value{}
		}
		return temporal(span{start: day(v), end: day(v), days: true})
	case time.Time:
		if v.IsZero() {
			return value{}
		}
		return temporal(span{start: v, end: v})
	case *shape.Prepared:
		return spatial(v)
	case orb.Geometry:
		return spatial(shape.Prepare(v))
	default:
		return value{}
	}
}
