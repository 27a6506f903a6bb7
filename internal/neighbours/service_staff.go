package neighbours

import (
	"context"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Register writes down an answer that came on paper. What counts is the day it
// came.
func (s *Service) Register(ctx context.Context, id, recipient string, in Reply) (r Recipient, err error) {
	in.Text = clean(in.Text)
	if !ids.Valid(id) || !ids.Valid(recipient) {
		return r, errs.NotFound("errs.not_found")
	}
	if err := s.warm(ctx); err != nil {
		return r, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, found, err := s.toRegister(ctx, tx, id, recipient)
		if err != nil {
			return err
		}
		today := clock.DateIn(tx.Now.Time)
		if in.On.IsZero() {
			in.On = today
		}
		if in.On.After(today) || in.On.Before(clock.DateIn(n.SentAt)) {
			return errs.InvalidFields(errs.Field{Name: "on", Key: "neighbours.need.on"})
		}
		if found.heard() && found.Source != onPaper && in.On.Before(clock.DateIn(found.AnsweredAt)) {
			return errs.Conflict("neighbours.newer_answer") // what she said last is what she means
		}
		r, err = s.take(ctx, tx, n, found, in, onPaper)
		return err
	})
	return r, err
}

// toRegister reads a notice, and whose answer is written down, while there can be one: what
// comes after the decision is a letter in the case, as what comes with the code.
func (s *Service) toRegister(ctx context.Context, tx *store.Tx, id, recipient string) (n Notice, r Recipient, err error) {
	if n, err = s.load(ctx, tx, id, false); err != nil {
		return n, r, err
	}
	if err := s.Access.Check(ctx, PermRegister, n.resource()); err != nil {
		return n, r, err
	}
	if r, err = s.oneRecipient(ctx, tx, "id", recipient, true); err != nil {
		return n, r, err
	}
	decision, err := s.decided(ctx, tx, n)
	switch {
	case err != nil:
		return n, r, err
	case r.NoticeID != n.ID:
		return n, r, errs.NotFound("errs.not_found")
	case n.State != Sent:
		return n, r, errs.Conflict("neighbours.not_now.register")
	case decision.Outcome != "":
		return n, r, errs.Conflict("neighbours.decided_already")
	}
	return n, r, nil
}

// AskExemption asks the municipality to be exempted from notifying (plan- og
// bygningsloven § 21-3).
func (s *Service) AskExemption(ctx context.Context, id, why string) (Notice, error) {
	why = clean(why)
	if err := errs.InvalidFields(checkText("why", why, minText)...); err != nil {
		return Notice{}, err
	}
	return s.inNotice(ctx, id, 0, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, _ []Recipient) error {
		switch {
		case n.Exemption == Asked && n.Texts.Why == why:
			return errSame
		case n.State != Draft || n.Exemption == Asked:
			return errs.Conflict("neighbours.not_now.ask")
		}
		n.Exemption, n.Texts.Why, n.Texts.Reason = Asked, why, ""
		return s.record(ctx, tx, *n, "ask_exemption", nil)
	})
}

// AnswerExemption exempts the developer from notifying, or refuses to, with the
// reason. The application then says so.
func (s *Service) AnswerExemption(ctx context.Context, id string, version int64, grant bool, reason string) (Notice, error) {
	reason = clean(reason)
	return s.inNotice(ctx, id, version, PermExempt, func(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient) error {
		if n.State != Draft || n.Exemption != Asked {
			return errs.Conflict("neighbours.not_now.exempt")
		}
		if err := errs.InvalidFields(checkText("reason", reason, minText)...); err != nil {
			return err
		}
		n.Exemption, n.Texts.Reason, n.Texts.ReasonBy = Refused, reason, identity.From(ctx).Name
		what := "exemption_refused"
		if grant {
			what = "exempted"
			n.Exemption, n.State = Granted, Exempt
		}
		if err := s.record(ctx, tx, *n, what, nil); err != nil {
			return err
		}
		if grant {
			told := *n
			told.UpdatedAt = tx.Now.Time
			told.Texts.Reason = exemptText(s.wordsOf(ctx), told)
			if err := s.fill(ctx, tx, told, list); err != nil {
				return err
			}
		}
		return s.tellSender(ctx, tx, *n, what, n.ID)
	})
}

// Brought keeps that the developer has brought a notice herself: handed it over
// against a signature, or sent it by registered post (byggesaksforskriften § 5-2).
func (s *Service) Brought(ctx context.Context, id, recipient, how string, on clock.Date) (Notice, error) {
	return s.inNotice(ctx, id, 0, PermWrite, func(ctx context.Context, tx *store.Tx, n *Notice, list []Recipient) error {
		r := one(list, recipient)
		today := clock.DateIn(tx.Now.Time)
		switch {
		case r == nil:
			return errs.NotFound("errs.not_found")
		case n.State != Sent || r.Way != ByHand || r.heard():
			return errs.Conflict("neighbours.not_now.brought")
		case how != "letter" && how != "signed":
			return errs.InvalidFields(errs.Field{Name: "how", Key: "neighbours.need.how"})
		case on.IsZero() || on.After(today) || on.Before(clock.DateIn(n.SentAt)): // there was nothing to bring before
			return errs.InvalidFields(errs.Field{Name: "on", Key: "neighbours.need.on"})
		case r.DeliveredOn == on && r.About.Brought == how:
			return errSame
		}
		r.DeliveredOn, r.About.Brought, r.Until = on, how, Deadline(on)
		if err := s.saveRecipient(ctx, tx, r); err != nil {
			return err
		}
		if err := s.recordOf(ctx, tx, *n, *r, "brought", map[string]string{"how": how, "on": on.String()}); err != nil {
			return err
		}
		lines, err := s.lines(ctx, tx, *n, list)
		if err != nil {
			return err
		}
		n.Until = reachOf(lines).Last
		return s.fill(ctx, tx, *n, list)
	})
}
