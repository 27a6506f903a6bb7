package building

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func TestShiftOf_addsTheButtonToWhatWasDoneByHand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		form url.Values
		do   string
		want shift
	}{
		{"nothing", nil, doDraw, shift{}},
		{"a button", nil, doNorth, shift{north: 0.5}},
		{"west", nil, doWest, shift{east: -0.5}},
		{"a turn", nil, doLeft, shift{turn: -5}},
		{"by hand", url.Values{fieldByEast: {"1.25"}, fieldByNorth: {"-3"}, fieldByTurn: {"12"}}, doDraw, shift{1.25, -3, 12}},
		{"both", url.Values{fieldByEast: {"1"}}, doEast, shift{east: 1.5}},
		{"on the way to the application", url.Values{fieldByEast: {"1"}}, doSave, shift{east: 1}},
		{"nonsense", url.Values{fieldByEast: {"bort"}, fieldByNorth: {"NaN"}, fieldByTurn: {"Inf"}}, doDraw, shift{}},
		{"beyond all bounds", url.Values{fieldByEast: {"1e300"}, fieldByTurn: {"-99999"}}, doDraw, shift{5000, 0, -3600}},
	} {
		if got := shiftOf(test.form, test.do, 0.5); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
	if !(shift{}).isZero() || (shift{turn: 1}).isZero() {
		t.Error("what moves nothing is not told from what does")
	}
}

// lotSides are the sides of the lot, north, east, south and west, by their letters.
func lotSides() []site.Side { return site.Sides(lot(), nil) }

func TestShifted_keepsTheWayOfTellingWhereItCan(t *testing.T) {
	t.Parallel()
	sides := Request{Mode: modeSides, Width: 6, Length: 8, SideA: "A", FromA: 5, SideB: "B", FromB: 5}
	point := Request{Mode: modePoint, Width: 6, Length: 8, East: 1020, North: 2015}
	for _, test := range []struct {
		name string
		from Request
		by   shift
		mode string
		want orb.Point
		turn float64
	}{
		{"within the property", sides, shift{east: -2, north: -1}, modeSides, orb.Point{1030, 2020}, 0},
		{"by a tenth", sides, shift{east: 0.1}, modeSides, orb.Point{1032.1, 2021}, 0},
		{"turned", sides, shift{turn: 370}, modeSides, orb.Point{1032, 2021}, 10},
		{"over the boundary", sides, shift{north: 7}, modePoint, orb.Point{1032, 2028}, 0},
		{"beyond it", sides, shift{east: 20}, modePoint, orb.Point{1052, 2021}, 0},
		{"told by its middle", point, shift{5, 5, -90}, modePoint, orb.Point{1025, 2020}, 270},
	} {
		got, ok := test.from.shifted(test.by, lotSides(), lot().Bound())
		if !ok || got.Mode != test.mode || got.Turn != test.turn {
			t.Errorf("%s: %t, by %s turned %v, want by %s turned %v", test.name, ok, got.Mode, got.Turn, test.mode, test.turn)
		}
		// What the fields say is where it was moved to.
		again, area, wrong := got.footprint(lotSides(), lot().Bound())
		if len(wrong) > 0 || math.Hypot(again.East-test.want[0], again.North-test.want[1]) > told {
			t.Errorf("%s: stands at %v %v, want %v: %v", test.name, again.East, again.North, test.want, wrong)
		}
		if math.Abs(shape.Area(area)-48) > 0.1 {
			t.Errorf("%s: %v m²", test.name, shape.Area(area))
		}
	}
}

func TestShifted_movesACornerBuildingWithItsCorners(t *testing.T) {
	t.Parallel()
	r := Request{Mode: modeCorners, Corners: "1010 2010\n1016 2010\n1016 2018\n1010 2018"}
	moved, ok := r.shifted(shift{east: 3, north: 1}, lotSides(), lot().Bound())
	if want := "1013.00 2011.00\n1019.00 2011.00\n1019.00 2019.00\n1013.00 2019.00\n"; !ok || moved.Corners != want || moved.Mode != modeCorners {
		t.Errorf("%t %q", ok, moved.Corners)
	}
	// A quarter with the clock about the middle: what was north-west is north-east.
	turned, _ := r.shifted(shift{turn: 90}, lotSides(), lot().Bound())
	if first := strings.SplitN(turned.Corners, "\n", 2)[0]; first != "1009.00 2017.00" {
		t.Errorf("turned: the first corner is %q", first)
	}
	_, area, wrong := turned.footprint(lotSides(), lot().Bound())
	if b := area.Bound(); len(wrong) > 0 || b.Max[0]-b.Min[0] != 8 || b.Max[1]-b.Min[1] != 6 {
		t.Errorf("turned: %v %v", b, wrong)
	}
}

func TestShifted_refusesWhatHasNoPlace(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Request{
		"no such side":   {Mode: modeSides, Width: 6, Length: 8, SideA: "Q", SideB: "B"},
		"too few points": {Mode: modeCorners, Corners: "1 2\n3 4"},
		"far off":        {Mode: modePoint, Width: 6, Length: 8, East: 5000, North: 2015},
	} {
		if moved, ok := r.shifted(shift{east: 1}, lotSides(), lot().Bound()); ok || moved != r {
			t.Errorf("%s: %t %+v", name, ok, moved)
		}
	}
}
