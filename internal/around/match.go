package around

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// watch is an area as the index in memory keeps it, in the home system.
type watch struct {
	id, subscriber string
	often          Often
	topics         []Topic
	middle         orb.Point
	radius         float64          // 0 for a drawn area
	ring           orb.MultiPolygon // nil for a circle
}

// touches reports exactly whether something lies in the area, wholly or in part.
func (w watch) touches(g orb.Geometry) bool {
	if w.ring == nil {
		return shape.Distance(w.middle, g) <= w.radius
	}
	return shape.Intersects(w.ring, g)
}

func (w watch) bound() orb.Bound {
	if w.ring != nil {
		return w.ring.Bound()
	}
	return orb.Bound{Min: orb.Point{w.middle[0] - w.radius, w.middle[1] - w.radius}, Max: orb.Point{w.middle[0] + w.radius, w.middle[1] + w.radius}}
}

// watchSize is about what a watch takes besides its own value.
func (w watch) size() int {
	n := 160
	for _, p := range w.ring {
		for _, r := range p {
			n += 16 * len(r)
		}
	}
	return n
}

func watchOf(a Area, home crs.System) watch {
	w := watch{id: a.ID, subscriber: a.Subscriber, often: a.Often, topics: a.Topics}
	if a.Ground.IsCircle() {
		w.middle, w.radius = a.Ground.middle(home), a.Ground.Radius
	} else {
		w.ring = a.Ground.in(home)
	}
	return w
}

// watched is the index of the municipality's areas as of the transaction.
func (s *Service) watched(ctx context.Context, tx *store.Tx, home crs.System) (*index.Layer[watch], error) {
	now, err := generation(ctx, tx)
	if err != nil {
		return nil, err
	}
	key := index.Key{Tenant: tx.Tenant, Layer: "areas." + strconv.Itoa(home.Code)}
	return s.watches.Get(ctx, key, now, func(ctx context.Context, b *index.Builder[watch]) error {
		for after := ""; ; {
			rows, err := activeAreas(ctx, tx, after, roundSize)
			if err != nil {
				return err
			}
			for _, r := range rows {
				a, err := s.open(ctx, tx, r)
				if err != nil {
					return err
				}
				w := watchOf(a, home)
				if err := b.Add(w.bound(), w, w.size()); err != nil {
					return fmt.Errorf("around: index of the areas: %w", err)
				}
			}
			if len(rows) < roundSize {
				return nil
			}
			after = rows[len(rows)-1].ID
		}
	})
}

// note writes an event down and has those found who are to be told of it. One that
// stands already is nothing.
func (*Service) note(ctx context.Context, tx *store.Tx, e event) error {
	e.ID = ids.New()
	if e.At.IsZero() {
		e.At = tx.Now.Time
	}
	fresh, err := insertEvent(ctx, tx, e)
	if err != nil || !fresh {
		return err
	}
	return jobs.Enqueue(ctx, tx, matchArgs{EventID: e.ID}, jobs.UniqueKey(e.ID))
}

// matchArgs asks to find out who is to be told of an event.
type matchArgs struct {
	EventID string `json:"event"`
}

// Kind implements jobs.Args.
func (matchArgs) Kind() string { return "around.match" }

// match writes down who is to be told of an event. Those who want to be told at once
// get a job each; the others wait for their hour. Done twice it is as done once.
func (s *Service) match(ctx context.Context, eventID string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	var hits []hit
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		e, found, err := eventByID(ctx, tx, eventID)
		if err != nil || !found {
			return err
		}
		hits, err = s.hits(ctx, tx, e)
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(hits, roundSize) {
		err := s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := insertHits(ctx, tx, eventID, some); err != nil {
				return err
			}
			return enqueueTold(ctx, tx, some)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// enqueueTold has those told at once who want to be.
func enqueueTold(ctx context.Context, tx *store.Tx, hits []hit) error {
	var items []jobs.Item
	for _, h := range hits {
		if h.often == AtOnce {
			items = append(items, tellItem(h.area))
		}
	}
	return jobs.EnqueueAll(ctx, tx, items...)
}

// tellItem is the job that tells what an area has to tell. One that meets another waits
// for it, since that one may have read already.
func tellItem(area string) jobs.Item {
	return jobs.Item{Args: tellArgs{AreaID: area}, Options: []jobs.Option{jobs.Ordered("around.area:" + area)}}
}

// hits are the subscribers with an area that the event touches, each once: by the area
// that tells quickest.
func (s *Service) hits(ctx context.Context, tx *store.Tx, e event) ([]hit, error) {
	home := s.Layers.Home(ctx)
	watched, err := s.watched(ctx, tx, home)
	if err != nil {
		return nil, err
	}
	where := crs.Apply(e.Shape, crs.Between(degrees(), home))
	best := map[string]hit{}
	watched.Search(where.Bound(), func(w watch) bool {
		if !slices.Contains(w.topics, e.Kind) || !w.touches(where) {
			return true
		}
		if had, is := best[w.subscriber]; !is || quicker(w, had) {
			best[w.subscriber] = hit{subscriber: w.subscriber, area: w.id, often: w.often}
		}
		return true
	})
	list := make([]hit, 0, len(best))
	for _, h := range best {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b hit) int { return cmp.Compare(a.subscriber, b.subscriber) })
	return list, nil
}

// quicker orders a subscriber's areas: by how often, then the oldest.
func quicker(w watch, had hit) bool {
	a, b := slices.Index(Oftens(), w.often), slices.Index(Oftens(), had.often)
	return a < b || a == b && w.id < had.area
}
