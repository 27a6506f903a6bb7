package nursing

import (
	"context"
	"slices"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/units"
)

// FormKey is the key of the application form.
const FormKey = "nursing-home"

// The fields that a granting decision holds.
const (
	fieldStay   = "stay"
	fieldResult = "result"
	fieldNeed   = "need"
	fieldHome   = "home"
	fieldStart  = "start"
)

// What a granting decision gives.
const (
	resultPlace = "place" // a place in a nursing home
	resultList  = "list"  // the right to one, and a place on the waiting list
)

// Kind is what package cases must know of applications for a nursing home.
func Kind() cases.Kind {
	return cases.Kind{
		Key: Name, Title: "nursing.case.title", Service: Name, Form: FormKey, Setting: SettingDepartment,
		Icon: "heart", Intro: "nursing.case.intro",
		Also:  cases.Link{Title: "nursing.also.title", Text: "nursing.also.text", Href: "/nursing-homes"},
		Facts: facts, Advice: advice, Fields: decisionFields, Check: checkDecision, Terms: terms, Basis: basis,
		Decided: decided, Withdrawn: withdrawn,
	}
}

// facts tells the form no more than the birth date.
func facts(person identity.Person, _ bool) map[string]any {
	if person.BirthDate.IsZero() {
		return map[string]any{}
	}
	return map[string]any{"birth_date": person.BirthDate.String()}
}

func stays() []string   { return []string{stayLong, "short", "respite"} }
func results() []string { return []string{resultPlace, resultList} }

// needs are how great the need of somebody on the list is, the greatest first: it
// decides who is next.
func needs() []string { return []string{"high", "middle", "lower"} }

// uncounted is a choice of the keys, whose texts are messages.
func uncounted(ctx context.Context, name string, keys []string) cases.DecisionField {
	field := cases.DecisionField{Name: name, Label: "nursing.decision." + name, Type: "select"}
	for _, key := range keys {
		text := i18n.Same(i18n.T(ctx, "nursing."+name+"."+key))
		field.Choices = append(field.Choices, cases.Choice{Value: key, Text: text, Left: cases.Uncounted})
	}
	return field
}

func decisionFields(ctx context.Context, tx *store.Tx) ([]cases.DecisionField, error) {
	home, err := homes().Select(ctx, tx, fieldHome, "nursing.decision.home")
	if err != nil {
		return nil, err
	}
	return []cases.DecisionField{
		uncounted(ctx, fieldStay, stays()), uncounted(ctx, fieldResult, results()), uncounted(ctx, fieldNeed, needs()),
		home,
		{Name: fieldStart, Label: "nursing.decision.start", Type: "date"},
	}, nil
}

// checkDecision wants a home with room and a first day for a place. Somebody on the
// list has neither yet.
func checkDecision(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) ([]errs.Field, error) {
	var wrong []errs.Field
	if !slices.Contains(stays(), d.Values[fieldStay]) {
		wrong = append(wrong, errs.Field{Name: fieldStay, Key: "nursing.decision.need_stay"})
	}
	switch d.Values[fieldResult] {
	case resultPlace:
		before, _, err := standingIn(ctx, tx, c.ID)
		if err != nil {
			return nil, err
		}
		more, err := homes().CheckUnit(ctx, tx, fieldHome, d.Values[fieldHome], before.home)
		if err != nil {
			return nil, err
		}
		today := clock.DateIn(tx.Now.Time)
		wrong = append(wrong, more...)
		wrong = append(wrong, units.Days{
			Name: fieldStart, First: today.AddDays(-lateDays), Last: today.AddYears(1),
			Need: "nursing.decision.need_start", Outside: "nursing.decision.start_range",
		}.Check(d)...)
	case resultList:
		if !slices.Contains(needs(), d.Values[fieldNeed]) {
			wrong = append(wrong, errs.Field{Name: fieldNeed, Key: "nursing.decision.need_need"})
		}
		if d.Values[fieldHome] != "" {
			wrong = append(wrong, errs.Field{Name: fieldHome, Key: "nursing.decision.no_home_on_list"})
		}
	default:
		wrong = append(wrong, errs.Field{Name: fieldResult, Key: "nursing.decision.need_result"})
	}
	return wrong, nil
}

// lateDays is how long after a stay has begun it may be decided: help that cannot
// wait is given first.
const lateDays = 30

func terms(ctx context.Context, tx *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	var list []cases.Term
	for _, choice := range []struct {
		name string
		keys []string
	}{{fieldStay, stays()}, {fieldResult, results()}, {fieldNeed, needs()}} {
		if choice.name == fieldNeed && d.Values[fieldResult] != resultList {
			continue
		}
		if key := d.Values[choice.name]; slices.Contains(choice.keys, key) {
			list = append(list, cases.Term{Label: words.T("nursing.decision." + choice.name), Value: words.T("nursing." + choice.name + "." + key)})
		}
	}
	if d.Values[fieldResult] != resultPlace {
		return list, nil
	}
	home, err := homes().UnitTerms(ctx, tx, "nursing.decision.home", d.Values[fieldHome], words)
	if err != nil {
		return nil, err
	}
	return append(append(list, home...), units.DayTerm(d, fieldStart, "nursing.decision.start", words)...), nil
}

func basis(outcome string) string {
	if outcome == cases.OutcomeGranted {
		return "nursing.basis.granted"
	}
	return "nursing.basis.refused"
}

// decided gives the place or puts the person on the list. Whatever an earlier
// decision in the case gave comes back first: an appeal may have changed it. Who
// stays on the list has waited since she came on it.
func decided(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) error {
	before, err := takeBack(ctx, tx, c.ID)
	if err != nil || d.Outcome != cases.OutcomeGranted {
		return err
	}
	p := place{caseID: c.ID, person: c.Subject, stay: d.Values[fieldStay], state: stateWaiting, need: d.Values[fieldNeed], since: tx.Now}
	if before.state == stateWaiting {
		p.since = before.since
	}
	if d.Values[fieldResult] == resultPlace {
		p.need, p.state, p.home, p.start, p.since = "", statePlaced, d.Values[fieldHome], d.Values[fieldStart], tx.Now
		if err := homes().Count(ctx, tx, p.home, 1); err != nil {
			return err
		}
	}
	return insertPlace(ctx, tx, p)
}

// withdrawn takes back what an earlier decision gave in a case of which nothing more
// comes.
func withdrawn(ctx context.Context, tx *store.Tx, c cases.Case) error {
	_, err := takeBack(ctx, tx, c.ID)
	return err
}

// takeBack frees what a case has given.
func takeBack(ctx context.Context, tx *store.Tx, caseID string) (before place, err error) {
	before, err = removePlace(ctx, tx, caseID)
	if err != nil || before.home == "" {
		return before, err
	}
	return before, homes().Count(ctx, tx, before.home, -1)
}
