package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// ref is the number of an indirect object.
type ref int

// String returns the reference as it stands in a PDF file.
func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// file collects the indirect objects of a PDF file (ISO 32000-1, 7.5).
type file struct {
	bodies [][]byte
}

// reserve returns the number of an object whose content comes later.
func (f *file) reserve() ref {
	f.bodies = append(f.bodies, nil)
	return ref(len(f.bodies))
}

// put sets the content of a reserved object.
func (f *file) put(r ref, body string) { f.bodies[r-1] = []byte(body) }

// add appends an object.
func (f *file) add(body string) ref {
	r := f.reserve()
	f.put(r, body)
	return r
}

// addStream appends a stream, compressed. The dictionary entries are given
// without brackets.
func (f *file) addStream(entries string, data []byte) (ref, error) {
	z, err := deflate(data)
	if err != nil {
		return 0, err
	}
	return f.addRaw(entries+deflated, z), nil
}

// deflated is the entry of a compressed stream.
const deflated = " /Filter /FlateDecode"

// compressors are kept: each holds a megabyte.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}

func deflate(data []byte) ([]byte, error) {
	zip, ok := compressors.Get().(*zlib.Writer)
	if !ok {
		return nil, errors.New("compress stream: no compressor")
	}
	defer compressors.Put(zip)
	var z bytes.Buffer
	zip.Reset(&z)
	if _, err := zip.Write(data); err != nil {
		return nil, fmt.Errorf("compress stream: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("compress stream: %w", err)
	}
	return z.Bytes(), nil
}

// addRaw appends a stream as it is.
func (f *file) addRaw(entries string, data []byte) ref {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<<%s /Length %d>>\nstream\n", entries, len(data))
	b.Write(data)
	b.WriteString("\nendstream")
	r := f.reserve()
	f.bodies[r-1] = b.Bytes()
	return r
}

// writeTo writes the file with its cross-reference table. The identifier is a
// digest of everything before it, so the same letter keeps its identifier.
func (f *file) writeTo(w io.Writer, root, info ref) error {
	var b bytes.Buffer
	// The bytes above 127 tell transfer programs that the file is binary
	// (ISO 19005-2, 6.1.2).
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(f.bodies))
	for i, body := range f.bodies {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, body)
	}
	sum := sha256.Sum256(b.Bytes())
	id := hex.EncodeToString(sum[:16])
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.bodies)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %s /Info %s /ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(f.bodies)+1, root, info, id, id, start)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write pdf: %w", err)
	}
	return nil
}

// str encodes a text string (ISO 32000-1, 7.9.2.2): plain for ASCII, UTF-16
// with byte order mark otherwise.
func str(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return utf16Hex(s)
		}
	}
	b.WriteByte('(')
	for i := range len(s) {
		if c := s[i]; c == '(' || c == ')' || c == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte(')')
	return b.String()
}

func utf16Hex(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}

// num writes a number as short as two decimals allow; PDF knows no exponents.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}
