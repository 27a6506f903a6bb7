package kindergarten

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Forget takes the person out of what a case gave; that a place was given, where
// and when, stays for the statistics.
func (*Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	_, err := tx.Exec(ctx, `update kindergarten_places set child_id = $3 where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID, nobody)
	if err != nil {
		return fmt.Errorf("kindergarten: forget whose place it was: %w", err)
	}
	return nil
}
