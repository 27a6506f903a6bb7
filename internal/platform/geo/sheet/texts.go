package sheet

import (
	"strings"

	"github.com/torg-no/torg/internal/platform/pdf"
)

// column is a place for texts, in millimetres.
type column struct{ x, y, w, h float64 }

// texts sets what stands around the map: in the columns below or beside it, and
// on further pages what does not fit there.
type texts struct {
	*printed
	c    *pdf.Canvas
	cols []column
	now  int     // the column that is being filled
	y    float64 // how far
}

// Sizes of type in points.
const (
	titleSize   = 13
	headingSize = 8.5
	textSize    = 7.5
	noteSize    = 6.8
)

// pad is the distance of texts from the lines around them, in millimetres.
const pad = 2.0

func newTexts(s *printed, c *pdf.Canvas) *texts {
	t := &texts{printed: s, c: c, cols: s.block.Paper.columns()}
	t.y = t.cols[0].y
	c.Decoration(func(p *pdf.Pen) {
		for _, col := range t.cols {
			p.Rect(col.x-pad, col.y-pad, col.w+2*pad, col.h+2*pad)
		}
		p.Paint(pdf.Ink{Stroke: &[3]uint8{}, Width: 0.2})
	})
	return t
}

// columns are the places beside the map, or below it.
func (p Paper) columns() []column {
	w, h := p.Size()
	frameW, frameH := p.Frame()
	if p.landscape() {
		return []column{{margin + frameW + bandGap + pad, margin + pad, bandWidth - 2*pad, frameH - 2*pad}}
	}
	return split(column{margin, margin + frameH + bandGap, w - 2*margin, h - 2*margin - frameH - bandGap}, 3)
}

// further are the columns of a page without a map.
func (p Paper) further() []column {
	w, h := p.Size()
	n := 2
	if w > 250 {
		n = 3
	}
	return split(column{margin, margin + 4, w - 2*margin, h - 2*margin - 4}, n)
}

func split(c column, n int) []column {
	var out []column
	for i := range n {
		w := c.w / float64(n)
		out = append(out, column{c.x + float64(i)*w + pad, c.y + pad, w - 2*pad, c.h - 2*pad})
	}
	return out
}

// head writes whose sheet it is and what it is.
func (t *texts) head() {
	col, b := t.cols[0], t.block
	x := col.x
	if len(b.Look.Emblem) > 0 {
		if w := t.c.Image(b.Look.Emblem, x, t.y, 11, 11); w > 0 {
			x += w + 2
		}
	}
	box := pdf.TextBox{X: x, Y: t.y, Width: col.x + col.w - x, Size: textSize, Color: [3]uint8{60, 60, 60}}
	box.Y += t.c.Paragraph(box, pdf.Text(b.Municipality))
	box.Size, box.Bold, box.Color = titleSize, true, b.Look.Color
	box.Y += t.c.Heading(1, box, b.Title)
	t.y = box.Y
	if x > col.x {
		t.y = max(t.y, col.y+12)
	}
	sub := pdf.TextBox{X: col.x, Y: t.y, Width: col.w, Size: 9, Bold: true}
	t.y += t.c.Paragraph(sub, pdf.Text(b.Subtitle)) + 0.8
}

// flow writes everything else.
func (t *texts) flow() {
	for _, f := range t.facts() {
		t.write(textSize, 0.3, false, []pdf.Span{{Text: f.Label + ": "}, {Text: f.Value, Bold: true}})
	}
	t.legend()
	t.sources()
	t.notes()
}

// room sees to it that so much fits, in the next column or on another page.
func (t *texts) room(h float64) {
	for t.y+h > t.cols[t.now].y+t.cols[t.now].h+0.01 && t.y > t.cols[t.now].y {
		if t.now++; t.now == len(t.cols) {
			t.turn()
		}
		t.y = t.cols[t.now].y
	}
}

// turn begins a further page. Its head is no new text: the first page has it.
func (t *texts) turn() {
	t.c.Page(t.block.Paper.Size())
	t.cols, t.now = t.block.Paper.further(), 0
	title := t.block.title()
	t.c.Decoration(func(p *pdf.Pen) {
		const size = 3
		w, _ := t.block.Paper.Size()
		p.Letter(pdf.Lettering{Text: title, X: margin + pad + textWidth(title, size)/2, Y: margin, Size: size, Color: [3]uint8{60, 60, 60}})
		p.Move(margin+pad, margin+3)
		p.Line(w-margin-pad, margin+3)
		p.Paint(pdf.Ink{Stroke: &[3]uint8{}, Width: 0.2})
	})
}

func (t *texts) box(size float64, isBold bool) pdf.TextBox {
	col := t.cols[t.now]
	return pdf.TextBox{X: col.x, Y: t.y, Width: col.w, Size: size, Bold: isBold}
}

func (t *texts) write(size, after float64, isBold bool, spans []pdf.Span) {
	t.room(t.c.Height(t.box(size, isBold), spans))
	t.y += t.c.Paragraph(t.box(size, isBold), spans) + after
}

// section begins a part: at the top of its own column while there are columns
// enough, otherwise below what stands there, together with what follows.
func (t *texts) section(n int, key string, follows float64) {
	if len(t.cols) > n && t.now < n {
		t.now, t.y = n, t.cols[n].y
	}
	if t.y > t.cols[t.now].y {
		t.y += 2
	}
	words := t.block.Words.T(key)
	t.room(t.c.Height(t.box(headingSize, true), pdf.Text(words)) + 0.8 + follows)
	box := t.box(headingSize, true)
	box.Color = t.block.Look.Color
	t.y += t.c.Heading(2, box, words) + 0.8
}

func (t *texts) notes() {
	if len(t.block.Notes) == 0 {
		return
	}
	t.section(2, "geo_sheet.notes", 4)
	for _, n := range t.block.Notes {
		t.write(noteSize, 1, false, pdf.Text(n))
	}
}

// sources tells where the data come from and what may be done with them, the
// layers of one owner and licence together.
func (t *texts) sources() {
	type source struct{ who, licence, address string }
	var order []source
	titles := map[source][]string{}
	for i, l := range t.layers {
		key := source{strings.TrimSpace(l.Attribution), strings.TrimSpace(l.Licence), l.LicenceURL}
		if len(t.plot.layers[i]) == 0 && t.plot.photos[i] == nil || key.who == "" && key.licence == "" {
			continue
		}
		if titles[key] == nil {
			order = append(order, key)
		}
		titles[key] = append(titles[key], l.Title)
	}
	if len(order) == 0 {
		return
	}
	t.section(2, "geo_sheet.sources", 4)
	for _, s := range order {
		t.write(noteSize, 1, false, t.source(strings.Join(distinct(titles[s]), ", "), s.who, s.licence, s.address))
	}
}

func (t *texts) source(titles, who, licence, address string) []pdf.Span {
	spans := []pdf.Span{{Text: titles + ": " + strings.TrimSuffix(who, ".") + "."}}
	if licence == "" {
		return spans
	}
	name := pdf.Span{Text: licence}
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		name.Link = address
	}
	return append(spans, pdf.Span{Text: " " + t.block.Words.T("geo_sheet.licence") + ": "}, name, pdf.Span{Text: "."})
}

// distinct leaves out what was there before, and what is empty.
func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
