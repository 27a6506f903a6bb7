package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func notes() []fs.FS { return []fs.FS{os.DirFS("testdata/notes")} }

type note struct {
	ID   int64
	Body string
	Done bool
	Doc  store.JSON
	Raw  []byte
	At   store.Time
}

func (n *note) fields() []any { return []any{&n.ID, &n.Body, &n.Done, &n.Doc, &n.Raw, &n.At} }

func add(ctx context.Context, tx *store.Tx, id int64, body string) error {
	_, err := tx.Exec(ctx, `insert into notes (tenant_id, id, body, at) values ($1, $2, $3, $4)`, tx.Tenant, id, body, tx.Now)
	return err
}

func bodies(t *testing.T, ctx context.Context, db *store.DB) []string {
	t.Helper()
	var out []string
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 order by id limit 1000`, tx.Tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// write commits or ends the test.
func write(t *testing.T, ctx context.Context, db *store.DB, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := db.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

func TestWrite_keepsEveryTypeAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		want := note{ID: 7, Body: "Blåbærsyltetøy č", Done: true, Doc: store.JSON(`12`), Raw: []byte{0, 1, 255}, At: store.At(env.Clock.Now().Add(123456 * time.Microsecond))}
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			// The parameters stand out of order on purpose: some drivers bind them by position.
			_, err := tx.Exec(ctx, `insert into notes (id, tenant_id, at, raw, doc, done, body) values ($2, $1, $7, $6, $5, $4, $3)`,
				tx.Tenant, want.ID, want.Body, want.Done, want.Doc, want.Raw, want.At)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			got, err := store.One(ctx, tx, (*note).fields, `select id, body, done, doc, raw, at from notes where tenant_id = $1`, tx.Tenant)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestWrite_rollsBackOnErrorAndKeepsOthers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		boom := errors.New("boom")
		var wg sync.WaitGroup
		for i := range int64(40) {
			wg.Go(func() {
				err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
					if err := add(ctx, tx, i, fmt.Sprint(i)); err != nil {
						return err
					}
					if i%2 == 1 {
						return boom
					}
					return nil
				})
				if i%2 == 1 && !errors.Is(err, boom) || i%2 == 0 && err != nil {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := bodies(t, env.Ctx, env.DB); len(got) != 20 {
			t.Errorf("%d rows stand, want the 20 that succeeded: %v", len(got), got)
		}
	})
}

func TestWrite_doesNotSeeTheRequestsCancellation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		// Many writers share batches; some requests are cancelled in the middle
		// of their statements. Nobody's work may suffer, not even theirs.
		var wg sync.WaitGroup
		for i := range int64(60) {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(env.Ctx)
				defer cancel()
				err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
					if i%3 == 0 {
						cancel()
					}
					if err := ctx.Err(); err != nil {
						return fmt.Errorf("the function saw the cancellation: %w", err)
					}
					return add(ctx, tx, i, "x")
				})
				if err != nil {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := len(bodies(t, env.Ctx, env.DB)); got != 60 {
			t.Errorf("%d rows, want 60", got)
		}
	})
}

func TestWrite_notBegunWhenAlreadyCancelled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		ctx, cancel := context.WithCancel(env.Ctx)
		cancel()
		err := env.DB.Write(ctx, func(context.Context, *store.Tx) error { t.Error("ran"); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWrite_turnsAPanicIntoAnErrorOfItsOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var wg sync.WaitGroup
		var panics atomic.Int64
		for i := range int64(30) {
			wg.Go(func() {
				err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
					if err := add(ctx, tx, i, "x"); err != nil {
						return err
					}
					if i%10 == 0 {
						panic("a mistake")
					}
					return nil
				})
				if p, ok := errors.AsType[*store.PanicError](err); ok && p.Value == "a mistake" && len(p.Stack) > 0 {
					panics.Add(1)
				} else if err != nil {
					t.Errorf("write %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if panics.Load() != 3 {
			t.Errorf("%d panics came back as errors, want 3", panics.Load())
		}
		if got := len(bodies(t, env.Ctx, env.DB)); got != 27 {
			t.Errorf("%d rows, want 27", got)
		}
	})
}

func TestWrite_refusesToGoOnAfterAFailedStatement(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := add(ctx, tx, 1, "first"); err != nil {
				return err
			}
			if err := add(ctx, tx, 1, "again"); !store.IsUnique(err) {
				t.Errorf("the second row with one key: %v", err)
			}
			if err := add(ctx, tx, 2, "after"); err == nil {
				t.Error("a statement ran after a failed one")
			}
			return nil // the error is ignored, which must not commit half the work
		})
		if err == nil {
			t.Error("a transaction with a failed statement was committed")
		}
		if got := bodies(t, env.Ctx, env.DB); len(got) != 0 {
			t.Errorf("rows stand: %v", got)
		}
	})
}

func TestWrite_refusesATransactionInside(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, _ *store.Tx) error {
			if err := env.DB.Read(ctx, func(context.Context, *store.Tx) error { return nil }); err == nil {
				t.Error("read inside write was allowed")
			}
			return env.DB.Write(ctx, func(context.Context, *store.Tx) error { return nil })
		})
		if err == nil {
			t.Error("write inside write was allowed")
		}
	})
}

func TestStatement_mustNameTenant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := store.All(ctx, tx, store.Value[string], `select body from notes order by id limit 10`)
			return err
		})
		if err == nil {
			t.Error("a statement without tenant_id ran in a tenant's transaction")
		}
	})
}

func TestTenants_areApart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			if err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, tx.Tenant) }); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{storetest.TenantA}, bodies(t, env.Ctx, env.DB)); diff != "" {
			t.Error(diff)
		}
		var all []string
		err := env.DB.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			all, err = store.All(ctx, tx, store.Value[string], `select body from notes order by tenant_id limit 10`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{storetest.TenantA, storetest.TenantB}, all); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRead_cannotWrite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") })
		if err == nil {
			t.Error("a reading transaction wrote")
		}
	})
}

func TestGlance_asksOneQuestionOfOneTenant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		for _, ctx := range []context.Context{env.Ctx, env.Other} {
			if err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, tx.Tenant) }); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(ctx context.Context, tx *store.Tx) (list []string, err error) {
			return store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 order by id limit 10`, tx.Tenant)
		}
		for range 3 { // the connection is clean for the next
			for ctx, want := range map[context.Context]string{env.Ctx: storetest.TenantA, env.Other: storetest.TenantB} {
				err := env.DB.Glance(ctx, func(ctx context.Context, tx *store.Tx) error {
					list, err := ask(ctx, tx)
					if diff := cmp.Diff([]string{want}, list); err == nil && diff != "" {
						t.Error(diff)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		for name, fn := range map[string]func(context.Context, *store.Tx) error{
			"two questions": func(ctx context.Context, tx *store.Tx) error {
				_, first := ask(ctx, tx)
				_, second := ask(ctx, tx)
				return errors.Join(first, second)
			},
			"a row":        func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 2, "x") },
			"a queued row": func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, 2, "x") },
			"a panic":      func(context.Context, *store.Tx) error { panic("test") },
			"bad SQL": func(ctx context.Context, tx *store.Tx) error {
				_, err := store.All(ctx, tx, store.Value[string], `select nothing from nowhere where tenant_id = $1 order by 1 limit 1`, tx.Tenant)
				return err
			},
		} {
			if err := env.DB.Glance(env.Ctx, fn); err == nil {
				t.Errorf("%s went well", name)
			}
		}
		if got := bodies(t, env.Ctx, env.DB); len(got) != 1 {
			t.Errorf("rows %v", got)
		}
	})
}

func TestRead_seesOneSnapshot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		count := func(ctx context.Context, tx *store.Tx) int64 {
			n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
			if err != nil {
				t.Error(err)
			}
			return n
		}
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			before := count(ctx, tx)
			if err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "x") }); err != nil {
				t.Error(err)
			}
			if after := count(ctx, tx); after != before {
				t.Errorf("%d rows, then %d in the same reading transaction", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAfterCommit_runsOnlyAfterACommit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		ran := 0
		_ = env.DB.Write(env.Ctx, func(_ context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() { ran += 100 })
			return errors.New("no")
		})
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() {
				if got := len(bodies(t, env.Ctx, env.DB)); got != 1 {
					t.Errorf("after the commit %d rows are seen", got)
				}
				ran++
			})
			return add(ctx, tx, 1, "x")
		})
		if err != nil || ran != 1 {
			t.Errorf("error %v, effects %d, want 1", err, ran)
		}
	})
}

func TestWake_reachesSubscribers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		woken, cancel := env.DB.Subscribe("topic")
		defer cancel()
		drain(woken)
		err := env.DB.Write(env.Ctx, func(_ context.Context, tx *store.Tx) error { tx.Wake("topic"); return nil })
		if err != nil {
			t.Fatal(err)
		}
		expectWake(t, woken)
	})
}

func TestWake_reachesOtherProcessesOnPostgres(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	other, err := store.Open(t.Context(), env.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	woken, cancel := other.Subscribe("topic")
	defer cancel()
	expectWake(t, woken) // the listener is connected, and says so by waking everybody
	err = env.DB.Write(env.Ctx, func(_ context.Context, tx *store.Tx) error { tx.Wake("topic"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	expectWake(t, woken)
}

func drain(ch <-chan struct{}) {
	select {
	case <-ch:
	default:
	}
}

func expectWake(t *testing.T, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody was woken")
	}
}

func TestClose_refusesLaterWrites(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		second, err := store.Open(t.Context(), env.Config)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(second.Close(), second.Close()); err != nil {
			t.Fatal(err)
		}
		err = second.Write(env.Ctx, func(context.Context, *store.Tx) error { return nil })
		if err == nil {
			t.Error("a closed database took a write")
		}
	})
}

func TestHealthy_writes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		if err := env.DB.Healthy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestUnavailable_isWhatAPersonIsTold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		fill(t, env)
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return addBig(ctx, tx, 1) })
		if !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("a full disk is told as %v", err)
		}
	})
}
