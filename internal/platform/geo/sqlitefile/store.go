package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// driver is the one that platform/store links into every program.
const driver = "sqlite"

// File is an open file.
type File struct {
	*sql.DB
	folder string // of the copy, "" when there is none
}

// magic begins every SQLite file.
const magic = "SQLite format 3\x00"

// Copy opens a copy of a file that somebody sent. The copy lies in a folder of its
// own below temp ("" takes the system's) and goes when the File is closed.
func Copy(ctx context.Context, path, temp string) (*File, error) {
	folder, err := os.MkdirTemp(temp, "torg-geo-")
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: make a folder for the copy: %w", err)
	}
	target := filepath.Join(folder, "copy.db")
	if err := duplicate(path, target); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	f, err := Open(ctx, target)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	f.folder = folder
	return f, nil
}

func duplicate(from, to string) error {
	in, err := os.Open(filepath.Clean(from))
	if err != nil {
		return fmt.Errorf("sqlitefile: open: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Clean(to), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("sqlitefile: make the copy: %w", err)
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(fmt.Errorf("sqlitefile: copy: %w", err), out.Close())
	}
	return out.Close()
}

// Open opens a file that nobody else writes to, to read it.
func Open(ctx context.Context, path string) (*File, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	pragmas := url.Values{"mode": {"ro"}, "immutable": {"1"}, "_pragma": {
		"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "temp_store(2)", "cache_size(-16000)",
	}}
	db, err := sql.Open(driver, address(path)+"?"+pragmas.Encode())
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: open: %w", err)
	}
	if _, err := db.ExecContext(ctx, "SELECT count(*) FROM sqlite_schema"); err != nil {
		return nil, errors.Join(Broken(err), db.Close())
	}
	return &File{DB: db}, nil
}

// Create makes a new file and opens it to write. It must not be there.
func Create(path string) (*File, error) {
	out, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: create: %w", err)
	}
	if err := out.Close(); err != nil {
		return nil, fmt.Errorf("sqlitefile: create: %w", err)
	}
	pragmas := url.Values{"_pragma": {"journal_mode(MEMORY)", "synchronous(OFF)"}}
	db, err := sql.Open(driver, address(path)+"?"+pragmas.Encode())
	if err != nil {
		return nil, fmt.Errorf("sqlitefile: create: %w", err)
	}
	db.SetMaxOpenConns(1)
	return &File{DB: db}, nil
}

func address(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// check looks at the first bytes: SQLite itself takes an empty file for a
// database.
func check(path string) error {
	in, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("sqlitefile: open: %w", err)
	}
	defer in.Close()
	first := make([]byte, len(magic))
	if _, err := io.ReadFull(in, first); err != nil || string(first) != magic {
		return exchange.Wrong("sqlite_bad").Fatal()
	}
	return nil
}

// Broken says in words that the file is not what it should be.
func Broken(err error) error {
	return errors.Join(exchange.Wrong("sqlite_bad").Fatal(), err)
}

// Close closes the file and removes its copy.
func (f *File) Close() error {
	err := f.DB.Close()
	if f.folder != "" {
		err = errors.Join(err, os.RemoveAll(f.folder))
	}
	return err
}

// Quote makes a name safe in SQL.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
