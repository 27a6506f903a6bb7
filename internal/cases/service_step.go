package cases

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/staging"
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
	// Letter is what tells it whole as a document, written and put already; nil when the
	// text is all there is. It stands in the journal before the posting's files, and is
	// what goes to whoever gets letters, behind a page with her own address: no address
	// stands in it.
	Letter *blob.Stored
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
		whole := onPaper{text: s.dated(*c, p)}
		documents, err := s.enclose(ctx, tx, c.ID, p)
		if err != nil {
			return "", err
		}
		if step.Letter != nil {
			d, err := s.Blobs.Keep(ctx, tx, *step.Letter, blob.Owner{Type: ownerType, ID: c.ID})
			if err != nil {
				return "", fmt.Errorf("cases: keep the letter of a step: %w", err)
			}
			whole.document, documents = d.ID, append([]string{d.ID}, documents...)
		}
		if err := s.journal(ctx, tx, c, Entry{Kind: step.Entry, Text: whole.text, Documents: documents, posting: digest}); err != nil {
			return "", err
		}
		if step.Tell {
			if err := s.tellWhole(ctx, tx, *c, string(step.Entry), whole); err != nil {
				return "", err
			}
		}
		return act(step.Entry), nil
	}})
}

// enclose gives a case the files that come with a posting, and returns their ids.
func (s *Service) enclose(ctx context.Context, tx *store.Tx, caseID string, p Posting) ([]string, error) {
	if err := staging.Of(s.Blobs).Take(ctx, tx, "files", p.Staged, blob.Owner{Type: ownerType, ID: caseID}); err != nil {
		return nil, err
	}
	documents, err := s.keep(ctx, tx, caseID, p.Files)
	return append(documents, p.Staged...), err
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

// LastOf returns the last line of a kind in the journal, whole; false when there is none.
// The caller has asked access to the case; the tenant's keys must be in memory.
func (s *Service) LastOf(ctx context.Context, tx *store.Tx, caseID string, kind EntryKind) (Entry, bool, error) {
	rows, err := store.All(ctx, tx, (*entryRow).fields, `select seq, at, kind, internal, actor_id, actor_name, text_cipher, documents, behalf_id, behalf_name, came
		from cases_entries where tenant_id = $1 and case_id = $2 and kind = $3 order by seq desc limit 1`, tx.Tenant, caseID, string(kind))
	if err != nil || len(rows) == 0 {
		return Entry{}, false, err
	}
	e, err := s.entry(ctx, tx, caseID, rows[0])
	return e, true, err
}

// Asked reports whether a question of the municipality's waits for its answer.
func (s *Service) Asked(ctx context.Context, tx *store.Tx, caseID string) (bool, error) {
	last, _, err := s.Latest(ctx, tx, caseID, EntryAsked, EntryAnswered, ByStaff(EntryAnswered))
	return last == EntryAsked, err
}

// Resume lets a case that waited for the party go on.
func (c *Case) Resume() { c.answered() }
