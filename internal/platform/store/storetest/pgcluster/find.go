package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errMissing tells what to install; a test shows it word by word.
var errMissing = errors.New(`PostgreSQL's server programs (initdb, postgres) are not installed.
Looked in: pg_config --bindir, /usr/lib/postgresql/*/bin, PATH.
Install them; no server needs to run, the tests start their own:
  Debian, Ubuntu:  apt-get install postgresql
  Fedora:          dnf install postgresql-server
  Arch:            pacman -S postgresql
or run "make test" as root, which installs what it needs`)

// errNoFlock is about the lock program that the supervisor uses.
var errNoFlock = errors.New("the program flock is not installed: Debian, Ubuntu: apt-get install util-linux")

// binaries finds the folder that holds initdb and postgres.
func binaries(ctx context.Context) (string, error) {
	var folders []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	versions, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(versions, newestFirst)
	folders = append(folders, versions...)
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	if i := slices.IndexFunc(folders, hasServer); i >= 0 {
		return folders[i], nil
	}
	return "", errMissing
}

// newestFirst orders Debian's folders by their major version: 9 is older than 15.
func newestFirst(a, b string) int { return major(b) - major(a) }

func major(folder string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	if err != nil {
		return 0
	}
	return n
}

func hasServer(folder string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}
