package jobs_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// TestClaim_stepsThroughItsIndex: however many jobs a municipality has waiting, whose
// turn it is takes a probe for each, by lane, kind and municipality. The primary key would
// read them all, and so would what collects and sorts them; which of them the database
// takes to be cheapest depends on when it last counted.
func TestClaim_stepsThroughItsIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env)
		jobs.Register(w.registry, jobs.KindOptions{}, func(context.Context, jobs.Job[note]) error { return nil })
		jobs.Register(w.registry, jobs.KindOptions{Lane: jobs.LaneBulk}, func(context.Context, jobs.Job[newsletter]) error { return nil })
		owner, err := store.Open(t.Context(), env.Owner)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = owner.Close() })
		for _, stage := range []struct {
			counted string
			count   bool
			note    int
			other   int
		}{
			{"never", false, 1, 0}, {"when there was one", true, 0, 0}, {"when there were few", true, 3, 5}, {"long ago", false, 500, 500}, // the primary key is tempting
			{"just now", true, 20, 20}, {"before many more came", false, 4000, 1}, // and so is to collect and sort
		} {
			enqueue(env.Ctx, t, env.DB, stage.note, stage.other)
			enqueue(env.Other, t, env.DB, stage.note, 0)
			if stage.count {
				if err := owner.Count(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			probes(t, env, "counted "+stage.counted)
		}
	})
}

// enqueue puts so many jobs of two kinds in one municipality's queue.
func enqueue(ctx context.Context, t *testing.T, db *store.DB, notes, newsletters int) {
	t.Helper()
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var many []jobs.Item
		for range notes {
			many = append(many, jobs.Item{Args: note{"x"}})
		}
		for range newsletters {
			many = append(many, jobs.Item{Args: newsletter{"x"}})
		}
		return jobs.EnqueueAll(ctx, tx, many...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// probes fails unless both looks at the jobs go by all that is asked for.
func probes(t *testing.T, env storetest.Env, when string) {
	t.Helper()
	err := env.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		plan, err := jobs.WalkPlan(ctx, tx)
		if err != nil {
			return err
		}
		sound := strings.Count(plan, "jobs_available") == 2
		for _, other := range []string{"jobs_pkey", "Sort", "Bitmap", "Seq Scan", "SCAN j\n", "TEMP B-TREE"} {
			sound = sound && !strings.Contains(plan, other)
		}
		found := 0
		for line := range strings.Lines(plan) {
			asked := strings.Contains(line, "Index Cond") || strings.Contains(line, "jobs_available (")
			if asked && strings.Contains(line, "lane") && strings.Contains(line, "kind") && strings.Contains(line, "tenant_id") {
				found++
			}
		}
		if !sound || found != 2 {
			t.Errorf("%s, the plan is\n%s", when, plan)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
