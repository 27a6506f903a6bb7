package sheet

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/pdf"
)

// gridStep is the distance of the lines of the grid in metres, about 50 mm on
// paper.
func (s *printed) gridStep() float64 { return nice(float64(s.scale) * 0.05) }

// gridLines are the multiples of the step from low to high.
func gridLines(low, high, step float64) []float64 {
	var out []float64
	for n := math.Ceil(low / step); n*step <= high; n++ {
		out = append(out, n*step)
	}
	return out
}

// crosses marks the crossings of the grid within the map.
func (s *printed) crosses(p *pdf.Pen) {
	const arm = 1.5
	b, step := s.view.box, s.gridStep()
	for _, east := range gridLines(b.Min[0], b.Max[0], step) {
		for _, north := range gridLines(b.Min[1], b.Max[1], step) {
			at := s.view.at(orb.Point{east, north})
			p.Move(at[0]-arm, at[1])
			p.Line(at[0]+arm, at[1])
			p.Move(at[0], at[1]-arm)
			p.Line(at[0], at[1]+arm)
		}
	}
	p.Paint(pdf.Ink{Stroke: &[3]uint8{60, 60, 60}, Width: 0.12})
}

// frame draws the frame, the ticks of the grid with their coordinates around
// it, and the lines between the texts.
func (s *printed) frame(p *pdf.Pen) {
	v := s.view
	p.Rect(v.x, v.y, v.w, v.h)
	p.Paint(pdf.Ink{Stroke: &[3]uint8{}, Width: 0.35})
	const tick, text = 1.2, 1.9
	look := pdf.Lettering{Size: text, Color: [3]uint8{50, 50, 50}}
	label := func(x, y, angle float64, word string, at float64) {
		look.X, look.Y, look.Angle, look.Text = x, y, angle, word+"\u00a0"+grouped(at)
		p.Letter(look)
	}
	east, north := s.block.Words.T("geo_sheet.east_short"), s.block.Words.T("geo_sheet.north_short")
	for _, e := range gridLines(v.box.Min[0], v.box.Max[0], s.gridStep()) {
		x := v.at(orb.Point{e, v.box.Min[1]})[0]
		p.Move(x, v.y)
		p.Line(x, v.y-tick)
		p.Move(x, v.y+v.h)
		p.Line(x, v.y+v.h+tick)
		if x > v.x+8 && x < v.x+v.w-8 {
			label(x, v.y-tick-1.4, 0, east, e)
			label(x, v.y+v.h+tick+1.4, 0, east, e)
		}
	}
	for _, n := range gridLines(v.box.Min[1], v.box.Max[1], s.gridStep()) {
		y := v.at(orb.Point{v.box.Min[0], n})[1]
		p.Move(v.x, y)
		p.Line(v.x-tick, y)
		p.Move(v.x+v.w, y)
		p.Line(v.x+v.w+tick, y)
		if y > v.y+8 && y < v.y+v.h-8 {
			label(v.x-tick-1.4, y, 90, north, n)
			label(v.x+v.w+tick+1.4, y, 90, north, n)
		}
	}
	p.Paint(pdf.Ink{Stroke: &[3]uint8{}, Width: 0.15})
}

// grouped writes a coordinate with its thousands apart.
func grouped(v float64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	var out strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString("\u00a0")
		}
		out.WriteRune(r)
	}
	if part != "" {
		return sign + out.String() + "," + part
	}
	return sign + out.String()
}

// drawBar draws the scale bar.
func (s *printed) drawBar(p *pdf.Pen) {
	odd, even := s.bar.pieces()
	line := &[3]uint8{}
	addAreas(p, odd)
	p.Paint(pdf.Ink{Fill: line, Stroke: line, Width: 0.15, NonZero: true})
	addAreas(p, even)
	p.Paint(pdf.Ink{Stroke: line, Width: 0.15})
	for i, at := range s.bar.joints() {
		p.Letter(pdf.Lettering{Text: s.bar.words[i], X: at[0], Y: at[1] - 0.4*barText, Size: barText})
	}
}

// drawNorth draws the north arrow: the top of the sheet is north in the grid of
// the map's system.
func (s *printed) drawNorth(p *pdf.Pen) {
	c := s.view.corner()
	dark, light := arrowHalves(c, 1)
	line := &[3]uint8{}
	addAreas(p, orb.MultiPolygon{{dark}})
	p.Paint(pdf.Ink{Fill: line, Stroke: line, Width: 0.2, NonZero: true})
	addAreas(p, orb.MultiPolygon{{light}})
	p.Paint(pdf.Ink{Stroke: line, Width: 0.2})
	p.Letter(pdf.Lettering{Text: northLetter, X: c.Center()[0], Y: c.Min[1] + 2.2, Size: 3.4, Bold: true})
}
