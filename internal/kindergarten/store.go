package kindergarten

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// The states of a place.
const (
	stateOffered  = "offered"
	stateAccepted = "accepted"
	stateDeclined = "declined"
)

// release gives back what an earlier decision in the case gave, when the case was
// taken up again. A place that was declined is given back already.
func release(ctx context.Context, tx *store.Tx, caseID string) error {
	type held struct{ unit, state string }
	before, err := store.One(ctx, tx, func(h *held) []any { return []any{&h.unit, &h.state} },
		`delete from kindergarten_places where tenant_id = $1 and case_id = $2 returning unit_id, state`, tx.Tenant, caseID)
	if errors.Is(err, store.ErrNoRows) || err == nil && before.state == stateDeclined {
		return nil
	}
	if err != nil {
		return fmt.Errorf("kindergarten: give back a place: %w", err)
	}
	return kind().Count(ctx, tx, before.unit, -1)
}

// holds is the kindergarten whose place a case holds, offered or accepted; "" when it holds
// none.
func holds(ctx context.Context, tx *store.Tx, caseID string) (string, error) {
	unit, err := store.One(ctx, tx, store.Value[string],
		`select unit_id from kindergarten_places where tenant_id = $1 and case_id = $2 and state <> $3`, tx.Tenant, caseID, stateDeclined)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("kindergarten: the place of a case: %w", err)
	}
	return unit, nil
}

func offer(ctx context.Context, tx *store.Tx, caseID, unitID, childID string, start clock.Date) error {
	err := tx.Queue(ctx, `insert into kindergarten_places (tenant_id, case_id, unit_id, child_id, start_on, state, offered_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, tx.Tenant, caseID, unitID, childID, start, stateOffered, tx.Now)
	if err != nil {
		return fmt.Errorf("kindergarten: offer: %w", err)
	}
	return kind().Count(ctx, tx, unitID, 1)
}

func answer(ctx context.Context, tx *store.Tx, caseID, state string) error {
	unitID, err := store.One(ctx, tx, store.Value[string], `update kindergarten_places set state = $3, answered_at = $4
		where tenant_id = $1 and case_id = $2 and state = $5 returning unit_id`, tx.Tenant, caseID, state, tx.Now, stateOffered)
	if errors.Is(err, store.ErrNoRows) {
		return errs.Conflict("cases.not_now.respond")
	}
	if err != nil {
		return fmt.Errorf("kindergarten: answer: %w", err)
	}
	if state == stateDeclined {
		return kind().Count(ctx, tx, unitID, -1)
	}
	return nil
}

// hasPlace reports whether a child is offered a place in another case just now.
// One it has accepted does not count: children change kindergarten.
func hasPlace(ctx context.Context, tx *store.Tx, childID, caseID string) (bool, error) {
	n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from kindergarten_places
		where tenant_id = $1 and child_id = $2 and case_id <> $3 and state = 'offered'`, tx.Tenant, childID, caseID) // written out, as the partial index needs it
	if err != nil {
		return false, fmt.Errorf("kindergarten: other offers: %w", err)
	}
	return n > 0, nil
}
