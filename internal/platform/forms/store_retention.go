package forms

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Untouched returns the drafts that nobody has touched since before an instant,
// in order of id, after one.
func (*Service) Untouched(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from forms_drafts
		where tenant_id = $1 and submitted_at is null and updated_at < $2 and id > $3 order by id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("forms: untouched drafts: %w", err)
	}
	return list, nil
}

// Forget empties a submission: the answers, what was known when it was sent, who
// sent it and about whom. Which form it was and when it came stays. The draft it
// came from goes. A submission that is not there is no error.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, id, nobody string) error {
	sealed, err := s.encrypt(ctx, tx, "forms_submissions", id, content{})
	if err != nil {
		return err
	}
	draft, err := store.One(ctx, tx, store.Value[string], `update forms_submissions set answers_cipher = $3, submitted_by = $4, subject_id = $4, idempotency_key = $2
		where tenant_id = $1 and id = $2 returning draft_id`, tx.Tenant, id, sealed, nobody)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("forms: empty a submission: %w", err)
	}
	if _, err := tx.Exec(ctx, `delete from forms_drafts where tenant_id = $1 and id = $2 and submitted_at is not null`, tx.Tenant, draft); err != nil {
		return fmt.Errorf("forms: forget the draft of a submission: %w", err)
	}
	return nil
}

// SubmissionsOf returns what a person has sent and what was sent about her, in
// order of id, after one.
func (s *Service) SubmissionsOf(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]Submission, error) {
	found, err := store.All(ctx, tx, store.Value[string], `select id from forms_submissions
		where tenant_id = $1 and (submitted_by = $2 or subject_id = $2) and id > $3 order by id limit $4`, tx.Tenant, person, after, limit)
	if err != nil {
		return nil, fmt.Errorf("forms: submissions of a person: %w", err)
	}
	var list []Submission
	for _, id := range found {
		if !ids.Valid(id) {
			continue
		}
		sent, err := s.Submission(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, sent)
	}
	return list, nil
}
