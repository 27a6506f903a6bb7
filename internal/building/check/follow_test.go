package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
)

// unmet lists the conditions that are not met, with their verdicts.
func unmet(e check.Exempt) string {
	var list []string
	for _, c := range e.Conditions {
		if c.Verdict != check.OK {
			list = append(list, c.Key+" "+string(c.Verdict))
		}
	}
	return strings.Join(list, ", ")
}

func TestExempt_needsEveryCondition(t *testing.T) {
	t.Parallel()
	extension := func(change func(*check.Works)) check.Input {
		return works(func(w *check.Works) {
			*w = check.Works{Kind: check.Extension, Footprint: box(115, 12, 118, 16), Cornice: 2.5, Ridge: 3, Storeys: 1}
			change(w)
		})
	}
	terrace := func(west, east, height float64) check.Input {
		return works(func(w *check.Works) {
			*w = check.Works{Kind: check.Terrace, Footprint: box(west, 12, east, 16), Ridge: height}
		})
	}
	for _, test := range []struct {
		name  string
		in    check.Input
		want  check.Verdict
		unmet string
	}{
		{"a garage by the book", plot(), check.OK, ""},
		{"one metre from the boundary", at(133, 10, 139, 16), check.OK, ""},
		{"nearer than a metre", at(133.5, 10, 139.5, 16), check.Breach, "boundary breach"},
		{"nearer than a metre to the road", at(120, 0.5, 126, 6.5), check.Breach, "boundary breach, plan breach"},
		{"more than 50 m²", at(126, 8, 134, 16), check.Breach, "area breach"},
		{"more than 50 m² inside", works(func(w *check.Works) { w.BRA = 51 }), check.Breach, "area breach"},
		{"ridge too high", works(func(w *check.Works) { w.Ridge = 4.1 }), check.Breach, "ridge breach"},
		{"cornice too high", works(func(w *check.Works) { w.Cornice = 3.1 }), check.Breach, "cornice breach"},
		{"heights not told", works(func(w *check.Works) { w.Cornice, w.Ridge = 0, 0 }), check.CannotTell, "ridge cannot_tell, cornice cannot_tell, distance cannot_tell, plan cannot_tell"},
		{"two storeys", works(func(w *check.Works) { w.Storeys = 2 }), check.Breach, "area breach, storeys breach"},
		{"to live in", works(func(w *check.Works) { w.Dwelling = true }), check.Breach, "no_dwelling breach"},
		{"an empty plot", with(func(in *check.Input) { in.Buildings = in.Buildings[1:] }), check.Breach, "built_property breach"},
		{"buildings unknown", with(func(in *check.Input) { in.Buildings, in.Missing = nil, []string{check.LayerBuildings} }), check.CannotTell, "built_property cannot_tell, plan cannot_tell"},
		{"over a pipe", with(func(in *check.Input) {
			in.Pipes = []check.Pipe{{Kind: "sewer", Line: orb.LineString{{130, 0}, {130, 30}}}}
		}), check.Breach, "pipes breach"},
		{"against the plan", with(func(in *check.Input) { in.Zones[0].Purpose = "3040" }), check.Breach, "plan breach"},
		{"plan unknown", with(func(in *check.Input) { in.Zones, in.Missing = nil, []string{check.LayerZones} }), check.CannotTell, "plan cannot_tell"},
		{"the map does not have the utilisation", with(func(in *check.Input) { in.Zones[0].BYA, in.Zones[0].Unknown.BYA = 0, true }), check.CannotTell, "plan cannot_tell"},
		{"the map does not have the heights", with(func(in *check.Input) {
			in.Zones[0].Cornice, in.Zones[0].Ridge, in.Zones[0].Unknown = 0, 0, check.Numbers{Cornice: true, Ridge: true}
		}), check.CannotTell, "plan cannot_tell"},
		{"the map does not have the building line", with(func(in *check.Input) { in.Zones[0].Line, in.Zones[0].Unknown.Line = 0, true }), check.CannotTell, "plan cannot_tell"},
		{"nobody knows whether the plan goes", with(func(in *check.Input) { in.Zones[0].Unsure = true }), check.CannotTell, "plan cannot_tell"},
		{"utilisation not regulated", with(func(in *check.Input) { in.Zones[0].BYA = 0 }), check.OK, ""},
		{"flood", with(func(in *check.Input) { in.Cautions = []check.Caution{{Kind: "flood", Ground: in.Ground}} }), check.CannotTell, "danger cannot_tell"},
		{"a small extension", extension(func(*check.Works) {}), check.OK, ""},
		{"a larger one", extension(func(w *check.Works) { w.Footprint = box(115, 12, 119, 16) }), check.Breach, "area breach"},
		{"an extension near the boundary", extension(func(w *check.Works) { w.Footprint = box(101, 12, 105, 15) }), check.Breach, "boundary breach, distance breach"},
		{"an extension so high that it must be farther away", extension(func(w *check.Works) {
			w.Footprint, w.Cornice, w.Ridge = box(104.2, 6, 107.2, 10), 11, 12
		}), check.Breach, "distance breach, plan breach"},
		{"the same with the neighbour's consent", with(func(in *check.Input) {
			in.Zones[0].Cornice, in.Zones[0].Ridge, in.Consents = 12, 12, []string{"12/33"}
			in.Works = check.Works{Kind: check.Extension, Footprint: box(104.2, 6, 107.2, 10), Cornice: 11, Ridge: 12, Storeys: 1}
		}), check.CannotTell, "distance cannot_tell"},
		{"a low terrace 1.5 m from the boundary", terrace(101.5, 105, 0.8), check.OK, ""},
		{"a low terrace nearer than a metre", terrace(100.5, 104, 0.8), check.Breach, "boundary breach, reach breach, distance breach"},
		{"a terrace of unknown height near the boundary", terrace(101.5, 105, 0), check.CannotTell, "ridge cannot_tell, distance cannot_tell, plan cannot_tell"},
		{"a high terrace near the boundary", terrace(101.5, 105, 1.2), check.Breach, "ridge breach, distance breach"},
		{"a low terrace", terrace(115, 118, 0.8), check.OK, ""},
		{"a high one", terrace(115, 118, 1.2), check.Breach, "ridge breach"},
		{"one that comes far out", terrace(115, 120, 0.8), check.Breach, "reach breach"},
		{"a dock", works(func(w *check.Works) { w.Kind = check.Dock }), check.Breach, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := check.Run(law(t), test.in).Exempt
			if e.Verdict != test.want || unmet(e) != test.unmet {
				t.Errorf("%s: %q; want %s: %q", e.Verdict, unmet(e), test.want, test.unmet)
			}
		})
	}
}

func TestApplicant_small(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		in   check.Input
		own  bool
		why  string
	}{
		{"a garage", plot(), true, "small"},
		{"70 m²", at(124, 8, 134, 15), true, "small"},
		{"more", at(124, 8, 134, 15.2), false, "large"},
		{"with a flat", works(func(w *check.Works) { w.Dwelling = true }), false, "dwelling"},
		{"two storeys", works(func(w *check.Works) { w.Storeys = 2 }), false, "storeys"},
		{"an extension of 50 m²", works(func(w *check.Works) { w.Kind, w.Footprint = check.Extension, box(115, 10, 120, 20) }), true, "small"},
		{"a larger one", works(func(w *check.Works) { w.Kind, w.Footprint = check.Extension, box(115, 10, 121, 20) }), false, "large"},
		{"upwards", works(func(w *check.Works) { w.Kind, w.BRA = check.Upper, 40 }), true, "small"},
		{"a terrace", works(func(w *check.Works) { w.Kind = check.Terrace }), true, "small"},
		{"a house", works(func(w *check.Works) { w.Kind = check.Other }), false, "other"},
	} {
		if got := check.Run(law(t), test.in).Applicant; got.Own != test.own || got.Case != test.why || len(got.Laws) == 0 {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

func TestClass_isThreeWeeksOnlyWhenNothingStandsAgainst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		in      check.Input
		weeks   int
		reasons []string
	}{
		{"by the book", plot(), 3, nil},
		{"small and near", at(131, 10, 137, 16), 3, nil},
		{"near and large", at(125, 8, 137, 18), 12, []string{"dispensation_distance"}},
		{"in a park", with(func(in *check.Input) { in.Zones[0].Purpose = "3040" }), 12, []string{"dispensation_purpose"}},
		{"purpose to be judged", with(func(in *check.Input) { in.Zones[0].Purpose = "1162" }), 12, []string{"purpose"}},
		{"old houses", with(func(in *check.Input) { in.Cautions = []check.Caution{{Kind: "heritage", Ground: in.Ground}} }), 12, []string{"caution_heritage"}},
		{"dangers unknown", with(func(in *check.Input) { in.Missing = []string{check.LayerHazards} }), 3, nil},
		{"cautions of plans unknown", with(func(in *check.Input) { in.Missing = []string{check.LayerCautions, check.LayerHazards} }), 12, []string{"caution_unknown"}},
		{"the sea unknown, where a zoning plan goes", with(func(in *check.Input) { in.Missing = []string{check.LayerSea} }), 3, nil},
		{"the sea unknown, where only the master plan goes", with(func(in *check.Input) {
			in.Zones, in.Missing = in.Zones[1:], []string{check.LayerSea}
			in.Zones[0].Purpose = "1110"
		}), 12, []string{"shore_unknown"}},
		{"pipes unknown", with(func(in *check.Input) { in.Missing = []string{check.LayerPipes} }), 3, nil},
		{"no plans", with(func(in *check.Input) { in.Zones, in.Missing = nil, []string{check.LayerZones} }), 12, []string{"plan_unknown", "purpose"}},
		{"numbers of the plan unknown", with(func(in *check.Input) {
			in.Zones[0].BYA, in.Zones[0].Line, in.Zones[0].Unknown = 0, 0, check.Numbers{BYA: true, Line: true}
		}), 12, []string{"plan_unknown"}},
		{"perhaps not in force", with(func(in *check.Input) { in.Zones[0].Unsure = true }), 12, []string{"plan_unknown", "purpose"}},
		{"a terrace of 1.5 metres from the boundary", works(func(w *check.Works) {
			*w = check.Works{Kind: check.Terrace, Footprint: box(101.5, 12, 105, 16), Ridge: 0.8}
		}), 3, nil},
		{"a building line to look at", with(func(in *check.Input) { in.Zones[0].Line, in.Lines = 0, drawn(120, 25, 140, 25) }), 12, []string{"plan_unknown"}},
		{"outside", at(136, 10, 142, 16), 12, []string{"outside"}},
		{"two things", with(func(in *check.Input) {
			in.Works.Footprint, in.Works.Dwelling, in.Works.Ridge = box(131, 10, 137, 16), true, 10
		}), 12, []string{"dispensation_distance", "dispensation_height"}},
	} {
		c := check.Run(law(t), test.in).Class
		var got []string
		for _, r := range c.Reasons {
			got = append(got, r.Key)
		}
		if diff := cmp.Diff(test.reasons, got); diff != "" || c.Weeks != test.weeks {
			t.Errorf("%s: %d weeks %s", test.name, c.Weeks, diff)
		}
	}
}

// Without a map of dangers the limit is what the works are, with the reservation that
// somebody looks for dangers; a map that shows none needs no such, and dangers that it
// shows take the longer limit.
func TestClass_reservesThatNobodyHasLookedForDangers(t *testing.T) {
	t.Parallel()
	danger := check.Caution{Kind: "flood", Layer: check.LayerCautions}
	for name, test := range map[string]struct {
		change   func(*check.Input)
		weeks    int
		reserved bool
	}{
		"the map shows none":         {func(*check.Input) {}, 3, false},
		"no map of dangers":          {func(in *check.Input) { in.Missing = []string{check.LayerHazards} }, 3, true},
		"no map of dangers, no plan": {func(in *check.Input) { in.Zones, in.Missing = nil, []string{check.LayerHazards, check.LayerZones} }, 12, true},
		"no map of what plans heed":  {func(in *check.Input) { in.Missing = []string{check.LayerCautions} }, 12, false},
		"a plan tells of a flood": {func(in *check.Input) {
			danger.Ground = in.Ground
			in.Cautions, in.Missing = []check.Caution{danger}, []string{check.LayerHazards}
		}, 12, true},
	} {
		c := check.Run(law(t), with(test.change)).Class
		if c.Weeks != test.weeks || (len(c.Reservations) == 1 && c.Reservations[0].Key == "hazards") != test.reserved || len(c.Reservations) > 1 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestDispensations_namesEachOnce(t *testing.T) {
	t.Parallel()
	in := with(func(in *check.Input) {
		in.Works.Footprint, in.Works.Ridge, in.Zones[0].Purpose = box(116, 2, 138, 25), 10, "3040"
	})
	got := check.Run(law(t), in).Dispensations()
	want := []string{check.KeyDistance, check.KeyUtilisation, check.KeyHeight, check.KeyPurpose, check.KeyLine}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := check.Run(law(t), in).Count(check.Breach); n != len(want) {
		t.Errorf("%d breaches", n)
	}
}

func TestReadLaw_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	l := law(t)
	if l.Boundary.Metres != 4 || l.Exempt[check.Garage].Area != 50 || len(l.Purposes) < 5 {
		t.Errorf("%+v", l)
	}
	for kind := range l.Exempt {
		if !slices.Contains(check.Kinds(), kind) {
			t.Errorf("no such works: %s", kind)
		}
	}
	for _, p := range l.Purposes {
		for _, kind := range slices.Concat(p.Allowed, p.Refused) {
			if !slices.Contains(check.Kinds(), kind) {
				t.Errorf("purpose %s: no such works: %s", p.Code, kind)
			}
		}
	}
}

// Of a layer of which more lies here than is read the answer is that nobody can tell, in
// words that do not say that the municipality lacks it.
func TestRun_cannotTellWhereThereIsMoreThanIsRead(t *testing.T) {
	t.Parallel()
	for layer, keys := range map[string][]string{
		check.LayerBuildings: {check.KeyUtilisation, check.KeyFire},
		check.LayerZones:     {check.KeyUtilisation},
		check.LayerCautions:  {check.KeyCaution},
		check.LayerHazards:   {check.KeyCaution},
		check.LayerSea:       {check.KeyShore},
	} {
		r := check.Run(law(t), with(func(in *check.Input) { in.More = []string{layer} }))
		for _, key := range keys {
			if a, ok := r.Answer(key); !ok || a.Case != "more" || a.Verdict != check.CannotTell || a.Source.Layer != layer {
				t.Errorf("more of %s: %+v", layer, a)
			}
		}
		if r.Exempt.Verdict == check.OK && layer != check.LayerSea {
			t.Errorf("more of %s, and no application is needed", layer)
		}
		if wantsPlan := layer != check.LayerSea; wantsPlan != (r.Class.Weeks == 12) {
			t.Errorf("more of %s: %+v", layer, r.Class)
		}
		if _, known := r.Hazards(); known == slices.Contains([]string{check.LayerCautions, check.LayerHazards}, layer) {
			t.Errorf("more of %s: dangers are known: %t", layer, known)
		}
	}
	if r := check.Run(law(t), plot()); r.Exempt.Verdict != check.OK {
		t.Fatalf("the plot needs an application: %+v", r.Exempt)
	}
}
