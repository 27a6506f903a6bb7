package geojson

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// parser reads one value that the scanner has cut.
type parser struct {
	text     []byte
	at       int
	depth    int
	vertices int
	heights  bool // a third coordinate was met
	limits   exchange.Limits
}

func (p *parser) unexpected() *exchange.Problem {
	if p.at >= len(p.text) {
		return exchange.Wrong("truncated")
	}
	r, _ := utf8.DecodeRune(p.text[p.at:])
	return exchange.Wrong("json_unexpected", "found", string(r))
}

// next skips white space and shows the next byte, 0 at the end.
func (p *parser) next() byte {
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (p *parser) expect(want byte) *exchange.Problem {
	if p.next() != want {
		return p.unexpected()
	}
	p.at++
	return nil
}

// down goes one level deeper; every call has its up.
func (p *parser) down() *exchange.Problem {
	if p.depth++; p.depth > p.limits.Depth {
		return exchange.Wrong("too_deep", "limit", p.limits.Depth)
	}
	return nil
}

func (p *parser) up() { p.depth-- }

// object reads the members of an object; member must read the value.
func (p *parser) object(member func(name []byte) *exchange.Problem) *exchange.Problem {
	return p.list('{', '}', func() *exchange.Problem {
		name, wrong := p.stringBytes()
		if wrong != nil {
			return wrong
		}
		if wrong := p.expect(':'); wrong != nil {
			return wrong
		}
		return member(name)
	})
}

// list reads what stands between two brackets, with commas between.
func (p *parser) list(opening, closing byte, item func() *exchange.Problem) *exchange.Problem {
	if wrong := p.expect(opening); wrong != nil {
		return wrong
	}
	if wrong := p.down(); wrong != nil {
		return wrong
	}
	defer p.up()
	if p.next() == closing {
		p.at++
		return nil
	}
	for {
		if wrong := item(); wrong != nil {
			return wrong
		}
		switch p.next() {
		case ',':
			p.at++
		case closing:
			p.at++
			return nil
		default:
			return p.unexpected()
		}
	}
}

// skip passes over a value and checks its grammar.
func (p *parser) skip() *exchange.Problem {
	switch c := p.next(); c {
	case '{':
		return p.object(func([]byte) *exchange.Problem { return p.skip() })
	case '[':
		return p.list('[', ']', p.skip)
	default:
		_, wrong := p.scalar()
		return wrong
	}
}

// scalar reads text, number, true, false or null.
func (p *parser) scalar() (any, *exchange.Problem) {
	switch c := p.next(); {
	case c == '"':
		text, wrong := p.stringBytes()
		return string(text), wrong
	case c == '-' || c >= '0' && c <= '9':
		return p.numberValue()
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	case p.word("null"):
		return nil, nil
	default:
		return nil, p.unexpected()
	}
}

func (p *parser) word(word string) bool {
	if !bytes.HasPrefix(p.text[p.at:], []byte(word)) {
		return false
	}
	p.at += len(word)
	return true
}

// token cuts a number, as the grammar of JSON has it (RFC 8259 section 6).
func (p *parser) token() (text []byte, whole bool, wrong *exchange.Problem) {
	p.next()
	start := p.at
	whole = true
	for ; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c >= '0' && c <= '9', c == '-':
		case c == '.', c == 'e', c == 'E', c == '+':
			whole = false
		default:
			return p.cut(start, whole)
		}
	}
	return p.cut(start, whole)
}

func (p *parser) cut(start int, whole bool) ([]byte, bool, *exchange.Problem) {
	text := p.text[start:p.at]
	digits := bytes.TrimPrefix(text, []byte{'-'})
	switch {
	case len(digits) == 0 || digits[0] < '0' || digits[0] > '9':
		p.at = start
		return nil, false, p.unexpected()
	case len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9', digits[len(digits)-1] == '.':
		return nil, false, exchange.Wrong("number_bad", "value", string(text))
	}
	return text, whole, nil
}

func (p *parser) number() (float64, *exchange.Problem) {
	text, _, wrong := p.token()
	if wrong != nil {
		return 0, wrong
	}
	return float(text)
}

func float(text []byte) (float64, *exchange.Problem) {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, exchange.Wrong("number_bad", "value", short(text))
	}
	return v, nil
}

// short keeps a message short.
func short(text []byte) string {
	if len(text) > 40 {
		return string(text[:40]) + "…"
	}
	return string(text)
}

func (p *parser) numberValue() (any, *exchange.Problem) {
	text, whole, wrong := p.token()
	if wrong != nil {
		return nil, wrong
	}
	if whole {
		if v, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			return v, nil
		}
	}
	return float(text)
}

// stringBytes reads text; what it returns may be part of the file's bytes.
func (p *parser) stringBytes() ([]byte, *exchange.Problem) {
	if wrong := p.expect('"'); wrong != nil {
		return nil, wrong
	}
	end := bytes.IndexAny(p.text[p.at:], `"\`)
	if end >= 0 && p.text[p.at+end] == '"' {
		text := p.text[p.at : p.at+end]
		p.at += end + 1
		return text, p.readable(text)
	}
	var text []byte
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case '"':
			p.at++
			return text, p.readable(text)
		case '\\':
			var wrong *exchange.Problem
			if text, wrong = p.escape(text); wrong != nil {
				return nil, wrong
			}
		default:
			text = append(text, c)
			p.at++
		}
	}
	return nil, exchange.Wrong("truncated")
}

// readable refuses what is not UTF-8 and the zero that no database keeps.
func (p *parser) readable(text []byte) *exchange.Problem {
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return exchange.Wrong("encoding_bad")
	}
	return nil
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *parser) escape(text []byte) ([]byte, *exchange.Problem) {
	if p.at+1 >= len(p.text) {
		return nil, exchange.Wrong("truncated")
	}
	c := p.text[p.at+1]
	if c == 'u' {
		return p.unicode(text)
	}
	plain, ok := escapes[c]
	if !ok {
		return nil, p.unexpected()
	}
	p.at += 2
	return append(text, plain), nil
}

func (p *parser) unicode(text []byte) ([]byte, *exchange.Problem) {
	first, ok := p.hex()
	if !ok {
		return nil, p.unexpected()
	}
	if utf16.IsSurrogate(first) {
		second, ok := p.hex()
		if first = utf16.DecodeRune(first, second); !ok || first == utf8.RuneError {
			return nil, exchange.Wrong("encoding_bad")
		}
	}
	return utf8.AppendRune(text, first), nil
}

func (p *parser) hex() (rune, bool) {
	if p.at+6 > len(p.text) || p.text[p.at] != '\\' || p.text[p.at+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(p.text[p.at+2:p.at+6]), 16, 32)
	if err != nil {
		return 0, false
	}
	p.at += 6
	return rune(v), true
}
