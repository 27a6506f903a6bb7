package cases

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/a-h/templ"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// ownerType is what documents of a case are owned by.
const ownerType = "case"

// View is a case with everything its page shows to whoever asks.
type View struct {
	Case      Case
	Kind      Kind
	Entries   []Entry // without the internal ones for a party
	Documents []blob.Document
	Decision  *Decision // nil before it is made
	Terms     []Term    // of the decision, in the reader's language
	May       Possible
	Party     bool // the reader is a party, not staff
	Parties   []Party
	Panels    []templ.Component // what the companions show above what was sent
	Later     []templ.Component // and below it

	handout Handout // what a party may not have of it
}

// View returns a case. A look by the staff is recorded, and the party can read
// who looked.
func (s *Service) View(ctx context.Context, id string) (View, error) {
	if !ids.Valid(id) {
		return View{}, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return View{}, fmt.Errorf("cases: keys: %w", err)
	}
	var v View
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, id, false)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermRead, c.resource()); err != nil {
			return err
		}
		v, err = s.assemble(ctx, tx, c)
		return err
	})
	if err != nil {
		return View{}, err
	}
	return v, s.lookAnd(ctx, v.Case, s.looked)
}

func (s *Service) assemble(ctx context.Context, tx *store.Tx, c Case) (v View, err error) {
	v = View{Case: c, Party: isParty(ctx, c), May: s.possible(ctx, c)}
	if v.May, err = s.unbiased(ctx, tx, c, v.May); err != nil {
		return v, err
	}
	if v.Case.Lang, err = s.lang(ctx, tx, c); err != nil {
		return v, err
	}
	if v.Kind, err = s.kinds.Get(c.Kind); err != nil {
		return v, err
	}
	if v.Entries, err = s.entries(ctx, tx, c.ID, !v.Party); err != nil {
		return v, err
	}
	if v.Documents, err = s.Blobs.ListFor(ctx, tx, blob.Owner{Type: ownerType, ID: c.ID}); err != nil {
		return v, fmt.Errorf("cases: documents: %w", err)
	}
	if v.Parties, err = partiesOf(ctx, tx, c.ID); err != nil {
		return v, err
	}
	if err := s.withhold(ctx, tx, &v); err != nil {
		return v, err
	}
	if !c.Anonymised() { // the companions' parts are about persons
		if v.Panels, v.Later, err = s.panels(ctx, tx, c, v.audience()); err != nil {
			return v, err
		}
	}
	d, err := s.decision(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) || err == nil && !d.Final {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Decision = &d
	v.Terms, err = s.terms(ctx, tx, v.Kind, d, i18n.From(ctx))
	return v, err
}

// withhold takes out of what a party reads what another's protected address keeps from her.
func (s *Service) withhold(ctx context.Context, tx *store.Tx, v *View) (err error) {
	if !v.Party {
		return nil
	}
	if v.handout, err = s.HandoutTo(ctx, tx, v.Case); err != nil {
		return err
	}
	v.handout.journal(v.Entries, i18n.From(ctx))
	return nil
}

// unbiased takes from a case worker who stands for a party the acts of the staff.
func (s *Service) unbiased(ctx context.Context, tx *store.Tx, c Case, may Possible) (Possible, error) {
	if may == (Possible{Answer: may.Answer, Withdraw: may.Withdraw, Respond: may.Respond}) {
		return may, nil
	}
	err := s.impartial(ctx, tx, identity.From(ctx), PermDecide, c)
	if errs.Is(err, errs.KindForbidden) {
		return Possible{Answer: may.Answer, Withdraw: may.Withdraw, Respond: may.Respond}, nil
	}
	return may, err
}

// audience is for whom the view is.
func (v View) audience() Audience {
	if v.Party {
		return ForParty
	}
	return ForStaff
}

// possible are the acts that the policies and the status both allow.
func (s *Service) possible(ctx context.Context, c Case) Possible {
	me := actorID(ctx)
	may := func(perm access.Permission, a act) bool {
		return c.allows(a, me) && s.Access.Check(ctx, perm, c.resource()) == nil
	}
	kind, err := s.kinds.Get(c.Kind)
	offers, decided := err == nil && kind.Offer, !kind.Undecided()
	return Possible{
		Assign: may(PermAssign, actAssign), Ask: may(PermAsk, actAsk), Answer: may(PermAnswer, actAnswer), Note: may(PermNote, actNote),
		Decide: decided && may(PermDecide, actDecide), Withdraw: may(PermWithdraw, actWithdraw), Respond: offers && may(PermAccept, actRespond),
		Approve: may(PermApprove, actApprove), SendBack: may(PermApprove, actSendBack),
		RegisterAnswer: may(PermRegisterAnswer, actAnswer), RegisterResponse: offers && may(PermRegisterAnswer, actRespond),
		RegisterWithdrawal: may(PermRegisterAnswer, actWithdraw),
		Arrange:            c.arrangeable() && s.Access.Check(ctx, PermParties, c.resource()) == nil,
		Lapse:              (c.Status.Open() || offers) && may(PermParties, actLapse),
	}
}

func isParty(ctx context.Context, c Case) bool {
	actor := identity.From(ctx)
	for _, owner := range c.owners() {
		if owner != "" && (owner == actor.PersonID || owner == actor.OnBehalfOf) {
			return true
		}
	}
	return false
}

// look records that somebody other than the party saw the case. It is written
// before the page is shown: a look that cannot be recorded does not happen.
func (s *Service) look(ctx context.Context, c Case) error {
	return s.lookAnd(ctx, c, func(context.Context, *store.Tx, Case) error { return nil })
}

// lookAnd records a look, and more in the same transaction.
func (s *Service) lookAnd(ctx context.Context, c Case, more func(context.Context, *store.Tx, Case) error) error {
	if isParty(ctx, c) || identity.From(ctx).Kind == identity.System {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := seeMentions(ctx, tx, c.ID, actorID(ctx)); err != nil {
			return err
		}
		if err := more(ctx, tx, c); err != nil {
			return err
		}
		return audit.Look(ctx, tx, audit.Ref{Type: "case", ID: c.ID}, c.Applicant)
	})
}

// OpenDocument returns the content of a document of the case; the caller closes it.
func (s *Service) OpenDocument(ctx context.Context, caseID, documentID string) (io.ReadCloser, blob.Document, error) {
	if !ids.Valid(caseID) || !ids.Valid(documentID) {
		return nil, blob.Document{}, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return nil, blob.Document{}, fmt.Errorf("cases: keys: %w", err)
	}
	var c Case
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if c, err = load(ctx, tx, caseID, false); err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermRead, c.resource()); err != nil {
			return err
		}
		return s.mayOpen(ctx, tx, c, documentID)
	})
	if err != nil {
		return nil, blob.Document{}, err
	}
	info, err := s.Blobs.Info(ctx, documentID)
	if err != nil {
		return nil, blob.Document{}, err
	}
	if info.Owner.Type != ownerType || info.Owner.ID != caseID {
		return nil, blob.Document{}, errs.NotFound("errs.not_found")
	}
	if err := s.look(ctx, c); err != nil {
		return nil, blob.Document{}, err
	}
	if own, err := s.copyOf(ctx, c, documentID); err != nil || own != nil {
		info.Size = int64(len(own))
		return io.NopCloser(bytes.NewReader(own)), info, err
	}
	return s.Blobs.Open(ctx, documentID)
}

// mayOpen refuses a party a document that is withheld from her.
func (s *Service) mayOpen(ctx context.Context, tx *store.Tx, c Case, documentID string) error {
	if !isParty(ctx, c) {
		return nil
	}
	h, err := s.HandoutTo(ctx, tx, c)
	if err == nil && h.Document(documentID) {
		return errs.NotFound("cases.withheld")
	}
	return err
}

// AccessLog returns who has looked at the case and what they did, the newest first.
func (s *Service) AccessLog(ctx context.Context, id string) (Case, []audit.LookEntry, error) {
	if !ids.Valid(id) {
		return Case{}, nil, errs.NotFound("errs.not_found")
	}
	var c Case
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if c, err = load(ctx, tx, id, false); err != nil {
			return err
		}
		return s.Access.Check(ctx, PermLog, c.resource())
	})
	if err != nil {
		return Case{}, nil, err
	}
	looks, err := s.Audit.ForObject(ctx, PermLog, c.resource(), logLimit)
	return c, looks, err
}

const logLimit = 500

// Sent is what the party sent, as the case worker reads it.
type Sent struct {
	Summary forms.Summary
	Advice  []Term
}

// sent returns what was sent with the case, with the rules' advice for the staff.
func (s *Service) sent(ctx context.Context, c Case) (sent Sent, err error) {
	words := i18n.From(ctx)
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		submission, err := s.Forms.Submission(ctx, tx, c.Submission)
		if err != nil {
			return err
		}
		definition, err := s.Forms.Definition(ctx, tx, submission.Form, submission.FormVersion)
		if err != nil {
			return err
		}
		env, err := s.Forms.Env(ctx, tx, definition, submission.Facts)
		if err != nil {
			return err
		}
		if sent.Summary, err = s.Veil(ctx, tx, c, submission, definition.Summarise(submission.Answers(), env, words), words); err != nil {
			return err
		}
		kind, err := s.kinds.Get(c.Kind)
		if err != nil || kind.Advice == nil || c.Anonymised() {
			return err
		}
		subject, err := s.Identity.PersonIn(ctx, tx, c.Subject)
		if err != nil {
			return err
		}
		sent.Advice = kind.Advice(c, subject, submission.Values, words)
		return nil
	})
	return sent, err
}

// SentBy returns what a party sent, for her own page.
func (s *Service) SentBy(ctx context.Context, c Case) (forms.Summary, error) {
	if err := s.Access.Check(ctx, PermRead, c.resource()); err != nil {
		return forms.Summary{}, err
	}
	sent, err := s.sent(ctx, c)
	return sent.Summary, err
}
