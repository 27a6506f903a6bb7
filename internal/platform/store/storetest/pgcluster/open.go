package pgcluster

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

//go:embed supervise.sh
var supervise string

// place says where a cluster lies and for how long.
type place struct {
	folder string
	parent int // 0: ends with its only user
	grace  int // idle rounds of the supervisor while the parent lives
}

// errTurned means that the cluster ended while we stood at its gate.
var errTurned = errors.New("the cluster has just ended")

// base is the folder for clusters. A Unix socket's path may have 107 bytes
// (sun_path), and when we are root the server runs as another user, who may not
// be let into our TMPDIR.
func base() string {
	if dir := os.TempDir(); os.Getuid() != 0 && len(dir) <= 60 {
		return dir
	}
	return "/tmp"
}

// open joins the cluster in a place or starts it there.
func open(ctx context.Context, p place) (*Cluster, error) {
	for range 100 {
		c, err := enter(ctx, p)
		if !errors.Is(err, errTurned) {
			return c, err
		}
	}
	return nil, errTurned
}

// enter goes through the gate, which lets one process in at a time.
func enter(ctx context.Context, p place) (_ *Cluster, err error) {
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	if err := makeFolder(p.folder, owner); err != nil {
		return nil, err
	}
	gate, err := lock(filepath.Join(p.folder, "gate"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer gate.Close()
	users, err := lock(filepath.Join(p.folder, "users"), syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: p.folder, users: users}
	defer func() {
		if err != nil {
			err = errors.Join(err, users.Close())
		}
	}()
	if err := c.run(ctx, p, owner); err != nil {
		return nil, err
	}
	return c, nil
}

// run sees to it that the server of a cluster answers. The gate is ours.
func (c *Cluster) run(ctx context.Context, p place, owner *syscall.Credential) error {
	switch pid, err := number(filepath.Join(c.folder, "supervisor")); {
	case errors.Is(err, fs.ErrNotExist):
		if err := c.launch(ctx, p, owner); err != nil {
			return err
		}
	case err != nil:
		return err
	case !alive(pid): // left by a power cut; a server without its folder ends itself
		return errors.Join(errTurned, os.RemoveAll(c.folder))
	}
	if err := until(ctx, c.verify); err != nil {
		return fmt.Errorf("%w\n%s", err, c.log())
	}
	return c.prepare(ctx)
}

// launch starts the supervisor in a session of its own, so that Ctrl-C reaches
// the tests and not the one who cleans up after them.
func (c *Cluster) launch(ctx context.Context, p place, owner *syscall.Credential) error {
	bin, err := binaries(ctx)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("flock"); err != nil {
		return errNoFlock
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "sh", "-c", supervise, "torg-pg-supervisor",
		p.folder, bin, strconv.Itoa(p.parent), strconv.Itoa(p.grace))
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the supervisor: %w", err)
	}
	go cmd.Wait() //nolint:errcheck // takes the zombie away; how it ended nobody asks
	pid := strconv.Itoa(cmd.Process.Pid)
	if err := os.WriteFile(filepath.Join(c.folder, "supervisor"), []byte(pid), 0o600); err != nil {
		return fmt.Errorf("note the supervisor: %w", err)
	}
	return nil
}

// makeFolder makes the cluster's folder and gives it to the server's user.
func makeFolder(folder string, owner *syscall.Credential) error {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the cluster's folder: %w", err)
	}
	info, err := os.Lstat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errTurned
	case err != nil:
		return fmt.Errorf("look at the cluster's folder: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder: somebody else made it; remove it", folder)
	case owner == nil:
		return nil
	}
	err = os.Lchown(folder, int(owner.Uid), int(owner.Gid))
	if errors.Is(err, fs.ErrNotExist) {
		return errTurned
	}
	if err != nil {
		return fmt.Errorf("give the cluster's folder to the server's user: %w", err)
	}
	return nil
}

// lock opens a file and locks it for as long as it stays open. It is errTurned
// when the file has lost its name meanwhile: then a supervisor is clearing up.
func lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errTurned
	}
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := flock(f, how); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	mine, err := f.Stat()
	named, nameErr := os.Stat(path)
	if err != nil || nameErr != nil || !os.SameFile(mine, named) {
		return nil, errors.Join(errTurned, f.Close())
	}
	return f, nil
}

// flock waits for the lock; a signal that arrives meanwhile is no answer.
func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// number reads the process id on the first line of a file.
func number(path string) (int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read a process id: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 1 {
		return 0, fmt.Errorf("%s holds no process id: %q", path, line)
	}
	return pid, nil
}
