package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// drainFor is how long the jobs have to catch up after the clients have stopped.
	drainFor = 120 * time.Second
	// Those who look, and how long each thinks between two pages.
	lookers   = 10
	lookThink = 200 * time.Millisecond
	// formPages is about how many requests it takes to fill in a form and send it:
	// until then nobody has sent any.
	formPages = 10
)

// benchOne measures one database with so many municipalities and cases in it, from
// an empty folder.
func benchOne(c *call, o benchOptions, d benchDatabase, tenants, preload int) (row bench.Row, err error) {
	row = bench.Row{Database: d.name, Tenants: tenants, Preload: preload, Clients: o.Clients}
	f := furniture{tenants: tenants, families: benchFamilies, units: benchUnits, residents: max(o.residents, lookers), preload: preload, limit: o.limit}
	err = atBench(c, d, f, func(site benchSite) error {
		server, err := startServer(c, site, benchArgs(o)...)
		if err != nil {
			return err
		}
		err = site.measure(c.ctx, o, server, &row)
		return errors.Join(err, server.stop())
	})
	return row, err
}

func benchArgs(o benchOptions) []string {
	args := []string{"bench", "server"}
	if o.profile != "" {
		args = append(args, "--profile", o.profile)
	}
	if !o.along {
		args = append(args, "--hold", bench.Letter)
	}
	return args
}

// measure does one measurement after the other on the server.
func (s benchSite) measure(ctx context.Context, o benchOptions, p *server, row *bench.Row) (err error) {
	row.Load = loadAverage()
	if o.First, err = s.settle(ctx, o); err != nil {
		return err
	}
	if row.Result, err = bench.Load(ctx, s.target, o.Options, "run"); err != nil {
		return err
	}
	row.Memory = p.peak()
	if err := s.letters(ctx, o, p, row); err != nil {
		return err
	}
	if o.residents > 0 {
		if row.People, err = s.people(ctx, o); err != nil {
			return err
		}
		row.People.Memory = p.peak()
	}
	if o.spike > 0 {
		calm := o.Options
		calm.For = o.spike
		spiked, err := bench.Spike(ctx, s.target, calm, "spike")
		if err != nil {
			return err
		}
		spiked.Memory = p.peak()
		row.Spike = &spiked
	}
	return nil
}

// settle warms the server up on what is in the database, and lets the database count
// its rows: an empty one plans for no rows until it has, which PostgreSQL does by
// itself within a minute. It returns the life that came last.
func (s benchSite) settle(ctx context.Context, o benchOptions) (last int, err error) {
	warm := o.Options
	warm.For, warm.Warm = o.Warm, 0
	result, err := bench.Load(ctx, s.target, warm, "warm")
	if err != nil {
		return 0, err
	}
	if result.Errors > 0 {
		return 0, fmt.Errorf("command: %d requests of the warm-up failed, the first so: %s", result.Errors, result.Example)
	}
	return result.Lives, s.analyze(ctx)
}

// analyze lets the database count its rows.
func (s benchSite) analyze(ctx context.Context) (err error) {
	owner, err := store.Open(ctx, s.config.OwnerConfig())
	if err != nil {
		return fmt.Errorf("command: open as owner: %w", err)
	}
	defer func() { err = errors.Join(err, owner.Close()) }()
	return owner.Count(ctx)
}

// letters looks into the database: how many letters wait, and how long the server
// takes to make them once it may.
func (s benchSite) letters(ctx context.Context, o benchOptions, p *server, row *bench.Row) (err error) {
	db, err := store.Open(ctx, s.config.StoreConfig())
	if err != nil {
		return fmt.Errorf("command: look into the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	l := &row.Letters
	if l.Along = o.along; !l.Along {
		// The letters alone: what else waits is done first.
		if _, err := drained(ctx, db, func(_, others int64) int64 { return others }); err != nil {
			return err
		}
	}
	if l.Waiting, _, err = bench.Backlog(ctx, db); err != nil {
		return err
	}
	began := clock.System{}.Now()
	if err := p.tell(letGo); err != nil {
		return err
	}
	if l.Left, err = drained(ctx, db, func(letters, _ int64) int64 { return letters }); err != nil {
		return err
	}
	l.Took = clock.System{}.Now().Sub(began)
	row.Size, err = bench.Size(ctx, db)
	return err
}

// drained waits until none of those counted are left, and tells how many are when
// that takes too long.
func drained(ctx context.Context, db *store.DB, count func(letters, others int64) int64) (left int64, err error) {
	end := clock.System{}.Now().Add(drainFor)
	for {
		letters, others, err := bench.Backlog(ctx, db)
		if left = count(letters, others); err != nil || left == 0 || (clock.System{}).Now().After(end) {
			return left, err
		}
		select {
		case <-ctx.Done():
			return left, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// people lets residents fill in forms, and then others look at pages.
func (s benchSite) people(ctx context.Context, o benchOptions) (p *bench.People, err error) {
	p = &bench.People{Residents: o.residents, Think: o.think, Lookers: lookers, LookThink: lookThink}
	p.Filling, err = bench.Fill(ctx, s.target, bench.Options{Clients: o.residents, For: o.For, Warm: o.Warm + formPages*o.think, Think: o.think})
	if err != nil {
		return nil, err
	}
	p.Looking, err = bench.Look(ctx, s.target, bench.Options{Clients: lookers, For: o.For, Warm: o.Warm, Think: lookThink})
	return p, err
}

// benchSite is an installation that is ready to be served and measured.
type benchSite struct {
	config app.Config
	env    []string
	target bench.Target
	took   time.Duration // to furnish it
}
