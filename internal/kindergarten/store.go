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

const maxUnits = 500

func (u *Unit) fields() []any {
	return []any{&u.ID, &u.Name, &u.Address, &u.Phone, &u.Hours, &u.Private, &u.Capacity, &u.Closed, &u.Taken, &u.Version}
}

const unitQuery = `select id, name, address, phone, hours, private, capacity, closed, taken, version from kindergarten_units where tenant_id = $1`

// units reads the municipality's kindergartens by name.
func units(ctx context.Context, tx *store.Tx) ([]Unit, error) {
	list, err := store.All(ctx, tx, (*Unit).fields, unitQuery+` order by name, id limit $2`, tx.Tenant, maxUnits)
	if err != nil {
		return nil, fmt.Errorf("kindergarten: units: %w", err)
	}
	return list, nil
}

// unit reads a kindergarten. With lock, others who give places there wait.
func unit(ctx context.Context, tx *store.Tx, id string, lock bool) (Unit, error) {
	query := unitQuery + ` and id = $2`
	if lock {
		query += tx.ForUpdate(false)
	}
	u, err := store.One(ctx, tx, (*Unit).fields, query, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Unit{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Unit{}, fmt.Errorf("kindergarten: unit: %w", err)
	}
	return u, nil
}

func insertUnit(ctx context.Context, tx *store.Tx, u Unit) error {
	_, err := tx.Exec(ctx, `insert into kindergarten_units (tenant_id, id, name, address, phone, hours, private, capacity, closed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`, tx.Tenant, u.ID, u.Name, u.Address, u.Phone, u.Hours, u.Private, u.Capacity, u.Closed)
	if err != nil {
		return fmt.Errorf("kindergarten: insert: %w", err)
	}
	return nil
}

func updateUnit(ctx context.Context, tx *store.Tx, u Unit) (bool, error) {
	n, err := tx.Exec(ctx, `update kindergarten_units set name = $4, address = $5, phone = $6, hours = $7, private = $8, capacity = $9, closed = $10, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`, tx.Tenant, u.ID, u.Version, u.Name, u.Address, u.Phone, u.Hours, u.Private, u.Capacity, u.Closed)
	if err != nil {
		return false, fmt.Errorf("kindergarten: update: %w", err)
	}
	return n == 1, nil
}

func offer(ctx context.Context, tx *store.Tx, caseID, unitID, childID string, start clock.Date) error {
	_, err := tx.Exec(ctx, `insert into kindergarten_places (tenant_id, case_id, unit_id, child_id, start_on, state, offered_at)
		values ($1, $2, $3, $4, $5, $6, $7)`, tx.Tenant, caseID, unitID, childID, start, stateOffered, tx.Now)
	if err != nil {
		return fmt.Errorf("kindergarten: offer: %w", err)
	}
	return count(ctx, tx, unitID, 1)
}

// count changes how many places of a kindergarten are taken. It leaves the
// version alone: whoever edits the kindergarten meanwhile changes other things.
func count(ctx context.Context, tx *store.Tx, unitID string, by int64) error {
	_, err := tx.Exec(ctx, `update kindergarten_units set taken = taken + $3 where tenant_id = $1 and id = $2`, tx.Tenant, unitID, by)
	if err != nil {
		return fmt.Errorf("kindergarten: count places: %w", err)
	}
	return nil
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
		return count(ctx, tx, unitID, -1)
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
