package conference

import (
	"strings"

	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// FormKey is the key of the form.
const FormKey = "preliminary-conference"

// Kind is what package cases must know of requests for a conference. They come to the
// department that handles building cases, where the service of building is switched on.
func Kind() cases.Kind {
	return cases.Kind{
		Key: Name, Title: "conference.case.title", Service: building.Name, Form: FormKey, Setting: building.SettingDepartment,
		Icon: "message", Intro: "conference.case.intro", Advice: advice,
		Instead: cases.Link{Title: "conference.work.open", Text: "conference.work.next", Href: "conference"},
	}
}

// The rules of the clock: see package deadline.
const (
	ruleOrdinary  = "building.conference"
	ruleAfterFire = "building.conference_after_fire"
)

// Rules are the keys of the clocks that a conference meets.
func Rules() []string { return []string{ruleOrdinary, ruleAfterFire} }

// Rule is the clock of a request: five days when a building is raised again after a fire,
// a natural event or an accident, else two weeks (byggesaksforskriften § 7-1).
func Rule(answers map[string]any) string {
	if text(answers, "rebuild") == yes {
		return ruleAfterFire
	}
	return ruleOrdinary
}

const yes = "yes"

func text(answers map[string]any, field string) string {
	s, _ := answers[field].(string)
	return s
}

// advice tells the case worker what the answers call for. It decides nothing.
func advice(_ cases.Case, _ identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	var terms []cases.Term
	add := func(key string, args ...any) {
		terms = append(terms, cases.Term{Label: words.T("conference.advice." + key + "_label"), Value: words.T("conference.advice."+key, args...)})
	}
	if Rule(answers) == ruleAfterFire {
		add("rebuild")
	}
	add("prepare")
	if others := asked(answers, words); others != "" {
		add("others", "who", others)
	}
	if text(answers, "interpreter") == yes {
		add("interpreter", "language", text(answers, "interpreter_language"))
	}
	return terms
}

// asked are those whom the applicant wants to take part beside the municipality.
func asked(answers map[string]any, words *i18n.Localizer) string {
	list, _ := answers["others"].([]any)
	var names []string
	for _, value := range list {
		if key, is := value.(string); is && key != "other" {
			names = append(names, words.T("conference.other."+key))
		}
	}
	if who := text(answers, "others_who"); who != "" {
		names = append(names, who)
	}
	return strings.Join(names, ", ")
}
