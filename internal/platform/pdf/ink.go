package pdf

import (
	"fmt"
	"math"
	"strings"
)

// Ink is how a path is painted.
type Ink struct {
	// Fill and Stroke are colours; nil does not fill or does not stroke.
	Fill, Stroke *[3]uint8
	// Width is that of the line.
	Width float64
	// Dash is the lengths of stroke and gap in turn; empty is a solid line.
	Dash []float64
	// Round ends and joins lines in the round; otherwise ends are cut straight
	// and corners are mitred, sharp ones bevelled.
	Round bool
	// NonZero fills what the path winds around at all, otherwise what it winds
	// around an odd number of times.
	NonZero bool
}

func (i Ink) sound() bool {
	total := 0.0
	for _, d := range i.Dash {
		if !inRange(d, 0, 1000) {
			return false
		}
		total += d
	}
	return inRange(i.Width, 0, 1000) && len(i.Dash) <= 8 && (len(i.Dash) == 0 || total > 0)
}

// operator paints a path (ISO 32000-1, table 60).
func (i Ink) operator() string {
	op := "n"
	switch {
	case i.Fill != nil && i.Stroke != nil:
		op = "B"
	case i.Fill != nil:
		op = "f"
	case i.Stroke != nil:
		return "S\n"
	}
	if op != "n" && !i.NonZero {
		op += "*"
	}
	return op + "\n"
}

func (i Ink) dashes() string {
	list := make([]string, len(i.Dash))
	for n, d := range i.Dash {
		list[n] = num(d * mm)
	}
	return "[" + strings.Join(list, " ") + "] 0 d\n"
}

func (i Ink) ends() string {
	if i.Round {
		return "1 J 1 j\n"
	}
	return "0 J 0 j 4 M\n"
}

// letter shows a turned line of text with its middle at l.X, l.Y. Capitals of
// the Go fonts are 0.72 of the size high.
func (p *page) letter(fs *fonts, st *style, l Lettering, chars []char) {
	width := 0.0
	var hex strings.Builder
	for _, c := range chars {
		fmt.Fprintf(&hex, "%04X", fs[st.weight].id(c.r))
		width += c.w
	}
	if l.Halo == 0 {
		// The space keeps labels apart when they are copied or read as one text.
		fmt.Fprintf(&hex, "%04X", fs[st.weight].id(' '))
	}
	sin, cos := math.Sincos(l.Angle * math.Pi / 180)
	dx, dy := -width/2, -0.36*st.size
	x := l.X*mm + dx*cos - dy*sin
	y := p.height() - l.Y*mm + dx*sin + dy*cos
	mode, color := "", st.color.operands()+" rg"
	if l.Halo > 0 {
		mode = fmt.Sprintf("1 Tr %s w [] 0 d 1 J 1 j ", num(2*l.Halo*mm))
		color = st.color.operands() + " RG"
	}
	fmt.Fprintf(&p.buf, "%s BT %s/F%d %s Tf ", color, mode, st.weight, num(st.size))
	if l.Angle == 0 {
		fmt.Fprintf(&p.buf, "%s %s Td", num(x), num(y))
	} else {
		fmt.Fprintf(&p.buf, "%.5f %.5f %.5f %.5f %s %s Tm", cos, sin, -sin, cos, num(x), num(y))
	}
	reset := ""
	if l.Halo > 0 {
		reset = " 0 Tr"
	}
	fmt.Fprintf(&p.buf, " <%s> Tj ET%s\n", hex.String(), reset)
}
