package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// A small reader of PDF files for the tests. It shares nothing with the
// writer, and knows only the forms the writer uses.
type (
	pdfName   string
	pdfString string
	pdfRef    int
	pdfDict   map[string]any
	pdfOp     string
	pdfStream struct {
		dict pdfDict
		data []byte
	}
)

// parsed is a file that was read.
type parsed struct {
	objects map[pdfRef]any
	trailer pdfDict
}

// lexer reads objects and operators.
type lexer struct {
	b  []byte
	at int
}

var (
	isRef    = regexp.MustCompile(`^(\d+) 0 R\b`)
	isNumber = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)`)
	isWord   = regexp.MustCompile(`^[A-Za-z'"*][A-Za-z0-9'"*]*`)
	isName   = regexp.MustCompile(`^/[A-Za-z0-9_+.:-]+`)
)

func (l *lexer) space() {
	for l.at < len(l.b) && bytes.IndexByte([]byte(" \n\r\t\x00\f"), l.b[l.at]) >= 0 {
		l.at++
	}
}

// value reads the next object; io.EOF when there is none.
func (l *lexer) value() (any, error) {
	l.space()
	rest := l.b[l.at:]
	switch {
	case len(rest) == 0:
		return nil, io.EOF
	case bytes.HasPrefix(rest, []byte("<<")):
		l.at += 2
		return l.dict()
	case rest[0] == '[':
		l.at++
		return l.array()
	case rest[0] == '(':
		return l.literal()
	case rest[0] == '<':
		end := bytes.IndexByte(rest, '>')
		if end < 0 {
			return nil, fmt.Errorf("open hex string at %d", l.at)
		}
		l.at += end + 1
		raw, err := hex.DecodeString(string(rest[1:end]))
		return pdfString(raw), err
	}
	return l.scalar(rest)
}

func (l *lexer) scalar(rest []byte) (any, error) {
	if m := isRef.FindSubmatch(rest); m != nil {
		l.at += len(m[0])
		n, err := strconv.Atoi(string(m[1]))
		return pdfRef(n), err
	}
	if m := isName.Find(rest); m != nil {
		l.at += len(m)
		return pdfName(m[1:]), nil
	}
	if m := isNumber.Find(rest); m != nil {
		l.at += len(m)
		return strconv.ParseFloat(string(m), 64)
	}
	if m := isWord.Find(rest); m != nil {
		l.at += len(m)
		switch string(m) {
		case "true", "false":
			return string(m) == "true", nil
		}
		return pdfOp(m), nil
	}
	return nil, fmt.Errorf("unexpected %q at %d", rest[:min(10, len(rest))], l.at)
}

func (l *lexer) dict() (any, error) {
	out := pdfDict{}
	for {
		l.space()
		if bytes.HasPrefix(l.b[l.at:], []byte(">>")) {
			l.at += 2
			return out, nil
		}
		key, err := l.value()
		if err != nil {
			return nil, fmt.Errorf("dictionary: %w", err)
		}
		name, ok := key.(pdfName)
		if !ok {
			return nil, fmt.Errorf("dictionary key %v at %d", key, l.at)
		}
		if _, twice := out[string(name)]; twice {
			return nil, fmt.Errorf("key %s twice", name)
		}
		if out[string(name)], err = l.value(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) array() (any, error) {
	out := []any{}
	for {
		l.space()
		if l.at < len(l.b) && l.b[l.at] == ']' {
			l.at++
			return out, nil
		}
		v, err := l.value()
		if err != nil {
			return nil, fmt.Errorf("array: %w", err)
		}
		out = append(out, v)
	}
}

func (l *lexer) literal() (any, error) {
	var out []byte
	for depth := 0; l.at < len(l.b); {
		c := l.b[l.at]
		l.at++
		switch c {
		case '\\':
			out = append(out, l.b[l.at])
			l.at++
			continue
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				return pdfString(out), nil
			}
		}
		out = append(out, c)
	}
	return nil, io.ErrUnexpectedEOF
}

// text decodes a text string.
func (s pdfString) text() string {
	raw := string(s)
	if !strings.HasPrefix(raw, "\xfe\xff") {
		return raw
	}
	var units []uint16
	for i := 2; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

// parse reads a file by its cross-reference table and finds every object
// where the table says.
func parse(data []byte) (*parsed, error) {
	if !bytes.HasPrefix(data, []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")) || !bytes.HasSuffix(data, []byte("%%EOF\n")) {
		return nil, fmt.Errorf("no header or end mark")
	}
	var start, size int
	tail := data[bytes.LastIndex(data, []byte("startxref")):]
	if _, err := fmt.Sscanf(string(tail), "startxref\n%d\n", &start); err != nil || start > len(data) {
		return nil, fmt.Errorf("startxref at %d of %d: %w", start, len(data), errors.Join(err, io.ErrUnexpectedEOF))
	}
	if _, err := fmt.Sscanf(string(data[start:]), "xref\n0 %d\n0000000000 65535 f \n", &size); err != nil {
		return nil, fmt.Errorf("xref: %w", err)
	}
	p := &parsed{objects: map[pdfRef]any{}}
	table := data[start+bytes.Index(data[start:], []byte("f \n"))+3:]
	end := len("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for n := 1; n < size; n++ {
		offset, err := strconv.Atoi(string(table[20*(n-1) : 20*(n-1)+10]))
		if err != nil || offset != end {
			return nil, fmt.Errorf("object %d is said to be at %d, expected %d: %w", n, offset, end, err)
		}
		if end, err = p.object(data, pdfRef(n), offset); err != nil {
			return nil, fmt.Errorf("object %d: %w", n, err)
		}
	}
	if end != start {
		return nil, fmt.Errorf("objects end at %d, xref is at %d", end, start)
	}
	return p, p.readTrailer(table[20*(size-1):], size)
}

func (p *parsed) readTrailer(b []byte, size int) error {
	l := &lexer{b: bytes.TrimPrefix(b, []byte("trailer\n"))}
	v, err := l.value()
	if err != nil {
		return fmt.Errorf("trailer: %w", err)
	}
	p.trailer, _ = v.(pdfDict)
	if p.trailer["Size"] != float64(size) {
		return fmt.Errorf("trailer size %v for %d objects", p.trailer["Size"], size)
	}
	return nil
}

// object reads one indirect object and returns where it ends.
func (p *parsed) object(data []byte, n pdfRef, at int) (int, error) {
	head := fmt.Sprintf("%d 0 obj\n", n)
	if !bytes.HasPrefix(data[at:], []byte(head)) {
		return 0, fmt.Errorf("not at %d", at)
	}
	l := &lexer{b: data, at: at + len(head)}
	v, err := l.value()
	if err != nil {
		return 0, err
	}
	if bytes.HasPrefix(data[l.at:], []byte("\nstream\n")) {
		if v, err = l.stream(v.(pdfDict)); err != nil {
			return 0, err
		}
	}
	p.objects[n] = v
	if !bytes.HasPrefix(data[l.at:], []byte("\nendobj\n")) {
		return 0, fmt.Errorf("no endobj at %d", l.at)
	}
	return l.at + len("\nendobj\n"), nil
}

func (l *lexer) stream(d pdfDict) (any, error) {
	n, _ := d["Length"].(float64)
	from := l.at + len("\nstream\n")
	to := from + int(n)
	if to > len(l.b) || !bytes.HasPrefix(l.b[to:], []byte("\nendstream")) {
		return nil, fmt.Errorf("stream length %v is wrong", d["Length"])
	}
	l.at = to + len("\nendstream")
	if d["Filter"] != pdfName("FlateDecode") {
		return pdfStream{d, l.b[from:to]}, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(l.b[from:to]))
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	data, err := io.ReadAll(z)
	return pdfStream{d, data}, err
}

// get follows references.
func (p *parsed) get(v any) any {
	for {
		r, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = p.objects[r]
	}
}

// dict is the dictionary v leads to, also a stream's; empty if there is none.
func (p *parsed) dict(v any) pdfDict {
	switch d := p.get(v).(type) {
	case pdfDict:
		return d
	case pdfStream:
		return d.dict
	}
	return pdfDict{}
}

// list is the array v leads to.
func (p *parsed) list(v any) []any {
	l, _ := p.get(v).([]any)
	return l
}

// textOf is the text string v leads to.
func (p *parsed) textOf(v any) string {
	s, _ := p.get(v).(pdfString)
	return s.text()
}

func (p *parsed) root() pdfDict { return p.dict(p.trailer["Root"]) }
