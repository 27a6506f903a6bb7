package pdf

import "math"

const (
	cellPad     = 5
	cellSize    = 9.5
	cellLeading = 13
)

func (t Table) check(c *checker) error {
	n := len(t.Header)
	if n == 0 || n > maxColumns {
		return limitf("a table with %d columns", n)
	}
	if t.Columns != nil && len(t.Columns) != n {
		return invalidf("%d columns described, %d headed", len(t.Columns), n)
	}
	for i, col := range t.Columns {
		if !inRange(col.Width, 1e-3, 1e6) {
			return invalidf("column %d has width %g", i, col.Width)
		}
	}
	for i, h := range t.Header {
		if isBlank(Text(h)) {
			return invalidf("column %d has no heading", i)
		}
	}
	if err := c.fields(append([]string{t.Caption}, t.Header...)...); err != nil {
		return err
	}
	return t.checkRows(c)
}

func (t Table) checkRows(c *checker) error {
	if err := c.addBlocks(len(t.Rows)); err != nil {
		return err
	}
	for i, r := range t.Rows {
		if len(r) != len(t.Header) {
			return invalidf("row %d has %d cells for %d columns", i, len(r), len(t.Header))
		}
		for _, cell := range r {
			if err := c.spans(cell); err != nil {
				return err
			}
		}
	}
	return nil
}

// grid is a table while it is set.
type grid struct {
	f       *flow
	table   Table
	x, w    []float64
	repeat  bool // the header row is repeated on later pages
	caption text
}

// row is a table row ready to be written.
type row struct {
	cells  [][]line
	owners []*elem // nil for a repeated header
	header bool
}

func (r row) lines() int {
	n := 1
	for _, c := range r.cells {
		n = max(n, len(c))
	}
	return n
}

func (r row) height() float64 { return float64(r.lines())*cellLeading + 2*cellPad }

func (t Table) grid(f *flow) *grid {
	g := &grid{f: f, table: t}
	cols := t.Columns
	if cols == nil {
		cols = make([]Column, len(t.Header))
		for i := range cols {
			cols[i].Width = 1
		}
		g.table.Columns = cols
	}
	total := 0.0
	for _, c := range cols {
		total += c.Width
	}
	// No column is narrower than a long word's few letters, so that a cell
	// does not become a column of single letters.
	at, least := leftMargin, textWidth/float64(6*len(cols))
	spare := textWidth - least*float64(len(cols))
	for _, c := range cols {
		w := least + spare*c.Width/total
		g.x, g.w = append(g.x, at), append(g.w, w)
		at += w
	}
	g.repeat = g.whole(g.header())
	st := style{weight: bold, size: cellSize, leading: cellLeading + 1}
	g.caption = text{lines: breakLines(f.chars(Text(oneLine(t.Caption)), st), textWidth), x: leftMargin, w: textWidth, lead: st.leading}
	return g
}

func (g *grid) header() row {
	cells := make([]Cell, len(g.table.Header))
	for i, h := range g.table.Header {
		cells[i] = Text(oneLine(h))
	}
	r := g.row(cells, style{weight: bold, size: cellSize, leading: cellLeading})
	r.header = true
	return r
}

func (g *grid) row(cells []Cell, st style) row {
	r := row{cells: make([][]line, len(cells))}
	for i, c := range cells {
		base := st
		if i == 0 && g.table.RowHeaders {
			base.weight = bold
		}
		r.cells[i] = breakLines(g.f.chars(c, base), g.w[i]-2*cellPad)
	}
	return r
}

func cellStyle() style { return style{size: cellSize, leading: cellLeading} }

// intro is the height of caption, header and first row, as far as they have
// to stand together.
func (g *grid) intro() float64 {
	h := float64(len(g.caption.lines))*g.caption.lead + 3
	if !g.repeat {
		return h + 4*cellLeading
	}
	h += g.header().height()
	if len(g.table.Rows) > 0 {
		first := g.row(g.table.Rows[0], cellStyle())
		if g.whole(first) {
			return h + first.height()
		}
	}
	return h + 4*cellLeading
}

func (t Table) lead(f *flow) float64 { return t.grid(f).intro() }

// set writes Table with THead and TBody. Every header cell has a scope
// (ISO 14289-1, 7.5).
func (t Table) set(f *flow) error {
	g := t.grid(f)
	f.space(paraGap + 2)
	if err := f.keep(g.intro()); err != nil {
		return err
	}
	table := f.root.child("Table", "")
	if len(g.caption.lines) > 0 {
		g.caption.owner = table.child("Caption", "")
		if err := f.place(g.caption); err != nil {
			return err
		}
		f.space(3)
		f.takeGap()
	}
	head := g.header()
	g.tag(&head, table.child("THead", "").child("TR", ""))
	if err := g.place(head); err != nil {
		return err
	}
	if err := g.body(table); err != nil {
		return err
	}
	f.space(paraGap + 4)
	return nil
}

func (g *grid) body(table *elem) error {
	if len(g.table.Rows) == 0 {
		return nil
	}
	body := table.child("TBody", "")
	for _, cells := range g.table.Rows {
		r := g.row(cells, cellStyle())
		g.tag(&r, body.child("TR", ""))
		if err := g.place(r); err != nil {
			return err
		}
	}
	return nil
}

// tag makes the cells' elements in reading order.
func (g *grid) tag(r *row, tr *elem) {
	for i := range r.cells {
		switch {
		case r.header:
			r.owners = append(r.owners, tr.child("TH", "/A <</O /Table /Scope /Column>>"))
		case i == 0 && g.table.RowHeaders:
			r.owners = append(r.owners, tr.child("TH", "/A <</O /Table /Scope /Row>>"))
		default:
			r.owners = append(r.owners, tr.child("TD", ""))
		}
	}
}

// place writes a row. Only a tall row is split over pages.
func (g *grid) place(r row) error {
	total, done, broken := r.lines(), 0, g.f.fresh
	for done < total {
		room := int(math.Floor((g.f.bottom - g.f.y - 2*cellPad + 0.01) / cellLeading))
		n := total - done
		if n > room && !broken && (g.whole(r) || room < 3) {
			if err := g.nextPage(r.header); err != nil {
				return err
			}
			broken = true
			continue
		}
		n = max(1, min(n, room))
		g.draw(r, done, n)
		if done += n; done < total {
			if err := g.nextPage(r.header); err != nil {
				return err
			}
			broken = true
		}
	}
	return nil
}

// whole reports whether the row stays on one page: rows up to a third of it do.
func (g *grid) whole(r row) bool { return r.height() < (g.f.bottom-topMargin)/3 }

// nextPage begins a page and repeats the header row there, as an artefact:
// the table in the structure has it once.
func (g *grid) nextPage(inHeader bool) error {
	if err := g.f.newPage(); err != nil {
		return err
	}
	if g.repeat && !inHeader {
		h := g.header()
		g.draw(h, 0, h.lines())
	}
	return nil
}

// draw writes n lines of each cell, beginning with line from, and the row's
// ground and rules.
func (g *grid) draw(r row, from, n int) {
	f, h := g.f, float64(n)*cellLeading+2*cellPad
	if r.header {
		f.cur.decoration(leftMargin, f.y, textWidth, h, tint(f.color, 0.09))
		f.cur.decoration(leftMargin, f.y+h-1, textWidth, 1, f.color)
	} else {
		f.cur.decoration(leftMargin, f.y+h-0.5, textWidth, 0.5, rgb{190, 190, 190})
	}
	for i, lines := range r.cells {
		part := lines[min(from, len(lines)):min(from+n, len(lines))]
		if len(part) == 0 {
			continue
		}
		t := text{x: g.x[i] + cellPad, w: g.w[i] - 2*cellPad, lead: cellLeading, right: g.table.Columns[i].Right}
		if r.owners != nil {
			t.owner = r.owners[i]
			f.write(t, part, f.y+cellPad)
			continue
		}
		f.cur.artefact(pageArtefact)
		f.write(t, part, f.y+cellPad)
		f.cur.end()
	}
	f.advance(h)
}
