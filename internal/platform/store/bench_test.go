package store_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// clients is how many requests are under way at once in the benchmarks,
// whatever the number of processors.
const clients = 50

func eachDatabase(b *testing.B, run func(b *testing.B, env storetest.Env)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.SQLite(b, notes()...)) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.Postgres(b, notes()...)) })
}

// parallel runs do from as many goroutines as there are clients and reports
// how many calls there were in a second.
func parallel(b *testing.B, do func(i int64) error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var free atomic.Int64
	free.Store(clients)
	b.SetParallelism(clients)
	b.RunParallel(func(pb *testing.PB) {
		if free.Add(-1) < 0 {
			return // RunParallel multiplies by the number of processors
		}
		for pb.Next() {
			if err := do(next.Add(1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}

func BenchmarkWrite_small(b *testing.B) {
	eachDatabase(b, func(b *testing.B, env storetest.Env) {
		parallel(b, func(i int64) error {
			return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, i, "a small note") })
		})
	})
}

func BenchmarkRead_oneRow(b *testing.B) {
	eachDatabase(b, func(b *testing.B, env storetest.Env) {
		const rows = 1000
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			for i := range int64(rows) {
				if err := add(ctx, tx, i, "a small note"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		parallel(b, func(i int64) error {
			return env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := store.One(ctx, tx, (*note).fields,
					`select id, body, done, doc, raw, at from notes where tenant_id = $1 and id = $2`, tx.Tenant, i%rows)
				return err
			})
		})
	})
}
