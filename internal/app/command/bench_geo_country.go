package command

import (
	"context"
	"errors"
	"time"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/bench"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
)

// plotsEach is how many plots each municipality has: over a million in all.
const plotsEach = 3000

// asOperator is the operator at work in a municipality.
func asOperator(ctx context.Context, a *app.App, t bench.Tenant) (context.Context, error) {
	ctx, err := a.Directory.Bind(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	return identity.AsSystem(ctx, "operator"), nil
}

// benchCountry measures what the maps of many municipalities take in one process, from
// an empty folder: each has a layer, and each is asked once.
func benchCountry(c *call, o benchGeoOptions, d benchDatabase) (land bench.Country, err error) {
	err = atBench(c, d, furniture{tenants: o.tenants}, func(site benchSite) error {
		net := bench.NewNet(plotsEach)
		land = bench.Country{Tenants: len(site.target.Tenants), Plots: net.Plots * len(site.target.Tenants)}
		if land.Imported, err = site.chartAll(c, net); err != nil {
			return err
		}
		if err := site.analyze(c.ctx); err != nil {
			return err
		}
		return site.askAll(c, net, &land)
	})
	return land, err
}

// chartAll brings the same plots into every municipality.
func (s benchSite) chartAll(c *call, net bench.Net) (took time.Duration, err error) {
	a, err := app.New(c.ctx, s.config, app.Parts{Log: logger(s.config, c.env.Stderr)})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Stop(context.WithoutCancel(c.ctx))) }()
	if err := a.Directory.Refresh(c.ctx); err != nil {
		return 0, err
	}
	began := clock.System{}.Now()
	for _, t := range s.target.Tenants {
		ctx, err := asOperator(c.ctx, a, t)
		if err != nil {
			return 0, err
		}
		if _, err := bringIn(ctx, a, bench.Parcels, net.Source()); err != nil {
			return 0, err
		}
	}
	return clock.System{}.Now().Sub(began), nil
}

// askAll asks a server for the maps of all municipalities.
func (s benchSite) askAll(c *call, net bench.Net, land *bench.Country) error {
	p, err := startServer(c, s, "serve")
	if err != nil {
		return err
	}
	if err := ready(c.ctx, s.target.Address); err != nil {
		return errors.Join(err, p.stop())
	}
	time.Sleep(atRest)
	land.AtRest = p.now()
	land.Asked, err = bench.AskEverywhere(c.ctx, s.target, net)
	land.After, land.Peak = p.now(), p.peak()
	return errors.Join(err, p.stop())
}
