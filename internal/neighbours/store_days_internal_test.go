package neighbours

import (
	"context"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// spends counts something for a person, and reports whether there was room for it.
func spends(t *testing.T, env storetest.Env, person string, looked, notified int) (ok bool) {
	t.Helper()
	err := env.DB.Write(store.WithTenant(env.Ctx, "t"), func(ctx context.Context, tx *store.Tx) (err error) {
		ok, err = spend(ctx, tx, person, looked, notified)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return ok
}

// Who asks from many windows at once gets no further than who asks from one.
func TestSpend_isNotPassedByAskingAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		var wait sync.WaitGroup
		var looked, notified, other atomic.Int64
		for range lookedUpADay + 20 {
			wait.Go(func() {
				if spends(t, env, "kari", 1, 0) {
					looked.Add(1)
				}
			})
		}
		for range 9 { // seven of them would be too many
			wait.Go(func() {
				if spends(t, env, "kari", 0, 100) {
					notified.Add(1)
				}
			})
		}
		wait.Go(func() {
			if spends(t, env, "ola", 1, notifiedADay) {
				other.Add(1)
			}
		})
		wait.Wait()
		if looked.Load() != lookedUpADay || notified.Load() != notifiedADay/100 || other.Load() != 1 {
			t.Errorf("looked up %d times, notified %d times a hundred, another %d", looked.Load(), notified.Load(), other.Load())
		}
		if spends(t, env, "kari", 0, 1) || spends(t, env, "kari", 1, 0) || !spends(t, env, "kari", 0, 0) {
			t.Error("there is still room, or none for nothing")
		}
	})
}

func TestSpend_beginsAnewEachDay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		if !spends(t, env, "kari", lookedUpADay, 0) || spends(t, env, "kari", 1, 0) {
			t.Error("the day is not bounded")
		}
		if spends(t, env, "kari", 0, notifiedADay+1) || !spends(t, env, "kari", 0, notifiedADay) {
			t.Error("all or nothing is not counted")
		}
		env.Clock.Advance(24 * time.Hour)
		if !spends(t, env, "kari", 1, 1) {
			t.Error("the day after is not a new one")
		}
		err := env.DB.Read(store.WithTenant(env.Ctx, "t"), func(ctx context.Context, tx *store.Tx) error {
			rows, err := store.One(ctx, tx, store.Value[int64], `select count(*) from neighbours_days where tenant_id = $1`, tx.Tenant)
			if rows != 1 {
				t.Errorf("%d rows are kept", rows)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Nobody's days are kept until she comes back.
func TestSweep_forgetsTheDaysBefore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		s := &Service{Deps: Deps{DB: env.DB}}
		rows := func() (n int64) {
			ctx := store.WithTenant(env.Ctx, "t")
			err := s.Sweep(ctx)
			if err == nil {
				err = env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
					n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from neighbours_days where tenant_id = $1`, tx.Tenant)
					return err
				})
			}
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		spends(t, env, "kari", 1, 1)
		if n := rows(); n != 1 {
			t.Errorf("%d rows are kept of today", n)
		}
		env.Clock.Advance(24 * time.Hour)
		if n := rows(); n != 0 {
			t.Errorf("%d rows are kept of yesterday", n)
		}
	})
}
