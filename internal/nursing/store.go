package nursing

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// The states of somebody who was granted a stay.
const (
	stateWaiting = "waiting" // on the list
	statePlaced  = "placed"
)

// maxWaiting bounds the waiting list.
const maxWaiting = 1000

// place is somebody's place in a nursing home, or on the list for one.
type place struct{ caseID, person, stay, home, start, state string }

func insertPlace(ctx context.Context, tx *store.Tx, p place) error {
	_, err := tx.Exec(ctx, `insert into nursing_places (tenant_id, case_id, person_id, stay, unit_id, start_on, state, since)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, tx.Tenant, p.caseID, p.person, p.stay, p.home, p.start, p.state, tx.Now)
	if err != nil {
		return fmt.Errorf("nursing: give a place: %w", err)
	}
	return nil
}

// removePlace takes away what a case gave, and returns the home whose place is free
// again; "" when there is none.
func removePlace(ctx context.Context, tx *store.Tx, caseID string) (string, error) {
	home, err := store.One(ctx, tx, store.Value[string],
		`delete from nursing_places where tenant_id = $1 and case_id = $2 returning unit_id`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("nursing: take a place back: %w", err)
	}
	return home, nil
}

// Waiting returns the ids of the cases whose persons wait for a place, those who
// have waited longest first. The need decides who is next, not the order; the
// municipality must know who they are (helse- og omsorgstjenesteloven § 3-2 a).
func Waiting(ctx context.Context, tx *store.Tx) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select case_id from nursing_places
		where tenant_id = $1 and state = $2 order by since, case_id limit $3`, tx.Tenant, stateWaiting, maxWaiting)
	if err != nil {
		return nil, fmt.Errorf("nursing: waiting list: %w", err)
	}
	return list, nil
}
