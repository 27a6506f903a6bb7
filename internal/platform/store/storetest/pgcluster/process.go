package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// serverUser is who the server runs as: nil for ourselves, but PostgreSQL
// refuses to run as root, who therefore lends it to the user its package made.
func serverUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // no credential means our own
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user postgres: %w", err)
		}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the user id of %s: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the group id of %s: %w", u.Username, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// pid is the process id of the server, which writes it into its own folder.
func (c *Cluster) pid() (int, error) {
	return number(filepath.Join(c.folder, "data", "postmaster.pid"))
}

// quit ends a server at once ("immediate shutdown" in PostgreSQL's words).
func quit(pid int) error { return syscall.Kill(pid, syscall.SIGQUIT) }

// alive reports whether a process is there; not being allowed to signal it
// means that it is.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
