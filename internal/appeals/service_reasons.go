package appeals

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// AskReasons asks for the reasons of a decision. The limit stands until they are
// given, and then begins anew (forvaltningsloven § 29 fourth paragraph). Asking
// twice is asking once.
func (s *Service) AskReasons(ctx context.Context, caseID string) error {
	return s.inCase(ctx, caseID, PermLodge, func(ctx context.Context, tx *store.Tx, m matter) error {
		if m.Reasons != nil {
			return nil
		}
		if err := s.mayAsk(ctx, m, clock.DateIn(tx.Now.Time)); err != nil {
			return err
		}
		r := reasons{CaseID: caseID, Round: m.Round, AskedBy: appellant(ctx, m.Case), AskedName: identity.From(ctx).Name, AskedAt: tx.Now.Time}
		if err := insertReasons(ctx, tx, r); err != nil {
			return err
		}
		if err := s.Deadlines.Signal(ctx, tx, m.Case, deadline.ReasonsAsked); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, caseID, EntryReasonsAsked, ""); err != nil {
			return err
		}
		if err := s.recordCase(ctx, tx, m.Case, "reasons_asked"); err != nil {
			return err
		}
		return s.tellStaff(ctx, tx, m.Case, Appeal{CaseID: caseID}, "reasons_asked")
	})
}

// mayAsk says why reasons cannot be asked for now, if they cannot.
func (s *Service) mayAsk(ctx context.Context, m matter, today clock.Date) error {
	_, appealed := m.of(appellant(ctx, m.Case))
	switch {
	case !m.decided():
		return errs.Conflict("appeals.no_decision")
	case m.Reasons != nil, appealed:
		return errs.Conflict("appeals.not_now.reasons")
	case !mayAskReasons(m.Decision, tenant.From(ctx).Settings[SettingReasons]):
		return errs.Conflict("appeals.reasons_given_already")
	case m.Limit.Last.IsZero(), m.Limit.On(today) != InTime:
		return errs.Conflict("appeals.not_now.reasons")
	}
	return nil
}

// GiveReasons gives the reasons that were asked for. The party reads them in the
// case, and the whole limit runs again from that day.
func (s *Service) GiveReasons(ctx context.Context, caseID, text string) error {
	text = clean(text)
	return s.inCase(ctx, caseID, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter) error {
		if m.Reasons == nil || !m.Reasons.GivenAt.IsZero() || !m.decided() {
			return errs.Conflict("appeals.not_now.give_reasons")
		}
		if err := errs.InvalidFields(checkText("reasons", text, minText)...); err != nil {
			return err
		}
		if err := giveReasons(ctx, tx, caseID, m.Round, actorID(ctx), identity.From(ctx).Name); err != nil {
			return err
		}
		if err := s.Deadlines.Signal(ctx, tx, m.Case, deadline.ReasonsGiven); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, caseID, EntryReasonsGiven, text); err != nil {
			return err
		}
		if err := s.recordCase(ctx, tx, m.Case, "reasons_given"); err != nil {
			return err
		}
		return s.tellParties(ctx, tx, m.Case, Appeal{CaseID: caseID}, "reasons_given")
	})
}
