package index_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/index"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newCache(maxBytes int64) (*index.Cache[int], *clock.Fake) {
	c := clock.NewFake(start)
	return index.New[int](c, index.Options{MaxBytes: maxBytes, Idle: 10 * time.Minute}), c
}

func at(x, y float64) orb.Bound { return orb.Point{x, y}.Bound() }

// row puts n points in a row, each with its number.
func row(n int) index.Load[int] {
	return func(_ context.Context, b *index.Builder[int]) error {
		for i := range n {
			if err := b.Add(at(float64(i), 0), i, 0); err != nil {
				return err
			}
		}
		return nil
	}
}

func get(t *testing.T, c *index.Cache[int], layer string, generation int64, load index.Load[int]) *index.Layer[int] {
	t.Helper()
	l, err := c.Get(t.Context(), index.Key{Tenant: "t-a", Layer: layer}, generation, load)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func search(l *index.Layer[int], b orb.Bound) []int {
	var found []int
	l.Search(b, func(i int) bool { found = append(found, i); return true })
	slices.Sort(found)
	return found
}

// What a plain look through all boxes finds, the index finds, in coordinates as
// large as those of EPSG:25833; what it finds too much lies within a metre.
func TestSearch_losesNothing(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(30)
	boxes := make([]orb.Bound, 5000)
	for i := range boxes {
		p := orb.Point{-80_000 + 1_200_000*rnd.Float64(), 6_400_000 + 1_500_000*rnd.Float64()}
		boxes[i] = orb.Bound{Min: p, Max: orb.Point{p[0] + 5000*rnd.Float64(), p[1] + 5000*rnd.Float64()}}
	}
	c, _ := newCache(1 << 30)
	l := get(t, c, "a", 1, func(_ context.Context, b *index.Builder[int]) error {
		for i, box := range boxes {
			if err := b.Add(box, i, 0); err != nil {
				return err
			}
		}
		return nil
	})
	for range 300 {
		ask := boxes[rnd.IntN(len(boxes))].Pad(float64(rnd.IntN(20000)))
		var must, may []int
		for i, box := range boxes {
			if box.Intersects(ask) {
				must = append(must, i)
			}
			if box.Intersects(ask.Pad(2)) {
				may = append(may, i)
			}
		}
		found := search(l, ask)
		for _, i := range must {
			if _, ok := slices.BinarySearch(found, i); !ok {
				t.Fatalf("%v in %v was lost", boxes[i], ask)
			}
		}
		for _, i := range found {
			if !slices.Contains(may, i) {
				t.Fatalf("%v is far from %v", boxes[i], ask)
			}
		}
	}
	if bound, ok := l.Bound(); !ok || !bound.Contains(boxes[0].Min) || l.Len() != 5000 {
		t.Errorf("bound %v %t, %d items", bound, ok, l.Len())
	}
}

func TestSearch_stopsWhenTold(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	l := get(t, c, "a", 1, row(100))
	n := 0
	l.Search(orb.Bound{Min: orb.Point{0, -1}, Max: orb.Point{99, 1}}, func(int) bool { n++; return n < 7 })
	if n != 7 {
		t.Errorf("%d visited", n)
	}
	for _, b := range []orb.Bound{
		{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}},
		{Min: orb.Point{5, 5}, Max: orb.Point{1, 1}},
	} {
		if found := search(l, b); found != nil {
			t.Errorf("%v finds %v", b, found)
		}
	}
}

func TestBuilder_leavesOutWhatHasNoBox(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	l := get(t, c, "a", 1, func(_ context.Context, b *index.Builder[int]) error {
		return errors.Join(
			b.Add(orb.MultiPoint{}.Bound(), 1, 0),
			b.Add(orb.Bound{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}}, 2, 0),
			b.Add(at(1, 1), 3, 0))
	})
	if l.Len() != 1 {
		t.Errorf("%d items", l.Len())
	}
}

func TestGet_buildsOncePerGeneration(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	first := get(t, c, "a", 3, row(5))
	never := func(context.Context, *index.Builder[int]) error { t.Error("built again"); return nil }
	if get(t, c, "a", 3, never) != first || get(t, c, "a", 2, never) != first {
		t.Error("the same generation gives another index")
	}
	second := get(t, c, "a", 4, row(6))
	if second == first || second.Generation() != 4 || second.Len() != 6 {
		t.Errorf("generation %d with %d items", second.Generation(), second.Len())
	}
	if first.Len() != 5 {
		t.Error("who holds the old index has lost it")
	}
	if s := c.Stats(); s.Layers != 1 || s.Builds != 2 || s.Bytes != second.Bytes() {
		t.Errorf("%+v", s)
	}
}

func TestGet_keepsTenantsApart(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	a := get(t, c, "plan", 1, row(3))
	b, err := c.Get(t.Context(), index.Key{Tenant: "t-b", Layer: "plan"}, 1, row(4))
	if err != nil || a == b || b.Len() != 4 || a.Len() != 3 {
		t.Errorf("%d and %d items, %v", a.Len(), b.Len(), err)
	}
}

func TestGet_letsOthersWaitForTheSame(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	var builds atomic.Int32
	slow := func(_ context.Context, b *index.Builder[int]) error {
		builds.Add(1)
		time.Sleep(20 * time.Millisecond)
		return b.Add(at(1, 1), 1, 0)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if l, err := c.Get(t.Context(), index.Key{Layer: "a"}, 1, slow); err != nil || l.Len() != 1 {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if builds.Load() != 1 {
		t.Errorf("built %d times", builds.Load())
	}
}

func TestGet_triesAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	broken := errors.New("the store is away")
	_, err := c.Get(t.Context(), index.Key{Layer: "a"}, 1, func(context.Context, *index.Builder[int]) error { return broken })
	if !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if s := c.Stats(); s.Layers != 0 || s.Bytes != 0 {
		t.Errorf("%+v is left of it", s)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _ = c.Get(t.Context(), index.Key{Layer: "a"}, 1, func(context.Context, *index.Builder[int]) error { panic("no") })
	}()
	if l, err := c.Get(t.Context(), index.Key{Layer: "a"}, 1, row(2)); err != nil || l.Len() != 2 {
		t.Errorf("%v", err)
	}
}

func TestGet_stopsWaitingWhenCancelled(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	started, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		_, err := c.Get(context.WithoutCancel(t.Context()), index.Key{Layer: "a"}, 1, func(context.Context, *index.Builder[int]) error {
			close(started)
			<-release
			return nil
		})
		done <- err
	}()
	<-started
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, index.Key{Layer: "a"}, 1, row(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestSweep_dropsWhatIsIdle(t *testing.T) {
	t.Parallel()
	c, clk := newCache(1 << 20)
	get(t, c, "a", 1, row(5))
	clk.Advance(6 * time.Minute)
	get(t, c, "b", 1, row(5))
	clk.Advance(5 * time.Minute)
	c.Sweep()
	if s := c.Stats(); s.Layers != 1 || s.Bytes == 0 {
		t.Errorf("%+v, want b only", s)
	}
	clk.Advance(11 * time.Minute)
	get(t, c, "c", 1, row(1)) // asking sweeps too
	if s := c.Stats(); s.Layers != 1 || s.Builds != 3 {
		t.Errorf("%+v, want c only", s)
	}
}

func TestCache_staysWithinItsMemory(t *testing.T) {
	t.Parallel()
	c, clk := newCache(60_000)
	for _, layer := range []string{"a", "b", "c", "d", "e", "f"} {
		clk.Advance(time.Second)
		get(t, c, layer, 1, row(1000))
		if s := c.Stats(); s.Bytes > 60_000 || s.Layers == 0 {
			t.Fatalf("after %s: %+v", layer, s)
		}
	}
	if s := c.Stats(); s.Layers != 2 {
		t.Errorf("%+v, want the last two", s)
	}
	get(t, c, "f", 1, func(context.Context, *index.Builder[int]) error { t.Error("f was dropped, used last"); return nil })
	_, err := c.Get(t.Context(), index.Key{Layer: "huge"}, 1, row(10_000))
	if !errors.Is(err, index.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	if s := c.Stats(); s.Bytes > 60_000 || s.Layers != 2 {
		t.Errorf("the refused one has cost others: %+v", s)
	}
}

func TestCache_tellsWhatItTakes(t *testing.T) {
	t.Parallel()
	var told []int64
	clk := clock.NewFake(start)
	c := index.New[int](clk, index.Options{MaxBytes: 1 << 20, Idle: time.Minute, Resized: func(bytes int64) { told = append(told, bytes) }})
	l := get(t, c, "a", 1, row(10))
	get(t, c, "a", 1, row(10))
	clk.Advance(2 * time.Minute)
	c.Sweep()
	c.Sweep()
	if want := []int64{l.Bytes(), 0}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

func TestDrop_forgetsAtOnce(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	key := index.Key{Tenant: "t-a", Layer: "a"}
	get(t, c, "a", 1, row(5))
	c.Drop(key)
	c.Drop(key)
	if s := c.Stats(); s.Layers != 0 || s.Bytes != 0 {
		t.Errorf("%+v", s)
	}
	// Dropped while it is being built: who builds gets it, the next builds anew.
	l := get(t, c, "a", 1, func(ctx context.Context, b *index.Builder[int]) error {
		c.Drop(key)
		return row(2)(ctx, b)
	})
	if s := c.Stats(); l.Len() != 2 || s.Layers != 0 {
		t.Errorf("%d items, %+v", l.Len(), s)
	}
}

func BenchmarkSearch(b *testing.B) {
	rnd := geotest.Rand(31)
	c := index.New[uint32](clock.NewFake(start), index.Options{MaxBytes: 1 << 30, Idle: time.Hour})
	l, err := c.Get(b.Context(), index.Key{}, 1, func(_ context.Context, into *index.Builder[uint32]) error {
		for i := range uint32(1_000_000) {
			if err := into.Add(at(400_000+30_000*rnd.Float64(), 6_500_000+30_000*rnd.Float64()), i, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(l.Bytes())/1e6, "MB")
	found := 0
	for b.Loop() {
		p := orb.Point{400_000 + 30_000*rnd.Float64(), 6_500_000 + 30_000*rnd.Float64()}
		l.Search(p.Bound().Pad(500), func(uint32) bool { found++; return true })
	}
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}
