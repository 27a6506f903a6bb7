package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// corners is how crooked the area is in which people are looked for.
const corners = 400

// onePart is which part of the ground it covers: one in a thousand.
const onePart = 1000

// benchGeoOptions are the flags of bench geo.
type benchGeoOptions struct {
	bench.Options

	plots, people  int
	tenants        int
	database       string
	profile        string
	json, markdown bool
}

// benchGeo measures the maps: how fast features come in, and how fast tiles, pages and
// answers come out of a server of this very program.
func benchGeo(c *call) error {
	o := &benchGeoOptions{Options: bench.Options{Warm: 2 * time.Second}}
	c.flags.IntVar(&o.Clients, "clients", 8, c.words.T("app.flag.bench_clients"))
	c.flags.DurationVar(&o.For, "for", 10*time.Second, c.words.T("app.flag.bench_for"))
	c.flags.IntVar(&o.plots, "plots", 1_000_000, c.words.T("app.flag.bench_plots"))
	c.flags.IntVar(&o.people, "people", 1_000_000, c.words.T("app.flag.bench_people"))
	c.flags.IntVar(&o.tenants, "tenants", len(tenant.National()), c.words.T("app.flag.bench_geo_tenants"))
	c.flags.StringVar(&o.database, "database", "all", c.words.T("app.flag.bench_database"))
	c.flags.StringVar(&o.profile, "profile", "", c.words.T("app.flag.bench_profile"))
	c.flags.BoolVar(&o.json, "json", false, c.words.T("app.flag.bench_json"))
	c.flags.BoolVar(&o.markdown, "markdown", false, c.words.T("app.flag.bench_markdown"))
	if err := c.parse(); err != nil {
		return err
	}
	if o.Clients < 1 || o.For <= 0 || o.plots < 1 || o.people < 1 || o.tenants < 0 || o.tenants > len(tenant.National()) {
		c.flags.Usage()
		return errUsage
	}
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c.ctx = ctx
	databases, err := benchDatabases(c, o.database)
	if err != nil {
		return err
	}
	var list []bench.Geo
	for _, d := range databases {
		g, err := benchMaps(c, *o, d)
		if err == nil && o.tenants > 0 {
			g.Country, err = benchCountry(c, *o, d)
		}
		if err != nil {
			return err
		}
		list = append(list, g)
	}
	return sayGeo(c, list, o)
}

func sayGeo(c *call, list []bench.Geo, o *benchGeoOptions) error {
	if o.json {
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return fmt.Errorf("command: write the report: %w", err)
		}
		c.say(string(text))
	} else {
		c.say(bench.GeoText(list, o.markdown))
	}
	for _, g := range list {
		for _, name := range bench.GeoRequests() {
			if r := g.Runs[name]; r.Errors > 0 {
				return fmt.Errorf("command: %d requests failed on %s, the first so: %s", r.Errors, g.Database, r.Example)
			}
		}
	}
	return nil
}

// benchMaps measures one database, from an empty folder.
func benchMaps(c *call, o benchGeoOptions, d benchDatabase) (g bench.Geo, err error) {
	net := bench.NewNet(o.plots)
	g = bench.Geo{
		Database: d.name, Load: loadAverage(), Plots: net.Plots, People: o.people, Corners: corners,
		Runs: map[string]bench.Result{}, Sizes: map[string]int{},
	}
	err = atBench(c, d, furniture{tenants: 1}, func(site benchSite) error {
		if err := site.chart(c, o, net, &g); err != nil {
			return err
		}
		if err := site.analyze(c.ctx); err != nil {
			return err
		}
		return site.askMaps(c, o, net, &g)
	})
	return g, err
}

// askMaps asks a server for one thing after the other.
func (s benchSite) askMaps(c *call, o benchGeoOptions, net bench.Net, g *bench.Geo) error {
	args := []string{"bench", "server"}
	if o.profile != "" {
		args = append(args, "--profile", o.profile)
	}
	p, err := startServer(c, s, args...)
	if err != nil {
		return err
	}
	for _, name := range bench.GeoRequests() {
		result, size, err := bench.AskMaps(c.ctx, s.target, o.Options, net, name)
		if err != nil {
			return errors.Join(err, p.stop())
		}
		g.Runs[name], g.Sizes[name] = result, size
	}
	g.Memory = p.peak()
	return p.stop()
}

// chart brings in the layers and looks for people, in this process.
func (s benchSite) chart(c *call, o benchGeoOptions, net bench.Net, g *bench.Geo) (err error) {
	a, err := app.New(c.ctx, s.config, app.Parts{Log: logger(s.config, c.env.Stderr)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(context.WithoutCancel(c.ctx))) }()
	if err := a.Directory.Refresh(c.ctx); err != nil {
		return err
	}
	ctx, err := asOperator(c.ctx, a, s.target.Tenants[0])
	if err != nil {
		return err
	}
	for _, name := range bench.Marks() {
		if _, err := bringIn(ctx, a, name, net.Mark(name)); err != nil {
			return err
		}
	}
	if g.Imported, err = bringIn(ctx, a, bench.Parcels, net.Source()); err != nil {
		return err
	}
	if g.Again, err = bringIn(ctx, a, bench.Parcels, net.Source()); err != nil {
		return err
	}
	if _, err := bringIn(ctx, a, bench.Persons, net.Inhabitants(o.people)); err != nil {
		return err
	}
	g.Inside, g.Found, g.Indexed, err = bench.AskInside(ctx, a.DB, a.Layers, net.Ring(corners, onePart), o.Options)
	g.Indexes = a.Layers.Stats().Bytes
	return err
}

// bringIn imports a layer, and tells how long that took.
func bringIn(ctx context.Context, a *app.App, name string, from layers.Source) (time.Duration, error) {
	began := clock.System{}.Now()
	_, err := a.Layers.Import(ctx, layers.Import{Layers: []layers.Target{bench.LayerTarget(name)}, Source: from, Whole: true, Anywhere: true, File: "torg bench"})
	return clock.System{}.Now().Sub(began), err
}
