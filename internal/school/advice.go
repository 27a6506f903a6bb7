package school

import (
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// heardFrom is the age from which a child is always heard (barnelova § 31).
const heardFrom = 7

// placeAdvice tells the case worker what the law says of an application for a
// place. It decides nothing.
func placeAdvice(c cases.Case, child identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	start, err := clock.ParseDate(text(answers, "start_date"))
	if err != nil || start.IsZero() {
		start = clock.DateIn(c.ReceivedAt)
	}
	terms := []cases.Term{
		{Label: words.T("school.advice.right_label"), Value: words.T("school.advice.right")},
		{Label: words.T("school.advice.grade"), Value: gradeText(GradeAt(child.BirthDate, start), words)},
	}
	reasons := chosen(answers, "reasons")
	if slices.Contains(reasons, "environment") {
		terms = append(terms, advise(words, "environment"))
	}
	if slices.Contains(reasons, "moving") {
		terms = append(terms, advise(words, "moving"))
	}
	if !child.BirthDate.IsZero() && child.BirthDate.YearsAt(clock.DateIn(c.ReceivedAt)) >= heardFrom {
		terms = append(terms, advise(words, "heard"))
	}
	return terms
}

func advise(words *i18n.Localizer, key string) cases.Term {
	return cases.Term{Label: words.T("school.advice." + key + "_label"), Value: words.T("school.advice." + key)}
}

func gradeText(grade int, words *i18n.Localizer) string {
	if grade == 0 {
		return words.T("school.advice.no_grade")
	}
	return strconv.Itoa(grade)
}

// transportAdvice compares the claim with the limits of the law.
func transportAdvice(_ cases.Case, _ identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	g := groundsOf(answers)
	key := "school.advice.near"
	if g.TooFar() {
		key = "school.advice.far"
	}
	terms := []cases.Term{{
		Label: words.T("school.advice.distance_label"),
		Value: words.T(key, "distance", kilometres(g.Longest), "limit", kilometres(LimitKm(g.Grade)), "grade", gradeText(g.Grade, words)),
	}}
	if g.Danger {
		terms = append(terms, advise(words, "danger"))
	}
	if g.Condition {
		terms = append(terms, advise(words, "condition"))
	}
	if text(answers, "companion") == "yes" {
		terms = append(terms, advise(words, "companion"))
	}
	if text(answers, "nearest") != "yes" {
		terms = append(terms, advise(words, "not_nearest"))
	}
	return terms
}

// kilometres writes a distance as people do in Norway.
func kilometres(km float64) string {
	return strings.Replace(strconv.FormatFloat(km, 'f', -1, 64), ".", ",", 1) + " km"
}

func text(answers map[string]any, id string) string {
	s, _ := answers[id].(string)
	return s
}
