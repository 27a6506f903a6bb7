package building

import (
	"math"
	"net/url"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/site"
)

// shift is how far the building is moved and turned from where the fields say: by a
// button, or by hand on the drawing. Metres east and north, degrees with the clock.
type shift struct{ east, north, turn float64 }

// The hidden fields in which the script tells what was done by hand since the page was
// drawn. They hold nothing in a page without scripts.
const (
	fieldByEast  = "by_east"
	fieldByNorth = "by_north"
	fieldByTurn  = "by_turn"
)

// shiftOf reads what a button asks for, on top of what was done by hand. What cannot be
// read moves nothing.
func shiftOf(form url.Values, do string, step float64) shift {
	read := func(name string, most float64) float64 {
		n, ok := parseNumber(form.Get(name))
		if !ok {
			return 0
		}
		return max(-most, min(most, n))
	}
	const farOff = 10 * farthest // is told as too far, and not as a number that is wrong
	s := shift{read(fieldByEast, farOff), read(fieldByNorth, farOff), read(fieldByTurn, 3600)}
	by := map[string]shift{
		doNorth: {north: step}, doSouth: {north: -step}, doEast: {east: step}, doWest: {east: -step}, doLeft: {turn: -turnStep}, doRight: {turn: turnStep},
	}[do]
	return shift{s.east + by.east, s.north + by.north, s.turn + by.turn}
}

func (s shift) isZero() bool { return s == shift{} }

// told is how exactly a place must be told by the distances to two sides, in metres.
const told = 0.02

// shifted is the request with the building moved and turned, told in the way it was
// told before; ok is false when it has no place to be moved from. A building that lies
// over a boundary has no distance to it: it is told by the coordinates of its middle.
func (r Request) shifted(by shift, sides []site.Side, around orb.Bound) (moved Request, ok bool) {
	here, area, wrong := r.footprint(sides, around)
	if len(wrong) > 0 {
		return r, false
	}
	if r.Mode == modeCorners {
		here.Corners = cornersText(by.of(area))
		return here, true
	}
	here.SideA, here.SideB = "", ""
	moved = here.at(here.rectangle().Moved(by.east, by.north).Turned(by.turn), sides)
	if moved.Mode != modeSides {
		return moved, true
	}
	again, _, wrong := moved.footprint(sides, around)
	if len(wrong) > 0 || math.Hypot(again.East-moved.East, again.North-moved.North) > told {
		moved.Mode = modePoint
	}
	return moved, true
}

// of moves an area, and turns it about the middle of its box, as the drawing does.
func (s shift) of(area orb.MultiPolygon) orb.MultiPolygon {
	middle := area.Bound().Center()
	sin, cos := math.Sincos(s.turn * math.Pi / 180)
	out := area.Clone()
	for _, polygon := range out {
		for _, ring := range polygon {
			for i, p := range ring {
				x, y := p[0]-middle[0], p[1]-middle[1]
				ring[i] = orb.Point{middle[0] + s.east + x*cos + y*sin, middle[1] + s.north - x*sin + y*cos}
			}
		}
	}
	return out
}
