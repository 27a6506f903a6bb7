package deadlines_test

import (
	"context"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	torgoy = 0
	town   = "torgoy"
)

// each runs the test on the whole product, on both databases.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Postgres: postgres})
			h.Settle()
			test(t, &world{T: t, Harness: h})
		})
	}
}

// world is the product and what the tests do with it.
type world struct {
	*testing.T
	*apptest.Harness
}

// system is Torg itself in Torgøy.
func (w *world) system() context.Context { return identity.AsSystem(w.In(town), "test") }

// at sets the clock to an instant by the clock on the wall in Norway.
func (w *world) at(s string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, clock.Oslo())
	if err != nil {
		w.Fatal(err)
	}
	w.Clock.Set(at)
}

// applied is a new case that a case worker has taken.
func (w *world) applied() cases.Case {
	w.Helper()
	c := apptest.Apply(w.Harness, torgoy, demo.Mother)
	c = w.read(c.ID)
	c, err := w.App.Cases.AssignToMe(w.As(torgoy, demo.CaseWorker), c.ID, c.Version)
	w.must(err)
	return c
}

// garage is an application for a permit that the law gives three weeks, sent now
// and taken by a case worker.
func (w *world) garage() cases.Case {
	w.Helper()
	worker := apptest.Employ(w.Harness, torgoy, demo.CaseWorker, building.SettingDepartment)
	c := w.read(apptest.Receive(w.Harness, torgoy, demo.Mother, building.FormKey, nil, apptest.Garage()).ID)
	c, err := w.App.Cases.AssignToMe(worker, c.ID, c.Version)
	w.must(err)
	return c
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(fn func(ctx context.Context, tx *store.Tx) error) {
	w.Helper()
	w.must(w.App.DB.Write(w.system(), fn))
}

func (w *world) read(id string) (c cases.Case) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = w.App.Cases.CaseIn(ctx, tx, id)
		return err
	}))
	return c
}

func (w *world) begin(c cases.Case, start deadline.Start) {
	w.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error { return w.App.Deadlines.Begin(ctx, tx, c, start) })
}

func (w *world) signal(c cases.Case, event string) {
	w.Helper()
	c = w.read(c.ID)
	w.write(func(ctx context.Context, tx *store.Tx) error { return w.App.Deadlines.Signal(ctx, tx, c, event) })
}

// clockOf is the last clock of a rule in a case.
func (w *world) clockOf(c cases.Case, rule string) (found deadlines.Deadline) {
	w.Helper()
	w.must(w.App.DB.Read(w.system(), func(ctx context.Context, tx *store.Tx) error {
		list, err := w.App.Deadlines.ForCase(ctx, tx, c.ID)
		for _, d := range list {
			if d.Timer.Rule.Key == rule {
				found = d
			}
		}
		return err
	}))
	if found.ID == "" {
		w.Fatalf("no clock runs by %s", rule)
	}
	return found
}

func (w *world) fire() int {
	w.Helper()
	n, err := w.App.Deadlines.Fire(w.system())
	w.must(err)
	return n
}

// stands tells how a clock is expected to stand.
func (w *world) stands(c cases.Case, rule string, state deadline.State, falls string) {
	w.Helper()
	if t := w.clockOf(c, rule).Timer; t.State != state || t.Falls().String() != falls {
		w.Errorf("%v, want %s %s", t, state, falls)
	}
}

// entries counts the lines of a kind in the case's journal.
func (w *world) entries(c cases.Case, kind cases.EntryKind) (n int) {
	w.Helper()
	v, err := w.App.Cases.View(w.system(), c.ID)
	w.must(err)
	for _, e := range v.Entries {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// told counts the messages of a kind about a case.
func (w *world) told(c cases.Case, kind string) (n int) {
	w.Helper()
	items, err := w.App.Notify.Outbox(w.As(torgoy, demo.Head), 500)
	w.must(err)
	for _, item := range items {
		if item.Thread == "case:"+c.ID && item.Kind == kind {
			n++
		}
	}
	return n
}

func (w *world) count(query string, args ...any) (n int64) {
	w.Helper()
	ctx := w.system()
	w.must(w.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], query, append([]any{tx.Tenant}, args...)...)
		return err
	}))
	return n
}
