package demo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/nursing"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/school"
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

// asApplicant returns a context in which the one acts who writes, for whoever's
// case it is.
func (w *worker) asApplicant(ctx context.Context, s story) (context.Context, error) {
	person, err := w.Identity.FindByNumber(ctx, s.applicant.Number)
	if err != nil {
		return ctx, fmt.Errorf("applicant: %w", err)
	}
	actor := identity.Actor{Kind: identity.Resident, PersonID: person.ID, Name: person.Name.Full(), ACR: identity.ACRSubstantial}
	if s.by != "" {
		if actor, err = w.behalf(ctx, s, actor); err != nil {
			return ctx, err
		}
	}
	return w.as(ctx, actor, s.applicant.Lang), nil
}

// apply fills the form in page by page and sends it, as the applicant.
func (w *worker) apply(ctx context.Context, s story) error {
	subject := ""
	if s.child.Number != s.applicant.Number {
		child, err := w.Identity.FindByNumber(ctx, s.child.Number)
		if err != nil {
			return fmt.Errorf("child: %w", err)
		}
		subject = child.ID
	}
	draft, err := w.Applications.Start(ctx, s.trade.form, subject)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := w.fillIn(ctx, s, draft.ID); err != nil {
		return err
	}
	if err := w.place(ctx, s, draft.ID); err != nil {
		return err
	}
	if err := w.attach(ctx, s, draft.ID); err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	sent, err := w.Applications.Send(ctx, draft.ID)
	if w.onMap(s) && errs.Is(err, errs.KindInvalid) {
		// What the map says asks for more than the story tells: it is typed over.
		if err = w.fillIn(ctx, s, draft.ID); err == nil {
			sent, err = w.Applications.Send(ctx, draft.ID)
		}
	}
	if err != nil {
		return fmt.Errorf("submit: %w", describe(err))
	}
	if sent.Waiting != "" {
		return w.sign(ctx, s, sent.Waiting)
	}
	return nil
}

// fillIn fills in the pages of a draft.
func (w *worker) fillIn(ctx context.Context, s story, draft string) error {
	opened, err := w.Applications.Open(ctx, draft)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	answers := s.trade.answers(ctx, w, s)
	for _, page := range opened.Definition.Pages {
		typed, ok := answers[page.ID]
		if !ok {
			continue
		}
		if opened, err = w.Applications.SavePage(ctx, draft, opened.Draft.Version, page.ID, typed); err != nil {
			return fmt.Errorf("page %s: %w", page.ID, describe(err))
		}
	}
	return nil
}

// sign lets the other guardians sign what both must.
func (w *worker) sign(ctx context.Context, s story, submission string) error {
	for _, r := range w.demo.population.Of(w.index) {
		other := slices.ContainsFunc(s.child.Guardians, func(g identity.RegisterGuardian) bool {
			return g.Responsible && g.Number == r.Number && g.Number != s.applicant.Number
		})
		if !other || !r.DeceasedOn.IsZero() {
			continue
		}
		actor, err := w.know(identity.AsSystem(ctx, actorName), r)
		if err != nil {
			return err
		}
		if _, err := w.Applications.Sign(w.as(ctx, actor, r.Lang), submission); err != nil {
			return fmt.Errorf("sign: %w", err)
		}
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
		"application_type": {"new"}, "start_date": {w.start(s).String()}, "accept_other": {yesUnless(s.turn%5 == 0)}, "percentage": {"100"},
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

// readUnits learns the ids of what there are places in.
func (w *worker) readUnits(ctx context.Context) error {
	if len(w.units) > 0 {
		return nil
	}
	return w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, of := range []struct {
			list   *[]string
			source forms.Source
		}{{&w.units, kindergarten.Choices}, {&w.schools, school.Choices}, {&w.homes, nursing.Choices}} {
			choices, err := of.source(ctx, tx)
			if err != nil {
				return err
			}
			*of.list = nil
			for _, c := range choices {
				*of.list = append(*of.list, c.Value)
			}
		}
		return nil
	})
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
		return s.trade.colleague
	}
	return s.trade.worker
}

// words are those of the language the applicant wrote in, which the answer is
// given in as well (lov om språk § 15).
func (w *worker) words(c cases.Case) *i18n.Localizer { return w.demo.options.Bundle.For(c.Lang) }

// text is what somebody writes in a case.
func (w *worker) text(s story, c cases.Case, what string) string {
	return w.words(c).T("demo.case."+s.trade.words+what, "child", s.child.Name.Given)
}

func (w *worker) ask(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	_, err = w.Cases.Ask(ctx, c.ID, c.Version, w.text(s, c, "question"))
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
	_, err = w.Cases.Note(ctx, c.ID, w.demo.options.Bundle.For(w.town.Lang()).T("demo.case."+s.trade.words+"note"))
	return err
}

func (w *worker) answer(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	_, err = w.Cases.Answer(ctx, c.ID, w.text(s, c, "answer"), nil)
	return err
}

func (w *worker) withdraw(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asApplicant(ctx, s)
	if err != nil {
		return err
	}
	_, err = w.Cases.Withdraw(ctx, c.ID)
	return err
}

func (w *worker) respond(a cases.Answer) act {
	return func(ctx context.Context, s story, c cases.Case) error {
		ctx, err := w.asApplicant(ctx, s)
		if err != nil {
			return err
		}
		_, err = w.Cases.Respond(ctx, c.ID, a)
		return err
	}
}

// decide writes the decision from the editor's draft and makes it, or proposes it
// where a second person must see it.
func (w *worker) decide(ctx context.Context, s story, c cases.Case, outcome string) error {
	ctx, err := w.asStaff(ctx, w.handler(s))
	if err != nil {
		return err
	}
	draft, err := w.Cases.OpenDraft(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("editor: %w", err)
	}
	d := draft.Decision
	d.Outcome = outcome
	if d.LegalBasis, err = w.basis(s.trade, outcome, w.words(c)); err != nil {
		return err
	}
	d.Reasons = w.text(s, c, "reasons_"+outcome)
	if outcome == cases.OutcomeGranted {
		d.Values = s.trade.grants(w, s)
	}
	_, err = w.Cases.Decide(ctx, c.ID, c.Version, d)
	if err != nil {
		return fmt.Errorf("decide: %w", describe(err))
	}
	return nil
}

// approve is what the head does with a decision that waits for a second person.
func (w *worker) approve(ctx context.Context, s story, c cases.Case) error {
	ctx, err := w.asStaff(ctx, s.trade.head)
	if err != nil {
		return err
	}
	_, err = w.Cases.Approve(ctx, c.ID, c.Version, "")
	return err
}

// mention asks the head to look at a case.
func (w *worker) mention(ctx context.Context, s story, c cases.Case) error {
	head, err := w.employee(ctx, s.trade.head)
	if err != nil {
		return err
	}
	if ctx, err = w.asStaff(ctx, w.handler(s)); err != nil {
		return err
	}
	text := w.demo.options.Bundle.For(w.town.Lang()).T("demo.case.mention", "name", head.Name)
	_, err = w.Cases.PostNote(ctx, c.ID, cases.Posting{Text: text, Mentions: []string{head.PersonID}})
	return err
}
