package pdf

import (
	"bytes"
	"slices"
	"strconv"
)

// maxContent is how many bytes the drawing on one page may have, before they
// are compressed. Viewers stall long before.
const maxContent = 64 << 20

// Pen draws lines, areas and lettering. Lengths are millimetres from the top
// left corner of the page.
type Pen struct {
	canvas *Canvas
	page   *page
	owner  *elem       // nil draws an artefact
	clip   *[4]float64 // x, y, width, height
	path   bytes.Buffer
	fill   *[3]uint8 // what the graphics state is set to, nil when not known
	line   *Ink
}

// draw opens the marked content and, where there is one, the clip, around what
// content draws.
func (p *Pen) draw(content func(*Pen)) {
	p.begin()
	content(p)
	p.end()
}

func (p *Pen) begin() {
	p.fill, p.line = nil, nil
	if p.owner != nil {
		p.page.begin(p.owner)
	} else {
		p.page.artefact(layoutArtefact)
	}
	p.page.buf.WriteString("q\n")
	if p.clip != nil {
		p.Rect(p.clip[0], p.clip[1], p.clip[2], p.clip[3])
		p.flush("W n\n")
	}
}

func (p *Pen) end() {
	p.path.Reset()
	p.page.buf.WriteString("Q\n")
	p.page.end()
}

// flush writes the path with the operator that ends it. Nothing else may stand
// between them (ISO 32000-1, 8.2).
func (p *Pen) flush(operator string) {
	if p.page.buf.Len()+p.path.Len() > maxContent {
		p.canvas.fail(limitf("more than %d bytes of drawing", maxContent))
	}
	if p.canvas.err == nil {
		p.page.buf.Write(p.path.Bytes())
		p.page.buf.WriteString(operator)
	}
	p.path.Reset()
}

// Hidden draws what screen readers and searches must not meet although it
// stands within the picture, such as the halo around lettering.
func (p *Pen) Hidden(content func(*Pen)) {
	if p.owner == nil {
		content(p)
		return
	}
	p.end()
	under := &Pen{canvas: p.canvas, page: p.page, clip: p.clip}
	under.draw(content)
	p.begin()
}

// point writes a point, taken from millimetres down to points up.
func (p *Pen) point(x, y float64) bool {
	if p.canvas.err != nil {
		return false
	}
	if !inRange(x, -1e5, 1e5) || !inRange(y, -1e5, 1e5) {
		p.canvas.fail(invalidf("a point at %g, %g mm", x, y))
		return false
	}
	if p.path.Len() > maxContent {
		p.canvas.fail(limitf("more than %d bytes of drawing", maxContent))
		return false
	}
	b := appendNum(p.path.AvailableBuffer(), x*mm)
	b = appendNum(append(b, ' '), p.page.height()-y*mm)
	p.path.Write(append(b, ' '))
	return true
}

// Move begins a line.
func (p *Pen) Move(x, y float64) {
	if p.point(x, y) {
		p.path.WriteString("m\n")
	}
}

// Line draws on to a point.
func (p *Pen) Line(x, y float64) {
	if p.path.Len() > 0 && p.point(x, y) {
		p.path.WriteString("l\n")
	}
}

// Curve draws on along a Bézier curve.
func (p *Pen) Curve(x1, y1, x2, y2, x, y float64) {
	if p.path.Len() > 0 && p.point(x1, y1) && p.point(x2, y2) && p.point(x, y) {
		p.path.WriteString("c\n")
	}
}

// Close draws back to where the line began.
func (p *Pen) Close() {
	if p.path.Len() > 0 {
		p.path.WriteString("h\n")
	}
}

// Rect adds a rectangle with the top left corner x, y to the path.
func (p *Pen) Rect(x, y, w, h float64) {
	if p.point(x, y+h) {
		p.path.WriteString(num(w*mm) + " " + num(h*mm) + " re\n")
	}
}

// Circle adds a circle to the path: four curves, which leave it by less than a
// three-thousandth of the radius.
func (p *Pen) Circle(x, y, r float64) {
	const k = 0.5523
	p.Move(x+r, y)
	p.Curve(x+r, y-k*r, x+k*r, y-r, x, y-r)
	p.Curve(x-k*r, y-r, x-r, y-k*r, x-r, y)
	p.Curve(x-r, y+k*r, x-k*r, y+r, x, y+r)
	p.Curve(x+k*r, y+r, x+r, y+k*r, x+r, y)
	p.Close()
}

// Paint fills and strokes the path, and begins a new one.
func (p *Pen) Paint(ink Ink) {
	if p.path.Len() == 0 || p.canvas.err != nil {
		return
	}
	if !ink.sound() {
		p.canvas.fail(invalidf("a line of %g mm with dashes of %v", ink.Width, ink.Dash))
		return
	}
	p.state(ink)
	p.flush(ink.operator())
}

// state sets what differs from how the graphics state stands.
func (p *Pen) state(ink Ink) {
	if ink.Fill != nil && (p.fill == nil || *p.fill != *ink.Fill) {
		p.page.buf.WriteString(rgb(*ink.Fill).operands() + " rg\n")
		p.fill = new(*ink.Fill)
	}
	if ink.Stroke != nil {
		p.stroke(ink)
	}
}

func (p *Pen) stroke(ink Ink) {
	b, was := &p.page.buf, p.line
	if was == nil || *was.Stroke != *ink.Stroke {
		b.WriteString(rgb(*ink.Stroke).operands() + " RG\n")
	}
	if was == nil || was.Width != ink.Width {
		b.WriteString(num(ink.Width*mm) + " w\n")
	}
	if was == nil || !slices.Equal(was.Dash, ink.Dash) {
		b.WriteString(ink.dashes())
	}
	if was == nil || was.Round != ink.Round {
		b.WriteString(ink.ends())
	}
	p.line = &Ink{Stroke: new(*ink.Stroke), Width: ink.Width, Dash: slices.Clone(ink.Dash), Round: ink.Round}
}

// Image draws a JPEG or PNG over a rectangle with the top left corner x, y, stretched to
// it: a photo from the air under the lines of a map.
func (p *Pen) Image(data []byte, x, y, w, h float64) {
	if p.canvas.err != nil {
		return
	}
	if !inRange(x, -1e5, 1e5) || !inRange(y, -1e5, 1e5) || !inRange(w, 0.1, maxPageSide) || !inRange(h, 0.1, maxPageSide) {
		p.canvas.fail(invalidf("image of %g × %g mm at %g, %g", w, h, x, y))
		return
	}
	if err := p.canvas.check.addImage(data); err != nil {
		p.canvas.fail(err)
		return
	}
	placed, err := p.canvas.flow.images.get(data)
	if err != nil {
		p.canvas.fail(err)
		return
	}
	p.page.draw(placed.name, x*mm, y*mm, w*mm, h*mm)
}

// Lettering is a line of text in a drawing.
type Lettering struct {
	Text string
	// X, Y is the middle of the line of text, in both directions.
	X, Y float64
	// Angle turns it around its middle, in degrees against the clock.
	Angle float64
	// Size is the size of type in millimetres.
	Size         float64
	Bold, Italic bool
	Color        [3]uint8
	// Halo draws only the rim of the letters, so wide on each side: drawn with
	// Hidden below the letters themselves, it keeps them readable on a map.
	Halo float64
}

func (l Lettering) sound() bool {
	return inRange(l.Angle, -1e4, 1e4) && inRange(l.Size, 0.2, 200) && inRange(l.Halo, 0, 10) &&
		inRange(l.X, -1e5, 1e5) && inRange(l.Y, -1e5, 1e5)
}

// Letter writes a line of text.
func (p *Pen) Letter(l Lettering) {
	if p.canvas.err != nil || isBlank(Text(l.Text)) {
		return
	}
	if !l.sound() {
		p.canvas.fail(invalidf("lettering of %g mm at %g, %g", l.Size, l.X, l.Y))
		return
	}
	if l.Halo == 0 {
		if err := p.canvas.check.fields(l.Text); err != nil {
			p.canvas.fail(err)
			return
		}
	}
	st := &style{weight: weightOf(l.Bold, l.Italic), size: l.Size * mm, color: l.Color}
	chars := p.canvas.flow.measure(oneLine(l.Text), st)
	p.fill, p.line = nil, nil // lettering sets its own
	p.page.letter(p.canvas.flow.fonts, st, l, chars)
}

// appendNum appends a number as num writes it.
func appendNum(b []byte, v float64) []byte {
	at := len(b)
	b = strconv.AppendFloat(b, v, 'f', 2, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	if string(b[at:]) == "-0" || len(b) == at {
		return append(b[:at], '0')
	}
	return b
}
