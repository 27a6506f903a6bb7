package cases

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// PermRegisterAnswer lets staff register what a party has said on paper, by
// telephone or at the counter. Whoever cannot or will not use the pages has the
// same rights (forvaltningsloven § 11, the duty to guide).
const PermRegisterAnswer access.Permission = "case.register_answer"

// ByStaff is the journal's word for what a party said and the staff wrote down,
// so that the two are never mixed up: "answered_by_staff".
func ByStaff(kind EntryKind) EntryKind { return kind + "_by_staff" }

// Came says how something that a party said reached the staff.
type Came string

// The ways in which somebody without a computer reaches the municipality.
const (
	CamePaper     Came = "paper"     // brev eller skjema på papir
	CameTelephone Came = "telephone" // på telefon
	CameCounter   Came = "counter"   // ved oppmøte
)

// Ways returns all of them, in the order of the form.
func Ways() []Came { return []Came{CamePaper, CameTelephone, CameCounter} }

// check refuses a way that nobody knows. None at all is a machine that does not say.
func (w Came) check() error {
	if w == "" || slices.Contains(Ways(), w) {
		return nil
	}
	return errs.InvalidFields(errs.Field{Name: "came", Key: "cases.register.need_came"})
}

// cameOn refuses a day on which an answer cannot have come: one that lies before the
// question that waits for it, or has not come.
func (s *Service) cameOn(ctx context.Context, tx *store.Tx, c Case, on clock.Date) error {
	if on.IsZero() {
		return nil
	}
	first := clock.DateIn(c.ReceivedAt)
	last, at, err := s.Latest(ctx, tx, c.ID, EntryAsked, EntryAnswered, ByStaff(EntryAnswered))
	if err != nil {
		return err
	}
	if last == EntryAsked {
		first = clock.DateIn(at)
	}
	if on.Before(first) || on.After(clock.DateIn(tx.Now.Time)) {
		words := i18n.From(ctx)
		return errs.InvalidFields(errs.Field{Name: "on", Key: "cases.register.need_on", Args: []any{"from", words.Date(first)}})
	}
	return nil
}

// said is what the journal keeps of an answer, with the day it came when that was before
// today: the time counts from then.
func (s *Service) said(tx *store.Tx, c Case, p Posting) string {
	if !p.On.Before(clock.DateIn(tx.Now.Time)) {
		p.On = clock.Date{}
	}
	return strings.TrimSpace(s.dated(c, p))
}

// RegisterAnswer writes down the party's answer to a question, with its files. Files
// alone are an answer too. What stands until it came goes on from the posting's day: the
// municipality had it then, also when nobody had written it down (plan- og bygningsloven
// § 21-7). A version of 0 means the case as it stands.
func (s *Service) RegisterAnswer(ctx context.Context, id string, version int64, p Posting) (Case, error) {
	p.Text = clean(p.Text)
	if err := p.Came.check(); err != nil {
		return Case{}, err
	}
	if len(p.Staged)+len(p.Files) == 0 || p.Text != "" {
		if err := checkText(p.Text); err != nil {
			return Case{}, err
		}
	}
	digest := p.digest(ctx, ByStaff(EntryAnswered))
	return s.perform(ctx, deed{id: id, version: version, perm: PermRegisterAnswer, act: actAnswer, posting: digest, on: p.On, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := s.cameOn(ctx, tx, *c, p.On); err != nil {
			return "", err
		}
		documents, err := s.enclose(ctx, tx, c.ID, p)
		if err != nil {
			return "", err
		}
		c.answered()
		entry := Entry{Kind: ByStaff(EntryAnswered), Text: s.said(tx, *c, p), Documents: documents, Came: p.Came, posting: digest}
		if err := s.journal(ctx, tx, c, entry); err != nil {
			return "", err
		}
		// Her receipt: whoever answers on her page sees that the answer is there.
		if err := s.tellParty(ctx, tx, *c, string(ByStaff(EntryAnswered))); err != nil {
			return "", err
		}
		return actAnswer, s.tellOthers(ctx, tx, *c, string(EntryAnswered))
	}})
}

// RegisterWithdrawal takes the application back on the party's word. Of the posting
// only how it came and the key are used.
func (s *Service) RegisterWithdrawal(ctx context.Context, id string, version int64, p Posting) (Case, error) {
	return s.register(ctx, id, version, p, actWithdraw, EntryWithdrawn, func(_ context.Context, tx *store.Tx, c *Case) error {
		c.Status, c.ClosedAt, c.ProposedBy = Withdrawn, tx.Now.Time, ""
		return nil
	})
}

// RegisterResponse accepts or declines what was offered on the party's word. The
// party is told, so that a mistake is noticed. Of the posting only how it came and the
// key are used.
func (s *Service) RegisterResponse(ctx context.Context, id string, version int64, answer Answer, p Posting) (Case, error) {
	entry := EntryAccepted
	switch answer {
	case Accepted:
	case Declined:
		entry = EntryDeclined
	default:
		return Case{}, errs.InvalidFields(errs.Field{Name: "answer", Key: "cases.register.need_answer"})
	}
	return s.register(ctx, id, version, p, actRespond, entry, func(ctx context.Context, tx *store.Tx, c *Case) error {
		return s.takeResponse(ctx, tx, c, answer)
	})
}

// register lets happen what the party said, writes it down as the staff's and tells
// both sides.
func (s *Service) register(ctx context.Context, id string, version int64, p Posting, a act, kind EntryKind, do func(context.Context, *store.Tx, *Case) error) (Case, error) {
	if err := p.Came.check(); err != nil {
		return Case{}, err
	}
	p = Posting{Came: p.Came, Key: p.Key}
	digest := p.digest(ctx, ByStaff(kind))
	return s.perform(ctx, deed{id: id, version: version, perm: PermRegisterAnswer, act: a, posting: digest, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := do(ctx, tx, c); err != nil {
			return "", err
		}
		if err := s.journal(ctx, tx, c, Entry{Kind: ByStaff(kind), Came: p.Came, posting: digest}); err != nil {
			return "", err
		}
		if err := s.tellParty(ctx, tx, *c, string(kind)); err != nil {
			return "", err
		}
		return a, s.tellOthers(ctx, tx, *c, string(kind))
	}})
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
