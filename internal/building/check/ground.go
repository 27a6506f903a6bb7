package check

import (
	"slices"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// The kinds of cautions.
const (
	flood     = "flood"
	landslide = "landslide"
	quickClay = "clay"
	heritage  = "heritage"
	sight     = "sight"
)

// cautions asks what must be heeded on the ground: flood, landslide, quick clay
// (§ 28-1), old buildings and free sight (§§ 11-8 and 12-6).
func (r *run) cautions() {
	found := map[string]bool{}
	for _, c := range r.Cautions {
		if shape.Overlap(c.Ground, r.Works.Footprint) <= tolerance || found[c.Kind+c.Plan] {
			continue
		}
		found[c.Kind+c.Plan] = true
		r.add(c.answer())
	}
	for _, layer := range []string{LayerCautions, LayerHazards} {
		if r.lacks(layer) {
			r.add(Answer{Key: KeyCaution, Case: "no_layer_" + layer, Verdict: CannotTell, Source: Source{Layer: layer}})
		}
	}
	if len(found) == 0 && !r.lacks(LayerCautions) && !r.lacks(LayerHazards) {
		r.add(Answer{Key: KeyCaution, Case: "none", Verdict: OK, Source: Source{Laws: []string{"pbl_28_1"}, Layer: LayerHazards}})
	}
}

func (c Caution) answer() Answer {
	a := Answer{Key: KeyCaution, Case: c.Kind, Verdict: Attention, Names: map[string]string{"text": c.Text, "code": c.Code}}
	a.Source = Source{Plan: c.Plan, PlanName: c.PlanName, Field: c.Code, Layer: c.Layer}
	switch c.Kind {
	case flood:
		a.Source.Laws = []string{"pbl_28_1", "tek_7_2"}
	case landslide, quickClay:
		a.Source.Laws = []string{"pbl_28_1", "tek_7_3"}
	case heritage:
		a.Source.Laws = []string{"pbl_12_6"}
	case sight:
		a.Source.Laws, a.Verdict, a.Dispensation = []string{"pbl_12_6"}, Breach, true
	default:
		a.Case, a.Source.Laws = "other", []string{"pbl_11_8", "pbl_12_6"}
	}
	return a
}

// hazards are the kinds of danger under the works, as the application form has them.
func (r Result) hazards() []string {
	var kinds []string
	for _, a := range r.Answers {
		if a.Key == KeyCaution && !slices.Contains(kinds, a.Case) {
			kinds = append(kinds, a.Case)
		}
	}
	return kinds
}

// Hazards are the dangers under the works as the application form names them, and
// whether the map knows of all dangers.
func (r Result) Hazards() (kinds []string, known bool) {
	known = true
	for _, k := range r.hazards() {
		switch k {
		case flood:
			kinds = append(kinds, "flood")
		case landslide:
			kinds = append(kinds, "slide")
		case quickClay:
			kinds = append(kinds, "clay")
		case "no_layer_" + LayerHazards, "no_layer_" + LayerCautions, CaseMore:
			known = false
		}
	}
	return kinds, known
}

// Heritage reports whether the plan keeps the place as it is.
func (r Result) Heritage() bool { return slices.Contains(r.hazards(), heritage) }

// shore asks how far it is from the sea. The ban on building (§ 1-8) does not go
// where a zoning plan has been made for the ground, which sets the line itself.
func (r *run) shore() {
	a := Answer{Key: KeyShore, Case: "ok", Verdict: OK, Source: Source{Laws: []string{"pbl_1_8"}, Layer: LayerSea}}
	a.Figures = map[string]float64{"required": r.law.Shore.Metres}
	if r.lacks(LayerSea) {
		a.Case, a.Verdict = "no_layer", CannotTell
		r.add(a)
		return
	}
	if r.Sea >= r.law.Shore.Metres {
		return
	}
	a.Figures["metres"] = r.Sea
	switch {
	case r.unsure && !r.zone.Master:
		a.Case, a.Verdict, a.Source = caseUnsure, CannotTell, r.zone.of("pbl_1_8")
	case r.planned():
		a.Case, a.Source = "planned", r.zone.of("pbl_1_8")
	default:
		a.Case, a.Verdict, a.Dispensation = "near", Breach, true
	}
	r.add(a)
}

// planned reports whether a zoning plan goes for the ground.
func (r *run) planned() bool { return r.zone != nil && !r.zone.Master && !r.unsure }
