package store_test

import (
	"context"
	"io/fs"
	"sync/atomic"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// clients is how many requests are under way at once in the benchmarks,
// whatever the number of processors.
const clients = 50

type opener struct {
	name string
	open func(testing.TB, ...fs.FS) storetest.Env
}

func openers() []opener {
	return []opener{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}}
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
	for _, o := range openers() {
		b.Run(o.name, func(b *testing.B) {
			env := o.open(b, notes()...)
			parallel(b, func(i int64) error {
				return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, i, "a small note") })
			})
		})
	}
}

func BenchmarkRead_oneRow(b *testing.B) {
	const rows = 1000
	for _, o := range openers() {
		b.Run(o.name, func(b *testing.B) {
			env := o.open(b, notes()...)
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return addMany(ctx, tx, rows) })
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
}

func addMany(ctx context.Context, tx *store.Tx, n int64) error {
	for i := range n {
		if err := add(ctx, tx, i, "a small note"); err != nil {
			return err
		}
	}
	return nil
}
