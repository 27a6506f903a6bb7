package browser

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed supervise.sh
var supervise string

// errMissing tells what to install; a test shows it word by word.
var errMissing = errors.New(`Chromium is not installed.
Install it:
  Debian:        apt-get install chromium
  Fedora:        dnf install chromium
  Arch:          pacman -S chromium
or run "make test" as root, which installs what it needs`)

// Browser is the running Chromium of this test binary.
type Browser struct {
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in its context
	pid int
	end io.Closer // the supervisor's input: closing it, or losing it to the collector, ends the browser
}

// shared is started by the first test that asks and lives as long as the binary.
var shared = sync.OnceValues(start)

// Start returns the browser of this test binary and starts it if need be.
func Start(tb testing.TB) *Browser {
	tb.Helper()
	b, err := shared()
	if err != nil {
		tb.Fatalf("start Chromium: %v", err)
	}
	return b
}

func start() (*Browser, error) {
	program, err := find()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "torg-browser-")
	if err != nil {
		return nil, fmt.Errorf("make the profile folder: %w", err)
	}
	end, err := watch(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	// The browser outlives the test that happens to come first, and so its context.
	ctx, _ := chromedp.NewExecAllocator(context.Background(), options(program, folder)...)
	ctx, _ = chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("run %s: %w", program, err), end.Close())
	}
	pid := chromedp.FromContext(ctx).Browser.Process().Pid
	if _, err := fmt.Fprintln(end, pid); err != nil {
		return nil, fmt.Errorf("tell the supervisor: %w", err)
	}
	return &Browser{ctx: ctx, pid: pid, end: end}, nil
}

// find looks for Chromium under the names that systems give it.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errMissing
}

// options are the browser's flags: quiet, without a network of its own, and
// *.localhost leads home, since a municipality is told by the host's name.
func options(program, folder string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(folder),
		chromedp.Env("HOME="+folder, "TMPDIR="+folder), // nothing of it stays behind
		chromedp.NoSandbox,                             // tests may run as root, where the sandbox does not
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-crash-reporter", true),
		chromedp.Flag("disable-search-engine-choice-screen", true),
		chromedp.Flag("host-resolver-rules", "MAP *.localhost 127.0.0.1"),
		chromedp.Flag("lang", "nb"),
		chromedp.WindowSize(1280, 800),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		}))
}

// watch starts the supervisor. Closing what it returns, or our end, ends the browser.
func watch(folder string) (io.WriteCloser, error) {
	cmd := exec.CommandContext(context.Background(), "sh", "-c", supervise, "torg-browser-supervisor", folder)
	cmd.Dir = filepath.Dir(folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	end, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make the supervisor's input: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the supervisor: %w", err)
	}
	return end, nil
}
