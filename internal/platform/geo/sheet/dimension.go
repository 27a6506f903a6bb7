package sheet

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Dimension is a dimension line (målsetting) from one point to another with its
// text, for a layer in the style of DimensionLine.
func Dimension(from, to orb.Point, text string) Drawn {
	return Drawn{Geometry: orb.LineString{from, to}, Label: text}
}

// Metres writes a distance in metres with one decimal: "4,2 m". It is cut, not
// rounded, so that 3.96 m never reads as the 4.0 m that plan- og bygningsloven
// § 29-4 asks for; half a centimetre is taken for the noise of reckoning.
func Metres(words *i18n.Localizer, m float64) string {
	text := strconv.FormatFloat(math.Floor((m+0.005)*10)/10, 'f', 1, 64)
	if words.Lang() != i18n.EN {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + "\u00a0m"
}

// maxPairs is how many pairs of edges Shortest compares at most.
const maxPairs = 20_000_000

// Shortest is the shortest line between two shapes, from the first to the
// second, for a dimension line. It is false when there is none: a shape is
// empty, they have so many corners that it would take long, or they meet.
func Shortest(a, b orb.Geometry) (orb.LineString, bool) {
	from, to := edges(a), edges(b)
	if len(from) == 0 || len(to) == 0 || len(from) > maxPairs/len(to) || shape.Intersects(a, b) {
		return nil, false
	}
	best, nearest := math.Inf(1), orb.LineString(nil)
	try := func(p, q orb.Point) {
		if d := math.Hypot(p[0]-q[0], p[1]-q[1]); d < best {
			best, nearest = d, orb.LineString{p, q}
		}
	}
	for _, e := range from {
		for _, f := range to {
			if apart(e, f) > best {
				continue
			}
			try(e[0], onto(e[0], f))
			try(e[1], onto(e[1], f))
			try(onto(f[0], e), f[0])
			try(onto(f[1], e), f[1])
		}
	}
	return nearest, nearest != nil
}

type edge [2]orb.Point

// edges are the edges of a shape; a point is an edge of no length.
func edges(g orb.Geometry) []edge {
	var out []edge
	line := func(points []orb.Point) {
		for i := 1; i < len(points); i++ {
			out = append(out, edge{points[i-1], points[i]})
		}
	}
	switch g := g.(type) {
	case nil:
	case orb.Point:
		out = append(out, edge{g, g})
	case orb.MultiPoint:
		for _, p := range g {
			out = append(out, edge{p, p})
		}
	case orb.LineString:
		line(g)
	case orb.MultiLineString:
		for _, l := range g {
			line(l)
		}
	case orb.Collection:
		for _, one := range g {
			out = append(out, edges(one)...)
		}
	default:
		for _, l := range shape.Outline(g) {
			line(l)
		}
	}
	return out
}

// apart is a distance that two edges have at least: that of the boxes around
// them.
func apart(e, f edge) float64 {
	gap := func(i int) float64 {
		return max(0, min(f[0][i], f[1][i])-max(e[0][i], e[1][i]), min(e[0][i], e[1][i])-max(f[0][i], f[1][i]))
	}
	return math.Hypot(gap(0), gap(1))
}

// onto is the point of an edge that is nearest to p.
func onto(p orb.Point, e edge) orb.Point {
	dx, dy := e[1][0]-e[0][0], e[1][1]-e[0][1]
	length := dx*dx + dy*dy
	if length == 0 {
		return e[0]
	}
	t := min(1, max(0, ((p[0]-e[0][0])*dx+(p[1]-e[0][1])*dy)/length))
	return orb.Point{e[0][0] + t*dx, e[0][1] + t*dy}
}
