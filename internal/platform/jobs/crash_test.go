package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// stuck registers a worker for notes that tells when it has begun and then
// waits for the gate; its context's end is said.
func (w *world) stuck(gate <-chan struct{}) {
	jobs.Register(w.registry, jobs.KindOptions{Timeout: -1}, func(ctx context.Context, j jobs.Job[note]) error {
		w.say("%s begins %d", j.Args.Name, j.Attempt)
		select {
		case <-gate:
			w.say("%s ends %d", j.Args.Name, j.Attempt)
			return nil
		case <-ctx.Done():
			w.say("%s: %v", j.Args.Name, context.Cause(ctx))
			return ctx.Err()
		}
	})
}

func TestCrash_anotherTakesOverWhenTheLeaseHasPassed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		gate := make(chan struct{})
		w.stuck(gate)
		w.enqueue(note{"a"})
		r := w.runner()
		if err := r.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		w.until(1)
		r.Kill()
		close(gate) // the dead process's worker ends, but nobody hears it
		w.until(2)
		w.said()
		w.Clock.Advance(29 * time.Second)
		w.drain()
		w.Clock.Advance(2 * time.Second)
		w.drain("a begins 2", "a ends 2")
		if got := w.rows(""); len(got) != 0 {
			t.Errorf("left: %+v", got)
		}
	})
}

func TestCrash_ofTheLastAttemptMakesADeadLetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		gate := make(chan struct{})
		defer close(gate)
		w.stuck(gate)
		w.enqueue(note{"a"}, jobs.MaxAttempts(1))
		r := w.runner()
		if err := r.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		w.until(1)
		r.Kill()
		w.said()
		w.Clock.Advance(time.Minute)
		w.drain()
		if got := w.only(); got.State != jobs.StateDiscarded || got.LastError != "lease expired" {
			t.Errorf("%+v", got)
		}
	})
}

func TestFence_whoLostTheLeaseCanNotFinish(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var late func() error
		jobs.Register(w.registry, jobs.KindOptions{MaxAttempts: 5}, func(_ context.Context, j jobs.Job[note]) error {
			complete := func() error {
				return w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.CompleteTx(ctx, tx, j) })
			}
			w.say("attempt %d", j.Attempt)
			if j.Attempt > 1 {
				return complete()
			}
			late = complete
			// The process stands still while its lease passes and another takes the job.
			w.Clock.Advance(time.Minute)
			if _, err := w.runner().Drain(w.Ctx); err != nil {
				t.Error(err)
			}
			return nil // too late: must not be taken for the end of the other's job
		})
		w.enqueue(note{"a"})
		w.drain("attempt 1", "attempt 2")
		if err := late(); !errors.Is(err, jobs.ErrLeaseLost) {
			t.Errorf("finished after the lease was lost: %v", err)
		}
	})
}

func TestFence_aLateResultDoesNotEndTheOthersRun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jobs.Register(w.registry, jobs.KindOptions{}, func(_ context.Context, j jobs.Job[note]) error {
			w.say("attempt %d", j.Attempt)
			if j.Attempt == 1 {
				w.Clock.Advance(time.Minute)
				if _, err := w.runner().Drain(w.Ctx); err != nil {
					t.Error(err)
				}
				return nil
			}
			return jobs.Snooze(time.Hour)
		})
		w.enqueue(note{"a"})
		w.drain("attempt 1", "attempt 2")
		if got := w.only(); got.State != jobs.StateScheduled {
			t.Errorf("the first run's late success ended the job: %+v", got)
		}
	})
}

func TestBeat_renewsTheLeaseAndEndsWhoLostIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		gate := make(chan struct{})
		defer close(gate)
		w.stuck(gate)
		w.enqueue(note{"a"})
		r := w.start()
		w.until(1)
		w.Clock.Advance(20 * time.Second)
		r.Beat()
		r.Beat() // the first is written when the second is heard
		if got, want := w.only().LeaseUntil, w.Clock.Now().Add(30*time.Second); !got.Equal(want) {
			t.Errorf("lease until %v, want %v", got, want)
		}
		row := w.only()
		if err := jobs.Discard(w.Ctx, w.DB, row.Tenant, row.ID); err != nil {
			t.Fatal(err)
		}
		r.Beat()
		if diff := cmp.Diff([]string{"a begins 1", "a: jobs: the lease was lost"}, w.until(2)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFinish_aFailedTransactionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, failures := range []int{1, 3, 40} {
		t.Run(fmt.Sprint(failures), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.notes(jobs.KindOptions{})
				r := w.runner(short)
				r.BreakFinishes(failures)
				for _, name := range names("n", 20) {
					w.enqueue(note{name})
				}
				if err := r.Start(w.Ctx); err != nil {
					t.Fatal(err)
				}
				w.until(20)
				if err := r.Stop(context.WithoutCancel(w.Ctx)); err != nil {
					t.Fatal(err)
				}
				if got := w.said(); len(got) != 20 {
					t.Errorf("%d runs of 20 jobs", len(got))
				}
				if got := w.rows(""); len(got) != 0 {
					t.Errorf("left: %+v", got)
				}
			})
		})
	}
}

func TestWake_aCommitIsEnough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.start() // polls once an hour
		for i, name := range names("n", 20) {
			w.enqueue(note{name})
			w.until(i + 1)
		}
		w.enqueue(note{"x1"}, jobs.Ordered("x"))
		w.enqueue(note{"x2"}, jobs.Ordered("x"))
		w.until(22)
	})
}

func TestWake_whatARunSchedulesNeedsNoPoll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jobs.Register(w.registry, jobs.KindOptions{Backoff: constant(0)}, func(_ context.Context, j jobs.Job[note]) error {
			w.say("attempt %d", j.Attempt)
			if j.Attempt < 4 {
				return errors.New("not yet")
			}
			return nil
		})
		w.start() // polls once an hour
		w.enqueue(note{"a"})
		w.until(4)
	})
}

func TestWake_reachesAnotherProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if w.DB.Dialect() == store.SQLite {
			return // one process
		}
		w.notes(jobs.KindOptions{})
		other, err := store.Open(w.Ctx, w.Config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = other.Close() })
		w.start()
		err = other.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.Enqueue(ctx, tx, note{"a"}) })
		if err != nil {
			t.Fatal(err)
		}
		w.until(1)
	})
}

func TestManyRunners_runEachJobOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.start(short)
		if w.DB.Dialect() == store.Postgres {
			w.start(short)
			w.start(short)
		}
		for _, name := range names("n", 200) {
			w.enqueue(note{name})
		}
		w.until(200)
		time.Sleep(20 * time.Millisecond) // room for a second run that must not come
		seen := map[string]bool{}
		for _, name := range w.said() {
			if seen[name] {
				t.Errorf("%s ran twice", name)
			}
			seen[name] = true
		}
	})
}

func TestStop_waitsForWhatRunsAndGivesBackTheRest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		gate := make(chan struct{})
		w.stuck(gate)
		for _, name := range names("n", 6) {
			w.enqueue(note{name})
		}
		r := w.runner(func(o *jobs.Options) { o.Workers = 4 })
		if err := r.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		w.until(3) // three of four workers may send messages
		go func() { time.Sleep(10 * time.Millisecond); close(gate) }()
		if err := r.Stop(context.WithoutCancel(w.Ctx)); err != nil {
			t.Fatal(err)
		}
		rows := w.rows("")
		for _, row := range rows {
			if row.State != jobs.StateAvailable || row.Attempt != 0 {
				t.Errorf("not given back: %+v", row)
			}
		}
		if len(rows) != 3 {
			t.Errorf("%d jobs left, want 3", len(rows))
		}
	})
}

func TestStop_endsTheContextsWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.stuck(nil)
		w.enqueue(note{"a"})
		r := w.runner()
		if err := r.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		w.until(1)
		brief, cancel := context.WithTimeout(context.WithoutCancel(w.Ctx), 5*time.Millisecond)
		defer cancel()
		if err := r.Stop(brief); err != nil {
			t.Fatal(err)
		}
		if got := w.only(); got.State != jobs.StateAvailable || got.Attempt != 0 {
			t.Errorf("%+v", got)
		}
	})
}

func TestStop_tellsWhoDidNotEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		deaf := make(chan struct{})
		defer close(deaf)
		jobs.Register(w.registry, jobs.KindOptions{}, func(context.Context, jobs.Job[note]) error {
			w.say("begins")
			<-deaf
			return nil
		})
		w.enqueue(note{"a"})
		r := w.runner()
		if err := r.Start(w.Ctx); err != nil {
			t.Fatal(err)
		}
		w.until(1)
		gone, cancel := context.WithCancel(context.WithoutCancel(w.Ctx))
		cancel()
		if err := r.Stop(gone); err == nil {
			t.Error("a worker that did not end was not told of")
		}
		if got := w.only(); got.State != jobs.StateRunning {
			t.Errorf("given away while it runs: %+v", got)
		}
	})
}

func TestPrepare_bindsTheContextOrFailsTheRun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		type key struct{}
		var broken atomic.Bool
		jobs.Register(w.registry, jobs.KindOptions{Backoff: constant(time.Minute)}, func(ctx context.Context, _ jobs.Job[note]) error {
			w.say("%v", ctx.Value(key{}))
			return nil
		})
		r := w.runner(func(o *jobs.Options) {
			o.Prepare = func(ctx context.Context, tenant string) (context.Context, error) {
				if broken.Load() {
					return nil, errors.New("no such tenant")
				}
				return context.WithValue(ctx, key{}, "prepared "+tenant), nil
			}
		})
		w.enqueue(note{"a"})
		broken.Store(true)
		w.drainWith(r)
		if got := w.only().LastError; got != "jobs: prepare: no such tenant" {
			t.Error(got)
		}
		broken.Store(false)
		w.Clock.Advance(time.Minute)
		w.drainWith(r, "prepared t-a")
	})
}
