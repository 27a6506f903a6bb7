package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// PDF draws the map on paper at its scale, with its block of texts, as a tagged
// PDF/A-2a and PDF/UA-1 file. The same map and block give the same bytes.
func (m Map) PDF(b Block) ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := m.checkTexts(); err != nil {
		return nil, err
	}
	v, err := m.paper(b.Paper)
	if err != nil {
		return nil, err
	}
	s := &printed{block: b, system: m.System, view: v, scale: m.scaleOn(b.Paper), bar: v.bar(60, b.Words.T("geo_sheet.metre"), b.comma())}
	if s.plot, err = v.plot(m.Layers, s.bar.panel, v.corner()); err != nil {
		return nil, err
	}
	s.layers = m.Layers
	var out bytes.Buffer
	err = pdf.WriteDrawing(&out, pdf.Drawing{
		Title: b.title(), Lang: b.Words.Lang().Tag(), Author: b.Municipality, Subject: b.Subject, Created: b.Created,
	}, s.draw)
	if errors.Is(err, pdf.ErrLimit) {
		return nil, errs.Invalid("geo_sheet.too_many_points", "limit", maxPoints).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("write map sheet: %w", err)
	}
	return out.Bytes(), nil
}

func (b Block) check() error {
	if !b.Paper.Known() {
		return errs.Invalid("geo_sheet.paper_unknown")
	}
	if b.Words == nil || strings.TrimSpace(b.Title) == "" || strings.TrimSpace(b.Alt) == "" {
		return errs.Invalid("geo_sheet.words_missing")
	}
	return b.checkLengths()
}

// title names the file: what it is and of what.
func (b Block) title() string {
	if b.Subtitle == "" {
		return b.Title
	}
	return b.Title + ", " + b.Subtitle
}

// The scales that a sheet may have.
const (
	largestScale  = 50
	smallestScale = 1_000_000
)

func (m Map) scaleOn(p Paper) int {
	if m.Scale == 0 {
		return FitScale(m.Box, p)
	}
	return m.Scale
}

// paper is the view of a sheet, in millimetres.
func (m Map) paper(p Paper) (view, error) {
	scale := m.scaleOn(p)
	if scale < largestScale || scale > smallestScale {
		return view{}, errs.Invalid("geo_sheet.scale_bad", "min", largestScale, "max", smallestScale)
	}
	v := newView(p.Ground(m.Box.Center(), scale), 1000/float64(scale), 1, 0.015)
	v.x, v.y = margin, margin
	return v, nil
}

// printed is a sheet while it is drawn.
type printed struct {
	block  Block
	system crs.System
	view   view
	scale  int
	layers []Layer
	plot   plot
	bar    scaleBar
}

// draw writes the sheet in reading order: title, map, and what is told about it.
func (s *printed) draw(c *pdf.Canvas) error {
	c.Page(s.block.Paper.Size())
	t := newTexts(s, c)
	t.head()
	v := s.view
	c.Figure(s.block.Alt, v.x, v.y, v.w, v.h, s.drawMap)
	c.Decoration(s.frame)
	t.flow()
	return nil
}

// drawMap draws what lies within the frame.
func (s *printed) drawMap(p *pdf.Pen) {
	for i, runs := range s.plot.layers {
		if photo := s.plot.photos[i]; photo != nil {
			drawPhoto(p, photo, s.view)
		}
		drawLayer(p, runs, s.view)
	}
	s.crosses(p)
	panels := []orb.Bound{s.bar.panel, s.view.corner()}
	for _, b := range panels {
		p.Rect(b.Min[0], b.Min[1], b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])
	}
	p.Paint(pdf.Ink{Fill: &[3]uint8{255, 255, 255}})
	p.Hidden(func(p *pdf.Pen) {
		for _, l := range s.plot.labels {
			if h := l.style.Label.Halo; h != "" {
				letter(p, l, h.rgb(), halo)
			}
		}
	})
	for _, l := range s.plot.labels {
		letter(p, l, l.style.Label.Color.rgb(), 0)
	}
	s.drawBar(p)
	s.drawNorth(p)
}

func letter(p *pdf.Pen, l label, color [3]uint8, halo float64) {
	p.Letter(pdf.Lettering{
		Text: l.text, X: l.at[0], Y: l.at[1], Angle: l.angle, Size: l.style.Label.Size,
		Bold: l.style.Label.Bold, Italic: l.style.Label.Italic, Color: color, Halo: halo,
	})
}

// drawLayer draws a layer: casings first, so that roads run into one another.
func drawLayer(p *pdf.Pen, runs []run, v view) {
	for _, r := range runs {
		if r.style.Casing != "" && r.style.Stroke != "" {
			addLines(p, r.lines)
			p.Paint(pdf.Ink{Stroke: new(r.style.Casing.rgb()), Width: r.width(v) + 2*r.style.CasingWidth*v.mm, Round: true})
		}
	}
	for _, r := range runs {
		drawRun(p, r, v)
	}
}

func drawRun(p *pdf.Pen, r run, v view) {
	st := r.style
	area, line := pdf.Ink{NonZero: true}, pdf.Ink{Width: r.width(v), Dash: st.dashes(), Round: st.Dash[0] == 0}
	if st.Fill != "" {
		area.Fill = new(st.Fill.rgb())
	}
	if st.Stroke != "" {
		line.Stroke = new(st.Stroke.rgb())
	}
	if area.Fill != nil && len(r.hatch) > 0 {
		addAreas(p, r.areas)
		p.Paint(area) // the outline comes after the hatch
		area.Fill = nil
	}
	if len(r.hatch) > 0 {
		addLines(p, r.hatch)
		p.Paint(pdf.Ink{Stroke: new(st.Hatch.Color.rgb()), Width: max(st.Hatch.Width, thinnest) * v.mm})
	}
	if outline := line; area.Fill != nil || line.Stroke != nil {
		outline.Fill, outline.NonZero = area.Fill, true
		addAreas(p, r.areas)
		p.Paint(outline)
	}
	if line.Stroke != nil {
		addLines(p, r.lines)
		p.Paint(line)
	}
	if st.Arrows && line.Stroke != nil {
		addAreas(p, heads(r.lines, v.mm))
		p.Paint(pdf.Ink{Fill: line.Stroke, NonZero: true})
	}
	drawMarks(p, r, v)
}

func drawMarks(p *pdf.Pen, r run, v view) {
	m := r.style.Mark
	size := m.Size * v.mm
	if m.Shape == NoMark || size == 0 {
		return
	}
	for _, at := range r.points {
		if m.Shape == Dot {
			p.Circle(at[0], at[1], size/2)
		}
		addLines(p, m.Shape.strokes(at, size))
		if a := m.Shape.outline(at, size); a != nil {
			addAreas(p, orb.MultiPolygon{a})
		}
	}
	ink := pdf.Ink{Width: rim * v.mm, NonZero: true}
	if m.Fill != "" && m.Shape != Plus {
		ink.Fill = new(m.Fill.rgb())
	}
	if m.Stroke != "" {
		ink.Stroke = new(m.Stroke.rgb())
	}
	p.Paint(ink)
}

func addLines(p *pdf.Pen, lines orb.MultiLineString) {
	for _, l := range lines {
		for i, at := range l {
			if i == 0 {
				p.Move(at[0], at[1])
			} else {
				p.Line(at[0], at[1])
			}
		}
	}
}

func addAreas(p *pdf.Pen, areas orb.MultiPolygon) {
	for _, a := range areas {
		for _, ring := range a {
			addLines(p, orb.MultiLineString{orb.LineString(ring[:len(ring)-1])})
			p.Close()
		}
	}
}
