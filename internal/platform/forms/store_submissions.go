package forms

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

type submissionRow struct {
	Submission
	sealed []byte
	at     store.Time
}

const submissionColumns = `select id, draft_id, form_key, form_version, digest, lang, answers_cipher, submitted_by,
	subject_id, submitted_at from forms_submissions where tenant_id = $1 `

func scanSubmission(r *submissionRow) []any {
	return []any{
		&r.ID, &r.Draft, &r.Form, &r.FormVersion, &r.Digest, &r.Lang, &r.sealed, &r.SubmittedBy,
		&r.Subject, &r.at,
	}
}

func findSubmission(ctx context.Context, tx *store.Tx, id string) (submissionRow, error) {
	row, err := store.One(ctx, tx, scanSubmission, submissionColumns+`and id = $2`, tx.Tenant, id)
	if err != nil {
		return row, missing(err, "forms.submission_not_found", "find submission")
	}
	return row, nil
}

// Sender returns the id of who sent a submission, without its answers; "" when it
// is not there. The caller has asked access.
func (*Service) Sender(ctx context.Context, tx *store.Tx, id string) (string, error) {
	who, err := store.One(ctx, tx, store.Value[string], `select submitted_by from forms_submissions where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return "", fmt.Errorf("forms: who sent a submission: %w", err)
	}
	return who, nil
}

// insertSubmission reports whether it was inserted; it is not when the person
// has used the idempotency key for another draft.
func insertSubmission(ctx context.Context, tx *store.Tx, s Submission, key string, sealed []byte) (bool, error) {
	n, err := tx.Exec(ctx, `insert into forms_submissions (tenant_id, id, draft_id, form_key, form_version, digest,
		lang, answers_cipher, submitted_by, subject_id, submitted_at, idempotency_key)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
		tx.Tenant, s.ID, s.Draft, s.Form, s.FormVersion, s.Digest, string(s.Lang), sealed, s.SubmittedBy, s.Subject,
		store.At(s.SubmittedAt), key)
	if err != nil {
		return false, fmt.Errorf("forms: submit: %w", err)
	}
	return n == 1, nil
}
