package retention

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

type holdRow struct {
	Hold
	at store.Time
}

func (r *holdRow) fields() []any {
	return []any{(*string)(&r.Reason), &r.SetBy, &r.SetName, &r.at}
}

// holdOf returns the hold that somebody has set on a case; false when nobody has.
func holdOf(ctx context.Context, tx *store.Tx, caseID string) (Hold, bool, error) {
	r, err := store.One(ctx, tx, (*holdRow).fields, `select reason, set_by, set_name, set_at from retention_holds where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return Hold{}, false, nil
	}
	if err != nil {
		return Hold{}, false, fmt.Errorf("retention: read a hold: %w", err)
	}
	r.SetAt = r.at.Time
	return r.Hold, true, nil
}

func saveHold(ctx context.Context, tx *store.Tx, caseID string, h Hold) error {
	_, err := tx.Exec(ctx, `insert into retention_holds (tenant_id, case_id, reason, set_by, set_name, set_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (tenant_id, case_id) do update set reason = excluded.reason, set_by = excluded.set_by, set_name = excluded.set_name, set_at = excluded.set_at`,
		tx.Tenant, caseID, string(h.Reason), h.SetBy, h.SetName, tx.Now)
	if err != nil {
		return fmt.Errorf("retention: set on hold: %w", err)
	}
	return nil
}

func forgetHold(ctx context.Context, tx *store.Tx, caseID string) error {
	if _, err := tx.Exec(ctx, `delete from retention_holds where tenant_id = $1 and case_id = $2`, tx.Tenant, caseID); err != nil {
		return fmt.Errorf("retention: release: %w", err)
	}
	return nil
}
