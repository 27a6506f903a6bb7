package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// ready is how long a server may take until it answers, on a busy machine.
	ready = 2 * time.Minute
	// pause lies between two looks at something that takes its time.
	pause = 25 * time.Millisecond
	// idleRounds × 0.2 s is how long a shared server waits for the next test
	// binary of the same parent.
	idleRounds = 300
)

// Cluster is a running PostgreSQL server of the tests' own.
type Cluster struct {
	folder  string
	private bool
	lasting bool     // things may be kept for the next binary of the same parent
	users   *os.File // holds the shared lock; closed by the end of the process
}

// shared is the cluster of this test binary, started by the first test that
// asks. It lives as long as the process, which is what its lock tells others.
var shared = sync.OnceValues(func() (*Cluster, error) {
	parent := os.Getppid()
	// The cluster outlives the test that happens to come first, and so its context.
	c, err := open(context.Background(), place{
		folder: filepath.Join(base(), fmt.Sprintf("torg-pg-%d-%d", os.Getuid(), parent)),
		parent: parent, grace: idleRounds,
	})
	if err == nil {
		c.lasting = goTest(parent)
	}
	return c, err
})

// Start returns the server that all test binaries of one `go test` share, and
// starts it if it does not run yet. It fails the test when there is none.
func Start(tb testing.TB) *Cluster {
	tb.Helper()
	c, err := shared()
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	return c
}

// StartPrivate starts a server for this test alone, which the test may stop and
// restart. It ends with the test, and its folder is gone then.
func StartPrivate(tb testing.TB) *Cluster {
	tb.Helper()
	folder, err := os.MkdirTemp(base(), "torg-pg-"+strconv.Itoa(os.Getuid())+"-one-") //nolint:usetesting // its path is too long for a socket
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	c, err := open(tb.Context(), place{folder: folder})
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	c.private = true
	tb.Cleanup(func() { c.end(tb) })
	return c
}

// Stop ends the server at once, as a power cut would, and returns when it is
// gone. Only a cluster of StartPrivate can be stopped.
func (c *Cluster) Stop(tb testing.TB) {
	tb.Helper()
	c.mustBePrivate(tb)
	pid, err := c.pid()
	if err != nil {
		tb.Fatalf("stop PostgreSQL: %v", err)
	}
	if err := quit(pid); err != nil {
		tb.Fatalf("stop PostgreSQL, process %d: %v", pid, err)
	}
	err = until(tb.Context(), func(context.Context) error {
		if alive(pid) {
			return errors.New("the server still runs")
		}
		return nil
	})
	if err != nil {
		tb.Fatalf("stop PostgreSQL, process %d: %v", pid, err)
	}
}

// Restart starts a stopped server again, with the data it had.
func (c *Cluster) Restart(tb testing.TB) {
	tb.Helper()
	c.mustBePrivate(tb)
	if err := os.WriteFile(filepath.Join(c.folder, "up"), nil, 0o600); err != nil {
		tb.Fatalf("restart PostgreSQL: %v", err)
	}
	if err := until(tb.Context(), c.verify); err != nil {
		tb.Fatalf("restart PostgreSQL: %v\n%s", err, c.log())
	}
}

func (c *Cluster) mustBePrivate(tb testing.TB) {
	tb.Helper()
	if !c.private {
		tb.Fatal("other tests use this server too: take StartPrivate to stop one")
	}
}

// end lets go of a private cluster and waits until its supervisor has removed it.
func (c *Cluster) end(tb testing.TB) {
	tb.Helper()
	if err := c.users.Close(); err != nil {
		tb.Errorf("end PostgreSQL: %v", err)
	}
	err := until(context.WithoutCancel(tb.Context()), func(context.Context) error {
		left, err := filepath.Glob(c.folder + "*")
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("still there: %v", left)
		}
		return err
	})
	if err != nil {
		tb.Errorf("end PostgreSQL: %v", err)
	}
}

// verify proves that the server behind the socket works on our own folder.
func (c *Cluster) verify(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.url("postgres", "postgres"))
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	var folder string
	if err := conn.QueryRow(ctx, "show data_directory").Scan(&folder); err != nil {
		return fmt.Errorf("ask the server for its folder: %w", err)
	}
	if want := filepath.Join(c.folder, "data"); folder != want {
		return fmt.Errorf("the server works on %s, not on %s", folder, want)
	}
	return nil
}

// log returns what the server wrote, for the message of a failing test.
func (c *Cluster) log() string {
	text, err := os.ReadFile(filepath.Join(c.folder, "log"))
	if err != nil {
		return "no log: " + err.Error()
	}
	return string(text)
}

// until asks again and again, and gives up with the last answer.
func until(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, ready)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("gave up waiting: %w", err)
		case <-time.After(pause):
		}
	}
}
