package gml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// node is an element of one feature.
type node struct {
	space, name string
	attrs       []xml.Attr
	text        string
	raw         []byte // the text while it is being read
	kids        []*node
	line        int
}

// attr is the value of an attribute, whatever its namespace.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// only is the single child, nil when there are more or none.
func (n *node) only() *node {
	if len(n.kids) != 1 {
		return nil
	}
	return n.kids[0]
}

// tokens reads XML, counts depth and lines and refuses what is dangerous.
type tokens struct {
	decoder *xml.Decoder
	meter   *meter
	limits  exchange.Limits
	depth   int
}

func newTokens(r io.Reader, limits exchange.Limits) *tokens {
	m := &meter{r: r, limit: int64(limits.Feature) + 1<<20}
	d := xml.NewDecoder(m)
	d.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "utf-8", "utf8", "us-ascii":
			return input, nil
		default:
			return nil, errEncoding
		}
	}
	return &tokens{decoder: d, meter: m, limits: limits}
}

var (
	errEncoding = errors.New("gml: not UTF-8")
	errLarge    = errors.New("gml: feature over the limit")
)

// meter refuses to read more than a feature's bytes between two marks: a token
// is in memory as a whole, however long it is.
type meter struct {
	r           io.Reader
	read, since int64
	limit       int64
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.read += int64(n)
	if m.since += int64(n); m.since > m.limit {
		return 0, errLarge
	}
	return n, err
}

func (m *meter) mark() { m.since = 0 }

// next reads a token; nil at the end of the file.
func (t *tokens) next() (xml.Token, error) {
	for {
		token, err := t.decoder.Token()
		if errors.Is(err, io.EOF) && t.depth == 0 {
			return nil, io.EOF
		}
		if err != nil {
			return nil, t.explain(err)
		}
		switch token.(type) {
		case xml.StartElement:
			if t.depth++; t.depth > t.limits.Depth {
				return nil, t.fatal(exchange.Wrong("too_deep", "limit", t.limits.Depth))
			}
		case xml.EndElement:
			t.depth--
		case xml.Directive:
			return nil, t.fatal(exchange.Wrong("dtd_refused"))
		case xml.Comment, xml.ProcInst:
			continue
		}
		return token, nil
	}
}

// line is where the reading is.
func (t *tokens) line() int {
	line, _ := t.decoder.InputPos()
	return line
}

func (t *tokens) fatal(p *exchange.Problem) error {
	p.Line = t.line()
	return p.Fatal()
}

// explain turns an error of the XML reader into one with words.
func (t *tokens) explain(err error) error {
	syntax, isSyntax := errors.AsType[*xml.SyntaxError](err)
	switch {
	case errors.Is(err, errLarge):
		return t.fatal(exchange.Wrong("feature_large", "limit", t.limits.Feature>>20))
	case errors.Is(err, errEncoding):
		return t.fatal(exchange.Wrong("encoding_bad"))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isSyntax && strings.Contains(syntax.Msg, "unexpected EOF"):
		return t.fatal(exchange.Wrong("truncated"))
	case isSyntax && strings.Contains(syntax.Msg, "UTF-8"):
		return t.fatal(exchange.Wrong("encoding_bad"))
	case isSyntax && strings.Contains(syntax.Msg, "entity"):
		return t.fatal(exchange.Wrong("entity_refused"))
	case isSyntax:
		return t.fatal(exchange.Wrong("xml_bad"))
	case strings.Contains(err.Error(), "declared but Decoder.CharsetReader"), strings.HasPrefix(err.Error(), "xml: "):
		return t.fatal(exchange.Wrong("encoding_bad"))
	default:
		return err
	}
}

// mostNodes bounds the elements of one feature: each is some hundred bytes.
const mostNodes = 500_000

// tree reads the element that has just begun to its end.
func (t *tokens) tree(start xml.StartElement) (*node, error) {
	root := newNode(start, t.line())
	stack := []*node{root}
	for count := 0; ; {
		token, err := t.next()
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if count++; count > mostNodes {
				return nil, t.fatal(exchange.Wrong("feature_large", "limit", t.limits.Feature>>20))
			}
			kid := newNode(token, t.line())
			top.kids = append(top.kids, kid)
			stack = append(stack, kid)
		case xml.CharData:
			if len(top.kids) == 0 {
				top.raw = append(top.raw, token...)
			}
		case xml.EndElement:
			top.text, top.raw = string(top.raw), nil
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				return root, nil
			}
		}
	}
}

func newNode(start xml.StartElement, line int) *node {
	return &node{space: start.Name.Space, name: start.Name.Local, attrs: start.Attr, line: line}
}

// skip passes over the element that has just begun.
func (t *tokens) skip() error {
	for floor := t.depth - 1; t.depth > floor; {
		if _, err := t.next(); err != nil {
			return err
		}
	}
	return nil
}
