package site

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// Wish is what a suggestion must heed.
type Wish struct {
	Ground    orb.MultiPolygon
	Own       []orb.MultiPolygon // buildings on the property
	Others    []orb.MultiPolygon // buildings beside it
	Roads     []orb.MultiPolygon
	Boundary  float64 // metres to the boundary
	Apart     float64 // metres to buildings
	Road      float64 // metres to the ground of roads
	AttachOwn bool    // it is a part of a building that stands
}

// across is how many places along each way of the property are tried.
const tries = 36

// Suggest finds a place for a rectangle: one that heeds the wish, and of those the one
// nearest to a building of the property; else the one that comes nearest to heeding
// it. It is false when the rectangle has no place inside the property.
func Suggest(w Wish, width, length float64) (best Rectangle, ok bool) {
	if w.AttachOwn && len(w.Own) > 0 {
		return attach(w, width, length)
	}
	judge := newJudge(w)
	lowest := math.Inf(1)
	for _, turn := range turns(w) {
		eachPlace(w.Ground.Bound(), func(p orb.Point) {
			r := Rectangle{Middle: p, Width: width, Length: length, Turn: turn}
			if cost, inside := judge.cost(r); inside && cost < lowest {
				best, lowest, ok = r, cost, true
			}
		})
	}
	return best, ok
}

// eachPlace visits a grid over a box, in centimetres.
func eachPlace(box orb.Bound, visit func(orb.Point)) {
	dx, dy := (box.Max[0]-box.Min[0])/tries, (box.Max[1]-box.Min[1])/tries
	for i := range tries {
		for j := range tries {
			visit(orb.Point{centimetres(box.Min[0] + (float64(i)+0.5)*dx), centimetres(box.Min[1] + (float64(j)+0.5)*dy)})
		}
	}
}

// turns are the directions that are tried: along the house that stands, else along
// the longest side of the property, and across.
func turns(w Wish) []float64 {
	along := w.Ground
	if house, found := largest(w.Own); found {
		along = house
	}
	ring := outer(along)
	turn, longest := 0.0, 0.0
	for i := 1; i < len(ring); i++ {
		if d := math.Hypot(ring[i][0]-ring[i-1][0], ring[i][1]-ring[i-1][1]); d > longest {
			turn, longest = math.Mod(turnOf(ring[i-1], ring[i]), 180), d
		}
	}
	return []float64{turn, Degrees(turn + 90)}
}

func largest(areas []orb.MultiPolygon) (best orb.MultiPolygon, found bool) {
	most := 0.0
	for _, a := range areas {
		if n := shape.Area(a); n > most {
			best, most, found = a, n, true
		}
	}
	return best, found
}

// judge weighs places.
type judge struct {
	wish    Wish
	inside  *shape.Locator
	outline *shape.Prepared
	own     []*shape.Prepared
	others  []*shape.Prepared
	roads   []*shape.Prepared
}

func newJudge(w Wish) *judge {
	j := &judge{wish: w, inside: shape.NewLocator(w.Ground), outline: shape.Prepare(shape.Outline(w.Ground))}
	for _, a := range w.Own {
		j.own = append(j.own, shape.Prepare(a))
	}
	for _, a := range w.Others {
		j.others = append(j.others, shape.Prepare(a))
	}
	for _, a := range w.Roads {
		j.roads = append(j.roads, shape.Prepare(a))
	}
	return j
}

// cost is small for good places: what is missing of each distance weighs most, and
// then how far it is from the nearest own building.
func (j *judge) cost(r Rectangle) (cost float64, inside bool) {
	for _, corner := range r.Ring()[:4] {
		if !j.inside.Contains(corner) {
			return 0, false
		}
	}
	p := shape.Prepare(r.Area())
	const missing = 1000
	lack := func(list []*shape.Prepared, metres float64) (nearest float64) {
		nearest = math.Inf(1)
		for _, other := range list {
			nearest = min(nearest, p.Distance(other))
		}
		cost += missing * max(0, metres-nearest)
		if nearest == 0 {
			cost += missing * missing // on top of it
		}
		return nearest
	}
	lack([]*shape.Prepared{j.outline}, j.wish.Boundary)
	house := lack(j.own, j.wish.Apart)
	lack(j.others, j.wish.Apart)
	lack(j.roads, j.wish.Road)
	if !math.IsInf(house, 1) {
		cost += house
	}
	return cost, true
}

// attach puts a rectangle against the wall of the largest building where there is the
// most room before it.
func attach(w Wish, width, length float64) (best Rectangle, ok bool) {
	house, found := largest(w.Own)
	if !found {
		return best, false
	}
	w.Own = nil // it stands against one
	judge := newJudge(w)
	lowest := math.Inf(1)
	ring := outer(house)
	for i := 1; i < len(ring); i++ {
		wall := Side{Line: orb.LineString{ring[i-1], ring[i]}}
		in, middle := wall.inwards(), wall.Middle()
		if in == (orb.Point{}) {
			continue
		}
		r := Rectangle{Width: width, Length: length, Turn: Degrees(wall.Turn() + 90)}
		r.Middle = orb.Point{middle[0] - in[0]*length/2, middle[1] - in[1]*length/2}
		cost, inside := judge.cost(r)
		cost -= min(shape.Length(wall.Line), width) // along a wall that is long enough
		if inside && shape.Overlap(r.Area(), house) < 0.05*width*length && cost < lowest {
			best, lowest, ok = r, cost, true
		}
	}
	return best, ok
}
