package exchange

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Gap is how far apart two ends may lie that are meant to be one point: a tenth
// of the centimetre that plans are drawn with.
func Gap(geographic bool) float64 {
	if geographic {
		return 1e-8
	}
	return 1e-3
}

// near reports whether two points are meant to be one.
func near(a, b orb.Point, gap float64) bool {
	return math.Abs(a[0]-b[0]) <= gap && math.Abs(a[1]-b[1]) <= gap
}

// Join makes one line of lines that follow on each other. One that is drawn the
// other way is turned. The lines given may be changed.
func Join(lines []orb.LineString, gap float64) (orb.LineString, *Problem) {
	var all orb.LineString
	for i, line := range lines {
		if len(line) < 2 {
			return nil, Wrong("line_short")
		}
		if i == 0 {
			if len(lines) > 1 && turnFirst(line, lines[1], gap) {
				slices.Reverse(line)
			}
			all = append(all, line...)
			continue
		}
		end := all[len(all)-1]
		if !near(end, line[0], gap) && near(end, line[len(line)-1], gap) {
			slices.Reverse(line)
		}
		if !near(end, line[0], gap) {
			return nil, Wrong("line_gap", "x", end[0], "y", end[1])
		}
		all = append(all, line[1:]...)
	}
	return all, nil
}

// turnFirst reports whether the first line only meets the second when turned.
func turnFirst(first, second orb.LineString, gap float64) bool {
	if len(second) == 0 {
		return false
	}
	meets := func(p orb.Point) bool { return near(p, second[0], gap) || near(p, second[len(second)-1], gap) }
	return !meets(first[len(first)-1]) && meets(first[0])
}

// JoinRing makes a ring of lines that follow on each other and end where they
// began.
func JoinRing(lines []orb.LineString, gap float64) (orb.Ring, *Problem) {
	line, wrong := Join(lines, gap)
	if wrong != nil {
		return nil, wrong
	}
	if len(line) == 0 {
		return nil, Wrong("ring_short")
	}
	first, last := line[0], line[len(line)-1]
	if !near(first, last, gap) {
		return nil, Wrong("ring_open", "x", last[0], "y", last[1])
	}
	line[len(line)-1] = first
	return orb.Ring(line), nil
}
