package units

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

const maxUnits = 500

func (u *Unit) fields() []any {
	return []any{&u.ID, &u.Name, &u.Address, &u.Phone, &u.Hours, &u.Private, &u.Capacity, &u.Closed, &u.Taken, &u.Version}
}

// query begins every reading. The table is a constant of the program.
func (k Kind) query() string {
	return "select " + Columns + " from " + k.Table + " where tenant_id = $1"
}

// All reads the municipality's units by name.
func (k Kind) All(ctx context.Context, tx *store.Tx) ([]Unit, error) {
	list, err := store.All(ctx, tx, (*Unit).fields, k.query()+` order by name, id limit $2`, tx.Tenant, maxUnits)
	if err != nil {
		return nil, fmt.Errorf("units: list of %s: %w", k.Name, err)
	}
	return list, nil
}

// One reads a unit.
func (k Kind) One(ctx context.Context, tx *store.Tx, id string) (Unit, error) {
	return k.one(ctx, tx, id, "")
}

// Locked reads a unit; others who give places there wait.
func (k Kind) Locked(ctx context.Context, tx *store.Tx, id string) (Unit, error) {
	return k.one(ctx, tx, id, tx.ForUpdate(false))
}

func (k Kind) one(ctx context.Context, tx *store.Tx, id, lock string) (Unit, error) {
	u, err := store.One(ctx, tx, (*Unit).fields, k.query()+` and id = $2`+lock, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Unit{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Unit{}, fmt.Errorf("units: read of %s: %w", k.Name, err)
	}
	return u, nil
}

// Save writes a unit in the caller's transaction; the caller has asked access, or
// sets up a new municipality. One without an ID is new.
func (k Kind) Save(ctx context.Context, tx *store.Tx, u Unit) (Unit, error) {
	if u.ID == "" {
		u.ID, u.Version = ids.New(), 1
		if err := k.insert(ctx, tx, u); err != nil {
			return u, err
		}
	} else {
		ok, err := k.update(ctx, tx, u)
		if err != nil {
			return u, err
		}
		if !ok {
			return u, errs.Conflict("errs.conflict")
		}
		u.Version++
	}
	err := audit.Record(ctx, tx, audit.Event{Action: k.key("manage"), Object: audit.Ref{Type: k.Name, ID: u.ID}})
	if err != nil {
		return u, fmt.Errorf("units: record: %w", err)
	}
	return u, nil
}

func (k Kind) insert(ctx context.Context, tx *store.Tx, u Unit) error {
	_, err := tx.Exec(ctx, "insert into "+k.Table+` (tenant_id, id, name, address, phone, hours, private, capacity, closed, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`, tx.Tenant, u.ID, u.Name, u.Address, u.Phone, u.Hours, u.Private, u.Capacity, u.Closed)
	if err != nil {
		return fmt.Errorf("units: insert: %w", err)
	}
	return nil
}

func (k Kind) update(ctx context.Context, tx *store.Tx, u Unit) (bool, error) {
	n, err := tx.Exec(ctx, "update "+k.Table+` set name = $4, address = $5, phone = $6, hours = $7, private = $8, capacity = $9, closed = $10, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`, tx.Tenant, u.ID, u.Version, u.Name, u.Address, u.Phone, u.Hours, u.Private, u.Capacity, u.Closed)
	if err != nil {
		return false, fmt.Errorf("units: update: %w", err)
	}
	return n == 1, nil
}

// Count changes how many places of a unit are taken. It leaves the version alone:
// whoever edits the unit meanwhile changes other things.
func (k Kind) Count(ctx context.Context, tx *store.Tx, id string, by int64) error {
	err := tx.Queue(ctx, "update "+k.Table+` set taken = taken + $3 where tenant_id = $1 and id = $2`, tx.Tenant, id, by)
	if err != nil {
		return fmt.Errorf("units: count places: %w", err)
	}
	return nil
}

// Open returns the units that take more, by name.
func (k Kind) Open(ctx context.Context, tx *store.Tx) ([]Unit, error) {
	list, err := k.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	return open(list), nil
}

// open leaves out those that take no more.
func open(list []Unit) []Unit {
	var kept []Unit
	for _, u := range list {
		if !u.Closed {
			kept = append(kept, u)
		}
	}
	return kept
}

// Choices are the units that one may wish for, for a list of a form.
func (k Kind) Choices(ctx context.Context, tx *store.Tx) ([]forms.Choice, error) {
	list, err := k.Open(ctx, tx)
	if err != nil {
		return nil, err
	}
	choices := make([]forms.Choice, 0, len(list))
	for _, u := range list {
		choices = append(choices, forms.Choice{Value: u.ID, Text: i18n.Same(u.Name), Hint: i18n.Same(u.Address)})
	}
	return choices, nil
}
