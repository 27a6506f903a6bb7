package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// put is add for whoever does not wait for the answer.
func put(ctx context.Context, tx *store.Tx, id int64, body string) error {
	return tx.Queue(ctx, `insert into notes (tenant_id, id, body, at) values ($1, $2, $3, $4)`, tx.Tenant, id, body, tx.Now)
}

func TestQueue_isSeenByWhatComesAfter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var inside []string
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) (err error) {
			for i := range int64(3) {
				if err := put(ctx, tx, i, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			inside, err = store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 order by id limit 10`, tx.Tenant)
			if err != nil {
				return err
			}
			return put(ctx, tx, 3, "3")
		})
		if diff := cmp.Diff([]string{"0", "1", "2"}, inside); diff != "" {
			t.Errorf("inside: %s", diff)
		}
		if diff := cmp.Diff([]string{"0", "1", "2", "3"}, bodies(t, env.Ctx, env.DB)); diff != "" {
			t.Errorf("after: %s", diff)
		}
	})
}

func TestQueue_takesAnyNumber(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			for i := range int64(500) {
				if err := put(ctx, tx, i, "x"); err != nil {
					return err
				}
			}
			return nil
		})
		if got := bodies(t, env.Ctx, env.DB); len(got) != 500 {
			t.Errorf("%d rows", len(got))
		}
	})
}

// A failure may be told late, but always by Write, and nothing of the transaction
// stands.
func TestQueue_failsTheTransaction(t *testing.T) {
	t.Parallel()
	then := map[string]func(context.Context, *store.Tx) error{
		"at the end": func(context.Context, *store.Tx) error { return nil },
		"before a statement": func(ctx context.Context, tx *store.Tx) error {
			_ = add(ctx, tx, 3, "ignored failures count too")
			return nil
		},
		"before a query": func(ctx context.Context, tx *store.Tx) error {
			_, err := store.One(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 and id = 2`, tx.Tenant)
			return err
		},
		"before others": func(ctx context.Context, tx *store.Tx) error { _ = put(ctx, tx, 3, "x"); return nil },
	}
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "first") })
		for name, rest := range then {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := put(ctx, tx, 2, "second"); err != nil {
					return err
				}
				if err := put(ctx, tx, 1, "taken"); err != nil {
					return err
				}
				return rest(ctx, tx)
			})
			if !store.IsUnique(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff([]string{"first"}, bodies(t, env.Ctx, env.DB)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQueueChange_mustChangeARow(t *testing.T) {
	t.Parallel()
	const rename = `update notes set body = $3 where tenant_id = $1 and id = $2`
	stale := errors.New("somebody was first")
	then := map[string]func(context.Context, *store.Tx) error{
		"at the end":         func(context.Context, *store.Tx) error { return nil },
		"before a statement": func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 3, "x") },
		"before others":      func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, 3, "x") },
	}
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			if err := put(ctx, tx, 1, "a"); err != nil {
				return err
			}
			return tx.QueueChange(ctx, stale, rename, tx.Tenant, 1, "b")
		})
		for name, rest := range then {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := put(ctx, tx, 2, "never"); err != nil {
					return err
				}
				if err := tx.QueueChange(ctx, stale, rename, tx.Tenant, 77, "c"); err != nil {
					return err
				}
				return rest(ctx, tx)
			})
			if !errors.Is(err, stale) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff([]string{"b"}, bodies(t, env.Ctx, env.DB)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQueue_isRefusedInAReadingTransaction(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		if err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return put(ctx, tx, 1, "x") }); err == nil {
			t.Error("written in a reading transaction")
		}
		if got := bodies(t, env.Ctx, env.DB); len(got) != 0 {
			t.Errorf("rows %v", got)
		}
	})
}

func TestQueue_isNothingOfAFailedFunction(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return errors.Join(put(ctx, tx, 1, "x"), broken) })
		if !errors.Is(err, broken) {
			t.Error(err)
		}
		if got := bodies(t, env.Ctx, env.DB); len(got) != 0 {
			t.Errorf("rows %v", got)
		}
	})
}

func TestRecall_readsOnceUntilTheTableChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var seen []string
		loads := 0
		body := func(ctx context.Context, tx *store.Tx, table string) {
			got, err := store.Recall(tx, table, "1", func() (string, error) {
				loads++
				return store.One(ctx, tx, store.Value[string], `select body from notes where tenant_id = $1 and id = 1`, tx.Tenant)
			})
			if err != nil {
				t.Error(err)
			}
			seen = append(seen, got)
		}
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			seen, loads = nil, 0
			if err := put(ctx, tx, 1, "a"); err != nil {
				return err
			}
			body(ctx, tx, "notes")
			body(ctx, tx, "notes")
			if err := tx.Queue(ctx, `update notes set body = 'b' where tenant_id = $1 and id = 1`, tx.Tenant); err != nil {
				return err
			}
			body(ctx, tx, "notes")
			body(ctx, tx, "notes")
			return nil
		})
		if diff := cmp.Diff([]string{"a", "a", "b", "b"}, seen); diff != "" || loads != 2 {
			t.Errorf("%d loads: %s", loads, diff)
		}
	})
}

func TestRecall_keepsNoFailure(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		broken := errors.New("broken")
		err := env.DB.Read(env.Ctx, func(_ context.Context, tx *store.Tx) error {
			if _, err := store.Recall(tx, "notes", "1", func() (int, error) { return 0, broken }); !errors.Is(err, broken) {
				t.Errorf("first: %v", err)
			}
			got, err := store.Recall(tx, "notes", "1", func() (int, error) { return 7, nil })
			if got != 7 {
				t.Errorf("got %d", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// The server tells a process of its own wake-ups too; it has heard of them already.
func TestWake_comesOnceToItsOwnProcess(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	other, err := store.Open(t.Context(), env.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	far, cancel := other.Subscribe("topic")
	defer cancel()
	near, cancelNear := env.DB.Subscribe("topic")
	defer cancelNear()
	expectWake(t, far) // its listener is connected
	proof, cancelProof := env.DB.Subscribe("proof")
	defer cancelProof()
	for range 2 { // the first may be our listener's connecting, which wakes every topic
		write(t, env.Ctx, other, func(_ context.Context, tx *store.Tx) error { tx.Wake("proof"); return nil })
		expectWake(t, proof)
	}
	drain(near)
	write(t, env.Ctx, env.DB, func(_ context.Context, tx *store.Tx) error { tx.Wake("topic"); return nil })
	expectWake(t, near)
	expectWake(t, far)
	select {
	case <-near:
		t.Error("woken a second time")
	case <-time.After(200 * time.Millisecond):
	}
}
