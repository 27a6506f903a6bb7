package cases

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// OpenAfter returns the cases that somebody still works on, in the order of their
// ids, after one, for a service that goes through them all; the caller is Torg
// itself.
func (*Service) OpenAfter(ctx context.Context, tx *store.Tx, after string, limit int) ([]Case, error) {
	rows, err := store.All(ctx, tx, (*caseRow).fields, `select `+caseColumns+` from cases
		where tenant_id = $1 and id > $2 and status in ($3, $4, $5) order by id limit $6`,
		tx.Tenant, after, string(Received), string(InProgress), string(Waiting), limit)
	if err != nil {
		return nil, fmt.Errorf("cases: those that are open: %w", err)
	}
	return toCases(rows), nil
}

// HoldCase is CaseIn for a change that follows: nobody else changes the case
// before the commit.
func (*Service) HoldCase(ctx context.Context, tx *store.Tx, id string) (Case, error) {
	return load(ctx, tx, id, true)
}
