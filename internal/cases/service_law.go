package cases

import (
	"context"
	"errors"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// ByLaw reports whether the law made the decision because the municipality made
// none in time, as a permit that is deemed given (plan- og bygningsloven § 21-7).
// Nobody has written or approved it.
func (d Decision) ByLaw() bool { return d.Final && d.DecidedBy == "" }

// DecideByLaw makes the decision that the law makes when the municipality has
// made none in time: what was applied for is granted, from d.DecidedAt, on the
// legal basis and for the reasons that d holds. It is a decision as any other,
// with a letter, a right to appeal and a place in the lists, and the journal
// tells why, with e. What a case worker had begun to write is kept as a note. The
// caller is Torg itself, in its own transaction; first is what it writes of its
// own when the case is locked and nobody has heard of the decision yet.
func (s *Service) DecideByLaw(ctx context.Context, tx *store.Tx, id string, e Entry, d Decision, first func() error) (Case, error) {
	c, err := load(ctx, tx, id, true)
	if err != nil {
		return c, err
	}
	if !c.Status.Open() {
		return c, errs.Conflict("cases.not_now.decide")
	}
	kind, err := s.kinds.Get(c.Kind)
	if err != nil {
		return c, err
	}
	d = s.byLaw(ctx, kind, c, d)
	if err := errors.Join(errs.InvalidFields(d.check()...), first()); err != nil {
		return c, err
	}
	if err := s.journal(ctx, tx, &c, e); err != nil {
		return c, err
	}
	if err := s.keepDraft(ctx, tx, &c); err != nil {
		return c, err
	}
	if err := s.decideNow(ctx, tx, kind, &c, d); err != nil {
		return c, err
	}
	if err := save(ctx, tx, c); err != nil {
		return c, err
	}
	c.Version++
	tx.Wake(Topic(c.ID))
	if err := s.record(ctx, tx, c, act(e.Kind)); err != nil {
		return c, err
	}
	return c, s.happened(ctx, tx, HappenedDecided, c)
}

// byLaw fills in what is alike for all decisions that the law makes.
func (s *Service) byLaw(ctx context.Context, kind Kind, c Case, d Decision) Decision {
	words := s.Bundle.For(c.Lang)
	d.Outcome, d.Values, d.Version = OutcomeGranted, kind.ByLaw, AnyVersion
	d.DecidedBy, d.DeciderName = "", words.T("web.municipality", "name", tenant.From(ctx).Name.In(words.Lang()))
	return d
}

// keepDraft keeps what was written of a decision that never came, for the staff.
func (s *Service) keepDraft(ctx context.Context, tx *store.Tx, c *Case) error {
	d, err := s.decision(ctx, tx, c.ID)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	written := []string{s.Bundle.For(tenant.From(ctx).Lang()).T("cases.decision.kept_draft")}
	for _, text := range []string{d.LegalBasis, d.Reasons} {
		if text = strings.TrimSpace(text); text != "" {
			written = append(written, text)
		}
	}
	if len(written) == 1 {
		return nil
	}
	return s.journal(ctx, tx, c, Entry{Kind: EntryNoted, Text: strings.Join(written, "\n\n"), Internal: true})
}
