package applications

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// What one may do with a signature that is asked for.
const (
	PermSignatureRead     access.Permission = "signature.read"
	PermSignatureAnswer   access.Permission = "signature.answer"
	PermSignatureWithdraw access.Permission = "signature.withdraw"
)

// SettingCosign names the forms, apart by spaces, that a municipality wants
// signed by both guardians although the form itself does not ask for it.
const SettingCosign = "applications.cosign"

// cosignDays is how long the other has when the form does not say.
const cosignDays = 14

// SignatureStatus says where a signature stands.
type SignatureStatus string

// The statuses.
const (
	SignatureWaiting   SignatureStatus = "waiting"
	SignatureSigned    SignatureStatus = "signed"
	SignatureDeclined  SignatureStatus = "declined"
	SignatureWithdrawn SignatureStatus = "withdrawn" // by the applicant
	SignatureLapsed    SignatureStatus = "lapsed"    // the family has changed
	SignatureExpired   SignatureStatus = "expired"   // nobody answered
)

// Signature is one guardian's signature below what another has sent.
type Signature struct {
	Submission, Signer, Draft, Form, Applicant, Subject string
	SignerName, ApplicantName, SubjectName              string
	Status                                              SignatureStatus
	AskedAt, DueAt, RemindedAt, AnsweredAt              time.Time
	ExpiresAt                                           time.Time
	Case                                                string // once it is made
}

// resource is the signature as the policies see it: it is the signer's to give,
// and the applicant may follow it.
func (g Signature) resource(owners ...string) access.Resource {
	return access.Resource{Type: "signature", ID: g.Submission, Owners: owners}
}

// signers are those who must sign before the application becomes a case: the
// others with responsibility, when the form or the municipality asks for it.
// Where somebody of the family has a protected address nobody is asked: the
// answers could tell where they live.
func (s *Service) signers(ctx context.Context, tx *store.Tx, o Opened) ([]identity.Person, error) {
	if !o.Definition.NeedsCosign(o.Draft.Answers, o.Env) && !slices.Contains(strings.Fields(tenant.From(ctx).Settings[SettingCosign]), o.Draft.Form) {
		return nil, nil
	}
	applicant, err := s.identity.PersonIn(ctx, tx, o.Draft.Person)
	if err != nil {
		return nil, err
	}
	others, err := s.others(ctx, tx, o.Draft.Person, o.Subject)
	if err != nil || apart(append(others, applicant, o.Subject)...) {
		return nil, err
	}
	return others, nil
}

// Signers returns who will be asked to sign when a draft is sent, for whoever
// has opened it.
func (s *Service) Signers(ctx context.Context, o Opened) (list []identity.Person, err error) {
	if o.Counter.Draft != "" || o.Unbound.ID != "" {
		return nil, nil // asked when it is bound
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		list, err = s.signers(ctx, tx, o)
		return err
	})
	return list, err
}

// askToSign writes down whose signature the submission waits for, and tells them.
func (s *Service) askToSign(ctx context.Context, tx *store.Tx, o Opened, submission forms.Submission, signers []identity.Person) error {
	days := cosignDays
	if o.Definition.Cosign != nil && o.Definition.Cosign.Days > 0 {
		days = o.Definition.Cosign.Days
	}
	for _, signer := range signers {
		g := Signature{
			Submission: submission.ID, Signer: signer.ID, Draft: o.Draft.ID, Form: o.Draft.Form, Applicant: submission.SubmittedBy,
			Subject: submission.Subject, Status: SignatureWaiting, AskedAt: tx.Now.Time, DueAt: tx.Now.AddDate(0, 0, days), ExpiresAt: tx.Now.AddDate(0, 0, 2*days),
		}
		if err := insertSignature(ctx, tx, g); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, signer, "sign", g); err != nil {
			return err
		}
	}
	return nil
}

// Signatures returns what waits for the actor's signature or has had it, and
// what the actor has sent that waits for others, the newest first.
func (s *Service) Signatures(ctx context.Context) (toSign, asked []Signature, err error) {
	actor := identity.From(ctx)
	if err := s.access.Check(ctx, access.LoggedIn, access.Resource{Type: "self", ID: actor.PersonID, Owners: []string{actor.PersonID}}); err != nil {
		return nil, nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if toSign, err = signaturesBy(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		if asked, err = signaturesAskedBy(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.name(ctx, tx, toSign); err != nil {
			return err
		}
		return s.name(ctx, tx, asked)
	})
	return toSign, asked, err
}

// name fills in who the people of the signatures are.
func (s *Service) name(ctx context.Context, tx *store.Tx, list []Signature) error {
	for i := range list {
		g := &list[i]
		for id, name := range map[string]*string{g.Signer: &g.SignerName, g.Applicant: &g.ApplicantName, g.Subject: &g.SubjectName} {
			p, err := s.identity.PersonIn(ctx, tx, id)
			if err != nil {
				return err
			}
			*name = p.Name.Full()
		}
	}
	return nil
}

// SignatureView is what one reads before signing.
type SignatureView struct {
	Signature Signature
	Title     string
	Summary   forms.Summary
	Confirm   string // what one confirms by signing
	Mine      bool   // the reader is asked to sign; else she has asked
}

// Signature returns what was sent, to whoever is asked to sign and to the
// applicant. That the other has read it is noted, and the applicant can see it.
func (s *Service) Signature(ctx context.Context, submission string) (v SignatureView, err error) {
	if err := s.warm(ctx); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, mine, err := s.findSignature(ctx, tx, submission, PermSignatureRead)
		if err != nil {
			return err
		}
		one := []Signature{found}
		if err := s.name(ctx, tx, one); err != nil {
			return err
		}
		v.Signature, v.Mine = one[0], mine
		if err := s.read(ctx, tx, &v); err != nil || !v.Mine {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "submission", ID: submission}, v.Signature.Applicant)
	})
	return v, err
}

func (s *Service) read(ctx context.Context, tx *store.Tx, v *SignatureView) error {
	sent, err := s.forms.Submission(ctx, tx, v.Signature.Submission)
	if err != nil {
		return err
	}
	definition, err := s.forms.Definition(ctx, tx, sent.Form, sent.FormVersion)
	if err != nil {
		return err
	}
	env, err := s.forms.Env(ctx, tx, definition, sent.Facts)
	if err != nil {
		return err
	}
	lang := i18n.LangOf(ctx)
	v.Title, v.Summary = definition.Title.In(lang), definition.Summarise(sent.Answers(), env, i18n.From(ctx))
	if err := s.veil(ctx, tx, v, definition); err != nil {
		return err
	}
	if v.Confirm = definition.Declaration.In(lang); definition.Cosign != nil && len(definition.Cosign.Text) > 0 {
		v.Confirm = definition.Cosign.Text.In(lang)
	}
	return nil
}

// veil keeps how the applicant is reached from a signer who lives elsewhere.
func (s *Service) veil(ctx context.Context, tx *store.Tx, v *SignatureView, definition *forms.Definition) error {
	if !v.Mine {
		return nil
	}
	applicant, err := s.identity.PersonIn(ctx, tx, v.Signature.Applicant)
	if err != nil {
		return err
	}
	signer, err := s.identity.PersonIn(ctx, tx, v.Signature.Signer)
	if err == nil && !signer.SharesHome(applicant) {
		v.Summary = v.Summary.Veiled(definition, i18n.From(ctx))
	}
	return err
}

// findSignature reads the actor's signature of a submission, or, for the
// applicant, the first that is waited for, and asks access.
func (s *Service) findSignature(ctx context.Context, tx *store.Tx, submission string, perm access.Permission) (g Signature, mine bool, err error) {
	if !ids.Valid(submission) {
		return g, false, errs.NotFound("errs.not_found")
	}
	list, err := signaturesOf(ctx, tx, submission)
	if err != nil {
		return g, false, err
	}
	me := identity.From(ctx).PersonID
	for _, one := range list {
		if one.Signer == me {
			return one, true, s.access.Check(ctx, perm, one.resource(one.Signer))
		}
	}
	if len(list) == 0 {
		// Asked all the same, so that whoever may not know is refused alike.
		return g, false, s.access.Check(ctx, perm, access.Resource{Type: "signature", ID: submission})
	}
	return list[0], false, s.access.Check(ctx, perm, list[0].resource(list[0].Applicant))
}

// Sign gives the actor's signature. When it was the last one waited for, the
// case is made. Whoever signs again, by a second press of the button, gets the case of
// the first.
func (s *Service) Sign(ctx context.Context, submission string) (c cases.Case, err error) {
	err = s.answer(ctx, submission, SignatureSigned, func(ctx context.Context, tx *store.Tx, g Signature) error {
		if g.Status == SignatureSigned {
			if g.Case != "" {
				c, err = s.cases.CaseIn(ctx, tx, g.Case)
			}
			return err
		}
		if err := answerSignature(ctx, tx, g, SignatureSigned); err != nil {
			return err
		}
		if err := s.tellApplicant(ctx, tx, "signed", g); err != nil {
			return err
		}
		if err := s.recordSignature(ctx, tx, "sign", g); err != nil {
			return err
		}
		c, err = s.complete(ctx, tx, submission)
		return err
	})
	return c, err
}

// Decline refuses the signature: there will be no case, and the applicant is told.
func (s *Service) Decline(ctx context.Context, submission string) error {
	return s.answer(ctx, submission, SignatureDeclined, func(ctx context.Context, tx *store.Tx, g Signature) error {
		if g.Status == SignatureDeclined {
			return nil
		}
		if err := answerSignature(ctx, tx, g, SignatureDeclined); err != nil {
			return err
		}
		if err := s.giveUp(ctx, tx, g, SignatureLapsed); err != nil {
			return err
		}
		if err := s.tellApplicant(ctx, tx, "declined", g); err != nil {
			return err
		}
		return s.recordSignature(ctx, tx, "decline", g)
	})
}

// answer lets a guardian who is asked sign or decline, as long as both still
// have the responsibility. The same answer from the same guardian again is no other.
func (s *Service) answer(ctx context.Context, submission string, given SignatureStatus, do func(context.Context, *store.Tx, Signature) error) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		g, _, err := s.findSignature(ctx, tx, submission, PermSignatureAnswer)
		if err != nil {
			return err
		}
		// Two signers at once are one after the other: the last makes the case.
		if err := s.identity.Hold(ctx, tx, g.Subject); err != nil {
			return err
		}
		g, mine, err := s.findSignature(ctx, tx, submission, PermSignatureAnswer)
		if err != nil {
			return err
		}
		switch {
		case mine && g.Status == given:
			return do(ctx, tx, g)
		case !mine || g.Status != SignatureWaiting:
			return errs.Conflict("applications.sign.answered")
		}
		for _, guardian := range []string{g.Signer, g.Applicant} {
			if may, err := s.identity.GuardianIn(ctx, tx, guardian, g.Subject); err != nil || !may {
				return orElse(err, errs.Conflict("applications.sign.no_more"))
			}
		}
		return do(ctx, tx, g)
	})
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// WithdrawSignature takes back what the actor has sent and the other has not
// signed yet.
func (s *Service) WithdrawSignature(ctx context.Context, submission string) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		g, mine, err := s.findSignature(ctx, tx, submission, PermSignatureWithdraw)
		if err != nil {
			return err
		}
		if mine || g.Case != "" {
			return errs.Conflict("applications.sign.answered")
		}
		if err := s.giveUp(ctx, tx, g, SignatureWithdrawn); err != nil {
			return err
		}
		return s.recordSignature(ctx, tx, "take_back", g)
	})
}

// giveUp ends every signature of the submission that is still waited for, and
// deletes the files: nothing will come of it.
func (s *Service) giveUp(ctx context.Context, tx *store.Tx, g Signature, why SignatureStatus) error {
	if err := endSignatures(ctx, tx, g.Submission, why); err != nil {
		return err
	}
	return s.dropFiles(ctx, tx, g.Draft)
}

// complete makes the case when everybody has signed.
func (s *Service) complete(ctx context.Context, tx *store.Tx, submission string) (cases.Case, error) {
	list, err := signaturesOf(ctx, tx, submission)
	if err != nil {
		return cases.Case{}, err
	}
	signed := []cases.Signed{}
	for _, g := range list {
		switch g.Status {
		case SignatureSigned:
			signer, err := s.identity.PersonIn(ctx, tx, g.Signer)
			if err != nil {
				return cases.Case{}, err
			}
			signed = append(signed, cases.Signed{Person: g.Signer, Name: signer.Name.Full(), At: g.AnsweredAt})
		case SignatureLapsed:
		default:
			return cases.Case{}, nil
		}
	}
	sent, err := s.forms.Submission(ctx, tx, submission)
	if err != nil {
		return cases.Case{}, err
	}
	kind, ok := s.cases.Kinds().ByForm(sent.Form)
	if !ok {
		return cases.Case{}, errs.NotFound("errs.not_found")
	}
	c, err := s.caseOfUnbound(ctx, tx, kind, sent, signed)
	if err != nil {
		return c, err
	}
	return c, setSignedCase(ctx, tx, submission, c.ID)
}

func (s *Service) recordSignature(ctx context.Context, tx *store.Tx, what string, g Signature) error {
	return audit.Record(ctx, tx, audit.Event{Action: "applications." + what, Object: audit.Ref{Type: "submission", ID: g.Submission}, Subject: g.Subject})
}

// remind tells those whose signature has been waited for too long, once, and the
// applicant with them. They may sign later too.
func (s *Service) remind(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		late, err := overdueSignatures(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range late {
			signer, err := s.identity.PersonIn(ctx, tx, g.Signer)
			if err != nil {
				return err
			}
			if err := s.tell(ctx, tx, signer, "remind", g); err != nil {
				return err
			}
			if err := s.tellApplicant(ctx, tx, "late", g); err != nil {
				return err
			}
			if err := setReminded(ctx, tx, g); err != nil {
				return err
			}
		}
		return nil
	})
}

// expire gives up the signatures that nobody has given within twice the time the
// form allows: the submission is closed, its files are deleted, and both are told.
// Nothing has come to the municipality.
func (s *Service) expire(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		over, err := expiredSignatures(ctx, tx)
		if err != nil {
			return err
		}
		for _, g := range over {
			if err := s.giveUp(ctx, tx, g, SignatureExpired); err != nil {
				return err
			}
			signer, err := s.identity.PersonIn(ctx, tx, g.Signer)
			if err != nil {
				return err
			}
			if err := s.tell(ctx, tx, signer, "sign_expired", g); err != nil {
				return err
			}
			if err := s.tellApplicant(ctx, tx, "expired", g); err != nil {
				return err
			}
			if err := s.recordSignature(ctx, tx, "expire", g); err != nil {
				return err
			}
		}
		return nil
	})
}
