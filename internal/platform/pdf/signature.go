package pdf

func (s Signature) check(c *checker) error {
	if len(s.Signers) > 4 {
		return limitf("more than 4 signers")
	}
	short := []string{s.Closing}
	for _, p := range s.Signers {
		short = append(short, p.Name, p.Title)
	}
	// A signature stays on one page; these sizes always fit.
	for _, v := range short {
		if len(v) > 120 {
			return limitf("a signature line of %d bytes", len(v))
		}
	}
	if len(s.Note) > 400 {
		return limitf("a signature note of %d bytes", len(s.Note))
	}
	return c.fields(append(short, s.Note)...)
}

func (s Signature) lead(f *flow) float64 { return s.height(f) }

// signCell is one line group of a signature, drawn at an offset from its top.
type signCell struct {
	t     text
	above float64
}

// cells lays the signature out; signers stand two beside each other. Each row
// of the result starts below the row before.
func (s Signature) cells(f *flow) [][]signCell {
	small := style{size: smallSize + 0.5, leading: smallLead + 1, color: rgb{70, 70, 70}}
	var rows [][]signCell
	if c, ok := f.signLines(Text(oneLine(s.Closing)), bodyStyle(), 0, textWidth, 0); ok {
		rows = append(rows, []signCell{c})
	}
	for i := 0; i < len(s.Signers); i += 2 {
		var pair []signCell
		for j, p := range s.Signers[i:min(i+2, len(s.Signers))] {
			spans := []Span{{Text: oneLine(p.Name) + "\n", Bold: true}, {Text: oneLine(p.Title)}}
			if c, ok := f.signLines(spans, bodyStyle(), float64(j)*textWidth/2, textWidth/2-10, 14); ok {
				pair = append(pair, c)
			}
		}
		rows = append(rows, pair)
	}
	if c, ok := f.signLines(Text(oneLine(s.Note)), small, 0, textWidth, 14); ok {
		rows = append(rows, []signCell{c})
	}
	return rows
}

func (f *flow) signLines(spans []Span, st style, x, w, above float64) (signCell, bool) {
	if isBlank(spans) {
		return signCell{}, false
	}
	lines := breakLines(f.chars(spans, st), w)
	return signCell{text{lines: lines, x: leftMargin + x, w: w, lead: st.leading}, above}, true
}

func rowHeight(row []signCell) float64 {
	h := 0.0
	for _, c := range row {
		h = max(h, c.above+float64(len(c.t.lines))*c.t.lead)
	}
	return h
}

func (s Signature) height(f *flow) float64 {
	h := 0.0
	for _, row := range s.cells(f) {
		h += rowHeight(row)
	}
	return h
}

func (s Signature) set(f *flow) error {
	rows := s.cells(f)
	f.space(20)
	if err := f.keep(s.height(f)); err != nil {
		return err
	}
	for _, row := range rows {
		for _, c := range row {
			c.t.owner = f.root.child("P", "")
			f.write(c.t, c.t.lines, f.y+c.above)
		}
		f.advance(rowHeight(row))
	}
	f.space(paraGap)
	return nil
}
