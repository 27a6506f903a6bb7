package apptest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// casting is where a test's data lie, and the installation key they are
// encrypted with.
type casting struct {
	folder           string
	key              *keys.Installation
	ownerURL, appURL string
}

// mould is a demonstration that was set up once in a test binary. Tests start
// from copies: setting one up takes longer than most of them.
type mould struct {
	once     sync.Once
	ok       bool
	key      *keys.Installation
	files    map[string][]byte // of the data folder, by path
	database string            // of the cluster; empty with SQLite
}

// moulds are one for each database, without the land and with it, with the tests'
// clock.
var moulds = struct{ sqlite, postgres, mapped, mappedPostgres mould }{}

// cast returns the data a test starts from: a copy of the mould, or nothing when
// the test wants settings of its own or a clock that runs, with which the
// demonstration comes out differently.
func cast(tb testing.TB, o Options) casting {
	tb.Helper()
	if o.RealTime || o.History || len(o.Settings) > 0 {
		return blank(tb, o)
	}
	m := &moulds.sqlite
	switch {
	case o.Postgres && o.Map:
		m = &moulds.mappedPostgres
	case o.Postgres:
		m = &moulds.postgres
	case o.Map:
		m = &moulds.mapped
	}
	m.once.Do(func() { m.make(tb, Options{Postgres: o.Postgres, Map: o.Map}) }) // whoever comes first, it is the same for all
	if !m.ok {
		tb.Fatal("the demonstration could not be set up; see the first test that failed")
	}
	c := casting{folder: tb.TempDir(), key: m.key}
	for path, content := range m.files {
		target := filepath.Join(c.folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	if o.Postgres {
		c.ownerURL, c.appURL = pgcluster.Start(tb).Copy(tb, m.database)
	}
	return c
}

func blank(tb testing.TB, o Options) casting {
	tb.Helper()
	c := casting{folder: tb.TempDir(), key: throwaway(tb)}
	if o.Postgres {
		c.ownerURL, c.appURL = pgcluster.Start(tb).Database(tb)
	}
	return c
}

func throwaway(tb testing.TB) *keys.Installation {
	tb.Helper()
	key, err := keys.Throwaway()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// make sets the demonstration up, ends the product, and keeps what it left.
func (m *mould) make(tb testing.TB, o Options) {
	tb.Helper()
	c := casting{folder: tb.TempDir(), key: throwaway(tb)}
	if o.Postgres {
		m.database, c.ownerURL, c.appURL = pgcluster.Start(tb).Mould(tb)
	}
	h := &Harness{TB: tb, Port: "8080", log: &Log{}, mapped: o.Map}
	ctx := context.WithoutCancel(tb.Context())
	h.App = h.open(ctx, o, c)
	h.setUp(ctx)
	if err := h.App.Stop(ctx); err != nil {
		tb.Fatal(err)
	}
	m.files = map[string][]byte{}
	err := filepath.WalkDir(c.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(c.folder, path)
		if err != nil {
			return err
		}
		m.files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	m.key, m.ok = c.key, true
}
