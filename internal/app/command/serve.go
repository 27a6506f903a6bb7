package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
)

// serve answers requests until it is told to stop.
func serve(c *call) error {
	if err := c.parse("http=TORG_HTTP", "url=TORG_PUBLIC_URL"); err != nil {
		return err
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	if err := config.CheckServing(); err != nil {
		return err
	}
	if err := makeDir(config.DataDir()); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a, err := app.New(ctx, config, app.Parts{Log: logger(config, c.env.Stderr)})
	if err != nil {
		return err
	}
	if err := errors.Join(a.Directory.Refresh(ctx), a.CheckTenants()); err != nil {
		return errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
	}
	return c.answer(ctx, a, config, config.Get("TORG_PUBLIC_URL"))
}

// answer listens and serves. The line that says so is for people and scripts
// that wait for it.
func (c *call) answer(ctx context.Context, a *app.App, config app.Config, url string) error {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", config.Get("TORG_HTTP"))
	if err != nil {
		return errors.Join(fmt.Errorf("command: listen: %w", err), a.DB.Close())
	}
	return a.Serve(ctx, listener, func() { c.say(c.words.T("app.ready", "url", url)) })
}

// demoServe runs everything embedded, with made-up municipalities.
func demoServe(c *call) error {
	fresh := c.flags.Bool("fresh", false, c.words.T("app.flag.fresh"))
	if err := c.parse("http=TORG_HTTP"); err != nil {
		return err
	}
	if c.config["TORG_DATA"] == "" {
		c.config["TORG_DATA"] = ".demo"
	}
	if c.config["TORG_HTTP"] == "" {
		c.config["TORG_HTTP"] = "127.0.0.1:8080"
	}
	if err := c.onlyDemo(); err != nil {
		return err
	}
	if *fresh {
		if err := forget(c.config["TORG_DATA"]); err != nil {
			return err
		}
	}
	c.config["TORG_PUBLIC_URL"] = "http://localhost:" + portOf(c.config["TORG_HTTP"])
	config, err := c.read()
	if err != nil {
		return err
	}
	if config.Get("TORG_DATABASE_URL") != "" {
		return errors.New(c.words.T("app.demo.embedded_only"))
	}
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a, err := openDemo(ctx, config, logger(config, c.env.Stderr))
	if err != nil {
		return err
	}
	return c.answer(ctx, a, config, config.Get("TORG_PUBLIC_URL"))
}

// onlyDemo refuses a data folder that holds a municipality of real people: the
// demo lets anybody log in as anybody, and starts over by deleting.
func (c *call) onlyDemo() error {
	config, err := c.read()
	if err != nil {
		return err
	}
	if _, err := os.Stat(config.DatabasePath()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	list, err := app.Municipalities(c.ctx, config)
	if err != nil {
		return err
	}
	for _, t := range list {
		if !t.Test {
			return errors.New(c.words.T("app.demo.real_data", "folder", config.DataDir()))
		}
	}
	return nil
}

func portOf(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return "8080"
	}
	return port
}

// forget removes the demo's data; onlyDemo has seen that it is one.
func forget(data string) error {
	for _, name := range []string{"torg.db", "torg.db-wal", "torg.db-shm", "torg.key", "documents"} {
		if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
			return fmt.Errorf("command: start over: %w", err)
		}
	}
	return nil
}

// openDemo puts the product together with the demo's world around it, and makes
// what is not there yet.
func openDemo(ctx context.Context, config app.Config, log *slog.Logger) (*app.App, error) {
	shown := demo.NewClock(clock.System{})
	var d *demo.Demo
	a, err := app.New(ctx, config, app.Parts{Log: log, Clock: shown, World: func(ctx context.Context, a *app.App) (w app.World, err error) {
		d, w, err = demoWorld(ctx, a, shown)
		return w, err
	}})
	if err != nil {
		return nil, err
	}
	d.ShowMail(a.Notify)
	err = d.Setup(ctx, demo.Services{
		DB: a.DB, Keys: a.Keys, Access: a.Roles, Identity: a.Identity, Forms: a.Forms, Cases: a.Cases, Applications: a.Applications,
		Blobs: a.Blobs, Casework: a.Casework, Appeals: a.Appeals, Forecast: a.Forecast, Layers: a.Layers,
		Building: a.Building, Neighbours: a.Neighbours, Conference: a.Conference,
		Settle: func(ctx context.Context) error {
			_, err := a.Runner.Drain(ctx)
			return err
		},
	})
	if err != nil {
		return nil, errors.Join(err, a.Stop(ctx))
	}
	return a, nil
}

func demoWorld(ctx context.Context, a *app.App, shown *demo.Clock) (*demo.Demo, app.World, error) {
	day, err := demo.DayOf(ctx, a.DB)
	if err != nil {
		return nil, app.World{}, err
	}
	address, err := url.Parse(a.Config.Get("TORG_PUBLIC_URL"))
	if err != nil {
		return nil, app.World{}, fmt.Errorf("command: address of the demo: %w", err)
	}
	d, err := demo.New(demo.Options{Address: address, Day: day, Clock: shown, Bundle: a.Bundle, Directory: a.Directory, Log: a.Log})
	if err != nil {
		return nil, app.World{}, err
	}
	w := app.World{
		Register: d.Register(), Properties: d.Properties(), Client: d.Client, HTTP: demo.LocalClient(), Issuer: d.Issuer(), Portal: d.Portal, Banner: demo.Banner(),
	}
	if w.Phones, w.SMSToken, err = d.Phones(); err != nil {
		return nil, w, err
	}
	w.Contacts, err = d.Contacts()
	return d, w, err
}
