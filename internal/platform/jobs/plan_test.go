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
// turn it is takes a probe for each. The primary key would read them all.
func TestClaim_stepsThroughItsIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		w := newWorld(t, env)
		jobs.Register(w.registry, jobs.KindOptions{}, func(context.Context, jobs.Job[note]) error { return nil })
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			many := make([]jobs.Item, 2000)
			for i := range many {
				many[i] = jobs.Item{Args: note{"x"}}
			}
			return jobs.EnqueueAll(ctx, tx, many...)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = env.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			plan, err := jobs.WalkPlan(ctx, tx)
			if !strings.Contains(plan, "jobs_available") || strings.Contains(plan, "jobs_pkey") {
				t.Errorf("the plan is\n%s", plan)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
