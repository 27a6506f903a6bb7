package scantest

import (
	"bytes"
	"context"
	"encoding/hex"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/scan"
)

// Harmful is what the tests' own signature finds; it harms nobody.
const Harmful = "TORG-TEST-SIGNATURE-f1d2d2f924e986ac86fdf7b36c94bcdf32beec15"

// Finding is what clamd calls it.
const Finding = "Torg.Test.UNOFFICIAL"

// StreamLimit is how many bytes this clamd takes (StreamMaxLength).
const StreamLimit = 1 << 20

// Daemon is a clamd of the test's own. New makes one that does not run yet.
type Daemon struct {
	tb     testing.TB
	folder string
	port   int
	log    bytes.Buffer

	mu  sync.Mutex
	cmd *exec.Cmd
}

// New makes the folder and the signature; what runs ends with the test.
func New(tb testing.TB) *Daemon {
	tb.Helper()
	folder, err := os.MkdirTemp("", "torg-clamd-") //nolint:usetesting // the test's own folder has a path too long for a socket
	if err != nil {
		tb.Fatal(err)
	}
	d := &Daemon{tb: tb, folder: folder, port: freePort(tb)}
	tb.Cleanup(func() {
		d.Stop()
		if err := os.RemoveAll(folder); err != nil {
			tb.Error(err)
		}
	})
	d.write("db/torg.ndb", "Torg.Test:0:*:"+hex.EncodeToString([]byte(Harmful))+"\n")
	d.write("clamd.conf", strings.Join([]string{
		"Foreground yes", "DatabaseDirectory " + folder + "/db", "TemporaryDirectory " + folder, "LocalSocket " + folder + "/clamd.sock",
		"TCPAddr 127.0.0.1", "TCPSocket " + strconv.Itoa(d.port), "StreamMaxLength " + strconv.Itoa(StreamLimit), "MaxThreads 4",
		"AlertEncrypted yes", "ConcurrentDatabaseReload no", "",
	}, "\n"))
	return d
}

// Start is New and Run.
func Start(tb testing.TB) *Daemon {
	tb.Helper()
	d := New(tb)
	d.Run()
	return d
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		tb.Fatalf("no port in %v", l.Addr())
	}
	return address.Port
}

func (d *Daemon) write(name, text string) {
	d.tb.Helper()
	path := filepath.Join(d.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.tb.Fatal(err)
	}
}

// program finds clamd, or says how to get it.
func program(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"clamd", "/usr/sbin/clamd", "/usr/local/sbin/clamd", "/opt/homebrew/sbin/clamd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	tb.Fatal("clamd is not installed, and this test needs it. On Debian: apt-get install --no-install-recommends clamav-daemon (make test does so as root). It need not run, and no signatures need be fetched.")
	return ""
}

// Run starts clamd and returns when it answers.
func (d *Daemon) Run() {
	d.tb.Helper()
	cmd := exec.Command(program(d.tb), "--config-file="+filepath.Join(d.folder, "clamd.conf"))
	cmd.Stdout, cmd.Stderr = &d.log, &d.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // however the test ends
	if err := cmd.Start(); err != nil {
		d.tb.Fatal(err)
	}
	d.mu.Lock()
	d.cmd = cmd
	d.mu.Unlock()
	client := d.Client("unix")
	for range 1200 {
		if d.answers(client) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	d.Stop()
	d.tb.Fatalf("clamd does not answer after two minutes:\n%s", d.log.String())
}

func (d *Daemon) answers(client *scan.Clamd) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return client.Ping(ctx) == nil
}

// Stop ends clamd at once, as a crash does.
func (d *Daemon) Stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Kill()
	_ = d.cmd.Wait() // it was killed
	d.cmd = nil
}

// Address is what TORG_CLAMD is set to: over "unix" or "tcp".
func (d *Daemon) Address(network string) string {
	if network == "tcp" {
		return "tcp://127.0.0.1:" + strconv.Itoa(d.port)
	}
	return "unix://" + d.folder + "/clamd.sock"
}

// Client speaks with it.
func (d *Daemon) Client(network string) *scan.Clamd {
	d.tb.Helper()
	c, err := scan.NewClamd(d.Address(network))
	if err != nil {
		d.tb.Fatal(err)
	}
	return c
}
