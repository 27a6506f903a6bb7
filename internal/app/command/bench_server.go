package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	serverStarts = 60 * time.Second
	serverStops  = 30 * time.Second
)

// server is torg serve as a process of its own.
type server struct {
	cmd  *exec.Cmd
	done chan error
}

// startServer starts this very program with a command that serves, and waits until it
// listens.
func startServer(c *call, s benchSite, args ...string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("command: find this program: %w", err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(c.ctx), self, args...) //nolint:gosec // this very program
	cmd.Env, cmd.Stderr = s.env, c.env.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("command: start the server: %w", err)
	}
	p := &server{cmd: cmd, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait() }()
	if err := p.answers(c.ctx, s.target.Address); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (p *server) answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, serverStarts)
	defer cancel()
	var dialer net.Dialer
	for {
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("command: the server does not answer: %w", err)
		case err := <-p.done:
			p.done <- err
			return fmt.Errorf("command: the server ended: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop tells the server to finish, and ends it when it does not.
func (p *server) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("command: stop the server: %w", err)
	}
	select {
	case err := <-p.done:
		if err != nil {
			return fmt.Errorf("command: the server: %w", err)
		}
		return nil
	case <-time.After(serverStops):
		return errors.Join(errors.New("command: the server did not stop"), p.cmd.Process.Kill())
	}
}

// tell sends the server a signal.
func (p *server) tell(signal os.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("command: tell the server: %w", err)
	}
	return nil
}

// peak returns the most memory the server has had (resident), 0 where the
// system does not tell.
func (p *server) peak() int64 { return p.memory("VmHWM:") }

// now returns the memory that the server has now.
func (p *server) now() int64 { return p.memory("VmRSS:") }

func (p *server) memory(name string) int64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0
			}
			return kilobytes << 10
		}
	}
	return 0
}

// loadAverage is how busy the machine has been for a minute, "–" where the system
// does not tell.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "–"
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}
