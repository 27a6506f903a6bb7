package pdf

import "strings"

const (
	columnX     = 122 * mm // sender's lines and references
	columnWidth = pageWidth - leftMargin - columnX
	addressW    = 80 * mm
	emblemSize  = 20 * mm
	headTop     = 15 * mm
	bodyTop     = 98 * mm
	footerLines = 4
)

// letterhead sets sender, address and references on the first page, in this
// reading order. The address does not move: the envelope's window is where
// it is.
func (f *flow) letterhead() error {
	nameEnd, err := f.brand()
	if err != nil {
		return err
	}
	side := f.block(f.doc.Sender.Lines, columnX, headTop+2, columnWidth, style{size: smallSize, leading: smallLead, color: rgb{60, 60, 60}})
	address := f.block(f.doc.Recipient, leftMargin, windowTop+7*mm, addressW, bodyStyle())
	refs := f.references(max(side+6*mm, windowTop+7*mm))
	if nameEnd > windowTop+3*mm || address > windowEnd+12*mm || refs > f.bottom {
		return limitf("letterhead does not fit its place on the page")
	}
	f.y = max(refs+8*mm, address+6*mm, bodyTop)
	f.fresh, f.gap = false, 0
	return nil
}

// brand writes emblem, name and unit and returns where they end.
func (f *flow) brand() (float64, error) {
	x, s := leftMargin, f.doc.Sender
	if len(f.doc.Look.Emblem) > 0 {
		w, err := f.emblem()
		if err != nil {
			return 0, err
		}
		x += w + 4*mm
	}
	width := columnX - x - 5*mm
	y := headTop
	if oneLine(s.Unit) == "" {
		y += 3 * mm
	}
	y = f.block([]string{s.Name}, x, y, width, style{weight: bold, size: 16, leading: 21, color: f.color})
	y = f.block([]string{s.Unit}, x, y, width, style{size: bodySize, leading: bodyLeading, color: rgb{60, 60, 60}})
	return y, nil
}

// emblem draws the coat of arms, at most 20 mm each way.
func (f *flow) emblem() (float64, error) {
	p, err := f.images.get(f.doc.Look.Emblem)
	if err != nil {
		return 0, err
	}
	scale := emblemSize / float64(max(p.width, p.height))
	w, h := max(scale*float64(p.width), 1), max(scale*float64(p.height), 1)
	f.cur.artefact(layoutArtefact)
	f.cur.draw(p.name, leftMargin, headTop-2*mm, w, h)
	f.cur.end()
	return w, nil
}

// block writes lines as one paragraph at a fixed place and returns where it
// ends.
func (f *flow) block(lines []string, x, y, w float64, st style) float64 {
	var shown []string
	for _, l := range lines {
		if l = oneLine(l); l != "" {
			shown = append(shown, l)
		}
	}
	if len(shown) == 0 {
		return y
	}
	set := breakLines(f.chars(Text(strings.Join(shown, "\n")), st), w)
	f.write(text{x: x, w: w, lead: st.leading, owner: f.root.child("P", "")}, set, y)
	return y + float64(len(set))*st.leading
}

// references writes one paragraph for each field, the label above its value
// and a rule in the municipality's colour beside them.
func (f *flow) references(y float64) float64 {
	top := y
	label := style{size: smallSize - 0.5, leading: smallLead - 1, color: rgb{80, 80, 80}}
	value := style{weight: bold, size: smallSize + 0.5, leading: smallLead}
	for _, r := range f.doc.Reference {
		if oneLine(r.Label)+oneLine(r.Value) == "" {
			continue
		}
		p := f.root.child("P", "")
		y = f.field(p, r.Label, label, y)
		y = f.field(p, r.Value, value, y) + 4
	}
	if y > top {
		f.cur.decoration(columnX-4*mm, top+1, 1.5, y-top-6, f.color)
	}
	return y
}

func (f *flow) field(p *elem, s string, st style, y float64) float64 {
	if s = oneLine(s); s == "" {
		return y
	}
	// The space keeps label and value apart when they are read as one text.
	lines := breakLines(append(f.chars(Text(s), st), f.measure(" ", &st)...), columnWidth)
	f.write(text{x: columnX, w: columnWidth, lead: st.leading, owner: p}, lines, y)
	return y + float64(len(lines))*st.leading
}

// footStyle is the look of footer and page label.
func footStyle() style {
	return style{size: smallSize - 0.5, leading: smallLead - 1, color: rgb{80, 80, 80}}
}

const (
	footEnd    = pageHeight - 10*mm
	labelWidth = 30 * mm
)

// measureFooter sets where the text area ends.
func (f *flow) measureFooter() ([]line, error) {
	lines := breakLines(f.chars(Text(f.doc.Footer), footStyle()), textWidth-labelWidth)
	if len(lines) > footerLines {
		return nil, limitf("a footer of %d lines", len(lines))
	}
	f.bottom = footEnd - float64(max(len(lines), 1))*footStyle().leading - 9*mm
	return lines, nil
}

// footers writes footer and page label on every page, as artefacts
// (ISO 14289-1, 7.8). They come last, since the label tells the page count.
func (f *flow) footers(lines []line) error {
	top := f.bottom + 8*mm
	for i, p := range f.pages {
		f.cur = p
		p.decoration(leftMargin, top-2*mm, textWidth, 0.75, f.color)
		st := footStyle()
		label := breakLines(f.chars(Text(oneLine(f.pageLabel(i+1, len(f.pages)))), st), labelWidth)
		if len(label) > 1 {
			return limitf("a page label of %d lines", len(label))
		}
		p.artefact(footerArtefact)
		f.write(text{x: leftMargin, w: textWidth, lead: st.leading}, lines, top)
		f.write(text{x: leftMargin + textWidth - labelWidth, w: labelWidth, lead: st.leading, right: true}, label, top)
		p.end()
	}
	return nil
}
