package pgcluster

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

const (
	owner = "torg_owner" // owns the database and its tables, runs migrations
	app   = "torg_app"   // what the server connects as: sees only what row-level security lets it
)

// Database makes an empty database and returns how to reach it as the owner,
// who migrates, and as the plain role that the product runs as. Neither is a
// superuser. The plain role may connect and use the schema, and nothing else:
// what it may do with tables the product's own migrations must grant. The
// database is dropped when the test ends.
func (c *Cluster) Database(tb testing.TB) (ownerURL, appURL string) {
	tb.Helper()
	name := "torg_" + strings.ToLower(rand.Text())
	err := c.admin(tb.Context(),
		"create database "+name+" owner "+owner,
		"revoke all on database "+name+" from public",
		"grant connect on database "+name+" to "+app)
	if err != nil {
		tb.Fatalf("make a database: %v", err)
	}
	tb.Cleanup(func() { c.drop(tb, name) })
	return c.url(owner, name), c.url(app, name)
}

// Mould makes an empty database that is kept as long as the cluster, to be
// filled once and copied by Copy. Nobody may be connected to it while it is
// copied.
func (c *Cluster) Mould(tb testing.TB) (name, ownerURL, appURL string) {
	tb.Helper()
	name = "torg_mould_" + strings.ToLower(rand.Text())
	if err := c.create(tb.Context(), name, "template0"); err != nil {
		tb.Fatalf("make a mould: %v", err)
	}
	return name, c.url(owner, name), c.url(app, name)
}

// Copy is Database with everything that stands in a mould.
func (c *Cluster) Copy(tb testing.TB, mould string) (ownerURL, appURL string) {
	tb.Helper()
	name := "torg_" + strings.ToLower(rand.Text())
	if err := c.create(tb.Context(), name, mould); err != nil {
		tb.Fatalf("copy a database: %v", err)
	}
	tb.Cleanup(func() { c.drop(tb, name) })
	return c.url(owner, name), c.url(app, name)
}

func (c *Cluster) create(ctx context.Context, name, template string) error {
	return c.admin(ctx,
		"create database "+name+" owner "+owner+" template "+template+" strategy file_copy",
		"revoke all on database "+name+" from public",
		"grant connect on database "+name+" to "+app)
}

// drop removes a database even while a forgotten connection is open. A private
// server that its test has stopped takes its databases along.
func (c *Cluster) drop(tb testing.TB, name string) {
	tb.Helper()
	if c.private {
		return
	}
	ctx := context.WithoutCancel(tb.Context())
	if err := c.admin(ctx, "drop database "+name+" with (force)"); err != nil {
		tb.Errorf("drop a database: %v", err)
	}
}

// prepare makes the two roles. It may run again. Who created a table in the
// public schema is the owner alone (PostgreSQL 15's default).
func (c *Cluster) prepare(ctx context.Context) error {
	const role = `do $$ begin
		if not exists (select from pg_roles where rolname = '%[1]s') then
			create role %[1]s login nosuperuser nocreatedb nocreaterole nobypassrls;
		end if;
	end $$`
	return c.admin(ctx, fmt.Sprintf(role, owner), fmt.Sprintf(role, app))
}

// admin runs statements one by one as the cluster's superuser.
func (c *Cluster) admin(ctx context.Context, statements ...string) error {
	conn, err := pgx.Connect(ctx, c.url("postgres", "postgres"))
	if err != nil {
		return fmt.Errorf("reach the server: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // every statement was answered
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// url names a database through the socket in the cluster's folder, which only
// the server's user and root can enter; so no password is needed.
func (c *Cluster) url(role, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User(role), Path: "/" + database,
		RawQuery: url.Values{"host": {c.folder}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}
