package building

import (
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
)

// The limits of the law, in metres, square metres and years.
const (
	// boundaryMetres is how far a building is from the neighbour's boundary (plan-
	// og bygningsloven § 29-4 second paragraph).
	boundaryMetres = 4
	// smallSquareMetres is how large a garage or outbuilding may be to stand nearer
	// (§ 29-4 third paragraph b).
	smallSquareMetres = 50
	// fireMetres is the distance between buildings below which fire must be kept
	// from spreading (byggteknisk forskrift § 11-6).
	fireMetres = 8
	// ownBuilding and ownExtension are what a developer may apply for alone
	// (byggesaksforskriften § 3-1).
	ownBuilding, ownExtension = 70, 50
	// validYears is how long a permit is valid when nothing is begun (§ 21-9).
	validYears = 3
	// ordinaryWeeks is the limit for what is not simple (§ 21-7 first paragraph).
	ordinaryWeeks = 12
	// simpleWeeks is the limit for what is (§ 21-7 second and third paragraph).
	simpleWeeks = 3
	// parkingSquareMetres is what a parking space counts as built up, as the form has it.
	parkingSquareMetres = 18
)

// Expiry is the last day on which the works may begin (plan- og bygningsloven
// § 21-9 first paragraph).
func Expiry(decided clock.Date) clock.Date { return decided.AddYears(validYears) }

// application is what the rules look at in the answers.
type application map[string]any

func (a application) text(id string) string {
	s, _ := a[id].(string)
	return s
}

// number is an answer, or a calculated value; ok is false when it was not given.
func (a application) number(id string) (float64, bool) {
	n, ok := a[id].(float64)
	return n, ok
}

// count is a number of things; 0 when it was not given.
func (a application) count(id string) int {
	n, _ := a.number(id)
	return int(n)
}

func (a application) has(id string, value any) bool {
	list, _ := a[id].([]any)
	return slices.Contains(list, value)
}

// items of a group whose field has the value.
func (a application) items(group, field string, value any) int {
	list, _ := a[group].([]any)
	n := 0
	for _, element := range list {
		if item, ok := element.(map[string]any); ok && item[field] == value {
			n++
		}
	}
	return n
}

// near reports whether it stands nearer to a boundary than the law wants: four
// metres, or half its height where the map has worked that out.
func (a application) near() bool {
	metres, ok := a.number("nearest")
	required, _ := a.number("map_required")
	return ok && metres < max(boundaryMetres, required)
}

// over reports whether it uses more of the plot than the plan allows.
func (a application) over() bool {
	used, known := a.number("utilisation")
	allowed, told := a.number("allowed")
	return known && told && used > allowed
}

// large reports whether it is more than a developer may apply for alone.
func (a application) large() bool {
	if a.text("role") != "own" {
		return false
	}
	var limit float64
	switch a.text("measure") {
	case "garage", "dock":
		limit = ownBuilding
	case "extension":
		limit = ownExtension
	default:
		return false
	}
	bya, _ := a.number("new_bya")
	bra, _ := a.number("new_bra")
	return bya > limit || bra > limit || a.text("dwelling") == "yes" && a.text("measure") != "extension"
}

func (a application) remarks() int { return a.items("notices", "answer", "remark") }

// exposed reports whether the applicant tells of a danger at the place: a place that is
// exposed needs a statement from those who know the danger (plan- og bygningsloven § 28-1).
func (a application) exposed() bool {
	return slices.ContainsFunc([]string{"flood", "slide", "clay", "sea"}, func(danger string) bool { return a.has("hazards", danger) })
}

// mapped is the limit in weeks that the map suggests, 0 when it was not asked.
func (a application) mapped() float64 {
	weeks, _ := a.number("map_weeks")
	return weeks
}

// Simple reports whether the answers tell of works in accordance with the plan,
// without remarks from neighbours and without other authorities, which are decided
// within three weeks and else deemed permitted (plan- og bygningsloven § 21-7), at a
// place that is not exposed to danger.
// Every other application has twelve weeks, and so has one where the map found
// something that stands against the works, whatever the applicant says of it.
func Simple(answers map[string]any) bool {
	a := application(answers)
	return a.mapped() != ordinaryWeeks && a.text("dispensation") == "no" && !a.over() && a.remarks() == 0 && !a.exposed() && a.text("other_authorities") == "" &&
		a.text("access_road") == "no" && a.text("heritage") == "no" && a.text("plan") != "unknown" &&
		(!a.near() || a.text("near_ground") != "dispensation")
}
