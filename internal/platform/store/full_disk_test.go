package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// fill makes the disk full for rows that begin with "big". SQLite is given no
// more pages; PostgreSQL answers with the server's own code for a full disk.
func fill(t *testing.T, env storetest.Env) {
	t.Helper()
	if env.DB.Dialect() == store.SQLite {
		err := env.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := store.All(ctx, tx, store.Value[int64], `pragma max_page_count = 40`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	owner, err := sql.Open("pgx", env.Owner.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	_, err = owner.ExecContext(t.Context(), `
		create function full_disk() returns trigger language plpgsql as $$
		begin
		  if new.body like 'big%' then
		    raise exception 'could not extend file: No space left on device' using errcode = '53100';
		  end if;
		  return new;
		end $$;
		create trigger full_disk before insert on notes for each row execute function full_disk();`)
	if err != nil {
		t.Fatal(err)
	}
}

func addBig(ctx context.Context, tx *store.Tx, id int64) error {
	return add(ctx, tx, id, "big"+strings.Repeat("x", 400_000))
}

func TestFullDisk_inABatchHarmsOnlyWhoFilledIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		fill(t, env)
		var wg sync.WaitGroup
		for i := range int64(24) {
			wg.Go(func() {
				err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
					if i%6 == 5 {
						return addBig(ctx, tx, i)
					}
					return add(ctx, tx, i, "small")
				})
				if tooBig := i%6 == 5; tooBig != (err != nil) {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := len(bodies(t, env.Ctx, env.DB)); got != 20 {
			t.Errorf("%d rows stand, want the 20 small ones", got)
		}
	})
}

// TestFullDisk_passesByItself fills a real disk under SQLite: what did not fit is
// refused as an outage that passes, what was there stands, and when there is room
// again the next write succeeds.
func TestFullDisk_passesByItself(t *testing.T) {
	t.Parallel()
	disk, mounted := storetest.SmallDisk(t, 16<<20)
	if !mounted {
		t.Skip("no disk can be mounted here; the test above bounds the file instead")
	}
	config := store.Config{Path: filepath.Join(disk.Path, "torg.db")}
	if _, err := store.Migrate(t.Context(), config, notes()...); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx := store.WithTenant(t.Context(), storetest.TenantA)
	write := func(id int64) error {
		return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return addBig(ctx, tx, id) })
	}
	if err := write(1); err != nil {
		t.Fatal(err)
	}
	disk.Fill(t)
	kept := 0
	for id := range int64(40) { // SQLite's log has some room of its own
		switch err := write(id + 2); {
		case err == nil:
			kept++
		case !errs.Is(err, errs.KindUnavailable):
			t.Fatalf("a full disk is told as %v", err)
		}
	}
	if kept == 40 {
		t.Fatal("16 MB of notes fit on a full disk")
	}
	disk.Empty(t)
	if err := write(100); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	if got := len(bodies(t, ctx, db)); got != kept+2 {
		t.Errorf("%d rows stand, %d were acknowledged", got, kept+2)
	}
}
