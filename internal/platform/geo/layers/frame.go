package layers

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// frame is the ground that features are sought on, ready for many of them. It is used
// by one at a time.
type frame struct {
	box orb.Bound
	// inside tells where points lie with regard to an area; nil when the ground is the
	// box itself.
	inside *shape.Locator
	whole  *shape.Prepared
	// inner lies wholly on the ground, and so do things whose boxes lie in it: most of
	// them need not be unpacked.
	inner orb.Bound
	room  room
}

// boxFrame seeks in a box, its sides counting in.
func boxFrame(b orb.Bound) *frame { return &frame{box: b, inner: b, whole: prepareBox(b)} }

// areaFrame seeks in an area.
func areaFrame(area orb.MultiPolygon) *frame {
	f := &frame{box: area.Bound(), inside: shape.NewLocator(area), whole: shape.Prepare(area)}
	f.inner = f.heart()
	return f
}

// prepareBox prepares a box for comparison; one without width is a line or a point.
func prepareBox(b orb.Bound) *shape.Prepared {
	switch {
	case b.Min == b.Max:
		return shape.Prepare(b.Min)
	case b.Min[0] == b.Max[0] || b.Min[1] == b.Max[1]:
		return shape.Prepare(orb.LineString{b.Min, b.Max})
	default:
		return shape.Prepare(b.ToPolygon())
	}
}

// heart is a box in the middle of an area that lies wholly in it, as large as a few
// tries find one; of nothing when they find none.
func (f *frame) heart() orb.Bound {
	width, height := f.box.Max[0]-f.box.Min[0], f.box.Max[1]-f.box.Min[1]
	for _, less := range []float64{0.01, 0.03, 0.06, 0.12, 0.2, 0.3} {
		b := orb.Bound{
			Min: orb.Point{f.box.Min[0] + less*width, f.box.Min[1] + less*height},
			Max: orb.Point{f.box.Max[0] - less*width, f.box.Max[1] - less*height},
		}
		corners := f.inside.Contains(b.Min) && f.inside.Contains(b.Max) && f.inside.Contains(b.LeftTop()) && f.inside.Contains(b.RightBottom())
		if corners && b.Min[0] < b.Max[0] && b.Min[1] < b.Max[1] && f.whole.Relate(prepareBox(b)).Covers() {
			return b
		}
	}
	return nowhere()
}

// meets reports whether an item meets the ground; around is a box that holds it.
func (f *frame) meets(around orb.Bound, i item, scale float64) bool {
	if f.inner.Contains(around.Min) && f.inner.Contains(around.Max) {
		return true
	}
	u := i.open(scale, &f.room)
	g := u.shape()
	box := nowhere()
	for k, p := range f.room.points { // of the shape, whatever it is
		if f.holds(p) {
			return true
		}
		if k == 0 {
			box = orb.Bound{Min: p, Max: p}
		}
		box.Min[0], box.Max[0] = math.Min(box.Min[0], p[0]), math.Max(box.Max[0], p[0])
		box.Min[1], box.Max[1] = math.Min(box.Min[1], p[1]), math.Max(box.Max[1], p[1])
	}
	if _, point := g.(orb.Point); point || !(box.Min[0] <= box.Max[0]) || !box.Intersects(f.box) {
		return false
	}
	return shape.Prepare(g).Intersects(f.whole)
}

// holds reports whether a point lies on the ground, its edge counting in.
func (f *frame) holds(p orb.Point) bool {
	switch {
	case !f.box.Contains(p):
		return false
	case f.inside == nil || f.inner.Contains(p):
		return true
	default:
		return f.inside.Contains(p)
	}
}
