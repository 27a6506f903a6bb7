package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func count(t *testing.T, ctx context.Context, db *store.DB) int64 {
	t.Helper()
	var n int64
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// holdWriter keeps SQLite's one writer busy until the function is called, so
// that what is written meanwhile becomes one batch.
func holdWriter(t *testing.T, env storetest.Env) (release func()) {
	t.Helper()
	running, let := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			close(running)
			<-let
			return add(ctx, tx, -1, "held")
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-running
	return func() {
		close(let)
		wg.Wait()
	}
}

// queued gives goroutines that write the time to stand in the queue.
func queued() { time.Sleep(200 * time.Millisecond) }

func TestGroupCommit_isOneCommitForAll(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	release := holdWriter(t, env)
	var wg sync.WaitGroup
	var unseen atomic.Int64
	for i := range int64(50) {
		wg.Go(func() {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				// Others of the batch ran before, but nothing of it is committed.
				if count(t, env.Ctx, env.DB) == 1 {
					unseen.Add(1)
				}
				return add(ctx, tx, i, "x")
			})
			if err != nil {
				t.Error(err)
			}
			if count(t, env.Ctx, env.DB) != 51 {
				t.Error("a write was answered before the batch was committed")
			}
		})
	}
	queued()
	release()
	wg.Wait()
	if unseen.Load() != 50 {
		t.Errorf("%d of 50 shared one commit", unseen.Load())
	}
}

func TestGroupCommit_losesNoUpdate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "") })
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
					body, err := store.One(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 and id = 1`+tx.ForUpdate(false), tx.Tenant)
					if err != nil {
						return err
					}
					_, err = tx.Exec(ctx, `update notes set body = $2 where tenant_id = $1 and id = 1`, tx.Tenant, body+"x")
					if i%3 == 0 {
						err = errors.Join(err, errors.New("rolled back"))
					}
					return err
				})
				if (i%3 == 0) != (err != nil) {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := bodies(t, env.Ctx, env.DB)[0]; got != strings.Repeat("x", 40) {
			t.Errorf("%d updates stand, want 40", len(got))
		}
	})
}

func TestGroupCommit_oneMembersRollbackOfEverythingHarmsNobody(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1000, "x") })
	release := holdWriter(t, env)
	var wg sync.WaitGroup
	for i := range int64(12) {
		wg.Go(func() {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if i%4 == 3 { // SQLite ends the whole transaction here, savepoints and all
					_, err := tx.Exec(ctx, `insert or rollback into notes (tenant_id, id, body) values ($1, 1000, 'again')`, tx.Tenant)
					return err
				}
				return add(ctx, tx, i, "x")
			})
			if bad := i%4 == 3; bad != (err != nil) || bad && !store.IsUnique(err) {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	queued()
	release()
	wg.Wait()
	if got := count(t, env.Ctx, env.DB); got != 9+2 {
		t.Errorf("%d rows stand, want 11", got)
	}
}

func TestTransactionControl_isTheStoresOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for _, statement := range []string{"commit", " COMMIT;", "rollback -- tenant_id", "end", "begin", "savepoint tenant_id", "release tenant_id", "start transaction", "abort"} {
			err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if _, err := tx.Exec(ctx, `insert into notes (tenant_id, id, body) values ('t-a', 1, 'x')`); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if err == nil {
				t.Errorf("%q was run", statement)
			}
		}
		if got := count(t, env.Ctx, env.DB); got != 0 {
			t.Errorf("%d rows stand", got)
		}
	})
}

func pragma(t *testing.T, env storetest.Env, statement string) {
	t.Helper()
	err := env.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := store.All(ctx, tx, store.Value[int64], statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFullDisk_isOverWhenThereIsRoomAgain(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	fill(t, env)
	for range 3 {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return addBig(ctx, tx, 1) })
		if !errs.Is(err, errs.KindUnavailable) {
			t.Fatalf("on a full disk: %v", err)
		}
	}
	pragma(t, env, `pragma max_page_count = 1000000`)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return addBig(ctx, tx, 1) })
	if got := count(t, env.Ctx, env.DB); got != 1 {
		t.Errorf("%d rows", got)
	}
}

func TestFile_movedAwayTakesNoWrites(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", "-wal"} {
		env := storetest.SQLite(t, notes()...)
		insert := func(id int64) error {
			return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, id, "x") })
		}
		if err := insert(1); err != nil {
			t.Fatal(err)
		}
		file := env.Config.Path + suffix
		if err := os.Rename(file, file+".away"); err != nil {
			t.Fatal(err)
		}
		// SQLite itself would write on, into a file that nobody finds again.
		if err := insert(2); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("%q away: %v", suffix, err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := insert(3); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("%q replaced: %v", suffix, err)
		}
		if err := os.Rename(file+".away", file); err != nil {
			t.Fatal(err)
		}
		if err := insert(4); err != nil {
			t.Errorf("%q is back: %v", suffix, err)
		}
		if got := count(t, env.Ctx, env.DB); got != 2 {
			t.Errorf("%q: %d rows, want 2", suffix, got)
		}
	}
}

func TestOpen_makesNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "torg.db")
	if db, err := store.Open(t.Context(), store.Config{Path: path}); err == nil {
		t.Error("a database that is not there was opened", db.Close())
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("an empty database was made, which would hide the loss of the real one")
	}
}

func TestOpen_readOnlyFolder(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		// The administrator writes anywhere: a folder in the file's place must do.
		if _, err := store.Open(t.Context(), store.Config{Path: t.TempDir()}); err == nil {
			t.Error("a folder was opened as a database")
		}
		return
	}
	env := storetest.SQLite(t, notes()...)
	if err := env.DB.Close(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(env.Config.Path)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if db, err := store.Open(t.Context(), env.Config); err == nil {
		t.Error("a database without room for its log was opened", db.Close())
	}
}

func TestTwoHandles_writeOneFile(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	other := openAgain(t, env.Config)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "") })
	var wg sync.WaitGroup
	for _, db := range []*store.DB{env.DB, other} {
		for range 8 {
			wg.Go(func() {
				for range 25 {
					err := db.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return append1(ctx, tx, 1) })
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	for _, db := range []*store.DB{env.DB, other} {
		if got := len(bodies(t, env.Ctx, db)[0]); got != 400 {
			t.Errorf("%d of 400 updates stand", got)
		}
	}
}

func TestBusy_isToldWithoutRunningAnything(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	other := openAgain(t, env.Config)
	pragma(t, env, `pragma busy_timeout = 50`)
	second := env
	second.DB = other
	release := holdWriter(t, second)
	var wg sync.WaitGroup
	var ran atomic.Int64
	for i := range int64(10) {
		wg.Go(func() {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				ran.Add(1)
				return add(ctx, tx, i, "x")
			})
			if !errs.Is(err, errs.KindUnavailable) {
				t.Errorf("while another process writes: %v", err)
			}
		})
	}
	wg.Wait()
	release()
	if ran.Load() != 0 {
		t.Errorf("%d functions ran", ran.Load())
	}
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
}

func TestClose_letsWaitingWritersFinish(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	second := env
	second.DB = openAgain(t, env.Config)
	release := holdWriter(t, second)
	var writers sync.WaitGroup
	var done atomic.Int64
	for i := range int64(40) {
		writers.Go(func() {
			err := second.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, i, "x") })
			if err == nil {
				done.Add(1)
			}
		})
	}
	queued()
	closed := make(chan error)
	go func() { closed <- second.DB.Close() }()
	queued()
	release()
	writers.Wait()
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if got := count(t, env.Ctx, env.DB) - 1; got != done.Load() || got != 40 {
		t.Errorf("%d rows stand, %d were acknowledged, 40 waited", got, done.Load())
	}
}
