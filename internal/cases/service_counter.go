package cases

import (
	"context"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/staging"
	"github.com/torg-no/torg/internal/platform/store"
)

// PermRegisterAnswer lets staff register what a party has said on paper, by
// telephone or at the counter. Whoever cannot or will not use the pages has the
// same rights (forvaltningsloven § 11, the duty to guide).
const PermRegisterAnswer access.Permission = "case.register_answer"

// ByStaff is the journal's word for what a party said and the staff wrote down,
// so that the two are never mixed up: "answered_by_staff".
func ByStaff(kind EntryKind) EntryKind { return kind + "_by_staff" }

// RegisterAnswer writes down the party's answer to a question, with the files that
// were sent ahead. Files alone are an answer too.
func (s *Service) RegisterAnswer(ctx context.Context, id string, p Posting) (Case, error) {
	p.Text = clean(p.Text)
	if len(p.Staged) == 0 || p.Text != "" {
		if err := checkText(p.Text); err != nil {
			return Case{}, err
		}
	}
	digest := p.digest(ctx, ByStaff(EntryAnswered))
	return s.perform(ctx, deed{id: id, perm: PermRegisterAnswer, act: actAnswer, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := staging.Of(s.Blobs).Take(ctx, tx, "files", p.Staged, blob.Owner{Type: ownerType, ID: c.ID}); err != nil {
			return "", err
		}
		c.answered()
		if err := s.journal(ctx, tx, c, Entry{Kind: ByStaff(EntryAnswered), Text: p.Text, Documents: p.Staged, posting: digest}); err != nil {
			return "", err
		}
		return actAnswer, s.tellOthers(ctx, tx, *c, string(EntryAnswered))
	}})
}

// RegisterWithdrawal takes the application back on the party's word.
func (s *Service) RegisterWithdrawal(ctx context.Context, id string) (Case, error) {
	return s.change(ctx, id, 0, PermRegisterAnswer, actWithdraw, func(ctx context.Context, tx *store.Tx, c *Case) error {
		c.Status, c.ClosedAt, c.ProposedBy = Withdrawn, tx.Now.Time, ""
		return s.registered(ctx, tx, c, EntryWithdrawn)
	})
}

// RegisterResponse accepts or declines what was offered on the party's word. The
// party is told, so that a mistake is noticed.
func (s *Service) RegisterResponse(ctx context.Context, id string, answer Answer) (Case, error) {
	if answer != Accepted && answer != Declined {
		return Case{}, errs.Invalid("errs.invalid_input")
	}
	return s.change(ctx, id, 0, PermRegisterAnswer, actRespond, func(ctx context.Context, tx *store.Tx, c *Case) error {
		if err := s.takeResponse(ctx, tx, c, answer); err != nil {
			return err
		}
		entry := EntryAccepted
		if answer == Declined {
			entry = EntryDeclined
		}
		return s.registered(ctx, tx, c, entry)
	})
}

// takeResponse closes the case with the party's answer and lets its kind do what
// follows.
func (s *Service) takeResponse(ctx context.Context, tx *store.Tx, c *Case, answer Answer) error {
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return err
	}
	if !kind.Offer {
		return errs.Conflict("cases.not_now.respond")
	}
	d, err := s.decision(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if kind.Answered != nil {
		if err := kind.Answered(ctx, tx, *c, d, answer); err != nil {
			return err
		}
	}
	c.Answer, c.Status, c.ClosedAt = answer, Closed, tx.Now.Time
	return nil
}

// registered writes the entry and tells both sides.
func (s *Service) registered(ctx context.Context, tx *store.Tx, c *Case, kind EntryKind) error {
	if err := s.journal(ctx, tx, c, Entry{Kind: ByStaff(kind)}); err != nil {
		return err
	}
	if err := s.tellParty(ctx, tx, *c, string(kind)); err != nil {
		return err
	}
	return s.tellOthers(ctx, tx, *c, string(kind))
}

// tellOthers writes to the case worker, unless it is she who registers.
func (s *Service) tellOthers(ctx context.Context, tx *store.Tx, c Case, what string) error {
	if c.Assignee == actorID(ctx) {
		return nil
	}
	return s.tellAssignee(ctx, tx, c, what)
}

// maxFound is how many cases one search returns at most.
const maxFound = pageSize

// Search returns the cases that the actor may read and the filter lets through,
// the oldest first, and whether there are others. Unlike List it counts nothing.
func (s *Service) Search(ctx context.Context, f Filter, limit int) (found []Case, more bool, err error) {
	if err := s.Access.Check(ctx, PermList, access.Resource{Type: "case"}); err != nil {
		return nil, false, err
	}
	scope, err := s.Access.Scope(ctx, PermRead, "case")
	if err != nil {
		return nil, false, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, err = list(ctx, tx, f, scope)
		return err
	})
	if limit = min(max(limit, 1), maxFound); len(found) > limit {
		found, more = found[:limit], true
	}
	return found, more, err
}
