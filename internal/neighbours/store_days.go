package neighbours

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// spend counts what a person has the municipality do in a day: look up who owns what lies
// around a property, and notify somebody. It is false when there is not room for more.
// The row counts and bounds in one statement, so that those who come at once wait for each
// other and none finds room that another has taken. Rows of days before are taken away.
func spend(ctx context.Context, tx *store.Tx, person string, looked, notified int) (bool, error) {
	day := clock.DateIn(tx.Now.Time).String()
	if err := forgetDays(ctx, tx, day); err != nil {
		return false, err
	}
	_, err := tx.Exec(ctx, `insert into neighbours_days (tenant_id, person_id, day, looked, notified) values ($1, $2, $3, 0, 0)
		on conflict (tenant_id, person_id, day) do nothing`, tx.Tenant, person, day)
	if err != nil {
		return false, fmt.Errorf("neighbours: begin a day: %w", err)
	}
	changed, err := tx.Exec(ctx, `update neighbours_days set looked = looked + $4, notified = notified + $5
		where tenant_id = $1 and person_id = $2 and day = $3 and looked + $4 <= $6 and notified + $5 <= $7`,
		tx.Tenant, person, day, int64(looked), int64(notified), int64(lookedUpADay), int64(notifiedADay))
	if err != nil {
		return false, fmt.Errorf("neighbours: count a day: %w", err)
	}
	return changed == 1, nil
}

// forgetDays takes away what was counted before a day.
func forgetDays(ctx context.Context, tx *store.Tx, day string) error {
	if _, err := tx.Exec(ctx, `delete from neighbours_days where tenant_id = $1 and day < $2`, tx.Tenant, day); err != nil {
		return fmt.Errorf("neighbours: forget days: %w", err)
	}
	return nil
}

// Sweep takes away who had what done on days before this one: nobody needs it any more.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return forgetDays(ctx, tx, clock.DateIn(tx.Now.Time).String())
	})
}
