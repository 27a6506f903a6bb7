package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/torg-no/torg/internal/platform/errs"
)

// retryAfter is what a person is told when the database is gone or full.
const retryAfter = 10 * time.Second

// PanicError is a panic in a transaction's function, caught so that one
// mistake does not end everybody's batch.
type PanicError struct {
	Value any
	Stack []byte
}

// Error implements error.
func (e *PanicError) Error() string { return fmt.Sprintf("store: panic in a transaction: %v", e.Value) }

// call runs fn and turns a panic into an error.
func call(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
			_ = tx.fail(err)
		}
	}()
	err = fn(ctx, tx)
	if err == nil && tx.failed != nil {
		err = fmt.Errorf("store: a failed statement was ignored: %w", tx.failed)
	}
	return err
}

// IsUnique reports whether a unique key refused the row.
func IsUnique(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

// mayRetry reports whether PostgreSQL asks to run the transaction again
// (serialization_failure or deadlock_detected), or the statement that failed never left.
func mayRetry(err error) bool {
	if neverLeft(err) {
		return true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// neverLeft reports whether nothing of a statement was sent: an idle connection that the
// server has closed shows only when it is used, and what was not sent, the commit among it,
// has not happened. For whoever has stopped waiting nothing is sent either, which says
// nothing of the connection and asks for nothing more.
func neverLeft(err error) bool {
	return pgconn.SafeToRetry(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// explain gives the outages that pass by themselves words for the person who
// waits; every other error stays internal.
func explain(err error) error {
	if err == nil || errs.Of(err) != nil || !isOutage(err) {
		return err
	}
	return errs.Unavailable(retryAfter, "errs.unavailable").Because(err)
}

func isOutage(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isPostgresOutage(e.Code)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return isSQLiteOutage(e.Code())
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	for _, end := range []error{driver.ErrBadConn, sql.ErrConnDone, io.ErrUnexpectedEOF, errFileGone} {
		if errors.Is(err, end) {
			return true
		}
	}
	return pgconn.Timeout(err)
}

// isPostgresOutage knows class 08 (connection), 53 (resources, 53100 is a full
// disk), 57P (shutdown) and 58 (system).
func isPostgresOutage(code string) bool {
	if len(code) != 5 {
		return false
	}
	switch code[:2] {
	case "08", "53", "58":
		return true
	}
	return code[:3] == "57P"
}

// isSQLiteOutage knows a full disk, a file that cannot be read or written and a
// writer that another process keeps busy.
func isSQLiteOutage(code int) bool {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return true
	}
	return false
}

// isBusy reports whether another process holds the writer's lock of the file.
func isBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// breaksBatch reports whether SQLite may have rolled back more than the failed
// statement, and so other members' work.
func breaksBatch(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	}
	return false
}
