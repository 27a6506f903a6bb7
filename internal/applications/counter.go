package applications

import (
	"context"
	"fmt"
	"maps"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// PermCounter opens the counter's page; what one may register there is asked kind
// by kind, with PermRegister.
const PermCounter access.Permission = "counter.open"

// Counter, in Norwegian skranken: whoever cannot or will not use the pages comes
// to the municipality, and a case worker fills in the same form on the screen
// beside her (forvaltningsloven § 11). What she has begun herself at home stays
// hers: the staff begin anew.

// Visitor is who has come to the counter.
type Visitor struct {
	Person   identity.Person
	Children []identity.Person // under 18, for whom she may apply
	Kinds    []cases.Kind      // that the actor may register
}

// CounterKinds returns the kinds of applications that the actor registers for
// others: those that come to a department where she works; maybe none.
func (s *Service) CounterKinds(ctx context.Context) ([]cases.Kind, error) {
	var list []cases.Kind
	if err := s.access.Check(ctx, PermCounter, access.Resource{Type: "counter"}); err != nil {
		return nil, err
	}
	for _, kind := range s.Offered(ctx) {
		if s.mayRegister(ctx, kind) == nil {
			list = append(list, kind)
		}
	}
	return list, nil
}

// FindVisitor finds a person by her national number. The look is recorded, and
// she can see it.
func (s *Service) FindVisitor(ctx context.Context, number string) (v Visitor, err error) {
	if _, err := s.CounterKinds(ctx); err != nil {
		return v, err
	}
	if _, err := pid.Parse(number); err != nil {
		return v, errs.InvalidFields(errs.Field{Name: "number", Key: "applications.register.bad_number"})
	}
	if v.Kinds, err = s.someKinds(ctx); err != nil {
		return v, err
	}
	if v.Person, err = s.party(ctx, "number", number, true); err != nil {
		return v, err
	}
	if v.Person.Deceased() {
		return v, errs.InvalidFields(errs.Field{Name: "number", Key: "applications.counter.deceased"})
	}
	return s.visitor(ctx, v)
}

// someKinds refuses whoever registers nothing: there is then no reason to look
// at anybody.
func (s *Service) someKinds(ctx context.Context) ([]cases.Kind, error) {
	kinds, err := s.CounterKinds(ctx)
	if err == nil && len(kinds) == 0 {
		err = errs.Forbidden("applications.counter.no_kinds")
	}
	return kinds, err
}

// Visitor is FindVisitor for somebody who was found a moment ago.
func (s *Service) Visitor(ctx context.Context, personID string) (v Visitor, err error) {
	if v.Kinds, err = s.someKinds(ctx); err != nil {
		return v, err
	}
	if !ids.Valid(personID) {
		return v, errs.NotFound("errs.not_found")
	}
	if v.Person, err = s.identity.Person(ctx, personID); err != nil {
		return v, err
	}
	return s.visitor(ctx, v)
}

func (s *Service) visitor(ctx context.Context, v Visitor) (Visitor, error) {
	as := identity.With(ctx, identity.Actor{Kind: identity.Resident, PersonID: v.Person.ID})
	children, err := s.identity.Children(as)
	if err != nil {
		return v, err
	}
	v.Children = nil
	for _, c := range children {
		v.Children = append(v.Children, c.Person)
	}
	return v, s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return audit.Look(ctx, tx, audit.Ref{Type: "person", ID: v.Person.ID}, v.Person.ID)
	})
}

// AtCounter says what is begun for whom.
type AtCounter struct {
	Form, Applicant, Subject string    // Subject is the applicant when empty
	Lang                     i18n.Lang // the municipality's own when empty
}

// StartAtCounter begins a form for somebody, or opens the one that the actor has
// begun for the same.
func (s *Service) StartAtCounter(ctx context.Context, a AtCounter) (draft forms.Draft, err error) {
	kind, err := s.kind(ctx, a.Form)
	if err != nil {
		return draft, err
	}
	if err := s.mayRegister(ctx, kind); err != nil {
		return draft, err
	}
	if err := s.warm(ctx); err != nil {
		return draft, err
	}
	if a.Subject == "" {
		a.Subject = a.Applicant
	}
	if !a.Lang.Valid() {
		a.Lang = tenant.From(ctx).Lang()
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		draft, err = s.startAtCounter(ctx, tx, kind, a)
		return err
	})
	return draft, err
}

func (s *Service) startAtCounter(ctx context.Context, tx *store.Tx, kind cases.Kind, a AtCounter) (forms.Draft, error) {
	known, err := s.counterFacts(ctx, tx, kind, a.Applicant, a.Subject)
	if err != nil {
		return forms.Draft{}, err
	}
	if err := s.already(ctx, tx, kind, asked{author: a.Applicant, subject: a.Subject, anyway: true}); err != nil {
		return forms.Draft{}, err
	}
	start := forms.Start{Form: a.Form, Person: identity.From(ctx).PersonID, Subject: a.Subject, Facts: known}
	draft, err := s.begin(ctx, tx, start)
	if err != nil {
		return forms.Draft{}, err
	}
	before, err := counterOf(ctx, tx, draft.ID)
	if err != nil {
		return forms.Draft{}, err
	}
	if before.Draft != "" && before.Applicant == a.Applicant {
		return draft, nil
	}
	if before.Draft != "" {
		// Begun for the other guardian: what she said is hers.
		if err := s.throwAway(ctx, tx, draft.ID); err != nil {
			return forms.Draft{}, err
		}
		if draft, err = s.begin(ctx, tx, start); err != nil {
			return forms.Draft{}, err
		}
	}
	err = saveCounter(ctx, tx, Counter{
		Draft: draft.ID, Staff: start.Person, Applicant: a.Applicant, Subject: a.Subject, Form: a.Form,
		Department: tenant.From(ctx).Settings[kind.Setting], Lang: a.Lang,
	})
	if err != nil {
		return forms.Draft{}, err
	}
	return draft, audit.Record(ctx, tx, audit.Event{Action: "applications.assist", Object: audit.Ref{Type: "draft", ID: draft.ID}, Subject: a.Applicant})
}

// counterFacts asks whether the actor may register this for the applicant, and
// the applicant apply for the subject; nobody registers where she or he, or a
// child of theirs, is concerned.
func (s *Service) counterFacts(ctx context.Context, tx *store.Tx, kind cases.Kind, applicantID, subjectID string) (map[string]any, error) {
	if !ids.Valid(applicantID) || !ids.Valid(subjectID) {
		return nil, errs.NotFound("errs.not_found")
	}
	r := registered{}
	var err error
	if r.applicant, err = s.identity.PersonIn(ctx, tx, applicantID); err != nil {
		return nil, err
	}
	if r.subject, err = s.identity.PersonIn(ctx, tx, subjectID); err != nil {
		return nil, err
	}
	guardians, err := s.responsible(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	if err := s.mayRegister(ctx, kind, append(guardians, r.applicant, r.subject)...); err != nil {
		return nil, err
	}
	return s.factsFor(ctx, tx, kind, r)
}

// OpenAtCounter returns what the actor has begun for others and not sent.
func (s *Service) OpenAtCounter(ctx context.Context) (list []OpenedForm, err error) {
	if _, err := s.CounterKinds(ctx); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		begun, err := countersOf(ctx, tx, identity.From(ctx).PersonID)
		if err != nil {
			return err
		}
		list = nil
		for _, c := range begun {
			applicant, err := s.identity.PersonIn(ctx, tx, c.Applicant)
			if err != nil {
				return err
			}
			subject, err := s.identity.PersonIn(ctx, tx, c.Subject)
			if err != nil {
				return err
			}
			list = append(list, OpenedForm{Counter: c, Applicant: applicant.Name.Full(), Subject: subject.Name.Full()})
		}
		return nil
	})
	return list, err
}

// OpenedForm is a form begun at the counter, with names.
type OpenedForm struct {
	Counter
	Applicant, Subject string
}

// sendAtCounter makes the case of a form filled in at the counter. The journal
// says who registered it for whom, and the applicant is told as if she had sent
// it herself.
func (s *Service) sendAtCounter(ctx context.Context, tx *store.Tx, o Opened) (cases.Case, error) {
	counter := o.Counter
	known, err := s.counterFacts(ctx, tx, o.Kind, counter.Applicant, counter.Subject)
	if err != nil {
		return cases.Case{}, err
	}
	if err := s.already(ctx, tx, o.Kind, asked{author: counter.Applicant, subject: counter.Subject, anyway: true}); err != nil {
		if c, again, e := s.sentAtCounter(ctx, tx, counter.Draft); e != nil || again {
			return c, e // by another click a moment ago
		}
		return cases.Case{}, err
	}
	if known, err = s.factsAtCounter(ctx, tx, o, known); err != nil {
		return cases.Case{}, err
	}
	submission, _, err := s.forms.SubmitDirect(ctx, tx, forms.Direct{
		Form: counter.Form, Person: counter.Applicant, Subject: counter.Subject, Facts: known, Answers: o.Draft.Answers,
		Key: "counter:draft:" + counter.Draft, Lang: counter.Lang,
	})
	if err != nil {
		return cases.Case{}, err
	}
	ctx, err = s.onBehalf(ctx, tx, counter.Applicant)
	if err != nil {
		return cases.Case{}, err
	}
	submission.Draft = counter.Draft // where the files are
	c, err := s.handOver(ctx, tx, o.Kind, submission)
	if err != nil {
		return c, err
	}
	if err := setCounterCase(ctx, tx, counter.Draft, c.ID); err != nil {
		return c, err
	}
	if err := s.forms.DeleteDraft(ctx, tx, counter.Draft); err != nil {
		return c, fmt.Errorf("applications: delete the counter's draft: %w", err)
	}
	return c, audit.Record(ctx, tx, audit.Event{Action: "applications.register", Object: audit.Ref{Type: "submission", ID: submission.ID}, Subject: counter.Applicant, Case: c.ID})
}

// factsAtCounter adds what another service has told of the draft, brought up to date, to
// what the registers know now: without the checks of the map a case would look as if the
// map had not been asked. What is sent stands in the live version of the form, which may
// not ask for all that an older one did.
func (s *Service) factsAtCounter(ctx context.Context, tx *store.Tx, o Opened, known map[string]any) (map[string]any, error) {
	told, err := s.renewed(ctx, tx, o)
	if err != nil {
		return nil, err
	}
	live, err := s.forms.Live(ctx, tx, o.Counter.Form)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{}
	for _, f := range live.Facts {
		if v, there := told[f.ID]; there {
			facts[f.ID] = v
		}
	}
	maps.Copy(facts, known)
	return facts, nil
}

// onBehalf returns a context in which journal and log say for whom the staff act.
func (s *Service) onBehalf(ctx context.Context, tx *store.Tx, personID string) (context.Context, error) {
	p, err := s.identity.PersonIn(ctx, tx, personID)
	if err != nil {
		return ctx, err
	}
	actor := identity.From(ctx)
	actor.OnBehalfOf, actor.OnBehalfName = p.ID, p.Name.Full()
	return identity.With(ctx, actor), nil
}

// SentAtCounter returns the case of a form of the counter that the actor has
// sent already.
func (s *Service) SentAtCounter(ctx context.Context, draft string) (c cases.Case, again bool, err error) {
	if !ids.Valid(draft) {
		return c, false, nil
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, again, err = s.sentAtCounter(ctx, tx, draft)
		return err
	})
	return c, again, err
}

// sentAtCounter returns the case of a form that the actor sent a moment ago: its
// draft is gone.
func (s *Service) sentAtCounter(ctx context.Context, tx *store.Tx, draft string) (cases.Case, bool, error) {
	counter, err := counterOf(ctx, tx, draft)
	if err != nil || counter.Case == "" || counter.Staff != identity.From(ctx).PersonID {
		return cases.Case{}, false, err
	}
	c, err := s.cases.CaseIn(ctx, tx, counter.Case)
	return c, err == nil, err
}
