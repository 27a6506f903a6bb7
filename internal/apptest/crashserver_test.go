package apptest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"testing"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
)

// asServer makes this test binary a server that the crash test kills. The other
// settings come to it as to any server, by the environment.
const asServer = "TORG_CRASH_SERVER"

func TestMain(m *testing.M) {
	if address := os.Getenv(asServer); address != "" {
		if err := crashServer(context.Background(), address); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

// crashServer is the product as torg demo runs it, on either database: the
// command itself is for the embedded one alone.
func crashServer(ctx context.Context, address string) error {
	a, err := openWorld(ctx, clock.System{}, nil)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return a.Serve(ctx, listener, func() { _, _ = fmt.Fprintln(os.Stdout, "ready") })
}

// openWorld puts the product together with the demonstration around it.
func openWorld(ctx context.Context, base clock.Clock, settings map[string]string) (*app.App, error) {
	config, err := app.ReadConfig(settings)
	if err != nil {
		return nil, err
	}
	shown := demo.NewClock(base)
	var d *demo.Demo
	a, err := app.New(ctx, config, app.Parts{
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Clock: shown,
		World: func(ctx context.Context, a *app.App) (app.World, error) {
			day, err := demo.DayOf(ctx, a.DB)
			if err != nil {
				return app.World{}, err
			}
			address, err := url.Parse(config.Get("TORG_PUBLIC_URL"))
			if err != nil {
				return app.World{}, err
			}
			d, err = demo.New(demo.Options{Address: address, Day: day, Clock: shown, Bundle: a.Bundle, Directory: a.Directory})
			if err != nil {
				return app.World{}, err
			}
			return app.World{Register: d.Register(), Properties: d.Properties(), Client: d.Client, HTTP: demo.LocalClient(), Issuer: d.Issuer(), Portal: d.Portal}, nil
		},
	})
	if err != nil {
		return nil, err
	}
	return a, d.Setup(ctx, demo.Services{
		DB: a.DB, Keys: a.Keys, Access: a.Roles, Identity: a.Identity, Forms: a.Forms, Cases: a.Cases, Applications: a.Applications,
		Blobs: a.Blobs, Casework: a.Casework,
	})
}

// process is the server as another process, which can be killed.
type process struct {
	address string
	env     []string
	cmd     *exec.Cmd
}

// start starts the server and waits until it answers.
func (p *process) start(t *testing.T) {
	t.Helper()
	p.cmd = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	p.cmd.Env = append(append(os.Environ(), p.env...), asServer+"="+p.address)
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	must(t, err)
	must(t, p.cmd.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the server says %q: %v, %v", line, err, p.cmd.Wait())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
}

// kill ends the server as a power cut does: SIGKILL, which nobody can catch.
func (p *process) kill(t *testing.T) {
	t.Helper()
	must(t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // "signal: killed"
}
