package building

import (
	"context"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// house stands at a place of its own.
func house(i int) Placed {
	west := float64(10 * i)
	ring := orb.Ring{{west, 0}, {west + 6, 0}, {west + 6, 6}, {west, 6}, {west, 0}}
	return Placed{Request: Request{Property: "12/34"}, Footprint: orb.MultiPolygon{{ring}}}
}

// asks counts a person's question about a place, and reports whether she is told.
func asks(t *testing.T, env storetest.Env, person string, p Placed) (told bool) {
	t.Helper()
	ctx := identity.With(store.WithTenant(env.Ctx, "t"), identity.Actor{Kind: identity.Resident, PersonID: person})
	err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		told, err = (&Service{}).count(ctx, tx, p)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return told
}

func questions(t *testing.T, env storetest.Env) (n int64) {
	t.Helper()
	err := env.DB.Read(store.WithTenant(env.Ctx, "t"), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from building_pipe_questions where tenant_id = $1`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Who asks from many windows at once is told at no more places than who asks from one.
func TestCount_isNotPassedByAskingAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations(), audit.Migrations()}, func(t *testing.T, env storetest.Env) {
		var wait sync.WaitGroup
		var told, others atomic.Int64
		for i := range 2 * mostPlaces {
			wait.Go(func() {
				if asks(t, env, "kari", house(i)) {
					told.Add(1)
				}
			})
		}
		for i := range 3 {
			wait.Go(func() {
				if asks(t, env, "ola", house(i)) {
					others.Add(1)
				}
			})
		}
		wait.Wait()
		if told.Load() != mostPlaces || others.Load() != 3 || questions(t, env) != mostPlaces+3 {
			t.Errorf("%d and %d were told, %d rows", told.Load(), others.Load(), questions(t, env))
		}
	})
}

func TestCount_oncePerPlaceAndDay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations(), audit.Migrations()}, func(t *testing.T, env storetest.Env) {
		var wait sync.WaitGroup
		for range 8 { // one place, from eight windows
			wait.Go(func() {
				if !asks(t, env, "kari", house(0)) {
					t.Error("not told")
				}
			})
		}
		wait.Wait()
		if n := questions(t, env); n != 1 {
			t.Errorf("one place is %d rows", n)
		}
		for i := 1; i < mostPlaces; i++ {
			if !asks(t, env, "kari", house(i)) {
				t.Errorf("not told at place %d", i+1)
			}
		}
		if asks(t, env, "kari", house(mostPlaces)) || !asks(t, env, "kari", house(0)) {
			t.Error("at the limit a new place is told, or a known one is not")
		}
		if asks(t, env, "", house(1)) {
			t.Error("nobody is told")
		}
		env.Clock.Advance(24 * time.Hour)
		if !asks(t, env, "kari", house(mostPlaces)) || questions(t, env) != 1 {
			t.Errorf("the day after: %s", fmt.Sprint(questions(t, env)))
		}
	})
}

// What somebody asked is not kept until the next one asks.
func TestSweep_forgetsTheDaysBefore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []fs.FS{Migrations(), audit.Migrations()}, func(t *testing.T, env storetest.Env) {
		s := &Service{Deps: Deps{DB: env.DB}}
		swept := func() int64 {
			if err := s.Sweep(store.WithTenant(env.Ctx, "t")); err != nil {
				t.Fatal(err)
			}
			return questions(t, env)
		}
		asks(t, env, "kari", house(1))
		if n := swept(); n != 1 {
			t.Errorf("%d questions are kept of today", n)
		}
		env.Clock.Advance(24 * time.Hour)
		if n := swept(); n != 0 {
			t.Errorf("%d questions are kept of yesterday", n)
		}
	})
}
