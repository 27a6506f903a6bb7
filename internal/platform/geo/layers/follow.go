package layers

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Change is a layer that has moved on.
type Change struct {
	Layer string `json:"layer"`
	// From and To are the generations before and after.
	From int64 `json:"from"`
	To   int64 `json:"to"`
	// Part is the data set that was brought in, "" for the whole layer.
	Part string `json:"part"`
}

// Follower hears of an import in its last transaction: an error undoes it. What
// takes time it puts into a job.
type Follower func(ctx context.Context, tx *store.Tx, c Change) error

// Follow registers a follower, at start.
func (s *Service) Follow(f Follower) { s.followers = append(s.followers, f) }

// tell lets all followers know of a change.
func (s *Service) tell(ctx context.Context, tx *store.Tx, c Change) error {
	for _, f := range s.followers {
		if err := f(ctx, tx, c); err != nil {
			return fmt.Errorf("layers: follower of %s: %w", c.Layer, err)
		}
	}
	return nil
}

// ChangesIn visits what an import has changed: features that came (before is nil),
// went (after is nil) or were changed, in the order of their rows. The coordinates are
// in the system that is told, or the layer's own.
func (s *Service) ChangesIn(ctx context.Context, tx *store.Tx, c Change, in crs.System, visit func(before, after *Feature) error) error {
	l, err := s.layerIn(ctx, tx, c.Layer)
	if err != nil {
		return err
	}
	w := l.projected(in)
	w.generation = c.To
	if w.ends, err = began(ctx, tx, l.Name); err != nil {
		return err
	}
	if err := s.came(ctx, tx, c, w, visit); err != nil {
		return err
	}
	return s.went(ctx, tx, c, w, visit)
}

// came visits what is new or changed.
func (s *Service) came(ctx context.Context, tx *store.Tx, c Change, w want, visit func(before, after *Feature) error) error {
	return pages(ctx, tx, c, `select `+string(whole)+` from geo_features where tenant_id = $1 and layer = $2 and since > $3 and since <= $4
		and (ended is null or ended > $4) and row_number > $5 order by row_number limit $6`, func(r *row) error {
		after, err := r.feature(w)
		if err != nil {
			return err
		}
		if c.From == 0 { // there was nothing before
			return visit(nil, &after)
		}
		old, err := store.All(ctx, tx, (*row).fields, `select `+string(whole)+` from geo_features where tenant_id = $1 and layer = $2 and id = $3
			and since <= $4 and ended > $4 and ended <= $5 order by since desc limit 1`, tx.Tenant, c.Layer, r.id, c.From, c.To)
		if err != nil {
			return fmt.Errorf("layers: version before: %w", err)
		}
		if len(old) == 0 {
			return visit(nil, &after)
		}
		before, err := old[0].feature(w)
		if err != nil {
			return err
		}
		return visit(&before, &after)
	})
}

// went visits what is there no more.
func (s *Service) went(ctx context.Context, tx *store.Tx, c Change, w want, visit func(before, after *Feature) error) error {
	return pages(ctx, tx, c, `select `+string(whole)+` from geo_features f where tenant_id = $1 and layer = $2 and since <= $3 and ended > $3 and ended <= $4
		and not exists (select 1 from geo_features n where n.tenant_id = $1 and n.layer = $2 and n.id = f.id and n.since > $3 and n.since <= $4
			and (n.ended is null or n.ended > $4))
		and row_number > $5 order by row_number limit $6`, func(r *row) error {
		before, err := r.feature(w)
		if err != nil {
			return err
		}
		return visit(&before, nil)
	})
}

// pages visits the rows of a statement, some at a time.
func pages(ctx context.Context, tx *store.Tx, c Change, query string, visit func(*row) error) error {
	for after := int64(0); ; {
		rows, err := store.All(ctx, tx, (*row).fields, query, tx.Tenant, c.Layer, c.From, c.To, after, reading)
		if err != nil {
			return fmt.Errorf("layers: changes of %s: %w", c.Layer, err)
		}
		for i := range rows {
			if err := visit(&rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < reading {
			return nil
		}
		after = rows[len(rows)-1].number
	}
}
