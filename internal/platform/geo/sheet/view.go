package sheet

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// view takes ground to the page: metres east and north to units right and down.
// The unit is a millimetre on paper and a pixel on a screen.
type view struct {
	box  orb.Bound // the ground that is seen
	k    float64   // units for a metre
	mm   float64   // units for a millimetre of the styles
	x, y float64   // the frame's top left corner on the page
	w, h float64   // the frame's size
	fine float64   // how far a line may leave its place, in units
	cut  orb.Bound // what is drawn at all: the box and the width of a line around it
}

// spill is how far drawing goes on beyond the frame, so that no cut edge is
// seen, in millimetres.
const spill = 4

func newView(box orb.Bound, k, mm, fine float64) view {
	return view{
		box: box, k: k, mm: mm, fine: fine, cut: box.Pad(spill * mm / k),
		w: (box.Max[0] - box.Min[0]) * k, h: (box.Max[1] - box.Min[1]) * k,
	}
}

func (v view) at(p orb.Point) orb.Point {
	return orb.Point{v.x + (p[0]-v.box.Min[0])*v.k, v.y + (v.box.Max[1]-p[1])*v.k}
}

// ground is the other way.
func (v view) ground(x, y float64) orb.Point {
	return orb.Point{v.box.Min[0] + (x-v.x)/v.k, v.box.Max[1] - (y-v.y)/v.k}
}

// scale is the map's scale as 1:scale. On a screen it is that of a millimetre
// of the styles.
func (v view) scale() float64 { return 1000 * v.mm / v.k }

// shown tells whether something with such a limit is shown at the map's scale.
func (v view) shown(until int) bool { return until == 0 || v.scale() <= float64(until)*1.001 }

// frame is where the map stands on the page.
func (v view) frame() orb.Bound {
	return orb.Bound{Min: orb.Point{v.x, v.y}, Max: orb.Point{v.x + v.w, v.y + v.h}}
}

// parts is a geometry sorted by what can be done with it.
type parts struct {
	areas  orb.MultiPolygon
	lines  orb.MultiLineString
	points []orb.Point
}

func (p *parts) empty() bool { return len(p.areas)+len(p.lines)+len(p.points) == 0 }

// see adds what is seen of a geometry, still on the ground.
func (v view) see(out *parts, g orb.Geometry) {
	switch g := g.(type) {
	case nil:
	case orb.Point:
		if v.cut.Contains(g) {
			out.points = append(out.points, g)
		}
	case orb.MultiPoint:
		for _, p := range g {
			v.see(out, p)
		}
	case orb.LineString:
		v.seeLine(out, g)
	case orb.MultiLineString:
		for _, l := range g {
			v.seeLine(out, l)
		}
	case orb.Collection:
		for _, one := range g {
			v.see(out, one)
		}
	default:
		for _, p := range shape.Areas(g) {
			v.seeArea(out, p)
		}
	}
}

func (v view) seeLine(out *parts, l orb.LineString) {
	switch b := l.Bound(); {
	case len(l) < 2 || !b.Intersects(v.cut):
	case v.cut.Contains(b.Min) && v.cut.Contains(b.Max):
		out.lines = append(out.lines, l)
	default:
		out.lines = shape.ClipLine(out.lines, l, v.cut)
	}
}

func (v view) seeArea(out *parts, p orb.Polygon) {
	if len(p) == 0 || len(p[0]) < 3 {
		return
	}
	switch b := p.Bound(); {
	case !b.Intersects(v.cut):
	case v.cut.Contains(b.Min) && v.cut.Contains(b.Max):
		out.areas = append(out.areas, p)
	default:
		out.areas = append(out.areas, shape.ClipPolygon(p, v.cut)...)
	}
}

// place takes parts to the page, without the points that nobody sees.
func (v view) place(p parts) parts {
	var out parts
	for _, area := range p.areas {
		var placed orb.Polygon
		for i, ring := range area {
			if r := v.ring(ring, i == 0); len(r) >= 4 {
				placed = append(placed, r)
			} else if i == 0 {
				break
			}
		}
		if len(placed) > 0 {
			out.areas = append(out.areas, placed)
		}
	}
	for _, line := range p.lines {
		if l := v.line(line); len(l) > 1 {
			out.lines = append(out.lines, l)
		}
	}
	for _, point := range p.points {
		out.points = append(out.points, v.at(point))
	}
	return out
}

func (v view) line(l orb.LineString) orb.LineString {
	kept := orb.LineString(shape.SimplifyPoints(nil, l, v.fine/v.k))
	for i, p := range kept {
		kept[i] = v.at(p)
	}
	return kept
}

// ring places a ring so that outer rings turn one way and holes the other, and
// areas may be filled together whether they overlap or not.
func (v view) ring(r orb.Ring, outer bool) orb.Ring {
	if len(r) < 3 {
		return nil
	}
	if r[0] != r[len(r)-1] {
		r = append(r[:len(r):len(r)], r[0])
	}
	kept := orb.Ring(v.line(orb.LineString(r)))
	if (shape.SignedArea(kept) > 0) != outer {
		kept.Reverse()
	}
	return kept
}
