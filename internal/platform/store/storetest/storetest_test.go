package storetest_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func books() []fs.FS {
	const text = "-- +goose Up\ncreate table books (tenant_id text not null, id text not null, primary key (tenant_id, id));"
	return []fs.FS{fstest.MapFS{"migrations/20260101000001_books_init.sql": &fstest.MapFile{Data: []byte(text)}}}
}

func on(t *testing.T) map[string]func() storetest.Env {
	t.Helper()
	return map[string]func() storetest.Env{
		"sqlite":   func() storetest.Env { return storetest.SQLite(t, books()...) },
		"postgres": func() storetest.Env { return storetest.Postgres(t, books()...) },
	}
}

func put(t *testing.T, env storetest.Env, id string) {
	t.Helper()
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into books (tenant_id, id) values ($1, $2)`, tx.Tenant, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(ctx context.Context, t *testing.T, env storetest.Env) (n int64) {
	t.Helper()
	err := env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from books where tenant_id = $1`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Databases are copied from one that was migrated: nothing that a test does may be
// found by another.
func TestEach_givesEachTestADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for name, fresh := range on(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := fresh()
			put(t, one, "a")
			two := fresh()
			put(t, two, "b")
			put(t, two, "c")
			if a, b, c := count(one.Ctx, t, one), count(two.Ctx, t, two), count(one.Other, t, one); a != 1 || b != 2 || c != 0 {
				t.Errorf("%d, %d and, of another municipality, %d books", a, b, c)
			}
			if three := fresh(); count(three.Ctx, t, three) != 0 {
				t.Error("a fresh database has books")
			}
		})
	}
}

func TestEach_isMigrated(t *testing.T) {
	t.Parallel()
	for name, fresh := range on(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := fresh()
			left, err := store.Pending(t.Context(), env.Owner, books()...)
			if err != nil || len(left) != 0 {
				t.Errorf("left: %v, %v", left, err)
			}
			if n, err := store.Migrate(t.Context(), env.Owner, books()...); err != nil || n != 0 {
				t.Errorf("%d steps more, %v", n, err)
			}
			faults, err := store.Inspect(t.Context(), env.Config)
			if err != nil || len(faults) != 0 {
				t.Errorf("not safe to serve from: %v, %v", faults, err)
			}
		})
	}
}
