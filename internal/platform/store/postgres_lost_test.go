package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// wire is a network between the store and its PostgreSQL that can lose an answer: once
// it is armed, the first answer that holds some bytes is not handed on, and the line is cut.
type wire struct {
	listener net.Listener
	socket   string
	lose     atomic.Pointer[[]byte]
	lost     atomic.Int64
}

// wired returns a configuration that goes over a wire.
func wired(t *testing.T, c store.Config) (*wire, store.Config) {
	t.Helper()
	direct, err := pgx.ParseConfig(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	w := &wire{listener: listener, socket: filepath.Join(direct.Host, ".s.PGSQL.5432")}
	go w.serve()
	address := url.URL{Scheme: "postgres", User: url.User(direct.User), Host: listener.Addr().String(), Path: "/" + direct.Database, RawQuery: "sslmode=disable"}
	c.URL = address.String()
	return w, c
}

func (w *wire) serve() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return // the test is over
		}
		server, err := new(net.Dialer).Dial("unix", w.socket)
		if err != nil {
			_ = client.Close()
			continue
		}
		cut := func() { _, _ = client.Close(), server.Close() }
		go func() {
			defer cut()
			_, _ = io.Copy(server, client)
		}()
		go func() {
			defer cut()
			w.answer(client, server)
		}()
	}
}

// answer hands on what the server says.
func (w *wire) answer(client, server net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := server.Read(buffer)
		if what := w.lose.Load(); what != nil && bytes.Contains(buffer[:n], *what) && w.lose.CompareAndSwap(what, nil) {
			w.lost.Add(1)
			return
		}
		if _, broken := client.Write(buffer[:n]); err != nil || broken != nil {
			return
		}
	}
}

// What the server says of a commit, and of a statement that has changed one row.
func committed() []byte { return []byte("COMMIT\x00") }
func inserted() []byte  { return []byte("INSERT 0 1\x00") }

// TestPostgres_runsNothingTwiceThatMayHaveBeenCommitted loses the server's answers: to
// the commit, after which the rows stand and nobody was told, and to a statement before
// it, after which nothing stands.
func TestPostgres_runsNothingTwiceThatMayHaveBeenCommitted(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	w, config := wired(t, env.Config)
	db := openAgain(t, config)
	runs, effects := 0, 0
	insert := func(id int64, wait bool) error {
		runs, effects = 0, 0
		return db.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			runs++
			tx.AfterCommit(func() { effects++ })
			if wait {
				return add(ctx, tx, id, "x")
			}
			return tx.Queue(ctx, `insert into notes (tenant_id, id, body, at) values ($1, $2, $3, $4)`, tx.Tenant, id, "x", tx.Now)
		})
	}
	for round, queued := range []bool{false, true} { // the second time all goes in one piece
		id, before := int64(10*round), len(bodies(t, env.Ctx, env.DB))
		if err := insert(id, !queued); err != nil || runs != 1 || effects != 1 {
			t.Fatalf("over the wire: %v, %d runs, %d effects", err, runs, effects)
		}
		what := committed()
		w.lose.Store(&what)
		err := insert(id+1, !queued)
		if !errs.Is(err, errs.KindUnavailable) || runs != 1 || effects != 0 || w.lost.Load() != int64(2*round+1) {
			t.Errorf("the answer to the commit is lost: %v, %d runs, %d effects, %d lost", err, runs, effects, w.lost.Load())
		}
		if got := len(bodies(t, env.Ctx, env.DB)) - before; got != 2 {
			t.Errorf("%d rows, where both were committed", got)
		}
		what = inserted()
		w.lose.Store(&what)
		if err = insert(id+2, true); !errs.Is(err, errs.KindUnavailable) || runs != 1 || effects != 0 {
			t.Errorf("the answer before the commit is lost: %v, %d runs, %d effects", err, runs, effects)
		}
		if got := len(bodies(t, env.Ctx, env.DB)) - before; got != 2 {
			t.Errorf("%d rows, where nothing more was committed", got)
		}
	}
}

// TestPostgres_keepsItsConnectionsWhenSomebodyLeaves: whoever has stopped waiting before
// the first question was sent says nothing of how the connections are.
func TestPostgres_keepsItsConnectionsWhenSomebodyLeaves(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	wide := env.Config
	wide.Connections = 12
	db := openAgain(t, wide)
	keepUsed(env.Ctx, t, db, 12)
	before := backends(t, env.DB)
	for name, read := range map[string]func(context.Context, func(context.Context, *store.Tx) error) error{"read": db.Read, "glance": db.Glance} {
		ctx, leave := context.WithCancel(env.Ctx)
		runs := 0
		err := read(ctx, func(ctx context.Context, tx *store.Tx) error {
			runs++
			leave()
			_, err := store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
			return err
		})
		if !errors.Is(err, context.Canceled) || runs != 1 {
			t.Errorf("%s: %v, %d runs", name, err, runs)
		}
	}
	time.Sleep(100 * time.Millisecond) // what is closed ends on its own
	after := backends(t, env.DB)
	for _, pid := range before {
		if !slices.Contains(after, pid) {
			t.Errorf("of %d connections %d are left", len(before), len(after))
			break
		}
	}
}

// backends are the server's ends of the connections to a database.
func backends(t *testing.T, db *store.DB) (pids []int64) {
	t.Helper()
	err := db.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		pids, err = store.All(ctx, tx, store.Value[int64], `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() order by pid limit 100`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pids
}
