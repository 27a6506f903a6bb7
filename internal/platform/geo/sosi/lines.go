package sosi

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// longestLine bounds a line; the format's own limit is far below.
const longestLine = 1 << 20

// lines reads a file line by line and knows where each begins.
type lines struct {
	r      *bufio.Reader
	offset int64 // of the next line
	number int   // of the line read last
	held   []byte
}

func newLines(r io.Reader, offset int64, number, ahead int) *lines {
	return &lines{r: bufio.NewReaderSize(r, ahead), offset: offset, number: number}
}

// How far a reading of the whole file and one of a single element reads ahead.
const (
	aheadFile    = 64 << 10
	aheadElement = 2 << 10
)

// next reads a line without its end; it is valid until the call after.
func (l *lines) next() ([]byte, error) {
	l.held = l.held[:0]
	for {
		piece, err := l.r.ReadSlice('\n')
		l.offset += int64(len(piece))
		if err == nil && len(l.held) == 0 {
			l.number++
			return bytes.TrimRight(piece, "\r\n"), nil
		}
		l.held = append(l.held, piece...)
		switch {
		case len(l.held) > longestLine:
			p := exchange.Wrong("line_long", "limit", longestLine>>20)
			p.Line = l.number + 1
			return nil, p.Fatal()
		case err == nil, errors.Is(err, io.EOF) && len(l.held) > 0:
			l.number++
			return bytes.TrimRight(l.held, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		default:
			return nil, err
		}
	}
}

// opens reports whether a line begins an element: one dot and a letter.
func opens(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return len(line) > 1 && line[0] == '.' && line[1] >= 'A' && line[1] <= 'Z'
}

// block is the text of one element.
type block struct {
	text   []string
	offset int64
	line   int // of its first line
}

// item is one piece of an element: its level (the number of dots), its name and
// what follows, over as many lines as it takes.
type item struct {
	level int
	name  string
	value string
	line  int
}

// items cuts an element into its pieces. The first is the element itself.
func (b block) items() []item {
	var all []item
	for i, line := range b.text {
		rest := uncomment(line)
		lead, pieces := cut(rest)
		if lead != "" && len(all) > 0 {
			into := continued(all)
			all[into].value = join(all[into].value, lead)
		}
		for _, piece := range pieces {
			piece.line = b.line + i
			all = append(all, piece)
		}
	}
	return all
}

// continued is the item that a line without dots goes on with: coordinates go on
// after what was said of a single point (...KP 1).
func continued(all []item) int {
	for i := len(all) - 1; i > 0 && all[i].level >= 2; i-- {
		if isPosition(all[i]) {
			return i
		}
		if all[i].level == 2 {
			break
		}
	}
	return len(all) - 1
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// isPosition reports whether an item holds coordinates: NØ, NØH, NØD …
func isPosition(i item) bool { return i.level == 2 && strings.HasPrefix(i.name, "NØ") }

// uncomment takes away what stands after an exclamation mark outside quotes.
func uncomment(line string) string {
	quote := rune(0)
	for i, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' && (i == 0 || line[i-1] == ' '):
			quote = r
		case r == '!':
			return line[:i]
		}
	}
	return line
}

// cut splits a line where dots begin a name. What stands before the first is
// the lead.
func cut(line string) (lead string, pieces []item) {
	quoted := false
	var at []int
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == '.' && !quoted && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') && begins(line[i:]):
			at = append(at, i)
		}
	}
	at = append(at, len(line))
	lead = strings.TrimSpace(line[:at[0]])
	for n := range len(at) - 1 {
		pieces = append(pieces, read(line[at[n]:at[n+1]]))
	}
	return lead, pieces
}

// begins reports whether dots and then a letter follow: ".5" is a number.
func begins(text string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "."))
	return unicode.IsLetter(r)
}

func read(text string) item {
	name := strings.TrimLeft(text, ".")
	level := len(text) - len(name)
	name, value := split(name)
	return item{level: level, name: name, value: value}
}

// split cuts off the first word.
func split(text string) (word, rest string) {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return strings.TrimSpace(text), ""
}

// unquote takes the quotes off a text; of several texts ("FKB" "4.0") each keeps its own. Quotes
// that stand twice within a text belong to it.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' && text[0] != '\'' || text[0] != text[len(text)-1] {
		return text
	}
	quote, inner := text[:1], text[1:len(text)-1]
	if strings.Contains(strings.ReplaceAll(inner, quote+quote, ""), quote) {
		return text
	}
	return inner
}
