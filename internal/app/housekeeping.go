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

// sweepDrafts is how many drafts one transaction deletes.
const sweepDrafts = 500

func (a *App) housekeeping() {
	jobs.Register(a.Registry, jobs.KindOptions{Lane: jobs.LaneBulk, Timeout: 5 * time.Minute}, a.sweep)
	jobs.EveryTenant(a.Registry, "app.sweep", jobs.Interval(time.Hour), func(jobs.Tick) jobs.Args { return sweepArgs{} })
}

func (a *App) sweep(ctx context.Context, _ jobs.Job[sweepArgs]) error {
	ctx = identity.AsSystem(ctx, "app.sweep")
	if err := a.Identity.Sweep(ctx); err != nil {
		return err
	}
	for {
		var deleted int64
		err := a.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			deleted, err = a.Forms.DeleteExpired(ctx, tx, sweepDrafts)
			return err
		})
		if err != nil || deleted < sweepDrafts {
			return err
		}
	}
}
