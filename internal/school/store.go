package school

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// place is a place that a child was given at another school than the nearest.
type place struct{ caseID, school, child, start, end string }

func insertPlace(ctx context.Context, tx *store.Tx, p place) error {
	_, err := tx.Exec(ctx, `insert into school_places (tenant_id, case_id, unit_id, child_id, start_on, end_on, given_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, tx.Tenant, p.caseID, p.school, p.child, p.start, p.end, tx.Now)
	if err != nil {
		return fmt.Errorf("school: give a place: %w", err)
	}
	return nil
}

// holds is the school whose place a case has given; "" when it has given none.
func holds(ctx context.Context, tx *store.Tx, caseID string) (string, error) {
	school, err := store.One(ctx, tx, store.Value[string],
		`select unit_id from school_places where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("school: the place of a case: %w", err)
	}
	return school, nil
}

// removePlace takes away what a case gave, and returns the school; "" when it gave
// nothing.
func removePlace(ctx context.Context, tx *store.Tx, caseID string) (string, error) {
	school, err := store.One(ctx, tx, store.Value[string],
		`delete from school_places where tenant_id = $1 and case_id = $2 returning unit_id`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("school: take a place back: %w", err)
	}
	return school, nil
}
