package pdf

import (
	"fmt"
	"slices"
)

// headingStyle is the look of a heading and the space above it.
func (f *flow) headingStyle(level int) (style, float64) {
	switch level {
	case 1:
		return style{weight: bold, size: 17, leading: 22, color: f.color}, 16
	case 2:
		return style{weight: bold, size: 12.5, leading: 17, color: f.color}, 15
	}
	return style{weight: bold, size: bodySize, leading: bodyLeading}, 11
}

func (h Heading) check(c *checker) error {
	if h.Level < 1 || h.Level > 3 {
		return invalidf("heading of level %d", h.Level)
	}
	if h.Level > c.level+1 {
		return invalidf("heading of level %d follows level %d", h.Level, c.level)
	}
	if isBlank(Text(h.Text)) {
		return invalidf("empty heading")
	}
	c.level = h.Level
	return c.fields(h.Text)
}

func (h Heading) lines(f *flow) (text, float64) {
	st, above := f.headingStyle(h.Level)
	cs := f.chars(Text(oneLine(h.Text)), st)
	return text{lines: breakLines(cs, textWidth), x: leftMargin, w: textWidth, lead: st.leading}, above
}

func (h Heading) lead(f *flow) float64 {
	t, above := h.lines(f)
	return above + float64(len(t.lines))*t.lead
}

func (h Heading) set(f *flow) error {
	t, above := h.lines(f)
	t.owner = f.root.child(fmt.Sprintf("H%d", h.Level), "")
	f.space(above)
	if err := f.place(t); err != nil {
		return err
	}
	f.space(4)
	return nil
}

func (p Paragraph) check(c *checker) error { return c.spans(p.Spans) }

// lead leaves room for three lines: a shorter paragraph is not split.
func (p Paragraph) lead(*flow) float64 { return 3 * bodyLeading }

func (p Paragraph) set(f *flow) error {
	if isBlank(p.Spans) {
		return nil
	}
	f.space(paraGap)
	err := f.place(text{
		lines: breakLines(f.chars(p.Spans, bodyStyle()), textWidth),
		x:     leftMargin, w: textWidth, lead: bodyLeading, owner: f.root.child("P", ""),
	})
	f.space(paraGap)
	return err
}

func (l List) check(c *checker) error {
	if err := c.addBlocks(len(l.Items)); err != nil {
		return err
	}
	for _, it := range l.Items {
		if err := c.spans(it); err != nil {
			return err
		}
	}
	return nil
}

func (l List) lead(*flow) float64 { return 3 * bodyLeading }

// set writes L with LI, Lbl and LBody. ListNumbering tells a reader what the
// labels mean (ISO 14289-1, 7.6). Empty items are left out.
func (l List) set(f *flow) error {
	items := slices.DeleteFunc(slices.Clone(l.Items), isBlank)
	if len(items) == 0 {
		return nil
	}
	numbering := "Disc"
	if l.Ordered {
		numbering = "Decimal"
	}
	list := f.root.child("L", "/A <</O /List /ListNumbering /"+numbering+">>")
	indent := f.listIndent(l.Ordered, len(items))
	f.space(paraGap)
	for i, it := range items {
		label := "•"
		if l.Ordered {
			label = fmt.Sprintf("%d.", i+1)
		}
		if err := f.listItem(list.child("LI", ""), label, it, indent); err != nil {
			return err
		}
		f.space(3)
	}
	f.space(paraGap)
	return nil
}

func (f *flow) listItem(li *elem, label string, spans []Span, indent float64) error {
	lbl := li.child("Lbl", "")
	body := li.child("LBody", "")
	x := leftMargin + indent
	return f.place(text{
		lines: breakLines(f.chars(spans, bodyStyle()), textWidth-indent),
		x:     x, w: textWidth - indent, lead: bodyLeading, owner: body,
		first: func(y float64) {
			cs := f.chars(Text(label), bodyStyle())
			f.write(text{x: leftMargin + 6, w: indent, lead: bodyLeading, owner: lbl}, []line{cs}, y)
		},
	})
}

// listIndent leaves room for the widest label.
func (f *flow) listIndent(ordered bool, items int) float64 {
	label := "•"
	if ordered {
		label = fmt.Sprintf("%d.", items)
	}
	return 6 + line(f.chars(Text(label), bodyStyle())).width() + 8
}

func (s Spacer) check(*checker) error {
	if !inRange(s.Height, 0, 100) {
		return invalidf("spacer of %g mm", s.Height)
	}
	return nil
}

func (s Spacer) lead(*flow) float64 { return 0 }

func (s Spacer) set(f *flow) error {
	f.space(f.gap + s.Height*mm)
	return nil
}
