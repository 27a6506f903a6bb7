package pdf

import (
	"bytes"
	"fmt"
	"strings"
)

// A4 and the margins, in points. The address window of DIN 5008 form B begins
// 20 mm from the left and 45 mm from the top and is 45 mm high.
const (
	mm         = 72 / 25.4
	pageWidth  = 210 * mm
	pageHeight = 297 * mm
	leftMargin = 25 * mm
	topMargin  = 20 * mm
	textWidth  = pageWidth - 2*leftMargin
	windowTop  = 45 * mm
	windowEnd  = 90 * mm
)

// rgb is a colour in sRGB.
type rgb [3]uint8

func (c rgb) operands() string {
	return num(float64(c[0])/255) + " " + num(float64(c[1])/255) + " " + num(float64(c[2])/255)
}

// page is a page while it is drawn. Its methods take y from the top of the
// page down; PDF counts from the bottom up.
type page struct {
	obj    ref
	buf    bytes.Buffer
	owners []*elem // by MCID
	annots []*annotation
	open   *elem // the element whose content is being written
	marked bool  // inside marked content
	size   [2]float64
}

// width and height are the page's size; a page is A4 unless it was given one.
func (p *page) width() float64 {
	if p.size[0] == 0 {
		return pageWidth
	}
	return p.size[0]
}

func (p *page) height() float64 {
	if p.size[1] == 0 {
		return pageHeight
	}
	return p.size[1]
}

// begin makes what follows content of e (ISO 32000-1, 14.6). Content of the
// same element in a row stays one sequence.
func (p *page) begin(e *elem) {
	if p.marked && p.open == e {
		return
	}
	p.end()
	fmt.Fprintf(&p.buf, "/%s <</MCID %d>> BDC\n", e.tag, len(p.owners))
	e.kids = append(e.kids, kid{page: p, mcid: len(p.owners)})
	p.owners = append(p.owners, e)
	p.open, p.marked = e, true
}

// artifactTag marks what is no content; the standard writes it the American way (ISO 32000-1, 14.8.2.2).
const artifactTag = "Artifact"

// The kinds of artefacts of ISO 32000-1, table 330.
const (
	layoutArtefact = "/Type /Layout"
	pageArtefact   = "/Type /Pagination"
	footerArtefact = "/Type /Pagination /Subtype /Footer"
)

// artefact makes what follows invisible to screen readers.
func (p *page) artefact(kind string) {
	p.end()
	p.buf.WriteString("/" + artifactTag + " <<" + kind + ">> BDC\n")
	p.marked = true
}

// end closes the open marked content.
func (p *page) end() {
	if p.marked {
		p.buf.WriteString("EMC\n")
	}
	p.open, p.marked = nil, false
}

// text shows characters with the baseline's left end at x, y.
func (p *page) text(fs *fonts, st *style, x, y float64, chars []char) {
	var hex strings.Builder
	for _, c := range chars {
		fmt.Fprintf(&hex, "%04X", fs[st.weight].id(c.r))
	}
	fmt.Fprintf(&p.buf, "BT /F%d %s Tf %s rg %s %s Td <%s> Tj ET\n",
		st.weight, num(st.size), st.color.operands(), num(x), num(p.height()-y), hex.String())
}

// rect fills a rectangle whose top left corner is x, y.
func (p *page) rect(x, y, w, h float64, c rgb) {
	fmt.Fprintf(&p.buf, "%s rg %s %s %s %s re f\n", c.operands(), num(x), num(p.height()-y-h), num(w), num(h))
}

// decoration fills a rectangle that means nothing.
func (p *page) decoration(x, y, w, h float64, c rgb) {
	p.artefact(layoutArtefact)
	p.rect(x, y, w, h, c)
	p.end()
}

// draw shows an image with its top left corner at x, y.
func (p *page) draw(name string, x, y, w, h float64) {
	fmt.Fprintf(&p.buf, "q %s 0 0 %s %s %s cm /%s Do Q\n", num(w), num(h), num(x), num(p.height()-y-h), name)
}

// link lays a link over a rectangle and hangs it under its element.
func (p *page) link(st *style, e *elem, x, y, w, h float64) {
	a := &annotation{
		rect: [4]float64{x, p.height() - y - h, x + w, p.height() - y},
		uri:  st.link, alt: st.linkAlt, owner: e, page: p,
	}
	p.annots = append(p.annots, a)
	e.kids = append(e.kids, kid{page: p, annot: a})
}
