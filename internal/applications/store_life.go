package applications

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/store"
)

// putOut is somebody whose part in a case a protected address has ended, and how
// long the journal was then.
type putOut struct {
	person  string
	entries int64
}

// lifted forgets whose part in a case a protected address has ended, and returns
// them.
func lifted(ctx context.Context, tx *store.Tx, caseID string) ([]putOut, error) {
	list, err := store.All(ctx, tx, func(o *putOut) []any { return []any{&o.person, &o.entries} }, `delete from applications_life
		where tenant_id = $1 and case_id = $2 and what = $3 returning person_id, entries`, tx.Tenant, caseID, lifeProtected)
	if err != nil {
		return nil, fmt.Errorf("applications: an address is protected no longer: %w", err)
	}
	return list, nil
}

// howLong notes how long the journal of a case is when somebody's part has just
// been ended.
func howLong(ctx context.Context, tx *store.Tx, c cases.Case) error {
	_, err := tx.Exec(ctx, `update applications_life set entries = $5 where tenant_id = $1 and case_id = $2 and what = $3 and at = $4`,
		tx.Tenant, c.ID, lifeProtected, tx.Now, c.Entries)
	if err != nil {
		return fmt.Errorf("applications: note how long a journal is: %w", err)
	}
	return nil
}

// heldIn returns whom the staff let into a case again, or not, after an address was
// protected.
func heldIn(ctx context.Context, tx *store.Tx, caseID string) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select person_id from applications_life
		where tenant_id = $1 and case_id = $2 and what = $3 order by person_id limit 20`, tx.Tenant, caseID, lifeHeld)
	if err != nil {
		return nil, fmt.Errorf("applications: who waits to be let in: %w", err)
	}
	return list, nil
}
