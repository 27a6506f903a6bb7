package casework

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Forget takes the names of those who ticked a case's checklist off it.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID string) error {
	_, err := tx.Exec(ctx, `update casework_ticks set by_id = '', by_name = '' where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if err != nil {
		return fmt.Errorf("casework: forget who ticked: %w", err)
	}
	return nil
}
