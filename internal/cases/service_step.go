package cases

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// Step is something that the staff do in a case by the rules of its own service, as
// demanding a fee in advance. It is whoever has the case who does it, as with a
// question.
type Step struct {
	Version int64
	// Posting holds what the parties are told, which the journal keeps, and the key.
	Posting Posting
	// Entry is the journal's line; the parties are told with the message
	// "cases.mail.<entry>" when Tell says so.
	Entry EntryKind
	Tell  bool
	// Check refuses the step as the case stands, and may change its status.
	Check func(ctx context.Context, tx *store.Tx, c *Case) error
	// Then happens after the case is written, in its transaction. May be nil.
	Then func(ctx context.Context, tx *store.Tx, c Case) error
}

// TakeStep does a step in a case.
func (s *Service) TakeStep(ctx context.Context, id string, step Step) (Case, error) {
	p := step.Posting
	p.Text = clean(p.Text)
	digest := p.digest(ctx, step.Entry)
	return s.perform(ctx, deed{id: id, version: step.Version, perm: PermAsk, act: actStep, posting: digest, then: step.Then, do: func(ctx context.Context, tx *store.Tx, c *Case) (act, error) {
		if err := p.check(*c, clock.DateIn(tx.Now.Time)); err != nil {
			return "", err
		}
		if err := step.Check(ctx, tx, c); err != nil {
			return "", err
		}
		text := s.dated(*c, p)
		if err := s.journal(ctx, tx, c, Entry{Kind: step.Entry, Text: text, posting: digest}); err != nil {
			return "", err
		}
		if step.Tell {
			if err := s.tellWhole(ctx, tx, *c, string(step.Entry), onPaper{text: text}); err != nil {
				return "", err
			}
		}
		return act(step.Entry), nil
	}})
}

// check is what is wrong with a step: it says something, and happened between the day the
// application came and today.
func (p Posting) check(c Case, today clock.Date) error {
	var wrong []errs.Field
	if e := errs.Of(checkText(p.Text)); e != nil {
		wrong = e.Fields
	}
	if !p.On.IsZero() && (p.On.After(today) || p.On.Before(clock.DateIn(c.ReceivedAt))) {
		wrong = append(wrong, errs.Field{Name: "on", Key: "cases.need_on"})
	}
	return errs.InvalidFields(wrong...)
}

// dated is the text of a step with the day it happened, in the language of the case: what
// the time counts from stands in the journal.
func (s *Service) dated(c Case, p Posting) string {
	if p.On.IsZero() {
		return p.Text
	}
	words := s.Bundle.For(c.Lang)
	return words.T("cases.step_on", "date", words.Date(p.On)) + "\n" + p.Text
}

// Latest returns which of some lines stands last in the journal, and when; "" when
// none does. The caller has asked access to the case.
func (*Service) Latest(ctx context.Context, tx *store.Tx, caseID string, kinds ...EntryKind) (EntryKind, time.Time, error) {
	args, places := []any{tx.Tenant, caseID}, make([]string, len(kinds))
	for i, kind := range kinds {
		args = append(args, string(kind))
		places[i] = fmt.Sprintf("$%d", len(args))
	}
	query := `select kind, at from cases_entries where tenant_id = $1 and case_id = $2 and kind in (` + strings.Join(places, ", ") + `) order by seq desc limit 1`
	type line struct {
		kind string
		at   store.Time
	}
	rows, err := store.All(ctx, tx, func(l *line) []any { return []any{&l.kind, &l.at} }, query, args...)
	if err != nil || len(rows) == 0 {
		return "", time.Time{}, err
	}
	return EntryKind(rows[0].kind), rows[0].at.Time, nil
}

// Asked reports whether a question of the municipality's waits for its answer.
func (s *Service) Asked(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	last, _, err := s.Latest(ctx, tx, caseID, EntryAsked, EntryAnswered, ByStaff(EntryAnswered))
	return last == EntryAsked, err
}

// Resume lets a case that waited for the party go on.
func (c *Case) Resume() { c.answered() }
