package keys

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// Create makes the keys of a new tenant in the transaction that makes the
// tenant. The tenant is warm in this process once that has committed.
func (r *Ring) Create(ctx context.Context, tx *store.Tx, tenantID string) error {
	if tenantID == "" {
		return fmt.Errorf("keys: create: %w", ErrNoKeys)
	}
	return r.addVersion(ctx, tx, tenantID, 1, &tenantKeys{})
}

// Rotate makes a new version of each of the tenant's keys, and does with what
// goes with it, such as the entry in the log, in the same transaction. What older
// versions encrypted stays readable, and lookups made with them are found by
// LookupAll.
func (r *Ring) Rotate(ctx context.Context, tenantID string, with ...func(context.Context, *store.Tx) error) error {
	old, err := r.load(ctx, tenantID)
	if err != nil {
		return fmt.Errorf("keys: rotate: %w", err)
	}
	err = r.db.Write(store.WithTenant(ctx, tenantID), func(ctx context.Context, tx *store.Tx) error {
		newest, err := retire(ctx, tx, tenantID)
		if err != nil {
			return err
		}
		if newest != old.field[0].number {
			return fmt.Errorf("somebody else rotated to version %d meanwhile", newest)
		}
		if err := r.addVersion(ctx, tx, tenantID, newest+1, old); err != nil {
			return err
		}
		for _, also := range with {
			if err := also(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keys: rotate: %w", err)
	}
	return nil
}

// Version returns the number of the tenant's newest keys.
func (r *Ring) Version(ctx context.Context, tenantID string) (int, error) {
	keys, err := r.load(ctx, tenantID)
	if err != nil {
		return 0, err
	}
	return keys.field[0].number, nil
}

// addVersion makes one version of all sorts before the older ones.
func (r *Ring) addVersion(ctx context.Context, tx *store.Tx, tenantID string, number int, old *tenantKeys) error {
	if err := r.inst.reload(); err != nil { // never wrap with a key that has been replaced
		return err
	}
	fresh := &tenantKeys{}
	for _, s := range tenantSorts() {
		v, wrapped, err := r.makeVersion(tenantID, s, number, old)
		if err != nil {
			return err
		}
		row := keyRow{tenantID: tenantID, sort: s, version: number, wrapped: wrapped}
		if err := row.insert(ctx, tx); err != nil {
			return err
		}
		fresh.add(s, v)
	}
	fresh.field = append(fresh.field, old.field...)
	fresh.lookup = append(fresh.lookup, old.lookup...)
	fresh.file = append(fresh.file, old.file...)
	tx.AfterCommit(func() { r.put(tenantID, fresh) })
	tx.Wake(topic)
	return nil
}

// makeVersion makes a key whose id none of the older ones has; ids are 32
// random bits.
func (r *Ring) makeVersion(tenantID string, s sort, number int, old *tenantKeys) (version, []byte, error) {
	for {
		handle, err := newKeyset(s)
		if err != nil {
			return version{}, nil, fmt.Errorf("keys: make %s key: %w", s, err)
		}
		v, err := newVersion(s, number, handle)
		if err != nil {
			return version{}, nil, err
		}
		if old.has(v.keyID) {
			continue
		}
		wrapped, err := r.inst.wrapKeyset(handle, place(tenantID, s, number))
		return v, wrapped, err
	}
}

func (k *tenantKeys) has(keyID uint32) bool {
	for _, versions := range [][]version{k.field, k.lookup, k.file} {
		if _, ok := byID(versions, keyID); ok {
			return true
		}
	}
	return false
}

// Shred destroys a tenant's keys for good: what they encrypted can never be
// read again. The wrapped keys are overwritten in one transaction and removed in
// the next, so that the first has reached the disk.
func (r *Ring) Shred(ctx context.Context, tenantID string) error {
	ctx = store.WithTenant(ctx, tenantID)
	err := r.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return overwrite(ctx, tx, tenantID, noise())
	})
	if err != nil {
		return fmt.Errorf("keys: shred: %w", err)
	}
	err = r.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Wake(topic)
		return remove(ctx, tx, tenantID)
	})
	if err != nil {
		return fmt.Errorf("keys: shred: %w", err)
	}
	r.drop(tenantID)
	return nil
}

// noise is as long as the longest wrapped key.
func noise() []byte {
	b := make([]byte, 256)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

// RotateInstallationKey makes a new installation key and wraps all keys with
// it. The previous one stays in the file, because another process may just now
// be wrapping with it, until DropPreviousInstallationKey. Copies of the file on
// other machines must be replaced before they are restarted.
func (r *Ring) RotateInstallationKey(ctx context.Context) error {
	if err := r.inst.rotate(); err != nil {
		return err
	}
	return r.rewrapAll(ctx)
}

// DropPreviousInstallationKey wraps what is left with the newest installation
// key and forgets all older ones. Backups from before the rotation can then be
// read only with a kept copy of the old file.
func (r *Ring) DropPreviousInstallationKey(ctx context.Context) error {
	if err := r.inst.reload(); err != nil {
		return err
	}
	if err := r.rewrapAll(ctx); err != nil {
		return err
	}
	return r.inst.dropOld()
}

// rewrapAll walks all keys in pages, each in a transaction of its own.
func (r *Ring) rewrapAll(ctx context.Context) error {
	var last keyRow
	for {
		var page []keyRow
		err := r.db.WritePlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if page, err = pageAfter(ctx, tx, last); err != nil {
				return err
			}
			for _, row := range page {
				if err := r.rewrap(ctx, tx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("keys: wrap with the new installation key: %w", err)
		}
		if len(page) < pageSize {
			return nil
		}
		last = page[len(page)-1]
	}
}

func (r *Ring) rewrap(ctx context.Context, tx *store.Tx, row keyRow) error {
	if r.inst.isPrimary(row.wrapped) {
		return nil
	}
	at := place(row.tenantID, row.sort, row.version)
	plain, err := r.inst.unwrap(row.wrapped, at)
	if err != nil {
		return fmt.Errorf("keys: unwrap %s key %d of tenant %q: %w", row.sort, row.version, row.tenantID, err)
	}
	defer clear(plain)
	if row.wrapped, err = r.inst.wrap(plain, at); err != nil {
		return err
	}
	return row.update(ctx, tx)
}
