package units

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// ChildFacts tells a form the child's birth date and whether there is another
// guardian who must be asked.
func ChildFacts(child identity.Person, otherGuardian bool) map[string]any {
	known := map[string]any{"other_guardian": otherGuardian}
	if !child.BirthDate.IsZero() {
		known["birth_date"] = child.BirthDate.String()
	}
	return known
}

// Select is the decision's choice of a unit, each with how many places are left.
func (k Kind) Select(ctx context.Context, tx *store.Tx, name, label string) (cases.DecisionField, error) {
	list, err := k.Open(ctx, tx)
	if err != nil {
		return cases.DecisionField{}, err
	}
	field := cases.DecisionField{Name: name, Label: label, Type: "select", Choices: make([]cases.Choice, 0, len(list))}
	for _, u := range list {
		field.Choices = append(field.Choices, cases.Choice{Value: u.ID, Text: i18n.Same(u.Name), Left: u.Free()})
	}
	return field, nil
}

// CheckUnit refuses a unit that is full or not there. It locks the unit, so that
// the place is there until the transaction has given it. Held is the unit whose place an
// earlier decision in the case gave, "" for none: a new decision may give that again, since
// it is full with whom it is about.
func (k Kind) CheckUnit(ctx context.Context, tx *store.Tx, name, id, held string) ([]errs.Field, error) {
	u, err := k.Locked(ctx, tx, id)
	switch {
	case errs.Is(err, errs.KindNotFound):
		return []errs.Field{{Name: name, Key: k.key("decision.need_unit")}}, nil
	case err != nil:
		return nil, err
	case held != "" && id == held:
	case u.Closed || u.Free() == 0:
		return []errs.Field{{Name: name, Key: k.key("decision.full"), Args: []any{"name", u.Name}}}, nil
	}
	return nil, nil
}

// UnitTerms tells which unit was chosen, and where it is.
func (k Kind) UnitTerms(ctx context.Context, tx *store.Tx, label, id string, words *i18n.Localizer) ([]cases.Term, error) {
	u, err := k.One(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []cases.Term{{Label: words.T(label), Value: u.Name}, {Label: words.T("units.address"), Value: u.Address}}, nil
}

// Days bounds a day that a decision holds.
type Days struct {
	Name        string // of the decision's field
	First, Last clock.Date
	// Need and Outside are the message keys for no day and for one out of bounds.
	Need, Outside string
}

// Check returns what is wrong with the day.
func (b Days) Check(d cases.Decision) []errs.Field {
	day, err := clock.ParseDate(d.Values[b.Name])
	switch {
	case err != nil || day.IsZero():
		return []errs.Field{{Name: b.Name, Key: b.Need}}
	case day.Before(b.First) || day.After(b.Last):
		return []errs.Field{{Name: b.Name, Key: b.Outside}}
	}
	return nil
}

// DayTerm tells a day of the decision; there is none when it holds none.
func DayTerm(d cases.Decision, name, label string, words *i18n.Localizer) []cases.Term {
	day, err := clock.ParseDate(d.Values[name])
	if err != nil || day.IsZero() {
		return nil
	}
	return []cases.Term{{Label: words.T(label), Value: words.Date(day)}}
}
