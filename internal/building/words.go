package building

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
)

// figure writes a number with at most two decimals, as the language does.
func figure(words *i18n.Localizer, n float64) string { return words.Decimal(n, 2) }

func metres(words *i18n.Localizer, n float64) string { return figure(words, n) + "\u00a0m" }
func squareMetres(words *i18n.Localizer, n float64) string {
	return words.Decimal(n, 1) + "\u00a0m²"
}
func percent(words *i18n.Localizer, n float64) string { return figure(words, n) + "\u00a0%" }

// heightOr is a height, or that it is not told.
func heightOr(words *i18n.Localizer, n float64) string {
	if n == 0 {
		return words.T("building.not_told")
	}
	return metres(words, n)
}

// figures writes the figures of an answer with their units, for its text.
func figures(words *i18n.Localizer, all map[string]float64) []any {
	var args []any
	for name, n := range all {
		text := metres(words, n)
		switch name {
		case "before", "after", "allowed":
			text = percent(words, n)
		case "plot", "before_area", "after_area", "outside", "too_much":
			text = squareMetres(words, n)
		case "cornice", "ridge", "height":
			text = heightOr(words, n)
		}
		args = append(args, name, text)
	}
	return args
}

// text tells an answer in words.
func text(words *i18n.Localizer, a check.Answer) string {
	args := figures(words, a.Figures)
	for name, value := range a.Names {
		if name == "kind" {
			value = pipeWord(words, value)
		}
		args = append(args, name, value)
	}
	if a.Case == check.CaseMore {
		return words.T("building.check.more", "layer", words.T("building.layer."+a.Source.Layer))
	}
	return strings.TrimSpace(words.T("building.check."+a.Key+"."+a.Case, args...))
}

func pipeWord(words *i18n.Localizer, kind string) string {
	if kind != "water" && kind != "sewer" {
		kind = "other"
	}
	return words.T("building.pipe." + kind)
}

// source tells what an answer rests on.
func source(words *i18n.Localizer, s check.Source) string {
	parts := laws(words, s.Laws)
	if s.Plan != "" {
		plan := strings.TrimSpace(words.T("building.source.plan", "number", s.Plan, "name", s.PlanName))
		if s.Field != "" {
			plan += ", " + words.T("building.source.field", "field", s.Field)
		}
		parts = append(parts, plan)
	}
	if s.Layer != "" && s.Plan == "" {
		parts = append(parts, words.T("building.source.layer", "layer", words.T("building.layer."+s.Layer)))
	}
	return strings.Join(parts, ". ")
}

func laws(words *i18n.Localizer, keys []string) []string {
	list := make([]string, 0, len(keys)+1)
	for _, key := range keys {
		list = append(list, words.T("building.law."+key))
	}
	return list
}

// verdictTag is a verdict in a word, a colour and a sign.
func verdictTag(words *i18n.Localizer, v check.Verdict) ui.TagProps {
	status := map[check.Verdict]ui.Status{
		check.OK: ui.StatusDone, check.Breach: ui.StatusRefused, check.Attention: ui.StatusWaiting, check.CannotTell: ui.StatusClosed,
	}[v]
	return ui.TagProps{Label: words.T("building.verdict." + string(v)), Status: status}
}

// order puts what must be seen first first.
func order(v check.Verdict) int {
	return map[check.Verdict]int{check.Breach: 0, check.Attention: 1, check.CannotTell: 2, check.OK: 3}[v]
}

// condition tells a condition for building without an application.
func condition(words *i18n.Localizer, c check.Condition) string {
	unit := metres
	switch c.Key {
	case "area":
		unit = squareMetres
	case "storeys":
		unit = figure
	}
	is := unit(words, c.Figures["is"])
	if c.Verdict == check.CannotTell && c.Figures["is"] == 0 {
		is = words.T("building.not_told")
	}
	return words.T("building.free."+c.Key, "limit", unit(words, c.Figures["limit"]), "is", is)
}

// exemptKeys are the title and the text of whether one must apply.
func exemptKeys(e check.Exempt) (title, about string) {
	title = "building.exempt." + string(e.Verdict)
	if len(e.Conditions) == 0 && e.Verdict == check.Breach {
		return title, "building.exempt.none_text"
	}
	return title, title + "_text"
}

// reasons are why the longer limit goes.
func reasons(words *i18n.Localizer, c check.Class) []string {
	var list []string
	for _, r := range c.Reasons {
		list = append(list, words.T("building.reason."+r.Key))
	}
	return list
}

// classText tells the limit with its reasons on one line.
func classText(words *i18n.Localizer, c check.Class) string {
	text := words.T("building.class." + strconv.Itoa(cmp.Or(c.Weeks, ordinaryWeeks)))
	if len(c.Reasons) > 0 {
		text += " " + strings.Join(reasons(words, c), "; ") + "."
	}
	parts := []string{text}
	for _, r := range c.Reservations {
		parts = append(parts, words.T("building.reservation."+r.Key))
	}
	return strings.Join(parts, " ")
}

// counted tells how many answers there are of each sort.
func counted(words *i18n.Localizer, r check.Result) string {
	return words.T("building.site.counts", "ok", r.Count(check.OK), "breach", r.Count(check.Breach), "attention", r.Count(check.Attention), "cannot_tell", r.Count(check.CannotTell))
}
