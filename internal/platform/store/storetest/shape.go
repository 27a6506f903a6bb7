package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// shape is the form that modules give a database: migrated once, and copied for
// each test.
type shape struct {
	once     sync.Once
	file     []byte // of SQLite
	database string // in the cluster
	err      error
}

// errBegun stays where the test that made a shape ended in the middle of it.
var errBegun = errors.New("storetest: the migrated database could not be made; see the first test that failed")

// shapes are those that the tests of this binary have asked for. They only grow,
// and what has been made does not change.
var shapes struct {
	sync.Mutex
	known map[string]*shape
}

// shapeOf finds or begins the shape of modules on a kind of database.
func shapeOf(kind, name string) *shape {
	shapes.Lock()
	defer shapes.Unlock()
	if shapes.known == nil {
		shapes.known = map[string]*shape{}
	}
	if shapes.known[kind+name] == nil {
		shapes.known[kind+name] = &shape{err: errBegun}
	}
	return shapes.known[kind+name]
}

// digest names the modules by their migrations.
func digest(tb testing.TB, modules []fs.FS) string {
	tb.Helper()
	sum := sha256.New()
	for _, module := range append([]fs.FS{store.Migrations()}, modules...) {
		if module == nil {
			continue
		}
		files, err := fs.Glob(module, "migrations/*")
		if err != nil {
			tb.Fatal(err)
		}
		slices.Sort(files)
		for _, name := range files {
			text, err := fs.ReadFile(module, name)
			if err != nil {
				tb.Fatal(err)
			}
			_, _ = io.WriteString(sum, name+"\x00"+string(text)+"\x00") // a hash takes everything
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:32]
}

// shapedFile is a fresh, migrated SQLite file.
func shapedFile(tb testing.TB, modules []fs.FS) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "torg.db")
	s := shapeOf("sqlite", digest(tb, modules))
	s.once.Do(func() {
		if _, s.err = store.Migrate(context.WithoutCancel(tb.Context()), store.Config{Path: path}, modules...); s.err == nil {
			s.file, s.err = os.ReadFile(path)
		}
	})
	if s.err != nil {
		tb.Fatal(s.err)
	}
	if err := os.WriteFile(path, s.file, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// shapedDatabase is a fresh, migrated database in the cluster.
func shapedDatabase(tb testing.TB, modules []fs.FS) (owner, app string) {
	tb.Helper()
	c, name := pgcluster.Start(tb), digest(tb, modules)
	s := shapeOf("postgres", name)
	s.once.Do(func() {
		var kept []byte
		kept, s.err = c.Kept("shape-"+name, func() ([]byte, error) {
			mould, ownerURL, _ := c.Mould(tb)
			_, err := store.Migrate(context.WithoutCancel(tb.Context()), store.Config{URL: ownerURL}, modules...)
			return []byte(mould), err
		})
		s.database = string(kept)
	})
	if s.err != nil {
		tb.Fatal(s.err)
	}
	return c.Copy(tb, s.database)
}
