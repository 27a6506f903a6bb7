package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestAfterCommit_keepsItsOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var order []int
		write(t, env.Ctx, env.DB, func(_ context.Context, tx *store.Tx) error {
			for i := range 5 {
				tx.AfterCommit(func() { order = append(order, i) })
			}
			return nil
		})
		if !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
			t.Errorf("got %v", order)
		}
	})
}

func TestAfterCommit_mayBeginATransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(_ context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() {
				write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
			})
			return nil
		})
		if got := bodies(t, env.Ctx, env.DB); len(got) != 1 {
			t.Errorf("%d rows", len(got))
		}
	})
}

func TestInside_isTrueInATransactionOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		if store.Inside(env.Ctx) {
			t.Error("outside counts as inside")
		}
		look := func(ctx context.Context, _ *store.Tx) error {
			if !store.Inside(ctx) {
				t.Error("inside counts as outside")
			}
			return nil
		}
		for _, run := range []func(context.Context, func(context.Context, *store.Tx) error) error{
			env.DB.Write, env.DB.Read, env.DB.WritePlatform, env.DB.ReadPlatform,
		} {
			if err := run(env.Ctx, look); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestTransaction_needsAProperTenant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for _, tenant := range []string{"", "*", "a b", "t'; drop table notes; --", `t\`, "t,", "kommune-å", strings.Repeat("t", 65)} {
			ctx := store.WithTenant(t.Context(), tenant)
			never := func(context.Context, *store.Tx) error { t.Errorf("ran for tenant %q", tenant); return nil }
			if err := errors.Join(env.DB.Write(ctx, never)); err == nil {
				t.Errorf("write for tenant %q", tenant)
			}
			if err := env.DB.Read(ctx, never); err == nil {
				t.Errorf("read for tenant %q", tenant)
			}
		}
	})
}

func TestForUpdate_runsOnBoth(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			for _, skip := range []bool{false, true} {
				clause := tx.ForUpdate(skip)
				if (tx.Dialect() == store.Postgres) != strings.Contains(clause, "for update") || strings.Contains(clause, "skip") != (skip && tx.Dialect() == store.Postgres) {
					t.Errorf("skip %v: %q", skip, clause)
				}
				if _, err := store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 order by id limit 1`+clause, tx.Tenant); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func TestOne_withoutARowGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			_, err := store.One(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 and id = 1`, tx.Tenant)
			if !errors.Is(err, store.ErrNoRows) {
				t.Errorf("got %v", err)
			}
			return add(ctx, tx, 1, "x")
		})
	})
}

func TestUpsertAndReturning_runOnBoth(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for _, want := range []string{"first", "second", "third"} {
			write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
				got, err := store.One(ctx, tx, store.Value[string], `insert into notes (tenant_id, id, body) values ($1, 1, $2)
					on conflict (tenant_id, id) do update set body = excluded.body returning body`, tx.Tenant, want)
				if got != want {
					t.Errorf("returned %q, want %q", got, want)
				}
				return err
			})
		}
		if got := bodies(t, env.Ctx, env.DB); !slices.Equal(got, []string{"third"}) {
			t.Errorf("stands: %v", got)
		}
	})
}

func TestStatement_failsAgainAndAgainAlike(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
		for range 3 { // a kept statement must not remember how it failed
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "again") })
			if !store.IsUnique(err) {
				t.Errorf("got %v", err)
			}
		}
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 2, "x") })
	})
}

func TestStatement_survivesAChangeOfShape(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
		bodies(t, env.Ctx, env.DB)
		more := module(map[string]string{"20270101000001_notes_more.sql": `alter table notes add column more text not null default 'm';`})
		migrate(t, env.Owner, append(notes(), more)...)
		// The server of the previous release goes on with the statements it had.
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 2, "y") })
		if got := bodies(t, env.Ctx, env.DB); !slices.Equal(got, []string{"x", "y"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestStatements_ofEveryTextKeepTheirMeaning(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var wg sync.WaitGroup
		for worker := range 4 {
			wg.Go(func() {
				for i := range 400 { // more texts than are kept prepared
					err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
						n := worker*1000 + i
						got, err := store.One(ctx, tx, store.Value[int64], fmt.Sprintf(`select cast($2 as bigint) + %d where $1 <> 'tenant_id'`, n), tx.Tenant, int64(1))
						if err == nil && got != int64(n)+1 {
							t.Errorf("statement %d gave %d", n, got)
						}
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	})
}

func TestPanic_inARead(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Read(env.Ctx, func(context.Context, *store.Tx) error { panic("a mistake") })
		if p, ok := errors.AsType[*store.PanicError](err); !ok || !strings.Contains(p.Error(), "a mistake") {
			t.Errorf("got %v", err)
		}
		bodies(t, env.Ctx, env.DB)
	})
}

func TestRead_endsWithItsContext(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for range 20 { // as many as there are connections, and more
			if err := cancelledRead(env); err == nil {
				t.Error("a cancelled read went on")
			}
		}
		bodies(t, env.Ctx, env.DB) // the connections are fit for the next
	})
}

func cancelledRead(env storetest.Env) error {
	ctx, cancel := context.WithCancel(env.Ctx)
	defer cancel()
	return env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		cancel()
		_, err := store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 order by id limit 10`, tx.Tenant)
		return err
	})
}
