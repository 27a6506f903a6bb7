package deadlines_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// withoutClocks makes the case one from before there were clocks.
func (w *world) withoutClocks(c cases.Case) {
	w.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, query := range []string{
			`delete from deadlines_events where tenant_id = $1 and deadline_id in (select id from deadlines where tenant_id = $1 and case_id = $2)`,
			`delete from deadlines where tenant_id = $1 and case_id = $2`,
		} {
			if _, err := tx.Exec(ctx, query, tx.Tenant, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) beginMissing() deadlines.Begun {
	w.Helper()
	b, err := w.App.Deadlines.BeginMissing(w.system())
	w.must(err)
	return b
}

func TestBeginMissing_runsFromWhenTheCaseCameWithItsStops(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.beginMissing() // what the demonstration left
		c := w.garage()  // 23 November
		w.at("2026-11-30 10:00:00")
		c, err := w.App.Cases.Ask(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, "Hvor høy blir boden?")
		w.must(err)
		w.withoutClocks(c)
		w.at("2026-12-10 12:00:00")
		if diff := cmp.Diff(deadlines.Begun{Cases: 1, Clocks: 2}, w.beginMissing()); diff != "" {
			t.Error(diff)
		}
		d := w.clockOf(c, simple)
		if d.Timer.State != deadline.Stopped || d.Timer.Used != 7 || d.Timer.Started.String() != "2026-11-23" {
			t.Errorf("%v used %d", d.Timer, d.Timer.Used)
		}
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		if diff := cmp.Diff(deadlines.Begun{}, w.beginMissing()); diff != "" {
			t.Error("a second run:", diff)
		}
		if n := w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2 and case_id = $3`, "deadlines.begun_late", c.ID); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
		// It goes on as any other from here.
		_, err = w.App.Cases.Answer(w.As(torgoy, demo.Mother), c.ID, "Tre meter.", nil)
		w.must(err)
		w.stands(c, simple, deadline.Running, "2026-12-24")
	})
}

// What ran out while no machine looked is for people to see: nothing is given,
// nothing is sent.
func TestBeginMissing_doesNothingAboutWhatHasPassed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.beginMissing()
		c := w.garage()
		w.Settle()
		w.withoutClocks(c)
		const written = `select count(*) from notify_messages where tenant_id = $1 and thread = $2`
		sent, version := w.count(written, "case:"+c.ID), w.read(c.ID).Version
		w.at("2027-02-01 12:00:00")
		if diff := cmp.Diff(deadlines.Begun{Cases: 1, Clocks: 2, Passed: 2}, w.beginMissing()); diff != "" {
			t.Error(diff)
		}
		w.fire()
		if got := w.read(c.ID); got.Status != cases.InProgress || got.Version != version {
			t.Errorf("it is %s in version %d", got.Status, got.Version)
		}
		w.Settle()
		if n := w.count(written, "case:"+c.ID); n != sent {
			t.Error("somebody was written to")
		}
		page, err := w.App.Deadlines.List(w.As(torgoy, demo.CaseWorker), deadlines.Filter{Window: deadlines.Passed})
		w.must(err)
		found := 0
		for _, line := range page.Lines {
			if line.CaseID == c.ID {
				found++
			}
		}
		if found != 2 {
			t.Errorf("the list of what is overrun has %d of 2", found)
		}
		// The decision meets them at last.
		w.signal(c, deadline.Told)
		if d := w.clockOf(c, simple); d.Timer.EndedOn.IsZero() || d.Timer.State != deadline.PassedBy {
			t.Errorf("told: %v", d.Timer)
		}
	})
}

func TestBeginMissing_isForTorgItselfAndLeavesWhatIsDecided(t *testing.T) {
	t.Parallel()
	h := apptest.Start(t, apptest.Options{})
	h.Settle()
	w := &world{T: t, Harness: h}
	for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Head, demo.Administrator} {
		if _, err := w.App.Deadlines.BeginMissing(w.As(torgoy, part)); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("%s: %v", part, err)
		}
	}
	w.beginMissing()
	c := w.garage()
	_, err := w.App.Cases.Withdraw(w.As(torgoy, demo.Mother), c.ID)
	w.must(err)
	w.withoutClocks(c)
	if diff := cmp.Diff(deadlines.Begun{}, w.beginMissing()); diff != "" {
		t.Error(diff)
	}
}
