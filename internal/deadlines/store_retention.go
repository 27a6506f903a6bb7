package deadlines

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Forget takes the persons out of a case's clocks; which rules ran and how they
// ended stays for the statistics.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	_, err := tx.Exec(ctx, `update deadlines set applicant_id = $3, subject_id = $3, further = '', assignee_id = '', party_id = case when party_id = '' then '' else $3 end where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID, nobody)
	if err != nil {
		return fmt.Errorf("deadlines: forget persons: %w", err)
	}
	return nil
}
