package app

import (
	"context"
	"time"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
)

// sweepArgs asks to clear away what has run out: sessions, log-in attempts and
// drafts that nobody has touched.
type sweepArgs struct{}

// Kind implements jobs.Args.
func (sweepArgs) Kind() string { return "app.sweep" }

// countArgs asks to let the database count its rows.
type countArgs struct{}

// Kind implements jobs.Args.
func (countArgs) Kind() string { return "app.count" }

func (a *App) housekeeping() {
	if a.DB.Dialect() == store.SQLite { // PostgreSQL counts by itself
		jobs.Register(a.Registry, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 5 * time.Minute}, func(ctx context.Context, _ jobs.Job[countArgs]) error { return a.DB.Count(ctx) })
		jobs.Every(a.Registry, "app.count", jobs.Daily(3, 10), func(jobs.Tick) jobs.Args { return countArgs{} })
	}
	jobs.Register(a.Registry, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 5 * time.Minute}, a.sweep)
	jobs.EveryTenant(a.Registry, "app.sweep", jobs.Interval(time.Hour), func(jobs.Tick) jobs.Args { return sweepArgs{} })
}

// followLives lets the cases follow what the registers tell: who has come of age,
// who has died, who is guardian now.
func (a *App) followLives(ctx context.Context) error {
	if err := a.Identity.ComeOfAge(ctx); err != nil {
		return err
	}
	if err := a.Identity.Poll(ctx); err != nil {
		return err
	}
	return a.Identity.Freshen(ctx)
}

func (a *App) sweep(ctx context.Context, _ jobs.Job[sweepArgs]) error {
	ctx = identity.AsSystem(ctx, "app.sweep")
	a.Property.Sweep()
	for _, sweep := range []func(context.Context) error{a.Identity.Sweep, a.Neighbours.Sweep, a.Building.Sweep} {
		if err := sweep(ctx); err != nil {
			return err
		}
	}
	if err := a.followLives(ctx); err != nil {
		// A register that is down must not keep what has run out.
		a.Log.WarnContext(ctx, "changes in people's lives were not followed", "error", err)
	}
	return a.Applications.Sweep(ctx)
}
