package appeals

import (
	"context"

	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// AskReasons asks for the reasons of a decision. The limit of whoever asks stands until
// they are given, and then begins anew (forvaltningsloven § 29 fourth paragraph); it is
// nothing to the other parties, each of whom has her own. Asking twice is asking once.
func (s *Service) AskReasons(ctx context.Context, caseID string) error {
	return s.inCase(ctx, caseID, PermLodge, func(ctx context.Context, tx *store.Tx, m matter) error {
		party := appellant(ctx, m.Case)
		if m.asked(party) != nil {
			return nil
		}
		if err := s.mayAsk(ctx, m, clock.DateIn(tx.Now.Time)); err != nil {
			return err
		}
		r := reasons{CaseID: caseID, Round: m.Round, AskedBy: party, AskedName: identity.From(ctx).Name}
		if err := insertReasons(ctx, tx, r); err != nil {
			return err
		}
		if err := s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.ReasonsAsked, Party: m.told(party), Apart: true}); err != nil {
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

// mayAsk says why reasons cannot be asked for now, if they cannot. Once they are given
// to one of the parties they stand in the case for all of them.
func (s *Service) mayAsk(ctx context.Context, m matter, today clock.Date) error {
	party := appellant(ctx, m.Case)
	_, appealed := m.of(party)
	limit := m.limit(party, nil)
	switch {
	case !m.decided():
		return errs.Conflict("appeals.no_decision")
	case m.asked(party) != nil, appealed:
		return errs.Conflict("appeals.not_now.reasons")
	case len(m.Reasons) > len(m.awaited()), !mayAskReasons(m.Decision, tenant.From(ctx).Settings[SettingReasons]):
		return errs.Conflict("appeals.reasons_given_already")
	case limit.On(today) != InTime:
		return errs.Conflict("appeals.not_now.reasons")
	}
	return nil
}

// GiveReasons gives the reasons that were asked for. The parties read them in the
// case, and the whole limit of whoever asked runs again from when they have reached her.
func (s *Service) GiveReasons(ctx context.Context, caseID, text string) error {
	text = clean(text)
	return s.inCase(ctx, caseID, PermPrepare, func(ctx context.Context, tx *store.Tx, m matter) error {
		if len(m.awaited()) == 0 || !m.decided() {
			return errs.Conflict("appeals.not_now.give_reasons")
		}
		if err := errs.InvalidFields(checkText("reasons", text, minText)...); err != nil {
			return err
		}
		if err := giveReasons(ctx, tx, caseID, m.Round, actorID(ctx), identity.From(ctx).Name); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, caseID, EntryReasonsGiven, text); err != nil {
			return err
		}
		if err := s.recordCase(ctx, tx, m.Case, "reasons_given"); err != nil {
			return err
		}
		return s.tellWhole(ctx, tx, m.Case, Appeal{CaseID: caseID}, "reasons_given", notify.Paper{Paragraphs: paragraphs(text)})
	})
}
