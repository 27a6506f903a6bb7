package applications

import (
	"context"
	"errors"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Subjects are those the person may apply for with a form: her children, or
// nobody else.
func (s *Service) Subjects(ctx context.Context, form string) (*forms.Definition, []identity.Relative, error) {
	if err := s.access.Check(ctx, PermStart, access.Resource{Type: "form", ID: form}); err != nil {
		return nil, nil, err
	}
	if _, err := s.kind(ctx, form); err != nil {
		return nil, nil, err
	}
	var definition *forms.Definition
	s.freshen(ctx)
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		definition, err = s.forms.Live(ctx, tx, form)
		return err
	})
	if err != nil || definition.Subject != forms.SubjectChild {
		return definition, nil, err
	}
	children, err := s.identity.Children(ctx)
	return definition, children, err
}

// freshen asks the population register about whoever applies, when it has not
// told lately. A register that is down keeps nobody from applying: what is known
// serves, and it is not asked again for a minute.
func (s *Service) freshen(ctx context.Context) {
	author, err := s.identity.Person(ctx, identity.From(ctx).Author())
	if err != nil || author.IsOrganisation() || s.identity.RegisterDown() || s.db.Clock().Now().Sub(author.RegisterUpdatedAt) < fresh {
		return
	}
	_ = s.identity.Refresh(ctx, author.ID) // RegisterState tells of it
}

// RegisterState is what the pages say of the population register.
type RegisterState struct {
	Down    bool
	Known   time.Time // when it last told of the person; zero when it never has
	Unbound bool      // the form can be filled in by hand
}

// RegisterState tells whether the population register answers, and from when what
// is known of the actor is.
func (s *Service) RegisterState(ctx context.Context) (r RegisterState, err error) {
	author := identity.From(ctx).Author()
	if err := s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: author, Owners: []string{author}}); err != nil {
		return r, err
	}
	person, err := s.identity.Person(ctx, author)
	return RegisterState{Down: s.identity.RegisterDown(), Known: person.RegisterUpdatedAt}, err
}

// Start begins the application of a form about a person, or opens the one that
// is begun already. Whoever applies for another must be allowed to act for her
// (a parent with responsibility, barnelova § 30). Whoever acts by mandate or for
// an organisation writes in its name.
func (s *Service) Start(ctx context.Context, form, subjectID string) (forms.Draft, error) {
	return s.startOne(ctx, form, subjectID, false)
}

// StartAnyway is Start for somebody who knows that she has an open application
// already and means another one, where the kind allows that.
func (s *Service) StartAnyway(ctx context.Context, form, subjectID string) (forms.Draft, error) {
	return s.startOne(ctx, form, subjectID, true)
}

func (s *Service) startOne(ctx context.Context, form, subjectID string, anyway bool) (forms.Draft, error) {
	if err := s.access.Check(ctx, PermStart, access.Resource{Type: "form", ID: form}); err != nil {
		return forms.Draft{}, err
	}
	kind, err := s.kind(ctx, form)
	if err != nil {
		return forms.Draft{}, err
	}
	if err := s.warm(ctx); err != nil {
		return forms.Draft{}, err
	}
	author := identity.From(ctx).Author()
	if subjectID == "" {
		subjectID = author
	}
	var draft forms.Draft
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := s.facts(ctx, tx, kind, subjectID)
		if err != nil {
			return err
		}
		if err := s.already(ctx, tx, kind, asked{author: author, subject: subjectID, anyway: anyway}); err != nil {
			return err
		}
		draft, err = s.begin(ctx, tx, forms.Start{Form: form, Person: author, Subject: subjectID, Facts: known})
		return err
	})
	return draft, err
}

// begin makes the draft. What has run out goes first, with its files: a draft
// begun anew would else take the row away and leave them.
func (s *Service) begin(ctx context.Context, tx *store.Tx, start forms.Start) (forms.Draft, error) {
	if err := s.sweepAll(ctx, tx); err != nil {
		return forms.Draft{}, err
	}
	definition, err := s.forms.Live(ctx, tx, start.Form)
	if err != nil {
		return forms.Draft{}, err
	}
	if definition.Subject == forms.SubjectChild {
		child, err := s.identity.PersonIn(ctx, tx, start.Subject)
		if err != nil {
			return forms.Draft{}, err
		}
		if !child.MinorOn(clock.DateIn(tx.Now.Time)) {
			return forms.Draft{}, errs.InvalidFields(errs.Field{Name: "subject", Key: "applications.begin.need_child"})
		}
	}
	return s.forms.StartDraft(ctx, tx, start)
}

// facts asks whether the actor may write such an application about the subject
// and what the form must know of her.
func (s *Service) facts(ctx context.Context, tx *store.Tx, kind cases.Kind, subjectID string) (map[string]any, error) {
	if err := s.mayWriteAbout(ctx, tx, kind, subjectID); err != nil {
		return nil, err
	}
	subject, err := s.identity.PersonIn(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	if kind.Facts == nil {
		return nil, nil //nolint:nilnil // nothing is known beforehand; what a draft knows already stays
	}
	responsible, err := s.responsible(ctx, tx, subjectID)
	if err != nil {
		return nil, err
	}
	return kind.Facts(subject, len(responsible) > 1), nil
}

// mayWriteAbout lets one write about oneself, or about a child one is guardian
// of. The author is the represented one when the actor has a mandate that
// reaches the kind; that the right still holds was asked with the request.
func (s *Service) mayWriteAbout(ctx context.Context, tx *store.Tx, kind cases.Kind, subjectID string) error {
	actor := identity.From(ctx)
	author := actor.Author()
	if author == "" || subjectID == "" || author != actor.PersonID && !actor.Represents(kind.Key) {
		return errs.NotFound("errs.not_found")
	}
	if author == subjectID {
		return nil
	}
	may, err := s.identity.GuardianIn(ctx, tx, author, subjectID)
	if err != nil {
		return err
	}
	if !may {
		return errs.NotFound("errs.not_found")
	}
	return nil
}

// responsible returns the living guardians with responsibility for a child under
// 18; nobody for a grown-up.
func (s *Service) responsible(ctx context.Context, tx *store.Tx, childID string) ([]identity.Person, error) {
	child, err := s.identity.PersonIn(ctx, tx, childID)
	if err != nil || !child.MinorOn(clock.DateIn(tx.Now.Time)) {
		return nil, err
	}
	guardians, err := s.identity.GuardiansIn(ctx, tx, childID)
	if err != nil {
		return nil, err
	}
	var list []identity.Person
	for _, g := range guardians {
		if g.Responsible {
			list = append(list, g.Person)
		}
	}
	return list, nil
}

// Already says that there is an open case of the kind for the child, in which the
// actor is a party: the other guardian was first, or she has applied herself.
type Already struct { //nolint:errname // it reads as what happened: errors.AsType[*applications.Already]
	Case cases.Case
	// Signature is the submission that waits for the actor's signature, when it
	// has not come as far as a case.
	Signature string
	Own       bool // the actor's own application
	Again     bool // another one may be meant
	Form      string
	Subject   string
}

// Error implements error.
func (*Already) Error() string {
	return "applications: there is an open case of the kind for the child already"
}

// asked is who asks for what about whom.
type asked struct {
	author, subject string
	anyway          bool // knows of the first and means another
}

// already refuses a second live case of one kind for one child, by the same
// guardian or the other one. Where the kind allows several, the same guardian may
// go on when that is what she means. The first is shown only to a party: when the two are kept apart by
// a protected address, the second is not told that there is a first, and the
// municipality sorts it out.
func (s *Service) already(ctx context.Context, tx *store.Tx, kind cases.Kind, a asked) error {
	author, subjectID := a.author, a.subject
	if author == subjectID {
		return nil
	}
	// One after the other, also when both press the button at once.
	if err := s.identity.Hold(ctx, tx, subjectID); err != nil {
		return err
	}
	open, err := s.cases.OpenCasesOf(ctx, tx, subjectID)
	if err != nil {
		return err
	}
	for _, c := range open {
		if c.Kind != kind.Key || c.Subject != subjectID || !c.Status.Open() {
			continue
		}
		own := c.Applicant == author
		if own && a.anyway && kind.Again || !own && !c.IsParty(author) {
			continue
		}
		key := "applications.already.case"
		if own {
			key = "applications.already.own"
		}
		return errs.Conflict(key, "number", c.Label(), "child", c.SubjectName).
			Because(&Already{Case: c, Own: own, Again: own && kind.Again, Form: kind.Form, Subject: subjectID})
	}
	waiting, err := waitingFor(ctx, tx, kind.Form, subjectID)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		switch {
		case w.Signer == author:
			return errs.Conflict("applications.already.signature").Because(&Already{Signature: w.Submission})
		case w.Applicant == author && !(a.anyway && kind.Again):
			return errs.Conflict("applications.already.waiting").
				Because(&Already{Signature: w.Submission, Own: true, Again: kind.Again, Form: kind.Form, Subject: subjectID})
		}
	}
	return nil
}

// alreadyIn finds the first case in an error.
func alreadyIn(err error) (*Already, bool) { return errors.AsType[*Already](err) }
