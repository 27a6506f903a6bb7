package demo

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// as returns a context in which somebody acts who reads a language.
func (w *worker) as(ctx context.Context, a identity.Actor, lang i18n.Lang) context.Context {
	return i18n.With(identity.With(ctx, a), w.demo.options.Bundle.For(lang))
}

// asStaff returns a context in which one of the staff acts.
func (w *worker) asStaff(ctx context.Context, part Part) (context.Context, error) {
	a, err := w.employee(ctx, part)
	return w.as(ctx, a, w.town.Lang()), err
}

func (w *worker) asApplicant(ctx context.Context, s story, c cases.Case) context.Context {
	name := s.applicant.Name.Full()
	return w.as(ctx, identity.Actor{Kind: identity.Resident, PersonID: c.Applicant, Name: name, ACR: identity.ACRSubstantial}, s.applicant.Lang)
}

// apply fills the form in page by page and sends it, as the applicant.
func (w *worker) apply(ctx context.Context, s story) error {
	child, err := w.Identity.FindByNumber(ctx, s.child.Number)
	if err != nil {
		return fmt.Errorf("child: %w", err)
	}
	draft, err := w.Applications.Start(ctx, kindergarten.FormKey, child.ID)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	opened, err := w.Applications.Open(ctx, draft.ID)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	for _, page := range opened.Definition.Pages {
		typed, ok := w.answers(ctx, s)[page.ID]
		if !ok {
			continue
		}
		if opened, err = w.Applications.SavePage(ctx, draft.ID, opened.Draft.Version, page.ID, typed); err != nil {
			return fmt.Errorf("page %s: %w", page.ID, err)
		}
	}
	if _, err := w.Applications.Submit(ctx, draft.ID); err != nil {
		return fmt.Errorf("submit: %w", describe(err))
	}
	return nil
}

// describe names the fields that were refused.
func describe(err error) error {
	if e := errs.Of(err); e != nil {
		return fmt.Errorf("%w (fields %v)", err, e.Fields)
	}
	return err
}

// answers are what the applicant types, by page.
func (w *worker) answers(ctx context.Context, s story) map[string]url.Values {
	together := "me"
	if n := len(s.child.Guardians); n > 1 && s.child.Guardians[1].LivesWith {
		together = "both"
	} else if s.applicant.Part == AppointedGuardian {
		together = "foster"
	}
	wishes := url.Values{
		"application_type": {"new"}, "start_date": {w.start().String()}, "accept_other": {yesUnless(s.turn%5 == 0)}, "percentage": {"100"},
	}
	for i := range 1 + s.turn%3 {
		wishes.Set("kindergartens["+strconv.Itoa(i)+"]", w.units[(s.turn+3*i)%len(w.units)])
	}
	priority := url.Values{}
	if s.turn%6 == 3 {
		priority = url.Values{"priority_reasons": {"language"}, "language_need": {i18n.T(ctx, "demo.answer.language")}}
	}
	return map[string]url.Values{
		"family":   {"lives_with": {together}, "phone": {s.applicant.Phone}, "email": {s.applicant.Email}, "other_guardian_informed": {"yes"}},
		"wishes":   wishes,
		"siblings": {"has_sibling": {"no"}}, "priority": priority, "practical": {"interpreter": {"no"}},
	}
}

func yesUnless(no bool) string {
	if no {
		return "no"
	}
	return "yes"
}

// start is the next 15 August, when the kindergarten year has begun.
func (w *worker) start() clock.Date {
	day := w.demo.population.Day
	start := clock.NewDate(day.Year, time.August, 15)
	if !start.After(day.AddDays(30)) {
		start = start.AddYears(1)
	}
	return start
}

func (w *worker) readUnits(ctx context.Context) error {
	if len(w.units) > 0 {
		return nil
	}
	var list []forms.Choice
	err := w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = kindergarten.Choices(ctx, tx)
		return err
	})
	for _, c := range list {
		w.units = append(w.units, c.Value)
	}
	return err
}

func (w *worker) assign(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	_, err = w.Cases.AssignToMe(ctx, c.ID, c.Version)
	return err
}

// handler is who of the staff has the case.
func (*worker) handler(s story) Part {
	if s.turn%7 == 5 {
		return Head
	}
	return CaseWorker
}

// words are those of the language the applicant wrote in, which the answer is
// given in as well (lov om språk § 15).
func (w *worker) words(c cases.Case) *i18n.Localizer { return w.demo.options.Bundle.For(c.Lang) }

func (w *worker) ask(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	_, err = w.Cases.Ask(ctx, c.ID, c.Version, w.words(c).T("demo.case.question", "child", s.child.Name.Given))
	return err
}

func (w *worker) note(ctx context.Context, s story, c cases.Case) error {
	if s.turn%2 == 0 {
		return nil
	}
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	_, err = w.Cases.Note(ctx, c.ID, w.demo.options.Bundle.For(w.town.Lang()).T("demo.case.note"))
	return err
}

func (w *worker) answer(ctx context.Context, s story, c cases.Case) error {
	_, err := w.Cases.Answer(w.asApplicant(ctx, s, c), c.ID, w.words(c).T("demo.case.answer", "child", s.child.Name.Given), nil)
	return err
}

func (w *worker) withdraw(ctx context.Context, s story, c cases.Case) error {
	_, err := w.Cases.Withdraw(w.asApplicant(ctx, s, c), c.ID)
	return err
}

func (w *worker) respond(a cases.Answer) act {
	return func(ctx context.Context, s story, c cases.Case) error {
		_, err := w.Cases.Respond(w.asApplicant(ctx, s, c), c.ID, a)
		return err
	}
}

// decide writes the decision from the editor's draft and makes it.
func (w *worker) decide(ctx context.Context, s story, c cases.Case, outcome string) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	draft, err := w.Cases.OpenDraft(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("editor: %w", err)
	}
	words, d := w.words(c), draft.Decision
	d.Outcome = outcome
	d.LegalBasis = words.T(kindergarten.Kind().Basis(outcome))
	d.Reasons = words.T("demo.case.reasons_"+outcome, "child", s.child.Name.Given)
	if outcome == cases.OutcomeGranted {
		d.Values = map[string]string{"kindergarten": w.units[s.turn%len(w.units)], "start": w.start().String()}
	}
	_, err = w.Cases.Decide(ctx, c.ID, c.Version, d)
	if err != nil {
		return fmt.Errorf("decide: %w", describe(err))
	}
	return nil
}
