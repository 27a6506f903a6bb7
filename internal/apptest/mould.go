package apptest

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
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

// shape is what tells one demonstration from another.
type shape struct {
	Postgres, RealTime, History, Map bool
	// Settled has the background work of the set-up done, as torg demo does it, so that
	// not every test writes its letters again.
	Settled bool
}

// shapeOf leaves the set-up's messages to be sent where the test looks at the mail.
func shapeOf(o Options) shape {
	mail := o.Reach || o.Carrier != nil || o.Settings["TORG_SMTP_URL"] != ""
	return shape{Postgres: o.Postgres, RealTime: o.RealTime, History: o.History, Map: o.Map, Settled: !mail}
}

func (s shape) name() string {
	return fmt.Sprintf("demo-postgres-%t-time-%t-history-%t-map-%t-settled-%t", s.Postgres, s.RealTime, s.History, s.Map, s.Settled)
}

// mould is a demonstration that was set up once, for all test binaries of a
// `go test`. Tests start from copies: setting one up takes longer than most of them.
// One with a clock that runs was set up some minutes ago, as one that is found at
// the second start of torg demo.
type mould struct {
	once     sync.Once
	err      error
	Files    map[string][]byte // of the data folder, by path
	Database string            // of the cluster; empty with SQLite
}

// keyFile lies among the mould's files: what was encrypted is read with it.
const keyFile = "mould.key"

// errBegun stays where the test that made a mould ended in the middle of it.
var errBegun = errors.New("apptest: the demonstration could not be set up; see the first test that failed")

// moulds are those that tests of this binary have asked for. Nobody changes one
// that has been made.
var moulds struct {
	sync.Mutex
	of map[shape]*mould
}

func mouldOf(s shape) *mould {
	moulds.Lock()
	defer moulds.Unlock()
	if moulds.of == nil {
		moulds.of = map[shape]*mould{}
	}
	if moulds.of[s] == nil {
		moulds.of[s] = &mould{err: errBegun}
	}
	return moulds.of[s]
}

// cast returns the data a test starts from: a copy of the mould, or nothing when
// the test brings a database of its own.
func cast(tb testing.TB, o Options) casting {
	tb.Helper()
	if o.Settings["TORG_DATABASE_URL"] != "" || o.Settings["TORG_DATA"] != "" {
		return casting{folder: tb.TempDir(), key: throwaway(tb)}
	}
	s := shapeOf(o)
	m := mouldOf(s)
	m.once.Do(func() { m.err = m.fill(tb, s) }) // whoever comes first, it is the same for all
	if m.err != nil {
		tb.Fatal(m.err)
	}
	c := casting{folder: tb.TempDir()}
	for path, content := range m.Files {
		target := filepath.Join(c.folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(target, content, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	var err error
	if c.key, err = keys.OpenFile(filepath.Join(c.folder, keyFile)); err != nil {
		tb.Fatal(err)
	}
	if o.Postgres {
		c.ownerURL, c.appURL = pgcluster.Start(tb).Copy(tb, m.Database)
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

// fill reads what another test binary has made, or makes it.
func (m *mould) fill(tb testing.TB, s shape) error {
	tb.Helper()
	kept, err := pgcluster.Start(tb).Kept(s.name(), func() ([]byte, error) {
		made := makeMould(tb, s)
		var b bytes.Buffer
		err := gob.NewEncoder(&b).Encode(made)
		return b.Bytes(), err
	})
	if err != nil {
		return err
	}
	return gob.NewDecoder(bytes.NewReader(kept)).Decode(m)
}

// makeMould sets the demonstration up, ends the product, and returns what it left.
func makeMould(tb testing.TB, s shape) *mould {
	tb.Helper()
	c, m := casting{folder: tb.TempDir()}, &mould{Files: map[string][]byte{}}
	if err := keys.CreateFile(filepath.Join(c.folder, keyFile)); err != nil {
		tb.Fatal(err)
	}
	var err error
	if c.key, err = keys.OpenFile(filepath.Join(c.folder, keyFile)); err != nil {
		tb.Fatal(err)
	}
	if s.Postgres {
		m.Database, c.ownerURL, c.appURL = pgcluster.Start(tb).Mould(tb)
	}
	h := &Harness{TB: tb, Port: "8080", log: &Log{}, mapped: s.Map, history: s.History}
	ctx := context.WithoutCancel(tb.Context())
	h.App = h.open(ctx, Options{Postgres: s.Postgres, RealTime: s.RealTime, History: s.History, Map: s.Map}, c)
	h.setUp(ctx)
	if s.Settled {
		h.Settle()
	}
	if err := h.App.Stop(ctx); err != nil {
		tb.Fatal(err)
	}
	err = filepath.WalkDir(c.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(c.folder, path)
		if err != nil {
			return err
		}
		m.Files[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}
