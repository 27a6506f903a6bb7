package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// eachEmpty runs the test on an empty database of either kind; the
// configuration is the owner's.
func eachEmpty(t *testing.T, test func(t *testing.T, c store.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, store.Config{Path: filepath.Join(t.TempDir(), "torg.db")})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		owner, _ := pgcluster.Start(t).Database(t)
		test(t, store.Config{URL: owner})
	})
}

func module(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out["migrations/"+name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return out
}

func migrate(t *testing.T, c store.Config, modules ...fs.FS) int {
	t.Helper()
	n, err := store.Migrate(t.Context(), c, modules...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func names(t *testing.T, c store.Config, modules ...fs.FS) []string {
	t.Helper()
	list, err := store.Pending(t.Context(), c, modules...)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, m := range list {
		out = append(out, m.Name)
	}
	return out
}

func TestMigrate_takesEachStepOnce(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, c store.Config) {
		if n := migrate(t, c, notes()...); n != 2 {
			t.Errorf("%d steps, want the store's and the notes'", n)
		}
		if n := migrate(t, c, append(notes(), notes()...)...); n != 0 {
			t.Errorf("%d steps the second time, with a module named twice", n)
		}
	})
}

func TestMigrate_takesAModuleThatComesLater(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, c store.Config) {
		migrate(t, c, notes()...)
		// Its first number lies below those applied, its second above.
		later := module(map[string]string{
			"20250101000001_later_init.sql": `create table later (tenant_id text not null primary key);`,
			"20290101000001_later_more.sql": `alter table later add column name text not null default '';`,
		})
		all := append(notes(), later)
		if diff := cmp.Diff([]string{"20250101000001_later_init.sql", "20290101000001_later_more.sql"}, names(t, c, all...)); diff != "" {
			t.Error(diff)
		}
		if n := migrate(t, c, all...); n != 2 {
			t.Errorf("%d steps, want 2", n)
		}
		if left := names(t, c, all...); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	})
}

func TestMigrate_atTheSameMomentFromMany(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, c store.Config) {
		// This step must not run twice.
		counting := module(map[string]string{
			"20270101000001_count_init.sql": `create table count (id bigint not null primary key, n bigint not null); insert into count values (1, 0);`,
			"20270101000002_count_once.sql": `update count set n = n + 1;`,
		})
		var steps atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				n, err := store.Migrate(t.Context(), c, append(notes(), counting)...)
				if err != nil {
					t.Error(err)
				}
				steps.Add(int64(n))
			})
		}
		wg.Wait()
		if steps.Load() != 4 {
			t.Errorf("%d steps were taken, want 4 in all", steps.Load())
		}
		expectCount(t, c, `select n from count`, 1)
	})
}

// expectCount asks the database with the owner's own connection.
func expectCount(t *testing.T, c store.Config, query string, want int64) {
	t.Helper()
	c.Clock = nil
	db := openAgain(t, c)
	err := db.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		got, err := store.One(ctx, tx, store.Value[int64], query)
		if err == nil && got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMigrate_brokenStepIsUndoneAndNamed(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, c store.Config) {
		broken := module(map[string]string{
			"20270101000001_m_good.sql":   `create table good (tenant_id text not null primary key);`,
			"20270101000002_m_broken.sql": "create table half (tenant_id text not null primary key);\ncreate table half (tenant_id text);",
		})
		n, err := store.Migrate(t.Context(), c, broken)
		if err == nil || n != 2 || !strings.Contains(err.Error(), "20270101000002_m_broken.sql") {
			t.Errorf("%d steps, %v", n, err)
		}
		if diff := cmp.Diff([]string{"20270101000002_m_broken.sql"}, names(t, c, broken)); diff != "" {
			t.Error(diff)
		}
		mended := module(map[string]string{
			"20270101000001_m_good.sql":   `create table good (tenant_id text not null primary key);`,
			"20270101000002_m_broken.sql": "create table half (tenant_id text not null primary key);",
		})
		if n := migrate(t, c, mended); n != 1 {
			t.Errorf("%d steps after mending, want 1: the half table must be gone", n)
		}
	})
}

func TestMigrate_refusesDuplicates(t *testing.T) {
	t.Parallel()
	c := store.Config{Path: filepath.Join(t.TempDir(), "torg.db")}
	a := module(map[string]string{"20270101000001_m_init.sql": `create table a (tenant_id text);`})
	for name, b := range map[string]fs.FS{
		"one name":   module(map[string]string{"20270101000001_m_init.sql": `create table b (tenant_id text);`}),
		"one number": module(map[string]string{"20270101000001_other.sql": `create table b (tenant_id text);`}),
	} {
		if _, err := store.Migrate(t.Context(), c, a, b); err == nil || !strings.Contains(err.Error(), "20270101000001") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := store.Migrate(t.Context(), c, fstest.MapFS{}); err == nil {
		t.Error("a module without a folder of migrations was taken")
	}
	if _, err := store.Migrate(t.Context(), c, nil, a); err != nil {
		t.Errorf("a module without migrations is nil: %v", err)
	}
}

func TestPending_onANewDatabaseIsEverything(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, c store.Config) {
		want := []string{"20260101000001_notes_init.sql", "20261121000101_store_init.sql"}
		if diff := cmp.Diff(want, names(t, c, notes()...)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPending_mayBeAskedByTheServersRole(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	if left := names(t, env.Config, notes()...); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestMigrate_leavesNoLockBehind(t *testing.T) {
	t.Parallel()
	c := store.Config{Path: filepath.Join(t.TempDir(), "torg.db")}
	// A process that died while it migrated has left its file, but not its lock.
	if err := os.WriteFile(c.Path+".migrating", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	migrate(t, c)
	if _, err := os.Stat(c.Path + ".migrating"); !os.IsNotExist(err) {
		t.Errorf("the lock file: %v", err)
	}
}

func TestMigrate_waitsForAnotherProcessAsLongAsItMay(t *testing.T) {
	t.Parallel()
	c := store.Config{Path: filepath.Join(t.TempDir(), "torg.db")}
	other, err := os.Create(c.Path + ".migrating")
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(other.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := store.Migrate(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another migrates: %v", err)
	}
	if err := other.Close(); err != nil { // as the kernel does when its process dies
		t.Fatal(err)
	}
	if n := migrate(t, c); n != 1 {
		t.Errorf("%d steps", n)
	}
}

func TestMigrate_inAFolderThatIsNotThere(t *testing.T) {
	t.Parallel()
	c := store.Config{Path: filepath.Join(t.TempDir(), "nowhere", "torg.db")}
	if _, err := store.Migrate(t.Context(), c); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestMigrate_sortsInFiles: an index of a table that has grown for years is built in little
// memory. The writer, which sorts nothing that is large, keeps its savepoints in memory.
func TestMigrate_sortsInFiles(t *testing.T) {
	t.Parallel()
	c := store.Config{Path: filepath.Join(t.TempDir(), "torg.db")}
	migrate(t, c, append(notes(), module(map[string]string{
		"20260202000001_kept_init.sql": "create table kept (tenant_id text not null, at bigint not null, primary key (tenant_id, at));\ninsert into kept select 't', temp_store from pragma_temp_store;",
	}))...)
	db := openAgain(t, c)
	err := db.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		const memory = 2 // https://sqlite.org/pragma.html#pragma_temp_store
		migrating, err := store.One(ctx, tx, store.Value[int64], `select at from kept where tenant_id = 't'`)
		if err != nil || migrating == memory {
			t.Errorf("a migration keeps what it sorts in %d, %v", migrating, err)
		}
		serving, err := store.One(ctx, tx, store.Value[int64], `select temp_store from pragma_temp_store`)
		if serving != memory {
			t.Errorf("the writer keeps its savepoints in %d", serving)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
