package pdf

import (
	"fmt"
	"io"
	"time"
)

// Drawing is a document whose pages are laid out by the caller: a map to scale,
// a plan, a diagram. Its lengths are millimetres from the top left corner of
// the page, y downwards.
type Drawing struct {
	// Title names the document in the window title and the metadata. Unlike a
	// letter's it is not printed by itself.
	Title string
	// Lang is the language as a BCP 47 tag.
	Lang string
	// Author and Subject are for the metadata. They may be empty.
	Author, Subject string
	// Created is written as creation and modification date.
	Created time.Time
}

// Canvas is where a drawing is made. Its first error stays and is returned by
// WriteDrawing; what is drawn after it is dropped. Content is read aloud in the
// order in which it is drawn.
type Canvas struct {
	flow  *flow
	check checker
	err   error
}

// WriteDrawing writes a drawing as PDF/A-2a and PDF/UA-1, as Write does with a
// letter. The same drawing gives the same bytes.
func WriteDrawing(w io.Writer, d Drawing, draw func(*Canvas) error) error {
	doc := &Document{Title: d.Title, Lang: d.Lang, Author: d.Author, Subject: d.Subject, Created: d.Created}
	c := &Canvas{flow: &flow{doc: doc, file: &file{}, root: &elem{tag: "Document"}}}
	if err := doc.checkMeta(&c.check); err != nil {
		return err
	}
	var err error
	if c.flow.fonts, err = loadFonts(); err != nil {
		return err
	}
	if err := draw(c); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	if c.err != nil {
		return c.err
	}
	if c.flow.cur == nil {
		return invalidf("drawing has no page")
	}
	c.flow.cur.end()
	return c.flow.finish(w)
}

// The size of a page in millimetres: a postage stamp to A0.
const (
	minPageSide = 20
	maxPageSide = 1189
)

// Page begins a page of the given size.
func (c *Canvas) Page(width, height float64) {
	if c.err != nil {
		return
	}
	if !inRange(width, minPageSide, maxPageSide) || !inRange(height, minPageSide, maxPageSide) {
		c.fail(invalidf("page of %g × %g mm", width, height))
		return
	}
	if err := c.flow.newPage(); err != nil {
		c.fail(err)
		return
	}
	c.flow.cur.size = [2]float64{width * mm, height * mm}
}

func (c *Canvas) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// ready reports whether there is a page and no error.
func (c *Canvas) ready() bool {
	if c.err == nil && c.flow.cur == nil {
		c.fail(invalidf("drawing without a page"))
	}
	return c.err == nil
}

// Figure draws a picture with its alternative text (ISO 14289-1, 7.3) inside
// the rectangle with the top left corner x, y. What is drawn outside is cut off.
func (c *Canvas) Figure(alt string, x, y, w, h float64, draw func(*Pen)) {
	if !c.ready() {
		return
	}
	if isBlank(Text(alt)) {
		c.fail(invalidf("figure without alternative text"))
		return
	}
	if err := c.check.fields(alt); err != nil {
		c.fail(err)
		return
	}
	p := c.flow.cur
	e := c.flow.root.child("Figure", fmt.Sprintf("/Alt %s /A <</O /Layout /Placement /Block /BBox [%s %s %s %s]>>", str(oneLine(alt)),
		num(x*mm), num(p.height()-(y+h)*mm), num((x+w)*mm), num(p.height()-y*mm)))
	pen := &Pen{canvas: c, page: p, owner: e, clip: &[4]float64{x, y, w, h}}
	pen.draw(draw)
	if c.err == nil && len(e.kids) == 0 {
		c.fail(invalidf("empty figure"))
	}
}

// Decoration draws what means nothing to a reader: rules, frames, samples
// beside a text that says the same.
func (c *Canvas) Decoration(draw func(*Pen)) {
	if !c.ready() {
		return
	}
	pen := &Pen{canvas: c, page: c.flow.cur}
	pen.draw(draw)
}

// TextBox is where a text stands and how it looks.
type TextBox struct {
	// X, Y is the top left corner and Width the width in which lines break, in
	// millimetres.
	X, Y, Width float64
	// Size is the size of type in points, and Leading the distance of lines;
	// 0 takes 1.35 times the size.
	Size, Leading float64
	Bold          bool
	Right         bool // flush right
	// Color is the colour of the text. One too light to read is darkened.
	Color [3]uint8
}

func (b TextBox) style() style {
	st := style{size: b.Size, leading: b.Leading, color: readable(b.Color)}
	if b.Bold {
		st.weight = bold
	}
	if st.leading == 0 {
		st.leading = 1.35 * b.Size
	}
	return st
}

func (b TextBox) sound() bool {
	return inRange(b.X, -maxPageSide, maxPageSide) && inRange(b.Y, -maxPageSide, maxPageSide) &&
		inRange(b.Width, 0, maxPageSide) && inRange(b.Size, 1, 200) && inRange(b.Leading, 0, 400)
}

// lines breaks a text; it is nil when the text is at fault or shows nothing.
func (c *Canvas) lines(b TextBox, spans []Span) []line {
	if c.err != nil || isBlank(spans) {
		return nil
	}
	if !b.sound() {
		c.fail(invalidf("text in a box of %g mm at %g, %g", b.Width, b.X, b.Y))
		return nil
	}
	return breakLines(c.flow.chars(spans, b.style()), b.Width*mm)
}

// Height is how high a text becomes, in millimetres.
func (c *Canvas) Height(b TextBox, spans []Span) float64 {
	return float64(len(c.lines(b, spans))) * b.style().leading / mm
}

// Paragraph writes running text and returns its height.
func (c *Canvas) Paragraph(b TextBox, spans []Span) float64 { return c.text("P", b, spans) }

// Heading writes a heading of level 1 to 3 and returns its height. Levels must
// not be skipped on the way down (ISO 14289-1, 7.4.2).
func (c *Canvas) Heading(level int, b TextBox, text string) float64 {
	if !c.ready() {
		return 0
	}
	if err := (Heading{level, text}).check(&c.check); err != nil {
		c.fail(err)
		return 0
	}
	return c.text(fmt.Sprintf("H%d", level), b, Text(oneLine(text)))
}

func (c *Canvas) text(tag string, b TextBox, spans []Span) float64 {
	return c.write(c.flow.root, tag, b, spans)
}

func (c *Canvas) write(parent *elem, tag string, b TextBox, spans []Span) float64 {
	if !c.ready() {
		return 0
	}
	if err := c.check.spans(spans); err != nil {
		c.fail(err)
		return 0
	}
	lines := c.lines(b, spans)
	if len(lines) == 0 {
		return 0
	}
	lead := b.style().leading
	c.flow.write(text{x: b.X * mm, w: b.Width * mm, lead: lead, right: b.Right, owner: parent.child(tag, "")}, lines, b.Y*mm)
	return float64(len(lines)) * lead / mm
}

// Items is a list without labels, such as a legend, that may stand in several
// places.
type Items struct {
	canvas *Canvas
	list   *elem
}

// List begins a list. It is not written before its first item is.
func (c *Canvas) List() *Items { return &Items{canvas: c} }

// Item writes one item and returns its height. The sample beside it, if any, is
// drawn as a decoration.
func (l *Items) Item(b TextBox, spans []Span) float64 {
	if !l.canvas.ready() || isBlank(spans) {
		return 0
	}
	if l.list == nil {
		l.list = l.canvas.flow.root.child("L", "/A <</O /List /ListNumbering /None>>")
	}
	return l.canvas.write(l.list.child("LI", ""), "LBody", b, spans)
}

// Image draws a JPEG or PNG as decoration, as large as fits into a box, and
// returns the width it took.
func (c *Canvas) Image(data []byte, x, y, w, h float64) float64 {
	if !c.ready() {
		return 0
	}
	if err := c.check.addImage(data); err != nil {
		c.fail(err)
		return 0
	}
	p, err := c.flow.images.get(data)
	if err != nil {
		c.fail(err)
		return 0
	}
	k := min(w/float64(p.width), h/float64(p.height))
	if !inRange(k*float64(p.width), 0.1, maxPageSide) || !inRange(k*float64(p.height), 0.1, maxPageSide) {
		c.fail(invalidf("image in a box of %g × %g mm", w, h))
		return 0
	}
	c.flow.cur.artefact(layoutArtefact)
	c.flow.cur.draw(p.name, x*mm, y*mm, k*float64(p.width)*mm, k*float64(p.height)*mm)
	c.flow.cur.end()
	return k * float64(p.width)
}

// TextWidth is the width of one line of text in the letters' fonts, in the
// unit of its size.
func TextWidth(s string, size float64, isBold, isItalic bool) float64 {
	shelf, err := typefaces()
	if err != nil {
		return 0 // writing it will say so
	}
	face, total := shelf[weightOf(isBold, isItalic)], 0
	for _, r := range oneLine(s) {
		g := face.glyph(r)
		if g == 0 {
			g = face.glyph(fallback)
		}
		total += face.advance(g)
	}
	return float64(total) * size / 1000
}
