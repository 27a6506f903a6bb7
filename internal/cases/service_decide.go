package cases

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Draft is the decision editor's contents.
type Draft struct {
	Case     Case
	Decision Decision
	Fields   []DecisionField
	Terms    []Term // what the letter will tell, as far as it is known
}

// OpenDraft returns the decision as far as it is written, or a fresh one with
// the texts that the municipality usually uses, in the party's language.
func (s *Service) OpenDraft(ctx context.Context, id string) (Draft, error) {
	if !ids.Valid(id) {
		return Draft{}, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return Draft{}, fmt.Errorf("cases: keys: %w", err)
	}
	var draft Draft
	err := s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, id, false)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermDecide, c.resource()); err != nil {
			return err
		}
		draft, err = s.draftOf(ctx, tx, c)
		return err
	})
	if err != nil {
		return Draft{}, err
	}
	return draft, s.look(ctx, draft.Case)
}

func (s *Service) draftOf(ctx context.Context, tx *store.Tx, c Case) (Draft, error) {
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return Draft{}, err
	}
	draft := Draft{Case: c}
	if draft.Fields, err = kind.Fields(ctx, tx); err != nil {
		return Draft{}, err
	}
	draft.Decision, err = s.decision(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) {
		words := s.Bundle.For(c.Lang)
		draft.Decision = Decision{Values: map[string]string{}, Appeal: words.T("cases.letter.appeal")}
		return draft, nil
	}
	if err != nil {
		return Draft{}, err
	}
	draft.Terms, err = s.terms(ctx, tx, kind, draft.Decision, s.Bundle.For(c.Lang))
	return draft, err
}

// terms are the kind's, for a decision that grants something.
func (s *Service) terms(ctx context.Context, tx *store.Tx, kind Kind, d Decision, words *i18n.Localizer) ([]Term, error) {
	if d.Final && d.Terms != nil {
		return d.Terms, nil
	}
	if d.Outcome != OutcomeGranted || kind.Terms == nil {
		return nil, nil
	}
	return kind.Terms(ctx, tx, d, words)
}

// SaveDraft keeps the decision as it is being written. It does not change the
// case's version: only whoever the case is assigned to writes it.
func (s *Service) SaveDraft(ctx context.Context, id string, d Decision) error {
	if !ids.Valid(id) {
		return errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return fmt.Errorf("cases: keys: %w", err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, id, true)
		if err != nil {
			return err
		}
		if err := s.Access.Check(ctx, PermDecide, c.resource()); err != nil {
			return err
		}
		if err := c.must(actDecide, actorID(ctx)); err != nil {
			return err
		}
		kind, err := s.kinds.Get(c.Kind)
		if err != nil {
			return err
		}
		fields, err := kind.Fields(ctx, tx)
		if err != nil {
			return err
		}
		d.Final = false
		return s.saveDecision(ctx, tx, c.ID, d.tidy(fields))
	})
}

// Decide makes the decision: from here on it is not changed but by an appeal. The
// letter is made and sent by a job that the same transaction enqueues. A second
// click finds the decision made and is told so by the case's status.
func (s *Service) Decide(ctx context.Context, id string, version int64, d Decision) (Case, error) {
	return s.change(ctx, id, version, PermDecide, actDecide, func(ctx context.Context, tx *store.Tx, c *Case) error {
		kind, err := s.kinds.Get(c.Kind)
		if err != nil {
			return err
		}
		fields, err := kind.Fields(ctx, tx)
		if err != nil {
			return err
		}
		actor := identity.From(ctx)
		d := d.tidy(fields)
		d.Final, d.DecidedBy, d.DeciderName, d.DecidedAt = true, actorID(ctx), actor.Name, tx.Now.Time
		if err := s.checkDecision(ctx, tx, kind, *c, d); err != nil {
			return err
		}
		if d.Terms, err = s.terms(ctx, tx, kind, d, s.Bundle.For(c.Lang)); err != nil {
			return err
		}
		c.Status, c.Outcome, c.DecidedAt = Decided, d.Outcome, tx.Now.Time
		if kind.Decided != nil {
			if err := kind.Decided(ctx, tx, *c, d); err != nil {
				return err
			}
		}
		if err := s.saveDecision(ctx, tx, c.ID, d); err != nil {
			return err
		}
		if err := s.journal(ctx, tx, c, Entry{Kind: EntryDecided, Text: d.Outcome}); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, letterArgs{CaseID: c.ID}, jobs.UniqueKey(c.ID))
	})
}

func (s *Service) checkDecision(ctx context.Context, tx *store.Tx, kind Kind, c Case, d Decision) error {
	wrong := d.check()
	if d.Outcome == OutcomeGranted && kind.Check != nil {
		more, err := kind.Check(ctx, tx, c, d)
		if err != nil {
			return err
		}
		wrong = append(wrong, more...)
	}
	return errs.InvalidFields(wrong...)
}

// actorID is who acts: a person, or a machine by its token.
func actorID(ctx context.Context) string {
	actor := identity.From(ctx)
	if actor.Kind == identity.Token {
		return actor.TokenID
	}
	return actor.PersonID
}
