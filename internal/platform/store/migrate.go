package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the store's own migration files.
func Migrations() fs.FS { return migrations }

// Migration is one step of the database's shape.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrate brings the database to the shape that the modules' files
// (migrations/YYYYMMDDHHMMSS_module_what.sql) describe, as one sequence, and
// returns how many steps it took. On PostgreSQL the URL must be the owner's;
// other processes that migrate at the same moment wait. Steps go forward only
// and work while the previous release still runs.
func Migrate(ctx context.Context, c Config, modules ...fs.FS) (applied int, err error) {
	if c.URL == "" {
		unlock, busy := lockFile(ctx, c.Path+".migrating")
		if busy != nil {
			return 0, busy
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	provider, pool, err := newProvider(ctx, c, modules)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	results, err := provider.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		// The steps before the broken one stand.
		return len(partial.Applied), fmt.Errorf("store: migrate: %s: %w", path.Base(partial.Failed.Source.Path), err)
	}
	if err != nil {
		return 0, fmt.Errorf("store: migrate: %w", err)
	}
	if c.URL != "" {
		if err := secure(ctx, pool); err != nil {
			return 0, err
		}
	}
	return len(results), nil
}

// Pending returns the steps that the database lacks, in order. On PostgreSQL
// the server's own role may ask.
func Pending(ctx context.Context, c Config, modules ...fs.FS) (pending []Migration, err error) {
	provider, pool, err := newProvider(ctx, c, modules)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	list, err := provider.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: read migration status: %w", err)
	}
	for _, s := range list {
		if s.State != goose.StateApplied {
			pending = append(pending, Migration{Version: s.Source.Version, Name: path.Base(s.Source.Path)})
		}
	}
	return pending, nil
}

func newProvider(ctx context.Context, c Config, modules []fs.FS) (*goose.Provider, *sql.DB, error) {
	files, err := merge(append([]fs.FS{migrations}, modules...))
	if err != nil {
		return nil, nil, err
	}
	pool, dialect, options, err := openForMigration(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	// A module that is switched on later, or was written on another branch, may
	// bring numbers below the last one applied.
	options = append(options, goose.WithAllowOutofOrder(true))
	provider, err := goose.NewProvider(dialect, pool, files, options...)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("store: read migrations: %w", err), pool.Close())
	}
	return provider, pool, nil
}

func openForMigration(ctx context.Context, c Config) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	if c.URL == "" {
		pool, err := openSQLiteWriter(ctx, c.Path, "rwc")
		return pool, goose.DialectSQLite3, nil, err
	}
	config, err := postgresConfig(c.URL)
	if err != nil {
		return nil, "", nil, err
	}
	config.RuntimeParams["app.tenant"] = allTenants
	config.RuntimeParams["statement_timeout"] = "0"
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return nil, "", nil, fmt.Errorf("store: migration lock: %w", err)
	}
	pool := stdlib.OpenDB(*config)
	if err := pool.PingContext(ctx); err != nil {
		return nil, "", nil, errors.Join(fmt.Errorf("store: connect: %w", err), pool.Close())
	}
	return pool, goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, nil
}

// merged presents the modules' migration files as one folder.
type merged struct {
	entries []fs.DirEntry
	home    map[string]fs.FS
}

func merge(modules []fs.FS) (merged, error) {
	m := merged{home: map[string]fs.FS{}}
	for _, module := range modules {
		if module == nil {
			continue
		}
		entries, err := fs.ReadDir(module, "migrations")
		if err != nil {
			return m, fmt.Errorf("store: read a module's migrations: %w", err)
		}
		for _, entry := range entries {
			if m.home[entry.Name()] != nil {
				if sameFile(m.home[entry.Name()], module, entry.Name()) {
					continue
				}
				return m, fmt.Errorf("store: two modules have a migration %s", entry.Name())
			}
			m.home[entry.Name()] = module
			m.entries = append(m.entries, entry)
		}
	}
	slices.SortFunc(m.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return m, nil
}

// sameFile lets a module be named twice, as tests do that list what they need.
func sameFile(a, b fs.FS, name string) bool {
	x, errX := fs.ReadFile(a, "migrations/"+name)
	y, errY := fs.ReadFile(b, "migrations/"+name)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Open implements fs.FS.
func (m merged) Open(name string) (fs.File, error) {
	if name == "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("read the folder with ReadDir")}
	}
	home, ok := m.home[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return home.Open("migrations/" + name)
}

// ReadDir implements fs.ReadDirFS.
func (m merged) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return m.entries, nil
}

// Stat implements fs.StatFS for the folder itself.
func (m merged) Stat(name string) (fs.FileInfo, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only looked at
	return f.Stat()
}
