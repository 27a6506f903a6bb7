package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// Options says how a Runner runs. DB and Registry are needed, the rest has
// usual values.
type Options struct {
	DB       *store.DB
	Registry *Registry
	// Log is the database's unless said.
	Log *slog.Logger
	// Name tells the operator which process holds a job; made up unless said.
	Name string
	// Workers is how many jobs run at a time, 16 unless said. All may be
	// alarms, three quarters messages and half of them bulk.
	Workers int
	// Ahead bounds how many more jobs of a lane are claimed than run, 1000
	// unless said. As many are as the lane's pace empties in 50 ms.
	Ahead int
	// Poll is how often to look without being woken, a second unless said.
	Poll time.Duration
	// Lease is how long a job stays claimed by a process that is not heard
	// from, 30 seconds unless said. A third of it passes between renewals.
	Lease time.Duration
	// Keep is how long completed jobs stay; they are deleted at once unless said.
	Keep time.Duration
	// KeepFailed is how long cancelled and discarded jobs stay, 90 days unless said.
	KeepFailed time.Duration
	// Tenants lists the tenants for EveryTenant.
	Tenants func(ctx context.Context) ([]string, error)
	// Prepare binds what a worker needs from its context: tenant, actor, language.
	Prepare func(ctx context.Context, tenantID string) (context.Context, error)
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = o.DB.Log()
	}
	if o.Name == "" {
		o.Name = ids.New()
	}
	if o.Tenants == nil {
		o.Tenants = func(context.Context) ([]string, error) { return nil, nil }
	}
	if o.Prepare == nil {
		o.Prepare = func(ctx context.Context, _ string) (context.Context, error) { return ctx, nil }
	}
	orElse(&o.Workers, 16)
	orElse(&o.Ahead, 1000)
	orElse(&o.Poll, time.Second)
	orElse(&o.Lease, 30*time.Second)
	orElse(&o.KeepFailed, 90*24*time.Hour)
	return o
}

func orElse[T int | time.Duration](v *T, usual T) {
	if *v <= 0 {
		*v = usual
	}
}
