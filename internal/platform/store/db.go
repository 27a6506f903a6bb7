package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// Config says which database to open.
type Config struct {
	// URL is PostgreSQL's address (postgres://…); empty means SQLite.
	URL string
	// Path is SQLite's file.
	Path string
	// Clock tells the instants of the transactions; nil is the system's. With
	// the system's clock, PostgreSQL's own is followed, so that machines whose
	// clocks differ agree on leases and deadlines.
	Clock clock.Clock
	// Log receives what happens in the background.
	Log *slog.Logger
	// Connections is the largest number of readers (SQLite) or connections
	// (PostgreSQL); 0 chooses.
	Connections int
}

// DB is the handle of the database. It may be used by any number of goroutines.
type DB struct {
	dialect Dialect
	log     *slog.Logger
	clock   clock.Clock
	hub     *hub
	read    *sql.DB
	engine  engine
}

// engine is what differs between the databases.
type engine interface {
	write(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error
	read(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error
	glance(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error
	announce(topics []string)
	close() error
}

// Open opens the database, which must have been migrated.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{log: c.Log, clock: c.Clock, hub: newHub()}
	if db.clock == nil {
		db.clock = clock.System{}
	}
	var err error
	if c.URL != "" {
		err = db.openPostgres(ctx, c)
	} else {
		err = db.openSQLite(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// Close waits for running transactions and closes the database.
func (db *DB) Close() error {
	return errors.Join(db.engine.close(), db.read.Close())
}

// Clock tells the instants that transactions carry.
func (db *DB) Clock() clock.Clock { return db.clock }

// Dialect tells which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Log is the logger the database was opened with.
func (db *DB) Log() *slog.Logger { return db.log }

// Subscribe returns a channel that receives something after a transaction that
// woke the topic has committed, in this process or another on the same
// PostgreSQL. Wake-ups run together and may be spurious or, after a lost
// connection, late: combine with a slow poll. Call the function to unsubscribe.
func (db *DB) Subscribe(topic string) (<-chan struct{}, func()) { return db.hub.subscribe(topic) }

// Write runs fn in a transaction of the context's tenant and commits it. See
// the package comment for what fn must accept. When Write returns nil the
// change is durable.
func (db *DB) Write(ctx context.Context, fn func(context.Context, *Tx) error) error {
	tenant, err := boundTenant(ctx)
	if err != nil {
		return err
	}
	return db.commit(ctx, tenant, fn)
}

// WritePlatform runs fn in a transaction that sees every tenant.
func (db *DB) WritePlatform(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return db.commit(ctx, "", fn)
}

// Read runs fn in a read-only transaction of the context's tenant, on one
// snapshot of the database.
func (db *DB) Read(ctx context.Context, fn func(context.Context, *Tx) error) error {
	tenant, err := boundTenant(ctx)
	if err != nil {
		return err
	}
	return explain(db.look(ctx, tenant, db.engine.read, fn))
}

// Glance is Read for a function that asks one question and no other: PostgreSQL then
// needs no transaction around it, and half as many messages. A second question fails.
func (db *DB) Glance(ctx context.Context, fn func(context.Context, *Tx) error) error {
	tenant, err := boundTenant(ctx)
	if err != nil {
		return err
	}
	return explain(db.look(ctx, tenant, db.engine.glance, fn))
}

// ReadPlatform runs fn in a read-only transaction that sees every tenant.
func (db *DB) ReadPlatform(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return explain(db.look(ctx, "", db.engine.read, fn))
}

// commit runs a write and then what was to happen after it.
func (db *DB) commit(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	if Inside(ctx) {
		return errInside
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("store: not begun: %w", err)
	}
	var last *Tx
	ctx = inside(context.WithoutCancel(ctx))
	err := db.engine.write(ctx, tenant, func(ctx context.Context, tx *Tx) error {
		last = tx
		return fn(ctx, tx)
	})
	if err != nil {
		db.logPanic(ctx, err)
		return explain(err)
	}
	if len(last.wakes) > 0 {
		db.hub.wake(last.wakes...)
		db.engine.announce(last.wakes)
	}
	for _, f := range last.after {
		f()
	}
	return nil
}

// reading is how an engine reads.
type reading func(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error

func (db *DB) look(ctx context.Context, tenant string, read reading, fn func(context.Context, *Tx) error) error {
	if Inside(ctx) {
		return errInside
	}
	err := read(inside(ctx), tenant, fn)
	db.logPanic(ctx, err)
	return err
}

func (db *DB) newTx(tenant string, q querier) *Tx {
	return &Tx{Tenant: tenant, Now: At(db.clock.Now()), q: q, dialect: db.dialect}
}

func (db *DB) logPanic(ctx context.Context, err error) {
	if p, ok := errors.AsType[*PanicError](err); ok {
		db.log.ErrorContext(ctx, "panic in a transaction", "panic", fmt.Sprint(p.Value), "stack", string(p.Stack))
	}
}

// Healthy writes a row of its own, so that a full disk or a lost database
// shows before a person's work meets it.
func (db *DB) Healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- db.WritePlatform(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.Exec(ctx, `insert into store_heartbeat (name, at) values ('writer', $1)
				on conflict (name) do update set at = excluded.at`, tx.Now)
			return err
		})
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("store: no answer: %w", ctx.Err())
	}
}
