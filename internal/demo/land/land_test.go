package land

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// the towns are drawn once for all tests; nobody changes them.
var towns = sync.OnceValues(func() (map[string]*Land, error) {
	all := map[string]*Land{}
	for _, slug := range Slugs() {
		town, err := TownOf(slug)
		if err != nil {
			return nil, err
		}
		all[slug], err = Draw(town, Seed, Shared(town, residents(400)))
		if err != nil {
			return nil, err
		}
	}
	return all, nil
})

func residents(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = 10 + i
	}
	return list
}

// each runs a test on every town of the demonstration.
func each(t *testing.T, check func(t *testing.T, l *Land)) {
	t.Helper()
	all, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for slug, l := range all {
		t.Run(slug, func(t *testing.T) {
			t.Parallel()
			check(t, l)
		})
	}
}

// digest is a short form of everything there is in a land.
func digest(l *Land) uint64 {
	h := fnv.New64a()
	for f := range l.Features() {
		fmt.Fprintln(h, f.Layer, f.ID, f.Geometry, f.Properties, f.From, f.To)
	}
	for _, p := range l.Properties {
		fmt.Fprintln(h, p.Owners)
	}
	return h.Sum64()
}

func TestDraw_isTheSameAgain(t *testing.T) {
	t.Parallel()
	all, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	l := all["torgoy"]
	again, err := Draw(l.Town, Seed, Shared(l.Town, residents(400)))
	if err != nil {
		t.Fatal(err)
	}
	if digest(l) != digest(again) {
		t.Error("the same town and seed gave another land")
	}
	other, err := Draw(l.Town, Seed+1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if digest(l) == digest(other) {
		t.Error("another seed gave the same land")
	}
	checkCover(t, other)
	checkBuildings(t, other)
	checkUnits(t, other)
}

func TestDraw_isATown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		for what, x := range map[string][3]int{
			"properties": {len(l.Properties), 2600, 3600}, "buildings": {len(l.Buildings), 2400, 4600}, "addresses": {len(l.Addresses), 2000, 3300},
			"roads": {len(l.Roads), 70, 160}, "plans": {len(l.Plans), 8, 30}, "zones": {len(l.Zones), 150, 600}, "cautions": {len(l.Cautions), 20, 250},
			"sections": {len(l.Sections), 100, 900}, "pipes": {len(l.Pipes), 800, 3000}, "bus lines": {len(l.BusLines), 2, 2}, "stops": {len(l.BusStops), 8, 40},
			"trails": {len(l.Trails), 3, 6}, "streams": {len(l.Streams), 2, 7}, "hazards": {len(l.Hazards), 4, 12}, "piers": {len(l.Piers), 1, 40},
			"sites": {len(l.Sites), len(l.Town.Units), len(l.Town.Units)}, "sea": {len(l.Sea), 1, 4},
		} {
			if x[0] < x[1] || x[0] > x[2] {
				t.Errorf("%s: %d, want %d to %d", what, x[0], x[1], x[2])
			}
		}
	})
}

// The frames lie side by side in zone 32, and south of where any municipality
// of Norway ends: at these longitudes none has land south of 58° 01′, and so none
// has sea south of 57° 49′ (12 nautical miles are 12 minutes of latitude).
func TestDraw_claimsNothingReal(t *testing.T) {
	t.Parallel()
	utm, ok := crs.ByCode(crs.UTM32)
	if !ok {
		t.Fatal("zone 32 is not known")
	}
	degrees := crs.Between(utm, crs.CRS84())
	var frames []orb.Bound
	each(t, func(t *testing.T, l *Land) {
		declared := orb.Bound{Min: orb.Point{l.Town.East - 400, l.Town.North - 400}, Max: orb.Point{l.Town.East + sheetWide + 400, l.Town.North + sheetHigh + 800}}
		for f := range l.Features() {
			if b := f.Geometry.Bound(); !declared.Contains(b.Min) || !declared.Contains(b.Max) {
				t.Fatalf("%s %s lies outside the frame", f.Layer, f.ID)
			}
		}
		for _, corner := range []orb.Point{l.Frame.Min, l.Frame.Max} {
			if at := degrees(corner); at[0] < 6 || at[0] > 12 || at[1] < 57.5 || at[1] > 57.81 {
				t.Errorf("a corner of the frame lies at %v", at)
			}
		}
	})
	all, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		frames = append(frames, l.Frame)
	}
	if frames[0].Intersects(frames[1]) {
		t.Error("the towns lie on top of each other")
	}
}

func TestFeatures_haveIdsOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		seen, layers := map[string]bool{}, map[string]int{}
		for f := range l.Features() {
			if seen[f.Layer+" "+f.ID] {
				t.Errorf("%s has two of %s", f.Layer, f.ID)
			}
			seen[f.Layer+" "+f.ID] = true
			layers[f.Layer]++
			if f.Geometry == nil || f.Geometry.Bound().IsEmpty() {
				t.Errorf("%s %s has no geometry", f.Layer, f.ID)
			}
			for name, v := range f.Properties {
				switch v.(type) {
				case string, int, float64, bool:
				default:
					t.Errorf("%s: property %s is a %T", f.Layer, name, v)
				}
			}
		}
		for _, layer := range Layers() {
			if layers[layer] == 0 && layer != LayerIslands {
				t.Errorf("layer %s is empty", layer)
			}
			delete(layers, layer)
		}
		if len(layers) > 0 {
			t.Errorf("layers that Layers does not list: %v", layers)
		}
	})
}

func TestFeatures_stopWhenNobodyWantsMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Land) {
		for _, want := range []int{1, 3, 4000} {
			got := 0
			for range l.Features() {
				if got++; got == want {
					break
				}
			}
			if got != want {
				t.Errorf("got %d features, want %d", got, want)
			}
		}
	})
}

// The sheet is bent and never folded, whatever the seed: a fold would turn
// plots over.
func TestTerrain_neverFolds(t *testing.T) {
	t.Parallel()
	for _, slug := range Slugs() {
		town, err := TownOf(slug)
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(8) {
			tr := newTerrain(town, rand.New(rand.NewPCG(seed, 1)))
			least := math.Inf(1)
			for u := 0.0; u <= sheetWide; u += 120 {
				for v := 0.0; v <= sheetHigh; v += 120 {
					o := tr.place(u, v)
					least = min(least, turn(o, tr.place(u+1, v), tr.place(u, v+1)))
				}
			}
			if least < 0.15 {
				t.Errorf("%s, seed %d: a square metre of the sheet shrinks to %.2f", slug, seed, least)
			}
		}
	}
}

func TestTerrain_findsTheSheetAgain(t *testing.T) {
	t.Parallel()
	town, err := TownOf("torgoy")
	if err != nil {
		t.Fatal(err)
	}
	tr := newTerrain(town, rand.New(rand.NewPCG(3, 1)))
	for _, p := range []orb.Point{{100, 100}, {3500, 2900}, {6900, 5600}, {320, 5440}} {
		u, v := tr.sheet(tr.place(p[0], p[1]))
		if gap(p, orb.Point{u, v}) > 1.5 {
			t.Errorf("%v came back as %.2f, %.2f", p, u, v)
		}
	}
}

func TestTownOf_unknown(t *testing.T) {
	t.Parallel()
	if _, err := TownOf("nowhere"); err == nil {
		t.Error("a town that there is no data for was read")
	}
}

func TestDraw_refusesAFrameWithoutPlaces(t *testing.T) {
	t.Parallel()
	town, err := TownOf("torgoy")
	if err != nil {
		t.Fatal(err)
	}
	town.Places = nil
	if _, err := Draw(town, 1, nil); err == nil {
		t.Error("a municipality without a village was drawn")
	}
}
