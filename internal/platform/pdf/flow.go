package pdf

import "math"

// Type sizes in points.
const (
	bodySize    = 10.5
	bodyLeading = 15
	smallSize   = 8.5
	smallLead   = 11.5
	paraGap     = 7.5
)

// flow sets blocks below each other and begins pages.
type flow struct {
	doc    *Document
	file   *file
	fonts  *fonts
	color  rgb
	root   *elem
	pages  []*page
	cur    *page
	y      float64 // top of the next block
	bottom float64 // where the text area ends
	fresh  bool    // nothing stands on the page yet
	gap    float64 // owed before the next block
	images imageSet
}

// bodyStyle is the look of running text.
func bodyStyle() style { return style{size: bodySize, leading: bodyLeading} }

// newPage begins a page.
func (f *flow) newPage() error {
	if len(f.pages) == maxPages {
		return limitf("more than %d pages", maxPages)
	}
	if f.cur != nil {
		f.cur.end()
	}
	f.cur = &page{obj: f.file.reserve()}
	f.pages = append(f.pages, f.cur)
	f.y, f.fresh, f.gap = topMargin, true, 0
	return nil
}

// space asks for a distance to what stands above; the larger wish wins, and
// at the top of a page there is none.
func (f *flow) space(h float64) { f.gap = max(f.gap, h) }

// takeGap moves down by the distance asked for.
func (f *flow) takeGap() {
	if !f.fresh {
		f.y += f.gap
	}
	f.gap = 0
}

// keep begins a new page unless h fits on this one.
func (f *flow) keep(h float64) error {
	if !f.fresh && f.y+f.gap+h > f.bottom+0.01 {
		if err := f.newPage(); err != nil {
			return err
		}
	}
	f.takeGap()
	return nil
}

// advance moves down past something that was written.
func (f *flow) advance(h float64) {
	f.y += h
	f.fresh = false
}

// fit is how many lines of the given leading fit above the bottom.
func (f *flow) fit(leading float64) int {
	return int(math.Floor((f.bottom - f.y + 0.01) / leading))
}

// text is a run of lines in one column.
type text struct {
	lines []line
	x, w  float64
	lead  float64
	right bool
	// owner is the element the lines belong to; nil writes them as artefact.
	owner *elem
	// first is called where the first line goes, before it is written.
	first func(y float64)
}

// place writes lines over as many pages as they need. At least two lines stay
// together at the foot and at the head of a page.
func (f *flow) place(t text) error {
	if err := f.keep(float64(min(len(t.lines), 1)) * t.lead); err != nil {
		return err
	}
	for rest := t.lines; len(rest) > 0; {
		n := splitAt(len(rest), f.fit(t.lead), f.fresh)
		if n > 0 {
			if t.first != nil {
				t.first(f.y)
				t.first = nil
			}
			f.write(t, rest[:n], f.y)
			f.advance(float64(n) * t.lead)
			rest = rest[n:]
		}
		if len(rest) > 0 {
			if err := f.newPage(); err != nil {
				return err
			}
		}
	}
	return nil
}

// splitAt is how many of total lines go on a page that has room for fit.
func splitAt(total, fit int, fresh bool) int {
	if total <= fit {
		return total
	}
	n := min(fit, total-2)
	if n >= 2 {
		return n
	}
	if fresh {
		return max(fit, 1)
	}
	return 0
}

// write draws lines from y down, without breaking the page.
func (f *flow) write(t text, lines []line, y float64) {
	for _, l := range lines {
		x := t.x
		if t.right {
			x += t.w - l.width()
		}
		for len(l) > 0 {
			n := 1
			for n < len(l) && l[n].st == l[0].st {
				n++
			}
			x += f.run(t, l[:n], x, y)
			l = l[n:]
		}
		y += t.lead
	}
	if t.owner != nil {
		f.cur.end()
	}
}

// run draws characters of one style and returns their width.
func (f *flow) run(t text, cs line, x, y float64) float64 {
	st := cs[0].st
	// The middle of the line's height is the middle between the font's
	// ascender and descender.
	base := y + t.lead/2 + 0.367*st.size
	e := owner(t.owner, st)
	if e != nil {
		f.cur.begin(e)
	}
	f.cur.text(f.fonts, st, x, base, cs)
	full := 0.0
	for _, c := range cs {
		full += c.w
	}
	if st.link != "" && e != nil && cs.shows() {
		w := max(cs.width(), 1)
		f.cur.rect(x, base+0.12*st.size, w, 0.6, st.color)
		f.cur.link(st, e, x, y, w, t.lead)
	}
	return full
}

// owner is the element for content in a style: the block's own, or a Link or
// Span below it.
func owner(e *elem, st *style) *elem {
	if e == nil || (st.link == "" && st.lang == "") {
		return e
	}
	if st.owner == nil {
		tag, entries := "Span", ""
		if st.link != "" {
			tag = "Link"
		}
		if st.lang != "" {
			entries = "/Lang " + str(st.lang)
		}
		st.owner = e.child(tag, entries)
	}
	return st.owner
}
