package check_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
)

// turned moves everything of an input by an angle about a point and a stretch.
func turned(in check.Input, angle float64, by orb.Point) check.Input {
	sin, cos := math.Sincos(angle)
	turn := func(p orb.Point) orb.Point {
		return orb.Point{cos*p[0] - sin*p[1] + by[0], sin*p[0] + cos*p[1] + by[1]}
	}
	area := func(m orb.MultiPolygon) orb.MultiPolygon {
		m = m.Clone()
		for _, polygon := range m {
			for _, ring := range polygon {
				for i := range ring {
					ring[i] = turn(ring[i])
				}
			}
		}
		return m
	}
	in.Neighbours, in.Buildings, in.Zones = slices.Clone(in.Neighbours), slices.Clone(in.Buildings), slices.Clone(in.Zones)
	in.Cautions, in.Pipes = slices.Clone(in.Cautions), slices.Clone(in.Pipes)
	in.Ground, in.Works.Footprint = area(in.Ground), area(in.Works.Footprint)
	for i := range in.Neighbours {
		in.Neighbours[i].Ground = area(in.Neighbours[i].Ground)
	}
	for i := range in.Buildings {
		in.Buildings[i].Ground = area(in.Buildings[i].Ground)
	}
	for i := range in.Zones {
		in.Zones[i].Ground = area(in.Zones[i].Ground)
	}
	for i := range in.Cautions {
		in.Cautions[i].Ground = area(in.Cautions[i].Ground)
	}
	for i := range in.Pipes {
		line := in.Pipes[i].Line.Clone()
		for j := range line {
			line[j] = turn(line[j])
		}
		in.Pipes[i].Line = line
	}
	return in
}

// anywhere is a plot with works of a random size at a random place, which may well be
// wrong in several ways, but in none by less than the rounding.
func anywhere(random *rand.Rand) check.Input {
	in := plot()
	kinds := check.Kinds()
	west, south := 95+random.Float64()*40, random.Float64()*25-2
	in.Works = check.Works{
		Kind: kinds[random.IntN(len(kinds))], Footprint: box(west, south, west+1+random.Float64()*20, south+1+random.Float64()*15),
		Cornice: random.Float64() * 9, Ridge: 2 + random.Float64()*9, Storeys: 1 + random.IntN(2), Dwelling: random.IntN(2) == 0,
	}
	in.Pipes = []check.Pipe{{Kind: "water", Line: orb.LineString{{120, -5}, {118, 40}}}}
	in.Cautions = []check.Caution{{Kind: "flood", Ground: box(130, 15, 200, 60)}}
	return in
}

func TestRun_doesNotDependOnWhereTheMapLiesOrTurns(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(12, 34))
	l := law(t)
	near := cmpopts.EquateApprox(0, 0.021) // figures are rounded to hundredths
	for i := range 300 {
		in := anywhere(random)
		moved := turned(in, random.Float64()*2*math.Pi, orb.Point{340_000 + random.Float64()*1000, 6_394_000})
		if diff := cmp.Diff(check.Run(l, in), check.Run(l, moved), near); diff != "" {
			t.Fatalf("plot %d: %+v\n%s", i, in.Works, diff)
		}
	}
}

func TestRun_fartherFromTheBoundaryIsNeverWorse(t *testing.T) {
	t.Parallel()
	l := law(t)
	rank := map[check.Verdict]int{check.Breach: 0, check.Attention: 1, check.OK: 2}
	for _, kind := range check.Kinds() {
		last, before := -1.0, 0
		for gap := 0.0; gap <= 12; gap += 0.25 {
			in := works(func(w *check.Works) {
				*w = check.Works{Kind: kind, Footprint: box(134-gap, 12, 140-gap, 18), Cornice: 5, Ridge: 6, Storeys: 1}
			})
			a, there := check.Run(l, in).Answer(check.KeyDistance)
			if !there || a.Figures["metres"] < last || math.Abs(a.Figures["metres"]-gap) > 0.011 {
				t.Fatalf("%s: %v m at a gap of %v m, after %v", kind, a.Figures["metres"], gap, last)
			}
			if rank[a.Verdict] < before {
				t.Fatalf("%s: %s at %v m, after better", kind, a.Verdict, gap)
			}
			last, before = a.Figures["metres"], rank[a.Verdict]
		}
		if before != 2 {
			t.Errorf("%s: not even twelve metres are enough", kind)
		}
	}
}

func TestRun_moreIsNeverLessBuilt(t *testing.T) {
	t.Parallel()
	l := law(t)
	last := 0.0
	for side := 1.0; side < 30; side++ {
		areas := check.Run(l, at(105, 0, 105+side, side)).Areas
		if areas.After < last || areas.After < areas.Before || areas.After > areas.Before+areas.Works+0.01 {
			t.Fatalf("%v m wide: %+v after %v", side, areas, last)
		}
		last = areas.After
	}
}

func FuzzRun(f *testing.F) {
	f.Add(129.0, 10.0, 6.0, 6.0, 0.3, 2.5, 3.8)
	f.Add(100.0, 0.0, 40.0, 30.0, 0.0, 0.0, 0.0)
	f.Fuzz(func(t *testing.T, west, south, width, length, angle, cornice, ridge float64) {
		for _, n := range []float64{west, south, width, length, angle, cornice, ridge} {
			if math.IsNaN(n) || math.Abs(n) > 1e6 {
				t.Skip()
			}
		}
		in := works(func(w *check.Works) {
			w.Footprint, w.Cornice, w.Ridge = box(west, south, west+math.Abs(width), south+math.Abs(length)), cornice, ridge
		})
		r := check.Run(law(t), turned(in, angle, orb.Point{}))
		for _, a := range r.Answers {
			for name, n := range a.Figures {
				if math.IsNaN(n) || math.IsInf(n, 0) {
					t.Errorf("%s: %s is %v", a.Key, name, n)
				}
			}
		}
	})
}
