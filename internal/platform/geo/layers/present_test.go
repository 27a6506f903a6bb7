package layers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// TestFind_isTheSameAllDay imports a plan that ends and one that begins on a day, with
// the days as files write them: at midnight of Greenwich, which is one in the night here,
// and in the middle of the day. Asked just after midnight and at noon the answers, the
// counts and the tiles are those of the day.
func TestFind_isTheSameAllDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := clock.DateIn(w.Clock.Now()).AddDays(10)
		old, next, noon := place("old", square(0, 0, 900)), place("next", square(0, 0, 900)), place("noon", square(0, 0, 900))
		midnight := time.Date(first.Year, first.Month, first.Day, 0, 0, 0, 0, time.UTC)
		old.To, next.From, noon.From = midnight, midnight, first.Start().Add(12*time.Hour)
		w.put(w.Ctx, layer("places"), nil, old, next, noon)
		box := &orb.Bound{Min: orb.Point{-1, -1}, Max: orb.Point{1000, 1000}}
		seen := func() string {
			var each []string
			w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				return w.EachIn(ctx, tx, "places", layer("places").System(), func(f Feature) error {
					each = append(each, f.ID)
					return nil
				})
			})
			in, p := w.find(w.Ctx, Query{Layer: "places", Box: box, Count: true})
			all, q := w.find(w.Ctx, Query{Layer: "places", Count: true})
			return fmt.Sprint(in, p.Matched, all, q.Matched, each)
		}
		for _, c := range []struct {
			at   time.Time
			want string
		}{
			{first.Start().Add(-time.Minute), "[old] 1 [old] 1 [old]"},
			{first.Start().Add(time.Minute), "[next noon] 2 [next noon] 2 [next noon]"},
			{first.Start().Add(20 * time.Hour), "[next noon] 2 [next noon] 2 [next noon]"},
		} {
			w.Clock.Advance(c.at.Sub(w.Clock.Now()))
			if diff := cmp.Diff(c.want, seen()); diff != "" {
				t.Errorf("at %s: %s", c.at, diff)
			}
		}
	})
}

// TestTile_isOfTheDay asks for a tile the minute after a plan has come into force.
func TestTile_isOfTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := clock.DateIn(w.Clock.Now()).AddDays(3)
		next := place("next", square(340000, 6394000, 900))
		next.From = time.Date(first.Year, first.Month, first.Day, 0, 0, 0, 0, time.UTC)
		w.put(w.Ctx, layer("places"), nil, next)
		utm, _ := crs.ByCode(crs.UTM32)
		whole := tile.At(crs.Between(utm, crs.CRS84())(orb.Point{340450, 6394450}), 14)
		before, err := w.Tile(w.Ctx, []string{"places"}, whole)
		if err != nil || len(before.Body) != 0 {
			t.Fatalf("%d bytes before it is in force, %v", len(before.Body), err)
		}
		w.Clock.Advance(first.Start().Add(time.Minute).Sub(w.Clock.Now()))
		after, err := w.Tile(w.Ctx, []string{"places"}, whole)
		if err != nil || len(after.Body) == 0 || after.ETag == before.ETag {
			t.Errorf("%d bytes on its day, %v", len(after.Body), err)
		}
		if len(after.Layers) != 1 || after.Layers[0].Name != "places" {
			t.Errorf("of %v", after.Layers)
		}
	})
}
