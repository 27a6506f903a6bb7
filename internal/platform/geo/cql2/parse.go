package cql2

import (
	"strconv"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// What a filter may be at the most.
const (
	MaxBytes = 64 << 10
	MaxDepth = 100
	MaxTerms = 5000
)

// Options say how a filter is read.
type Options struct {
	// Project takes the coordinates of shapes in the text, as they are written,
	// to the system and order of the features (filter-crs); nil leaves them.
	Project crs.Func
}

// Parse reads a filter. An error is an *Error.
func Parse(text string, o Options) (*Filter, error) {
	if len(text) > MaxBytes {
		return nil, &Error{Code: TooLong, At: -1, Detail: "at most " + strconv.Itoa(MaxBytes) + " bytes"}
	}
	p := &parser{text: text, options: o}
	p.next()
	root := p.or()
	if p.err == nil && p.tok.kind != atEnd {
		p.fail(Syntax, "the end")
	}
	if p.err == nil {
		p.want(root, Bool)
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Filter{root: root, text: text}, nil
}

// parser goes down from the operators that bind least. After a failure the
// token is the end, so that every loop stops.
type parser struct {
	text    string
	options Options
	tok     token
	depth   int
	terms   int
	err     error
}

func (p *parser) fail(code Code, detail string) { p.failAt(code, p.tok.at, detail) }

func (p *parser) failAt(code Code, at int, detail string) {
	if p.err == nil {
		p.err = &Error{Code: code, At: at, Near: excerpt(p.text, at), Detail: detail}
	}
	p.tok = token{kind: atEnd, at: len(p.text), end: len(p.text)}
}

func (p *parser) next() {
	if p.err != nil {
		return
	}
	p.tok = scan(p.text, p.tok.end)
	if p.terms++; p.terms > MaxTerms {
		p.fail(TooManyTerms, "at most "+strconv.Itoa(MaxTerms)+" terms")
	}
}

// take goes past a sign, if it stands there.
func (p *parser) take(sign string) bool {
	if !p.tok.sign(sign) {
		return false
	}
	p.next()
	return true
}

// takeWord goes past a keyword, if it stands there.
func (p *parser) takeWord(keyword string) bool {
	if !p.tok.is(keyword) {
		return false
	}
	p.next()
	return true
}

func (p *parser) need(sign string) {
	if !p.take(sign) {
		p.fail(Syntax, sign)
	}
}

// deeper counts levels: it is called where the parser calls itself.
func (p *parser) deeper(read func() node) node {
	if p.depth++; p.depth > MaxDepth {
		p.fail(TooDeep, "at most "+strconv.Itoa(MaxDepth)+" levels")
		return literal{}
	}
	n := read()
	p.depth--
	return n
}

// want refuses a part that is known to be of another type.
func (p *parser) want(n node, t Type) {
	if p.err == nil && n.kind() != t && n.kind() != anything {
		p.failAt(WrongType, n.offset(), t.String()+" expected, not "+n.kind().String())
	}
	if l, ok := n.(literal); ok && p.err == nil && l.v.missing() {
		p.failAt(Syntax, n.offset(), t.String())
	}
}

// alike refuses parts that are known to be of different types, or of shapes,
// which have no order.
func (p *parser) alike(parts ...node) {
	if err := alikeIn(p.text, parts); err != nil && p.err == nil {
		p.failAt(err.Code, err.At, err.Detail)
	}
}

func alikeIn(text string, parts []node) *Error {
	known := anything
	for _, n := range parts {
		switch k := n.kind(); {
		case k == Shape:
			return &Error{WrongType, n.offset(), excerpt(text, n.offset()), "geometry has no order"}
		case k == anything:
		case known == anything:
			known = k
		case k != known:
			return &Error{WrongType, n.offset(), excerpt(text, n.offset()), known.String() + " expected, not " + k.String()}
		}
	}
	return nil
}

func (p *parser) or() node { return p.chain("OR", false, p.and) }

func (p *parser) and() node { return p.chain("AND", true, p.not) }

func (p *parser) chain(keyword string, all bool, part func() node) node {
	first := part()
	if !p.tok.is(keyword) {
		return first
	}
	parts := []node{first}
	for p.takeWord(keyword) {
		parts = append(parts, part())
	}
	for _, n := range parts {
		p.want(n, Bool)
	}
	return logic{base{first.offset(), parts}, all}
}

func (p *parser) not() node {
	at := p.tok.at
	if !p.takeWord("NOT") {
		return p.predicate()
	}
	inner := p.deeper(p.not)
	p.want(inner, Bool)
	return not{base{at, []node{inner}}}
}

// predicate is an expression, and what is said of it.
func (p *parser) predicate() node {
	left := p.sum()
	if p.tok.kind == symbol {
		switch op := p.tok.text; op {
		case "=", "<>", "<", ">", "<=", ">=":
			p.next()
			right := p.sum()
			p.alike(left, right)
			return comparison{base{left.offset(), []node{left, right}}, op}
		}
		return left
	}
	if p.takeWord("IS") {
		turned := p.takeWord("NOT")
		if !p.takeWord("NULL") {
			p.fail(Syntax, "NULL")
		}
		return negated(turned, isNull{base{left.offset(), []node{left}}})
	}
	turned := p.takeWord("NOT")
	switch {
	case p.takeWord("LIKE"):
		pattern := p.sum()
		p.want(left, Text)
		p.want(pattern, Text)
		return negated(turned, newLike(left, pattern))
	case p.takeWord("BETWEEN"):
		low := p.sum()
		if !p.takeWord("AND") {
			p.fail(Syntax, "AND")
		}
		parts := []node{left, low, p.sum()}
		p.alike(parts...)
		return negated(turned, between{base{left.offset(), parts}})
	case p.takeWord("IN"):
		p.need("(")
		parts := append([]node{left}, p.list(p.sum)...)
		p.alike(parts...)
		return negated(turned, in{base{left.offset(), parts}})
	case turned:
		p.fail(Syntax, "LIKE, BETWEEN or IN")
	}
	return left
}

func negated(turned bool, n node) node {
	if turned {
		return not{base{n.offset(), []node{n}}}
	}
	return n
}

// list reads the rest of a list in brackets, the opening one having been read.
func (p *parser) list(one func() node) []node {
	var all []node
	for {
		all = append(all, p.deeper(one))
		if p.err != nil || !p.take(",") {
			break
		}
	}
	p.need(")")
	return all
}

func (p *parser) sum() node { return p.operators(p.product, "+", "-") }

func (p *parser) product() node { return p.operators(p.power, "*", "/", "%", "DIV") }

func (p *parser) power() node { return p.operators(p.sign, "^") }

func (p *parser) operators(part func() node, ops ...string) node {
	left := part()
	for {
		op := ""
		for _, one := range ops {
			if p.tok.sign(one) || p.tok.is(one) {
				op = one
			}
		}
		if op == "" {
			return left
		}
		p.next()
		right := part()
		p.want(left, Number)
		p.want(right, Number)
		left = arithmetic{base{left.offset(), []node{left, right}}, op}
	}
}

func (p *parser) sign() node {
	at := p.tok.at
	switch {
	case p.take("+"):
		return p.deeper(p.sign)
	case p.take("-"):
		inner := p.deeper(p.sign)
		p.want(inner, Number)
		if l, ok := inner.(literal); ok {
			return literal{base{at: at}, numeric(-l.v.num)}
		}
		return arithmetic{base{at, []node{literal{base{at: at}, numeric(0)}, inner}}, "-"}
	default:
		return p.primary()
	}
}
