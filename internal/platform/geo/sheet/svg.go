package sheet

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
)

// Picture is what a map in a page needs besides the map.
type Picture struct {
	// Width and Height are the size in pixels in which the picture is drawn; a
	// page may show it smaller or larger.
	Width, Height int
	// Title names the picture and About says what it shows, for those who do not
	// see it; both are required (WCAG 2.2, 1.1.1).
	Title, About string
	// ID begins the ids of the picture's title and description; it must be the
	// only one of its kind in the page. "" is "map".
	ID string
	// Bare leaves out scale bar and north arrow.
	Bare bool
	// Metre is the unit's sign after the numbers of the scale bar; "" is "m".
	Metre string
}

// pixel is a millimetre of the styles on a screen (CSS Values 4, § 6.2).
const pixel = 96 / 25.4

// The sides of a picture in pixels.
const (
	minPixels = 32
	maxPixels = 4096
)

// SVG draws the map as a picture for an HTML page. Everything of Box is seen,
// and more where the picture has another shape. It has no script, no style
// attribute and no reference to the outside.
func (m Map) SVG(p Picture) ([]byte, error) {
	v, err := m.screen(p)
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	furniture := v.screenFurniture(p)
	drawn, err := v.plot(m.Layers, furniture.places()...)
	if err != nil {
		return nil, err
	}
	out := &svg{v: v}
	out.head(p)
	for i, runs := range drawn.layers {
		if p := drawn.photos[i]; p != nil {
			out.photo(p)
		}
		out.layer(runs)
	}
	out.labels(drawn.labels)
	out.b.WriteString("</svg>")
	furniture.svg(out)
	out.b.WriteString("</svg>\n")
	return []byte(out.b.String()), nil
}

// Point is the place on the ground of a pixel of the picture, counted from its
// top left corner: where somebody clicked.
func (m Map) Point(p Picture, x, y float64) (orb.Point, error) {
	v, err := m.screen(p)
	if err != nil {
		return orb.Point{}, err
	}
	at := v.ground(x, y)
	if !inside(at) {
		return orb.Point{}, errs.Invalid("geo_sheet.box_bad")
	}
	return at, nil
}

// screen is the view of a picture.
func (m Map) screen(p Picture) (view, error) {
	if p.Width < minPixels || p.Height < minPixels || p.Width > maxPixels || p.Height > maxPixels {
		return view{}, errs.Invalid("geo_sheet.picture_size", "min", minPixels, "max", maxPixels)
	}
	if strings.TrimSpace(p.Title) == "" || strings.TrimSpace(p.About) == "" {
		return view{}, errs.Invalid("geo_sheet.words_missing")
	}
	if p.ID != "" && !soundName(p.ID) {
		return view{}, errs.Invalid("geo_sheet.id_bad")
	}
	if !inside(m.Box.Min) || !inside(m.Box.Max) {
		return view{}, errs.Invalid("geo_sheet.box_bad")
	}
	w, h := float64(p.Width), float64(p.Height)
	dx, dy := m.Box.Max[0]-m.Box.Min[0], m.Box.Max[1]-m.Box.Min[1]
	if dx < 0 || dy < 0 || max(dx, dy) < minSide || max(dx, dy) > maxSide {
		return view{}, errs.Invalid("geo_sheet.box_bad")
	}
	k := math.Min(w/dx, h/dy)
	c := m.Box.Center()
	box := orb.Bound{
		Min: orb.Point{c[0] - w/k/2, c[1] - h/k/2},
		Max: orb.Point{c[0] + w/k/2, c[1] + h/k/2},
	}
	return newView(box, k, pixel, 0.15), nil
}

// svg is a picture while it is written.
type svg struct {
	v view
	b strings.Builder
}

func (s *svg) head(p Picture) {
	id := p.ID
	if id == "" {
		id = "map"
	}
	fmt.Fprintf(&s.b, `<svg xmlns="http://www.w3.org/2000/svg" class="drawn-map" role="img" width="%d" height="%d" viewBox="0 0 %d %d"`+
		` aria-labelledby="%s-title" aria-describedby="%s-about"><title id="%s-title">%s</title><desc id="%s-about">%s</desc>`+
		// The inner picture cuts off at the frame without a clip path, which would need a name.
		`<svg width="%d" height="%d"><rect class="drawn-paper" width="%d" height="%d" fill="#ffffff"/>`,
		p.Width, p.Height, p.Width, p.Height, id, id, id, escape(p.Title), id, escape(p.About), p.Width, p.Height, p.Width, p.Height)
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(strings.TrimSpace(s))); err != nil {
		return "" // a strings.Builder does not fail
	}
	return b.String()
}

// layer writes a layer: casings first, so that roads run into one another.
func (s *svg) layer(runs []run) {
	for _, r := range runs {
		if r.style.Casing != "" && r.style.Stroke != "" {
			s.path(r.style, "casing", ` fill="none"`+stroke(r.style.Casing, r.width(s.v)+2*r.style.CasingWidth*s.v.mm), r.lines, nil)
		}
	}
	for _, r := range runs {
		s.run(r)
	}
}

func (s *svg) run(r run) {
	st := r.style
	line := ""
	if st.Stroke != "" {
		line = stroke(st.Stroke, r.width(s.v)) + dashArray(st.dashes(), s.v.mm)
	}
	if st.Fill != "" {
		s.path(st, "", ` fill="`+string(st.Fill)+`"`+line, nil, r.areas)
	} else if line != "" {
		s.path(st, "line", ` fill="none"`+line, nil, r.areas)
	}
	if len(r.hatch) > 0 {
		s.path(st, "hatch", ` fill="none"`+stroke(st.Hatch.Color, max(st.Hatch.Width, thinnest)*s.v.mm), r.hatch, nil)
	}
	if line != "" {
		s.path(st, "line", ` fill="none"`+line, r.lines, nil)
	}
	if st.Arrows {
		s.path(st, "head", ` fill="`+string(st.Stroke)+`"`, nil, heads(r.lines, s.v.mm))
	}
	s.marks(r)
}

func stroke(c Color, width float64) string {
	return fmt.Sprintf(` stroke="%s" stroke-width="%s" stroke-linejoin="round"`, c, tenth(width*10))
}

func dashArray(dashes []float64, mm float64) string {
	if len(dashes) == 0 {
		return ""
	}
	list := make([]string, len(dashes))
	for i, d := range dashes {
		list[i] = tenth(d * mm * 10)
	}
	return ` stroke-dasharray="` + strings.Join(list, " ") + `"`
}

// class is a style's class, and that of one of its parts.
func class(st Style, part string) string {
	switch {
	case st.Name == "":
		return ""
	case part == "":
		return ` class="drawn-` + st.Name + `"`
	}
	return ` class="drawn-` + st.Name + "--" + part + `"`
}

// path writes lines and areas as one path.
func (s *svg) path(st Style, part, attributes string, lines orb.MultiLineString, areas orb.MultiPolygon) {
	p := &pathData{}
	for _, l := range lines {
		p.line(l, false)
	}
	for _, a := range areas {
		for _, r := range a {
			p.line(r, true)
		}
	}
	if len(p.b) > 0 {
		s.b.WriteString("<path" + class(st, part) + attributes + ` d="` + string(p.b) + `"/>`)
	}
}

// marks writes the symbols at points.
func (s *svg) marks(r run) {
	m := r.style.Mark
	if m.Shape == NoMark || len(r.points) == 0 {
		return
	}
	look := ` fill="none"`
	if m.Fill != "" && m.Shape != Plus {
		look = ` fill="` + string(m.Fill) + `"`
	}
	if m.Stroke != "" {
		look += stroke(m.Stroke, rim*s.v.mm)
	}
	size := m.Size * s.v.mm
	if m.Shape == Dot {
		s.b.WriteString("<g" + class(r.style, "mark") + look + ">")
		for _, p := range r.points {
			fmt.Fprintf(&s.b, `<circle cx="%s" cy="%s" r="%s"/>`, tenth(p[0]*10), tenth(p[1]*10), tenth(size*5))
		}
		s.b.WriteString("</g>")
		return
	}
	var lines orb.MultiLineString
	var areas orb.MultiPolygon
	for _, p := range r.points {
		lines = append(lines, m.Shape.strokes(p, size)...)
		if a := m.Shape.outline(p, size); a != nil {
			areas = append(areas, a)
		}
	}
	s.path(r.style, "mark", look, lines, areas)
}

// labels writes the texts, those of one lettering together.
func (s *svg) labels(labels []label) {
	for i := 0; i < len(labels); {
		n := i
		st := labels[i].style
		s.b.WriteString("<g" + class(st, "label") + s.lettering(st.Label) + ">")
		for ; n < len(labels) && labels[n].style.Name == st.Name && labels[n].style.Label == st.Label; n++ {
			s.text(labels[n])
		}
		s.b.WriteString("</g>")
		i = n
	}
}

func (s *svg) lettering(l Lettering) string {
	out := fmt.Sprintf(` text-anchor="middle" font-size="%s"`, tenth(l.Size*s.v.mm*10))
	color := l.Color
	if color == "" {
		color = "#000000"
	}
	out += ` fill="` + string(color) + `"`
	if l.Halo != "" {
		out += stroke(l.Halo, halo*2*s.v.mm) + ` paint-order="stroke"`
	}
	if l.Bold {
		out += ` font-weight="bold"`
	}
	if l.Italic {
		out += ` font-style="italic"`
	}
	return out
}

// halo is how far the rim of letters goes, in millimetres.
const halo = 0.35

// text writes a label. Its baseline lies below its middle by half the height of
// capitals.
func (s *svg) text(l label) {
	down := 0.36 * l.style.Label.Size * s.v.mm
	if l.angle == 0 {
		fmt.Fprintf(&s.b, `<text x="%s" y="%s">%s</text>`, tenth(l.at[0]*10), tenth((l.at[1]+down)*10), escape(l.text))
		return
	}
	fmt.Fprintf(&s.b, `<text transform="translate(%s %s)rotate(%s)" y="%s">%s</text>`,
		tenth(l.at[0]*10), tenth(l.at[1]*10), tenth(-l.angle*10), tenth(down*10), escape(l.text))
}

// pathData is the d of a path: relative, in tenths of a pixel.
type pathData struct {
	b    []byte
	x, y int
}

func (p *pathData) line(points []orb.Point, closed bool) {
	if len(points) < 2 {
		return
	}
	if closed {
		points = points[:len(points)-1]
	}
	start := len(p.b)
	p.b = append(p.b, 'M')
	p.x, p.y = tenths(points[0][0]), tenths(points[0][1])
	p.pair(p.x, p.y)
	startX, startY, first := p.x, p.y, true
	for _, q := range points[1:] {
		x, y := tenths(q[0]), tenths(q[1])
		if x == p.x && y == p.y {
			continue
		}
		if first {
			p.b, first = append(p.b, 'l'), false
		} else if x >= p.x {
			p.b = append(p.b, ' ')
		}
		p.pair(x-p.x, y-p.y)
		p.x, p.y = x, y
	}
	switch {
	case first:
		p.b = p.b[:start] // all in one place: nothing to see
	case closed:
		p.b = append(p.b, 'z')
		p.x, p.y = startX, startY
	}
}

// pair writes two numbers; a minus parts them as well as a space.
func (p *pathData) pair(x, y int) {
	p.b = appendTenth(p.b, x)
	if y >= 0 {
		p.b = append(p.b, ' ')
	}
	p.b = appendTenth(p.b, y)
}

func tenths(v float64) int { return int(math.Round(v * 10)) }

// tenth writes a number given in tenths.
func tenth(v float64) string { return string(appendTenth(nil, int(math.Round(v)))) }

func appendTenth(b []byte, v int) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	if v >= 10 || v == 0 {
		b = strconv.AppendInt(b, int64(v/10), 10)
	}
	if v%10 != 0 {
		b = append(b, '.', byte('0'+v%10))
	}
	return b
}
