package index_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/index"
)

// Whatever size pieces have, they come back as they were put.
func TestKeep_givesBackWhatWasKept(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(40)
	sizes := []int{0, 1, 131_071, 1, 0, 131_072, 0, 1, 131_073, 7, 400_000, 0, 3}
	for range 5000 {
		sizes = append(sizes, rnd.IntN(300))
	}
	pieces, places := make([][]byte, len(sizes)), make([]index.Place, len(sizes))
	total := int64(0)
	c, _ := newCache(1 << 30)
	l := get(t, c, "a", 1, func(_ context.Context, b *index.Builder[int]) error {
		for i, size := range sizes {
			pieces[i] = make([]byte, size)
			for k := range pieces[i] {
				pieces[i][k] = byte(rnd.IntN(256))
			}
			var err error
			if places[i], err = b.Keep(pieces[i]); err != nil {
				return err
			}
			total += int64(size)
		}
		return nil
	})
	for i, piece := range pieces {
		if got := l.Kept(places[i]); !bytes.HasPrefix(got, piece) {
			t.Fatalf("piece %d of %d bytes has changed", i, len(piece))
		}
	}
	if l.Bytes() != total {
		t.Errorf("%d bytes are told of, %d were kept", l.Bytes(), total)
	}
}

func TestKeep_staysWithinTheMemory(t *testing.T) {
	t.Parallel()
	c, _ := newCache(10_000)
	_, err := c.Get(t.Context(), index.Key{Layer: "a"}, 1, func(_ context.Context, b *index.Builder[int]) error {
		for range 100 {
			if _, err := b.Keep(make([]byte, 1000)); err != nil {
				return err
			}
		}
		t.Error("all of it was kept")
		return nil
	})
	if !errors.Is(err, index.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// The boxes that are told hold the items' own, for any number of items: levels that are
// full and levels with one too many.
func TestBoxes_holdTheItems(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(41)
	c, _ := newCache(1 << 24)
	for _, n := range []int{0, 1, 2, 15, 16, 17, 255, 256, 257, 4097} {
		boxes := make([]orb.Bound, n)
		for i := range boxes {
			p := orb.Point{600_000 + 1000*rnd.Float64(), 6_600_000 + 1000*rnd.Float64()}
			boxes[i] = orb.Bound{Min: p, Max: orb.Point{p[0] + 50*rnd.Float64(), p[1] + 50*rnd.Float64()}}
		}
		l := get(t, c, "a", int64(n)+1, func(_ context.Context, b *index.Builder[int]) error {
			b.Expect(n / 2) // a guess
			for i, box := range boxes {
				if err := b.Add(box, i, 0); err != nil {
					return err
				}
			}
			return nil
		})
		all := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{9e6, 9e6}}
		var found []int
		l.Boxes(all, func(box orb.Bound, i int) bool {
			if !box.Contains(boxes[i].Min) || !box.Contains(boxes[i].Max) {
				t.Errorf("%v is said to lie in %v", boxes[i], box)
			}
			found = append(found, i)
			return true
		})
		slices.Sort(found)
		if len(found) != n || len(slices.Compact(found)) != n {
			t.Errorf("%d items found among %d", len(found), n)
		}
		if bound, ok := l.Bound(); ok != (n > 0) || ok && !(bound.Contains(boxes[0].Min) && bound.Contains(boxes[n-1].Max)) {
			t.Errorf("bound %v %t of %d", bound, ok, n)
		}
		some := orb.Bound{Min: orb.Point{600_200, 6_600_200}, Max: orb.Point{600_300, 6_600_300}}
		want := 0
		for _, box := range boxes {
			if box.Intersects(some) {
				want++
			}
		}
		exact := 0
		l.Search(some, func(i int) bool {
			if boxes[i].Intersects(some) {
				exact++
			}
			return true
		})
		if exact != want {
			t.Errorf("%d of %d found among %d", exact, want, n)
		}
	}
}

// Items that all lie in one place, or in one line, have no width to be put in order by.
func TestSearch_knowsItemsWithoutWidth(t *testing.T) {
	t.Parallel()
	c, _ := newCache(1 << 20)
	for name, place := range map[string]func(i int) orb.Bound{
		"point": func(int) orb.Bound { return at(5, 5) },
		"line":  func(i int) orb.Bound { return at(5, float64(i)) },
	} {
		l := get(t, c, name, 1, func(_ context.Context, b *index.Builder[int]) error {
			for i := range 100 {
				if err := b.Add(place(i), i, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if found := search(l, orb.Bound{Max: orb.Point{10, 100}}); len(found) != 100 {
			t.Errorf("%s: %d found", name, len(found))
		}
	}
}
