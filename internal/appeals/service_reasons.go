package appeals

import (
	"context"

	"github.com/torg-no/torg/internal/cases"
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
		party, today := appellant(ctx, m.Case), clock.DateIn(tx.Now.Time)
		if m.asked(party) != nil {
			return nil
		}
		if err := s.mayAsk(ctx, m, party, today); err != nil {
			return err
		}
		return s.asked(ctx, tx, m, reasons{AskedBy: party, AskedName: identity.From(ctx).Name}, "")
	})
}

// RegisterReasons writes down that a party has asked for the reasons on paper, by
// telephone or at the counter. What counts is the day on which she asked, also when the
// limit is over by the time it is written down (forvaltningsloven §§ 24, 29 and 30).
func (s *Service) RegisterReasons(ctx context.Context, caseID, party string, on clock.Date) error {
	return s.inCase(ctx, caseID, PermRegister, func(ctx context.Context, tx *store.Tx, m matter) error {
		today := clock.DateIn(tx.Now.Time)
		if on.IsZero() {
			on = today
		}
		var wrong []errs.Field
		if !m.Case.IsParty(party) {
			wrong = append(wrong, errs.Field{Name: "party", Key: "appeals.need.party"})
		}
		if on.After(today) || m.decided() && on.Before(clock.DateIn(m.Case.DecidedAt)) {
			wrong = append(wrong, errs.Field{Name: "asked_on", Key: "appeals.need.asked_on"})
		}
		if err := errs.InvalidFields(wrong...); err != nil {
			return err
		}
		if m.asked(party) != nil {
			return nil
		}
		if err := s.mayAsk(ctx, m, party, on); err != nil {
			return err
		}
		person, err := s.Identity.PersonIn(ctx, tx, party)
		if err != nil {
			return err
		}
		if limit := m.limit(party, nil); !limit.Stands && !limit.Last.IsZero() && today.After(limit.Last) {
			if err := s.unpassed(ctx, tx, m.Case, m.told(party)); err != nil {
				return err
			}
		}
		words := s.Bundle.For(m.Case.Lang)
		text := words.T("appeals.reasons_for.journal", "name", person.Name.Full(), "date", words.Date(on))
		return s.asked(ctx, tx, m, reasons{AskedBy: party, AskedName: person.Name.Full()}, text)
	})
}

// unpassed lets a limit that is over run again: what came in time was written down late.
func (s *Service) unpassed(ctx context.Context, tx *store.Tx, c cases.Case, party string) error {
	if err := s.Deadlines.Returned(ctx, tx, c, deadlines.Notice{Event: deadline.Told, Party: party}); err != nil {
		return err
	}
	return s.Deadlines.Hear(ctx, tx, c, deadlines.Act{Event: deadline.Told, Party: party, Apart: true})
}

// asked keeps that a party asks for the reasons, and stops her limit.
func (s *Service) asked(ctx context.Context, tx *store.Tx, m matter, r reasons, text string) error {
	r.CaseID, r.Round = m.Case.ID, m.Round
	if err := insertReasons(ctx, tx, r); err != nil {
		return err
	}
	if err := s.Deadlines.Hear(ctx, tx, m.Case, deadlines.Act{Event: deadline.ReasonsAsked, Party: m.told(r.AskedBy), Apart: true}); err != nil {
		return err
	}
	if err := s.touch(ctx, tx, r.CaseID, EntryReasonsAsked, text); err != nil {
		return err
	}
	if err := s.recordCase(ctx, tx, m.Case, "reasons_asked"); err != nil {
		return err
	}
	return s.tellStaff(ctx, tx, m.Case, Appeal{CaseID: r.CaseID}, "reasons_asked")
}

// mayAsk says why reasons cannot be asked for now, if they cannot. Once they are given
// to one of the parties they stand in the case for all of them.
func (s *Service) mayAsk(ctx context.Context, m matter, party string, on clock.Date) error {
	err := s.mayRegisterAsked(ctx, m, party)
	if err == nil && m.limit(party, nil).On(on) != InTime {
		return errs.Conflict("appeals.not_now.reasons")
	}
	return err
}

// mayRegisterAsked is mayAsk where it is not known yet on which day she asked.
func (s *Service) mayRegisterAsked(ctx context.Context, m matter, party string) error {
	_, appealed := m.of(party)
	switch {
	case !m.decided():
		return errs.Conflict("appeals.no_decision")
	case m.asked(party) != nil, appealed:
		return errs.Conflict("appeals.not_now.reasons")
	case len(m.Reasons) > len(m.awaited()), !mayAskReasons(m.Decision, tenant.From(ctx).Settings[SettingReasons]):
		return errs.Conflict("appeals.reasons_given_already")
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
