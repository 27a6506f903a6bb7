package contact

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// FetchedBefore returns the persons whose record was fetched before an instant,
// in order of id, after one.
func FetchedBefore(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select person_id from contact_records
		where tenant_id = $1 and fetched_at < $2 and person_id > $3 order by person_id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("contact: old records: %w", err)
	}
	return list, nil
}
