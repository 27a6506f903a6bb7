package applications

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxSignatures bounds every list of signatures.
const maxSignatures = 200

type signatureRow struct {
	Signature
	asked, due, reminded, answered, expires store.Time
}

func signatureFields(r *signatureRow) []any {
	g := &r.Signature
	return []any{
		&g.Submission, &g.Signer, &g.Draft, &g.Form, &g.Applicant, &g.Subject, &g.Status,
		&r.asked, &r.due, &r.reminded, &r.answered, &g.Case, &r.expires,
	}
}

const selectSignatures = `select submission_id, signer_id, draft_id, form, applicant_id, subject_id, status,
	asked_at, due_at, reminded_at, answered_at, case_id, expires_at from applications_signatures where tenant_id = $1 and `

func listSignatures(ctx context.Context, tx *store.Tx, condition string, args ...any) ([]Signature, error) {
	rows, err := store.All(ctx, tx, signatureFields, selectSignatures+condition, append([]any{tx.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("applications: list signatures: %w", err)
	}
	list := make([]Signature, len(rows))
	for i, r := range rows {
		list[i] = r.Signature
		list[i].AskedAt, list[i].DueAt = r.asked.Time, r.due.Time
		list[i].RemindedAt, list[i].AnsweredAt, list[i].ExpiresAt = r.reminded.Time, r.answered.Time, r.expires.Time
	}
	return list, nil
}

// signaturesOf returns all of a submission.
func signaturesOf(ctx context.Context, tx *store.Tx, submission string) ([]Signature, error) {
	return listSignatures(ctx, tx, `submission_id = $2 order by signer_id limit $3`, submission, maxSignatures)
}

// signaturesBy returns what a person was asked to sign, the newest first.
func signaturesBy(ctx context.Context, tx *store.Tx, signer string) ([]Signature, error) {
	return listSignatures(ctx, tx, `signer_id = $2 order by submission_id desc limit $3`, signer, maxSignatures)
}

// signaturesAskedBy returns those of what a person has sent, the newest first.
func signaturesAskedBy(ctx context.Context, tx *store.Tx, applicant string) ([]Signature, error) {
	return listSignatures(ctx, tx, `applicant_id = $2 order by submission_id desc, signer_id limit $3`, applicant, maxSignatures)
}

// waitingFor returns the signatures waited for of a form about somebody; of
// every form with "".
func waitingFor(ctx context.Context, tx *store.Tx, form, subject string) ([]Signature, error) {
	return listSignatures(ctx, tx, `subject_id = $2 and ($3 = '' or form = $3) and status = $4
		order by submission_id, signer_id limit $5`, subject, form, string(SignatureWaiting), maxSignatures)
}

// overdueSignatures returns those waited for too long of which nobody was
// reminded, the oldest first.
func overdueSignatures(ctx context.Context, tx *store.Tx) ([]Signature, error) {
	return listSignatures(ctx, tx, `status = $2 and due_at <= $3 and reminded_at is null
		order by due_at, submission_id, signer_id limit $4`, string(SignatureWaiting), tx.Now, maxSignatures)
}

// afterReminder is how many days one has at least after the reminder, also when
// that came late.
const afterReminder = 7

// expiredSignatures returns those that nobody has given in the end. Those without
// an end of their own were asked for before there was one.
func expiredSignatures(ctx context.Context, tx *store.Tx) ([]Signature, error) {
	return listSignatures(ctx, tx, `status = $2 and reminded_at <= $3 and (expires_at <= $4 or expires_at is null and due_at <= $5)
		order by due_at, submission_id, signer_id limit $6`, string(SignatureWaiting), store.At(tx.Now.AddDate(0, 0, -afterReminder)), tx.Now,
		store.At(tx.Now.AddDate(0, 0, -2*cosignDays)), maxSignatures)
}

func insertSignature(ctx context.Context, tx *store.Tx, g Signature) error {
	_, err := tx.Exec(ctx, `insert into applications_signatures (tenant_id, submission_id, signer_id, draft_id, form,
		applicant_id, subject_id, status, asked_at, due_at, case_id, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11)`,
		tx.Tenant, g.Submission, g.Signer, g.Draft, g.Form, g.Applicant, g.Subject, string(g.Status), tx.Now, store.At(g.DueAt), store.At(g.ExpiresAt))
	if err != nil {
		return fmt.Errorf("applications: ask for a signature: %w", err)
	}
	return nil
}

func answerSignature(ctx context.Context, tx *store.Tx, g Signature, status SignatureStatus) error {
	_, err := tx.Exec(ctx, `update applications_signatures set status = $1, answered_at = $2
		where tenant_id = $3 and submission_id = $4 and signer_id = $5 and status = $6`,
		string(status), tx.Now, tx.Tenant, g.Submission, g.Signer, string(SignatureWaiting))
	if err != nil {
		return fmt.Errorf("applications: answer a signature: %w", err)
	}
	return nil
}

func endSignatures(ctx context.Context, tx *store.Tx, submission string, why SignatureStatus) error {
	_, err := tx.Exec(ctx, `update applications_signatures set status = $1, answered_at = $2
		where tenant_id = $3 and submission_id = $4 and status = $5`,
		string(why), tx.Now, tx.Tenant, submission, string(SignatureWaiting))
	if err != nil {
		return fmt.Errorf("applications: end signatures: %w", err)
	}
	return nil
}

func setSignedCase(ctx context.Context, tx *store.Tx, submission, caseID string) error {
	_, err := tx.Exec(ctx, `update applications_signatures set case_id = $1 where tenant_id = $2 and submission_id = $3`,
		caseID, tx.Tenant, submission)
	if err != nil {
		return fmt.Errorf("applications: note the case of a signature: %w", err)
	}
	return nil
}

func setReminded(ctx context.Context, tx *store.Tx, g Signature) error {
	_, err := tx.Exec(ctx, `update applications_signatures set reminded_at = $1
		where tenant_id = $2 and submission_id = $3 and signer_id = $4`, tx.Now, tx.Tenant, g.Submission, g.Signer)
	if err != nil {
		return fmt.Errorf("applications: note a reminder: %w", err)
	}
	return nil
}
