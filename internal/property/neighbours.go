package property

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// What tells who is a neighbour, in metres.
const (
	// adjoins is how far apart boundaries that are the same may be drawn.
	adjoins = 0.2
	// across is how wide a road, a river or other ground between may be.
	across = 40
	// narrow is how wide a strip of somebody's ground may be to be looked across,
	// as a footpath or a verge is.
	narrow = 6
	// The look goes step by step, from points so far apart along the boundary.
	step, spacing = 0.5, 3
	// maxLooks bounds the work for a property with a boundary of many kilometres.
	maxLooks = 1500
)

// Neighbours returns the properties whose owners are notified of a building
// application (plan- og bygningsloven § 21-3): those that adjoin (naboeiendom) and
// those that only a road, a river or other narrow ground parts from it
// (gjenboereiendom). The ground of roads is looked across and is not among them. The
// nearest come first.
//
// Where more properties lie around one than are read, the error is errs.Conflict: a list that
// lacks a neighbour without saying so lets somebody go unheard, so that none is given.
func (s *Service) Neighbours(ctx context.Context, tx *store.Tx, p Property) ([]Neighbour, error) {
	r := s.reader(ctx, tx)
	found, err := r.near(ctx, layerProperties, p.Ground, across)
	if err != nil {
		return nil, err
	}
	if len(r.more) > 0 {
		return nil, errs.Conflict("property.too_many_around", "number", p.Ref.String())
	}
	v := view{own: newParcel(p)}
	for _, f := range found {
		if o := r.property(f); o.ID != p.ID {
			v.others = append(v.others, newParcel(o))
		}
	}
	var list []Neighbour
	opposite := v.opposite()
	for _, o := range v.others {
		switch {
		case o.IsRoad():
		case shape.Distance(p.Ground, o.Ground) <= adjoins:
			list = append(list, Neighbour{Property: o.Property})
		case opposite[o.ID]:
			list = append(list, Neighbour{Property: o.Property, Opposite: true})
		}
	}
	slices.SortFunc(list, func(a, b Neighbour) int {
		if a.Opposite != b.Opposite {
			if b.Opposite {
				return -1
			}
			return 1
		}
		return cmp.Compare(sortKey(entry{kind: kindProperty, ref: a.Ref}), sortKey(entry{kind: kindProperty, ref: b.Ref}))
	})
	return list, nil
}

// parcel is a property made ready to be asked whether points lie in it.
type parcel struct {
	Property

	box     orb.Bound
	locator *shape.Locator
}

func newParcel(p Property) parcel {
	return parcel{p, p.Ground.Bound(), shape.NewLocator(p.Ground)}
}

func (p parcel) holds(at orb.Point) bool {
	return p.box.Contains(at) && p.locator.Locate(at) == shape.Inside
}

// view is a property with all that lies within sight of it.
type view struct {
	own    parcel
	others []parcel
}

// opposite looks straight out from all along the boundary and notes what is seen
// across roads and narrow ground.
func (v view) opposite() map[string]bool {
	seen := map[string]bool{}
	gap := max(spacing, shape.Length(v.own.Ground)/maxLooks)
	for _, polygon := range v.own.Ground {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				v.along(ring[i-1], ring[i], gap, seen)
			}
		}
	}
	return seen
}

// along looks out from one side of the boundary, on whichever side of it the
// outside is.
func (v view) along(a, b orb.Point, gap float64, seen map[string]bool) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	length := math.Hypot(dx, dy)
	if length < 0.1 {
		return
	}
	looks := int(math.Ceil(length / gap))
	out := orb.Point{-dy / length, dx / length}
	middle := orb.Point{a[0] + dx/2, a[1] + dy/2}
	if v.own.holds(ahead(middle, out, 0.05)) {
		out = orb.Point{-out[0], -out[1]}
	}
	for i := range looks {
		share := (float64(i) + 0.5) / float64(looks)
		v.look(orb.Point{a[0] + dx*share, a[1] + dy*share}, out, seen)
	}
}

func ahead(p, direction orb.Point, metres float64) orb.Point {
	return orb.Point{p[0] + direction[0]*metres, p[1] + direction[1]*metres}
}

// look goes from a point of the boundary until it meets ground that is not to be
// looked across.
func (v view) look(from, direction orb.Point, seen map[string]bool) {
	var crossing string // the property that is being crossed
	var crossed float64
	for d := step / 2; d <= across; d += step {
		at := ahead(from, direction, d)
		if v.own.holds(at) {
			return
		}
		k := slices.IndexFunc(v.others, func(o parcel) bool { return o.holds(at) })
		if k < 0 || v.others[k].IsRoad() {
			crossing = ""
			continue
		}
		if id := v.others[k].ID; id != crossing {
			crossing, crossed = id, 0
			seen[id] = true
		}
		if crossed += step; crossed > narrow {
			return
		}
	}
}
