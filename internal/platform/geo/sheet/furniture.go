package sheet

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/pdf"
)

// scaleBar is a bar of five pieces on the map.
type scaleBar struct {
	at    orb.Point // its left end
	step  float64   // metres of a piece
	piece float64   // units of a piece
	high  float64
	panel orb.Bound // what lies behind it
	words []string  // at the joints
}

// nice is the largest of 1, 2, 2.5 and 5 times a power of ten that is at most v.
func nice(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{5, 2.5, 2} {
		if m*power <= v*(1+1e-9) {
			return m * power
		}
	}
	return power
}

// number writes a number as short as it is, with a comma for those who use it.
func number(v float64, comma bool) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if comma {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// bar places a scale bar in the lower left corner, no longer than so many
// millimetres.
func (v view) bar(longest float64, metre string, comma bool) scaleBar {
	total := nice(longest * v.mm / v.k)
	pad := 1.6 * v.mm
	b := scaleBar{step: total / 5, piece: total * v.k / 5, high: 1.1 * v.mm}
	text := barText * v.mm
	left, bottom := v.x+2*v.mm, v.y+v.h-2*v.mm
	end := number(total, comma) + "\u00a0" + metre
	b.panel = orb.Bound{
		Min: orb.Point{left, bottom - b.high - text - 2.4*pad},
		Max: orb.Point{left + 5*b.piece + 2*pad + textWidth(end, text) + text, bottom},
	}
	b.at = orb.Point{left + pad + 0.3*text, bottom - pad}
	for i := range 6 {
		b.words = append(b.words, number(float64(i)*b.step, comma))
	}
	b.words[5] = end
	return b
}

func textWidth(s string, size float64) float64 { return pdf.TextWidth(s, size, false, false) }

// barText is the size of the numbers at the scale bar, in millimetres.
const barText = 2.3

// corner is the box of the north arrow in the upper right corner.
func (v view) corner() orb.Bound {
	return orb.Bound{
		Min: orb.Point{v.x + v.w - 11*v.mm, v.y + 2*v.mm},
		Max: orb.Point{v.x + v.w - 2*v.mm, v.y + 15*v.mm},
	}
}

// arrowHalves are the dark and the light half of the north arrow.
func arrowHalves(b orb.Bound, mm float64) (dark, light orb.Ring) {
	x, top, bottom := b.Center()[0], b.Min[1]+4*mm, b.Max[1]-1*mm
	notch := bottom - 2*mm
	return orb.Ring{{x, top}, {x - 2.6*mm, bottom}, {x, notch}, {x, top}},
		orb.Ring{{x, top}, {x + 2.6*mm, bottom}, {x, notch}, {x, top}}
}

// northLetter is the letter at the north arrow, the same in the three languages.
const northLetter = "N"

// screenFurniture is scale bar and north arrow of a picture.
type screenFurniture struct {
	v    view
	bare bool
	bar  scaleBar
}

func (v view) screenFurniture(p Picture) screenFurniture {
	metre := p.Metre
	if metre == "" {
		metre = "m"
	}
	return screenFurniture{v: v, bare: p.Bare, bar: v.bar(min(40, v.w/v.mm/3), metre, true)}
}

func (f screenFurniture) places() []orb.Bound {
	if f.bare {
		return nil
	}
	return []orb.Bound{f.bar.panel, f.v.corner()}
}

const ink = "#1a1a1a"

func (f screenFurniture) svg(s *svg) {
	if f.bare {
		return
	}
	dark, light := arrowHalves(f.v.corner(), f.v.mm)
	for _, b := range f.places() {
		fmt.Fprintf(&s.b, `<rect class="drawn-panel" x="%s" y="%s" width="%s" height="%s" rx="3" fill="#ffffff"/>`,
			tenth(b.Min[0]*10), tenth(b.Min[1]*10), tenth((b.Max[0]-b.Min[0])*10), tenth((b.Max[1]-b.Min[1])*10))
	}
	furniture := Style{Name: "ink"}
	full, line := ` fill="`+ink+`"`, ` stroke="`+ink+`" stroke-width="1"`
	s.path(furniture, "", full, nil, orb.MultiPolygon{{dark}})
	s.path(furniture, "line", ` fill="none"`+line, nil, orb.MultiPolygon{{light}})
	odd, even := f.bar.pieces()
	s.path(furniture, "", full, nil, odd)
	s.path(furniture, "line", ` fill="none"`+line, nil, even)
	fmt.Fprintf(&s.b, `<g class="drawn-ink" fill="%s" text-anchor="middle" font-size="%s">`, ink, tenth(barText*f.v.mm*10))
	c := f.v.corner()
	fmt.Fprintf(&s.b, `<text x="%s" y="%s" font-weight="bold">%s</text>`, tenth(c.Center()[0]*10), tenth((c.Min[1]+3.2*f.v.mm)*10), northLetter)
	for i, at := range f.bar.joints() {
		if i == 0 || i == 5 {
			fmt.Fprintf(&s.b, `<text x="%s" y="%s">%s</text>`, tenth(at[0]*10), tenth(at[1]*10), escape(f.bar.words[i]))
		}
	}
	s.b.WriteString("</g>")
}

// pieces are the dark and the light pieces of the bar.
func (b scaleBar) pieces() (odd, even orb.MultiPolygon) {
	for i := range 5 {
		x0, x1 := b.at[0]+float64(i)*b.piece, b.at[0]+float64(i+1)*b.piece
		y0, y1 := b.at[1]-b.high, b.at[1]
		piece := orb.Polygon{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}
		if i%2 == 0 {
			odd = append(odd, piece)
		} else {
			even = append(even, piece)
		}
	}
	return odd, even
}

// joints are where the numbers stand: on the line above the bar.
func (b scaleBar) joints() [6]orb.Point {
	var out [6]orb.Point
	for i := range out {
		out[i] = orb.Point{b.at[0] + float64(i)*b.piece, b.at[1] - 1.9*b.high}
	}
	return out
}
