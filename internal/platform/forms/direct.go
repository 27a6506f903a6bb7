package forms

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Direct is a form that comes filled in, from another system or on paper.
type Direct struct {
	Form    string // key; the live version is taken
	Person  string // who sends it
	Subject string // about whom; the person who sends it when empty
	Facts   map[string]any
	Answers Answers
	Key     string // idempotency key, one per person and sending
	// Lang is the language the person is answered in; the context's when empty.
	Lang i18n.Lang
}

// SubmitDirect validates answers and stores them as a submission that never was
// a draft. The same key again for the same form and subject returns the first
// submission and true; for anything else it is a conflict. What is wrong with
// the answers is an *errs.Error with fields.
func (s *Service) SubmitDirect(ctx context.Context, tx *store.Tx, d Direct) (Submission, bool, error) {
	if d.Person == "" || d.Key == "" || len(d.Key) > 200 {
		return Submission{}, false, fmt.Errorf("forms: submit %q directly: no person, or an idempotency key of %d bytes", d.Form, len(d.Key))
	}
	if d.Subject == "" {
		d.Subject = d.Person
	}
	if first, found, err := s.replayed(ctx, tx, d); found || err != nil {
		return first, found, err
	}
	sent, err := s.prepare(ctx, tx, d)
	if err != nil {
		return Submission{}, false, err
	}
	sealed, err := s.encrypt(ctx, tx, "forms_submissions", sent.ID, content{Answers: sent.Answers(), Facts: sent.Facts})
	if err != nil {
		return Submission{}, false, err
	}
	fresh, err := insertSubmission(ctx, tx, sent, d.Key, sealed)
	if err != nil || fresh {
		return sent, false, err
	}
	// Somebody has used the key since we looked.
	first, found, err := s.replayed(ctx, tx, d)
	if err == nil && !found {
		err = errs.Conflict("forms.key_used")
	}
	return first, true, err
}

// prepare validates the answers against the live version.
func (s *Service) prepare(ctx context.Context, tx *store.Tx, d Direct) (Submission, error) {
	def, err := s.Live(ctx, tx, d.Form)
	if err != nil {
		return Submission{}, err
	}
	facts, err := def.knowing(d.Facts)
	if err != nil {
		return Submission{}, err
	}
	env, err := s.Env(ctx, tx, def, facts)
	if err != nil {
		return Submission{}, err
	}
	values, err := def.Submit(d.Answers, env)
	if err != nil {
		return Submission{}, err
	}
	sent := Submission{
		ID: ids.New(), Form: def.Key, FormVersion: def.Version, Digest: def.digest, Lang: d.Lang,
		SubmittedBy: d.Person, Subject: d.Subject, SubmittedAt: tx.Now.Time, Values: values, Facts: facts,
	}
	if sent.Lang == "" {
		sent.Lang = i18n.LangOf(ctx)
	}
	// A draft becomes one submission at most, which the index on the column sees
	// to. A submission without a draft stands for itself.
	sent.Draft = sent.ID
	return sent, nil
}

// Replayed finds what was sent with the key before, as SubmitDirect does: whoever
// resolves what the answers refer to asks this first, since the things may have
// been used up by the first sending.
func (s *Service) Replayed(ctx context.Context, tx *store.Tx, d Direct) (Submission, bool, error) {
	if d.Subject == "" {
		d.Subject = d.Person
	}
	return s.replayed(ctx, tx, d)
}

// replayed finds what was sent with the key before.
func (s *Service) replayed(ctx context.Context, tx *store.Tx, d Direct) (Submission, bool, error) {
	id, err := store.One(ctx, tx, store.Value[string],
		`select id from forms_submissions where tenant_id = $1 and submitted_by = $2 and idempotency_key = $3`, tx.Tenant, d.Person, d.Key)
	if errors.Is(err, store.ErrNoRows) {
		return Submission{}, false, nil
	}
	if err != nil {
		return Submission{}, false, fmt.Errorf("forms: look for the idempotency key: %w", err)
	}
	first, err := s.Submission(ctx, tx, id)
	if err == nil && (first.Form != d.Form || first.Subject != d.Subject) {
		err = errs.Conflict("forms.key_used")
	}
	return first, true, err
}
