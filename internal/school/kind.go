package school

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/units"
)

// The kinds of cases, and the forms they come from.
const (
	KindPlace     = "school_place"
	KindChange    = "school_change"
	KindTransport = "school_transport"

	FormPlace     = "school-place"
	FormChange    = "school-change"
	FormTransport = "school-transport"
)

// The fields that granting decisions hold.
const (
	fieldSchool    = "school"
	fieldStart     = "start"
	fieldEnd       = "end"
	fieldTransport = "transport"
)

// Kinds are what package cases must know of the three kinds of applications.
func Kinds() []cases.Kind {
	place := cases.Kind{
		Service: Name, Setting: SettingDepartment, Icon: "school", Facts: units.ChildFacts,
		Advice: placeAdvice, Fields: placeFields, Check: checkPlace, Terms: placeTerms, Decided: givePlace, Withdrawn: takeBack,
		Also: cases.Link{Title: "school.also.title", Text: "school.also.text", Href: "/schools"},
	}
	change := place
	place.Key, place.Form, place.Title, place.Intro, place.Basis = KindPlace, FormPlace, "school.place.title", "school.place.intro", basisOf("place")
	change.Key, change.Form, change.Title, change.Intro, change.Basis = KindChange, FormChange, "school.change.title", "school.change.intro", basisOf("change")
	change.Also = cases.Link{}
	return []cases.Kind{place, change, {
		Key: KindTransport, Form: FormTransport, Title: "school.transport.title", Intro: "school.transport.intro",
		Service: Name, Setting: SettingDepartment, Icon: "school", Facts: units.ChildFacts, Again: true, // to school and to an after-school place, or for a time
		Advice: transportAdvice, Fields: transportFields, Check: checkTransport, Terms: transportTerms, Basis: basisOf("transport"),
	}}
}

// basisOf suggests the legal basis of a kind's outcomes.
func basisOf(kind string) func(outcome string) string {
	return func(outcome string) string {
		if outcome == cases.OutcomeGranted {
			return "school.basis." + kind + ".granted"
		}
		return "school.basis." + kind + ".refused"
	}
}

func placeFields(ctx context.Context, tx *store.Tx) ([]cases.DecisionField, error) {
	school, err := list().Select(ctx, tx, fieldSchool, "school.decision.school")
	if err != nil {
		return nil, err
	}
	return []cases.DecisionField{
		school, {Name: fieldStart, Label: "school.decision.start", Type: "date"}, {Name: fieldEnd, Label: "school.decision.end_if_any", Type: "date"},
	}, nil
}

// checkPlace refuses a school that is full or not there, and days that do not fit.
func checkPlace(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) ([]errs.Field, error) {
	before, err := holds(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	wrong, err := list().CheckUnit(ctx, tx, fieldSchool, d.Values[fieldSchool], before)
	if err != nil {
		return nil, err
	}
	return append(wrong, checkDays(clock.DateIn(tx.Now.Time), d, false)...), nil
}

// years is how long ahead a decision may begin and end.
const years = 10

// checkDays looks at the first and the last day. Only transport needs a last day.
func checkDays(today clock.Date, d cases.Decision, needsEnd bool) []errs.Field {
	wrong := units.Days{
		Name: fieldStart, First: today.AddYears(-1), Last: today.AddYears(2),
		Need: "school.decision.need_start", Outside: "school.decision.start_range",
	}.Check(d)
	if d.Values[fieldEnd] == "" && !needsEnd {
		return wrong
	}
	first, err := clock.ParseDate(d.Values[fieldStart])
	if err != nil || first.IsZero() {
		first = today
	}
	return append(wrong, units.Days{
		Name: fieldEnd, First: first, Last: first.AddYears(years),
		Need: "school.decision.need_end", Outside: "school.decision.end_range",
	}.Check(d)...)
}

func placeTerms(ctx context.Context, tx *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	terms, err := list().UnitTerms(ctx, tx, "school.decision.school", d.Values[fieldSchool], words)
	if err != nil {
		return nil, err
	}
	return append(terms, dayTerms(d, words)...), nil
}

func dayTerms(d cases.Decision, words *i18n.Localizer) []cases.Term {
	terms := units.DayTerm(d, fieldStart, "school.decision.start", words)
	return append(terms, units.DayTerm(d, fieldEnd, "school.decision.end", words)...)
}

// givePlace counts the place and remembers who has it. Whatever an earlier decision
// in the case gave comes back first: an appeal may have changed it.
func givePlace(ctx context.Context, tx *store.Tx, c cases.Case, d cases.Decision) error {
	if err := takeBack(ctx, tx, c); err != nil {
		return err
	}
	if d.Outcome != cases.OutcomeGranted {
		return nil
	}
	if err := insertPlace(ctx, tx, place{
		caseID: c.ID, school: d.Values[fieldSchool], child: c.Subject, start: d.Values[fieldStart], end: d.Values[fieldEnd],
	}); err != nil {
		return err
	}
	return list().Count(ctx, tx, d.Values[fieldSchool], 1)
}

// takeBack frees the place that an earlier decision in the case gave.
func takeBack(ctx context.Context, tx *store.Tx, c cases.Case) error {
	before, err := removePlace(ctx, tx, c.ID)
	if err != nil || before == "" {
		return err
	}
	return list().Count(ctx, tx, before, -1)
}

// transports are the ways a pupil may be taken to school.
func transports() []string { return []string{"bus", "taxi", "own"} }

func transportFields(ctx context.Context, _ *store.Tx) ([]cases.DecisionField, error) {
	choice := cases.DecisionField{Name: fieldTransport, Label: "school.decision.transport", Type: "select"}
	for _, key := range transports() {
		text := i18n.Same(i18n.T(ctx, "school.transport.by_"+key))
		choice.Choices = append(choice.Choices, cases.Choice{Value: key, Text: text, Left: cases.Uncounted})
	}
	return []cases.DecisionField{
		choice, {Name: fieldStart, Label: "school.decision.start", Type: "date"}, {Name: fieldEnd, Label: "school.decision.end", Type: "date"},
	}, nil
}

func checkTransport(_ context.Context, tx *store.Tx, _ cases.Case, d cases.Decision) ([]errs.Field, error) {
	var wrong []errs.Field
	if known(d.Values[fieldTransport]) == "" {
		wrong = append(wrong, errs.Field{Name: fieldTransport, Key: "school.decision.need_transport"})
	}
	return append(wrong, checkDays(clock.DateIn(tx.Now.Time), d, true)...), nil
}

func transportTerms(_ context.Context, _ *store.Tx, d cases.Decision, words *i18n.Localizer) ([]cases.Term, error) {
	var terms []cases.Term
	if key := known(d.Values[fieldTransport]); key != "" {
		terms = append(terms, cases.Term{Label: words.T("school.decision.transport"), Value: words.T("school.transport.by_" + key)})
	}
	return append(terms, dayTerms(d, words)...), nil
}

// known is the way of transport, or "" for one that is none.
func known(way string) string {
	for _, key := range transports() {
		if key == way {
			return key
		}
	}
	return ""
}
