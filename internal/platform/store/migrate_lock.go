package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockFile waits until no other process migrates the SQLite file beside which
// the lock lies; on PostgreSQL the server keeps such a lock. The kernel lets go
// of it when its holder dies. It is a file of its own, since closing a handle
// of the database file would end SQLite's locks on it.
func lockFile(ctx context.Context, path string) (unlock func() error, err error) {
	for {
		f, err := tryLock(path)
		if err != nil {
			return nil, fmt.Errorf("store: migration lock: %w", err)
		}
		if f != nil {
			return func() error { return errors.Join(os.Remove(path), f.Close()) }, nil
		}
		if sleep(ctx, 20*time.Millisecond); ctx.Err() != nil {
			return nil, fmt.Errorf("store: wait for another migration: %w", ctx.Err())
		}
	}
}

// tryLock returns the locked file, or nil when another holds it or has just
// removed it.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // beside the configured database
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
			err = nil
		}
		return nil, errors.Join(err, f.Close())
	}
	mine, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if named, err := os.Stat(path); err != nil || !os.SameFile(mine, named) {
		return nil, f.Close()
	}
	return f, nil
}
