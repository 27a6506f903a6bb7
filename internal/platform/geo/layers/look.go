package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

// history marks the index of all versions of a layer's features.
const history = "@history"

// lookup is a layer's index with what is needed to read it.
type lookup struct {
	*index.Layer[item]

	layer  Layer
	scale  float64
	minute int32 // now, in minutes since 1970
}

// lookupIn finds or builds the index of a layer; past has the versions that are no
// longer seen too.
func (s *Service) lookupIn(ctx context.Context, tx *store.Tx, l Layer, past bool) (lookup, error) {
	key := index.Key{Tenant: tx.Tenant, Layer: l.Name + " " + strings.Join(l.Tags, " ")}
	if past {
		key.Layer = l.Name + history
	}
	if s.isLarge(key, l.Generation) {
		return lookup{}, index.ErrTooLarge
	}
	found, err := s.index.Get(ctx, key, l.Generation, func(ctx context.Context, b *index.Builder[item]) error {
		return load(ctx, tx, l, past, b)
	})
	if errors.Is(err, index.ErrTooLarge) {
		s.setLarge(key, l.Generation)
	}
	if err != nil {
		return lookup{}, fmt.Errorf("layers: index of %s: %w", l.Name, err)
	}
	return lookup{Layer: found, layer: l, scale: scaleOf(l.System()), minute: minutes(tx.Now.Time, math.MinInt32)}, nil
}

// isLarge reports whether a layer was found too large for an index: to try it again
// for every question would read it anew each time.
func (s *Service) isLarge(key index.Key, generation int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, large := s.large[key]
	return large && at == generation
}

func (s *Service) setLarge(key index.Key, generation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.large[key] = generation
}

// reading is how many rows are read at once.
const reading = 2000

// load puts a layer into an index.
func load(ctx context.Context, tx *store.Tx, l Layer, past bool, b *index.Builder[item]) error {
	tags, w, which := l.Tags, want{generation: l.Generation, raw: len(l.Tags) == 0}, seen
	if past {
		var err error
		if w.ends, err = began(ctx, tx, l.Name); err != nil {
			return err
		}
		tags, w.raw, which = nil, true, known
	}
	scale, after := scaleOf(l.System()), int64(0)
	for {
		rows, err := rowsAfter(ctx, tx, l, which, after, reading)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			f, err := rows[i].feature(w)
			if err != nil {
				return err
			}
			if f.Geometry == nil {
				continue
			}
			it := itemOf(f, scale, tags)
			if err := b.Add(f.Geometry.Bound(), it, len(it.data)); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].number
	}
}

// now reports whether an item is valid now.
func (k lookup) now(i item) bool { return i.at(k.minute) }

// meets reports whether an item's shape meets a box.
func (k lookup) meets(i item, box orb.Bound, frame *shape.Prepared) bool {
	u := i.open(k.scale)
	g := u.shape()
	if p, is := g.(orb.Point); is {
		return box.Contains(p)
	}
	b := g.Bound()
	if !b.Intersects(box) {
		return false
	}
	if box.Contains(b.Min) && box.Contains(b.Max) {
		return true
	}
	return shape.Prepare(g).Intersects(frame)
}

// frameOf prepares a box for comparison; one without width is a line or a point.
func frameOf(b orb.Bound) *shape.Prepared {
	switch {
	case b.Min == b.Max:
		return shape.Prepare(b.Min)
	case b.Min[0] == b.Max[0] || b.Min[1] == b.Max[1]:
		return shape.Prepare(orb.LineString{b.Min, b.Max})
	default:
		return shape.Prepare(b.ToPolygon())
	}
}
