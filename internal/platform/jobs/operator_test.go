package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// dead makes one dead letter for each tenant of the world.
func dead(w *world, fail *bool) (mine, theirs jobs.Row) {
	w.t.Helper()
	jobs.Register(w.registry, jobs.KindOptions{MaxAttempts: 1}, func(_ context.Context, j jobs.Job[note]) error {
		if *fail {
			return errors.New("refused")
		}
		w.say("%s", j.Args.Name)
		return nil
	})
	w.enqueue(note{"mine"}, jobs.Ordered("one"))
	w.enqueueAs(w.Other, note{"theirs"})
	w.drain()
	for _, row := range w.rows(jobs.StateDiscarded) {
		if row.Tenant == "t-a" {
			mine = row
		} else {
			theirs = row
		}
	}
	if mine.ID == "" || theirs.ID == "" {
		w.t.Fatalf("dead letters: %+v and %+v", mine, theirs)
	}
	return mine, theirs
}

func (w *world) inTenant(fn func(context.Context, *store.Tx) error) error {
	return w.DB.Write(w.Ctx, fn)
}

func TestListIn_showsATenantItsOwnJobsOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		fail := true
		mine, theirs := dead(w, &fail)
		var list []jobs.Row
		foreign := "t-b"
		err := w.inTenant(func(ctx context.Context, tx *store.Tx) (err error) {
			list, err = jobs.ListIn(ctx, tx, jobs.Filter{Tenant: &foreign, State: jobs.StateDiscarded})
			return err
		})
		if err != nil || len(list) != 1 || list[0].ID != mine.ID {
			t.Errorf("%v, %+v", err, list)
		}
		all, err := jobs.List(w.Ctx, w.DB, jobs.Filter{ID: theirs.ID})
		if err != nil || len(all) != 1 || all[0].Tenant != "t-b" {
			t.Errorf("by id: %v, %+v", err, all)
		}
	})
}

func TestPutAway_leavesTheListAndCanStillBeRetried(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		fail := true
		mine, theirs := dead(w, &fail)
		put := func(id string) error {
			return w.inTenant(func(ctx context.Context, tx *store.Tx) error { return jobs.PutAwayIn(ctx, tx, id) })
		}
		if err := put(theirs.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another's: %v", err)
		}
		if err := put(mine.ID); err != nil {
			t.Fatal(err)
		}
		if err := put(mine.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("twice: %v", err)
		}
		if err := jobs.PutAway(w.Ctx, w.DB, "t-b", theirs.ID); err != nil {
			t.Fatal(err)
		}
		if left := w.rows(jobs.StateDiscarded); len(left) != 0 {
			t.Errorf("dead letters: %+v", left)
		}
		fail = false
		err := w.inTenant(func(ctx context.Context, tx *store.Tx) error { return jobs.RetryIn(ctx, tx, mine.ID) })
		if err != nil {
			t.Fatal(err)
		}
		w.drain("mine")
	})
}

func TestRetryIn_knowsNothingOfAnotherTenantsJob(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		fail := true
		mine, theirs := dead(w, &fail)
		for name, id := range map[string]string{"another's": theirs.ID, "none": "nothing"} {
			err := w.inTenant(func(ctx context.Context, tx *store.Tx) error { return jobs.RetryIn(ctx, tx, id) })
			if !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		fail = false
		err := w.inTenant(func(ctx context.Context, tx *store.Tx) error {
			if err := jobs.RetryIn(ctx, tx, mine.ID); err != nil {
				return err
			}
			return errors.New("something later failed")
		})
		if err == nil {
			t.Fatal("the transaction committed")
		}
		if left := w.rows(jobs.StateDiscarded); len(left) != 2 {
			t.Errorf("a retry that was rolled back counted: %+v", left)
		}
		w.drain()
	})
}

func TestRegistry_tellsItsKinds(t *testing.T) {
	t.Parallel()
	r := jobs.NewRegistry()
	jobs.Register(r, jobs.KindOptions{}, func(context.Context, jobs.Job[siren]) error { return nil })
	jobs.Register(r, jobs.KindOptions{}, func(context.Context, jobs.Job[note]) error { return nil })
	if diff := cmp.Diff([]string{"test.note", "test.siren"}, r.Kinds()); diff != "" {
		t.Error(diff)
	}
}
