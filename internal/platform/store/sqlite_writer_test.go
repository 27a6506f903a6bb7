package store

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func openSQLiteForTest(t *testing.T) *DB {
	t.Helper()
	c := Config{Path: filepath.Join(t.TempDir(), "torg.db")}
	if _, err := Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestWriter_takesANewConnectionWhenItsOwnIsLost(t *testing.T) {
	t.Parallel()
	db := openSQLiteForTest(t)
	engine, _ := db.engine.(*sqliteEngine)
	for name, lose := range map[string]func() error{
		"closed": engine.conn.Close,
		"left inside a transaction": func() error {
			_, err := engine.conn.ExecContext(t.Context(), "begin immediate")
			return err
		},
	} {
		// The writer is idle and gets its next work only below.
		if err := db.Healthy(t.Context()); err != nil {
			t.Fatalf("%s: before: %v", name, err)
		}
		if err := lose(); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("%s: %v", name, err)
		}
		for range 3 {
			if err := db.Healthy(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestWriter_outlivesAFunctionThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	db := openSQLiteForTest(t)
	beat := func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `insert into store_heartbeat (name, at) values ('exit', $1)`, tx.Now)
		return err
	}
	err := db.WritePlatform(t.Context(), func(ctx context.Context, tx *Tx) error {
		if err := beat(ctx, tx); err != nil {
			return err
		}
		runtime.Goexit()
		return nil
	})
	if !errors.Is(err, errExited) {
		t.Errorf("got %v", err)
	}
	if err := db.WritePlatform(t.Context(), beat); err != nil {
		t.Errorf("afterwards: %v", err) // a row of the abandoned one would be in the way
	}
}

func TestWriter_closesAfterSuchAnEnd(t *testing.T) {
	t.Parallel()
	db := openSQLiteForTest(t)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_ = db.WritePlatform(t.Context(), func(context.Context, *Tx) error {
				runtime.Goexit()
				return nil
			})
			answered.Add(1)
		})
	}
	wg.Wait()
	if err := db.Close(); err != nil || answered.Load() != 10 {
		t.Errorf("%d answers, %v", answered.Load(), err)
	}
}
