package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// RotateKeys makes new keys for a municipality and returns their version. What
// was encrypted before stays readable, and people are found by their numbers as
// before. A running server uses the new keys within minutes.
func (a *App) RotateKeys(ctx context.Context, t tenant.Tenant) (int, error) {
	ctx = identity.AsSystem(tenant.Bind(ctx, t), operator)
	err := a.Keys.Rotate(ctx, t.ID, func(ctx context.Context, tx *store.Tx) error {
		return audit.Record(ctx, tx, audit.Event{Action: "app.keys_rotated", Object: audit.Ref{Type: "tenant", ID: tx.Tenant}})
	})
	if err != nil {
		return 0, err
	}
	return a.Keys.Version(ctx, t.ID)
}

// Doomed is a municipality that shall be destroyed, or has been.
type Doomed struct {
	ID, Slug, Number string
	Closed           bool
}

// FindDoomed returns the municipality that an operator means, also one that has
// been closed: a destruction that was interrupted is finished by asking again.
func (a *App) FindDoomed(ctx context.Context, name string) (d Doomed, err error) {
	err = a.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = findDoomed(ctx, tx, name)
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return d, errs.NotFound("app.tenant.unknown", "name", name)
	}
	return d, err
}

// Destroy makes everything that a municipality has kept unreadable, for good
// (personvernforordningen art. 17): it closes the municipality, so that its pages
// are no more, destroys its keys, and removes its rows. Its name and number stay,
// so that its address never becomes another's, and so does the sealed log without
// what its entries told of people: that it happened can be proven. It may be
// asked for again. It returns how many rows were removed.
func (a *App) Destroy(ctx context.Context, d Doomed) (int64, error) {
	ctx = identity.AsSystem(store.WithTenant(ctx, d.ID), operator)
	err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		closed, err := closeTenant(ctx, tx)
		if err != nil || !closed {
			return err
		}
		tx.Wake(tenant.Topic)
		return audit.Record(ctx, tx, audit.Event{Action: "app.tenant_destroyed", Object: audit.Ref{Type: "tenant", ID: tx.Tenant}})
	})
	if err != nil {
		return 0, fmt.Errorf("app: close %s: %w", d.Slug, err)
	}
	if _, err := a.sealer.Seal(ctx); err != nil {
		// A damaged log must not keep people's data alive.
		a.Log.WarnContext(ctx, "the audit log could not be sealed before a destruction", "error", err)
	}
	if err := a.scrub(ctx); err != nil {
		return 0, err
	}
	if err := a.Keys.Shred(ctx, d.ID); err != nil && !errors.Is(err, keys.ErrNoKeys) {
		return 0, err
	}
	removed, err := a.removeRows(ctx, d.ID)
	if err != nil {
		return removed, err
	}
	return removed, a.Directory.Refresh(ctx)
}

// scrub has SQLite write zeros over what it removes from now on: otherwise it
// lies in the file's free pages until something else needs them.
func (a *App) scrub(ctx context.Context) error {
	if a.DB.Dialect() != store.SQLite {
		return nil
	}
	err := a.DB.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) error { return overwriteRemoved(ctx, tx) })
	if err != nil {
		return fmt.Errorf("app: have removed rows overwritten: %w", err)
	}
	return nil
}

// removeRows removes a municipality's rows, a table at a time.
func (a *App) removeRows(ctx context.Context, tenantID string) (int64, error) {
	var tables []store.Table
	err := a.DB.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		tables, err = store.Catalog(ctx, tx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("app: read the catalog: %w", err)
	}
	total := int64(0)
	for _, t := range tables {
		if !perishes(t) {
			continue
		}
		var n int64
		err := a.DB.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if err := store.Unhurried(ctx, tx); err != nil {
				return err
			}
			n, err = removeFrom(ctx, tx, t.Name, tenantID)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("app: remove rows of %s: %w", t.Name, err)
		}
		total += n
	}
	return total, nil
}
