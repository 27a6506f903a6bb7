package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestFailure_isTriedAgainAfterItsBackoffAndThenDiscarded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		o := jobs.KindOptions{MaxAttempts: 3, Backoff: func(attempt int) time.Duration { return time.Duration(attempt) * time.Minute }}
		jobs.Register(w.registry, o, func(_ context.Context, j jobs.Job[note]) error {
			w.say("attempt %d", j.Attempt)
			return errors.New("person 010180 12345, tlf. 99 88 77 66, kari@example.no is away")
		})
		w.enqueue(note{"a"})
		w.drain("attempt 1")
		got := w.only()
		if got.State != jobs.StateScheduled || !got.RunAt.Equal(storetest.Start().Add(time.Minute)) || got.Attempt != 1 {
			t.Errorf("after the first: %+v", got)
		}
		if got.LastError != "person …, tlf. …, … is away" {
			t.Errorf("kept of the error: %q", got.LastError)
		}
		w.Clock.Advance(time.Minute)
		w.drain("attempt 2")
		w.Clock.Advance(time.Minute)
		w.drain()
		w.Clock.Advance(time.Minute)
		w.drain("attempt 3")
		if got := w.only(); got.State != jobs.StateDiscarded || !got.EndedAt.Equal(w.Clock.Now()) {
			t.Errorf("at the end: %+v", got)
		}
	})
}

func TestWorker_outcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		work func(context.Context) error
		want jobs.Row
	}{
		"panic": {
			func(context.Context) error { panic("index out of range") },
			jobs.Row{State: jobs.StateScheduled, Attempt: 1, LastError: "panic: index out of range"},
		},
		"snooze does not count": {
			func(context.Context) error { return jobs.Snooze(time.Hour) },
			jobs.Row{State: jobs.StateScheduled, Attempt: 0},
		},
		"cancel": {
			func(context.Context) error { return jobs.Cancel(errors.New("withdrawn")) },
			jobs.Row{State: jobs.StateCancelled, Attempt: 1, LastError: "jobs: cancelled: withdrawn"},
		},
		"timeout": {
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			jobs.Row{State: jobs.StateScheduled, Attempt: 1, LastError: "context deadline exceeded"},
		},
		"a long error": {
			func(context.Context) error { return errors.New(strings.Repeat("å", 400)) },
			jobs.Row{State: jobs.StateScheduled, Attempt: 1, LastError: strings.Repeat("å", 250) + "…"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				o := jobs.KindOptions{Timeout: 20 * time.Millisecond, Backoff: constant(time.Hour)}
				jobs.Register(w.registry, o, func(ctx context.Context, _ jobs.Job[note]) error { return c.work(ctx) })
				w.enqueue(note{"a"})
				w.drain()
				row := w.only()
				got := jobs.Row{State: row.State, Attempt: row.Attempt, LastError: row.LastError}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				if row.State == jobs.StateScheduled && !row.RunAt.Equal(w.Clock.Now().Add(time.Hour)) {
					t.Errorf("runs again at %v", row.RunAt)
				}
			})
		})
	}
}

func TestKeep_holdsCompletedJobsForAWhile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		keep := w.runner(func(o *jobs.Options) { o.Keep, o.KeepFailed = time.Hour, 48*time.Hour })
		w.enqueue(note{"a"})
		w.drainWith(keep, "a")
		if got := w.only(); got.State != jobs.StateCompleted {
			t.Errorf("kept %+v", got)
		}
		w.Clock.Advance(2 * time.Hour)
		w.drainWith(keep)
		if got := w.rows(""); len(got) != 0 {
			t.Errorf("kept too long: %+v", got)
		}
	})
}

func TestCompleteTx_finishesWithTheEffects(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jobs.Register(w.registry, jobs.KindOptions{Backoff: constant(time.Minute)}, func(ctx context.Context, j jobs.Job[note]) error {
			w.say("%s", j.Args.Name)
			err := w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := jobs.Enqueue(ctx, tx, newsletter{"effect"}); err != nil {
					return err
				}
				if err := jobs.CompleteTx(ctx, tx, j); err != nil {
					return err
				}
				if j.Attempt == 1 {
					return errors.New("the transaction fails")
				}
				return nil
			})
			if err != nil {
				return err
			}
			return errors.New("what comes after the commit no longer matters")
		})
		w.enqueue(note{"a1"}, jobs.Ordered("a"))
		w.enqueue(note{"a2"}, jobs.Ordered("a"))
		w.drain("a1")
		if got := w.rows(""); len(got) != 2 {
			t.Fatalf("after a rollback: %+v", got)
		}
		w.Clock.Advance(time.Minute)
		w.drain("a1", "a2")
		w.Clock.Advance(time.Minute)
		w.drain("a2")
		effects := w.rows("")
		if len(effects) != 2 || effects[0].Kind != "test.newsletter" || effects[1].Kind != "test.newsletter" {
			t.Errorf("effects: %+v", effects)
		}
	})
}

type versioned struct {
	Name string `json:"name"`
}

func (versioned) Kind() string     { return "test.note" }
func (versioned) KindVersion() int { return 2 }

func TestVersion_olderIsUpgradedAndNewerIsLeft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.enqueue(note{"old"})
		w.notes(jobs.KindOptions{})
		old := w.runner()
		w.registry = jobs.NewRegistry()
		upgrade := func(version int, raw []byte) ([]byte, error) {
			return []byte(strings.Replace(string(raw), "old", "renewed", 1)), nil
		}
		jobs.Register(w.registry, jobs.KindOptions{Upgrade: upgrade}, func(_ context.Context, j jobs.Job[versioned]) error {
			w.say("%s", j.Args.Name)
			return nil
		})
		w.drain("renewed")
		w.enqueue(versioned{"new"})
		w.drainWith(old)
		w.Clock.Advance(time.Minute)
		w.drain("new")
	})
}

func TestConcurrency_limitsAKindAndNotItsNeighbours(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var running, most atomic.Int64
		jobs.Register(w.registry, jobs.KindOptions{Concurrency: 2, Lane: jobs.LaneMessage}, func(context.Context, jobs.Job[newsletter]) error {
			now := running.Add(1)
			defer running.Add(-1)
			most.Store(max(most.Load(), now))
			time.Sleep(time.Millisecond)
			w.say("limited")
			return nil
		})
		w.notes(jobs.KindOptions{})
		for range 20 {
			w.enqueue(newsletter{"x"})
			w.enqueue(note{"x"})
		}
		w.start()
		w.until(40)
		if got := most.Load(); got > 2 {
			t.Errorf("%d ran at a time", got)
		}
	})
}

func TestUnknownKind_waitsForAProcessThatKnowsIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.enqueue(siren{"a"})
		w.enqueue(note{"b"})
		w.drain("b")
		if got := w.only(); got.State != jobs.StateAvailable || got.Attempt != 0 {
			t.Errorf("%+v", got)
		}
	})
}
