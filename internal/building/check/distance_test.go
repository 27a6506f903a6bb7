package check_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
)

// TestDistance_looksAtAllOfASide has a neighbour beside a part of a side: the rest is a
// boundary all the same.
func TestDistance_looksAtAllOfASide(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		neighbour orb.MultiPolygon
		works     orb.MultiPolygon
		want      string
	}{
		{"beside the neighbour", box(140, 0, 180, 20), box(132, 5, 138, 11), "2 12/35"},
		{"beyond the neighbour", box(140, 0, 180, 20), box(132, 22, 138, 28), "2 "},
		{"where the neighbour ends", box(140, 0, 180, 20), box(130, 14, 136, 20), "4 12/35"},
		{"the neighbour in the middle only", box(140, 10, 180, 20), box(132, 3, 138, 8), "2 "},
		{"the neighbour drawn a little apart", box(140.4, 0, 180, 30), box(132, 10, 138, 16), "2.4 12/35"},
	} {
		in := with(func(in *check.Input) {
			in.Neighbours[1].Ground = test.neighbour
			in.Works = check.Works{Kind: check.Other, Footprint: test.works, Cornice: 2, Ridge: 3}
		})
		nearest := check.Run(law(t), in).Boundaries[0]
		if got := fmt.Sprintf("%v %s", nearest.Metres, nearest.Ref); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestDistance_measuresToTheUnknownAsToAnybody goes round a plot on which nobody knows a
// neighbour, with the works at many places.
func TestDistance_measuresToTheUnknownAsToAnybody(t *testing.T) {
	t.Parallel()
	for west := 101.0; west < 133; west += 3.7 {
		for south := 1.0; south < 23; south += 2.9 {
			in := at(west, south, west+6, south+6)
			in.Neighbours = nil
			want := min(west-100, 140-west-6, south, 30-south-6)
			list := check.Run(law(t), in).Boundaries
			if len(list) != 1 || math.Abs(list[0].Metres-want) > 0.011 {
				t.Errorf("at %v %v: %+v, want %v", west, south, list, want)
			}
		}
	}
}

// TestDistance_ofALargeProperty has a boundary of many kilometres.
func TestDistance_ofALargeProperty(t *testing.T) {
	t.Parallel()
	var ring orb.Ring
	for i := range 2000 {
		turn := float64(i) * math.Pi / 1000
		ring = append(ring, orb.Point{3000 * math.Cos(turn), 3000 * math.Sin(turn)})
	}
	in := at(2980, -3, 2986, 3)
	in.Ground, in.Neighbours = orb.MultiPolygon{{append(ring, ring[0])}}, nil
	list := check.Run(law(t), in).Boundaries
	if len(list) != 1 || math.Abs(list[0].Metres-14) > 0.02 {
		t.Errorf("%+v", list)
	}
}

// TestPipes_tellsNothingOfWhereTheyLie moves a building towards a pipe: all that who may
// not see pipes learns is on which side of four metres it is.
func TestPipes_tellsNothingOfWhereTheyLie(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for west := 101.0; west < 133; west += 0.25 {
		in := at(west, 10, west+6, 16)
		in.Discreet, in.Pipes = true, []check.Pipe{{Kind: "sewer", Line: orb.LineString{{120, 0}, {120, 30}}}}
		r := check.Run(law(t), in)
		a, _ := r.Answer(check.KeyPipes)
		told[fmt.Sprint(a)] = true
		full := in
		full.Discreet = false
		staff := check.Run(law(t), full)
		shown, _ := staff.Discreet().Answer(check.KeyPipes)
		if diff := cmp.Diff(a, shown); diff != "" {
			t.Errorf("at %v what was kept is told in another way: %s", west, diff)
		}
		if was, _ := staff.Answer(check.KeyPipes); was.Verdict != check.OK && (was.Names["kind"] != "sewer" || was.Figures["required"] != 4) {
			t.Errorf("the case worker is told %+v", was)
		}
		if r.Exempt.Verdict != staff.Exempt.Verdict || r.Class.Weeks != staff.Class.Weeks {
			t.Errorf("at %v %v and %v", west, r.Exempt, staff.Exempt)
		}
	}
	if len(told) != 2 {
		t.Errorf("answers: %v", told)
	}
}

func TestInput_disclosesOnlyWhatSomebodyBuilds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   check.Input
		want bool
	}{
		"a garage":        {plot(), true},
		"two metres each": {at(120, 10, 122, 12), true},
		"too small":       {at(120, 10, 121.9, 12), false},
		"a stick":         {at(110, 10, 135, 10.2), false},
		"half outside":    {at(137, 10, 143, 16), false},
		"no map of pipes": {missing(check.LayerPipes), false},
		"nothing drawn":   {works(func(w *check.Works) { w.Footprint = nil }), false},
	} {
		if got := test.in.Discloses(); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
