package check

import (
	"slices"
	"strings"
)

// exempt asks whether the works need no application (plan- og bygningsloven § 20-5,
// byggesaksforskriften § 4-1): every condition must be met, also that nothing is
// against the plan and nothing lies in the ground below.
func (r *run) exempt() Exempt {
	free, there := r.law.Exempt[r.Works.Kind]
	if !there {
		return Exempt{Verdict: Breach, Laws: []string{"pbl_20_1"}}
	}
	e := Exempt{Verdict: OK, Laws: []string{"pbl_20_5", "sak_4_1"}}
	e.Conditions = append(r.nature(), r.limits(free)...)
	e.Conditions = append(e.Conditions, r.lawful()...)
	for _, c := range e.Conditions {
		switch {
		case c.Verdict == Breach:
			e.Verdict = Breach
		case c.Verdict == CannotTell && e.Verdict == OK:
			e.Verdict = CannotTell
		}
	}
	return e
}

// nature are the conditions on what the works are: on a built property, and not to
// live in.
func (r *run) nature() []Condition {
	list := []Condition{{Key: "no_dwelling", Verdict: met(!r.Works.Dwelling)}}
	there := slices.ContainsFunc(r.Buildings, func(b Building) bool { return b.Own })
	built := Condition{Key: "built_property", Verdict: met(there)}
	if !there && r.lacks(LayerBuildings) {
		built.Verdict = CannotTell
	}
	return append(list, built)
}

// limits are the conditions on size, height and place.
func (r *run) limits(free Free) []Condition {
	var list []Condition
	add := func(key string, n, limit float64, verdict Verdict) {
		list = append(list, Condition{Key: key, Verdict: verdict, Figures: map[string]float64{"is": round(n), "limit": limit}})
	}
	most := func(key string, n, limit float64) {
		if limit == 0 {
			return
		}
		verdict := met(within(n, limit))
		if n == 0 {
			verdict = CannotTell
		}
		add(key, n, limit, verdict)
	}
	most("area", max(r.Works.BYA(), r.Works.bra()), free.Area)
	most("ridge", r.Works.Ridge, free.Ridge)
	most("cornice", r.Works.Cornice, free.Cornice)
	if free.Storeys > 0 {
		most("storeys", float64(max(r.Works.Storeys, 1)), float64(free.Storeys))
	}
	if free.Boundary > 0 {
		metres := r.nearestOfAll()
		add("boundary", metres, free.Boundary, met(reaches(metres, free.Boundary)))
	}
	if free.Reach > 0 {
		metres, known := r.reach()
		verdict := met(within(metres, free.Reach))
		if !known {
			verdict = CannotTell
		}
		add("reach", metres, free.Reach, verdict)
	}
	return list
}

// nearestOfAll is the way to the nearest boundary, a road's too.
func (r *run) nearestOfAll() float64 {
	if len(r.result.Boundaries) == 0 {
		return 0
	}
	return r.result.Boundaries[0].Metres
}

// lawful are the conditions that what is built goes well with the plan and the law
// (§ 1-6 second paragraph, § 20-5), as far as the answers tell.
func (r *run) lawful() []Condition {
	list := []Condition{
		{Key: "inside", Verdict: OK}, {Key: "distance", Verdict: OK}, {Key: "plan", Verdict: OK}, {Key: "pipes", Verdict: OK}, {Key: "danger", Verdict: OK},
	}
	at := map[string]int{
		KeyInside: 0, KeyDistance: 1, KeyUtilisation: 2, KeyHeight: 2, KeyPurpose: 2, KeyLine: 2, KeyShore: 2, KeyPipes: 3, KeyCaution: 4,
	}
	for _, a := range r.result.Answers {
		i, asked := at[a.Key]
		if !asked {
			continue
		}
		c := &list[i]
		switch {
		case a.Verdict == Breach, a.Key == KeyPipes && a.Verdict == Attention:
			c.Verdict = Breach
		case c.Verdict == OK && unsure(a):
			c.Verdict = CannotTell
		}
	}
	return list
}

// unsure reports whether an answer leaves open whether the works go with the plan
// and the ground. A number that the plan does not regulate cannot be broken. Small
// garages, low terraces and walls may be as near to the boundary as the exemption
// tells, which is a condition of its own.
func unsure(a Answer) bool {
	if a.Key == KeyDistance && a.Verdict == Attention {
		return !slices.Contains([]string{"small", caseLow, "wall"}, strings.TrimSuffix(a.Case, "_unknown"))
	}
	return a.Verdict == Attention || a.Verdict == CannotTell && a.Case != "not_regulated"
}

func met(yes bool) Verdict {
	if yes {
		return OK
	}
	return Breach
}

// applicant says who may apply: small works the developer alone (§ 20-4,
// byggesaksforskriften § 3-1), others with a responsible firm (§ 20-3).
func (r *run) applicant() Applicant {
	size := max(r.Works.BYA(), r.Works.bra())
	own := Applicant{Own: true, Case: "small", Laws: []string{"pbl_20_4", "sak_3_1"}}
	firm := Applicant{Case: "large", Laws: []string{"pbl_20_3"}}
	switch r.Works.Kind {
	case Garage, Dock:
		if r.Works.Dwelling {
			firm.Case = "dwelling"
			return firm
		}
		if r.Works.Storeys > 1 {
			firm.Case = "storeys"
			return firm
		}
		if within(size, r.law.Alone.Building) {
			return own
		}
	case Extension, Upper:
		if within(size, r.law.Alone.Extension) {
			return own
		}
	case Terrace, Wall:
		return own
	default:
		firm.Case = "other"
	}
	return firm
}

// reserveHazards is the reservation that nobody has looked whether the place is in danger.
const reserveHazards = "hazards"

// class proposes the limit of § 21-7: three weeks for works that go with the plan and
// the law and need no word from other authorities, else twelve. That the neighbours
// have no remarks is known when they have answered. What the map cannot tell of the plan
// counts against three weeks: when they are over the permit is deemed given, whatever was
// not known.
//
// A municipality without a map of dangers is no reason for twelve. The limit follows from
// what the works are and where they stand, not from which maps the municipality keeps: were
// they counted as twelve for that, the three of the law could pass without anybody minding
// them. That the ground is safe (§ 28-1) the municipality must see for itself
// (forvaltningsloven § 17), in the open maps of the whole country; the limit is proposed
// with the reservation that somebody does. Doubt: a lawyer should look at this.
func (r *run) class() Class {
	c := Class{Weeks: 3, Laws: []string{"pbl_21_7"}}
	add := func(key string) {
		if !slices.Contains(c.Reasons, Reason{Key: key}) {
			c.Reasons = append(c.Reasons, Reason{Key: key})
		}
	}
	for _, a := range r.result.Answers {
		switch {
		case a.Dispensation:
			add("dispensation_" + a.Key)
		case a.Verdict == Breach && a.Key == KeyInside:
			add("outside")
		case a.Key == KeyCaution && a.Verdict == Attention:
			add("caution_" + a.Case)
		case a.Key == KeyCaution && a.Verdict == CannotTell && a.Case == "no_layer_"+LayerHazards:
			c.Reservations = []Reason{{Key: reserveHazards}}
		case a.Key == KeyCaution && a.Verdict == CannotTell:
			add("caution_unknown")
		case a.Key == KeyShore && a.Verdict == CannotTell && !r.planned():
			add("shore_unknown")
		case a.Key == KeyPurpose && a.Verdict != OK:
			add("purpose")
		case (a.Key == KeyUtilisation || a.Key == KeyHeight || a.Key == KeyLine) && a.Verdict == CannotTell && a.Case != "not_regulated" && a.Case != "not_told":
			add("plan_unknown")
		case a.Key == KeyLine && a.Verdict == Attention:
			add("plan_unknown")
		}
	}
	if len(c.Reasons) > 0 {
		c.Weeks = 12
	}
	return c
}
