package cql2

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// primary is a value, a property, a function or something in brackets.
func (p *parser) primary() node {
	tok := p.tok
	switch tok.kind {
	case text:
		p.next()
		return literal{base{at: tok.at}, textual(tok.text)}
	case number:
		p.next()
		return literal{base{at: tok.at}, numeric(tok.value)}
	case quoted:
		p.next()
		return &property{base: base{at: tok.at}, name: tok.text}
	case word:
		return p.word(tok)
	case symbol:
		if p.take("(") {
			inner := p.deeper(p.or)
			p.need(")")
			return inner
		}
	case atEnd, illegal:
	}
	p.fail(Syntax, "a value, a property or a predicate")
	return literal{}
}

// reserved are the words that cannot be a property's name without quotation
// marks.
func reserved(upper string) bool {
	return slices.Contains([]string{"AND", "OR", "NOT", "LIKE", "IN", "BETWEEN", "IS", "NULL", "DIV"}, upper)
}

func (p *parser) word(tok token) node {
	switch tok.upper {
	case "TRUE", "FALSE":
		p.next()
		return literal{base{at: tok.at}, truth(tok.upper == "TRUE")}
	}
	if reserved(tok.upper) {
		p.fail(Syntax, "a value, a property or a predicate")
		return literal{}
	}
	after := scan(p.text, tok.end)
	if shapeName(tok.upper) && (after.sign("(") || after.is("Z") || after.is("EMPTY")) {
		return p.wkt(tok)
	}
	p.next()
	if !p.take("(") {
		return &property{base: base{at: tok.at}, name: tok.text}
	}
	return p.function(tok)
}

func shapeName(upper string) bool {
	return slices.Contains([]string{
		"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
	}, upper)
}

// function reads the arguments of what has a name and brackets, the opening one
// having been read.
func (p *parser) function(tok token) node {
	at := base{at: tok.at}
	switch tok.upper {
	case "CASEI", "ACCENTI":
		args := p.arguments(tok, 1, Text)
		fold := caseFold
		if tok.upper == "ACCENTI" {
			fold = accentFold
		}
		return folded{base{tok.at, args}, fold}
	case "DATE", "TIMESTAMP":
		return p.instant(tok)
	case "INTERVAL":
		return p.interval(tok)
	case "BBOX":
		return p.bbox(tok)
	case "S_INTERSECTS", "S_DISJOINT", "S_WITHIN", "S_CONTAINS", "S_TOUCHES", "S_EQUALS", "S_CROSSES", "S_OVERLAPS":
		at.args = p.arguments(tok, 2, Shape)
		p.noCollections(tok.upper, at.args)
		return spatially{at, tok.upper}
	}
	if relation, ok := relationOf(tok.upper); ok {
		return timely{base{tok.at, p.arguments(tok, 2, Time)}, relation}
	}
	p.failAt(Unsupported, tok.at, tok.text)
	return literal{}
}

func (p *parser) arguments(tok token, n int, t Type) []node {
	args := p.list(p.sum)
	if len(args) != n {
		p.failAt(Syntax, tok.at, tok.text+" takes another number of arguments")
	}
	for _, arg := range args {
		p.want(arg, t)
	}
	return args
}

// noCollections refuses what has no meaning: only meeting and not meeting are
// laid down for a collection of different kinds.
func (p *parser) noCollections(name string, args []node) {
	if name == "S_INTERSECTS" || name == "S_DISJOINT" {
		return
	}
	for _, arg := range args {
		if l, ok := arg.(literal); ok && l.v.kind == Shape {
			if _, is := l.v.shape.Shape().(orb.Collection); is {
				p.failAt(Unsupported, l.at, name+" of a GEOMETRYCOLLECTION")
			}
		}
	}
}

// instant reads the rest of DATE('…') or TIMESTAMP('…').
func (p *parser) instant(tok token) node {
	arg := p.tok
	if arg.kind != text {
		p.fail(Syntax, "a text")
		return literal{}
	}
	at, days, ok := instantOf(arg.text)
	if !ok || days != (tok.upper == "DATE") {
		p.fail(BadTime, tok.upper)
		return literal{}
	}
	p.next()
	p.need(")")
	return literal{base{at: tok.at}, temporal(span{start: at, end: at, days: days})}
}

// interval reads the rest of INTERVAL(from, to): each a text, '..' for an open
// end, a property or an instant.
func (p *parser) interval(tok token) node {
	from := p.bound(span{start: ever, end: ever})
	p.need(",")
	to := p.bound(span{start: never, end: never})
	p.need(")")
	n := interval{base{tok.at, []node{from, to}}}
	_, one := from.(literal)
	_, two := to.(literal)
	if !one || !two || p.err != nil {
		return n
	}
	v := n.eval(nil)
	if v.missing() {
		p.failAt(BadTime, tok.at, "an interval that ends before it begins")
	}
	return literal{base{at: tok.at}, v}
}

func (p *parser) bound(open span) node {
	arg := p.tok
	if arg.kind != text {
		n := p.deeper(p.primary)
		p.want(n, Time)
		return n
	}
	s := open
	if arg.text != ".." && arg.text != "" {
		at, days, ok := instantOf(arg.text)
		if !ok {
			p.fail(BadTime, "INTERVAL")
			return literal{}
		}
		s = span{start: at, end: at, days: days}
	}
	p.next()
	return literal{base{at: arg.at}, temporal(s)}
}

// wkt reads a shape in well-known text.
func (p *parser) wkt(tok token) node {
	g, end, err := shape.ScanWKT(p.text, tok.at)
	if err != nil {
		p.failAt(BadShape, min(end, len(p.text)), "well-known text")
		return literal{}
	}
	p.tok = token{end: end}
	p.next()
	return p.shape(tok, g)
}

// bbox reads the rest of BBOX(west, south, east, north), with heights perhaps.
func (p *parser) bbox(tok token) node {
	args := p.list(p.sign)
	var n []float64
	for _, arg := range args {
		p.want(arg, Number)
		if l, ok := arg.(literal); ok {
			n = append(n, l.v.num)
		}
	}
	if len(n) == 6 {
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if p.err != nil {
		return literal{}
	}
	if len(n) != 4 || len(n) != len(args) && len(args) != 6 || n[0] > n[2] || n[1] > n[3] {
		p.failAt(BadShape, tok.at, "BBOX takes west, south, east and north")
		return literal{}
	}
	box := orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}
	if box.Min[0] == box.Max[0] || box.Min[1] == box.Max[1] {
		if box.Min == box.Max {
			return p.shape(tok, box.Min)
		}
		return p.shape(tok, orb.LineString{box.Min, box.Max})
	}
	return p.shape(tok, box.ToPolygon())
}

// shape makes a literal of a geometry, in the features' system.
func (p *parser) shape(tok token, g orb.Geometry) node {
	if p.options.Project != nil {
		g = crs.Apply(g, p.options.Project)
	}
	if problem := shape.Check(g); problem != nil {
		p.failAt(BadShape, tok.at, strings.ReplaceAll(string(problem.Reason), "_", " "))
		return literal{}
	}
	return literal{base{at: tok.at}, spatial(shape.Prepare(g))}
}
