package layers

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// net is a source of plots of 17 metres in rows of 300.
type net struct{ next, count int }

func (n *net) at(i int) orb.Polygon {
	corner := func(x, y float64) orb.Point {
		r := rand.New(rand.NewPCG(uint64(2*x+1), uint64(2*y+1)))
		return orb.Point{560_000 + 17*x + float64(r.IntN(400))/100, 6_660_000 + 17*y + float64(r.IntN(400))/100}
	}
	x, y := float64(i%300), float64(i/300)
	return orb.Polygon{{corner(x, y), corner(x+0.5, y), corner(x+1, y), corner(x+1, y+0.5), corner(x+1, y+1), corner(x+0.5, y+1), corner(x, y+1), corner(x, y+0.5), corner(x, y)}}
}

func (n *net) Next() (Incoming, error) {
	if n.next == n.count {
		return Incoming{}, io.EOF
	}
	n.next++
	number := strconv.Itoa(n.next/300+1) + "/" + strconv.Itoa(n.next%300+1)
	return Incoming{Layer: "plots", EPSG: crs.UTM32, Feature: Feature{ID: number, Geometry: n.at(n.next - 1), Properties: map[string]any{
		"number": number, "gnr": int64(n.next), "bnr": int64(n.next), "area": 289.0, "use": "home",
	}}}, nil
}

// processor is the processor time that the program has used, in nanoseconds: other
// programs on the machine do not change it much.
func processor() int64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u.Utime.Nano() + u.Stime.Nano()
}

// benched is a layer of plots on a database.
type benched struct {
	storetest.Env
	*Service

	ctx   context.Context
	rules *access.Access
	plots Layer
}

const benchedPlots = 90_000

// run measures something done over and over; each time counts for so many.
func (w *benched) run(b *testing.B, name string, each int, do func(ctx context.Context, tx *store.Tx, i int) error) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		i, before := 0, processor()
		for b.Loop() {
			i++
			if err := w.DB.Read(w.ctx, func(ctx context.Context, tx *store.Tx) error { return do(ctx, tx, i) }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(processor()-before)/float64(b.N)/float64(each), "cpu-ns/op")
	})
}

// BenchmarkLayer brings in plots and asks for them in all ways, on both databases.
func BenchmarkLayer(b *testing.B) {
	modules := []fs.FS{Migrations(), audit.Migrations(), jobs.Migrations()}
	b.Run("sqlite", func(b *testing.B) { newBenched(b, storetest.SQLite(b, modules...)).all(b) })
	b.Run("postgres", func(b *testing.B) { newBenched(b, storetest.Postgres(b, modules...)).all(b) })
}

func newBenched(b *testing.B, env storetest.Env) *benched {
	b.Helper()
	a, err := access.New(slog.New(slog.DiscardHandler), Rules())
	if err != nil {
		b.Fatal(err)
	}
	ctx := identity.With(env.Ctx, identity.Actor{Kind: identity.System, SystemName: "test"})
	return &benched{Env: env, Service: NewService(env.DB, a, Options{}), ctx: ctx, rules: a}
}

func (w *benched) bring(b *testing.B) {
	b.Helper()
	l := Layer{Name: "plots", Kind: Features, Public: true, EPSG: crs.UTM32, MaxZoom: 22, Tags: []string{"number", "use"}}
	_, err := w.Import(w.ctx, Import{Layers: []Target{{Layer: l, Country: true}}, Source: &net{count: benchedPlots}, Whole: true, Anywhere: true})
	if err == nil {
		w.plots, err = w.Layer(w.ctx, "plots")
	}
	if err != nil {
		b.Fatal(err)
	}
}

// all does not count PostgreSQL's rows for it: that is how it is after an import.
func (w *benched) all(b *testing.B) {
	b.Helper()
	b.Run("import", func(b *testing.B) {
		before := processor()
		for b.Loop() {
			b.StopTimer()
			_ = w.Remove(w.ctx, "plots") // there may be none
			b.StartTimer()
			w.bring(b)
		}
		b.ReportMetric(float64(processor()-before)/float64(b.N)/benchedPlots, "cpu-ns/op")
	})
	_ = w.Remove(w.ctx, "plots")
	w.bring(b)
	if w.DB.Dialect() == store.SQLite {
		if err := w.DB.WritePlatform(w.ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, "analyze")
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	w.run(b, "load", benchedPlots, func(ctx context.Context, tx *store.Tx, _ int) error {
		_, err := NewService(w.DB, w.rules, Options{}).lookupIn(ctx, tx, w.plots, false)
		return err
	})
	w.asks(b)
}

func (w *benched) asks(b *testing.B) {
	b.Helper()
	if err := w.DB.Read(w.ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := w.lookupIn(ctx, tx, w.plots, false) // the index is built beforehand
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for _, side := range []int{9, 32} {
		w.run(b, "rows"+strconv.Itoa(side*side), 1, func(ctx context.Context, tx *store.Tx, i int) error {
			var numbers []int64
			for y := range side {
				for x := range side {
					numbers = append(numbers, int64((y+i%200)*300+x+i%91+1))
				}
			}
			rows, err := lean.rowsByNumber(ctx, tx, w.plots, numbers)
			if err == nil && len(rows) != len(numbers) {
				b.Fatal(len(rows))
			}
			return err
		})
	}
	for _, wide := range []float64{150, 700} {
		w.run(b, "box"+strconv.Itoa(int(wide)), 1, func(ctx context.Context, tx *store.Tx, i int) error {
			from := orb.Point{560_100 + float64(i*37%4000), 6_660_100 + float64(i*31%4000)}
			box := orb.Bound{Min: from, Max: orb.Point{from[0] + wide, from[1] + wide}}
			_, err := w.FindIn(ctx, tx, Query{Layer: "plots", Box: &box, Limit: 1000, Raw: true})
			return err
		})
	}
	id := tile.At(crs.Between(w.plots.System(), crs.CRS84())(orb.Point{562_500, 6_662_500}), 14)
	w.run(b, "tile", 1, func(ctx context.Context, tx *store.Tx, _ int) error {
		_, err := w.makeTile(ctx, tx, []Layer{w.plots}, id)
		return err
	})
	w.run(b, "inside", 1, func(ctx context.Context, tx *store.Tx, _ int) error {
		_, err := w.Inside(ctx, tx, "plots", orb.MultiPolygon{square(562_000, 6_662_000, 500)}, crs.System{})
		return err
	})
}
