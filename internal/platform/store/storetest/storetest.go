// Package storetest runs a test on both databases.
//
// Each hands the test a fresh, migrated database, once on SQLite and once on
// PostgreSQL under the server's plain role with row-level security, with a
// fake clock and two tenants. A missing PostgreSQL fails the test: what was
// tried on one database is not known of the other.
package storetest

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
)

// The two tenants of every test.
const (
	TenantA = "t-a"
	TenantB = "t-b"
)

// Env is what a test of one database gets.
type Env struct {
	DB    *store.DB
	Clock *clock.Fake
	// Ctx is bound to TenantA, Other to TenantB.
	Ctx, Other context.Context //nolint:containedctx // what the test would make in its first two lines
	// Config opens the same database again, as another process would.
	Config store.Config
	// Owner is the configuration of the database's owner; on SQLite it is Config.
	Owner store.Config
}

// Start is the instant at which the fake clock stands: a Monday morning in Norway.
func Start() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }

// Each runs the test on both databases, migrated with the modules' files. The
// two runs are parallel subtests named "sqlite" and "postgres".
func Each(t *testing.T, modules []fs.FS, test func(t *testing.T, env Env)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t, modules...))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t, modules...))
	})
}

// SQLite returns a fresh database in a file.
func SQLite(tb testing.TB, modules ...fs.FS) Env {
	tb.Helper()
	config := store.Config{Path: shapedFile(tb, modules)}
	return open(tb, config, config)
}

// Postgres returns a fresh database in the private cluster.
func Postgres(tb testing.TB, modules ...fs.FS) Env {
	tb.Helper()
	owner, app := shapedDatabase(tb, modules)
	return open(tb, store.Config{URL: owner, Connections: 8}, store.Config{URL: app, Connections: 8})
}

func open(tb testing.TB, owner, app store.Config) Env {
	tb.Helper()
	ctx := tb.Context()
	fake := clock.NewFake(Start())
	app.Clock = fake
	db, err := store.Open(ctx, app)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the database: %v", err)
		}
		db = nil // testing remembers this function to the end of the process
	})
	return Env{
		DB: db, Clock: fake, Config: app, Owner: owner,
		Ctx: store.WithTenant(ctx, TenantA), Other: store.WithTenant(ctx, TenantB),
	}
}
