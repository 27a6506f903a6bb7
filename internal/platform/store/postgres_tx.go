package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	beginWriting = "begin"
	beginReading = "begin isolation level repeatable read read only"
	// bindTenant is local to the transaction, so that neither the next user of the
	// connection nor a pooler in between inherits whose rows may be seen.
	bindTenant = "select set_config('app.tenant', $1, true)"
)

// maxQueued bounds what is sent at once, and so what either side must keep.
const maxQueued = 64

// postgresTx is a transaction on a connection of its own. What nobody waits for
// (the beginning, the tenant, queued statements) travels with the next statement
// that somebody does wait for: a round trip costs both sides more than most
// statements do.
type postgresTx struct {
	conn   *pgx.Conn
	queued *pgx.Batch
	must   map[int]error // of the queued, those that must change a row, and what it is when they do not
	begun  bool          // something has been sent
	opens  int           // how many statements the beginning is
	heard  bool          // the server has answered
}

// onPostgres gives fn a transaction that has not reached the server yet, and
// rolls back what fn leaves open. Without a statement to begin with there is none but
// the one that the server makes of what is sent together.
func onPostgres(ctx context.Context, pool *sql.DB, begin, tenant string, fn func(*postgresTx) error) error {
	if tenant == "" {
		tenant = allTenants
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: connection: %w", err)
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	var own error
	err = conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("store: the PostgreSQL driver has changed")
		}
		t := &postgresTx{conn: c.Conn(), queued: &pgx.Batch{}}
		if begin != "" {
			t.queued.Queue(begin)
		}
		t.queued.Queue(bindTenant, tenant)
		t.opens = t.queued.Len()
		defer t.end(ctx)
		own = fn(t)
		if t.conn.IsClosed() {
			return driver.ErrBadConn // the pool must not hand it out again
		}
		return nil
	})
	if own == nil && err != nil && !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	return own
}

// end gives the connection back clean. Nothing was committed: nothing can be lost.
func (t *postgresTx) end(ctx context.Context) {
	if t.begun && !t.conn.IsClosed() && t.conn.PgConn().TxStatus() != 'I' {
		_, _ = t.conn.Exec(context.WithoutCancel(ctx), "rollback")
	}
}

// commit sends what is queued and ends the transaction, in one round trip. A
// transaction that never reached the server needs none.
func (t *postgresTx) commit(ctx context.Context) error {
	if !t.begun && t.idle() {
		return nil
	}
	if len(t.must) > 0 {
		// Whether those changed a row must be known before it is too late.
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	results, err := t.send(ctx, "commit", nil)
	if err != nil {
		return err
	}
	tag, err := results.Exec()
	if err = errors.Join(err, results.Close()); err != nil {
		return err
	}
	if tag.String() != "COMMIT" {
		return pgx.ErrTxCommitRollback
	}
	return nil
}

// send sends what is queued and a last statement, and reads all answers but the
// last.
func (t *postgresTx) send(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	batch, must := t.queued, t.must
	batch.Queue(query, args...)
	t.queued, t.must, t.begun = &pgx.Batch{}, nil, true
	results := t.conn.SendBatch(ctx, batch)
	for i := range batch.Len() - 1 {
		tag, err := results.Exec()
		if err == nil && tag.RowsAffected() == 0 {
			err = must[i]
		}
		if err != nil {
			_ = results.Close() // repeats the error, or is of less importance
			return nil, err
		}
	}
	t.heard = true
	return results, nil
}

// idle reports whether nothing but the beginning is queued, or nothing at all.
func (t *postgresTx) idle() bool {
	if t.begun {
		return t.queued.Len() == 0
	}
	return t.queued.Len() == t.opens
}

// flush sends what is queued.
func (t *postgresTx) flush(ctx context.Context) error {
	if t.idle() {
		return nil
	}
	last := len(t.queued.QueuedQueries) - 1
	query, none := t.queued.QueuedQueries[last], t.must[last]
	t.queued.QueuedQueries = t.queued.QueuedQueries[:last]
	n, err := t.exec(ctx, query.SQL, query.Arguments)
	if err == nil && n == 0 {
		err = none
	}
	return err
}

func (t *postgresTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	if t.queued.Len() == 0 {
		tag, err := t.conn.Exec(ctx, query, args...)
		return tag.RowsAffected(), err
	}
	results, err := t.send(ctx, query, args)
	if err != nil {
		return 0, err
	}
	tag, err := results.Exec()
	if closing := results.Close(); err == nil {
		err = closing
	}
	return tag.RowsAffected(), err
}

func (t *postgresTx) query(ctx context.Context, query string, args []any) (rows, error) {
	if t.queued.Len() == 0 {
		list, err := t.conn.Query(ctx, query, args...)
		return postgresRows{Rows: list}, err
	}
	results, err := t.send(ctx, query, args)
	if err != nil {
		return nil, err
	}
	list, err := results.Query()
	if err != nil {
		_ = results.Close() // repeats the error
		return nil, err
	}
	return postgresRows{list, results}, nil
}

func (t *postgresTx) queue(ctx context.Context, none error, query string, args []any) error {
	if t.queued.Len() >= maxQueued {
		n, err := t.exec(ctx, query, args)
		if err == nil && n == 0 {
			err = none
		}
		return err
	}
	if none != nil {
		if t.must == nil {
			t.must = map[int]error{}
		}
		t.must[t.queued.Len()] = none
	}
	t.queued.Queue(query, args...)
	return nil
}

// postgresRows are the rows of a statement, and the batch it came with.
type postgresRows struct {
	pgx.Rows
	batch pgx.BatchResults
}

// Close ends the statement; what went wrong is told by Err.
func (r postgresRows) Close() error {
	r.Rows.Close()
	if r.batch == nil {
		return nil
	}
	err := r.batch.Close()
	if r.Err() != nil {
		return nil //nolint:nilerr // it is the same error
	}
	return err
}
