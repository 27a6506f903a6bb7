package check_test

import (
	"fmt"
	"math"
	"slices"
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

// What the applicant is told of an application she has sent is what she was told before.
func TestPipes_tellsNoMoreOfWhatIsSent(t *testing.T) {
	t.Parallel()
	pipe := []check.Pipe{{Kind: "sewer", Line: orb.LineString{{120, 0}, {120, 30}}}}
	for name, test := range map[string]struct {
		west, south, east, north float64
		want                     string
	}{
		"a garage near":            {118, 10, 124, 16, "ask"},
		"a garage far off":         {129, 10, 135, 16, "ok"},
		"a needle on the pipe":     {119.9, 10, 120.1, 10.2, "small"},
		"a needle far off":         {130, 10, 130.2, 10.2, "small"},
		"a stick across":           {110, 10, 135, 10.2, "small"},
		"half of it on the others": {137, 10, 143, 16, "small"},
	} {
		in := at(test.west, test.south, test.east, test.north)
		in.Pipes = pipe
		staff := check.Run(law(t), in)
		in.Discreet = true
		before, _ := check.Run(law(t), in).Answer(check.KeyPipes)
		after, _ := staff.Discreet().Answer(check.KeyPipes)
		if diff := cmp.Diff(before, after); diff != "" || after.Case != test.want {
			t.Errorf("%s: %s %s", name, after.Case, diff)
		}
		after, _ = staff.Spent().Discreet().Answer(check.KeyPipes)
		want := "unsaid"
		if test.want == "small" {
			want = test.want
		}
		if after.Verdict != check.CannotTell || after.Case != want || after.Names != nil || len(after.Figures) != 1 {
			t.Errorf("%s, asked too often: %+v", name, after)
		}
		was, _ := staff.Answer(check.KeyPipes)
		worker, _ := staff.Spent().Answer(check.KeyPipes)
		if worker.Case != was.Case || worker.Verdict != was.Verdict || was.Case == "small" {
			t.Errorf("%s: the case worker is told %+v, and %+v", name, was, worker)
		}
		// What was kept before it was noted what is withheld takes it from the map of today.
		old := staff.Discreet()
		old.Answers = slices.Clone(staff.Answers)
		for i := range old.Answers {
			old.Answers[i].Withheld = ""
		}
		if told, _ := old.WithheldAs(staff).Discreet().Answer(check.KeyPipes); told.Case != test.want {
			t.Errorf("%s, kept before: %s", name, told.Case)
		}
	}
	in := missing(check.LayerPipes)
	if told, _ := check.Run(law(t), in).Spent().Discreet().Answer(check.KeyPipes); told.Case != "no_layer" {
		t.Errorf("without a map of pipes: %s", told.Case)
	}
}
