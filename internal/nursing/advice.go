package nursing

import (
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// advice tells the case worker what the law says of the answers. It decides
// nothing: whether a nursing home is the only safe help is a professional's to say.
func advice(_ cases.Case, _ identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	terms := []cases.Term{{Label: words.T("nursing.advice.right_label"), Value: words.T("nursing.advice.right")}}
	for _, key := range findings(answers) {
		terms = append(terms, cases.Term{Label: words.T("nursing.advice." + key + "_label"), Value: words.T("nursing.advice." + key)})
	}
	return terms
}

// findings are what the answers call for, in the order a case worker needs them.
func findings(answers map[string]any) []string {
	var found []string
	add := func(when bool, key string) {
		if when {
			found = append(found, key)
		}
	}
	relative := text(answers, "for_whom") == "relative"
	add(unsafe(answers), "urgent")
	add(text(answers, "home") == "hospital", "hospital")
	add(relative && text(answers, "authority") == "next_of_kin", "no_authority")
	add(relative && text(answers, "authority") != "next_of_kin", "authority")
	add(relative && text(answers, "person_agrees") == "no", "unwilling")
	add(relative && text(answers, "person_agrees") == "unsure", "capacity")
	add(text(answers, "consent_info") == "no", "no_consent")
	add(text(answers, "family_helps") == "yes", "relatives")
	return found
}

// unsafe reports whether the answers tell of danger that cannot wait for a list.
func unsafe(answers map[string]any) bool {
	list, _ := answers["safety"].([]any)
	for _, danger := range []any{"wandering", "fire", "not_eating"} {
		if slices.Contains(list, danger) {
			return true
		}
	}
	return false
}

func text(answers map[string]any, id string) string {
	s, _ := answers[id].(string)
	return s
}
