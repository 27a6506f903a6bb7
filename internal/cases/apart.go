package cases

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Parties to one case may live apart, as two guardians do. Each reads the case, and
// none of them learns from it where the other lives or how she is reached: that is
// no part of what is decided (forvaltningsloven § 19 second paragraph letter b).

// Veil returns what was sent as the actor may read it: without how and where the
// sender is found, for another party who does not share her home. The caller has
// asked access.
func (s *Service) Veil(ctx context.Context, tx *store.Tx, c Case, sent forms.Submission, summary forms.Summary, words *i18n.Localizer) (forms.Summary, error) {
	near, err := s.near(ctx, tx, c, sent.SubmittedBy)
	if err != nil || near {
		return summary, err
	}
	live, err := s.Forms.Live(ctx, tx, sent.Form)
	if err != nil {
		return summary, fmt.Errorf("cases: the newest form: %w", err)
	}
	return summary.Veiled(live, words), nil
}

// near reports whether the actor may read how a party is found: the staff may, and
// so may she herself, who acts for her, and who lives with her.
func (s *Service) near(ctx context.Context, tx *store.Tx, c Case, party string) (bool, error) {
	actor := identity.From(ctx)
	if party == "" || !isParty(ctx, c) || party == actor.PersonID || party == actor.OnBehalfOf {
		return true, nil
	}
	me, err := s.Identity.PersonIn(ctx, tx, actor.PersonID)
	if err != nil {
		return false, err
	}
	her, err := s.Identity.PersonIn(ctx, tx, party)
	return me.SharesHome(her), err
}

// Addressed reports whether letters in the case may tell the applicant's address:
// all parties read them, so only when none of them lives elsewhere. A child whose
// address is not known lives with whoever applies for it.
func (s *Service) Addressed(ctx context.Context, tx *store.Tx, c Case) (bool, error) {
	applicant, err := s.Identity.PersonIn(ctx, tx, c.Applicant)
	if err != nil || applicant.IsOrganisation() {
		return err == nil, err // where a business is, everybody may know
	}
	for _, id := range c.owners() {
		p, err := s.Identity.PersonIn(ctx, tx, id)
		if err != nil {
			return false, err
		}
		_, known := p.VisibleAddress(identity.Actor{Kind: identity.System})
		if id == c.Subject && !known && !p.Protection.Protected() {
			continue
		}
		if !p.SharesHome(applicant) {
			return false, nil
		}
	}
	return true, nil
}

// senderProtected reports whether who sent what became the case has a protected
// address.
func (s *Service) senderProtected(ctx context.Context, tx *store.Tx, c Case) (bool, error) {
	id, err := s.Forms.Sender(ctx, tx, c.Submission)
	if err != nil || id == "" {
		return false, err
	}
	sender, err := s.Identity.PersonIn(ctx, tx, id)
	if errs.Is(err, errs.KindNotFound) {
		return false, nil // forgotten
	}
	return sender.Protection.Protected(), err
}

// copyOf writes the letter of a decision to the party who reads it, when another is
// the one it was sent to and lives elsewhere: letters from before Addressed was
// asked tell her address. Nil for all other documents and readers.
func (s *Service) copyOf(ctx context.Context, c Case, documentID string) ([]byte, error) {
	if !isParty(ctx, c) {
		return nil, nil
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return nil, fmt.Errorf("cases: keys: %w", err)
	}
	var l *letter
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		sender, err := s.Forms.Sender(ctx, tx, c.Submission)
		if err != nil {
			return err
		}
		if near, err := s.near(ctx, tx, c, sender); err != nil || near {
			return err
		}
		l, err = s.letterIn(ctx, tx, c, documentID)
		return err
	})
	if err != nil || l == nil {
		return nil, err
	}
	return l.write()
}

// letterIn returns the decision's letter that a document is, to the actor; nil when
// it is none.
func (s *Service) letterIn(ctx context.Context, tx *store.Tx, c Case, documentID string) (*letter, error) {
	decisions, err := s.pastDecisions(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	stands, err := s.decision(ctx, tx, c.ID)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	for _, d := range append(decisions, stands) {
		if d.Letter != documentID {
			continue
		}
		l, err := s.letterOf(ctx, tx, c, d)
		if err != nil {
			return nil, err
		}
		l.unplaced = true
		l.recipient, err = s.Identity.PersonIn(ctx, tx, identity.From(ctx).PersonID)
		return &l, err
	}
	return nil, nil //nolint:nilnil // it is no letter
}
