package layers

import (
	"context"
	"math"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/store"
)

// boundary is the layer that has the municipality's outline.
const boundary = "municipality"

// country is the layer that has the outlines of all municipalities.
const country = "municipalities"

const (
	// early is how many features are looked at before a file that lies somewhere else
	// altogether is read no further.
	early = 2000
	// reach is how far outside the municipality a feature may lie, in metres, beside
	// the size of the municipality itself: roads and bus lines go on.
	reach = 10_000
	// metresPerDegree is the length of a degree of latitude.
	metresPerDegree = 111_000
)

// placing finds out whether features lie where they are expected. Axes that have
// changed places and systems that were mixed up show in nothing else.
type placing struct {
	// home is where features are expected, in degrees; known tells whether it is the
	// municipality's own ground, else it is Norway.
	home  orb.Bound
	known bool
	// near is home with its surroundings in a system.
	near map[int]orb.Bound
	// soil is the municipality's outline, nil when it is not known: then the box has to
	// do.
	soil *soil

	epsg           int
	placed         int64
	inside, astray orb.Bound
	strays         exchange.Report
	// lost says that reading on is useless.
	lost atomic.Bool
}

// findHome finds where the municipality lies: its outline, or else the ground that its
// other layers cover, or else somewhere in Norway.
func (r *run) findHome(ctx context.Context) error {
	var all []Layer
	p := &r.place
	err := r.s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if all, err = allLayers(ctx, tx); err != nil || r.o.Anywhere || r.byName[boundary] != nil {
			return err
		}
		if slices.ContainsFunc(all, func(l Layer) bool { return l.Name == boundary && l.Kind == Features && l.HasExtent() }) {
			p.soil, err = r.ground(ctx, tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	p.home, p.near, p.inside, p.astray = crs.Norway(), map[int]orb.Bound{}, nowhere(), nowhere()
	for _, l := range all {
		if l.Kind != Features || !l.HasExtent() || l.System().IsZero() || r.byName[l.Name] != nil || l.Name == country {
			continue
		}
		box := crs.Box(l.Extent, crs.Between(l.System(), crs.CRS84()))
		switch {
		case !crs.Norway().Contains(box.Center()):
		case l.Name == boundary:
			p.home, p.known = box, true
			return nil
		case !p.known:
			p.home, p.known = box, true
		default:
			p.home = p.home.Union(box)
		}
	}
	p.soil = nil // the outline lies abroad
	return nil
}

// around is where features of a system may lie.
func (p *placing) around(s crs.System) orb.Bound {
	if box, known := p.near[s.Code]; known {
		return box
	}
	box := crs.Box(p.home, crs.Between(crs.CRS84(), s))
	if p.known {
		margin := reach + math.Max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
		if s.Degrees {
			margin = math.Max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]) + 2*reach/metresPerDegree
		}
		box = box.Pad(margin)
	}
	p.near[s.Code] = box
	return box
}

// fits reports whether a feature lies where it may; what does not is kept for the end.
func (p *placing) fits(r *run, i *Incoming, in *intake) bool {
	if r.o.Anywhere || in.target.Country {
		return true
	}
	s := systemOf(i.EPSG)
	bound := i.Feature.Geometry.Bound()
	p.placed++
	p.epsg = i.EPSG
	ok := p.around(s).Intersects(bound) && (p.soil == nil || p.soil.near(i.Feature.Geometry, s))
	if ok {
		p.inside = grow(p.inside, bound)
	} else {
		p.astray = grow(p.astray, bound)
		at := crs.Between(s, crs.CRS84())(bound.Center())
		p.strays.Add(exchange.Problem{
			Line: i.Line, Where: i.Feature.ID, Key: "layers.import.astray",
			Args: []any{"x", round(bound.Center()[0], s), "y", round(bound.Center()[1], s), "place", degrees(at)},
		})
	}
	if p.placed == early && p.verdict() != crs.Inside {
		p.lost.Store(true)
		r.hopeless.Store(true)
	}
	return ok
}

// verdict judges all features together: when most of them lie astray, it is the file
// that is wrong, not the features.
func (p *placing) verdict() crs.Placement {
	if int64(p.strays.Count)*2 <= p.placed {
		return crs.Inside
	}
	found, _ := crs.Place(p.astray, systemOf(p.epsg), p.wide())
	if found == crs.Inside {
		return crs.Outside
	}
	return found
}

// wide is home with its surroundings, in degrees.
func (p *placing) wide() orb.Bound { return p.around(crs.CRS84()) }

// settle tells what was found.
func (p *placing) settle(r *run) {
	if p.strays.Count == 0 {
		return
	}
	verdict := p.verdict()
	if verdict == crs.Inside {
		for _, problem := range p.strays.Problems {
			r.report.Add(problem)
		}
		r.report.Count += p.strays.Count - len(p.strays.Problems)
		return
	}
	claimed := systemOf(p.epsg)
	_, other := crs.Place(p.astray, claimed, p.wide())
	at := crs.Between(claimed, crs.CRS84())(p.astray.Center())
	args := []any{"system", claimed.String(), "other", other.String(), "place", degrees(at), "count", p.strays.Count}
	key := "layers.import.place_" + string(verdict)
	if verdict == crs.Outside && !p.known {
		key = "layers.import.place_abroad"
	}
	r.report.Add(exchange.Problem{Key: key, Args: args})
}

func grow(box, more orb.Bound) orb.Bound {
	if box.Min[0] > box.Max[0] {
		return more
	}
	return box.Union(more)
}

// round keeps the digits that a person can use.
func round(v float64, s crs.System) float64 {
	if s.Degrees {
		return math.Round(v*1e5) / 1e5
	}
	return math.Round(v*100) / 100
}

// degrees writes a place as north and east.
func degrees(p orb.Point) string {
	if !crs.Finite(p) {
		return "?"
	}
	return strconv.FormatFloat(p[1], 'f', 4, 64) + ", " + strconv.FormatFloat(p[0], 'f', 4, 64)
}
