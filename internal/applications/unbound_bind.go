package applications

import (
	"context"
	"strings"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// PermUnboundClaim lets somebody who has logged in make an application that was
// sent without log-in her own.
const PermUnboundClaim access.Permission = "unbound.claim"

// Proof is how one shows that an application is one's own: the code of the
// receipt, or being on the device it was sent from.
type Proof struct {
	Code string
	ID   string // with the context's device, when there is no code
}

// Claim is an application somebody is about to make her own.
type Claim struct {
	Unbound Unbound
	Title   string
	Subject identity.Person // whom it is about, as the register knows her
	Summary forms.Summary   // empty when it does not fit
	// Wrong are message keys of why it cannot become hers, and Differs of what was
	// typed unlike the register's word, which is used instead.
	Wrong, Differs []string
	// Done is what became of it, when it is hers already.
	Done *Sent
}

// What was typed and the register knows otherwise.
const (
	differsName     = "name"
	differsChild    = "child_name"
	differsGuardian = "other_guardian"
)

// OnDevice returns what was sent from the context's device and is nobody's yet,
// without saying what was written.
func (s *Service) OnDevice(ctx context.Context) (list []Unbound, err error) {
	if err := s.access.Check(ctx, PermUnboundClaim, access.Resource{Type: "unbound", Attrs: map[string]any{"proven": true}}); err != nil {
		return nil, err
	}
	device := deviceOf(ctx).Secret
	if device == "" {
		return nil, nil
	}
	if err := s.warm(ctx); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.listUnbound(ctx, tx, `device_digest = $2 and status = $3 order by begun_at desc, id limit $4`,
			ids.Digest(device), string(UnboundReceived), maxUnbound)
		return err
	})
	for i := range list {
		list[i].About = About{}
	}
	return list, err
}

// Claim shows what one is about to make one's own, or says why it cannot be.
func (s *Service) Claim(ctx context.Context, proof Proof) (c Claim, err error) {
	me, numbers, err := s.claimant(ctx)
	if err != nil {
		return c, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err = s.claim(ctx, tx, proof, me, numbers)
		if err != nil || len(c.Wrong) > 0 || c.Done != nil {
			return err
		}
		c.Summary, err = s.summaryOf(ctx, tx, c.Unbound)
		return err
	})
	return c, err
}

// claimant is who claims, with the numbers of her and her children: they are
// decrypted outside the transaction.
func (s *Service) claimant(ctx context.Context) (me string, numbers map[string]string, err error) {
	if err := s.access.Check(ctx, PermUnboundClaim, access.Resource{Type: "unbound", Attrs: map[string]any{"proven": true}}); err != nil {
		return "", nil, err
	}
	actor := identity.From(ctx)
	if actor.OnBehalfOf != "" {
		return "", nil, errs.Forbidden("applications.bind.oneself")
	}
	if err := s.warm(ctx); err != nil {
		return "", nil, err
	}
	children, err := s.identity.Children(ctx)
	if err != nil {
		return "", nil, err
	}
	numbers = map[string]string{}
	people := []string{actor.PersonID}
	for _, c := range children {
		people = append(people, c.Person.ID)
	}
	for _, id := range people {
		n, err := s.identity.Number(ctx, id)
		if err != nil {
			return "", nil, err
		}
		numbers[id] = n.Digits()
	}
	return actor.PersonID, numbers, nil
}

// proven finds what the proof is for. A wrong code and one of a draft are told
// alike. Whoever has made it her own finds it without the device too.
func (s *Service) proven(ctx context.Context, tx *store.Tx, proof Proof) (u Unbound, err error) {
	code := tidyCode(proof.Code)
	switch {
	case len(code) == codeLength:
		u, err = s.oneUnbound(ctx, tx, `code_digest = $2 and code_digest <> ''`, ids.Digest(code))
	case proof.Code == "" && ids.Valid(proof.ID):
		if u, err = s.oneUnbound(ctx, tx, `id = $2`, proof.ID); err == nil && !u.on(ctx) && !u.boundTo(identity.From(ctx).PersonID) {
			u = Unbound{}
		}
	}
	if err != nil {
		return u, err
	}
	if u.ID == "" || u.Status == UnboundDraft {
		return u, errs.InvalidFields(errs.Field{Name: "code", Key: "applications.bind.no_such"})
	}
	resource := access.Resource{Type: "unbound", ID: u.ID, Department: u.Department, Attrs: map[string]any{"proven": true}}
	return u, s.access.Check(ctx, PermUnboundClaim, resource)
}

// codeLength is that of ids.Secret.
const codeLength = 26

// tidyCode reads a code as people type it: in groups, in small letters.
func tidyCode(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\t", "", "\u00a0", "").Replace(s))
}

// claim holds what was typed against what the register says of who has logged in.
func (s *Service) claim(ctx context.Context, tx *store.Tx, proof Proof, me string, numbers map[string]string) (c Claim, err error) {
	if c.Unbound, err = s.proven(ctx, tx, proof); err != nil {
		return c, err
	}
	if c.Unbound.boundTo(me) {
		c.Done, err = s.outcome(ctx, tx, c.Unbound)
		return c, err
	}
	if c.Unbound.Status != UnboundReceived {
		c.Wrong = []string{"applications.bind.is_" + string(c.Unbound.Status)}
		return c, nil
	}
	kind, err := s.kind(ctx, c.Unbound.Form)
	if err != nil {
		return c, err
	}
	c.Title = kind.Title
	person, err := s.identity.PersonIn(ctx, tx, me)
	if err != nil {
		return c, err
	}
	about := c.Unbound.About
	if !sameNumber(about.Number, numbers[me]) || !person.BirthDate.IsZero() && person.BirthDate != about.Born {
		c.Wrong = []string{"applications.bind.not_you"}
		return c, nil
	}
	if !sameName(about.Name, person.Name.Full()) {
		c.Differs = append(c.Differs, differsName)
	}
	if c.Subject = person; about.ChildName != "" {
		err = s.claimChild(ctx, tx, &c, me, numbers)
	}
	return c, err
}

// claimChild finds the child that was meant among those one may apply for.
func (s *Service) claimChild(ctx context.Context, tx *store.Tx, c *Claim, me string, numbers map[string]string) error {
	about := c.Unbound.About
	var meant []identity.Person
	for id := range numbers {
		if id == me {
			continue
		}
		may, err := s.identity.GuardianIn(ctx, tx, me, id)
		if err != nil {
			return err
		}
		child, err := s.identity.PersonIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if may && child.BirthDate == about.ChildBorn && sameNumber(about.ChildNumber, numbers[id]) {
			meant = append(meant, child)
		}
	}
	if len(meant) > 1 { // twins
		meant = named(meant, about.ChildName)
	}
	if len(meant) != 1 {
		c.Wrong = []string{"applications.bind.not_your_child"}
		return nil
	}
	c.Subject = meant[0]
	if !sameName(about.ChildName, c.Subject.Name.Full()) {
		c.Differs = append(c.Differs, differsChild)
	}
	responsible, err := s.responsible(ctx, tx, c.Subject.ID)
	if err == nil && len(responsible) > 1 != about.OtherGuardian {
		c.Differs = append(c.Differs, differsGuardian)
	}
	return err
}

func named(people []identity.Person, name string) []identity.Person {
	var list []identity.Person
	for _, p := range people {
		if sameName(name, p.Name.Full()) || store.Fold(p.Name.Given) == store.Fold(name) {
			list = append(list, p)
		}
	}
	return list
}

func sameNumber(typed, known string) bool { return typed == "" || typed == known }

// sameName takes a name without the middle one for the same.
func sameName(typed, known string) bool {
	a, b := strings.Fields(store.Fold(typed)), strings.Fields(store.Fold(known))
	if len(a) == 0 || len(b) == 0 || a[0] != b[0] {
		return false
	}
	return a[len(a)-1] == b[len(b)-1]
}

func (s *Service) summaryOf(ctx context.Context, tx *store.Tx, u Unbound) (forms.Summary, error) {
	sent, err := s.forms.Submission(ctx, tx, u.Submission)
	if err != nil {
		return forms.Summary{}, err
	}
	return s.forms.Sent(ctx, tx, sent, i18n.From(ctx))
}

// Bind makes the application that the proof is for the actor's own, and the case
// of it. The case is received when it was sent. A second press leads to what the
// first one made.
func (s *Service) Bind(ctx context.Context, proof Proof) (sent Sent, err error) {
	me, numbers, err := s.claimant(ctx)
	if err != nil {
		return sent, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		u, err := s.proven(ctx, tx, proof)
		if err != nil {
			return err
		}
		// One after the other, when the button is pressed twice.
		if err := s.identity.Hold(ctx, tx, me); err != nil {
			return err
		}
		c, err := s.claim(ctx, tx, Proof{Code: proof.Code, ID: u.ID}, me, numbers)
		if err != nil {
			return err
		}
		switch {
		case c.Done != nil: // by the first press
			sent = *c.Done
			return nil
		case len(c.Wrong) > 0:
			return errs.Conflict(c.Wrong[0])
		}
		sent, err = s.bind(ctx, tx, c, me)
		return err
	})
	return sent, err
}

// boundTo reports whether it has become a person's own.
func (u Unbound) boundTo(person string) bool {
	return u.Status == UnboundBound && person != "" && u.Person == person
}

// outcome is what became of an application that was bound: its case, or what waits
// for the other guardian's signature.
func (s *Service) outcome(ctx context.Context, tx *store.Tx, u Unbound) (*Sent, error) {
	if u.Case == "" {
		return &Sent{Waiting: u.Submission}, nil
	}
	c, err := s.cases.CaseIn(ctx, tx, u.Case)
	return &Sent{Case: c}, err
}

// bind is the business transaction: the submission becomes the person's, the case
// is made or the other guardian is asked to sign, and what was typed is erased.
func (s *Service) bind(ctx context.Context, tx *store.Tx, c Claim, applicant string) (sent Sent, err error) {
	kind, err := s.kind(ctx, c.Unbound.Form)
	if err != nil {
		return sent, err
	}
	if err := s.already(ctx, tx, kind, asked{author: applicant, subject: c.Subject.ID}); err != nil {
		return sent, err
	}
	submission, err := s.forms.Bind(ctx, tx, c.Unbound.Submission, applicant, c.Subject.ID)
	if err != nil {
		return sent, err
	}
	signers, err := s.signersOf(ctx, tx, submission, c.Subject)
	if err != nil {
		return sent, err
	}
	u := c.Unbound
	// The code stays: whoever types it again is led to the case, if it is hers.
	u.Status, u.Person, u.Differs = UnboundBound, applicant, c.Differs
	if len(signers) > 0 {
		definition, err := s.forms.Definition(ctx, tx, submission.Form, submission.FormVersion)
		if err != nil {
			return sent, err
		}
		o := Opened{Draft: forms.Draft{DraftInfo: forms.DraftInfo{ID: submission.Draft, Form: submission.Form}}, Definition: definition}
		if err := s.askToSign(ctx, tx, o, submission, signers); err != nil {
			return sent, err
		}
		sent.Waiting = submission.ID
	} else {
		if sent.Case, err = s.handOverAt(ctx, tx, kind, submission, u.ReceivedAt, nil); err != nil {
			return sent, err
		}
		u.Case = sent.Case.ID
	}
	if err := endUnbound(ctx, tx, u, nil); err != nil {
		return sent, err
	}
	return sent, audit.Record(ctx, tx, audit.Event{
		Action: "applications.bind", Object: audit.Ref{Type: "submission", ID: submission.ID}, Subject: c.Subject.ID, Case: sent.Case.ID,
	})
}

// signersOf are those who must sign a submission that is there already.
func (s *Service) signersOf(ctx context.Context, tx *store.Tx, sent forms.Submission, subject identity.Person) ([]identity.Person, error) {
	definition, err := s.forms.Definition(ctx, tx, sent.Form, sent.FormVersion)
	if err != nil {
		return nil, err
	}
	env, err := s.forms.Env(ctx, tx, definition, sent.Facts)
	if err != nil {
		return nil, err
	}
	draft := forms.Draft{DraftInfo: forms.DraftInfo{Form: sent.Form, Person: sent.SubmittedBy, Subject: sent.Subject}, Answers: sent.Answers()}
	return s.signers(ctx, tx, Opened{Draft: draft, Definition: definition, Env: env, Subject: subject})
}

// caseOfUnbound makes the case of a submission that had to wait, received when it
// was sent if that was without log-in.
func (s *Service) caseOfUnbound(ctx context.Context, tx *store.Tx, kind cases.Kind, sent forms.Submission, signed []cases.Signed) (cases.Case, error) {
	u, err := s.unboundOfSubmission(ctx, tx, sent.ID)
	if err != nil {
		return cases.Case{}, err
	}
	c, err := s.handOverAt(ctx, tx, kind, sent, u.ReceivedAt, signed)
	if err != nil || u.ID == "" {
		return c, err
	}
	u.Case = c.ID
	return c, endUnbound(ctx, tx, u, nil)
}
