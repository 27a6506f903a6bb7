package sheet

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/pdf"
)

// label is a line of text on the page.
type label struct {
	text  string
	style Style
	at    orb.Point // its middle
	angle float64   // degrees against the clock
	w, h  float64
}

// wish is a label with the places where it may stand, the best first.
type wish struct {
	label
	places []spot
}

type spot struct {
	at    orb.Point
	angle float64
}

// lettering collects what is to be written and finds places that do not lie
// over one another.
type lettering struct {
	view   view
	wishes []wish
	taken  []label
}

func newLettering(v view, reserved []orb.Bound) *lettering {
	out := &lettering{view: v}
	for _, b := range reserved {
		out.taken = append(out.taken, label{at: b.Center(), w: b.Max[0] - b.Min[0], h: b.Max[1] - b.Min[1]})
	}
	return out
}

// add asks for a label at a feature.
func (l *lettering) add(text string, style Style, ground, placed parts) {
	size := style.Label.Size * l.view.mm
	text = oneLine(text)
	if text == "" || size == 0 || len(l.wishes) >= maxLabels || !l.view.shown(style.Label.Until) {
		return
	}
	w := wish{label: label{
		text: text, style: style, h: 1.1 * size,
		w: pdf.TextWidth(text, size, style.Label.Bold, style.Label.Italic),
	}}
	switch {
	case len(placed.areas) > 0:
		w.places = l.inArea(w.label, ground.areas)
	case len(placed.lines) > 0:
		w.places = l.onLine(w.label, placed.lines)
	case len(placed.points) > 0:
		w.places = l.atPoint(w.label, placed.points[0])
	}
	if len(w.places) > 0 {
		l.wishes = append(l.wishes, w)
	}
}

// oneLine is a text as it may stand on a map: short, and without line feeds or
// invisible characters.
func oneLine(s string) string {
	if len(s) > 4*maxLabel {
		s = s[:4*maxLabel]
	}
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r < ' ' || r == ' ' || r == 0x7f }), " ")
	if utf8.RuneCountInString(s) > maxLabel {
		s = string([]rune(s)[:maxLabel-1]) + "…"
	}
	return s
}

// inArea is the middle of the largest part that is seen.
func (l *lettering) inArea(t label, areas orb.MultiPolygon) []spot {
	var seen, largest orb.MultiPolygon
	for _, a := range areas {
		seen = append(seen, shape.ClipPolygon(a, l.view.box)...)
	}
	most := 0.0
	for _, a := range seen {
		if size := shape.Area(a); size > most {
			most, largest = size, orb.MultiPolygon{a}
		}
	}
	at, ok := shape.InnerPoint(largest)
	b := largest.Bound()
	if !ok || t.style.Label.Fit && (b.Max[0]-b.Min[0])*l.view.k < t.w {
		return nil
	}
	p := l.view.at(at)
	return []spot{{at: p}, {at: orb.Point{p[0], p[1] - t.h}}, {at: orb.Point{p[0], p[1] + t.h}}}
}

// atPoint is right of the mark, then left, above and below.
func (l *lettering) atPoint(t label, p orb.Point) []spot {
	away := (t.style.Mark.Size/2 + 0.7) * l.view.mm
	dx, dy := away+t.w/2, away+t.h/2
	return []spot{
		{at: orb.Point{p[0] + dx, p[1]}},
		{at: orb.Point{p[0] - dx, p[1]}},
		{at: orb.Point{p[0], p[1] - dy}},
		{at: orb.Point{p[0], p[1] + dy}},
	}
}

// onLine tries the middle of the longest line, then a quarter to each side.
func (l *lettering) onLine(t label, lines orb.MultiLineString) []spot {
	longest := lines[0]
	for _, line := range lines[1:] {
		if shape.Length(line) > shape.Length(longest) {
			longest = line
		}
	}
	total := shape.Length(longest)
	if total < t.w && !t.style.Label.Always {
		return nil
	}
	var out []spot
	for _, part := range []float64{0.5, 0.35, 0.65, 0.2, 0.8} {
		if s, ok := l.along(t, longest, part*total, total); ok {
			out = append(out, s)
		}
	}
	return out
}

// along places a label at a distance along a line, where the line is straight
// enough for it. A dimension's text stands clear above its line.
func (l *lettering) along(t label, line orb.LineString, at, total float64) (spot, bool) {
	half := min(t.w, total) / 2
	a, b := pointAt(line, at-half), pointAt(line, at+half)
	chord := math.Hypot(b[0]-a[0], b[1]-a[1])
	if chord < 0.97*2*half && !t.style.Label.Always {
		return spot{}, false
	}
	s := spot{at: orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}}
	angle := math.Atan2(a[1]-b[1], b[0]-a[0]) * 180 / math.Pi
	if angle > 90.001 { // never upside down
		angle -= 180
	} else if angle <= -89.999 {
		angle += 180
	}
	if t.style.Label.Along {
		s.angle = angle
	}
	if t.style.Arrows {
		sin, cos := math.Sincos(s.angle * math.Pi / 180)
		off := 0.75 * t.h
		s.at = orb.Point{s.at[0] - off*sin, s.at[1] - off*cos}
	}
	return s, true
}

// pointAt is the point at a distance along a line.
func pointAt(line orb.LineString, at float64) orb.Point {
	for i := 1; i < len(line); i++ {
		step := math.Hypot(line[i][0]-line[i-1][0], line[i][1]-line[i-1][1])
		if at <= step && step > 0 {
			t := max(at, 0) / step
			return orb.Point{line[i-1][0] + t*(line[i][0]-line[i-1][0]), line[i-1][1] + t*(line[i][1]-line[i-1][1])}
		}
		at -= step
	}
	return line[len(line)-1]
}

// set gives each label its place: first those that must be there, then from the
// uppermost layer down.
func (l *lettering) set() []label {
	var must, may []wish
	for _, w := range l.wishes {
		if w.style.Label.Always {
			must = append(must, w)
		} else {
			may = append(may, w)
		}
	}
	slices.Reverse(may)
	var out []label
	for _, w := range append(must, may...) {
		if placed, ok := l.choose(w); ok {
			l.taken = append(l.taken, placed)
			out = append(out, placed)
		}
	}
	return out
}

func (l *lettering) choose(w wish) (label, bool) {
	for _, s := range w.places {
		w.at, w.angle = s.at, s.angle
		if l.free(w.label) {
			return w.label, true
		}
	}
	w.at, w.angle = w.places[0].at, w.places[0].angle
	return w.label, w.style.Label.Always
}

// free tells whether a label lies within the frame and over no other.
func (l *lettering) free(t label) bool {
	frame := l.view.frame()
	for _, c := range t.corners() {
		if !frame.Contains(c) {
			return false
		}
	}
	return !slices.ContainsFunc(l.taken, t.overlaps)
}

func (t label) corners() [4]orb.Point {
	sin, cos := math.Sincos(t.angle * math.Pi / 180)
	turn := func(x, y float64) orb.Point { return orb.Point{t.at[0] + x*cos + y*sin, t.at[1] - x*sin + y*cos} }
	return [4]orb.Point{turn(-t.w/2, -t.h/2), turn(t.w/2, -t.h/2), turn(t.w/2, t.h/2), turn(-t.w/2, t.h/2)}
}

// overlaps tells whether two turned boxes meet: they do not when a side of one
// of them parts them.
func (t label) overlaps(o label) bool {
	if reach := (t.w + t.h + o.w + o.h) / 2; math.Abs(t.at[0]-o.at[0]) > reach || math.Abs(t.at[1]-o.at[1]) > reach {
		return false
	}
	return !t.parted(o) && !o.parted(t)
}

func (t label) parted(o label) bool {
	sin, cos := math.Sincos(t.angle * math.Pi / 180)
	var x, y []float64
	for _, c := range o.corners() {
		dx, dy := c[0]-t.at[0], c[1]-t.at[1]
		x, y = append(x, dx*cos-dy*sin), append(y, dx*sin+dy*cos)
	}
	return slices.Min(x) > t.w/2 || slices.Max(x) < -t.w/2 || slices.Min(y) > t.h/2 || slices.Max(y) < -t.h/2
}
