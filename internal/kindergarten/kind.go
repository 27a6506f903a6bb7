package kindergarten

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// FormKey is the key of the application form.
const FormKey = "kindergarten-place"

// The fields that a granting decision must hold.
const (
	fieldUnit  = "kindergarten"
	fieldStart = "start"
)

// Kind is what package cases must know of applications for a place.
func Kind() cases.Kind {
	return cases.Kind{
		Key: Name, Title: "kindergarten.case.title", Service: Name, Form: FormKey, Setting: SettingDepartment, Offer: true,
		Icon: "kindergarten", Intro: "kindergarten.case.intro",
		Also:  cases.Link{Title: "kindergarten.also.title", Text: "kindergarten.also.text", Href: "/kindergartens"},
		Facts: facts, Advice: advice, Fields: decisionFields, Check: checkDecision, Terms: terms, Basis: basis,
		Decided: decided, Answered: answered,
	}
}

// facts tells the form the child's birth date and whether there is another
// guardian who must be asked.
func facts(child identity.Person, otherGuardian bool) map[string]any {
	known := map[string]any{"other_guardian": otherGuardian}
	if !child.BirthDate.IsZero() {
		known["birth_date"] = child.BirthDate.String()
	}
	return known
}

// Choices are the kindergartens one may wish for: the form's list "kindergartens".
func Choices(ctx context.Context, tx *store.Tx) ([]forms.Choice, error) {
	list, err := units(ctx, tx)
	if err != nil {
		return nil, err
	}
	choices := make([]forms.Choice, 0, len(list))
	for _, u := range list {
		if !u.Closed {
			choices = append(choices, forms.Choice{Value: u.ID, Text: i18n.Same(u.Name), Hint: i18n.Same(u.Address)})
		}
	}
	return choices, nil
}

// advice tells the case worker what the law says of the answers.
func advice(c cases.Case, child identity.Person, answers map[string]any, words *i18n.Localizer) []cases.Term {
	start, err := clock.ParseDate(text(answers, "start_date"))
	if err != nil || start.IsZero() {
		start = clock.DateIn(c.ReceivedAt)
	}
	right := words.T("kindergarten.advice.no_right")
	if r := RightTo(child.BirthDate, AdmissionYear(start)); r.Has {
		right = words.T("kindergarten.advice.right", "date", words.Date(r.By))
	}
	priority := words.T("kindergarten.advice.no_priority")
	switch p := priorityOf(answers); {
	case p.ByLaw():
		priority = words.T("kindergarten.advice.priority_by_law")
	case p.Other:
		priority = words.T("kindergarten.advice.priority_other")
	}
	return []cases.Term{
		{Label: words.T("kindergarten.advice.right_label"), Value: right},
		{Label: words.T("kindergarten.advice.priority_label"), Value: priority},
		{Label: words.T("kindergarten.advice.born"), Value: words.Date(child.BirthDate)},
	}
}

func text(answers map[string]any, id string) string {
	s, _ := answers[id].(string)
	return s
}

// decisionFields are the kindergarten and the first day. A kindergarten says how
// many places are left.
func decisionFields(ctx context.Context, tx *store.Tx) ([]cases.DecisionField, error) {
	list, err := units(ctx, tx)
	if err != nil {
		return nil, err
	}
	choices := make([]cases.Choice, 0, len(list))
	for _, u := range list {
		if !u.Closed {
			choices = append(choices, cases.Choice{Value: u.ID, Text: i18n.Same(u.Name), Left: u.Free()})
		}
	}
	return []cases.DecisionField{
		{Name: fieldUnit, Label: "kindergarten.decision.unit", Type: "select", Choices: choices},
		{Name: fieldStart, Label: "kindergarten.decision.start", Type: "date"},
	}, nil
}

// checkDecision refuses a kindergarten that is full or not there, and a first
// day that no child can have.
func checkDecision(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) ([]errs.Field, error) {
	var wrong []errs.Field
	switch u, err := unit(ctx, tx, d.Values[fieldUnit], true); {
	case errs.Is(err, errs.KindNotFound):
		wrong = append(wrong, errs.Field{Name: fieldUnit, Key: "kindergarten.decision.need_unit"})
	case err != nil:
		return nil, err
	case u.Closed || u.Free() == 0:
		wrong = append(wrong, errs.Field{Name: fieldUnit, Key: "kindergarten.decision.full", Args: []any{"name", u.Name}})
	}
	elsewhere, err := hasPlace(ctx, tx, c.Subject, c.ID)
	if err != nil {
		return nil, err
	}
	if elsewhere {
		wrong = append(wrong, errs.Field{Name: fieldUnit, Key: "kindergarten.decision.offered_already"})
	}
	start, err := clock.ParseDate(d.Values[fieldStart])
	today := clock.DateIn(tx.Now.Time)
	switch {
	case err != nil || start.IsZero():
		wrong = append(wrong, errs.Field{Name: fieldStart, Key: "kindergarten.decision.need_start"})
	case start.Before(today) || start.After(today.AddYears(2)):
		wrong = append(wrong, errs.Field{Name: fieldStart, Key: "kindergarten.decision.start_range"})
	}
	return wrong, nil
}

func terms(ctx context.Context, tx *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	var list []cases.Term
	u, err := unit(ctx, tx, d.Values[fieldUnit], false)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		return nil, err
	}
	if err == nil {
		list = append(list, cases.Term{Label: words.T("kindergarten.decision.unit"), Value: u.Name}, cases.Term{Label: words.T("kindergarten.unit.address"), Value: u.Address})
	}
	if start, err := clock.ParseDate(d.Values[fieldStart]); err == nil && !start.IsZero() {
		list = append(list, cases.Term{Label: words.T("kindergarten.decision.start"), Value: words.Date(start)})
	}
	return list, nil
}

func basis(outcome string) string {
	if outcome == cases.OutcomeGranted {
		return "kindergarten.basis.granted"
	}
	return "kindergarten.basis.refused"
}

// decided holds the place for the family until it answers.
func decided(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) error {
	if d.Outcome != cases.OutcomeGranted {
		return nil
	}
	start, err := clock.ParseDate(d.Values[fieldStart])
	if err != nil {
		return err
	}
	return offer(ctx, tx, c.ID, d.Values[fieldUnit], c.Subject, start)
}

// answered keeps the place or gives it back to the others.
func answered(ctx context.Context, tx *store.Tx, c cases.Case, _ cases.Decision, a cases.Answer) error {
	if a == cases.Accepted {
		return answer(ctx, tx, c.ID, stateAccepted)
	}
	return answer(ctx, tx, c.ID, stateDeclined)
}
