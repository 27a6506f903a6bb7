package layers

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// An area is asked for exactly, not as the box around it, with an index and without.
func TestFind_inAnArea(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var list []Feature
		for i := range 25 {
			list = append(list, place(fmt.Sprintf("%02d", i), square(500_000+float64(i%5)*10, 6_500_000+float64(i/5)*10, 8)))
		}
		l := layer("squares")
		l.Geometry = "polygon"
		w.put(w.Ctx, l, nil, list...)
		// A square on its corner, whose box holds all.
		leaning := orb.Polygon{{{500_024, 6_499_994}, {500_054, 6_500_024}, {500_024, 6_500_054}, {499_994, 6_500_024}, {500_024, 6_499_994}}}
		want := []string{}
		for i := range 25 {
			if !slices.Contains([]int{0, 4, 20, 24}, i) {
				want = append(want, fmt.Sprintf("%02d", i))
			}
		}
		ids, p := w.find(w.Ctx, Query{Layer: "squares", Area: leaning, Count: true, Limit: 100})
		if !slices.Equal(ids, want) || p.Matched != int64(len(want)) {
			t.Errorf("%d found, %d matched: %v", len(ids), p.Matched, ids)
		}
		if ids, p = w.find(w.Ctx, Query{Layer: "squares", Area: leaning, Where: filter(t, "id < '10'"), Count: true, Limit: 3}); len(ids) != 3 || p.Matched != 8 || p.Next == "" {
			t.Errorf("with a filter: %v, %d matched", ids, p.Matched)
		}
		small, err := NewService(w.DB, w.access, Options{IndexBytes: 1}).Find(w.Ctx, Query{Layer: "squares", Area: leaning, Limit: 100})
		if err != nil || !slices.Equal(names(small.Features), want) {
			t.Errorf("without an index: %v, %v", names(small.Features), err)
		}
	})
}
