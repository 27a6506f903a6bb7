package sheet

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// finestHatch is the least distance of hatching lines in millimetres; closer
// ones would be a colour.
const finestHatch = 0.4

// hatching draws the lines of a hatch over areas on the page. The lines of all
// areas with the same hatch continue one another. They are reckoned rather than
// clipped by the viewer, so that a picture needs neither patterns nor clip
// paths, whose names could clash with those of another picture in the page.
func hatching(areas orb.MultiPolygon, h Hatch, mm float64) orb.MultiLineString {
	if h.Color == "" || h.Gap == 0 {
		return nil
	}
	gap := max(h.Gap, finestHatch) * mm
	var out orb.MultiLineString
	for _, area := range areas {
		out = hatchLines(out, area, h.Angle, gap)
		if h.Cross {
			out = hatchLines(out, area, h.Angle+90, gap)
		}
	}
	return out
}

// hatchLines appends one set of lines: each runs along (cos, −sin) of the page,
// whose y points down, and they are gap apart.
func hatchLines(out orb.MultiLineString, area orb.Polygon, angle, gap float64) orb.MultiLineString {
	sin, cos := math.Sincos(angle * math.Pi / 180)
	// along and across are a point's coordinates in the system of the lines.
	along := func(p orb.Point) float64 { return p[0]*cos - p[1]*sin }
	across := func(p orb.Point) float64 { return p[0]*sin + p[1]*cos }
	crossings := map[int][]float64{}
	for _, ring := range area {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if across(a) > across(b) {
				a, b = b, a
			}
			low, high := across(a), across(b)
			// A line through a corner belongs to the edge above it only.
			for n := int(math.Ceil(low / gap)); float64(n)*gap < high; n++ {
				t := (float64(n)*gap - low) / (high - low)
				crossings[n] = append(crossings[n], along(a)+t*(along(b)-along(a)))
			}
		}
	}
	rows := make([]int, 0, len(crossings))
	for n := range crossings {
		rows = append(rows, n)
	}
	slices.Sort(rows)
	for _, n := range rows {
		at, s := crossings[n], float64(n)*gap
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			out = append(out, orb.LineString{
				{at[i]*cos + s*sin, s*cos - at[i]*sin},
				{at[i+1]*cos + s*sin, s*cos - at[i+1]*sin},
			})
		}
	}
	return out
}
