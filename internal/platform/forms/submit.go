package forms

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Submission is a form that was sent. It never changes.
type Submission struct {
	ID          string
	Draft       string
	Form        string // key
	FormVersion int64
	Digest      string // of the definition the person saw
	Lang        i18n.Lang
	SubmittedBy string // person id
	Subject     string // person id
	SubmittedAt time.Time
	Values      map[string]any // the canonical answers
	Facts       map[string]any // what was known when it was sent
}

// Answers returns the answers as the engine takes them, for Summarise.
func (s Submission) Answers() Answers { return Answers{Values: s.Values} }

// Submit validates everything and turns the draft into a submission. Submitting
// again, from another tab or after a broken connection, returns the first
// submission and true. The idempotency key is the caller's, one per person and
// sending; a key that was used for another draft is a conflict. What is wrong
// with the answers is an *errs.Error with fields.
func (s *Service) Submit(ctx context.Context, tx *store.Tx, draftID, key string) (Submission, bool, error) {
	draft, err := s.find(ctx, tx, draftID, true)
	if err != nil {
		return Submission{}, false, err
	}
	if draft.Submission != "" {
		first, err := s.Submission(ctx, tx, draft.Submission)
		return first, true, err
	}
	if key == "" || len(key) > 200 {
		return Submission{}, false, fmt.Errorf("forms: submit: an idempotency key of %d bytes", len(key))
	}
	def, err := s.Definition(ctx, tx, draft.Form, draft.FormVersion)
	if err != nil {
		return Submission{}, false, err
	}
	env, err := s.Env(ctx, tx, def, draft.Facts)
	if err != nil {
		return Submission{}, false, err
	}
	values, err := def.Submit(draft.Answers, env)
	if err != nil {
		return Submission{}, false, err
	}
	sent := Submission{
		ID: ids.New(), Draft: draft.ID, Form: def.Key, FormVersion: def.Version, Digest: def.digest,
		Lang: i18n.LangOf(ctx), SubmittedBy: draft.Person, Subject: draft.Subject, SubmittedAt: tx.Now.Time,
		Values: values, Facts: draft.Facts,
	}
	return sent, false, s.send(ctx, tx, draft, sent, key)
}

// send stores the submission and empties the draft: the answers lie in one place.
func (s *Service) send(ctx context.Context, tx *store.Tx, draft Draft, sent Submission, key string) error {
	c := content{Answers: sent.Answers(), Facts: sent.Facts}
	sealed, err := s.encrypt(ctx, tx, "forms_submissions", sent.ID, c)
	if err != nil {
		return err
	}
	fresh, err := insertSubmission(ctx, tx, sent, key, sealed)
	if err != nil {
		return err
	}
	if !fresh {
		return errs.Conflict("forms.key_used")
	}
	draft.Answers, draft.Facts, draft.touched = Answers{}, nil, nil
	draft.SubmittedAt, draft.Submission = sent.SubmittedAt, sent.ID
	_, err = s.save(ctx, tx, draft)
	return err
}

// Submission returns a submission with its answers.
func (s *Service) Submission(ctx context.Context, tx *store.Tx, id string) (Submission, error) {
	if !ids.Valid(id) {
		return Submission{}, errs.NotFound("forms.submission_not_found")
	}
	row, err := findSubmission(ctx, tx, id)
	if err != nil {
		return Submission{}, err
	}
	c, err := s.decrypt(ctx, tx, "forms_submissions", id, row.sealed)
	if err != nil {
		return Submission{}, err
	}
	sent := row.Submission
	sent.SubmittedAt, sent.Values, sent.Facts = row.at.Time, c.Answers.Values, c.Facts
	return sent, nil
}
