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
	"github.com/torg-no/torg/internal/units"
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
		Facts: units.ChildFacts, Advice: advice, Fields: decisionFields, Check: checkDecision, Terms: terms, Basis: basis,
		Decided: decided, Answered: answered, Withdrawn: withdrawn,
	}
}

// Choices are the kindergartens one may wish for: the form's list "kindergartens".
func Choices(ctx context.Context, tx *store.Tx) ([]forms.Choice, error) {
	return kind().Choices(ctx, tx)
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
	unit, err := kind().Select(ctx, tx, fieldUnit, "kindergarten.decision.unit")
	if err != nil {
		return nil, err
	}
	return []cases.DecisionField{unit, {Name: fieldStart, Label: "kindergarten.decision.start", Type: "date"}}, nil
}

// checkDecision refuses a kindergarten that is full or not there, and a first
// day that no child can have.
func checkDecision(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) ([]errs.Field, error) {
	before, err := holds(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	wrong, err := kind().CheckUnit(ctx, tx, fieldUnit, d.Values[fieldUnit], before)
	if err != nil {
		return nil, err
	}
	elsewhere, err := hasPlace(ctx, tx, c.Subject, c.ID)
	if err != nil {
		return nil, err
	}
	if elsewhere {
		wrong = append(wrong, errs.Field{Name: fieldUnit, Key: "kindergarten.decision.offered_already"})
	}
	today := clock.DateIn(tx.Now.Time)
	return append(wrong, units.Days{
		Name: fieldStart, First: today, Last: today.AddYears(2),
		Need: "kindergarten.decision.need_start", Outside: "kindergarten.decision.start_range",
	}.Check(d)...), nil
}

func terms(ctx context.Context, tx *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	list, err := kind().UnitTerms(ctx, tx, "kindergarten.decision.unit", d.Values[fieldUnit], words)
	if err != nil {
		return nil, err
	}
	return append(list, units.DayTerm(d, fieldStart, "kindergarten.decision.start", words)...), nil
}

func basis(outcome string) string {
	if outcome == cases.OutcomeGranted {
		return "kindergarten.basis.granted"
	}
	return "kindergarten.basis.refused"
}

// decided holds the place for the family until it answers.
func decided(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) error {
	if err := release(ctx, tx, c.ID); err != nil {
		return err
	}
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

// withdrawn gives back what an earlier decision in the case gave, when the case was
// taken up again and then taken back.
func withdrawn(ctx context.Context, tx *store.Tx, c cases.Case) error { return release(ctx, tx, c.ID) }
