package shape

import (
	"slices"

	"github.com/paulmach/orb"
)

// Clip gives the part of a shape that lies in a box: of the same kind, or the
// "multi" of it when it falls apart, or nil when nothing is left. Of an area only
// what has area is left, of a line what has length; outer rings turn against the
// clock and holes with it.
func Clip(g orb.Geometry, b orb.Bound) orb.Geometry {
	switch g := g.(type) {
	case orb.Point:
		if b.Contains(g) {
			return g
		}
	case orb.MultiPoint:
		if kept := slices.DeleteFunc(slices.Clone(g), func(p orb.Point) bool { return !b.Contains(p) }); len(kept) > 0 {
			return kept
		}
	case orb.LineString:
		return simplestLine(ClipLine(nil, g, b))
	case orb.MultiLineString:
		var out orb.MultiLineString
		for _, l := range g {
			out = ClipLine(out, l, b)
		}
		return simplestLine(out)
	case orb.Collection:
		var out orb.Collection
		for _, one := range g {
			if kept := Clip(one, b); kept != nil {
				out = append(out, kept)
			}
		}
		if len(out) > 0 {
			return out
		}
	default:
		var out orb.MultiPolygon
		for _, polygon := range Areas(g) {
			out = append(out, ClipPolygon(polygon, b)...)
		}
		return simplestArea(out)
	}
	return nil
}

func simplestLine(lines orb.MultiLineString) orb.Geometry {
	switch len(lines) {
	case 0:
		return nil
	case 1:
		return lines[0]
	default:
		return lines
	}
}

func simplestArea(area orb.MultiPolygon) orb.Geometry {
	switch len(area) {
	case 0:
		return nil
	case 1:
		return area[0]
	default:
		return area
	}
}

// ClipLine appends the stretches of a line that lie in a box.
func ClipLine(out orb.MultiLineString, l orb.LineString, b orb.Bound) orb.MultiLineString {
	var current orb.LineString
	flush := func() {
		if len(current) > 1 {
			out = append(out, current)
		}
		current = nil
	}
	for i := 1; i < len(l); i++ {
		p, q, ok := clipSegment(l[i-1], l[i], b)
		if !ok || p == q {
			if !ok {
				flush()
			}
			continue
		}
		if len(current) == 0 || current[len(current)-1] != p {
			flush()
			current = append(current, p)
		}
		current = append(current, q)
	}
	flush()
	return out
}

// clipSegment is Liang and Barsky's way (1984), with ends that lie on the sides
// of the box exactly.
func clipSegment(p, q orb.Point, b orb.Bound) (from, to orb.Point, ok bool) {
	t0, t1 := 0.0, 1.0
	from, to = p, q
	for axis := range 2 {
		d := q[axis] - p[axis]
		for _, limit := range [2]struct{ sign, at float64 }{{-1, b.Min[axis]}, {1, b.Max[axis]}} {
			gap := (limit.at - p[axis]) * limit.sign
			switch run := d * limit.sign; {
			case run == 0 && gap < 0:
				return from, to, false
			case run == 0:
			case run < 0 && gap < 0: // enters here
				if t := gap / run; t > t0 {
					t0 = t
					from = on(p, q, t, axis, limit.at)
				}
			case run > 0 && gap < run: // leaves here
				if t := gap / run; t < t1 {
					t1 = t
					to = on(p, q, t, axis, limit.at)
				}
			}
		}
	}
	return from, to, t0 <= t1 && b.Contains(from) && b.Contains(to)
}

func on(p, q orb.Point, t float64, axis int, at float64) orb.Point {
	other := 1 - axis
	var r orb.Point
	r[axis] = at
	r[other] = p[other] + t*(q[other]-p[other])
	return r
}

// ClipPolygon gives the parts of a polygon that lie in a box. Unlike the usual
// way of cutting each ring by itself (Sutherland and Hodgman), it leaves no
// bridges along the sides of the box between parts that do not hang together.
func ClipPolygon(p orb.Polygon, b orb.Bound) orb.MultiPolygon {
	if len(p) == 0 || !p.Bound().Intersects(b) {
		return nil
	}
	rings := turned(p)
	for axis := range 2 {
		rings = halfPlane{axis, b.Min[axis], 1}.cut(rings)
		rings = halfPlane{axis, b.Max[axis], -1}.cut(rings)
	}
	return assemble(rings)
}

// turned gives the rings of a polygon with the outer one against the clock and
// the holes with it. Only rings that turn the other way are copied.
func turned(p orb.Polygon) []orb.Ring {
	rings := make([]orb.Ring, 0, len(p))
	for i, r := range p {
		if len(r) < 4 {
			continue
		}
		if (SignedArea(r) > 0) != (i == 0) {
			r = slices.Clone(r)
			slices.Reverse(r)
		}
		rings = append(rings, r)
	}
	return rings
}

// halfPlane keeps what lies beyond a line parallel to an axis: points whose
// coordinate, by sign, is greater than the line's.
type halfPlane struct {
	axis int
	at   float64
	sign float64
}

func (h halfPlane) in(p orb.Point) bool { return (p[h.axis]-h.at)*h.sign > 0 }

// chain is a stretch of a ring inside the half-plane, from where it comes in to
// where it goes out.
type chain struct {
	points orb.Ring
	ring   int // which of the rings it is cut from
}

// cut cuts rings. Those that cross the line fall into chains, and the chains are
// tied together along the line: the inside lies on the left of every ring, so
// along the line, in the right direction, ends and beginnings take turns.
func (h halfPlane) cut(rings []orb.Ring) []orb.Ring {
	var kept []orb.Ring
	var chains []chain
	for i, r := range rings {
		switch some, all := h.sides(r); {
		case all:
			kept = append(kept, r)
		case some:
			chains = h.chains(chains, r, i)
		}
	}
	if len(chains) == 0 {
		return kept
	}
	if tied, ok := h.tie(chains); ok {
		return append(kept, tied...)
	}
	return append(kept, bridged(chains)...)
}

// bridged ties the chains of each ring in the ring's own order, when rounding or
// a ring that crosses itself has spoilt the order along the line: right in area,
// with bridges.
func bridged(chains []chain) []orb.Ring {
	var rings []orb.Ring
	for i := 0; i < len(chains); {
		ring, r := chains[i].ring, orb.Ring(nil)
		for ; i < len(chains) && chains[i].ring == ring; i++ {
			r = append(r, chains[i].points...)
		}
		rings = append(rings, append(r, r[0]))
	}
	return rings
}

func (h halfPlane) sides(r orb.Ring) (some, all bool) {
	all = true
	for _, p := range r {
		if h.in(p) {
			some = true
		} else {
			all = false
		}
	}
	return some, all
}

func (h halfPlane) chains(chains []chain, r orb.Ring, ring int) []chain {
	n := len(r) - 1 // the last is the first again
	start := slices.IndexFunc(r, func(p orb.Point) bool { return !h.in(p) }) % n
	var current orb.Ring
	for k := 1; k <= n; k++ {
		p, q := r[(start+k-1)%n], r[(start+k)%n]
		pIn, qIn := h.in(p), h.in(q)
		if !pIn && qIn {
			current = orb.Ring{h.crossing(q, p)}
		}
		if qIn {
			current = append(current, q)
		}
		if pIn && !qIn {
			chains = append(chains, chain{append(current, h.crossing(p, q)), ring})
			current = nil
		}
	}
	return chains
}

// crossing is where the line is crossed, reckoned from the inner point, so that
// two neighbours which share the edge get the same.
func (h halfPlane) crossing(in, out orb.Point) orb.Point {
	if out[h.axis] == h.at {
		return out
	}
	return on(in, out, (h.at-in[h.axis])/(out[h.axis]-in[h.axis]), h.axis, h.at)
}

// stop is an end of a chain on the line.
type stop struct {
	at    float64 // along the line, in the direction in which the inside is left
	chain int
	out   bool // the chain ends here
}

func (h halfPlane) tie(chains []chain) ([]orb.Ring, bool) {
	stops := make([]stop, 0, 2*len(chains))
	// Walking north with the inside on the left keeps what lies west.
	direction := -h.sign
	if h.axis == 1 {
		direction = h.sign
	}
	for i, c := range chains {
		first, last := c.points[0], c.points[len(c.points)-1]
		stops = append(stops, stop{direction * first[1-h.axis], i, false}, stop{direction * last[1-h.axis], i, true})
	}
	slices.SortFunc(stops, func(a, b stop) int { return compare(a.at, b.at) })
	next := make([]int, len(chains))
	for i := 0; i+1 < len(stops); i += 2 {
		if !takeTurns(stops[i:]) {
			return nil, false
		}
		next[stops[i].chain] = stops[i+1].chain
	}
	return follow(chains, next), true
}

// takeTurns makes sure that the first of stops is an end and the second a
// beginning, changing places among those that stand at the same spot.
func takeTurns(stops []stop) bool {
	for k, out := range []bool{true, false} {
		found := k
		for found < len(stops) && stops[found].at == stops[k].at && stops[found].out != out {
			found++
		}
		if found == len(stops) || stops[found].out != out || stops[found].at != stops[k].at {
			return false
		}
		stops[k], stops[found] = stops[found], stops[k]
	}
	return true
}

func follow(chains []chain, next []int) []orb.Ring {
	used := make([]bool, len(chains))
	var rings []orb.Ring
	for i := range chains {
		if used[i] {
			continue
		}
		var r orb.Ring
		for at := i; !used[at]; at = next[at] {
			used[at] = true
			for _, p := range chains[at].points {
				if len(r) == 0 || r[len(r)-1] != p {
					r = append(r, p)
				}
			}
		}
		if r[0] != r[len(r)-1] {
			r = append(r, r[0])
		}
		rings = append(rings, r)
	}
	return rings
}

// assemble makes polygons of rings: those against the clock are outer rings, the
// others are holes of the smallest outer ring around them.
func assemble(rings []orb.Ring) orb.MultiPolygon {
	var out orb.MultiPolygon
	var holes []orb.Ring
	for _, r := range rings {
		switch area := SignedArea(r); {
		case len(r) < 4:
		case area > 0:
			out = append(out, orb.Polygon{r})
		case area < 0:
			holes = append(holes, r)
		}
	}
	if len(out) == 1 {
		out[0] = append(out[0], holes...)
		return out
	}
	for _, hole := range holes {
		if i := around(out, hole); i >= 0 {
			out[i] = append(out[i], hole)
		}
	}
	return out
}

// around finds the smallest outer ring that a hole lies in, −1 for none.
func around(area orb.MultiPolygon, hole orb.Ring) int {
	best, size := -1, 0.0
	for i, polygon := range area {
		if !polygon[0].Bound().Intersects(hole.Bound()) || !holds(polygon[0], hole) {
			continue
		}
		if a := SignedArea(polygon[0]); best < 0 || a < size {
			best, size = i, a
		}
	}
	return best
}

func holds(outer, inner orb.Ring) bool {
	whole := orb.MultiPolygon{{outer}}
	for i, p := range inner {
		if place := Locate(whole, p); place != Boundary {
			return place == Inside
		}
		if i > 0 {
			q := inner[i-1]
			if place := Locate(whole, orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}); place != Boundary {
				return place == Inside
			}
		}
	}
	return false
}
