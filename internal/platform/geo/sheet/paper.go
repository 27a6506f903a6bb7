package sheet

import (
	"slices"

	"github.com/paulmach/orb"
)

// Paper is a format of paper, as word of an address.
type Paper string

// The papers (ISO 216).
const (
	A4          Paper = "A4"
	A4Landscape Paper = "A4-landscape"
	A3          Paper = "A3"
	A3Landscape Paper = "A3-landscape"
)

// Papers lists the papers.
func Papers() []Paper { return []Paper{A4, A4Landscape, A3, A3Landscape} }

// Known tells whether it is one of the papers.
func (p Paper) Known() bool { return slices.Contains(Papers(), p) }

// Scales lists the standard scales, as 1:n, the largest picture first. Situation
// plans are drawn at 1:200 to 1:1000, overviews at the others.
func Scales() []int {
	return []int{200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000}
}

// Millimetres on paper.
const (
	margin     = 12.0 // around everything, with the coordinates of the grid in it
	bandHeight = 76.0 // of the texts below the map
	bandWidth  = 66.0 // of the texts beside the map
	bandGap    = 5.0
)

// Size is the paper's width and height in millimetres.
func (p Paper) Size() (width, height float64) {
	switch p {
	case A4Landscape:
		return 297, 210
	case A3:
		return 297, 420
	case A3Landscape:
		return 420, 297
	case A4:
	}
	return 210, 297
}

func (p Paper) landscape() bool { return p == A4Landscape || p == A3Landscape }

// Frame is the width and height of the map on the paper, in millimetres.
func (p Paper) Frame() (width, height float64) {
	w, h := p.Size()
	if p.landscape() {
		return w - 2*margin - bandWidth - bandGap, h - 2*margin
	}
	return w - 2*margin, h - 2*margin - bandHeight - bandGap
}

// Ground is what the map's frame shows around a point at a scale, in metres.
func (p Paper) Ground(middle orb.Point, scale int) orb.Bound {
	w, h := p.Frame()
	dx, dy := w*float64(scale)/2000, h*float64(scale)/2000
	return orb.Bound{
		Min: orb.Point{middle[0] - dx, middle[1] - dy},
		Max: orb.Point{middle[0] + dx, middle[1] + dy},
	}
}

// FitScale is the largest standard scale at which a box fits into the frame, or
// the smallest there is when none does.
func FitScale(box orb.Bound, p Paper) int {
	w, h := p.Frame()
	all := Scales()
	for _, scale := range all {
		k := 1000 / float64(scale)
		if (box.Max[0]-box.Min[0])*k <= w && (box.Max[1]-box.Min[1])*k <= h {
			return scale
		}
	}
	return all[len(all)-1]
}

// Around is a box with so many metres of air on each side.
func Around(b orb.Bound, metres float64) orb.Bound { return b.Pad(metres) }

// Pan moves a box by shares of its width and height: Pan(b, 0.5, 0) shows what
// lies east.
func Pan(b orb.Bound, east, north float64) orb.Bound {
	dx, dy := east*(b.Max[0]-b.Min[0]), north*(b.Max[1]-b.Min[1])
	return orb.Bound{
		Min: orb.Point{b.Min[0] + dx, b.Min[1] + dy},
		Max: orb.Point{b.Max[0] + dx, b.Max[1] + dy},
	}
}

// Zoom makes a box larger or smaller around its middle: Zoom(b, 2) shows twice
// as much each way.
func Zoom(b orb.Bound, factor float64) orb.Bound {
	c := b.Center()
	dx, dy := factor*(b.Max[0]-b.Min[0])/2, factor*(b.Max[1]-b.Min[1])/2
	return orb.Bound{Min: orb.Point{c[0] - dx, c[1] - dy}, Max: orb.Point{c[0] + dx, c[1] + dy}}
}
