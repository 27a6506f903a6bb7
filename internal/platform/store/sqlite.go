package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"sync"
)

// maxBatch bounds how many transactions one fsync serves, and so how long the
// first of them waits for the last.
const maxBatch = 128

// sqliteEngine is the one writer: transactions wait in a queue, each runs in a
// savepoint of its own, and they are committed together.
type sqliteEngine struct {
	db    *DB
	pool  *sql.DB
	conn  *sql.Conn
	file  *watched
	wal   *watched
	queue chan *pending
	done  chan struct{}
	mu    sync.RWMutex
	ended bool
}

// pending is a transaction that waits for its turn and its answer.
type pending struct {
	tenant string
	run    func(*Tx) error
	answer chan error
}

// sqliteDSN puts the pragmas where every connection of the pool gets them.
func sqliteDSN(path, mode, lock string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": append([]string{"busy_timeout(10000)"}, pragmas...), "_txlock": {lock}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// openSQLiteWriter opens the file; only migration makes one (mode "rwc"), since
// an empty database in the place of a lost one would hide the loss.
func openSQLiteWriter(ctx context.Context, path, mode string, more ...string) (*sql.DB, error) {
	pragmas := append([]string{
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-32768)",
		// Pages that change all the time go to the database once in 16 MB of log, not in 4.
		"wal_autocheckpoint(4000)",
	}, more...)
	connector, err := newSQLiteConnector(sqliteDSN(path, mode, "immediate", pragmas...))
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(1)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), pool.Close())
	}
	return pool, nil
}

func (db *DB) openSQLite(ctx context.Context, c Config) error {
	// What a savepoint would take back is kept in memory, not in a file of its own that is
	// written for each member of a batch. A migration is none, and sorts whole tables.
	pool, err := openSQLiteWriter(ctx, c.Path, "rw", "temp_store(memory)")
	if err != nil {
		return err
	}
	file := watch(c.Path)
	if err := file.check(); err != nil {
		return errors.Join(err, pool.Close())
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("store: writer: %w", err), pool.Close())
	}
	connector, err := newSQLiteConnector(sqliteDSN(c.Path, "rw", "deferred", "query_only(1)", "cache_size(-8192)"))
	if err != nil {
		return errors.Join(err, conn.Close(), pool.Close())
	}
	read := sql.OpenDB(connector)
	readers := c.Connections
	if readers == 0 {
		// Reading is work for the processor; each reader keeps pages and statements of its own.
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	e := &sqliteEngine{db: db, pool: pool, conn: conn, file: file, wal: watch(c.Path + "-wal"), queue: make(chan *pending, 1024), done: make(chan struct{})}
	db.dialect, db.read, db.engine = SQLite, read, e
	go e.run(context.WithoutCancel(ctx))
	return nil
}

func (e *sqliteEngine) write(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	p := &pending{tenant: tenant, run: func(tx *Tx) error { return call(ctx, tx, fn) }, answer: make(chan error, 1)}
	if err := e.submit(p); err != nil {
		return err
	}
	return <-p.answer
}

// read runs on a reader of its own, beside the writer.
func (e *sqliteEngine) read(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	return e.look(ctx, func(q querier) error { return call(ctx, e.db.newTx(tenant, q), fn) })
}

func (e *sqliteEngine) glance(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	return e.look(ctx, func(q querier) error { return call(ctx, e.db.newTx(tenant, &single{querier: q}), fn) })
}

func (e *sqliteEngine) look(ctx context.Context, fn func(querier) error) error {
	raw, err := e.db.read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: begin reading: %w", err)
	}
	defer func() {
		// Nothing was written: the end of a reading transaction cannot lose anything.
		_ = raw.Rollback()
	}()
	return fn(sqlQuerier{raw})
}

// submit queues the work unless the database is being closed; the lock keeps
// close from ending the queue under a sender.
func (e *sqliteEngine) submit(p *pending) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.ended {
		return errors.New("store: the database is closed")
	}
	e.queue <- p
	return nil
}

// announce has nobody to tell: other processes on the file poll.
func (e *sqliteEngine) announce([]string) {}

func (e *sqliteEngine) close() error {
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		return nil
	}
	e.ended = true
	close(e.queue)
	e.mu.Unlock()
	<-e.done
	return errors.Join(e.conn.Close(), e.pool.Close())
}

// run is the writer's life: one batch after the other.
func (e *sqliteEngine) run(ctx context.Context) {
	var batch []*pending
	defer func() { e.endRun(ctx, batch) }()
	for first := range e.queue {
		batch = e.collect(first)
		e.serve(ctx, batch)
		batch = nil
	}
}

// endRun lets the database close, unless a function has ended the writer's
// goroutine in the middle of a batch, as a test's Fatal does: then a new one
// takes over, so that nobody waits for ever.
func (e *sqliteEngine) endRun(ctx context.Context, batch []*pending) {
	if batch == nil {
		close(e.done)
		return
	}
	for _, p := range batch {
		select {
		case p.answer <- errExited:
		default: // it had its answer
		}
	}
	go e.run(ctx)
}

// errExited is told to everybody in a batch in which a function called
// runtime.Goexit; nothing of it stands.
var errExited = errors.New("store: a function ended the writer's goroutine")

func (e *sqliteEngine) serve(ctx context.Context, batch []*pending) {
	own, err := e.together(ctx, batch)
	switch {
	case err == nil:
		for i, p := range batch {
			p.answer <- own[i]
		}
	case errors.Is(err, errNotBegun):
		for _, p := range batch {
			p.answer <- err
		}
	default:
		// Nobody knows what SQLite kept of the batch: all of it was rolled
		// back, and each member runs alone, so that one's fault stays its own.
		e.oneByOne(ctx, batch)
	}
}

func (e *sqliteEngine) collect(first *pending) []*pending {
	batch := []*pending{first}
	for len(batch) < maxBatch {
		select {
		case p, ok := <-e.queue:
			if !ok {
				return batch
			}
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// together runs the members in one transaction. The error says that the
// transaction as a whole is gone; the others are the members' own.
func (e *sqliteEngine) together(ctx context.Context, batch []*pending) ([]error, error) {
	if err := e.begin(ctx); err != nil {
		return nil, err
	}
	own := make([]error, len(batch))
	for i, p := range batch {
		var err error
		own[i], err = e.member(ctx, p)
		if err != nil {
			return nil, errors.Join(own[i], err, e.abandon(ctx))
		}
	}
	if err := e.commit(ctx); err != nil {
		return nil, errors.Join(err, e.abandon(ctx))
	}
	return own, nil
}

// errNotBegun says that no member of a batch ran.
var errNotBegun = errors.New("store: the batch was not begun")

// errBroken says that more than the failed statement was rolled back.
var errBroken = errors.New("store: the batch is broken")

// begin takes the writer's lock. A connection that cannot is replaced, unless
// another process has kept the file busy for all the time that we wait.
func (e *sqliteEngine) begin(ctx context.Context) error {
	err := e.exec(ctx, "begin immediate")
	if err == nil {
		return nil
	}
	if !isBusy(err) {
		if err = e.reconnect(ctx); err == nil {
			err = e.exec(ctx, "begin immediate")
		}
	}
	if err != nil {
		return errors.Join(errNotBegun, err)
	}
	return nil
}

// commit makes the batch durable, unless the files have been moved away or
// removed: then it would be written where nobody finds it again.
func (e *sqliteEngine) commit(ctx context.Context) error {
	if err := errors.Join(e.file.check(), e.wal.check()); err != nil {
		return err
	}
	return e.exec(ctx, "commit")
}

// member runs one transaction in a savepoint. The second error breaks the batch.
func (e *sqliteEngine) member(ctx context.Context, p *pending) (own, broken error) {
	if err := e.exec(ctx, "savepoint member"); err != nil {
		return nil, err
	}
	tx := e.db.newTx(p.tenant, sqlQuerier{e.conn})
	own = p.run(tx)
	if own == nil {
		return nil, e.exec(ctx, "release member")
	}
	if breaksBatch(own) || breaksBatch(tx.failed) {
		return own, errBroken
	}
	if err := e.exec(ctx, "rollback to member"); err != nil {
		return own, err
	}
	return own, e.exec(ctx, "release member")
}

func (e *sqliteEngine) oneByOne(ctx context.Context, batch []*pending) {
	for _, p := range batch {
		own, err := e.together(ctx, []*pending{p})
		if err == nil {
			err = own[0]
		}
		p.answer <- err
	}
}

func (e *sqliteEngine) exec(ctx context.Context, statement string) error {
	if _, err := e.conn.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("store: %s: %w", statement, err)
	}
	return nil
}

// abandon rolls back whatever is open. SQLite may have done so by itself, and
// then says that no transaction is active, which is the state wanted; a
// connection that is still inside a transaction is thrown away.
func (e *sqliteEngine) abandon(ctx context.Context) error {
	_, err := e.conn.ExecContext(ctx, "rollback")
	if err == nil {
		return nil
	}
	if probe := e.exec(ctx, "begin immediate"); probe == nil {
		return e.exec(ctx, "rollback")
	}
	return errors.Join(err, e.reconnect(ctx))
}

func (e *sqliteEngine) reconnect(ctx context.Context) error {
	_ = e.conn.Raw(func(any) error { return driver.ErrBadConn }) // the pool must not hand it out again
	_ = e.conn.Close()
	conn, err := e.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("store: new writer connection: %w", err)
	}
	e.conn = conn
	e.wal = watch(e.wal.path) // it ends with its last connection
	return nil
}
