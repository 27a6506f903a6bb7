package property_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// neighbours tells who is a neighbour of the first plot of a place, by the last digit
// of the number.
func (w *world) neighbours(first int) (list []string) {
	w.t.Helper()
	p := w.property(property.Ref{Gnr: 1, Bnr: first + 1})
	w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
		found, err := w.Neighbours(ctx, tx, p)
		list = nil
		for _, n := range found {
			side := "beside"
			if n.Opposite {
				side = "opposite"
			}
			list = append(list, fmt.Sprintf("%d %s", n.Ref.Bnr%10, side))
		}
		return err
	})
	return list
}

// TestNeighbours_adjoinOrLieAcross draws what lies around a plot (1/1) of 20 by 20
// metres.
func TestNeighbours_adjoinOrLieAcross(t *testing.T) {
	t.Parallel()
	home := plot(1, "home", box(0, 0, 20, 20))
	tests := map[string]struct {
		around []layers.Incoming
		want   []string
	}{
		"nobody":                 {nil, nil},
		"a side in common":       {[]layers.Incoming{plot(2, "home", box(20, 0, 20, 20))}, []string{"2 beside"}},
		"a corner in common":     {[]layers.Incoming{plot(2, "home", box(20, 20, 20, 20))}, []string{"2 beside"}},
		"drawn ten cm away":      {[]layers.Incoming{plot(2, "home", box(20.1, 0, 20, 20))}, []string{"2 beside"}},
		"two away":               {[]layers.Incoming{plot(2, "home", box(20, 0, 20, 20)), plot(3, "home", box(40, 0, 20, 20))}, []string{"2 beside"}},
		"across a road":          {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "home", box(0, 28, 20, 20))}, []string{"3 opposite"}},
		"along the road":         {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "home", box(40, 0, 20, 20)), plot(4, "home", box(20, 0, 20, 20))}, []string{"4 beside"}},
		"across, not straight":   {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "home", box(25, 28, 20, 20))}, nil},
		"across, half a plot on": {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "home", box(15, 28, 20, 20))}, []string{"3 opposite"}},
		"across two roads":       {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "road", box(-50, 28, 150, 8)), plot(4, "home", box(0, 36, 20, 20))}, []string{"4 opposite"}},
		"across a motorway":      {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 45)), plot(3, "home", box(0, 65, 20, 20))}, nil},
		"across a river":         {[]layers.Incoming{plot(2, "home", box(0, 30, 20, 20))}, []string{"2 opposite"}},
		"across a footpath":      {[]layers.Incoming{plot(2, "green", box(-50, 20, 150, 4)), plot(3, "home", box(0, 24, 20, 20))}, []string{"2 beside", "3 opposite"}},
		"across a field":         {[]layers.Incoming{plot(2, "green", box(-50, 20, 150, 15)), plot(3, "home", box(0, 35, 20, 20))}, []string{"2 beside"}},
		"behind the one across":  {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "home", box(0, 28, 20, 10)), plot(4, "home", box(0, 38, 20, 20))}, []string{"3 opposite"}},
		"across, road and verge": {[]layers.Incoming{plot(2, "road", box(-50, 20, 150, 8)), plot(3, "green", box(-50, 28, 150, 3)), plot(4, "home", box(0, 31, 20, 20))}, []string{"3 opposite", "4 opposite"}},
	}
	// All of them lie in one map, a kilometre apart.
	each(t, func(t *testing.T, w *world) {
		var all []layers.Incoming
		place := 0
		first := map[string]int{}
		for name, test := range tests {
			first[name] = place * 10
			for _, f := range append([]layers.Incoming{home}, test.around...) {
				all = append(all, moved(f, place))
			}
			place++
		}
		w.sketch(all...)
		for name, test := range tests {
			if diff := cmp.Diff(test.want, w.neighbours(first[name])); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

// moved puts a plot of a sketch so many kilometres east, with a farm of its own.
func moved(f layers.Incoming, place int) layers.Incoming {
	ring, _ := f.Feature.Geometry.(orb.Polygon)
	shifted := make(orb.Ring, len(ring[0]))
	for i, p := range ring[0] {
		shifted[i] = orb.Point{p[0] + 1000*float64(place), p[1]}
	}
	number, _ := f.Feature.Properties["bnr"].(int64)
	use, _ := f.Feature.Properties["use"].(string)
	return plot(place*10+int(number), use, orb.Polygon{shifted})
}

// TestNeighbours_lookOutOfHoles draws a plot with another inside it, and one that
// bends around a third.
func TestNeighbours_lookOutOfHoles(t *testing.T) {
	t.Parallel()
	ring := box(0, 0, 40, 40)
	ring = append(ring, box(15, 15, 10, 10)[0])
	bent := orb.Polygon{{
		{corner[0] + 100, corner[1]},
		{corner[0] + 140, corner[1]},
		{corner[0] + 140, corner[1] + 40},
		{corner[0] + 130, corner[1] + 40},
		{corner[0] + 130, corner[1] + 10},
		{corner[0] + 110, corner[1] + 10},
		{corner[0] + 110, corner[1] + 40},
		{corner[0] + 100, corner[1] + 40},
		{corner[0] + 100, corner[1]},
	}}
	each(t, func(t *testing.T, w *world) {
		w.sketch(plot(1, "farm", ring), plot(2, "home", box(15, 15, 10, 10)), plot(3, "farm", bent), plot(4, "home", box(115, 20, 10, 10)))
		for number, want := range map[int][]string{1: {"2 beside"}, 2: {"1 beside"}, 3: {"4 opposite"}, 4: {"3 opposite"}} {
			if diff := cmp.Diff(want, w.neighbours(number-1)); diff != "" {
				t.Errorf("1/%d: %s", number, diff)
			}
		}
	})
}

// TestNeighbours_ofTheTown holds the answer for homes of the town against what follows
// from how it was drawn: all that share a boundary, no road, and nobody farther away
// than a road is wide.
func TestNeighbours_ofTheTown(t *testing.T) {
	t.Parallel()
	charted(t, func(t *testing.T, w *world) {
		opposite := 0
		for _, p := range homes(w.land, 10) {
			own := w.property(refOf(p))
			var list []property.Neighbour
			w.read(w.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				list, err = w.Neighbours(ctx, tx, own)
				return err
			})
			got := map[string]bool{}
			for _, n := range list {
				got[n.ID] = true
				if n.IsRoad() || n.ID == own.ID || shape.Distance(own.Ground, n.Ground) > 40 {
					t.Errorf("%s has the neighbour %+v", p.Number(), n.Ref)
				}
				if n.Opposite {
					opposite++
				}
			}
			for _, o := range w.land.Properties {
				if o.ID != p.ID && o.Use != land.Street && shape.Distance(p.Ground, o.Ground) == 0 && !got[o.ID] {
					t.Errorf("%s shares a boundary with %s and does not know it", p.Number(), o.Number())
				}
			}
		}
		if opposite < 5 {
			t.Errorf("ten homes by the road have only %d properties across it", opposite)
		}
	})
}

// A list that lacks neighbours without saying so is worse than none: where there are more
// than are read, it is said that the map cannot tell.
func TestNeighbours_saysWhenThereAreTooManyToTell(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		list := []layers.Incoming{plot(1, "farm", box(0, 0, 1100, 9)), plot(2, "home", box(0, 500, 40, 40)), plot(3, "home", box(0, 545, 40, 40))}
		for i := range 1001 {
			list = append(list, plot(i+4, "home", box(float64(i), 10, 0.9, 9)))
		}
		w.sketch(list...)
		for number, want := range map[int]string{1: "property.too_many_around", 2: ""} {
			p := w.property(property.Ref{Gnr: 1, Bnr: number})
			var found []property.Neighbour
			var err error
			w.read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
				found, err = w.Neighbours(ctx, tx, p)
				return nil
			})
			if e := errs.Of(err); want != "" && (e == nil || e.Key != want || e.Kind != errs.KindConflict || len(found) != 0) {
				t.Errorf("1/%d: %d neighbours, %v", number, len(found), err)
			}
			if want == "" && (err != nil || len(found) != 1) {
				t.Errorf("1/%d: %d neighbours, %v", number, len(found), err)
			}
		}
	})
}

// Each flat that is a section has owners of its own: all of them are told, and those of the
// house next door are not.
func TestSectionsOf_areAllHoweverMany(t *testing.T) {
	t.Parallel()
	const flats = layers.MaxLimit + 3 // more than one page
	each(t, func(t *testing.T, w *world) {
		list := []layers.Incoming{plot(1, "home", box(0, 0, 40, 40)), plot(2, "home", box(40, 0, 40, 40)), plot(3, "home", box(80, 0, 40, 40))}
		section := func(of, snr int, x float64) layers.Incoming {
			at := orb.Point{corner[0] + x, corner[1] + float64(snr%40)}
			return feature("sections", "s"+strconv.Itoa(of)+"-"+strconv.Itoa(snr), at, map[string]any{
				"property": "p" + strconv.Itoa(of), "gnr": int64(1), "bnr": int64(of), "fnr": int64(0), "snr": int64(snr),
			})
		}
		for i := range flats {
			list = append(list, section(1, i+1, float64(i%41)))
		}
		w.sketch(append(list, section(2, 1, 60))...)
		for number, want := range map[int]int{1: flats, 2: 1, 3: 0} {
			p := w.property(property.Ref{Gnr: 1, Bnr: number})
			var found []property.Ref
			w.read(w.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				found, err = w.SectionsOf(ctx, tx, p)
				return err
			})
			if len(found) != want {
				t.Errorf("1/%d has %d sections, want %d", number, len(found), want)
			}
			for i, ref := range found {
				if (ref != property.Ref{Gnr: 1, Bnr: number, Snr: i + 1}) {
					t.Fatalf("section %d of 1/%d is %s", i, number, ref)
				}
			}
		}
	})
}
