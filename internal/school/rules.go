package school

import (
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// firstAge is how old a child becomes in the year it starts school, and lastGrade
// the last of compulsory school.
const (
	firstAge  = 6
	lastGrade = 10
)

// GradeAt returns the grade (trinn) of a child on a day, by its year of birth: a
// child starts school in August of the year it turns six. Outside compulsory
// school it is 0. School start that was postponed or advanced is not known here.
func GradeAt(born, day clock.Date) int {
	if born.IsZero() || day.IsZero() {
		return 0
	}
	year := day.Year
	if day.Month < time.August {
		year--
	}
	grade := year - born.Year - firstAge + 1
	if grade < 1 || grade > lastGrade {
		return 0
	}
	return grade
}

// LimitKm is the length of the way to school beyond which a pupil has a right to
// transport: more than two kilometres in grade 1, more than four in grades 2 to
// 10 (opplæringslova § 4-1).
func LimitKm(grade int) float64 {
	if grade <= 1 {
		return 2
	}
	return 4
}

// Grounds is what a family claims for transport.
type Grounds struct {
	Distance  bool
	Danger    bool // farlig eller særlig vanskelig skolevei
	Condition bool // disability, injury or illness
	Longest   float64
	Grade     int
}

// TooFar reports whether the way is longer than the limit for the grade.
func (g Grounds) TooFar() bool { return g.Longest > LimitKm(g.Grade) }

// groundsOf reads the claim from the answers of the form.
func groundsOf(answers map[string]any) Grounds {
	var g Grounds
	for _, ground := range chosen(answers, "grounds") {
		switch ground {
		case "distance":
			g.Distance = true
		case "danger":
			g.Danger = true
		case "disability", "temporary":
			g.Condition = true
		}
	}
	g.Longest, _ = answers["longest"].(float64)
	if grade, ok := answers["grade"].(float64); ok {
		g.Grade = int(grade)
	}
	return g
}

// chosen are the values of a list of choices.
func chosen(answers map[string]any, id string) []string {
	list, _ := answers[id].([]any)
	values := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			values = append(values, s)
		}
	}
	return values
}
