package building

import (
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// advice compares the answers with the law, each with its source. It decides nothing.
func advice(c cases.Case, _ identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	a := application(answers)
	track := "building.advice.ordinary"
	if Simple(answers) {
		track = "building.advice.simple"
	}
	terms := []cases.Term{{Label: words.T("building.advice.track"), Value: words.T(track)}}
	add := func(when bool, key string, args ...any) {
		if when {
			terms = append(terms, cases.Term{Label: words.T("building.advice." + key + "_label"), Value: words.T("building.advice."+key, args...)})
		}
	}
	if a.mapped() > 0 {
		add(true, "map", "dispensations", a.count("map_dispensations"), "cautions", a.count("map_cautions"), "unknown", a.count("map_unknown"))
	}
	nearest, _ := a.number("nearest")
	add(a.near(), "near."+groundOf(a), "distance", decimal(nearest))
	used, _ := a.number("utilisation")
	allowed, _ := a.number("allowed")
	add(a.over(), "over", "used", decimal(used), "allowed", decimal(allowed))
	add(a.large(), "large")
	if between, ok := a.number("other_building"); ok {
		add(between < fireMetres, "fire", "distance", decimal(between))
	}
	add(a.remarks() > 0, "remarks", "count", a.remarks())
	if day, err := clock.ParseDate(a.text("notice_until")); err == nil && !day.IsZero() {
		add(!day.Before(clock.DateIn(c.ReceivedAt)), "waiting", "date", words.Date(day))
	}
	add(a.text("notice") == "exempt" || a.text("notice") == "no_effect", "no_notice")
	add(a.text("dispensation") == "yes", "dispensation")
	add(a.items("dispensations", "kind", "shore") > 0, "shore")
	for _, hazard := range []string{"flood", "slide", "clay", "sea"} {
		if a.has("hazards", hazard) {
			add(true, "hazard")
			break
		}
	}
	add(a.has("hazards", "unknown"), "hazard_unknown")
	add(a.text("access_road") == "yes", "road")
	add(a.text("water") == "yes", "water")
	add(a.text("heritage") != "no", "heritage")
	return terms
}

// groundOf is what the applicant says allows a building near the boundary.
func groundOf(a application) string {
	switch ground := a.text("near_ground"); ground {
	case "consent", "plan", "dispensation":
		return ground
	case "small":
		bya, _ := a.number("new_bya")
		bra, _ := a.number("new_bra")
		if bya <= smallSquareMetres && bra <= smallSquareMetres {
			return ground
		}
	}
	return "nothing"
}

func decimal(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", ",", 1)
}
