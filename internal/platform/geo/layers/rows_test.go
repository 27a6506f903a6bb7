package layers

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestSpansOf_coversNumbersWithRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		numbers []int64
		gap     int64
		want    []span
	}{
		{nil, 4, nil},
		{[]int64{7}, 4, []span{{7, 7}}},
		{[]int64{1, 2, 3, 9}, 4, []span{{1, 3}, {9, 9}}},
		{[]int64{1, 5, 9, 14}, 4, []span{{1, 9}, {14, 14}}},
	} {
		if diff := cmp.Diff(tt.want, spansOf(tt.numbers, tt.gap), cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("%v: %s", tt.numbers, diff)
		}
	}
}

// Whatever numbers are asked for, in runs or strewn, few or many, exactly those come and in
// order.
func TestRowsByNumber_givesThoseThatAreAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var list []Feature
		for i := range 600 {
			list = append(list, place(fmt.Sprintf("%03d", i), orb.Point{float64(i), 0}))
		}
		w.put(w.Ctx, layer("places"), nil, list...)
		w.put(w.Other, layer("places"), nil, list[:50]...)
		l, err := w.Layer(w.Ctx, "places")
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(3, 4))
		for round := range 60 {
			var numbers []int64
			for n := int64(1); n <= 600; n++ {
				strewn, run := r.IntN(40) == 0, n/int64(20+round)%3 == 0 && r.IntN(9) > 0
				if round%3 == 0 && strewn || round%3 == 1 && run || round%3 == 2 && (strewn || run) {
					numbers = append(numbers, n)
				}
			}
			numbers = append(numbers, 5000+int64(round)) // there is none
			w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, columns := range []columns{lean, whole} {
					rows, err := columns.rowsByNumber(ctx, tx, l, numbers)
					if err != nil {
						return err
					}
					var got []int64
					for _, row := range rows {
						got = append(got, row.number)
						if row.id != fmt.Sprintf("%03d", row.number-1) || (row.since == 1) != (columns == whole) {
							t.Fatalf("row %d is %+v", row.number, row)
						}
					}
					if diff := cmp.Diff(numbers[:len(numbers)-1], got); diff != "" && len(numbers) > 1 {
						t.Fatalf("round %d: %s", round, diff)
					}
				}
				return nil
			})
		}
	})
}

// A frame answers as the shapes themselves do, of any kind and at any angle.
func TestFrame_meetsWhatTheShapesMeet(t *testing.T) {
	t.Parallel()
	utm, _ := crs.ByCode(crs.UTM32)
	scale := scaleOf(utm)
	r := rand.New(rand.NewPCG(9, 10))
	at := func(far float64) orb.Point { return orb.Point{1000 + far*r.Float64(), 1000 + far*r.Float64()} }
	leaning := orb.Polygon{{{1040, 1010}, {1090, 1045}, {1055, 1095}, {1005, 1060}, {1040, 1010}}}
	star := orb.Polygon{{{1000, 1000}, {1050, 1030}, {1100, 1000}, {1070, 1050}, {1100, 1100}, {1050, 1070}, {1000, 1100}, {1030, 1050}, {1000, 1000}}}
	holed := orb.Polygon{square(1010, 1010, 80)[0], {{1030, 1030}, {1030, 1070}, {1070, 1070}, {1070, 1030}, {1030, 1030}}}
	frames := map[string]*frame{
		"box": boxFrame(orb.Bound{Min: orb.Point{1030, 1030}, Max: orb.Point{1070, 1060}}), "line": boxFrame(orb.Bound{Min: orb.Point{1030, 1050}, Max: orb.Point{1070, 1050}}),
		"leaning": areaFrame(orb.MultiPolygon{leaning}), "star": areaFrame(orb.MultiPolygon{star}), "holed": areaFrame(orb.MultiPolygon{holed}),
		"two": areaFrame(orb.MultiPolygon{square(1000, 1000, 20), square(1060, 1060, 30)}),
	}
	for name, f := range frames {
		met := 0
		for i := range 1500 {
			var g orb.Geometry
			switch a := at(100); i % 4 {
			case 0:
				g = a
			case 1:
				g = orb.LineString{a, at(100)}
			case 2:
				g = square(a[0], a[1], 1+20*r.Float64())
			default:
				g = orb.Collection{a, square(a[0], a[1], 60*r.Float64())}
			}
			it := readItem(appendItem(nil, Feature{Row: 1, Geometry: g}, scale, nil))
			u := it.open(scale, nil)
			rounded := u.shape()
			want := shape.Prepare(rounded).Intersects(f.whole)
			if got := f.meets(rounded.Bound().Pad(0.5), it, scale); got != want {
				t.Fatalf("%s: %v: %v, want %v", name, rounded, got, want)
			}
			if want {
				met++
			}
		}
		if met == 0 || met == 1500 {
			t.Errorf("%s: %d of 1500 meet", name, met)
		}
	}
	if b := frames["leaning"].inner; !(b.Max[0]-b.Min[0] > 20) {
		t.Errorf("the leaning square has no heart: %v", b)
	}
}

// TestFrame_seesAllOfALargeShape asks for places within the ring of a large area but not in
// the box of its hole, and on the first of two parts: the first large shape that is opened
// finds no room for all its points at once.
func TestFrame_seesAllOfALargeShape(t *testing.T) {
	t.Parallel()
	utm, _ := crs.ByCode(crs.UTM32)
	scale := scaleOf(utm)
	round := func(x, y, radius float64, points int) orb.Ring {
		ring := make(orb.Ring, 0, points+1)
		for i := range points {
			turn := 2 * math.Pi * float64(i) / float64(points)
			ring = append(ring, orb.Point{x + radius*math.Cos(turn), y + radius*math.Sin(turn)})
		}
		return append(ring, ring[0])
	}
	box := boxFrame(orb.Bound{Min: orb.Point{1040, 1000}, Max: orb.Point{1050, 1010}})
	for name, g := range map[string]orb.Geometry{
		"with a hole":     orb.Polygon{round(1000, 1000, 100, 5000), round(1000, 1000, 10, 5)},
		"of two parts":    orb.MultiPolygon{{round(1000, 1000, 100, 400)}, {round(3000, 3000, 10, 300)}},
		"lines":           orb.MultiLineString{orb.LineString(round(1045, 1005, 3, 300)), orb.LineString(round(5000, 1000, 3, 600))},
		"of many kinds":   orb.Collection{orb.Polygon{round(1000, 1000, 100, 700)}, orb.Point{9000, 9000}, orb.LineString(round(2000, 1000, 3, 900))},
		"the other order": orb.MultiPolygon{{round(3000, 3000, 10, 300)}, {round(1000, 1000, 100, 400)}},
	} {
		it := readItem(appendItem(nil, Feature{Row: 1, Geometry: g}, scale, nil))
		frame := *box
		frame.room = room{} // as at the beginning of a question
		if !frame.meets(g.Bound(), it, scale) {
			t.Errorf("%s: not found", name)
		}
		away := boxFrame(orb.Bound{Min: orb.Point{1400, 1000}, Max: orb.Point{1500, 1010}})
		if away.meets(g.Bound(), it, scale) {
			t.Errorf("%s: found where it is not", name)
		}
	}
}

func TestHighest_keepsTheLowest(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for _, most := range []int{0, 1, 2, 7, 100, 1000} {
		h, all := &highest{}, make([]int64, 500)
		for i := range all {
			all[i] = r.Int64N(300)
			h.keep(all[i], most)
		}
		slices.Sort(all)
		kept := slices.Clone([]int64(*h))
		slices.Sort(kept)
		if diff := cmp.Diff(all[:min(most, len(all))], kept, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("of %d: %s", most, diff)
		}
	}
}
