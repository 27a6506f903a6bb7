package app

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/torg-no/torg/internal/platform/store"
)

// maxSkew is how far the machine's clock may stand from the database's. Torg
// follows the database's, but ID-porten's log-ins and the logs do not.
const maxSkew = 2 * time.Second

// The free space below which we warn, and below which the next upload may fail.
const (
	lowSpace = 2 << 30
	noSpace  = 100 << 20
)

// database checks everything up to opening it, and opens it when that is safe.
func (d *doctor) database(ctx context.Context) {
	config := d.config.StoreConfig()
	if config.URL == "" {
		if _, err := os.Stat(config.Path); errors.Is(err, os.ErrNotExist) {
			d.add(Warn, "database_missing", "path", config.Path)
			return
		}
	} else if !d.role(ctx, config) {
		return
	}
	pending, err := store.Pending(ctx, config, migrations()...)
	if err != nil {
		d.add(Fail, "database_unreachable", "reason", err.Error())
		return
	}
	if len(pending) > 0 {
		d.add(Fail, "pending", "number", len(pending), "first", pending[0].Name)
		return
	}
	d.add(Fine, "migrated")
	if d.db, err = store.Open(ctx, config); err != nil {
		d.db = nil
		d.add(Fail, "database_unreachable", "reason", err.Error())
		return
	}
	d.add(Fine, "database", "dialect", d.db.Dialect().String())
}

// role looks at PostgreSQL's role and row-level security.
func (d *doctor) role(ctx context.Context, config store.Config) bool {
	faults, err := store.Inspect(ctx, config)
	if err != nil {
		d.add(Fail, "database_unreachable", "reason", err.Error())
		return false
	}
	slices.Sort(faults)
	for _, f := range faults {
		d.add(Fail, "fault_"+string(f))
	}
	if len(faults) == 0 {
		d.add(Fine, "role")
	}
	return true
}

// skew compares the clocks. SQLite has none of its own.
func (d *doctor) skew() {
	if d.db.Dialect() != store.Postgres {
		return
	}
	if skew := d.db.Clock().Now().Sub(d.clock.Now()); skew.Abs() > maxSkew {
		d.add(Warn, "skew", "skew", skew.Round(time.Second/10).String())
		return
	}
	d.add(Fine, "clock")
}

// folder checks that a folder can be written to, belongs to us alone and has
// space left. What is "data" or "documents", for the messages.
func (d *doctor) folder(path, what string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		d.add(Warn, what+"_missing", "path", path)
		return
	case err != nil || !info.IsDir():
		d.add(Fail, what+"_unwritable", "path", path)
		return
	case info.Mode().Perm()&0o077 != 0:
		d.add(Warn, what+"_readable", "path", path)
	}
	if err := tryFolder(path); err != nil {
		d.add(Fail, what+"_unwritable", "path", path)
		return
	}
	d.space(path, what)
}

// tryFolder makes a file and takes it away again.
func tryFolder(path string) error {
	file, err := os.CreateTemp(path, ".doctor-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString("torg doctor\n")
	return errors.Join(err, file.Close(), os.Remove(file.Name()))
}

func (d *doctor) space(path, what string) {
	var disk unix.Statfs_t
	if err := unix.Statfs(path, &disk); err != nil {
		d.add(Warn, "space_unknown", "path", path, "reason", err.Error())
		return
	}
	level, key := spaceLevel(disk.Bavail * uint64(disk.Bsize))
	if key == "" {
		key = what
	}
	d.add(level, key, "path", path, "free", int64(disk.Bavail*uint64(disk.Bsize)>>20))
}

// spaceLevel judges free bytes; the key is "" when there is enough.
func spaceLevel(free uint64) (Level, string) {
	switch {
	case free < noSpace:
		return Fail, "space_none"
	case free < lowSpace:
		return Warn, "space_low"
	default:
		return Fine, ""
	}
}
