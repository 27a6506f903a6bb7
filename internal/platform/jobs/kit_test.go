package jobs_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// note is a job that says what it is.
type note struct {
	Name string `json:"name"`
}

func (note) Kind() string { return "test.note" }

// newsletter is the same in the bulk lane, siren in the alarm lane.
type (
	newsletter struct {
		Name string `json:"name"`
	}
	siren struct {
		Name string `json:"name"`
	}
)

func (newsletter) Kind() string { return "test.newsletter" }
func (siren) Kind() string      { return "test.siren" }

func modules() []fs.FS { return []fs.FS{jobs.Migrations()} }

// each runs a test on both databases with a log of what the workers did.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) { test(t, newWorld(t, env)) })
}

// world is a database, a registry and what has happened.
type world struct {
	storetest.Env
	t        testing.TB
	registry *jobs.Registry

	mu   sync.Mutex
	did  []string
	wait *sync.Cond
}

func newWorld(tb testing.TB, env storetest.Env) *world {
	tb.Helper()
	w := &world{Env: env, t: tb, registry: jobs.NewRegistry()}
	w.wait = sync.NewCond(&w.mu)
	return w
}

// say records; it is what most workers do.
func (w *world) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.did = append(w.did, fmt.Sprintf(format, args...))
	w.wait.Broadcast()
}

// said takes what has been recorded.
func (w *world) said() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.did
	w.did = nil
	return out
}

// until waits for n records.
func (w *world) until(n int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.did) < n {
		w.wait.Wait()
	}
	return slices.Clone(w.did)
}

// notes registers the usual worker for notes.
func (w *world) notes(o jobs.KindOptions) {
	jobs.Register(w.registry, o, func(_ context.Context, j jobs.Job[note]) error {
		w.say("%s", j.Args.Name)
		return nil
	})
}

func (w *world) runner(change ...func(*jobs.Options)) *jobs.Runner {
	o := jobs.Options{DB: w.DB, Registry: w.registry, Log: slog.New(slog.DiscardHandler), Poll: time.Hour}
	for _, c := range change {
		c(&o)
	}
	return jobs.NewRunner(o)
}

// start runs a runner until the end of the test.
func (w *world) start(change ...func(*jobs.Options)) *jobs.Runner {
	w.t.Helper()
	r := w.runner(change...)
	if err := r.Start(w.Ctx); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := r.Stop(context.WithoutCancel(w.Ctx)); err != nil {
			w.t.Error(err)
		}
	})
	return r
}

// drain runs what is ready and compares what was said.
func (w *world) drain(want ...string) {
	w.t.Helper()
	w.drainWith(w.runner(), want...)
}

func (w *world) drainWith(r *jobs.Runner, want ...string) {
	w.t.Helper()
	if _, err := r.Drain(w.Ctx); err != nil {
		w.t.Fatal(err)
	}
	if diff := cmp.Diff(want, w.said()); diff != "" {
		w.t.Fatalf("what the workers did (-want +got):\n%s", diff)
	}
}

func (w *world) enqueue(args jobs.Args, opts ...jobs.Option) {
	w.t.Helper()
	w.enqueueAs(w.Ctx, args, opts...)
}

func (w *world) enqueueAs(ctx context.Context, args jobs.Args, opts ...jobs.Option) {
	w.t.Helper()
	err := w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return jobs.Enqueue(ctx, tx, args, opts...) })
	if err != nil {
		w.t.Fatal(err)
	}
}

// rows returns the jobs of a state, of all states when it is empty.
func (w *world) rows(state jobs.State) []jobs.Row {
	w.t.Helper()
	list, err := jobs.List(w.Ctx, w.DB, jobs.Filter{State: state})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// only returns the one job there is.
func (w *world) only() jobs.Row {
	w.t.Helper()
	list := w.rows("")
	if len(list) != 1 {
		w.t.Fatalf("%d jobs in the table, want one: %+v", len(list), list)
	}
	return list[0]
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%03d", prefix, i)
	}
	return out
}
