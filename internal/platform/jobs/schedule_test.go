package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

func TestSchedule_next(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		schedule    jobs.Schedule
		after, want string
	}{
		"interval aligned":            {jobs.Interval(15 * time.Minute), "2026-11-23T08:07:00Z", "2026-11-23T08:15:00Z"},
		"interval after its instant":  {jobs.Interval(time.Hour), "2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z"},
		"daily today, winter":         {jobs.Daily(7, 30), "2026-11-23T06:29:59Z", "2026-11-23T06:30:00Z"},
		"daily at its instant":        {jobs.Daily(7, 30), "2026-11-23T06:30:00Z", "2026-11-24T06:30:00Z"},
		"daily, summer":               {jobs.Daily(7, 30), "2026-07-01T05:00:00Z", "2026-07-01T05:30:00Z"},
		"daily, Norway is a day on":   {jobs.Daily(0, 15), "2026-11-22T23:10:00Z", "2026-11-22T23:15:00Z"},
		"skipped hour, spring":        {jobs.Daily(2, 30), "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		"day after the skipped":       {jobs.Daily(2, 30), "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		"double hour, autumn, first":  {jobs.Daily(2, 30), "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		"double hour, not the second": {jobs.Daily(2, 30), "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		"after the double hour":       {jobs.Daily(3, 0), "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"},
		"new year":                    {jobs.Daily(23, 59), "2026-12-31T22:59:00Z", "2027-01-01T22:59:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := time.Parse(time.RFC3339, c.after)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.schedule.Next(after).Format(time.RFC3339); got != c.want {
				t.Errorf("%v after %s: %s, want %s", c.schedule, c.after, got, c.want)
			}
		})
	}
}

func TestBackoff_growsWithinItsSpread(t *testing.T) {
	t.Parallel()
	for attempt, middle := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 12: 2048 * time.Second, 13: time.Hour, 99: time.Hour,
	} {
		for range 100 {
			got := jobs.Backoff(attempt)
			if got < middle*4/5 || got >= middle*6/5 {
				t.Fatalf("attempt %d waits %v", attempt, got)
			}
		}
	}
}

func (w *world) every() {
	jobs.Every(w.registry, "hourly", jobs.Interval(time.Hour), func(tick jobs.Tick) jobs.Args {
		return note{"platform " + tick.At.Format("15:04")}
	})
	jobs.EveryTenant(w.registry, "morning", jobs.Daily(10, 0), func(tick jobs.Tick) jobs.Args {
		return newsletter{tick.Tenant + tick.At.Format(" 15:04")}
	})
	w.notes(jobs.KindOptions{})
	jobs.Register(w.registry, jobs.KindOptions{}, func(ctx context.Context, j jobs.Job[newsletter]) error {
		w.say("%s in %s", j.Args.Name, store.TenantOf(ctx))
		return nil
	})
}

func withTenants(o *jobs.Options) {
	o.Tenants = func(context.Context) ([]string, error) { return []string{"t-a", "t-b"}, nil }
}

func TestEvery_comesOnceAndCatchesUpOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.every()
		one, two := w.runner(withTenants), w.runner(withTenants)
		w.drainWith(one)
		w.drainWith(two)
		w.Clock.Advance(time.Hour) // 10:00 in Norway
		w.drainWith(two, "t-a 09:00 in t-a", "t-b 09:00 in t-b", "platform 09:00")
		w.drainWith(one)
		w.Clock.Advance(5*time.Hour + 10*time.Minute) // everything stood still
		w.drainWith(one, "platform 10:00")
		w.drainWith(two)
		w.Clock.Advance(50 * time.Minute)
		w.drainWith(w.runner(withTenants), "platform 15:00")
	})
}

func TestEvery_twoRunnersAtTheSameTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.every()
		w.start(short, withTenants)
		if w.DB.Dialect() == store.Postgres {
			w.start(short, withTenants)
		}
		for range 5 {
			w.Clock.Advance(time.Hour)
			w.until(1)
			time.Sleep(30 * time.Millisecond) // room for a second one that must not come
			hourly := 0
			for _, did := range w.said() {
				if did[:4] == "plat" {
					hourly++
				}
			}
			if hourly != 1 {
				t.Errorf("%d came within an hour", hourly)
			}
		}
	})
}

func TestEvery_aChangedScheduleIsMadeAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.notes(jobs.KindOptions{})
		make := func(jobs.Tick) jobs.Args { return note{"tick"} }
		jobs.Every(w.registry, "n", jobs.Daily(8, 0), make)
		w.drain()
		w.registry = jobs.NewRegistry()
		w.notes(jobs.KindOptions{})
		jobs.Every(w.registry, "n", jobs.Interval(time.Minute), make)
		w.drain()
		w.Clock.Advance(time.Minute)
		w.drain("tick")
	})
}
