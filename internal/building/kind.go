package building

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// FormKey is the key of the application form.
const FormKey = "building-permit"

// The fields that a permit holds.
const (
	fieldPermit     = "permit"
	fieldConditions = "conditions"
)

// maxConditions bounds the conditions of a permit, in characters.
const maxConditions = 4000

// Kind is what package cases must know of applications for a permit.
func Kind() cases.Kind {
	return cases.Kind{
		Key: Name, Title: "building.case.title", Service: Name, Form: FormKey, Setting: SettingDepartment,
		Icon: "building", Intro: "building.case.intro",
		Also:   cases.Link{Title: "building.also.title", Text: "building.also.text", Href: "/around"},
		Ahead:  cases.Ahead{Path: "site", Title: "building.site.step", Fact: FactRequest, Carry: "property"},
		Advice: advice, Fields: decisionFields, Check: checkDecision, Terms: terms, Basis: basis,
		// What is deemed given (§ 21-7) is in accordance with the plan: see [Simple].
		ByLaw: map[string]string{fieldPermit: "one_step"},
	}
}

// permits are the kinds of permits: with a dispensation or without.
func permits() []string { return []string{"one_step", "with_dispensation"} }

func decisionFields(ctx context.Context, _ *store.Tx) ([]cases.DecisionField, error) {
	field := cases.DecisionField{Name: fieldPermit, Label: "building.decision.permit", Type: "select"}
	for _, key := range permits() {
		text := i18n.Same(i18n.T(ctx, "building.permit."+key))
		field.Choices = append(field.Choices, cases.Choice{Value: key, Text: text, Left: cases.Uncounted})
	}
	return []cases.DecisionField{field, {Name: fieldConditions, Label: "building.decision.conditions", Type: "text"}}, nil
}

func checkDecision(_ context.Context, _ *store.Tx, _ cases.Case, d cases.Decision) ([]errs.Field, error) {
	var wrong []errs.Field
	if !isPermit(d.Values[fieldPermit]) {
		wrong = append(wrong, errs.Field{Name: fieldPermit, Key: "building.decision.need_permit"})
	}
	if len([]rune(d.Values[fieldConditions])) > maxConditions {
		wrong = append(wrong, errs.Field{Name: fieldConditions, Key: "cases.too_long", Args: []any{"most", maxConditions}})
	}
	return wrong, nil
}

func isPermit(value string) bool {
	for _, key := range permits() {
		if key == value {
			return true
		}
	}
	return false
}

// terms tell of the permit, its conditions and when it lapses.
func terms(_ context.Context, tx *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	var list []cases.Term
	if isPermit(d.Values[fieldPermit]) {
		list = append(list, cases.Term{Label: words.T("building.decision.permit"), Value: words.T("building.permit." + d.Values[fieldPermit])})
	}
	if conditions := d.Values[fieldConditions]; conditions != "" {
		list = append(list, cases.Term{Label: words.T("building.decision.conditions"), Value: conditions})
	}
	at := d.DecidedAt
	if at.IsZero() {
		at = tx.Now.Time // the preview
	}
	expiry := words.T("building.decision.expiry_text", "date", words.Date(Expiry(clock.DateIn(at))))
	return append(list, cases.Term{Label: words.T("building.decision.expiry"), Value: expiry}), nil
}

func basis(outcome string) string {
	if outcome == cases.OutcomeGranted {
		return "building.basis.granted"
	}
	return "building.basis.refused"
}
