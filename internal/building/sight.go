package building

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// The fields in which a page tells which ground the drawing shows, and how large the
// script shows it. Empty, the ground is the one that we choose.
const (
	fieldSight  = "sight"
	fieldScreen = "screen"
)

// What the buttons of the map do. doSee is the script's, which tells the ground itself.
const (
	doSee         = "see"
	doNearer      = "nearer"
	doFurther     = "further"
	doSeeNorth    = "see_north"
	doSeeSouth    = "see_south"
	doSeeWest     = "see_west"
	doSeeEast     = "see_east"
	doSeeWhole    = "see_whole"
	doSeeBuilding = "see_building"
)

// How far a press goes.
const (
	zoomStep = 1.5
	panStep  = 0.25 // of what is seen
)

// The ground that can be seen, across: from a doorstep to a neighbourhood, or to half as
// much again as the whole property.
const (
	leastWide = 5.0
	mostWide  = 600.0
	wider     = 1.5
)

// sight is which ground a drawing shows, when somebody has chosen it: its middle, and how
// wide it is in metres. The zero sight leaves it to us.
type sight struct {
	middle orb.Point
	wide   float64
}

// sightOf reads a sight as it stands in an address: east, north and width. What makes no
// sense is the zero sight, since something must be shown.
func sightOf(text string) sight {
	parts := strings.Split(text, ",")
	if len(parts) != 3 {
		return sight{}
	}
	var n [3]float64
	for i, part := range parts {
		var err error
		const anywhere = 1e8
		if n[i], err = strconv.ParseFloat(part, 64); err != nil || !(math.Abs(n[i]) <= anywhere) {
			return sight{}
		}
	}
	if n[2] <= 0 {
		return sight{}
	}
	return sight{orb.Point{n[0], n[1]}, n[2]}
}

// String writes it as [sightOf] reads it, in centimetres.
func (s sight) String() string {
	if s.isZero() {
		return ""
	}
	return fmt.Sprintf("%.2f,%.2f,%.2f", s.middle[0], s.middle[1], s.wide)
}

func (s sight) isZero() bool { return s == sight{} }

// sightIn is the sight that shows a box.
func sightIn(b orb.Bound) sight { return sight{b.Center(), b.Max[0] - b.Min[0]} }

// box is the ground that a picture shows.
func (s sight) box(c canvas) orb.Bound {
	dx, dy := s.wide/2, s.wide/2/c.aspect()
	return orb.Bound{Min: orb.Point{s.middle[0] - dx, s.middle[1] - dy}, Max: orb.Point{s.middle[0] + dx, s.middle[1] + dy}}
}

// canvas is the size of a picture in pixels.
type canvas struct{ width, height int }

// usualCanvas is the size of pictures where nobody tells another; a small screen shows
// them smaller.
func usualCanvas() canvas { return canvas{pictureWidth, pictureHeight} }

// half is the size for narrow screens, on which the letters of a whole picture would be
// too small to read.
func (c canvas) half() canvas { return canvas{c.width / 2, c.height / 2} }

// canvasOf reads a size as the script tells it, 328x328, so that letters are as large on a
// small screen as on a large one. What is no size of a picture is the usual one.
func canvasOf(text string) canvas {
	const least, most, slim = 200, 1200, 2.0
	width, height, _ := strings.Cut(text, "x")
	w, errWidth := strconv.Atoi(width)
	h, errHeight := strconv.Atoi(height)
	c := canvas{w, h}
	if errWidth != nil || errHeight != nil || min(w, h) < least || max(w, h) > most || c.aspect() > slim || c.aspect() < 1/slim {
		return usualCanvas()
	}
	return c
}

func (c canvas) aspect() float64 { return float64(c.width) / float64(c.height) }

// framed gives a box the shape of the picture, so that the picture shows it and no
// more: the script reckons with that.
func (c canvas) framed(b orb.Bound) orb.Bound {
	w, h := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	dx, dy := max(0, h*c.aspect()-w)/2, max(0, w/c.aspect()-h)/2
	return orb.Bound{Min: orb.Point{b.Min[0] - dx, b.Min[1] - dy}, Max: orb.Point{b.Max[0] + dx, b.Max[1] + dy}}
}

// look is what somebody asks to see of a drawing: from which sight, what a button does
// with it, and how large.
type look struct {
	sight  sight
	do     string
	canvas canvas
	// both says that nobody has told how large the picture is shown: it goes with a smaller
	// one, for narrow screens.
	both bool
}

// plainLook shows what we choose, as large as usual.
func plainLook() look { return look{canvas: usualCanvas(), both: true} }

func lookOf(form url.Values, do string) look {
	screen := form.Get(fieldScreen)
	return look{sightOf(form.Get(fieldSight)), do, canvasOf(screen), screen == ""}
}

// seen is the ground that is drawn, the sight that the page carries on, and what the
// ground's width may be.
type seen struct {
	box         orb.Bound
	sight       sight
	least, most float64
}

// at is what is seen of a property with a building. The sight is kept within reach of the
// property; what we would have chosen ourselves is no sight of its own, so that the
// drawing goes on following the building.
func (l look) at(p Placed) seen {
	usual, whole := l.canvas.framed(p.box()), l.canvas.framed(p.whole())
	out := seen{box: usual, least: leastWide, most: max(mostWide, wider*sightIn(whole).wide)}
	s := l.sight
	if s.isZero() {
		s = sightIn(usual)
	}
	s = l.pressed(s, p, whole)
	s.wide = min(max(s.wide, out.least), out.most)
	for i := range s.middle {
		s.middle[i] = min(max(s.middle[i], whole.Min[i]-farthest), whole.Max[i]+farthest)
	}
	if chosen := s.box(l.canvas); !alike(chosen, usual) {
		out.box, out.sight = chosen, s
	}
	return out
}

// pressed is the sight after a button.
func (l look) pressed(s sight, p Placed, whole orb.Bound) sight {
	high := s.wide / l.canvas.aspect()
	switch l.do {
	case doNearer:
		s.wide /= zoomStep
	case doFurther:
		s.wide *= zoomStep
	case doSeeNorth:
		s.middle[1] += panStep * high
	case doSeeSouth:
		s.middle[1] -= panStep * high
	case doSeeWest:
		s.middle[0] -= panStep * s.wide
	case doSeeEast:
		s.middle[0] += panStep * s.wide
	case doSeeWhole:
		return sightIn(whole)
	case doSeeBuilding:
		if len(p.Footprint) > 0 {
			return p.closeUp(l.canvas)
		}
	}
	return s
}

// closeUp shows the building with as much ground around it as it needs to be placed.
func (p Placed) closeUp(c canvas) sight {
	const least, times = 20.0, 3.0
	works := p.Footprint.Bound()
	s := sightIn(c.framed(works))
	s.wide = max(least, times*s.wide)
	return s
}

// alike reports whether two boxes are the same to the centimetres that a page tells.
func alike(a, b orb.Bound) bool {
	const near = 0.02
	return math.Abs(a.Min[0]-b.Min[0]) < near && math.Abs(a.Min[1]-b.Min[1]) < near && math.Abs(a.Max[0]-b.Max[0]) < near && math.Abs(a.Max[1]-b.Max[1]) < near
}

// inWords tells which ground is seen, and where the building is on it: for those who do
// not see it, and for those who have lost it.
func (s seen) inWords(words *i18n.Localizer, p Placed) string {
	text := words.T("building.site.seen", "wide", wholeMetres(words, s.box.Max[0]-s.box.Min[0]), "high", wholeMetres(words, s.box.Max[1]-s.box.Min[1]))
	return strings.TrimSpace(text + " " + s.building(words, p))
}

// building tells where the building is on the ground that is seen.
func (s seen) building(words *i18n.Localizer, p Placed) string {
	if len(p.Footprint) == 0 {
		return ""
	}
	from, middle := s.box.Center(), p.Footprint.Bound().Center()
	away := math.Hypot(middle[0]-from[0], middle[1]-from[1])
	key := "building.site.seen_aside"
	switch {
	case !s.shows(p):
		key = "building.site.seen_outside"
	case away < 1:
		key = "building.site.seen_middle"
	}
	return words.T(key, "metres", wholeMetres(words, away), "faces", words.T("building.site.faces."+site.Towards(from, middle)))
}

// shows reports whether something of the building is seen.
func (s seen) shows(p Placed) bool {
	return len(p.Footprint) > 0 && s.box.Intersects(p.Footprint.Bound())
}

func wholeMetres(words *i18n.Localizer, n float64) string {
	return words.Decimal(n, 0) + "\u00a0m"
}
