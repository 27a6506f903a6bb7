package store

import (
	"context"
	cryptorand "crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/torg-no/torg/internal/platform/clock"
)

const (
	maxTries      = 8
	channel       = "torg"
	announceEvery = 2 * time.Millisecond
	allTenants    = "*" // what row-level security lets see everything
)

// postgresEngine writes through a pool; the server does the group commit.
type postgresEngine struct {
	db     *DB
	pool   *sql.DB
	size   int // connections at most
	config *pgx.ConnConfig
	topics chan []string
	self   string // tells our own wake-ups from those of other processes
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func postgresConfig(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The parse error may quote the address with its password.
		return nil, errors.New("store: the database address cannot be read")
	}
	defaults := map[string]string{
		"application_name": "torg", "timezone": "UTC", "statement_timeout": "30s",
		"lock_timeout": "20s", "idle_in_transaction_session_timeout": "60s",
		// Compiling a plan takes half a second and more; no statement here runs that
		// long, and the planner overrates what walks an index (recursive queries).
		"jit": "off",
	}
	for name, value := range defaults {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	config.ConnectTimeout = 5 * time.Second
	return config, nil
}

func (db *DB) openPostgres(ctx context.Context, c Config) error {
	config, err := postgresConfig(c.URL)
	if err != nil {
		return err
	}
	pool := stdlib.OpenDB(*config)
	size := c.Connections
	if size == 0 {
		size = 24
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("store: connect: %w", err), pool.Close())
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e := &postgresEngine{db: db, pool: pool, config: config, topics: make(chan []string, 1024), self: cryptorand.Text(), cancel: cancel, size: size}
	db.dialect, db.read, db.engine = Postgres, pool, e
	if _, system := db.clock.(clock.System); system {
		follower := &serverClock{}
		if err := follower.measure(ctx, pool); err != nil {
			cancel()
			return errors.Join(err, pool.Close())
		}
		db.clock = follower
		e.wg.Go(func() { e.followClock(life, follower) })
	}
	e.wg.Go(func() { e.announcer(life) })
	e.wg.Go(func() { e.listener(life) })
	return nil
}

func (e *postgresEngine) write(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	for try := 1; ; try++ {
		err := e.once(ctx, tenant, fn)
		if err == nil || !mayRetry(err) || try == maxTries {
			return err
		}
		e.dropDead(err)
		// Those who collided must not collide again in step, and who won has to get on.
		wait := time.Duration(try) * 5 * time.Millisecond
		time.Sleep(wait + rand.N(wait)) //nolint:gosec // spreads retries, guards nothing
	}
}

func (e *postgresEngine) once(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	return onPostgres(ctx, e.pool, beginWriting, tenant, func(raw *postgresTx) error {
		tx := e.db.newTx(tenant, raw)
		if err := call(ctx, tx, fn); err != nil {
			if mayRetry(tx.failed) {
				// The function may have given the failure another face.
				return tx.failed
			}
			return err
		}
		if err := raw.commit(ctx); err != nil {
			return fmt.Errorf("store: commit: %w", err)
		}
		return nil
	})
}

func (e *postgresEngine) read(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	return e.look(ctx, beginReading, tenant, func(raw *postgresTx) error {
		if err := call(ctx, e.db.newTx(tenant, raw), fn); err != nil {
			return err
		}
		return raw.flush(ctx) // what was queued by mistake fails like any other writing
	})
}

// look reads, and begins anew on another connection when the first question never left.
// Nothing has been read by then.
func (e *postgresEngine) look(ctx context.Context, begin, tenant string, fn func(*postgresTx) error) error {
	for try := 1; ; try++ {
		heard := false
		err := onPostgres(ctx, e.pool, begin, tenant, func(raw *postgresTx) error {
			defer func() { heard = raw.heard }()
			return fn(raw)
		})
		if heard || !neverLeft(err) || try == maxTries {
			return err
		}
		e.dropDead(err)
	}
}

// dropDead lets all idle connections go when one of them was dead: the server has been
// away, and the others are more than the tries of a transaction.
func (e *postgresEngine) dropDead(err error) {
	if neverLeft(err) {
		e.pool.SetMaxIdleConns(0)
		e.pool.SetMaxIdleConns(e.size)
	}
}

func (e *postgresEngine) glance(ctx context.Context, tenant string, fn func(context.Context, *Tx) error) error {
	return e.look(ctx, "", tenant, func(raw *postgresTx) error {
		return call(ctx, e.db.newTx(tenant, &single{querier: raw}), fn)
	})
}

func (e *postgresEngine) close() error {
	e.cancel()
	e.wg.Wait()
	return e.pool.Close()
}

// announce hands the topics to the announcer. When it is far behind, the
// wake-up is dropped: the others poll too.
func (e *postgresEngine) announce(topics []string) {
	select {
	case e.topics <- topics:
	default:
	}
}

// announcer tells the other processes, many commits at a time: a NOTIFY inside
// each transaction takes a lock that every commit waits for.
func (e *postgresEngine) announcer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case topics := <-e.topics:
			e.notify(ctx, e.gather(ctx, topics))
		}
	}
}

func (e *postgresEngine) gather(ctx context.Context, topics []string) map[string]bool {
	set := map[string]bool{}
	add := func(topics []string) {
		for _, t := range topics {
			set[t] = true
		}
	}
	add(topics)
	timer := time.NewTimer(announceEvery)
	defer timer.Stop()
	for {
		select {
		case more := <-e.topics:
			add(more)
		case <-timer.C:
			return set
		case <-ctx.Done():
			return set
		}
	}
}

func (e *postgresEngine) notify(ctx context.Context, topics map[string]bool) {
	payload := e.self
	for topic := range topics {
		if len(payload)+len(topic) >= maxPayload {
			e.send(ctx, payload)
			payload = e.self
		}
		payload += "," + topic
	}
	e.send(ctx, payload)
}

// maxPayload is a little less than what PostgreSQL takes.
const maxPayload = 7000

func (e *postgresEngine) send(ctx context.Context, payload string) {
	if _, err := e.pool.ExecContext(ctx, `select pg_notify($1, $2)`, channel, payload); err != nil && ctx.Err() == nil {
		e.db.log.WarnContext(ctx, "wake-up not sent", "error", err)
	}
}

// listener hears the other processes, and comes back after a lost connection.
func (e *postgresEngine) listener(ctx context.Context) {
	for wait := time.Second; ctx.Err() == nil; wait = min(2*wait, 30*time.Second) {
		began := time.Now() //nolint:forbidigo // measures the connection's life, no instant of the product
		if err := e.listen(ctx); err != nil && ctx.Err() == nil {
			e.db.log.WarnContext(ctx, "listening for wake-ups ended", "error", err)
		}
		if time.Since(began) > time.Minute {
			wait = time.Second
		}
		sleep(ctx, wait)
	}
}

func (e *postgresEngine) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return fmt.Errorf("store: connect to listen: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // it only listened
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return fmt.Errorf("store: listen: %w", err)
	}
	e.db.hub.wakeAll()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("store: wait for wake-up: %w", err)
		}
		// Our own were woken at the commit; a second time they would look in vain.
		if sender, topics, _ := strings.Cut(n.Payload, ","); sender != e.self {
			e.db.hub.wake(strings.Split(topics, ",")...)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// serverClock is the system's clock moved to where PostgreSQL's stands, so
// that several machines agree on the time.
type serverClock struct {
	mu     sync.RWMutex
	offset time.Duration
}

// Now implements clock.Clock.
func (c *serverClock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return clock.System{}.Now().Add(c.offset)
}

// measure asks for the server's time and takes the middle of the round trip as
// the moment of the answer.
func (c *serverClock) measure(ctx context.Context, pool *sql.DB) error {
	var server time.Time
	before := clock.System{}.Now()
	if err := pool.QueryRowContext(ctx, `select clock_timestamp()`).Scan(&server); err != nil {
		return fmt.Errorf("store: ask for the server's clock: %w", err)
	}
	after := clock.System{}.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = server.Sub(before.Add(after.Sub(before) / 2))
	return nil
}

func (e *postgresEngine) followClock(ctx context.Context, c *serverClock) {
	for ctx.Err() == nil {
		sleep(ctx, 30*time.Second)
		if err := c.measure(ctx, e.pool); err != nil && ctx.Err() == nil {
			e.db.log.WarnContext(ctx, "the server's clock was not read", "error", err)
		}
	}
}
