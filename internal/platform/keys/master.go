package keys

import (
	"context"
	"errors"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

// ErrNotRewrapped says that keys are still wrapped by a previous installation key,
// which therefore cannot be forgotten.
var ErrNotRewrapped = errors.New("keys: some keys are still wrapped by the previous installation key")

// ErrNoPrevious says that the key file holds no previous installation key.
var ErrNoPrevious = errors.New("keys: there is no previous installation key")

// Wrapping says how far a rotation of the installation key has come.
type Wrapping struct {
	Installation int // installation keys in the file: one, or more while older ones are kept
	Wrapped      int // keys that lie wrapped in the database
	Old          int // of them by an older installation key
}

// Wrapping tells how far a rotation of the installation key has come.
func (r *Ring) Wrapping(ctx context.Context) (w Wrapping, err error) {
	if err := r.inst.reload(); err != nil {
		return w, err
	}
	w.Installation = r.inst.count()
	var last keyRow
	for {
		var page []keyRow
		err := r.db.ReadPlatform(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			page, err = pageAfter(ctx, tx, last)
			return err
		})
		if err != nil {
			return w, fmt.Errorf("keys: count wrapped keys: %w", err)
		}
		for _, row := range page {
			w.Wrapped++
			if !r.inst.isPrimary(row.wrapped) {
				w.Old++
			}
		}
		if len(page) < pageSize {
			return w, nil
		}
		last = page[len(page)-1]
	}
}

// RenewInstallationKey makes a new installation key and wraps all keys with it,
// or goes on where an interrupted run stopped: while a previous key is in the
// file no further one is made. Whatever moment the process dies at, everything
// can be read, since the file holds the new key before anything is wrapped by
// it, and the previous one until DropPreviousInstallationKey. It reports whether
// a key was made.
func (r *Ring) RenewInstallationKey(ctx context.Context) (made bool, err error) {
	if err := r.inst.reload(); err != nil {
		return false, err
	}
	if r.inst.count() > 1 {
		return false, r.rewrapAll(ctx)
	}
	return true, r.RotateInstallationKey(ctx)
}

// ForgetInstallationKey drops the previous installation keys when nothing needs
// them any more.
func (r *Ring) ForgetInstallationKey(ctx context.Context) error {
	w, err := r.Wrapping(ctx)
	switch {
	case err != nil:
		return err
	case w.Installation < 2:
		return ErrNoPrevious
	case w.Old > 0:
		return ErrNotRewrapped
	}
	return r.DropPreviousInstallationKey(ctx)
}

// count is how many keys the installation key consists of.
func (k *Installation) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.handle.Len()
}
