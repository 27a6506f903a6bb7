package pdf

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// style is how a span looks and where its content belongs. A span's style is
// made anew for each layout, since owner is filled in as it is written.
type style struct {
	weight        weight
	size, leading float64
	color         rgb
	link, linkAlt string
	lang          string
	owner         *elem // the Link or Span element once it exists
}

// char is one character to be shown.
type char struct {
	r     rune
	st    *style
	w     float64 // in points
	solid bool    // no break after it although it looks like a hyphen
}

type line []char

// width is the line's width without the spaces at its end.
func (l line) width() float64 {
	var total, spaces float64
	for _, c := range l {
		if c.r == ' ' {
			spaces += c.w
			continue
		}
		total, spaces = total+spaces+c.w, 0
	}
	return total
}

// chars measures spans in the given base style.
func (f *flow) chars(spans []Span, base style) []char {
	var out []char
	for _, s := range spans {
		st := base
		if s.Bold || s.Italic {
			st.weight = weightOf(s.Bold || base.weight == bold, s.Italic)
		}
		st.lang = s.Lang
		if s.Link != "" && !isBlank([]Span{s}) { // a link that shows nothing cannot be followed
			st.link, st.linkAlt, st.color = asciiURI(s.Link), linkAlt(s), f.color
		}
		out = append(out, f.measure(clean(s.Text), &st)...)
	}
	return trimChars(out)
}

func linkAlt(s Span) string {
	for _, alt := range []string{s.LinkAlt, s.Text, s.Link} {
		if alt = oneLine(alt); alt != "" {
			return trimTo(alt, maxField)
		}
	}
	return s.Link
}

// asciiURI percent-encodes what may not stand in a URI action (ISO 32000-1,
// 12.6.4.7: 7-bit ASCII), such as ø in a path.
func asciiURI(link string) string {
	var b strings.Builder
	for i := range len(link) {
		if c := link[i]; c <= ' ' || c > '~' || strings.IndexByte(`"<>\^{|}`+"`", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(link[i])
	}
	return b.String()
}

func (f *flow) measure(text string, st *style) []char {
	out := make([]char, 0, len(text))
	for _, r := range text {
		c := char{r: r, st: st}
		if r == nonBreakingHyp {
			c.r, c.solid = '-', true
		}
		if r != '\n' {
			c.w = float64(f.fonts[st.weight].advance(c.r)) * st.size / 1000
		}
		out = append(out, c)
	}
	return out
}

// trimChars drops white space around a text.
func trimChars(cs []char) []char {
	for len(cs) > 0 && (cs[0].r == ' ' || cs[0].r == '\n') {
		cs = cs[1:]
	}
	for len(cs) > 0 && (cs[len(cs)-1].r == ' ' || cs[len(cs)-1].r == '\n') {
		cs = cs[:len(cs)-1]
	}
	return cs
}

// breakLines fills lines of the given width. A word that is wider is broken
// where it must. Spaces hang over the end, and a line feed becomes a space, so
// that words stay apart when the text is read aloud or copied.
func breakLines(cs []char, width float64) []line {
	var out []line
	start, last, x := 0, 0, 0.0
	for i := 0; i < len(cs); i++ {
		switch {
		case cs[i].r == '\n':
			cs[i].r = ' '
			out = append(out, cs[start:i+1])
			start, last, x = i+1, i+1, 0
			continue
		case cs[i].r != ' ' && x+cs[i].w > width && i > start:
			if last <= start {
				last = i
			}
			out = append(out, cs[start:last])
			start, x = last, 0
			i = last - 1
			continue
		}
		x += cs[i].w
		if breaksAfter(cs, i) {
			last = i + 1
		}
	}
	if start < len(cs) {
		out = append(out, cs[start:])
	}
	return out
}

// breaksAfter reports whether a line may end after character i: at a space
// (but not between § and its number), after a hyphen between letters, after a
// slash in an address.
func breaksAfter(cs []char, i int) bool {
	if cs[i].r == ' ' {
		return i == 0 || cs[i-1].r != '§'
	}
	if i == 0 || i+1 >= len(cs) || cs[i].solid {
		return false
	}
	before, after := cs[i-1].r, cs[i+1].r
	switch cs[i].r {
	case '-':
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	case '/':
		return before != '/' && after != '/' && unicode.IsLetter(before)
	}
	return false
}

// shows reports whether the line has more than spaces.
func (l line) shows() bool {
	return slices.ContainsFunc(l, func(c char) bool { return c.r != ' ' })
}

// isBlank reports whether spans show nothing.
func isBlank(spans []Span) bool {
	for _, s := range spans {
		if strings.Trim(clean(s.Text), " \n") != "" {
			return false
		}
	}
	return true
}
