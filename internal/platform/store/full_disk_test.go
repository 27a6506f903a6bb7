package store_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

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
