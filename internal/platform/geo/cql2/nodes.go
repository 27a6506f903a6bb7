package cql2

import (
	"math"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// node is a part of a filter.
type node interface {
	// eval gives what the part comes to for a feature.
	eval(f Feature) value
	// kind is the type of that, anything when it depends on the feature.
	kind() Type
	// parts are what it is made of.
	parts() []node
	// offset is where it stands in the text.
	offset() int
}

// base is what all nodes share.
type base struct {
	at   int
	args []node
}

func (b base) parts() []node { return b.args }
func (b base) offset() int   { return b.at }

// literal is a value that stands in the text.
type literal struct {
	base
	v value
}

func (l literal) eval(Feature) value { return l.v }
func (l literal) kind() Type         { return l.v.kind }

// property is a value of the feature.
type property struct {
	base
	name string
	typ  Type // what Check was told
}

func (p *property) eval(f Feature) value { return valueOf(f.Property(p.name)) }
func (p *property) kind() Type           { return p.typ }

// logic is AND or OR over any number of parts.
type logic struct {
	base
	all bool // AND
}

func (l logic) kind() Type { return Bool }

func (l logic) eval(f Feature) value {
	unknown := false
	for _, part := range l.args {
		switch v := part.eval(f); {
		case l.all && v.isFalse(), !l.all && v.isTrue():
			return v
		case v.kind != Bool:
			unknown = true
		}
	}
	if unknown {
		return value{}
	}
	return truth(l.all)
}

// not turns a truth round. What is unknown stays so.
type not struct{ base }

func (n not) kind() Type { return Bool }

func (n not) eval(f Feature) value {
	v := n.args[0].eval(f)
	if v.kind != Bool {
		return value{}
	}
	return truth(!v.yes)
}

// comparison is =, <>, <, >, <= or >=.
type comparison struct {
	base
	op string
}

func (c comparison) kind() Type { return Bool }

func (c comparison) eval(f Feature) value {
	order, ok := compare(c.args[0].eval(f), c.args[1].eval(f))
	if !ok {
		return value{}
	}
	return truth(holds(c.op, order))
}

func holds(op string, order int) bool {
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	default:
		return order >= 0
	}
}

// compare is false when the values have no order between them: one is missing,
// they are of different types, or a number is none.
func compare(a, b value) (int, bool) {
	if a.kind != b.kind {
		return 0, false
	}
	switch a.kind {
	case Text:
		return strings.Compare(a.text, b.text), true
	case Number:
		return compareNumbers(a.num, b.num)
	case Bool:
		return boolToInt(a.yes) - boolToInt(b.yes), true
	case Time:
		x, y := alike(a.span, b.span)
		return compareTimes(x.start, y.start, x.end, y.end), true
	default:
		return 0, false
	}
}

func compareNumbers(a, b float64) (int, bool) {
	switch {
	case a < b:
		return -1, true
	case a > b:
		return 1, true
	default:
		return 0, a == b
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareTimes(a, b, endA, endB time.Time) int {
	if order := a.Compare(b); order != 0 {
		return order
	}
	return endA.Compare(endB)
}

// between is low <= value <= high.
type between struct{ base }

func (b between) kind() Type { return Bool }

func (b between) eval(f Feature) value {
	v := b.args[0].eval(f)
	low, okLow := compare(v, b.args[1].eval(f))
	high, okHigh := compare(v, b.args[2].eval(f))
	switch {
	case okLow && low < 0, okHigh && high > 0:
		return truth(false)
	case okLow && okHigh:
		return truth(true)
	default:
		return value{}
	}
}

// in tells whether the first part is the same as one of the others.
type in struct{ base }

func (n in) kind() Type { return Bool }

func (n in) eval(f Feature) value {
	v := n.args[0].eval(f)
	unknown := v.missing()
	for _, one := range n.args[1:] {
		switch order, ok := compare(v, one.eval(f)); {
		case ok && order == 0:
			return truth(true)
		case !ok:
			unknown = true
		}
	}
	if unknown {
		return value{}
	}
	return truth(false)
}

// isNull tells whether a value is missing. It is never unknown.
type isNull struct{ base }

func (n isNull) kind() Type           { return Bool }
func (n isNull) eval(f Feature) value { return truth(n.args[0].eval(f).missing()) }

// arithmetic is + - * / % ^ and DIV.
type arithmetic struct {
	base
	op string
}

func (a arithmetic) kind() Type { return Number }

func (a arithmetic) eval(f Feature) value {
	x, y := a.args[0].eval(f), a.args[1].eval(f)
	if x.kind != Number || y.kind != Number {
		return value{}
	}
	var n float64
	switch a.op {
	case "+":
		n = x.num + y.num
	case "-":
		n = x.num - y.num
	case "*":
		n = x.num * y.num
	case "/":
		n = x.num / y.num
	case "%":
		n = math.Mod(x.num, y.num)
	case "DIV":
		n = math.Trunc(x.num / y.num)
	default:
		n = math.Pow(x.num, y.num)
	}
	if math.IsNaN(n) || math.IsInf(n, 0) { // divided by nothing
		return value{}
	}
	return numeric(n)
}

// folded is CASEI(…) or ACCENTI(…).
type folded struct {
	base
	fold func(string) string
}

func (c folded) kind() Type { return Text }

func (c folded) eval(f Feature) value {
	v := c.args[0].eval(f)
	if v.kind != Text {
		return value{}
	}
	return textual(c.fold(v.text))
}

// timely is a temporal predicate.
type timely struct {
	base
	relation relation
}

func (t timely) kind() Type { return Bool }

func (t timely) eval(f Feature) value {
	a, b := t.args[0].eval(f), t.args[1].eval(f)
	if a.kind != Time || b.kind != Time {
		return value{}
	}
	x, y := alike(a.span, b.span)
	return truth(t.relation(x, y))
}

// interval is INTERVAL(…) with a property in it. One that has only texts is a
// literal.
type interval struct{ base }

func (i interval) kind() Type { return Time }

func (i interval) eval(f Feature) value {
	from, to := i.args[0].eval(f), i.args[1].eval(f)
	if from.kind != Time || to.kind != Time {
		return value{}
	}
	// An open end has no fineness of its own.
	x, y := from.span, to.span
	switch {
	case x.start.Equal(ever):
		x.days = y.days
	case y.end.Equal(never):
		y.days = x.days
	}
	x, y = alike(x, y)
	if y.end.Before(x.start) {
		return value{}
	}
	return temporal(span{x.start, y.end, x.days, true})
}

// spatially is a spatial predicate.
type spatially struct {
	base
	name string
}

func (s spatially) kind() Type { return Bool }

func (s spatially) eval(f Feature) value {
	a, b := s.args[0].eval(f), s.args[1].eval(f)
	if a.kind != Shape || b.kind != Shape {
		return value{}
	}
	return truth(related(s.name, a.shape, b.shape))
}

// related tells whether two shapes relate as a predicate says.
func related(name string, a, b *shape.Prepared) bool {
	switch {
	case name == "S_INTERSECTS":
		return a.Intersects(b)
	case name == "S_DISJOINT":
		return !a.Intersects(b)
	case a.Dimension() < 0 || b.Dimension() < 0 || !a.Bound().Intersects(b.Bound()):
		return false
	}
	m := a.Relate(b)
	switch name {
	case "S_WITHIN":
		return m.Within()
	case "S_CONTAINS":
		return m.Contains()
	case "S_TOUCHES":
		return m.Touches()
	case "S_EQUALS":
		return m.Equals()
	case "S_CROSSES":
		return m.Crosses(a.Dimension(), b.Dimension())
	default:
		return m.Overlaps(a.Dimension(), b.Dimension())
	}
}
