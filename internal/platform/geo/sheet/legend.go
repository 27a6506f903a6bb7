package sheet

import (
	"maps"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// facts are the lines of the title block: what the sheet knows itself, with the
// caller's between.
func (s *printed) facts() []Fact {
	b, w := s.block, s.block.Words
	middle := s.view.box.Center()
	all := []Fact{
		{w.T("geo_sheet.scale"), w.T("geo_sheet.scale_on", "scale", s.scaleText(), "paper", string(b.Paper[:2]))},
	}
	all = append(all, b.Facts...)
	all = append(all,
		Fact{w.T("geo_sheet.system"), s.systemName()},
		Fact{w.T("geo_sheet.middle"), w.T("geo_sheet.position",
			"north", grouped(float64(int64(middle[1]))), "east", grouped(float64(int64(middle[0]))))},
		Fact{w.T("geo_sheet.date"), w.Date(clock.DateIn(b.Created))},
		Fact{w.T("geo_sheet.made_by"), b.MadeBy},
	)
	out := all[:0]
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// systemName is the map's system as Norwegian maps name it.
func (s *printed) systemName() string {
	switch s.system.Code {
	case crs.UTM32, crs.UTM33, crs.UTM35:
		zone := strconv.Itoa(s.system.Code % 100)
		return s.block.Words.T("geo_sheet.utm", "zone", zone, "code", strconv.Itoa(s.system.Code))
	}
	return s.system.Name + " (" + s.system.String() + ")"
}

// scaleText is the number of the scale; thousands stand apart from 10 000 up.
func (s *printed) scaleText() string {
	if s.scale < 10_000 {
		return strconv.Itoa(s.scale)
	}
	return grouped(float64(s.scale))
}

// comma tells whether the language writes 2,5.
func (b Block) comma() bool { return b.Words.Lang() != i18n.EN }

// entries are the lines of the legend that something on the map has.
func (s *printed) entries() []Entry {
	out := slices.Clone(s.plot.means)
	seen := maps.Clone(s.plot.known)
	for _, l := range s.layers {
		for _, e := range l.Legend {
			e.Style = e.Style.plain()
			if e.Text != "" && s.plot.seen[e.Style] && !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// The sample beside a line of the legend, in millimetres.
const (
	sampleWidth  = 7.0
	sampleHeight = 3.4
	sampleGap    = 2.0
)

func (t *texts) legend() {
	all := t.entries()
	if len(all) == 0 {
		return
	}
	t.section(1, "geo_sheet.legend", sampleHeight+1)
	list := t.c.List()
	for _, e := range all {
		box := t.box(textSize, false)
		box.X, box.Width = box.X+sampleWidth+sampleGap, box.Width-sampleWidth-sampleGap
		h := max(t.c.Height(box, pdf.Text(e.Text)), sampleHeight)
		t.room(h)
		box.X, box.Y = t.cols[t.now].x+sampleWidth+sampleGap, t.y
		box.Width = t.cols[t.now].w - sampleWidth - sampleGap
		t.c.Decoration(func(p *pdf.Pen) { t.sample(p, e.Style, t.cols[t.now].x, t.y+0.2) })
		t.y += max(list.Item(box, pdf.Text(e.Text)), sampleHeight) + 0.9
	}
}

// sample shows a style as an area, a line or a point, whichever it is for.
func (t *texts) sample(p *pdf.Pen, st Style, x, y float64) {
	r := run{style: st}
	middle := y + sampleHeight/2
	switch {
	case st.Fill != "" || st.Hatch.Color != "":
		r.areas = orb.MultiPolygon{{{
			{x, y}, {x + sampleWidth, y}, {x + sampleWidth, y + sampleHeight}, {x, y + sampleHeight}, {x, y},
		}}}
		r.hatch = hatching(r.areas, st.Hatch, 1)
	case st.Mark.Shape != NoMark:
		r.points = []orb.Point{{x + sampleWidth/2, middle}}
	default:
		r.lines = orb.MultiLineString{{{x, middle}, {x + sampleWidth, middle}}}
	}
	drawLayer(p, []run{r}, t.view)
}
