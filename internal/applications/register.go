package applications

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// PermRegister lets staff, or another system, register an application that
// came on paper or at the counter.
const PermRegister access.Permission = "application.register"

// fresh is how old the population register's word on a person may be when an
// application is registered; older than that it is asked again.
const fresh = 24 * time.Hour

// maxKey bounds an idempotency key.
const maxKey = 100

// Registration is an application that did not come through the pages.
type Registration struct {
	Form      string          // key of the form
	Applicant string          // national number of whoever applies
	Subject   string          // national number of whom it is about; the applicant when empty
	Lang      i18n.Lang       // in which the applicant is answered; the municipality's own when empty
	Answers   json.RawMessage // an object by field id
	Key       string          // idempotency key, one per applicant and application
}

// Register makes the case of an application that came on paper or at the
// counter. It is judged as one from the pages is: the applicant must be allowed
// to act for the one it is about, and the answers must be right. The same key
// again returns the first case and true.
//
// Whoever cannot use the pages has a right to apply all the same
// (forvaltningsloven § 11, § 15 a). Who registered it stands in the journal and
// the audit log.
func (s *Service) Register(ctx context.Context, r Registration) (c cases.Case, again bool, err error) {
	kind, err := s.kind(ctx, r.Form)
	if err != nil {
		return c, false, err
	}
	if err := s.mayRegister(ctx, kind); err != nil {
		return c, false, err
	}
	if err := r.check(); err != nil {
		return c, false, err
	}
	if err := s.warm(ctx); err != nil {
		return c, false, err
	}
	applicant, subject, err := s.parties(ctx, r)
	if err != nil {
		return c, false, err
	}
	if err := s.mayRegister(ctx, kind, applicant, subject); err != nil {
		return c, false, err
	}
	c, again, err = s.write(ctx, kind, registered{r, applicant, subject})
	if isNotGuardian(err) && s.identity.Refresh(ctx, applicant.ID) == nil {
		// A child may have come into the family since we last asked.
		c, again, err = s.write(ctx, kind, registered{r, applicant, subject})
	}
	return c, again, err
}

func (s *Service) write(ctx context.Context, kind cases.Kind, r registered) (c cases.Case, again bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, again, err = s.register(ctx, tx, kind, r)
		return err
	})
	return c, again, err
}

// mayRegister asks access for the department that the case comes to, and, once
// they are known, for the persons it concerns.
func (s *Service) mayRegister(ctx context.Context, kind cases.Kind, concerned ...identity.Person) error {
	resource := access.Resource{Type: "application", Department: tenant.From(ctx).Settings[kind.Setting]}
	for _, p := range concerned {
		resource.Owners = append(resource.Owners, p.ID)
	}
	return s.access.Check(ctx, PermRegister, resource)
}

func (r Registration) check() error {
	var wrong []errs.Field
	if _, err := pid.Parse(r.Applicant); err != nil {
		wrong = append(wrong, errs.Field{Name: "applicant", Key: "applications.register.bad_number"})
	}
	if _, err := pid.Parse(r.Subject); err != nil && r.Subject != "" {
		wrong = append(wrong, errs.Field{Name: "subject", Key: "applications.register.bad_number"})
	}
	if r.Key == "" || len(r.Key) > maxKey {
		wrong = append(wrong, errs.Field{Name: "key", Key: "applications.register.bad_key", Args: []any{"most", maxKey}})
	}
	if r.Lang != "" && !r.Lang.Valid() {
		wrong = append(wrong, errs.Field{Name: "lang", Key: "errs.invalid_input"})
	}
	return errs.InvalidFields(wrong...)
}

// parties finds the applicant and the one it is about, and asks the population
// register when it has not told of them lately.
func (s *Service) parties(ctx context.Context, r Registration) (applicant, subject identity.Person, err error) {
	if applicant, err = s.party(ctx, "applicant", r.Applicant, true); err != nil {
		return applicant, subject, err
	}
	if r.Subject == "" || r.Subject == r.Applicant {
		return applicant, applicant, nil
	}
	subject, err = s.party(ctx, "subject", r.Subject, false)
	return applicant, subject, err
}

func (s *Service) party(ctx context.Context, field, number string, household bool) (identity.Person, error) {
	n, err := pid.Parse(number)
	if err != nil {
		return identity.Person{}, errs.InvalidFields(errs.Field{Name: field, Key: "applications.register.bad_number"})
	}
	p, err := s.identity.FindByNumber(ctx, n)
	switch {
	case err == nil && s.db.Clock().Now().Sub(p.RegisterUpdatedAt) < fresh:
		return p, nil
	case err != nil && !errs.Is(err, errs.KindNotFound):
		return p, err
	}
	known := p
	if p, err = s.identity.EnsurePerson(ctx, n); err != nil {
		if errs.Is(err, errs.KindUnavailable) && !known.RegisterUpdatedAt.IsZero() {
			return known, nil // what the register said last serves until it answers
		}
		return p, unacceptable(field, err)
	}
	if p.RegisterUpdatedAt.IsZero() {
		return p, errs.InvalidFields(errs.Field{Name: field, Key: "applications.register.unknown_person"})
	}
	if !household {
		return p, nil
	}
	if err := s.identity.Refresh(ctx, p.ID); err != nil && !errs.Is(err, errs.KindUnavailable) {
		return p, fmt.Errorf("applications: household: %w", err)
	}
	return s.identity.Person(ctx, p.ID)
}

// unacceptable names the field whose number the municipality does not take, such
// as a made-up one outside a test municipality.
func unacceptable(field string, err error) error {
	e := errs.Of(err)
	switch {
	case errors.Is(err, pid.ErrInvalid):
		return errs.InvalidFields(errs.Field{Name: field, Key: "applications.register.bad_number"})
	case e != nil && e.Kind == errs.KindForbidden:
		return errs.InvalidFields(errs.Field{Name: field, Key: e.Key})
	}
	return err
}

// decode reads the answers as the live form knows them, with the files that were
// sent ahead.
func (s *Service) decode(ctx context.Context, tx *store.Tx, r Registration) (answers forms.Answers, err error) {
	definition, err := s.forms.Live(ctx, tx, r.Form)
	if err != nil {
		return answers, err
	}
	if answers, err = definition.DecodeJSON(r.Answers); err != nil {
		return answers, answersWrong(err)
	}
	return answers, s.resolve(ctx, tx, definition, answers)
}

// answersWrong puts the fields of the form below "answers", beside which the
// registration has fields of its own.
func answersWrong(err error) error {
	e := errs.Of(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	fields := make([]errs.Field, len(e.Fields))
	for i, f := range e.Fields {
		f.Name = "answers." + f.Name
		fields[i] = f
	}
	return errs.InvalidFields(fields...)
}

// registered is a registration whose persons are found.
type registered struct {
	Registration
	applicant, subject identity.Person
}

// register is the business transaction: submission, case, journal, receipt and
// record stand together or not at all.
func (s *Service) register(ctx context.Context, tx *store.Tx, kind cases.Kind, r registered) (cases.Case, bool, error) {
	known, err := s.factsFor(ctx, tx, kind, r)
	if err != nil {
		return cases.Case{}, false, err
	}
	direct := s.direct(ctx, r, known)
	submission, again, err := s.forms.Replayed(ctx, tx, direct)
	if err != nil {
		return cases.Case{}, false, err
	}
	var documents []string
	if !again {
		if submission, documents, err = s.submitDirect(ctx, tx, kind, r, direct); err != nil {
			return cases.Case{}, false, err
		}
	}
	parties, err := s.further(ctx, tx, r.applicant, r.subject)
	if err != nil {
		return cases.Case{}, false, err
	}
	c, err := s.cases.Create(ctx, tx, cases.New{
		Kind: kind.Key, Submission: submission.ID, Applicant: r.applicant, Subject: r.subject, Lang: submission.Lang, Parties: parties,
		Documents: documents,
	})
	return c, again, err
}

// direct is the registration as the forms take it, without the answers.
func (s *Service) direct(ctx context.Context, r registered, facts map[string]any) forms.Direct {
	lang := r.Lang
	if lang == "" {
		lang = tenant.From(ctx).Lang()
	}
	return forms.Direct{Form: r.Form, Person: r.applicant.ID, Subject: r.subject.ID, Facts: facts, Key: "counter:" + r.Key, Lang: lang}
}

// submitDirect stores what was sent for the first time, and takes its files.
func (s *Service) submitDirect(
	ctx context.Context, tx *store.Tx, kind cases.Kind, r registered, direct forms.Direct,
) (submission forms.Submission, documents []string, err error) {
	if direct.Answers, err = s.decode(ctx, tx, r.Registration); err != nil {
		return submission, nil, err
	}
	if submission, _, err = s.forms.SubmitDirect(ctx, tx, direct); err != nil {
		return submission, nil, answersWrong(err)
	}
	if err := s.already(ctx, tx, kind, asked{author: r.applicant.ID, subject: r.subject.ID, anyway: true}); err != nil {
		return submission, nil, err
	}
	// What was attached to a question that is not asked stays where it is, and runs out.
	documents = filesIn(submission.Values)
	if err := staging.Of(s.blobs).Take(ctx, tx, "answers", documents, blob.Owner{Type: "draft", ID: submission.ID}); err != nil {
		return submission, nil, err
	}
	// Before the case: it takes a number, for which all others wait until the
	// commit.
	err = audit.Record(ctx, tx, audit.Event{Action: "applications.register", Object: audit.Ref{Type: "submission", ID: submission.ID}, Subject: r.subject.ID})
	if err != nil {
		return submission, nil, fmt.Errorf("applications: record: %w", err)
	}
	return submission, documents, nil
}

const notGuardian = "applications.register.not_guardian"

func isNotGuardian(err error) bool {
	e := errs.Of(err)
	return e != nil && len(e.Fields) == 1 && e.Fields[0].Key == notGuardian
}

// factsFor asks whether the applicant may act for the subject, as if she had
// logged in, and what the form must know.
func (s *Service) factsFor(ctx context.Context, tx *store.Tx, kind cases.Kind, r registered) (map[string]any, error) {
	as := identity.With(ctx, identity.Actor{Kind: identity.Resident, PersonID: r.applicant.ID})
	known, err := s.facts(as, tx, kind, r.subject.ID)
	if errs.Is(err, errs.KindNotFound) {
		return nil, errs.InvalidFields(errs.Field{Name: "subject", Key: notGuardian})
	}
	return known, err
}
