package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// drainFor is how long the jobs have to catch up after the clients have stopped.
const drainFor = 60 * time.Second

// benchOne measures one database with so many cases in it, from an empty folder.
func benchOne(c *call, o benchOptions, d benchDatabase, preload int) (row bench.Row, err error) {
	dir, err := os.MkdirTemp("", "torg-bench-")
	if err != nil {
		return row, fmt.Errorf("command: folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	urls, end, err := d.open(c.ctx)
	if err != nil {
		return row, err
	}
	defer func() { err = errors.Join(err, end()) }()
	row = bench.Row{Database: d.name, Tenants: o.tenants, Preload: preload, Clients: o.Clients}
	site, err := furnishBench(c, dir, urls, o.tenants, preload)
	if err != nil {
		return row, err
	}
	server, err := startServer(c, site, o.profile)
	if err != nil {
		return row, err
	}
	err = site.measure(c.ctx, o, &row)
	row.Memory = server.peak()
	return row, errors.Join(err, server.stop())
}

// measure lets the clients loose on the server and looks into the database.
func (s benchSite) measure(ctx context.Context, o benchOptions, row *bench.Row) (err error) {
	if row.Result, err = bench.Load(ctx, s.target, o.Options, "run"); err != nil {
		return err
	}
	db, err := store.Open(ctx, s.config.StoreConfig())
	if err != nil {
		return fmt.Errorf("command: look into the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if row.Backlog, err = bench.Backlog(ctx, db); err != nil {
		return err
	}
	began := clock.System{}.Now()
	for row.Undone = row.Backlog; row.Undone > 0 && row.Drained < drainFor; {
		time.Sleep(100 * time.Millisecond)
		if row.Undone, err = bench.Backlog(ctx, db); err != nil {
			return err
		}
		row.Drained = clock.System{}.Now().Sub(began)
	}
	row.Size, err = bench.Size(ctx, db)
	return err
}

// benchSite is an installation that is ready to be served and measured.
type benchSite struct {
	config app.Config
	env    []string
	target bench.Target
}
