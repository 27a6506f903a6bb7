package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// BenchmarkJobs measures whole jobs: enqueued, claimed, run, completed.
func BenchmarkJobs(b *testing.B) {
	for _, db := range databases() {
		b.Run(db.name+"/fan-out", func(b *testing.B) { benchmark(b, db.open(b), 1000) })
		b.Run(db.name+"/one-per-transaction", func(b *testing.B) { benchmark(b, db.open(b), 1) })
	}
}

type database struct {
	name string
	open func(testing.TB) storetest.Env
}

func databases() []database {
	return []database{
		{"sqlite", func(tb testing.TB) storetest.Env { return storetest.SQLite(tb, modules()...) }},
		{"postgres", func(tb testing.TB) storetest.Env { return storetest.Postgres(tb, modules()...) }},
	}
}

// real opens the database again with the system's clock, which the runner
// needs to learn its pace.
func real(b *testing.B, env storetest.Env) *world {
	b.Helper()
	config := env.Config
	config.Clock, config.Connections = clock.System{}, 24
	db, err := store.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	env.DB = db
	return newWorld(b, env)
}

// benchmark enqueues with as many writers as the store can put in one commit.
func benchmark(b *testing.B, env storetest.Env, perTransaction int) {
	b.Helper()
	w := real(b, env)
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan struct{})
	jobs.Register(w.registry, jobs.KindOptions{}, func(context.Context, jobs.Job[note]) error {
		if left.Add(-1) == 0 {
			close(done)
		}
		return nil
	})
	b.ResetTimer()
	r := w.start()
	fanOut(b, w, b.N, perTransaction)
	<-done
	if err := r.Stop(context.WithoutCancel(w.Ctx)); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}

func fanOut(b *testing.B, w *world, n, perTransaction int) {
	b.Helper()
	const writers = 16
	var next atomic.Int64
	failed := make(chan error, writers)
	for range writers {
		go func() {
			for {
				from := next.Add(int64(perTransaction)) - int64(perTransaction)
				if from >= int64(n) {
					failed <- nil
					return
				}
				if err := enqueueSome(w, min(perTransaction, n-int(from))); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
}

func enqueueSome(w *world, n int) error {
	items := make([]jobs.Item, n)
	for i := range items {
		items[i] = jobs.Item{Args: note{Name: "0190f3a1-7b1c-7000-8000-000000000000"}}
	}
	return w.DB.Write(w.Ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.EnqueueAll(ctx, tx, items...) })
}
