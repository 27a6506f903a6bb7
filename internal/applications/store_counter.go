package applications

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// Counter is a form that the staff fill in for somebody at the counter. The
// zero Counter is none.
type Counter struct {
	Draft, Staff, Applicant, Subject string
	Form, Department                 string
	Lang                             i18n.Lang // in which the applicant is answered
	BegunAt                          time.Time
	Case                             string // once it is sent
}

type counterRow struct {
	Counter
	begun store.Time
}

func counterFields(r *counterRow) []any {
	c := &r.Counter
	return []any{&c.Draft, &c.Staff, &c.Applicant, &c.Subject, &c.Form, &c.Department, &c.Lang, &r.begun, &c.Case}
}

const selectCounter = `select draft_id, staff_id, applicant_id, subject_id, form, department_id, lang, begun_at, case_id
	from applications_counter where tenant_id = $1 and `

// counterOf returns what a draft is at the counter; the zero Counter for a
// person's own draft.
func counterOf(ctx context.Context, tx *store.Tx, draft string) (Counter, error) {
	row, err := store.One(ctx, tx, counterFields, selectCounter+`draft_id = $2`, tx.Tenant, draft)
	if errors.Is(err, store.ErrNoRows) {
		return Counter{}, nil
	}
	if err != nil {
		return Counter{}, fmt.Errorf("applications: read a form of the counter: %w", err)
	}
	row.BegunAt = row.begun.Time
	return row.Counter, nil
}

// countersOf returns what somebody has begun for others and not sent, the
// newest first.
func countersOf(ctx context.Context, tx *store.Tx, staff string) ([]Counter, error) {
	rows, err := store.All(ctx, tx, counterFields, selectCounter+`staff_id = $2 and case_id = ''
		order by begun_at desc, draft_id limit $3`, tx.Tenant, staff, maxCounter)
	if err != nil {
		return nil, fmt.Errorf("applications: list forms of the counter: %w", err)
	}
	list := make([]Counter, len(rows))
	for i, r := range rows {
		list[i] = r.Counter
		list[i].BegunAt = r.begun.Time
	}
	return list, nil
}

const maxCounter = 100

func saveCounter(ctx context.Context, tx *store.Tx, c Counter) error {
	_, err := tx.Exec(ctx, `insert into applications_counter (tenant_id, draft_id, staff_id, applicant_id, subject_id, form,
		department_id, lang, begun_at, case_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')
		on conflict (tenant_id, draft_id) do nothing`,
		tx.Tenant, c.Draft, c.Staff, c.Applicant, c.Subject, c.Form, c.Department, string(c.Lang), tx.Now)
	if err != nil {
		return fmt.Errorf("applications: begin at the counter: %w", err)
	}
	return nil
}

func setCounterCase(ctx context.Context, tx *store.Tx, draft, caseID string) error {
	_, err := tx.Exec(ctx, `update applications_counter set case_id = $1 where tenant_id = $2 and draft_id = $3`,
		caseID, tx.Tenant, draft)
	if err != nil {
		return fmt.Errorf("applications: note the case of the counter: %w", err)
	}
	return nil
}

// endCounter forgets what was thrown away, never what was sent.
func endCounter(ctx context.Context, tx *store.Tx, draft string) error {
	_, err := tx.Exec(ctx, `delete from applications_counter where tenant_id = $1 and draft_id = $2 and case_id = ''`, tx.Tenant, draft)
	if err != nil {
		return fmt.Errorf("applications: end at the counter: %w", err)
	}
	return nil
}
