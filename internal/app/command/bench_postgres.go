package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// storeURLs are the addresses of a PostgreSQL database, empty for SQLite.
type storeURLs struct{ app, owner string }

// benchDatabase is a kind of database to measure. Opened, it is empty.
type benchDatabase struct {
	name string
	open func(ctx context.Context) (storeURLs, func() error, error)
}

// benchDatabases returns those that were asked for and are there: SQLite always,
// PostgreSQL when an address is given or its server programs are installed.
func benchDatabases(c *call, wanted string) ([]benchDatabase, error) {
	var list []benchDatabase
	if wanted == "all" || wanted == "sqlite" {
		list = append(list, benchDatabase{"SQLite", func(context.Context) (storeURLs, func() error, error) {
			return storeURLs{}, func() error { return nil }, nil
		}})
	}
	if wanted == "all" || wanted == "postgres" {
		given := [2]string{os.Getenv("TORG_BENCH_POSTGRES_URL"), os.Getenv("TORG_BENCH_MIGRATE_URL")}
		bin := postgresPrograms(c.ctx)
		switch {
		case given[0] != "":
			list = append(list, benchDatabase{"PostgreSQL", func(context.Context) (storeURLs, func() error, error) {
				return storeURLs{app: given[0], owner: given[1]}, func() error { return nil }, nil
			}})
		case bin != "":
			list = append(list, benchDatabase{"PostgreSQL", func(ctx context.Context) (storeURLs, func() error, error) { return startPostgres(ctx, bin) }})
		case wanted == "postgres":
			return nil, errors.New(c.words.T("app.bench.no_postgres"))
		}
	}
	if len(list) == 0 {
		c.flags.Usage()
		return nil, errUsage
	}
	return list, nil
}

// postgresPrograms finds the folder with PostgreSQL's server, or "".
func postgresPrograms(ctx context.Context) string {
	var folders []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, string(out[:max(len(out)-1, 0)]))
	}
	if found, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil {
		slices.Reverse(found)
		folders = append(folders, found...)
	}
	for _, folder := range folders {
		if info, err := os.Stat(filepath.Join(folder, "initdb")); err == nil && !info.IsDir() {
			return folder
		}
	}
	return ""
}

// startPostgres runs a server of our own in a temporary folder, listening on
// nothing but a socket there. It is durable as in production: fsync is on.
func startPostgres(ctx context.Context, bin string) (urls storeURLs, end func() error, err error) {
	folder, err := os.MkdirTemp("/tmp", "torg-bench-pg-") // a socket's path is short
	if err != nil {
		return urls, nil, fmt.Errorf("command: folder: %w", err)
	}
	owner, err := postgresUser(folder)
	if err != nil {
		return urls, nil, errors.Join(err, os.RemoveAll(folder))
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(bin, name), args...) //nolint:gosec // PostgreSQL's own programs
		cmd.Dir, cmd.Env = folder, []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	data := filepath.Join(folder, "data")
	if out, err := run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return urls, nil, errors.Join(fmt.Errorf("command: initdb: %w: %s", err, out), os.RemoveAll(folder))
	}
	server := run("postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "shared_buffers=512MB", "-c", "max_wal_size=2GB", "-c", "logging_collector=on")
	if err := server.Start(); err != nil {
		return urls, nil, errors.Join(fmt.Errorf("command: start PostgreSQL: %w", err), os.RemoveAll(folder))
	}
	end = func() error {
		err := server.Process.Signal(syscall.SIGINT) // fast shutdown
		_ = server.Wait()                            // its exit code says nothing that matters any more
		return errors.Join(err, os.RemoveAll(folder))
	}
	if err := makeDatabase(run, folder); err != nil {
		return urls, nil, errors.Join(err, end())
	}
	return storeURLs{app: socketURL("torg_app", folder), owner: socketURL("torg_owner", folder)}, end, nil
}

// makeDatabase makes the two roles and the database, once the server answers.
func makeDatabase(run func(string, ...string) *exec.Cmd, folder string) error {
	const statements = `create role torg_owner login; create role torg_app login;`
	var out []byte
	var err error
	for range 100 {
		if out, err = run("psql", "-h", folder, "-U", "postgres", "-q", "-c", statements).CombinedOutput(); err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return fmt.Errorf("command: PostgreSQL does not answer: %w: %s", err, out)
	}
	if out, err = run("psql", "-h", folder, "-U", "postgres", "-q", "-c", "create database torg owner torg_owner").CombinedOutput(); err != nil {
		return fmt.Errorf("command: make the database: %w: %s", err, out)
	}
	return nil
}

func socketURL(role, folder string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/torg", RawQuery: url.Values{"host": {folder}, "sslmode": {"disable"}}.Encode()}
	return u.String()
}

// postgresUser gives the folder to whom PostgreSQL runs as, which is never root.
func postgresUser(folder string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // as ourselves
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("command: PostgreSQL does not run as root: %w", err)
	}
	uid, errU := strconv.ParseUint(u.Uid, 10, 32)
	gid, errG := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(errU, errG); err != nil {
		return nil, fmt.Errorf("command: user postgres: %w", err)
	}
	if err := os.Chown(folder, int(uid), int(gid)); err != nil {
		return nil, fmt.Errorf("command: give the folder away: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
