package layers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// history marks the index of all versions of a layer's features.
const history = "@history"

// lookup is a layer's index with what is needed to read it.
type lookup struct {
	*index.Layer[index.Place]

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
	found, err := s.index.Get(ctx, key, l.Generation, func(ctx context.Context, b *index.Builder[index.Place]) error {
		return load(ctx, tx, l, past, b)
	})
	if errors.Is(err, index.ErrTooLarge) {
		s.setLarge(key, l.Generation)
	}
	if err != nil {
		return lookup{}, fmt.Errorf("layers: index of %s: %w", l.Name, err)
	}
	return lookup{Layer: found, layer: l, scale: scaleOf(l.System()), minute: minutes(present(tx.Now.Time), math.MinInt32)}, nil
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

// maxExpected is how many features room is made for beforehand, at the most.
const maxExpected = 1 << 22

// load puts a layer into an index.
func load(ctx context.Context, tx *store.Tx, l Layer, past bool, b *index.Builder[index.Place]) error {
	tags, w, which, read := l.Tags, want{generation: l.Generation, raw: true}, seen, lean
	if past {
		var err error
		if w.ends, err = began(ctx, tx, l.Name); err != nil {
			return err
		}
		tags, which, read = nil, known, whole
	}
	b.Expect(int(min(l.Count, maxExpected)))
	scale, after := scaleOf(l.System()), int64(0)
	var packed []byte
	var values []tile.Value
	for {
		rows, err := read.rowsAfter(ctx, tx, l, which, after, reading)
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
			if values, err = tagsIn(f.JSON, f.ID, tags, values[:0]); err != nil {
				return fmt.Errorf("feature %s: %w", f.ID, err)
			}
			packed = appendItem(packed[:0], f, scale, values)
			place, err := b.Keep(packed)
			if err == nil {
				err = b.Add(f.Geometry.Bound(), place, 0)
			}
			if err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].number
	}
}

// now reports whether an item is valid now.
func (k lookup) now(i item) bool { return i.at(k.minute) }

// each visits the items whose boxes meet a box, with boxes that hold them, until visit
// answers false.
func (k lookup) each(box orb.Bound, visit func(around orb.Bound, i item) bool) {
	k.Boxes(box, func(around orb.Bound, at index.Place) bool { return visit(around, readItem(k.Kept(at))) })
}
