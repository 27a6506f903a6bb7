package layers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/index"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestFind_givesPagesInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var list []Feature
		var want []string
		for i := range 25 {
			list = append(list, place(fmt.Sprintf("p%02d", i), orb.Point{340000 + float64(i), 6394000}))
			want = append(want, list[i].ID)
		}
		w.put(w.Ctx, layer("places"), nil, list...)
		for _, box := range []*orb.Bound{nil, {Min: orb.Point{339000, 6393000}, Max: orb.Point{341000, 6395000}}} {
			var got []string
			q := Query{Layer: "places", Limit: 10, Count: true, Box: box}
			for range 3 {
				ids, p := w.find(w.Ctx, q)
				if p.Matched != 25 {
					t.Errorf("%d matched", p.Matched)
				}
				got, q.After = append(got, ids...), p.Next
			}
			if diff := cmp.Diff(want, got); diff != "" || q.After != "" {
				t.Errorf("next %q: %s", q.After, diff)
			}
		}
	})
}

func TestFind_looksInTheBoxExactly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		triangle := orb.Polygon{{{0, 0}, {100, 0}, {0, 100}, {0, 0}}}
		w.put(w.Ctx, layer("places"), nil, place("triangle", triangle), place("point", orb.Point{50, 50}), place("nowhere", nil))
		for _, c := range []struct {
			box  orb.Bound
			want []string
		}{
			{orb.Bound{Min: orb.Point{80, 80}, Max: orb.Point{90, 90}}, nil}, // in its box, not in it
			{orb.Bound{Min: orb.Point{50, 50}, Max: orb.Point{90, 90}}, []string{"triangle", "point"}},
			{orb.Bound{Min: orb.Point{10, 10}, Max: orb.Point{10, 10}}, []string{"triangle"}},
			{orb.Bound{Min: orb.Point{-50, 50}, Max: orb.Point{50, 50}}, []string{"triangle", "point"}},
		} {
			got, p := w.find(w.Ctx, Query{Layer: "places", Box: &c.box, Count: true})
			if diff := cmp.Diff(c.want, got); diff != "" || p.Matched != int64(len(c.want)) {
				t.Errorf("%v: %d matched, %s", c.box, p.Matched, diff)
			}
		}
	})
}

func TestFind_answersInAnotherSystem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		at := orb.Point{569000, 6703000}
		w.put(w.Ctx, layer("places"), nil, place("a", at))
		utm, _ := crs.ByCode(crs.UTM32)
		degrees := crs.Between(utm, crs.CRS84())(at)
		box := orb.Bound{Min: degrees, Max: degrees}.Pad(1e-6)
		_, p := w.find(w.Ctx, Query{Layer: "places", Box: &box, System: crs.CRS84()})
		if len(p.Features) != 1 {
			t.Fatalf("%d features", len(p.Features))
		}
		if got, is := p.Features[0].Geometry.(orb.Point); !is || got != degrees {
			t.Errorf("it lies at %v, want %v", p.Features[0].Geometry, degrees)
		}
	})
}

func TestFind_filters(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b, c := place("a", orb.Point{10, 10}), place("b", orb.Point{500, 500}), place("c", orb.Point{20, 20})
		b.Properties, c.Properties = map[string]any{"name": "Bakken", "size": int64(7), "open": false}, map[string]any{"name": "Bakketun"}
		w.put(w.Ctx, layer("places"), nil, a, b, c)
		for text, want := range map[string][]string{
			`name LIKE 'Bakk%'`:          {"b", "c"},
			`size > 5`:                   {"b"},
			`size = 2.5 AND open = TRUE`: {"a"},
			`S_INTERSECTS(geometry, BBOX(0, 0, 100, 100))`:         {"a", "c"},
			`size IS NULL AND S_WITHIN(geometry, BBOX(0,0,99,99))`: {"c"},
			`id = 'b'`: {"b"},
		} {
			got, p := w.find(w.Ctx, Query{Layer: "places", Where: filter(t, text), Count: true})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", text, diff)
			}
			if p.Matched != -1 && p.Matched != int64(len(want)) {
				t.Errorf("%s: %d matched", text, p.Matched)
			}
		}
		var wrong *cql2.Error
		if _, err := w.Find(w.Ctx, Query{Layer: "places", Where: filter(t, "height > 5")}); !errors.As(err, &wrong) || wrong.Code != cql2.UnknownProperty {
			t.Errorf("a property that is not there: %v", err)
		}
	})
}

func TestFind_takesIDsAndLeavesOutWhatIsNotAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}), place("b", orb.Point{2, 2}), place("c", orb.Point{3, 3}))
		got, _ := w.find(w.Ctx, Query{Layer: "places", IDs: []string{"c", "a", "x", "a"}})
		if diff := cmp.Diff([]string{"a", "c"}, got); diff != "" {
			t.Error(diff)
		}
		_, p := w.find(w.Ctx, Query{Layer: "places", IDs: []string{"a"}, Bare: true, Raw: true})
		f := p.Features[0]
		if f.Geometry != nil || f.Properties != nil || f.JSON != `{"name":"place a","open":true,"size":2.5}` {
			t.Errorf("feature %+v", f)
		}
		_, p = w.find(w.Ctx, Query{Layer: "places", Where: filter(t, "name = 'place b'"), Bare: true, Raw: true})
		if f := p.Features[0]; f.Geometry != nil || f.Properties != nil || f.ID != "b" {
			t.Errorf("after a filter: %+v", f)
		}
	})
}

func TestFind_seesTheTimesOfAVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		old, young := place("p1", square(0, 0, 10)), place("p2", square(0, 0, 10))
		old.From, old.To, young.From = day(1983, 10, 26), day(1997, 10, 30), day(1997, 10, 30)
		coming := place("p3", square(0, 0, 10))
		coming.From = w.Clock.Now().AddDate(0, 0, 30)
		w.put(w.Ctx, layer("plans"), nil, old, young, coming)
		box := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{10, 10}}
		for _, b := range []*orb.Bound{nil, &box} {
			for _, c := range []struct {
				q    Query
				want []string
			}{
				{Query{}, []string{"p2"}},
				{Query{Timed: true, From: day(1990, 1, 1), To: day(1990, 1, 1)}, []string{"p1"}},
				{Query{Timed: true, From: day(1990, 1, 1), To: day(2000, 1, 1)}, []string{"p1", "p2"}},
				{Query{Timed: true, To: day(1980, 1, 1)}, nil},
				{Query{Timed: true}, []string{"p1", "p2", "p3"}},
			} {
				c.q.Layer, c.q.Box, c.q.Count = "plans", b, true
				if got, p := w.find(w.Ctx, c.q); !slices.Equal(c.want, got) || p.Matched >= 0 && p.Matched != int64(len(c.want)) {
					t.Errorf("%+v: %v of %d", c.q, got, p.Matched)
				}
			}
		}
		w.Clock.Advance(31 * 24 * 3600 * 1e9)
		if got, _ := w.find(w.Ctx, Query{Layer: "plans", Box: &box}); !slices.Equal(got, []string{"p2", "p3"}) {
			t.Errorf("a month later: %v", got)
		}
	})
}

func TestFind_keepsToTheMunicipalityAndTheAllowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		hidden := layer("pipes")
		hidden.Public = false
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}))
		w.put(w.Ctx, hidden, nil, place("pipe", orb.LineString{{0, 0}, {1, 1}}))
		if _, err := w.Find(w.Other, Query{Layer: "places"}); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another municipality: %v", err)
		}
		if _, err := w.Find(anybody(w.Ctx), Query{Layer: "places"}); err != nil {
			t.Errorf("a public layer: %v", err)
		}
		if _, err := w.Find(anybody(w.Ctx), Query{Layer: "pipes"}); err == nil {
			t.Error("pipes are for everybody")
		}
		if _, err := w.Tile(anybody(w.Ctx), []string{"places", "pipes"}, world0()); err == nil {
			t.Error("pipes are in everybody's tiles")
		}
		list, err := w.Layers(anybody(w.Ctx))
		if err != nil || len(list) != 1 || list[0].Name != "places" {
			t.Errorf("everybody sees %v, %v", list, err)
		}
	})
}

func TestFind_refusesAPageThatIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}))
		for _, after := range []string{"-1", "x y", "zzzzzzzzzzzzzzzzzzzzzzz"} {
			if _, err := w.Find(w.Ctx, Query{Layer: "places", After: after}); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%q: %v", after, err)
			}
		}
		if _, err := w.Find(w.Ctx, Query{Layer: "places", IDs: make([]string, 1001)}); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("a thousand ids and one: %v", err)
		}
	})
}

// TestFind_isTheSameWithAndWithoutAnIndex asks random questions of a service with
// room for indexes and of one without.
func TestFind_isTheSameWithAndWithoutAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(3, 4))
		var list []Feature
		for i := range 800 {
			x, y := r.Float64()*1000, r.Float64()*1000
			list = append(list, place(fmt.Sprint(i), square(x, y, r.Float64()*60)))
		}
		w.put(w.Ctx, layer("places"), nil, list...)
		small := NewService(w.DB, w.access, Options{IndexBytes: 1000})
		for range 40 {
			x, y := r.Float64()*1000, r.Float64()*1000
			box := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + r.Float64()*200, y + r.Float64()*200}}
			q := Query{Layer: "places", Box: &box, Limit: 7, After: fmt.Sprint(r.IntN(9))}
			want, p := w.find(w.Ctx, q)
			other, err := small.Find(w.Ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, names(other.Features)); diff != "" || (p.Next == "") != (other.Next == "") {
				t.Errorf("%v: next %q and %q, %s", box, p.Next, other.Next, diff)
			}
		}
		if small.Stats().Layers != 0 || w.Stats().Layers != 1 {
			t.Errorf("indexes: %+v and %+v", small.Stats(), w.Stats())
		}
		key := index.Key{Tenant: store.TenantOf(w.Ctx), Layer: "places name id"}
		if !small.isLarge(key, 1) || small.isLarge(key, 2) {
			t.Error("it is not remembered that the layer is too large")
		}
	})
}

func TestNearIn_measuresAndSorts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("places"), nil, place("far", orb.Point{200, 0}), place("touching", square(10, 0, 5)), place("near", orb.Point{0, 30}), place("in", orb.Point{5, 5}))
		ask := func(metres float64) []string {
			var got []Feature
			w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				got, err = w.NearIn(ctx, tx, "places", square(0, 0, 10), metres, crs.System{})
				return err
			})
			return names(got)
		}
		for metres, want := range map[float64][]string{0: {"touching", "in"}, 19.99: {"touching", "in"}, 20: {"touching", "in", "near"}, 500: {"touching", "in", "near", "far"}} {
			if diff := cmp.Diff(want, ask(metres)); diff != "" {
				t.Errorf("%v m: %s", metres, diff)
			}
		}
	})
}

// What is told is bounded, and what is left out is what lies farthest away.
func TestNearestIn_tellsWhenThereIsMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var list []Feature
		for i := range mostRead + 10 { // the nearest come last, and the first ones do not fit
			list = append(list, place(strconv.Itoa(i), orb.Point{float64(100_000 - i), 0}))
		}
		w.put(w.Ctx, layer("places"), nil, list...)
		first := 100_000 - float64(mostRead+9)
		for _, test := range []struct {
			metres float64
			count  int
			more   bool
		}{{first, 1, false}, {first + 999, 1000, false}, {first + 1000, 1000, true}, {200_000, 1000, true}} {
			w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				got, more, err := w.NearestIn(ctx, tx, "places", orb.Point{0, 0}, test.metres, crs.System{})
				if err != nil {
					return err
				}
				if len(got) != test.count || more != test.more || got[0].ID != strconv.Itoa(mostRead+9) {
					t.Errorf("%v m: %d, more %v", test.metres, len(got), more)
				}
				last := got[len(got)-1].Geometry.(orb.Point)[0]
				if last != first+float64(test.count-1) {
					t.Errorf("%v m: the last lies %v m away", test.metres, last)
				}
				return nil
			})
		}
		// Boxes that meet the question's are many, and one of them is meant.
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			k, err := w.lookupIn(ctx, tx, layer("places"), false)
			if err != nil {
				return err
			}
			if numbers, more := k.around(orb.Point{0, 0}, 200_000, crs.System{}); len(numbers) != mostRead || !more || !slices.IsSorted(numbers) {
				t.Errorf("%d rows are read, more %v", len(numbers), more)
			}
			return nil
		})
	})
}

// A property that lies around a town has the town within its box, and few neighbours: all of
// them are found, in whatever system the layer is kept and the question is asked.
func TestNearestIn_aroundAShapeThatIsBent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		corner := orb.Point{500_000, 6_600_000}
		at := func(x, y, side float64) orb.Polygon { return square(corner[0]+x, corner[1]+y, side) }
		around := orb.Polygon{at(0, 0, 1000)[0], at(10, 10, 980)[0]}
		home, _ := crs.ByCode(crs.UTM32)
		var list []Feature
		for i := range mostRead + 1000 {
			list = append(list, place(strconv.Itoa(i), at(30+float64(i%90)*10, 30+float64(i/90)*10, 5)))
		}
		list = append(list, place("within", at(4, 500, 2)), place("inside", at(12, 500, 5)), place("outside", at(1003, 700, 5)), place("too far", at(500, 1007, 5)))
		for name, code := range map[string]int{"places": crs.UTM32, "others": crs.UTM33, "degrees": crs.ETRS89, "web": crs.WebMercator} {
			l := layer(name)
			l.EPSG = code
			kept := make([]Feature, len(list))
			for i, f := range list {
				f.Geometry = crs.Apply(f.Geometry, crs.Between(home, l.System()))
				kept[i] = f
			}
			w.put(w.Ctx, l, nil, kept...)
			for metres, want := range map[float64][]string{0: {"within"}, 5: {"within", "inside", "outside"}} {
				w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
					got, more, err := w.NearestIn(ctx, tx, name, around, metres, home)
					if diff := cmp.Diff(want, names(got)); diff != "" || more {
						t.Errorf("%s, %v m: more %v, %s", name, metres, more, diff)
					}
					return err
				})
			}
		}
	})
}

func TestInside_countsWhoIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.put(w.Ctx, layer("people"), nil, place("in", orb.Point{5, 5}), place("edge", orb.Point{10, 5}), place("out", orb.Point{11, 5}), place("hole", orb.Point{2, 2}), place("house", square(9, 9, 5)))
		area := orb.MultiPolygon{{square(0, 0, 10)[0], square(1, 1, 2)[0]}}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			numbers, err := w.Inside(ctx, tx, "people", area, crs.System{})
			if err != nil {
				return err
			}
			got, err := w.ByRows(ctx, tx, "people", numbers, crs.System{})
			if diff := cmp.Diff([]string{"in", "edge", "house"}, names(got)); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

func TestEachIn_stopsWhenToldTo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		old := place("old", orb.Point{1, 1})
		old.To = day(2000, 1, 1)
		w.put(w.Ctx, layer("places"), nil, place("a", orb.Point{1, 1}), old, place("b", orb.Point{2, 2}), place("c", nil))
		var seen []string
		visit := func(stop int) error {
			seen = nil
			return w.DB.Read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				return w.EachIn(ctx, tx, "places", crs.System{}, func(f Feature) error {
					if seen = append(seen, f.ID); len(seen) == stop {
						return errStop
					}
					return nil
				})
			})
		}
		if err := visit(0); err != nil || !slices.Equal(seen, []string{"a", "b", "c"}) {
			t.Errorf("%v, %v", seen, err)
		}
		if err := visit(2); !errors.Is(err, errStop) || len(seen) != 2 {
			t.Errorf("%v, %v", seen, err)
		}
	})
}
