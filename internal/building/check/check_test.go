package check_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
)

// question is what is asked of an input, with the case and the verdict of the answer.
type question struct {
	name, key string
	in        check.Input
	want      string
	dispense  bool
}

// zoned is the plot with another zone.
func zoned(change func(*check.Zone)) check.Input {
	return with(func(in *check.Input) { change(&in.Zones[0]) })
}

// missing is the plot without layers.
func missing(layers ...string) check.Input {
	return with(func(in *check.Input) {
		in.Missing = layers
		if slices.Contains(layers, check.LayerZones) {
			in.Zones = nil
		}
	})
}

func pipe(line ...orb.Point) check.Input {
	return with(func(in *check.Input) { in.Pipes = []check.Pipe{{Kind: "water", Line: line}} })
}

// discreet is the plot with a pipe and works so wide, as somebody asks who may not see
// where pipes lie.
func discreet(wide float64, line ...orb.Point) check.Input {
	in := pipe(line...)
	in.Discreet, in.Works.Footprint = true, box(129, 10, 129+wide, 10+wide)
	return in
}

// drawn is a building line of the plot's plan.
func drawn(west, south, east, north float64) []check.PlanLine {
	return []check.PlanLine{{Plan: "1997003", Line: orb.MultiLineString{{{west, south}, {east, north}}}}}
}

// lined is the plot with a building line that is drawn, and no distance told.
func lined(west, south, east, north float64) check.Input {
	return with(func(in *check.Input) { in.Zones[0].Line, in.Lines = 0, drawn(west, south, east, north) })
}

func caution(kind string) check.Input {
	return with(func(in *check.Input) {
		in.Cautions = []check.Caution{{Plan: "1997003", Code: "H1", Kind: kind, Layer: check.LayerCautions, Ground: box(120, 0, 140, 30)}}
	})
}

func aboutBoundaries() []question {
	return []question{
		{"on the property", check.KeyInside, plot(), "ok ok", false},
		{"over the boundary", check.KeyInside, at(136, 10, 142, 16), "outside breach", false},
		{"wholly beside it", check.KeyInside, at(150, 22, 156, 28), "outside breach", false},

		{"five metres", check.KeyDistance, plot(), "ok ok", false},
		{"four metres and little more", check.KeyDistance, at(129.8, 10, 135.8, 16), "close ok", false},
		{"three metres, small", check.KeyDistance, at(131, 10, 137, 16), "small attention", false},
		{"three metres, large", check.KeyDistance, at(125, 8, 137, 18), "near breach", true},
		{"three metres, to live in", check.KeyDistance, works(func(w *check.Works) { w.Footprint, w.Dwelling = box(131, 10, 137, 16), true }), "near breach", true},
		{"three metres, larger inside", check.KeyDistance, works(func(w *check.Works) { w.Footprint, w.BRA = box(131, 10, 137, 16), 60 }), "near breach", true},
		{"half its height", check.KeyDistance, works(func(w *check.Works) { w.Kind, w.Cornice, w.Ridge = check.Other, 11, 13 }), "near breach", true},
		{"half its height by the ridge", check.KeyDistance, works(func(w *check.Works) { w.Kind, w.Cornice, w.Ridge = check.Other, 0, 11 }), "near breach", true},
		{"no height told", check.KeyDistance, works(func(w *check.Works) { w.Cornice, w.Ridge = 0, 0 }), "no_height cannot_tell", false},
		{"an extension too near", check.KeyDistance, works(func(w *check.Works) { w.Kind, w.Footprint = check.Extension, box(131, 10, 137, 16) }), "near breach", true},
		{"a low terrace", check.KeyDistance, works(func(w *check.Works) {
			*w = check.Works{Kind: check.Terrace, Footprint: box(101.5, 12, 105, 16), Ridge: 0.8}
		}), "low attention", false},
		{"a low terrace at the boundary", check.KeyDistance, works(func(w *check.Works) {
			*w = check.Works{Kind: check.Terrace, Footprint: box(100.8, 12, 105, 16), Ridge: 0.8}
		}), "near breach", true},
		{"a high terrace", check.KeyDistance, works(func(w *check.Works) {
			*w = check.Works{Kind: check.Terrace, Footprint: box(101.5, 12, 105, 16), Ridge: 1.1}
		}), "near breach", true},
		{"a terrace of unknown height", check.KeyDistance, works(func(w *check.Works) { *w = check.Works{Kind: check.Terrace, Footprint: box(101.5, 12, 105, 16)} }), "terrace_height cannot_tell", false},
		{"a terrace far from the boundary", check.KeyDistance, works(func(w *check.Works) { *w = check.Works{Kind: check.Terrace, Footprint: box(115, 12, 119, 16)} }), "ok ok", false},
		{"a wall", check.KeyDistance, works(func(w *check.Works) { w.Kind, w.Footprint, w.Ridge = check.Wall, box(138.5, 5, 138.8, 20), 1 }), "wall attention", false},
		{"nobody beyond the boundary", check.KeyDistance, with(func(in *check.Input) {
			in.Neighbours = slices.Delete(in.Neighbours, 1, 2)
			in.Works.Footprint, in.Works.Dwelling = box(131, 10, 137, 16), true
		}), "near_unknown breach", true},
		{"only a road", check.KeyDistance, with(func(in *check.Input) {
			in.Neighbours = []check.Neighbour{{Ref: "12/1", Use: check.UseRoad, Ground: orb.MultiPolygon{{box(0, -50, 300, 90)[0][0], in.Ground[0][0]}}}}
		}), "only_roads ok", false},
	}
}

func aboutAreasAndHeights() []question {
	return []question{
		{"within the utilisation", check.KeyUtilisation, plot(), "ok ok", false},
		{"over the utilisation", check.KeyUtilisation, works(func(w *check.Works) { w.Footprint = box(116, 5, 136, 20) }), "over breach", true},
		{"over with parking", check.KeyUtilisation, works(func(w *check.Works) { w.Parking = 10 }), "over breach", true},
		{"over before, and no more after", check.KeyUtilisation, with(func(in *check.Input) {
			in.Zones[0].BYA, in.Works.Kind = 5, check.Upper
			in.Works.Footprint = box(105, 10, 115, 20)
		}), "over_before attention", false},
		{"a wall takes nothing", check.KeyUtilisation, with(func(in *check.Input) { in.Zones[0].BYA, in.Works.Kind = 9, check.Wall }), "ok ok", false},
		{"a low terrace takes nothing", check.KeyUtilisation, with(func(in *check.Input) {
			in.Zones[0].BYA, in.Works.Kind, in.Works.Ridge = 9, check.Terrace, 0.4
		}), "ok ok", false},
		{"a high terrace does", check.KeyUtilisation, with(func(in *check.Input) {
			in.Zones[0].BYA, in.Works.Kind, in.Works.Ridge = 9, check.Terrace, 0.9
		}), "over breach", true},
		{"utilisation not in the map", check.KeyUtilisation, zoned(func(z *check.Zone) { z.BYA, z.Unknown.BYA = 0, true }), "unknown cannot_tell", false},
		{"utilisation of a plan that may not go", check.KeyUtilisation, zoned(func(z *check.Zone) { z.Unsure = true }), "unsure cannot_tell", false},
		{"utilisation not regulated", check.KeyUtilisation, zoned(func(z *check.Zone) { z.BYA = 0 }), "not_regulated cannot_tell", false},
		{"no plans", check.KeyUtilisation, missing(check.LayerZones), "no_plan_layer cannot_tell", false},
		{"no plan here", check.KeyUtilisation, with(func(in *check.Input) { in.Zones = nil }), "no_plan cannot_tell", false},
		{"no buildings", check.KeyUtilisation, missing(check.LayerBuildings), "no_layer cannot_tell", false},
		{"two zones", check.KeyUtilisation, with(func(in *check.Input) {
			in.Zones[0].Ground = box(0, 0, 200, 14)
			in.Zones = append(in.Zones, check.Zone{Plan: "1997003", Field: "BFS4", Purpose: "1111", BYA: 25, Ground: box(0, 14, 200, 30)})
		}), "several attention", false},

		{"low enough", check.KeyHeight, plot(), "both ok", false},
		{"cornice too high", check.KeyHeight, works(func(w *check.Works) { w.Cornice = 6.2 }), "over_both breach", true},
		{"ridge too high", check.KeyHeight, works(func(w *check.Works) { w.Ridge = 8.6 }), "over_both breach", true},
		{"cornice not told, ridge low", check.KeyHeight, works(func(w *check.Works) { w.Cornice = 0 }), "both ok", false},
		{"nothing told", check.KeyHeight, works(func(w *check.Works) { w.Cornice, w.Ridge = 0, 0 }), "not_told cannot_tell", false},
		{"only the cornice regulated", check.KeyHeight, zoned(func(z *check.Zone) { z.Ridge = 0 }), "cornice ok", false},
		{"only the ridge regulated", check.KeyHeight, zoned(func(z *check.Zone) { z.Cornice, z.Ridge = 0, 3 }), "over_ridge breach", true},
		{"height not regulated", check.KeyHeight, zoned(func(z *check.Zone) { z.Cornice, z.Ridge = 0, 0 }), "not_regulated ok", false},
		{"height not in the map", check.KeyHeight, zoned(func(z *check.Zone) { z.Cornice, z.Ridge, z.Unknown = 0, 0, check.Numbers{Cornice: true, Ridge: true} }), "unknown cannot_tell", false},
		{"only the cornice in the map", check.KeyHeight, zoned(func(z *check.Zone) { z.Ridge, z.Unknown.Ridge = 0, true }), "unknown cannot_tell", false},
		{"over the only one in the map", check.KeyHeight, zoned(func(z *check.Zone) { z.Cornice, z.Ridge, z.Unknown.Ridge = 2, 0, true }), "over_cornice breach", true},
		{"height of a plan that may not go", check.KeyHeight, zoned(func(z *check.Zone) { z.Unsure = true }), "unsure cannot_tell", false},
		{"higher than without a plan", check.KeyHeight, with(func(in *check.Input) { in.Zones[0].Cornice, in.Zones[0].Ridge, in.Works.Ridge = 0, 0, 9.5 }), "high breach", true},
		{"height without plans", check.KeyHeight, missing(check.LayerZones), "no_plan_layer cannot_tell", false},
	}
}

func aboutPurposes() []question {
	return []question{
		{"for homes", check.KeyPurpose, plot(), "ok ok", false},
		{"in a park", check.KeyPurpose, zoned(func(z *check.Zone) { z.Purpose = "3040" }), "refused breach", true},
		{"in the fields", check.KeyPurpose, zoned(func(z *check.Zone) { z.Purpose = "5110" }), "refused breach", true},
		{"on a farm", check.KeyPurpose, with(func(in *check.Input) { in.Zones[0].Purpose, in.Use = "5110", check.UseFarm }), "farm attention", false},
		{"by a school", check.KeyPurpose, zoned(func(z *check.Zone) { z.Purpose = "1162" }), "judge attention", false},
		{"a boathouse by the sea", check.KeyPurpose, with(func(in *check.Input) { in.Zones[0].Purpose, in.Works.Kind = "1589", check.Dock }), "ok ok", false},
		{"a garage among boathouses", check.KeyPurpose, zoned(func(z *check.Zone) { z.Purpose = "1589" }), "refused breach", true},
		{"purpose without plans", check.KeyPurpose, missing(check.LayerZones), "no_plan_layer cannot_tell", false},

		{"purpose of a plan that may not go", check.KeyPurpose, zoned(func(z *check.Zone) { z.Unsure = true }), "unsure cannot_tell", false},
		{"another plan below that may not go", check.KeyPurpose, with(func(in *check.Input) {
			in.Zones = append(in.Zones, check.Zone{Plan: "2026001", Purpose: "2011", Unsure: true, Ground: box(130, 0, 140, 30)})
		}), "unsure cannot_tell", false},
		{"a master plan that may not go, under a zoning plan", check.KeyPurpose, with(func(in *check.Input) { in.Zones[1].Unsure = true }), "ok ok", false},
		{"building line of a plan that may not go", check.KeyLine, zoned(func(z *check.Zone) { z.Unsure = true }), "unsure cannot_tell", false},
		{"building line not in the map", check.KeyLine, zoned(func(z *check.Zone) { z.Line, z.Unknown.Line = 0, true }), "unknown cannot_tell", false},
		{"across the line that is drawn", check.KeyLine, lined(120, 12, 140, 12), "crosses breach", true},
		{"behind the line that is drawn", check.KeyLine, lined(100, 5, 140, 5), "behind ok", false},
		{"on some side of the line that is drawn", check.KeyLine, lined(100, 25, 140, 25), "drawn attention", false},
		{"the line of another plan", check.KeyLine, with(func(in *check.Input) {
			in.Zones[0].Line, in.Zones[0].Unknown.Line, in.Lines = 0, true, drawn(100, 5, 140, 5)
			in.Lines[0].Plan = "other"
		}), "unknown cannot_tell", false},
		{"a line drawn and a distance told", check.KeyLine, with(func(in *check.Input) { in.Lines = drawn(100, 25, 140, 25) }), "ok ok", false},
		{"across the line although far from the road", check.KeyLine, with(func(in *check.Input) { in.Lines = drawn(120, 12, 140, 12) }), "crosses breach", true},
		{"behind the building line", check.KeyLine, plot(), "ok ok", false},
		{"over the building line", check.KeyLine, at(120, 2, 126, 8), "over breach", true},
		{"no building line", check.KeyLine, zoned(func(z *check.Zone) { z.Line = 0 }), "not_regulated cannot_tell", false},
	}
}

func aboutGround() []question {
	unsure := with(func(in *check.Input) { in.Sea, in.Zones[0].Unsure = 50, true })

	return []question{
		{"nothing to heed", check.KeyCaution, plot(), "none ok", false},
		{"flood", check.KeyCaution, caution("flood"), "flood attention", false},
		{"landslide", check.KeyCaution, caution("landslide"), "landslide attention", false},
		{"quick clay", check.KeyCaution, caution("clay"), "clay attention", false},
		{"heritage", check.KeyCaution, caution("heritage"), "heritage attention", false},
		{"free sight", check.KeyCaution, caution("sight"), "sight breach", true},
		{"noise", check.KeyCaution, caution("noise"), "other attention", false},
		{"dangers unknown", check.KeyCaution, missing(check.LayerHazards), "no_layer_hazards cannot_tell", false},

		{"the sea unknown", check.KeyShore, missing(check.LayerSea), "no_layer cannot_tell", false},
		{"by the sea, with a plan", check.KeyShore, with(func(in *check.Input) { in.Sea = 50 }), "planned ok", false},
		{"by the sea, with a plan that may not go", check.KeyShore, unsure, "unsure cannot_tell", false},
		{"by the sea, without", check.KeyShore, with(func(in *check.Input) { in.Sea, in.Zones = 50, in.Zones[1:] }), "near breach", true},

		{"no pipes", check.KeyPipes, plot(), "ok ok", false},
		{"a pipe near", check.KeyPipes, pipe(orb.Point{127, 0}, orb.Point{127, 30}), "near attention", false},
		{"a pipe below", check.KeyPipes, pipe(orb.Point{132, 0}, orb.Point{132, 30}), "under breach", false},
		{"a pipe far off", check.KeyPipes, pipe(orb.Point{120, 0}, orb.Point{120, 30}), "ok ok", false},
		{"a pipe near, to who may not see pipes", check.KeyPipes, discreet(6, orb.Point{127, 0}, orb.Point{127, 30}), "ask attention", false},
		{"a pipe below, to who may not see pipes", check.KeyPipes, discreet(6, orb.Point{132, 0}, orb.Point{132, 30}), "ask attention", false},
		{"a pipe far off, to who may not see pipes", check.KeyPipes, discreet(6, orb.Point{120, 0}, orb.Point{120, 30}), "ok ok", false},
		{"a needle to find pipes with", check.KeyPipes, discreet(0.1, orb.Point{127, 0}, orb.Point{127, 30}), "small cannot_tell", false},
		{"a needle where there are none", check.KeyPipes, discreet(0.1), "small cannot_tell", false},
		{"asked too often", check.KeyPipes, with(func(in *check.Input) { in.Discreet, in.Spent = true, true }), "spent cannot_tell", false},
		{"outside the property, to who may not see pipes", check.KeyPipes, with(func(in *check.Input) { in.Discreet, in.Works.Footprint = true, box(137, 10, 143, 16) }), "small cannot_tell", false},
		{"pipes unknown", check.KeyPipes, missing(check.LayerPipes), "no_layer cannot_tell", false},

		{"far from other buildings", check.KeyFire, plot(), "ok ok", false},
		{"near its own house, small", check.KeyFire, at(118, 10, 124, 16), "small ok", false},
		{"near its own house, large", check.KeyFire, at(118, 8, 127, 20), "own attention", false},
		{"very near its own house", check.KeyFire, at(116, 10, 122, 16), "own attention", false},
		{"near another's house", check.KeyFire, with(func(in *check.Input) { in.Buildings[1].Ground = box(136, 10, 139, 16) }), "near attention", false},
		{"on top of a house", check.KeyFire, at(112, 12, 118, 18), "overlaps attention", false},
		{"an extension is part of the house", check.KeyFire, works(func(w *check.Works) { w.Kind, w.Footprint = check.Extension, box(115, 10, 119, 14) }), "ok ok", false},
		{"buildings unknown", check.KeyFire, missing(check.LayerBuildings), "no_layer cannot_tell", false},
	}
}

func TestRun_answersEachQuestion(t *testing.T) {
	t.Parallel()
	for _, test := range slices.Concat(aboutBoundaries(), aboutAreasAndHeights(), aboutPurposes(), aboutGround()) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, there := check.Run(law(t), test.in).Answer(test.key)
			if got := a.Case + " " + string(a.Verdict); !there || got != test.want || a.Dispensation != test.dispense {
				t.Errorf("%s, dispensation %t (there: %t); want %s\n%+v", got, a.Dispensation, there, test.want, a)
			}
			if there && a.Source.Layer == "" && len(a.Source.Laws) == 0 {
				t.Error("an answer without a source")
			}
		})
	}
}

func TestRun_measures(t *testing.T) {
	t.Parallel()
	r := check.Run(law(t), plot())
	if diff := cmp.Diff(check.Areas{Works: 36, Plot: 1200, Before: 100, After: 136, Known: true}, r.Areas); diff != "" {
		t.Error(diff)
	}
	use, _ := r.Answer(check.KeyUtilisation)
	want := map[string]float64{"plot": 1200, "before_area": 100, "after_area": 136, "before": 8.33, "after": 11.33, "allowed": 25}
	if diff := cmp.Diff(want, use.Figures); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(check.Source{Laws: []string{"tek_5_3"}, Plan: "1997003", PlanName: "Fyrlia boligfelt", Field: "BFS3", Layer: "plan_zones"}, use.Source); diff != "" {
		t.Error(diff)
	}
	boundaries := []check.Boundary{
		{Ref: "12/35", Label: "12/35 (Fyrlia 6)", Metres: 5},
		{Ref: "12/1", Label: "12/1 (Fyrlia)", Road: true, Metres: 10},
		{Ref: "12/40", Label: "12/40", Metres: 14},
		{Ref: "12/33", Label: "12/33 (Fyrlia 2)", Metres: 29},
	}
	if diff := cmp.Diff(boundaries, r.Boundaries); diff != "" {
		t.Error(diff)
	}
}

func TestRun_theSameGroundIsCountedOnce(t *testing.T) {
	t.Parallel()
	in := at(110, 12, 120, 18) // half on the house
	if got := check.Run(law(t), in).Areas.After; got != 130 {
		t.Errorf("%v m² built after, want 130", got)
	}
}

func TestRun_thePlotIsThePartSetApartForBuilding(t *testing.T) {
	t.Parallel()
	in := plot()
	in.Zones[0].Ground = box(100, 0, 140, 20) // the rest is a park
	in.Zones = append(in.Zones, check.Zone{Plan: "1997003", Field: "G1", Purpose: "3001", Ground: box(100, 20, 140, 30)})
	in.Buildings = append(in.Buildings, check.Building{Number: 3, Own: true, Ground: box(120, 22, 130, 28)}) // stands in the park
	got := check.Run(law(t), in).Areas
	if diff := cmp.Diff(check.Areas{Works: 36, Plot: 800, Before: 100, After: 136, Known: true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRun_withoutAFootprintSaysNothing(t *testing.T) {
	t.Parallel()
	r := check.Run(law(t), works(func(w *check.Works) { w.Footprint = nil }))
	if len(r.Answers) != 0 || r.Exempt.Verdict != check.CannotTell || r.Class.Weeks != 12 {
		t.Errorf("%+v", r)
	}
}

func TestResult_isStoredAndReadAgain(t *testing.T) {
	t.Parallel()
	r := check.Run(law(t), at(131, 10, 137, 16))
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var again check.Result
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Error(diff)
	}
}

func TestResult_tellsHazardsAsTheFormHasThem(t *testing.T) {
	t.Parallel()
	in := plot()
	for _, kind := range []string{"flood", "landslide", "clay", "heritage"} {
		in.Cautions = append(in.Cautions, check.Caution{Kind: kind, Ground: in.Ground, Layer: check.LayerCautions})
	}
	r := check.Run(law(t), in)
	kinds, known := r.Hazards()
	if diff := cmp.Diff([]string{"flood", "slide", "clay"}, kinds); diff != "" || !known || !r.Heritage() {
		t.Errorf("known %t, heritage %t: %s", known, r.Heritage(), diff)
	}
	in.Missing = []string{check.LayerCautions}
	if _, known := check.Run(law(t), in).Hazards(); known {
		t.Error("without the layer nobody knows of all dangers")
	}
}
