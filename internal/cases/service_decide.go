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
	Aid      Aid
	FourEyes bool // a second person must approve it
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
	kind, err := s.deciding(c)
	if err != nil {
		return Draft{}, err
	}
	if c.Lang, err = s.lang(ctx, tx, c); err != nil {
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
		err = nil
	}
	if err != nil {
		return Draft{}, err
	}
	if draft.FourEyes, err = fourEyes(ctx, tx, c); err != nil {
		return Draft{}, err
	}
	if draft.Aid, err = s.aid(ctx, tx, c, draft.Decision); err != nil {
		return Draft{}, err
	}
	draft.Terms, err = s.terms(ctx, tx, kind, draft.Decision, s.Bundle.For(c.Lang))
	return draft, err
}

// deciding is the kind of a case that a decision is written in.
func (s *Service) deciding(c Case) (Kind, error) {
	kind, err := s.kinds.Get(c.Kind)
	if err == nil {
		err = kind.decides()
	}
	return kind, err
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

// errOtherDraft tells that the draft is not the one that was read: two pages of
// one case worker, or two people, have written.
func errOtherDraft() error { return errs.Conflict(keyOtherDraft) }

const keyOtherDraft = "cases.decision.other_draft"

// SaveDraft keeps the decision as it is being written, over the version that was
// read, and returns the new version. It does not change the case's version: only
// whoever the case is assigned to writes it.
func (s *Service) SaveDraft(ctx context.Context, id string, d Decision) (version int64, err error) {
	if !ids.Valid(id) {
		return 0, errs.NotFound("errs.not_found")
	}
	if err := s.Keys.Warm(ctx, store.TenantOf(ctx)); err != nil {
		return 0, fmt.Errorf("cases: keys: %w", err)
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
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
		kind, err := s.deciding(c)
		if err != nil {
			return err
		}
		fields, err := kind.Fields(ctx, tx)
		if err != nil {
			return err
		}
		d := d.tidy(fields)
		d.Final = false
		version, err = s.overDraft(ctx, tx, c.ID, d)
		return err
	})
	return version, err
}

// overDraft writes the decision over the draft that was read, and nothing over
// another one.
func (s *Service) overDraft(ctx context.Context, tx *store.Tx, caseID string, d Decision) (int64, error) {
	stands, err := s.decision(ctx, tx, caseID)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return 0, err
	}
	if d.Version != AnyVersion && d.Version != stands.Version {
		return 0, errOtherDraft()
	}
	d.Version = stands.Version + 1
	return d.Version, s.saveDecision(ctx, tx, caseID, d)
}

// Decide makes the decision: from here on it is not changed but by an appeal. The
// letter is made and sent by a job that the same transaction enqueues. A second
// click finds the decision made and is told so by the case's status. Where the
// department wants a second person, the decision waits for her instead, and
// nothing is told before.
func (s *Service) Decide(ctx context.Context, id string, version int64, d Decision) (Case, error) {
	return s.perform(ctx, deed{id: id, version: version, perm: PermDecide, act: actDecide, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		kind, err := s.deciding(*c)
		if err != nil {
			return "", err
		}
		fields, err := kind.Fields(ctx, tx)
		if err != nil {
			return "", err
		}
		d := d.tidy(fields)
		d.DecidedBy, d.DeciderName, d.DecidedAt = actorID(ctx), identity.From(ctx).Name, tx.Now.Time
		if err := s.checkDecision(ctx, tx, kind, *c, d); err != nil {
			return "", err
		}
		if err := s.pin(ctx, tx, *c, &d, fields); err != nil {
			return "", err
		}
		second, err := fourEyes(ctx, tx, *c)
		if err != nil {
			return "", err
		}
		if second {
			return actPropose, s.propose(ctx, tx, c, d)
		}
		return actDecide, s.decideNow(ctx, tx, kind, c, d)
	}})
}

// decideNow makes the decision final.
func (s *Service) decideNow(ctx context.Context, tx *store.Tx, kind Kind, c *Case, d Decision) (err error) {
	lang, err := s.lang(ctx, tx, *c)
	if err != nil {
		return err
	}
	if d.Terms, err = s.terms(ctx, tx, kind, d, s.Bundle.For(lang)); err != nil {
		return err
	}
	d.Final = true
	c.Status, c.Outcome, c.DecidedAt, c.ProposedBy = Decided, d.Outcome, d.DecidedAt, ""
	if kind.Decided != nil {
		if err := kind.Decided(ctx, tx, *c, d); err != nil {
			return err
		}
	}
	if _, err := s.overDraft(ctx, tx, c.ID, d); err != nil {
		return err
	}
	if err := s.journal(ctx, tx, c, Entry{Kind: EntryDecided, Text: d.Outcome}); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, letterArgs{CaseID: c.ID}, jobs.UniqueKey(c.ID))
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
