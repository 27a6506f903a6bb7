package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// TestCount_leavesNumbersWithoutSamples: other connections know the numbers, and
// nothing of single values.
func TestCount_leavesNumbersWithoutSamples(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
		for i := range int64(50) {
			if err := add(ctx, tx, i, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	})
	for range 2 { // the second time over the numbers of the first
		if err := env.DB.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	err := env.DB.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		counted, err := store.One(ctx, tx, store.Value[string], `select stat from sqlite_stat1 where tbl = 'notes' order by idx limit 1`)
		if err != nil {
			return err
		}
		if rows, _, _ := strings.Cut(counted, " "); rows != "50" {
			t.Errorf("50 rows are counted as %q", counted)
		}
		samples, err := store.One(ctx, tx, store.Value[int64], `select count(*) from sqlite_stat4`)
		if samples != 0 {
			t.Errorf("%d samples", samples)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 50, "after") })
	if got := len(bodies(t, env.Ctx, env.DB)); got != 51 {
		t.Errorf("%d rows", got)
	}
}

// TestCount_asOwnerOfPostgres: what has been imported counts at once.
func TestCount_asOwnerOfPostgres(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
		return add(ctx, tx, 1, "x")
	})
	owner := openAgain(t, env.Owner)
	if err := owner.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := owner.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		n, err := store.One(ctx, tx, store.Value[float64], `select cast(reltuples as double precision) from pg_class where relname = 'notes'`)
		if n != 1 {
			t.Errorf("%v rows are counted", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
