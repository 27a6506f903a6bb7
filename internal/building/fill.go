package building

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// facts are what the map tells the form.
func (p Placed) facts() map[string]any {
	facts := map[string]any{
		FactProperty: p.Request.Property, FactFootprint: shape.WKT(p.Footprint), factPlot: round1(p.Result.Areas.Plot), factBYA: p.newBYA(),
		factExisting: nil, factNearest: nil, factRequired: nil, factUsed: nil, factAllowed: nil, factCornice: nil, factRidge: nil, factPlan: nil, factPurpose: nil,
		factDispensations: float64(len(p.dispensations())), factUnknown: float64(p.Result.Count(check.CannotTell)), factCautions: float64(p.cautions()),
		factWeeks: float64(p.weeks()),
	}
	if text, err := json.Marshal(p.Request); err == nil { // numbers and texts always become JSON
		facts[FactRequest] = string(text)
	}
	set := func(fact string, n float64) {
		if n > 0 {
			facts[fact] = n
		}
	}
	if p.Result.Areas.Known {
		facts[factExisting] = p.existing()
	}
	if d, ok := p.Result.Answer(check.KeyDistance); ok && d.Figures["required"] > 0 {
		facts[factNearest], facts[factRequired] = d.Figures["metres"], d.Figures["required"]
	}
	use, _ := p.Result.Answer(check.KeyUtilisation)
	set(factUsed, round1(use.Figures["after"]))
	set(factAllowed, use.Figures["allowed"])
	set(factCornice, p.Request.Cornice)
	set(factRidge, p.Request.Ridge)
	if purpose, ok := p.Result.Answer(check.KeyPurpose); ok && purpose.Source.Plan != "" {
		facts[factPlan], facts[factPurpose] = planName(purpose.Source), purpose.Names["purpose"]
	}
	return facts
}

// planName is a plan as people speak of it: number, name and field.
func planName(s check.Source) string {
	name := strings.TrimSpace(s.Plan + " " + s.PlanName)
	if s.Field != "" {
		name += ", " + s.Field
	}
	return name
}

// existing is what is built up before the works, without parking, which the form adds.
func (p Placed) existing() float64 {
	return round1(max(0, p.Result.Areas.Before-float64(p.Request.Parking)*parkingSquareMetres))
}

func (p Placed) newBYA() float64 { return round1(p.Result.Areas.After - p.Result.Areas.Before) }

// dispensations are what a dispensation is needed from, the distance to a neighbour
// apart, to which the neighbour may consent (§ 29-4 third paragraph a).
func (p Placed) dispensations() []string {
	return slices.DeleteFunc(p.Result.Dispensations(), func(key string) bool { return key == check.KeyDistance })
}

func (p Placed) cautions() int {
	n := 0
	for _, a := range p.Result.Answers {
		if a.Key == check.KeyCaution && a.Verdict == check.Attention {
			n++
		}
	}
	return n
}

// weeks is the limit that the map suggests; whether the distance to a neighbour goes
// the applicant tells, who has the neighbour's consent or not.
func (p Placed) weeks() int {
	for _, reason := range p.Result.Class.Reasons {
		if reason.Key != "dispensation_"+check.KeyDistance {
			return p.Result.Class.Weeks
		}
	}
	return simpleWeeks
}

// answers are those questions of the form that the map can answer. The applicant can
// correct them all.
func (p Placed) answers(words *i18n.Localizer, before map[string]any) map[string]any {
	r, ref := p.Request, p.plot.property.Ref
	number := map[string]any{"gnr": float64(ref.Gnr), "bnr": float64(ref.Bnr)}
	if ref.Fnr != 0 {
		number["fnr"] = float64(ref.Fnr)
	}
	if asked := r.ref(); asked.Snr != 0 {
		number["snr"] = float64(asked.Snr)
	}
	values := map[string]any{
		"properties": []any{number}, "measure": string(r.Kind), "plot": round1(p.Result.Areas.Plot), "parking": float64(r.Parking),
		"boundaries": p.boundaries(words), "over_pipes": p.pipes(),
	}
	if address := p.address(); address != "" {
		values["address"] = address
	}
	if r.Kind != check.Terrace && r.Kind != check.Wall {
		values["dwelling"] = map[bool]string{true: "yes", false: "no"}[r.Dwelling]
	}
	p.sizes(values, words)
	p.planned(values)
	p.dangers(values)
	p.role(values, before)
	p.dispense(values, words, before)
	return values
}

func (p Placed) address() string {
	for _, a := range p.plot.facts.Addresses {
		if a.Text == p.plot.property.Address || p.plot.property.Address == "" {
			return a.String()
		}
	}
	return p.plot.property.Address
}

// sizes fills in areas and heights.
func (p Placed) sizes(values map[string]any, words *i18n.Localizer) {
	r := p.Request
	if p.Result.Areas.Known {
		values["existing_bya"] = p.existing()
	}
	if n := p.newBYA(); n > 0 {
		storeys := float64(max(r.Storeys, 1))
		floor := n
		if r.BRA > 0 {
			floor = round1(r.BRA / storeys)
		}
		values["buildings"] = []any{map[string]any{"name": words.T("building.kind." + string(r.Kind)), "bya": n, "floor": floor, "floors": storeys}}
	}
	if r.Cornice > 0 {
		values["eaves"] = r.Cornice
	}
	if r.Ridge > 0 {
		values["ridge"] = r.Ridge
	}
	if fire, ok := p.Result.Answer(check.KeyFire); ok && fire.Figures["required"] > 0 {
		values["other_building"] = fire.Figures["metres"]
	}
}

// The form takes so many boundaries, and those farther off matter to nobody.
const (
	mostBoundaries = 12
	farBoundary    = 100.0
)

func (p Placed) boundaries(words *i18n.Localizer) []any {
	var list []any
	for _, b := range p.Result.Boundaries {
		if b.Road || len(list) > 0 && b.Metres > farBoundary || len(list) == mostBoundaries {
			continue
		}
		to := []rune(b.Label)
		if len(to) == 0 {
			to = []rune(words.T("building.plan.unknown"))
		}
		list = append(list, map[string]any{"to": string(to[:min(len(to), 80)]), "metres": b.Metres})
	}
	return list
}

func (p Placed) pipes() string {
	a, _ := p.Result.Answer(check.KeyPipes)
	switch a.Verdict {
	case check.Breach, check.Attention:
		return "yes"
	case check.OK:
		return "no"
	case check.CannotTell:
	}
	return "unknown"
}

// planned fills in which plan goes and what it allows.
func (p Placed) planned(values map[string]any) {
	values["plan"] = "unknown"
	purpose, _ := p.Result.Answer(check.KeyPurpose)
	switch {
	case purpose.Source.Plan == "":
	case slices.Contains(purpose.Source.Laws, "pbl_11_6"):
		values["plan"] = "municipal"
	default:
		values["plan"], values["plan_name"] = "zoning", planName(purpose.Source)
	}
	values["allowed"] = nil
	if use, _ := p.Result.Answer(check.KeyUtilisation); use.Figures["allowed"] > 0 {
		values["allowed"] = use.Figures["allowed"]
	}
}

// dangers fills in what the place is exposed to.
func (p Placed) dangers(values map[string]any) {
	kinds, known := p.Result.Hazards()
	list := make([]any, 0, len(kinds)+1)
	for _, k := range kinds {
		list = append(list, k)
	}
	switch {
	case !known && len(list) == 0:
		list = append(list, "unknown")
	case len(list) == 0:
		list = append(list, "none")
	}
	values["hazards"] = list
	if p.Result.Heritage() {
		values["heritage"] = "yes"
	}
}

// role says that a firm is needed when the law wants one, and else what the applicant
// has said or that she applies herself.
func (p Placed) role(values, before map[string]any) {
	switch {
	case !p.Result.Applicant.Own:
		values["role"] = "responsible"
	case before["role"] == nil:
		values["role"] = "own"
	}
	if d, ok := p.Result.Answer(check.KeyDistance); ok && strings.HasPrefix(d.Case, "small") {
		values["near_ground"] = "small"
	}
}

// dispense begins the application for what a dispensation is needed from; the reasons
// are the applicant's. What she has begun to give reasons for stays.
func (p Placed) dispense(values map[string]any, words *i18n.Localizer, before map[string]any) {
	for _, element := range listOf(before["dispensations"]) {
		if item, _ := element.(map[string]any); item["reasons"] != nil {
			return
		}
	}
	var list []any
	for _, a := range p.Result.Answers {
		if !a.Dispensation || a.Key == check.KeyDistance {
			continue
		}
		kind := a.Key
		if kind == check.KeyCaution {
			kind = "other"
		}
		provision := planName(a.Source)
		if a.Key == check.KeyShore || provision == "" {
			provision = words.T("building.law." + a.Source.Laws[0])
		}
		list = append(list, map[string]any{"kind": kind, "provision": provision})
	}
	if len(list) == 0 {
		values["dispensation"], values["dispensations"] = "no", nil
		if d, _ := p.Result.Answer(check.KeyDistance); d.Dispensation {
			values["dispensation"] = nil // that depends on the neighbour
		}
		return
	}
	values["dispensation"], values["dispensations"] = "yes", list
}

func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}
