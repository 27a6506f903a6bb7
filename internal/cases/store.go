package cases

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

const caseColumns = `id, year, number, kind, status, outcome, answer, department_id, assignee_id, assignee_name,
	applicant_id, applicant_name, subject_id, subject_name, restricted, lang, submission_id, entries,
	received_at, updated_at, decided_at, closed_at, version, further, proposed_by`

type caseRow struct {
	Case
	received, updated, decided, closed store.Time
}

func (r *caseRow) fields() []any {
	c := &r.Case
	return []any{
		&c.ID, &c.Year, &c.Number, &c.Kind, (*string)(&c.Status), &c.Outcome, (*string)(&c.Answer), &c.Department, &c.Assignee, &c.AssigneeName,
		&c.Applicant, &c.ApplicantName, &c.Subject, &c.SubjectName, &c.Restricted, (*string)(&c.Lang), &c.Submission, &c.Entries,
		&r.received, &r.updated, &r.decided, &r.closed, &c.Version, &c.Further, &c.ProposedBy,
	}
}

func (r caseRow) toCase() Case {
	c := r.Case
	c.ReceivedAt, c.UpdatedAt, c.DecidedAt, c.ClosedAt = r.received.Time, r.updated.Time, r.decided.Time, r.closed.Time
	return c
}

func toCases(rows []caseRow) []Case {
	list := make([]Case, len(rows))
	for i, r := range rows {
		list[i] = r.toCase()
	}
	return list
}

// load reads a case, locked for the change that follows when the database has locks.
func load(ctx context.Context, tx *store.Tx, id string, lock bool) (Case, error) {
	query := `select ` + caseColumns + ` from cases where tenant_id = $1 and id = $2`
	if lock {
		query += tx.ForUpdate(false)
	}
	row, err := store.One(ctx, tx, (*caseRow).fields, query, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Case{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Case{}, fmt.Errorf("cases: read: %w", err)
	}
	return row.toCase(), nil
}

// bySubmission reads the case that a submission became.
func bySubmission(ctx context.Context, tx *store.Tx, submission string) (Case, error) {
	row, err := store.One(ctx, tx, (*caseRow).fields,
		`select `+caseColumns+` from cases where tenant_id = $1 and submission_id = $2`, tx.Tenant, submission)
	if err != nil {
		return Case{}, err
	}
	return row.toCase(), nil
}

// number gives an inserted case the next number of its year. The row that
// counts is locked until the commit, so that numbers have no gaps, and all
// other new cases of the municipality wait for it: it is done last.
func number(ctx context.Context, tx *store.Tx, c *Case) error {
	const next = `insert into cases_numbers (tenant_id, year, last) values ($1, $2, 1)
		on conflict (tenant_id, year) do update set last = cases_numbers.last + 1 returning last`
	var err error
	if tx.Dialect() == store.Postgres {
		// One statement, since the others wait while it is on its way.
		c.Number, err = store.One(ctx, tx, store.Value[int64], `with next as (`+next+`)
			update cases set number = next.last from next where cases.tenant_id = $1 and cases.id = $3 returning number`, tx.Tenant, c.Year, c.ID)
		if err != nil {
			return fmt.Errorf("cases: number: %w", err)
		}
		return nil
	}
	n, err := store.One(ctx, tx, store.Value[int64], next, tx.Tenant, c.Year)
	if err != nil {
		return fmt.Errorf("cases: next number: %w", err)
	}
	if _, err := tx.Exec(ctx, `update cases set number = $3 where tenant_id = $1 and id = $2`, tx.Tenant, c.ID, n); err != nil {
		return fmt.Errorf("cases: number: %w", err)
	}
	c.Number = n
	return nil
}

// placeholder is the number of a case until it is numbered in the same
// transaction: no two cases may have one number, not even for a moment.
func placeholder() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, by its contract
	return ^int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// insert writes a new case, to be found by its parties' names and by what else is
// given.
func insert(ctx context.Context, tx *store.Tx, c Case, foundBy ...string) error {
	err := tx.Queue(ctx, `insert into cases (tenant_id, id, year, number, kind, status, department_id, applicant_id, applicant_name,
			subject_id, subject_name, restricted, lang, submission_id, entries, received_at, updated_at, further, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 1)`,
		tx.Tenant, c.ID, c.Year, placeholder(), c.Kind, string(c.Status), c.Department, c.Applicant, c.ApplicantName,
		c.Subject, c.SubjectName, c.Restricted, string(c.Lang), c.Submission, c.Entries, at(c.ReceivedAt), tx.Now, c.Further)
	if err != nil {
		return fmt.Errorf("cases: insert: %w", err)
	}
	return insertWords(ctx, tx, c.ID, words(c, foundBy...))
}

// save writes a case over the version that was read. Two who change one case at
// once meet here: the second is told and sees the first's work.
func save(ctx context.Context, tx *store.Tx, c Case) error {
	err := tx.QueueChange(ctx, errs.Conflict("errs.conflict"), `update cases set status = $4, outcome = $5, answer = $6, department_id = $7, assignee_id = $8, assignee_name = $9,
			entries = $10, decided_at = $11, closed_at = $12, updated_at = $13, proposed_by = $14, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`,
		tx.Tenant, c.ID, c.Version, string(c.Status), c.Outcome, string(c.Answer), c.Department, c.Assignee, c.AssigneeName,
		c.Entries, at(c.DecidedAt), at(c.ClosedAt), tx.Now, c.ProposedBy)
	if err != nil {
		return fmt.Errorf("cases: save: %w", err)
	}
	return nil
}

// restrict closes a case to all but those who may see a protected person, or
// opens it again.
func restrict(ctx context.Context, tx *store.Tx, id string, restricted bool) error {
	_, err := tx.Exec(ctx, `update cases set restricted = $3, updated_at = $4, version = version + 1 where tenant_id = $1 and id = $2`, tx.Tenant, id, restricted, tx.Now)
	if err != nil {
		return fmt.Errorf("cases: restrict: %w", err)
	}
	return nil
}

func at(t time.Time) store.Time { return store.At(t) }
