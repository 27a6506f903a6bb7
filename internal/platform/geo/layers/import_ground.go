package layers

import (
	"context"
	"math"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// soil is the municipality's own ground with its surroundings. A box around a coast or
// around a valley holds much that is not of it: the sea, the next town. So features are
// held against the outline itself, which need not be exact: the margin is wide.
type soil struct {
	system crs.System // in metres
	area   *shape.Prepared
	// cells are the answers for squares of ground, found when they are first asked for:
	// most features lie in one where there is no question.
	cells map[[2]int32]nearness
	into  map[int]crs.Func
}

// nearness is how a square of ground lies to the municipality.
type nearness int8

const (
	unknown nearness = iota
	all              // every point of it is near enough
	some             // it has to be measured
	none
)

const (
	// margin is how far outside the municipality's outline a feature may lie, in metres.
	margin = 5_000
	// cell is the side of a square of ground, in metres.
	cell = 1_000
	// mostSquares bounds what is remembered.
	mostSquares = 200_000
)

// ground reads the municipality's outline; nil when its layer has no areas.
func (r *run) ground(ctx context.Context, tx *store.Tx) (*soil, error) {
	home := r.s.Home(ctx)
	var area orb.MultiPolygon
	err := r.s.EachIn(identity.AsSystem(ctx, Name), tx, boundary, home, func(f Feature) error {
		area = append(area, shape.Areas(f.Geometry)...)
		return nil
	})
	if err != nil || len(area) == 0 || home.Degrees {
		return nil, err
	}
	return &soil{system: home, area: shape.Prepare(area), cells: map[[2]int32]nearness{}, into: map[int]crs.Func{}}, nil
}

// near reports whether a shape of a system comes near enough.
func (s *soil) near(g orb.Geometry, system crs.System) bool {
	into, known := s.into[system.Code]
	if !known {
		if system.Code != s.system.Code {
			into = crs.Between(system, s.system)
		}
		s.into[system.Code] = into
	}
	p, any := firstPoint(g)
	if !any {
		return true // the shape is judged elsewhere
	}
	if into != nil {
		p = into(p)
	}
	if !crs.Finite(p) || math.Abs(p[0]) > 1e8 || math.Abs(p[1]) > 1e8 {
		return false
	}
	at := s.around(p)
	if _, point := g.(orb.Point); at == all || at == none && point {
		return at == all
	}
	if into != nil {
		g = crs.Apply(g, into)
	}
	if b := g.Bound(); !crs.Finite(b.Min) || !crs.Finite(b.Max) || !s.area.Bound().Pad(margin).Intersects(b) {
		return false
	}
	return s.area.Distance(shape.Prepare(g)) <= margin
}

// around tells of the square that a point lies in.
func (s *soil) around(p orb.Point) nearness {
	key := [2]int32{int32(math.Floor(p[0] / cell)), int32(math.Floor(p[1] / cell))}
	if found := s.cells[key]; found != unknown {
		return found
	}
	middle := orb.Point{(float64(key[0]) + 0.5) * cell, (float64(key[1]) + 0.5) * cell}
	away, half := s.area.Distance(shape.Prepare(middle)), cell*math.Sqrt2/2
	found := some
	switch {
	case away+half <= margin:
		found = all
	case away-half > margin:
		found = none
	}
	if len(s.cells) < mostSquares {
		s.cells[key] = found
	}
	return found
}

// firstPoint is the first corner of a shape.
func firstPoint(g orb.Geometry) (p orb.Point, ok bool) {
	switch g := g.(type) {
	case orb.Point:
		return g, true
	case orb.MultiPoint:
		return firstOf(g)
	case orb.LineString:
		return firstOf(g)
	case orb.Ring:
		return firstOf(g)
	case orb.MultiLineString:
		return firstIn(g)
	case orb.Polygon:
		return firstIn(g)
	case orb.MultiPolygon:
		return firstIn(g)
	case orb.Collection:
		return firstIn(g)
	default:
		return orb.Point{}, false
	}
}

func firstOf[L ~[]orb.Point](points L) (orb.Point, bool) {
	if len(points) == 0 {
		return orb.Point{}, false
	}
	return points[0], true
}

func firstIn[L ~[]G, G orb.Geometry](parts L) (orb.Point, bool) {
	for _, part := range parts {
		if p, ok := firstPoint(part); ok {
			return p, true
		}
	}
	return orb.Point{}, false
}
