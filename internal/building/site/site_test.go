package site_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func box(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

func TestRectangle_hasItsSizeHoweverItIsTurned(t *testing.T) {
	t.Parallel()
	for turn := 0.0; turn < 360; turn += 7.5 {
		r := site.Rectangle{Middle: orb.Point{340_000, 6_394_000}, Width: 6, Length: 9, Turn: turn}
		if got := shape.Area(r.Area()); math.Abs(got-54) > 0.02 {
			t.Errorf("turned %v: %v m²", turn, got)
		}
		if shape.SignedArea(r.Ring()) < 0 {
			t.Errorf("turned %v: with the clock", turn)
		}
	}
}

func TestRectangle_turnsWithTheClock(t *testing.T) {
	t.Parallel()
	r := site.Rectangle{Width: 2, Length: 10}
	if b := r.Area().Bound(); b.Max != (orb.Point{1, 5}) {
		t.Errorf("unturned: %v", b)
	}
	if b := r.Turned(90).Area().Bound(); b.Max != (orb.Point{5, 1}) {
		t.Errorf("a quarter: %v", b)
	}
	// A little with the clock, the northern end goes east.
	if north := r.Turned(10).Ring()[2]; north[0] < 1.2 || north[1] < 4 {
		t.Errorf("ten degrees: %v", north)
	}
	if got := r.Moved(3, -2).Middle; got != (orb.Point{3, -2}) {
		t.Errorf("moved: %v", got)
	}
}

func TestDegrees_staysWithinATurn(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]float64{0: 0, 360: 0, -90: 270, 725: 5, 359.999: 0, -0.001: 0} {
		if got := site.Degrees(in); got != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}

func TestSides_areWhatPeopleSee(t *testing.T) {
	t.Parallel()
	ground := orb.MultiPolygon{{{{0, 0}, {40, 0}, {40, 15}, {40.5, 30}, {20, 30.2}, {0, 30}, {0, 0}}}}
	behind := []site.Ground{{"12/35", box(40, -10, 90, 60)}, {"12/40", box(-10, 30.21, 60, 80)}, {"12/33", box(-50, -10, 0, 30.1)}}
	var got []string
	for _, s := range site.Sides(ground, behind) {
		got = append(got, s.Letter+" "+s.Faces()+" "+s.Behind)
	}
	if diff := cmp.Diff([]string{"A n 12/40", "B e 12/35", "C s ", "D w 12/33"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSides_partWhereTheNeighbourChanges(t *testing.T) {
	t.Parallel()
	ground := orb.MultiPolygon{{{{0, 0}, {40, 0}, {40, 30}, {25, 30}, {0, 30}, {0, 0}}}}
	sides := site.Sides(ground, []site.Ground{{"1/1", box(0, 30, 25, 60)}, {"1/2", box(25, 30, 40, 60)}})
	if len(sides) != 5 || sides[0].Length != 25 || sides[0].Behind != "1/1" || sides[1].Behind != "1/2" {
		t.Errorf("%+v", sides)
	}
}

func TestSides_ofACircleAreFewAndOfNothingNone(t *testing.T) {
	t.Parallel()
	if n := len(site.Sides(orb.MultiPolygon{{shape.Circle(orb.Point{0, 0}, 30, 0.05)}}, nil)); n < 4 || n > 12 {
		t.Errorf("%d sides", n)
	}
	for _, ground := range []orb.MultiPolygon{nil, {{}}, {{{{0, 0}, {0, 0}}}}} {
		if n := len(site.Sides(ground, nil)); n != 0 {
			t.Errorf("%v: %d sides", ground, n)
		}
	}
	var comb orb.Ring
	for i := range 60 {
		x := float64(i) * 4
		comb = append(comb, orb.Point{x, 0}, orb.Point{x, 5}, orb.Point{x + 2, 5}, orb.Point{x + 2, 0})
	}
	comb = append(comb, orb.Point{250, 0}, orb.Point{250, -20}, orb.Point{0, -20}, orb.Point{0, 0})
	if sides := site.Sides(orb.MultiPolygon{{comb}}, nil); len(sides) != 26 || sides[25].Letter != "Z" {
		t.Errorf("a comb has %d sides", len(sides))
	}
}

func TestBetween_keepsBothDistances(t *testing.T) {
	t.Parallel()
	ground := orb.MultiPolygon{{{{0, 0}, {45, -3}, {42, 18}, {41, 31}, {20, 33}, {-2, 30}, {0, 0}}}}
	sides := site.Sides(ground, nil)
	random := rand.New(rand.NewPCG(1, 2))
	placed := 0
	for range 300 {
		a, b := sides[random.IntN(len(sides))], sides[random.IntN(len(sides))]
		by := [2]float64{random.Float64() * 10, random.Float64() * 10}
		r, ok := site.Between(site.Rectangle{Width: 5, Length: 7, Turn: random.Float64() * 360}, site.By{Side: a, Metres: by[0]}, site.By{Side: b, Metres: by[1]})
		if !ok {
			continue
		}
		// Beyond the end of a side only the straight line of it can be kept.
		if da, db := site.From(a, r.Area()), site.From(b, r.Area()); math.Abs(da-by[0]) < 0.03 && math.Abs(db-by[1]) < 0.03 {
			placed++
		}
	}
	if placed < 100 {
		t.Errorf("only %d of 300 had a place", placed)
	}
}

func TestBetween_refusesSidesThatRunAlike(t *testing.T) {
	t.Parallel()
	sides := site.Sides(box(0, 0, 40, 30), nil)
	for _, pair := range [][2]int{{0, 0}, {0, 2}, {1, 3}} {
		if _, ok := site.Between(site.Rectangle{Width: 5, Length: 5}, site.By{Side: sides[pair[0]], Metres: 4}, site.By{Side: sides[pair[1]], Metres: 4}); ok {
			t.Errorf("%v: no place follows", pair)
		}
	}
	r, ok := site.Between(site.Rectangle{Width: 6, Length: 8}, site.By{Side: sides[0], Metres: 4}, site.By{Side: sides[1], Metres: 5})
	if want := (orb.Point{32, 22}); !ok || r.Middle != want {
		t.Errorf("%v %t", r.Middle, ok)
	}
}

func TestNearest_givesTheEndsOfTheMeasure(t *testing.T) {
	t.Parallel()
	from, to, ok := site.Nearest(box(0, 0, 4, 4), orb.LineString{{10, -20}, {10, 20}})
	if !ok || from[0] != 4 || to[0] != 10 || from[1] != to[1] {
		t.Errorf("%v to %v", from, to)
	}
	from, to, _ = site.Nearest(box(0, 0, 4, 4), box(6, 1, 8, 3))
	if math.Hypot(from[0]-to[0], from[1]-to[1]) != 2 {
		t.Errorf("%v to %v", from, to)
	}
	if _, _, ok := site.Nearest(box(0, 0, 1, 1), orb.LineString{}); ok {
		t.Error("nothing is near to nothing")
	}
}

func wish() site.Wish {
	return site.Wish{Ground: box(0, 0, 40, 30), Own: []orb.MultiPolygon{box(5, 10, 15, 20)}, Boundary: 4, Apart: 2}
}

func TestSuggest_heedsTheDistances(t *testing.T) {
	t.Parallel()
	w := wish()
	w.Others = []orb.MultiPolygon{box(20, 0, 20.5, 30)}
	r, ok := site.Suggest(w, 6, 6)
	if !ok {
		t.Fatal("no place")
	}
	if d := shape.Distance(r.Area(), shape.Outline(w.Ground)); d < 4 {
		t.Errorf("%v m to the boundary", d)
	}
	if d := shape.Distance(r.Area(), w.Own[0]); d < 2 {
		t.Errorf("%v m to the house", d)
	}
	if d := shape.Distance(r.Area(), w.Others[0]); d < 2 {
		t.Errorf("%v m to the other house", d)
	}
}

func TestSuggest_doesWhatItCan(t *testing.T) {
	t.Parallel()
	w := wish()
	w.Ground, w.Own = box(0, 0, 9, 9), nil
	r, ok := site.Suggest(w, 6, 6)
	if !ok || math.Abs(r.Middle[0]-4.5) > 0.2 || math.Abs(r.Middle[1]-4.5) > 0.2 {
		t.Errorf("%+v %t: the middle is as far from all as can be", r, ok)
	}
	if _, ok := site.Suggest(w, 10, 10); ok {
		t.Error("there is no room for it")
	}
}

func TestSuggest_anExtensionStandsAgainstTheHouse(t *testing.T) {
	t.Parallel()
	w := wish()
	w.AttachOwn = true
	r, ok := site.Suggest(w, 4, 3)
	if !ok || shape.Distance(r.Area(), w.Own[0]) > 0.01 || shape.Overlap(r.Area(), w.Own[0]) > 0.1 {
		t.Errorf("%+v %t", r, ok)
	}
	if b := r.Area().Bound(); b.Min[0] < 5 {
		t.Errorf("there is more room elsewhere than at %v", b)
	}
}

func TestFind_knowsTheLetters(t *testing.T) {
	t.Parallel()
	sides := site.Sides(box(0, 0, 40, 30), nil)
	var letters []string
	for _, s := range sides {
		letters = append(letters, s.Letter)
	}
	if got := strings.Join(letters, ""); got != "ABCD" {
		t.Error(got)
	}
	if s, ok := site.Find(sides, "B"); !ok || s.Faces() != "e" || s.Turn() != 0 {
		t.Errorf("%+v %t", s, ok)
	}
	if _, ok := site.Find(sides, "Q"); ok {
		t.Error("no such side")
	}
}

// TestSides_endWhereTheNeighbourDoes has a straight boundary with several neighbours
// behind it, and one that is known along a part only.
func TestSides_endWhereTheNeighbourDoes(t *testing.T) {
	t.Parallel()
	ground := orb.MultiPolygon{{{{0, 0}, {40, 0}, {40, 30}, {0, 30}, {0, 0}}}}
	beside := func(name string, west, south, east, north float64) site.Ground {
		return site.Ground{Name: name, Area: orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}}
	}
	for _, test := range []struct {
		name   string
		behind []site.Ground
		want   string
	}{
		{"one", []site.Ground{beside("a", 40, 0, 80, 30)}, "e a 30.0"},
		{"a part", []site.Ground{beside("a", 40, 0, 80, 20)}, "e  9.5, e a 20.5"},
		{"two", []site.Ground{beside("a", 40, 0, 80, 12), beside("b", 40, 12, 80, 30)}, "e b 18.0, e a 12.0"},
		{"two that meet with a slit", []site.Ground{beside("a", 40, 0, 80, 12), beside("b", 40, 12.8, 80, 30)}, "e b 17.6, e a 12.4"},
		{"one in the middle", []site.Ground{beside("a", 40, 10, 80, 20)}, "e  9.5, e a 11.0, e  9.5"},
		{"one round the corner", []site.Ground{beside("a", 40, 0, 80, 30), beside("b", 0, 30, 80, 60)}, "e a 30.0"},
		{"one drawn apart, in this order", []site.Ground{beside("b", 0, 30, 80, 60), beside("a", 40.3, 0, 80, 30)}, "e a 30.0"},
		{"nobody", nil, "e  30.0"},
	} {
		var got []string
		whole := 0.0
		for _, s := range site.Sides(ground, test.behind) {
			if whole += s.Length; s.Faces() == "e" {
				got = append(got, fmt.Sprintf("e %s %.1f", s.Behind, s.Length))
			}
		}
		if text := strings.Join(got, ", "); text != test.want || math.Abs(whole-140) > 0.01 {
			t.Errorf("%s: %s (all %.2f), want %s", test.name, text, whole, test.want)
		}
	}
}
