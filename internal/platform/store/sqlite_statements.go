package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"modernc.org/sqlite"
)

// maxStatements bounds how many prepared statements a connection keeps. They
// are constants of the program and a few assembled lists.
const maxStatements = 512

// sqliteConnector opens connections that keep their statements prepared:
// parsing took a third of the time of a small transaction. PostgreSQL's driver
// does so by itself.
type sqliteConnector struct{ driver.Connector }

func newSQLiteConnector(dsn string) (driver.Connector, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("store: database file: %w", err)
	}
	return sqliteConnector{base}, nil
}

// Connect implements driver.Connector.
func (c sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	raw, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := raw.(sqliteDriverConn)
	if !ok {
		return nil, errors.Join(errors.New("store: the SQLite driver has changed"), raw.Close())
	}
	return &sqliteConn{sqliteDriverConn: conn, free: map[string]sqliteStatement{}}, nil
}

// sqliteDriverConn is what the driver's connection can do.
type sqliteDriverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

type sqliteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// sqliteConn keeps the prepared statements that are not running. A running one
// is taken out, so that the same text inside its rows is prepared anew.
type sqliteConn struct {
	sqliteDriverConn
	free map[string]sqliteStatement
}

var (
	parameter = regexp.MustCompile(`\$(\d+)`)
	limit     = regexp.MustCompile(`\blimit (\?\d+)`)
)

// numbered gives the parameters SQLite's names: $2,$1 is bound in the order of
// the text, ?2,?1 by number.
//
// A parameter that is a limit as it stands makes SQLite look at its value when
// it plans, and then plan anew each time it is bound: a tenth of the time of a
// busy server. One inside a sum does not.
func numbered(query string) string {
	return limit.ReplaceAllString(parameter.ReplaceAllString(query, "?$1"), "limit $1 + 0")
}

// mayKeep reports whether a statement means the same when it runs again. Some
// pragmas act when they are prepared.
func mayKeep(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToLower(word) {
	case "select", "insert", "update", "delete", "with", "savepoint", "release", "rollback", "begin", "commit":
		return true
	}
	return false
}

// take returns a prepared statement, or nil when the text is not to be kept.
func (c *sqliteConn) take(ctx context.Context, query string) (sqliteStatement, error) {
	if s, ok := c.free[query]; ok {
		delete(c.free, query)
		return s, nil
	}
	if !mayKeep(query) {
		return nil, nil //nolint:nilnil // the caller runs the text itself
	}
	prepared, err := c.PrepareContext(ctx, numbered(query))
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(sqliteStatement)
	if !ok {
		return nil, prepared.Close()
	}
	return s, nil
}

// giveBack keeps a statement that ended well. One that failed may remember its
// failure and is dropped.
func (c *sqliteConn) giveBack(query string, s sqliteStatement, failed bool) error {
	if _, twice := c.free[query]; twice || failed {
		return s.Close()
	}
	var err error
	if len(c.free) >= maxStatements {
		err = c.forget()
	}
	c.free[query] = s
	return err
}

func (c *sqliteConn) forget() error {
	var failures []error
	for _, s := range c.free {
		failures = append(failures, s.Close())
	}
	clear(c.free)
	return errors.Join(failures...)
}

// ExecContext implements driver.ExecerContext.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteDriverConn.ExecContext(ctx, numbered(query), args)
	}
	result, err := s.ExecContext(ctx, args)
	if closing := c.giveBack(query, s, err != nil); err == nil {
		err = closing
	}
	return result, err
}

// QueryContext implements driver.QueryerContext.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteDriverConn.QueryContext(ctx, numbered(query), args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = c.giveBack(query, s, true) // closing repeats the same error
		return nil, err
	}
	return &sqliteRows{Rows: rows, end: func(failed bool) error { return c.giveBack(query, s, failed) }}, nil
}

// Close implements driver.Conn.
func (c *sqliteConn) Close() error {
	return errors.Join(c.forget(), c.sqliteDriverConn.Close())
}

// sqliteRows gives its statement back when it is closed.
type sqliteRows struct {
	driver.Rows
	end func(failed bool) error
}

// Close implements driver.Rows.
func (r *sqliteRows) Close() error {
	if r.end == nil {
		return nil
	}
	err := r.Rows.Close()
	end := r.end
	r.end = nil
	return errors.Join(err, end(err != nil))
}
