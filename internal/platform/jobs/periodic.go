package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/store"
)

// Tick is one time of a periodic job.
type Tick struct {
	// At is the instant it was due.
	At time.Time
	// Tenant is empty for a job of the platform.
	Tenant string
}

type periodic struct {
	name      string
	schedule  Schedule
	perTenant bool
	args      func(Tick) Args
}

// Every makes a job of the platform come by a schedule. However many processes
// run, each time comes once; after a stop of whatever length it is caught up
// with once; and while one is unfinished the next is left out.
func Every(r *Registry, name string, s Schedule, args func(Tick) Args) {
	r.every(&periodic{name: name, schedule: s, args: args})
}

// EveryTenant is Every with one job for each tenant that Options.Tenants lists.
func EveryTenant(r *Registry, name string, s Schedule, args func(Tick) Args) {
	r.every(&periodic{name: name, schedule: s, args: args, perTenant: true})
}

func (r *Registry) every(p *periodic) {
	for _, other := range r.periodics {
		if other.name == p.name {
			panic("jobs: periodic job registered twice: " + p.name)
		}
	}
	r.periodics = append(r.periodics, p)
}

// arrange writes when each periodic job comes first; a changed schedule makes
// it anew.
func (r *Registry) arrange(ctx context.Context, tx *store.Tx) error {
	for _, p := range r.periodics {
		_, err := tx.Exec(ctx, `insert into jobs_periodic (name, spec, next_at) values ($1, $2, $3)
			on conflict (name) do update set spec = excluded.spec, next_at = excluded.next_at
			where jobs_periodic.spec <> excluded.spec`, p.name, p.schedule.String(), store.At(p.schedule.Next(tx.Now.Time)))
		if err != nil {
			return fmt.Errorf("jobs: arrange periodic job: %w", err)
		}
	}
	return nil
}

type appointment struct {
	name string
	at   store.Time
}

func (a *appointment) fields() []any { return []any{&a.name, &a.at} }

// tick enqueues the periodic jobs whose time has come. The row's lock and its
// new time make it once for all processes.
func (r *Registry) tick(ctx context.Context, tx *store.Tx, tenants []string) error {
	list, err := store.All(ctx, tx, (*appointment).fields, `select name, next_at from jobs_periodic
		where next_at <= $1 order by name limit 1000`+tx.ForUpdate(true), tx.Now)
	if err != nil {
		return fmt.Errorf("jobs: look for periodic jobs: %w", err)
	}
	for _, a := range list {
		for _, p := range r.periodics {
			if p.name != a.name {
				continue
			}
			if err := p.enqueue(ctx, tx, a.at.Time, tenants); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *periodic) enqueue(ctx context.Context, tx *store.Tx, at time.Time, tenants []string) error {
	if !p.perTenant {
		tenants = []string{""}
	}
	items := make([]Item, len(tenants))
	for i, tenant := range tenants {
		items[i] = Item{
			Args:    p.args(Tick{At: at, Tenant: tenant}),
			Options: []Option{ForTenant(tenant), UniqueKey("every " + p.name)},
		}
	}
	if err := EnqueueAll(ctx, tx, items...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update jobs_periodic set next_at = $2 where name = $1`, p.name, store.At(p.schedule.Next(tx.Now.Time)))
	if err != nil {
		return fmt.Errorf("jobs: set the next time: %w", err)
	}
	return nil
}

// nextTick returns when the first of the registered periodic jobs comes.
func (r *Registry) nextTick(ctx context.Context, tx *store.Tx) (next time.Time, err error) {
	if len(r.periodics) == 0 {
		return next, nil
	}
	list, err := store.All(ctx, tx, (*appointment).fields, `select name, next_at from jobs_periodic order by next_at limit 1000`)
	if err != nil {
		return next, fmt.Errorf("jobs: look for the next periodic job: %w", err)
	}
	for _, a := range list {
		for _, p := range r.periodics {
			if p.name == a.name {
				return a.at.Time, nil
			}
		}
	}
	return next, nil
}
