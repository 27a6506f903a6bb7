package sheet

import (
	"math"

	"github.com/paulmach/orb"
)

// arrow is the length of the head of a dimension line, in millimetres.
const arrow = 1.8

// heads are the arrow heads at both ends of lines. Where the line is too short
// for them between its ends, they point inwards from without.
func heads(lines orb.MultiLineString, mm float64) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, l := range lines {
		n := len(l)
		total := 0.0
		for i := 1; i < n; i++ {
			total += math.Hypot(l[i][0]-l[i-1][0], l[i][1]-l[i-1][1])
		}
		size := arrow * mm
		if total < 2.5*size {
			size = -size
		}
		for _, end := range [2][2]orb.Point{{l[0], l[1]}, {l[n-1], l[n-2]}} {
			if head := arrowHead(end[0], end[1], size); head != nil {
				out = append(out, head)
			}
		}
	}
	return out
}

// arrowHead has its point at tip and its body towards from; a negative size
// turns the body the other way.
func arrowHead(tip, from orb.Point, size float64) orb.Polygon {
	dx, dy := from[0]-tip[0], from[1]-tip[1]
	length := math.Hypot(dx, dy)
	if length == 0 {
		return nil
	}
	dx, dy = dx/length*size, dy/length*size
	const slim = 0.22
	return orb.Polygon{{
		tip,
		{tip[0] + dx - slim*dy, tip[1] + dy + slim*dx},
		{tip[0] + dx + slim*dy, tip[1] + dy - slim*dx},
		tip,
	}}
}

// outline is the shape of a mark around a point; a dot has none.
func (m MarkShape) outline(at orb.Point, size float64) orb.Polygon {
	r := size / 2
	x, y := at[0], at[1]
	switch m {
	case Square:
		return orb.Polygon{{{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}, {x - r, y - r}}}
	case Diamond:
		return orb.Polygon{{{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}, {x, y - r}}}
	case Triangle:
		return orb.Polygon{{{x, y - r}, {x + r, y + 0.75*r}, {x - r, y + 0.75*r}, {x, y - r}}}
	case NoMark, Dot, Plus:
	}
	return nil
}

// rim is the width of the line around a mark, in millimetres.
const rim = 0.2

// strokes are the lines of a mark that is made of lines.
func (m MarkShape) strokes(at orb.Point, size float64) orb.MultiLineString {
	if m != Plus {
		return nil
	}
	r := size / 2
	return orb.MultiLineString{
		{{at[0] - r, at[1]}, {at[0] + r, at[1]}},
		{{at[0], at[1] - r}, {at[0], at[1] + r}},
	}
}
