package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"

	"github.com/torg-no/torg/internal/app"
)

// letGo is the signal after which a measured server does the jobs it has held back.
const letGo = syscall.SIGUSR1

// benchServer is serve for bench cases: with a CPU profile of its whole life when a
// file is named, and with one kind of jobs held back until it is told otherwise.
func benchServer(c *call) (err error) {
	profile := c.flags.String("profile", "", c.words.T("app.flag.bench_profile"))
	hold := c.flags.String("hold", "", c.words.T("app.flag.bench_hold"))
	if err := c.parse(); err != nil {
		return err
	}
	if *profile != "" {
		end, failed := profileInto(*profile)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	a, err := app.New(ctx, config, app.Parts{Log: logger(config, c.env.Stderr)})
	if err != nil {
		return err
	}
	if *hold != "" {
		a.Registry.Hold(*hold, true)
		defer onceTold(ctx, func() { a.Registry.Hold(*hold, false) })()
	}
	return c.answer(ctx, a, config, config.Get("TORG_PUBLIC_URL"))
}

// onceTold does something when the process gets the signal, until it is ended.
func onceTold(ctx context.Context, do func()) (end func()) {
	told := make(chan os.Signal, 1)
	signal.Notify(told, letGo)
	go func() {
		select {
		case <-told:
			do()
		case <-ctx.Done():
		}
	}()
	return func() { signal.Stop(told) }
}

func profileInto(path string) (end func() error, err error) {
	f, err := os.Create(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("command: profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("command: profile: %w", err), f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}
