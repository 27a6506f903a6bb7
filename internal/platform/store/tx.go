package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrNoRows is what One returns when there is no row.
var ErrNoRows = sql.ErrNoRows

// Tx is one transaction of one tenant, or of the platform, at one instant. It
// belongs to the goroutine that runs the function.
type Tx struct {
	// Tenant is the internal key of the tenant, empty in a platform transaction.
	Tenant string
	// Now is the instant at which everything in the transaction happens.
	Now Time

	q       querier
	dialect Dialect
	failed  error
	after   []func()
	wakes   []string
	known   map[recalled]any
}

// querier is where the statements go.
type querier interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	query(ctx context.Context, query string, args []any) (rows, error)
	// queue runs a statement whenever it suits; a non-nil none is the failure when it
	// changes no row.
	queue(ctx context.Context, none error, query string, args []any) error
}

// single lets one question through: nothing holds several together, and nothing that
// is written would be undone.
type single struct {
	querier

	asked bool
}

var errSingle = errors.New("store: a glance asks one question and writes nothing")

func (s *single) query(ctx context.Context, query string, args []any) (rows, error) {
	if s.asked {
		return nil, errSingle
	}
	s.asked = true
	return s.querier.query(ctx, query, args)
}

func (*single) exec(context.Context, string, []any) (int64, error) { return 0, errSingle }

func (*single) queue(context.Context, error, string, []any) error { return errSingle }

// rows are those of a statement.
type rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close() error
}

// sqlQuerier is a *sql.Tx, or the single connection of the SQLite writer.
type sqlQuerier struct{ on sqlConn }

type sqlConn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (s sqlQuerier) exec(ctx context.Context, query string, args []any) (int64, error) {
	result, err := s.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s sqlQuerier) query(ctx context.Context, query string, args []any) (rows, error) {
	list, err := s.on.QueryContext(ctx, query, args...) //nolint:rowserrcheck // whoever reads them asks
	if err != nil {
		return nil, err // a nil *sql.Rows would be no nil interface
	}
	return list, nil
}

// queue has nothing to wait for: there is no way to the file.
func (s sqlQuerier) queue(ctx context.Context, none error, query string, args []any) error {
	n, err := s.exec(ctx, query, args)
	if err == nil && n == 0 {
		return none
	}
	return err
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := t.check(query); err != nil {
		return 0, err
	}
	t.forget(query)
	n, err := t.q.exec(ctx, query, args)
	if err != nil {
		return 0, t.fail(err)
	}
	return n, nil
}

// Queue runs a statement whose answer nobody waits for, such as the insert of a
// row that is known to be new: on PostgreSQL it travels with the next statement or
// the commit, and saves a round trip. Its failure ends the transaction as any
// other does, but may be told first by what comes after it, at the latest by
// Write. The arguments belong to the transaction from here on.
func (t *Tx) Queue(ctx context.Context, query string, args ...any) error {
	if err := t.check(query); err != nil {
		return err
	}
	t.forget(query)
	if err := t.q.queue(ctx, nil, query, args); err != nil {
		return t.fail(err)
	}
	return nil
}

// QueueChange is Queue for a statement that must change a row, such as an update
// over the version that was read; else the transaction fails with the error none.
func (t *Tx) QueueChange(ctx context.Context, none error, query string, args ...any) error {
	if err := t.check(query); err != nil {
		return err
	}
	t.forget(query)
	if err := t.q.queue(ctx, none, query, args); err != nil {
		return t.fail(err)
	}
	return nil
}

// AfterCommit runs fn once the transaction has committed, never otherwise. A
// crash between the two loses fn: what must happen is a job.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Wake wakes the subscribers of a topic after the commit, here and in the other
// processes on the same database.
func (t *Tx) Wake(topic string) {
	if !slices.Contains(t.wakes, topic) {
		t.wakes = append(t.wakes, topic)
	}
}

// ForUpdate returns the locking clause to end a select with. SQLite has one
// writer at a time and needs none.
func (t *Tx) ForUpdate(skipLocked bool) string {
	switch {
	case t.dialect != Postgres:
		return ""
	case skipLocked:
		return " for update skip locked"
	default:
		return " for update"
	}
}

// RowsOf is the table of the rows in a parameter that Rows made, for as many rows as
// there may be in one and the same statement, which is planned once: its column
// value is a row, and value->>0 the first field of it as text.
func (t *Tx) RowsOf(parameter int) string {
	if t.dialect == Postgres {
		return "json_array_elements(cast($" + strconv.Itoa(parameter) + " as json))"
	}
	return "json_each($" + strconv.Itoa(parameter) + ")"
}

// Dialect tells which database this is, for the few places that must know.
func (t *Tx) Dialect() Dialect { return t.dialect }

// check refuses a statement after a failed one, one that only the store may
// give, and one in a tenant's transaction that does not name tenant_id. The latter is a cheap net for
// mistakes; the proof is row-level security.
func (t *Tx) check(query string) error {
	if t.failed != nil {
		return fmt.Errorf("store: the transaction has failed before: %w", t.failed)
	}
	if controlsTransaction(query) {
		return t.fail(fmt.Errorf("store: the statement would end the transaction or begin another: %.80s", query))
	}
	if t.Tenant != "" && !strings.Contains(query, "tenant_id") {
		return t.fail(fmt.Errorf("store: statement does not name tenant_id: %.80s", query))
	}
	return nil
}

// controlsTransaction knows the statements that belong to the store alone: on
// SQLite a commit would be everybody's in the batch, on PostgreSQL it would
// lose the tenant.
func controlsTransaction(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToLower(strings.TrimRight(word, ";")) {
	case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release":
		return true
	}
	return false
}

func (t *Tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return err
}

// All scans every row into a T with the fields that f returns, in column order.
func All[T any](ctx context.Context, tx *Tx, f func(*T) []any, query string, args ...any) (out []T, err error) {
	if err := tx.check(query); err != nil {
		return nil, err
	}
	tx.forget(query)
	rows, err := tx.q.query(ctx, query, args)
	if err != nil {
		return nil, tx.fail(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var t T
		if err := rows.Scan(f(&t)...); err != nil {
			return nil, tx.fail(err)
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, tx.fail(err)
	}
	return out, nil
}

// One scans the first row, or returns ErrNoRows, which does not end the transaction.
func One[T any](ctx context.Context, tx *Tx, f func(*T) []any, query string, args ...any) (T, error) {
	list, err := All(ctx, tx, f, query, args...)
	if err == nil && len(list) == 0 {
		err = ErrNoRows
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return list[0], nil
}

// Value is the field function for a query of a single column:
// store.One(ctx, tx, store.Value[int64], "select count(*) …").
func Value[T any](v *T) []any { return []any{v} }
