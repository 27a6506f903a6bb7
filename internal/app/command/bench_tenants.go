package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// atRest is how long a server is left alone before its memory is read.
const atRest = 5 * time.Second

// benchTenants measures what it takes to serve all municipalities of the country in
// one process: how long until it is ready, and how much memory.
func benchTenants(c *call) error {
	count := c.flags.Int("tenants", len(tenant.National()), c.words.T("app.flag.bench_tenants"))
	database := c.flags.String("database", "all", c.words.T("app.flag.bench_database"))
	asJSON := c.flags.Bool("json", false, c.words.T("app.flag.bench_json"))
	markdown := c.flags.Bool("markdown", false, c.words.T("app.flag.bench_markdown"))
	if err := c.parse(); err != nil {
		return err
	}
	if *count < 1 || *count > len(tenant.National()) {
		c.flags.Usage()
		return errUsage
	}
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c.ctx = ctx
	databases, err := benchDatabases(c, *database)
	if err != nil {
		return err
	}
	var list []bench.Many
	for _, d := range databases {
		m, err := benchMany(c, d, *count)
		if err != nil {
			return err
		}
		list = append(list, m)
	}
	if !*asJSON {
		c.say(bench.ManyText(list, *markdown))
		return nil
	}
	text, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return fmt.Errorf("command: write the report: %w", err)
	}
	c.say(string(text))
	return nil
}

// benchMany measures one database, from an empty folder.
func benchMany(c *call, d benchDatabase, count int) (m bench.Many, err error) {
	err = atBench(c, d, furniture{tenants: count}, func(site benchSite) error {
		m = bench.Many{Database: d.name, Tenants: count, Load: loadAverage(), Added: site.took}
		began := clock.System{}.Now()
		server, err := startServer(c, site, "serve")
		if err != nil {
			return err
		}
		if err := ready(c.ctx, site.target.Address); err != nil {
			return errors.Join(err, server.stop())
		}
		m.Ready = clock.System{}.Now().Sub(began)
		time.Sleep(atRest)
		m.AtRest = server.now()
		m.Fronts, err = bench.Fronts(c.ctx, site.target)
		m.Visited, m.Peak = server.now(), server.peak()
		return errors.Join(err, server.stop())
	})
	return m, err
}

// ready waits until the server says that it can do its work.
func ready(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, serverStarts)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", http.NoBody)
		if err != nil {
			return fmt.Errorf("command: ask the server: %w", err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return fmt.Errorf("command: the server does not answer: %w", err)
		}
		if err := res.Body.Close(); err != nil {
			return fmt.Errorf("command: ask the server: %w", err)
		}
		if res.StatusCode == http.StatusOK {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}
