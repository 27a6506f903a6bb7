package layers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
)

// TestFind_losesNothingBehindAFilter asks for the last few of many by a filter of so many
// parts that a page can try only some: pages may be short and empty, but lead to all.
func TestFind_losesNothingBehindAFilter(t *testing.T) {
	t.Parallel()
	dear := strings.Repeat("name LIKE 'no%body' OR ", 700) + "size = 9"
	each(t, func(t *testing.T, w *world) {
		var list []Feature
		var want []string
		for i := range 1200 {
			p := place(fmt.Sprintf("p%04d", i), orb.Point{float64(i), 10})
			if i >= 1150 {
				p.Properties["size"] = 9.0
				want = append(want, p.ID)
			}
			list = append(list, p)
		}
		w.put(w.Ctx, layer("places"), nil, list...)
		box := &orb.Bound{Min: orb.Point{-1, 0}, Max: orb.Point{2000, 20}}
		for name, q := range map[string]Query{
			"in a box":       {Where: filter(t, dear), Box: box},
			"everywhere":     {Where: filter(t, dear)},
			"in small pages": {Where: filter(t, dear), Box: box, Limit: 7},
			"in large ones":  {Where: filter(t, dear), Box: box, Limit: 1000, Count: true},
			"cheap":          {Where: filter(t, "size = 9"), Box: box, Limit: 30, Count: true},
		} {
			q.Layer = "places"
			var got []string
			pages := 0
			for ; pages < 50; pages++ {
				ids, p := w.find(w.Ctx, q)
				got = append(got, ids...)
				if p.Matched != -1 && p.Matched != int64(len(want)) {
					t.Errorf("%s: %d matched", name, p.Matched)
				}
				if q.After = p.Next; q.After == "" {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" || pages == 50 {
				t.Errorf("%s, after %d pages: %s", name, pages, diff)
			}
			if dearOne := strings.Contains(q.Where.String(), "no%body"); dearOne && pages < 2 {
				t.Errorf("%s: all of %d tried in %d pages", name, len(list), pages+1)
			}
		}
	})
}
