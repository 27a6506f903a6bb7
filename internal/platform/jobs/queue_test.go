package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestEnqueue_existsIfAndOnlyIfItsTransactionCommits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		broken := errors.New("changed our mind")
		err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := jobs.Enqueue(ctx, tx, note{"rolled back"}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		w.enqueue(note{"committed"})
		w.drain("committed")
		w.drain()
		if got := w.rows(""); len(got) != 0 {
			t.Errorf("a completed job is still there: %+v", got)
		}
	})
}

func TestEnqueue_belongsToTheTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jobs.Register(w.registry, jobs.KindOptions{}, func(ctx context.Context, j jobs.Job[note]) error {
			w.say("%s in %q, context %q", j.Args.Name, j.Tenant, store.TenantOf(ctx))
			return nil
		})
		w.enqueue(note{"mine"})
		err := w.DB.WritePlatform(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := jobs.Enqueue(ctx, tx, note{"theirs"}, jobs.ForTenant("t-b")); err != nil {
				return err
			}
			return jobs.Enqueue(ctx, tx, note{"everybody's"})
		})
		if err != nil {
			t.Fatal(err)
		}
		// A worker of the platform gets no tenant, whoever's context the runner was started with.
		r := w.runner()
		if _, err := r.Drain(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		want := []string{`mine in "t-a", context "t-a"`, `theirs in "t-b", context "t-b"`, `everybody's in "", context ""`}
		if diff := cmp.Diff(want, w.said()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEnqueue_refusesWhatDoesNotBelongInTheTable(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, try := range map[string]func(context.Context, *store.Tx) error{
			"another tenant": func(ctx context.Context, tx *store.Tx) error {
				return jobs.Enqueue(ctx, tx, note{"x"}, jobs.ForTenant("t-b"))
			},
			"a document": func(ctx context.Context, tx *store.Tx) error {
				return jobs.Enqueue(ctx, tx, note{fmt.Sprintf("%9000d", 1)})
			},
			"no such lane": func(ctx context.Context, tx *store.Tx) error {
				return jobs.Enqueue(ctx, tx, note{"x"}, jobs.InLane("fast"))
			},
			"nothing": func(ctx context.Context, tx *store.Tx) error { return jobs.Enqueue(ctx, tx, nil) },
		} {
			if err := w.DB.Write(w.Ctx, try); err == nil {
				t.Errorf("%s was accepted", name)
			}
		}
	})
}

func TestUniqueKey_holdsAmongUnfinishedJobsOfATenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.enqueue(note{"first"}, jobs.UniqueKey("k"))
		w.enqueue(note{"second"}, jobs.UniqueKey("k"))
		w.enqueue(note{"other key"}, jobs.UniqueKey("l"))
		w.enqueueAs(w.Other, note{"other tenant"}, jobs.UniqueKey("k"))
		w.drain("first", "other tenant", "other key")
		w.enqueue(note{"again"}, jobs.UniqueKey("k"))
		w.drain("again")
	})
}

func TestAt_waitsForItsTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.enqueue(note{"tomorrow"}, jobs.At(w.Clock.Now().Add(24*time.Hour)))
		w.enqueue(note{"an hour ago"}, jobs.At(w.Clock.Now().Add(-time.Hour)))
		w.drain("an hour ago")
		w.Clock.Advance(24*time.Hour - time.Microsecond)
		w.drain()
		w.Clock.Advance(time.Microsecond)
		w.drain("tomorrow")
	})
}

func TestEnqueueAll_takesManyWithTheirOwnOptions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		var items []jobs.Item
		for _, name := range names("n", 2500) {
			items = append(items, jobs.Item{Args: note{name}})
		}
		items = append(items, jobs.Item{Args: note{"later"}, Options: []jobs.Option{jobs.At(w.Clock.Now().Add(time.Hour))}})
		err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.EnqueueAll(ctx, tx, items...) })
		if err != nil {
			t.Fatal(err)
		}
		w.drain(names("n", 2500)...)
		if left := w.only(); left.Args != `{"name":"later"}` {
			t.Errorf("left %+v", left)
		}
	})
}

func TestLanes_alarmBeforeMessageBeforeBulk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		jobs.Register(w.registry, jobs.KindOptions{Lane: jobs.LaneBulk}, func(_ context.Context, j jobs.Job[newsletter]) error {
			w.say("bulk %s", j.Args.Name)
			return nil
		})
		jobs.Register(w.registry, jobs.KindOptions{Lane: jobs.LaneAlarm}, func(_ context.Context, j jobs.Job[siren]) error {
			w.say("alarm %s", j.Args.Name)
			return nil
		})
		w.enqueue(newsletter{"1"})
		w.enqueue(note{"message"})
		w.enqueue(siren{"1"})
		w.enqueue(newsletter{"made urgent"}, jobs.InLane(jobs.LaneAlarm))
		w.drain("alarm 1", "bulk made urgent", "message", "bulk 1")
	})
}

func TestFairness_aHundredThousandDoNotHoldUpTheNeighbour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var items []jobs.Item
		for _, name := range names("a", 1000) {
			items = append(items, jobs.Item{Args: note{name}})
		}
		err := w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.EnqueueAll(ctx, tx, items...) })
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names("b", 3) {
			w.enqueueAs(w.Other, note{name})
		}
		w.notes(jobs.KindOptions{})
		if _, err := w.runner().Drain(w.Ctx); err != nil {
			t.Fatal(err)
		}
		did := w.said()
		if diff := cmp.Diff([]string{"a000", "b000", "a001", "b001", "a002", "b002", "a003"}, did[:7]); diff != "" {
			t.Errorf("the neighbour did not get its turns:\n%s", diff)
		}
		if len(did) != 1003 {
			t.Errorf("%d jobs ran", len(did))
		}
	})
}

func TestOrdered_oneAfterTheOtherAlsoWhenTheFirstMustWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		down := true
		jobs.Register(w.registry, jobs.KindOptions{Backoff: constant(time.Minute)}, func(_ context.Context, j jobs.Job[note]) error {
			if down && j.Args.Name == "a1" {
				w.say("a1 fails")
				return errors.New("mail server is down")
			}
			w.say("%s", j.Args.Name)
			return nil
		})
		w.enqueue(note{"a1"}, jobs.Ordered("a@"))
		w.enqueue(note{"a2"}, jobs.Ordered("a@"))
		w.enqueue(note{"b1"}, jobs.Ordered("b@"))
		w.enqueue(note{"a3"}, jobs.Ordered("a@"))
		w.enqueueAs(w.Other, note{"other a1"}, jobs.Ordered("a@"))
		w.drain("a1 fails", "other a1", "b1")
		w.enqueue(note{"a4"}, jobs.Ordered("a@"))
		w.drain()
		down = false
		w.Clock.Advance(time.Minute)
		w.drain("a1", "a2", "a3", "a4")
	})
}

func TestOrdered_aDeadLetterLetsTheNextPass(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		jobs.Register(w.registry, jobs.KindOptions{MaxAttempts: 1}, func(_ context.Context, j jobs.Job[note]) error {
			w.say("%s", j.Args.Name)
			if j.Args.Name == "dead" {
				return errors.New("no such address")
			}
			return nil
		})
		w.enqueue(note{"dead"}, jobs.Ordered("a@"))
		w.enqueue(note{"alive"}, jobs.Ordered("a@"))
		w.drain("dead", "alive")
	})
}

func TestOrdered_manyRunnersKeepTheOrderAndForgetNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		w.start(short)
		if w.DB.Dialect() == store.Postgres {
			w.start(short)
		}
		// Enqueues race with the ends of the jobs before them.
		for _, name := range names("n", 100) {
			w.enqueue(note{name}, jobs.Ordered("one"))
		}
		if diff := cmp.Diff(names("n", 100), w.until(100)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOperator_seesRetriesAndDiscards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		fail := true
		jobs.Register(w.registry, jobs.KindOptions{MaxAttempts: 1}, func(_ context.Context, j jobs.Job[note]) error {
			if fail {
				return errors.New("refused")
			}
			w.say("%s %d", j.Args.Name, j.Attempt)
			return nil
		})
		w.enqueue(note{"a"}, jobs.UniqueKey("k"))
		w.drain()
		dead := w.only()
		if dead.State != jobs.StateDiscarded || dead.LastError != "refused" || dead.EndedAt.IsZero() {
			t.Fatalf("dead letter %+v", dead)
		}
		counts, err := jobs.Counts(w.Ctx, w.DB)
		want := []jobs.Count{{Kind: "test.note", State: jobs.StateDiscarded, Jobs: 1, Oldest: w.Clock.Now()}}
		if diff := cmp.Diff(want, counts); err != nil || diff != "" {
			t.Errorf("counts: %v %s", err, diff)
		}
		w.enqueue(note{"twin"}, jobs.UniqueKey("k"), jobs.At(w.Clock.Now().Add(time.Hour)))
		if err := jobs.Retry(w.Ctx, w.DB, dead.Tenant, dead.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("retry beside its twin: %v", err)
		}
		twin := w.rows(jobs.StateScheduled)[0]
		if err := jobs.Discard(w.Ctx, w.DB, twin.Tenant, twin.ID); err != nil {
			t.Fatal(err)
		}
		if err := jobs.Discard(w.Ctx, w.DB, twin.Tenant, twin.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("discard twice: %v", err)
		}
		if err := jobs.Retry(w.Ctx, w.DB, "t-b", dead.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("retry of another tenant's: %v", err)
		}
		fail = false
		if err := jobs.Retry(w.Ctx, w.DB, dead.Tenant, dead.ID); err != nil {
			t.Fatal(err)
		}
		w.drain("a 1")
	})
}

func TestList_filtersAndPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, name := range names("n", 5) {
			w.enqueue(note{name})
		}
		w.enqueueAs(w.Other, newsletter{"x"})
		tenant := "t-a"
		page, err := jobs.List(w.Ctx, w.DB, jobs.Filter{Tenant: &tenant, Kind: "test.note", State: jobs.StateAvailable, Limit: 3})
		if err != nil || len(page) != 3 || page[0].Args != `{"name":"n004"}` {
			t.Fatalf("first page %v %+v", err, page)
		}
		page, err = jobs.List(w.Ctx, w.DB, jobs.Filter{Tenant: &tenant, Before: page[2].ID})
		if err != nil || len(page) != 2 || page[1].Args != `{"name":"n000"}` {
			t.Fatalf("second page %v %+v", err, page)
		}
	})
}

func constant(d time.Duration) func(int) time.Duration {
	return func(int) time.Duration { return d }
}

// short lets a runner poll often, for what is not woken.
func short(o *jobs.Options) { o.Poll = 5 * time.Millisecond }
