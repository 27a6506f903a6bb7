package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// raw opens a database without the store, as somebody with psql would.
func raw(t *testing.T, url string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func execute(t *testing.T, pool *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := pool.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

func TestPostgres_runsADeadlockedTransactionAgain(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return addMany(ctx, tx, 2) })
	var wg, meet sync.WaitGroup
	meet.Add(2)
	runs := make([]int, 2)
	for i := range int64(2) {
		wg.Go(func() {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				runs[i]++
				if err := append1(ctx, tx, i); err != nil {
					return err
				}
				if runs[i] == 1 { // both hold one row and want the other's
					meet.Done()
					meet.Wait()
				}
				return append1(ctx, tx, 1-i)
			})
			if err != nil {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if runs[0]+runs[1] != 3 {
		t.Errorf("the functions ran %v times; one of them must run twice", runs)
	}
	if diff := cmp.Diff([]string{"a small note++", "a small note++"}, bodies(t, env.Ctx, env.DB)); diff != "" {
		t.Error(diff)
	}
}

// append1 adds a plus sign, and hides what the database says, as services do
// that give errors words.
func append1(ctx context.Context, tx *store.Tx, id int64) error {
	if _, err := tx.Exec(ctx, `update notes set body = body || '+' where tenant_id = $1 and id = $2`, tx.Tenant, id); err != nil {
		return errs.Conflict("errs.conflict")
	}
	return nil
}

func TestPostgres_givesUpAfterManyTries(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	runs, effects := 0, 0
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		runs++
		tx.AfterCommit(func() { effects++ })
		if err := add(ctx, tx, 1, "x"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `do $$ begin /* tenant_id */ raise exception 'always' using errcode = '40001'; end $$`)
		return err
	})
	if code(err) != "40001" || runs != 8 || effects != 0 {
		t.Errorf("%d runs, %d effects: %v", runs, effects, err)
	}
	if got := bodies(t, env.Ctx, env.DB); len(got) != 0 {
		t.Errorf("rows of abandoned tries stand: %v", got)
	}
}

func TestPostgres_retryForgetsTheFirstTrysEffects(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	runs, effects := 0, 0
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
		runs++
		tx.AfterCommit(func() { effects++ })
		if runs < 3 {
			_, err := tx.Exec(ctx, `do $$ begin /* tenant_id */ raise exception 'twice' using errcode = '40P01'; end $$`)
			return err
		}
		return nil
	})
	if runs != 3 || effects != 1 {
		t.Errorf("%d runs, %d effects, want 3 and 1", runs, effects)
	}
}

// private is a database on a server that the test may stop.
func private(t *testing.T) (*pgcluster.Cluster, store.Config, *store.DB) {
	t.Helper()
	cluster := pgcluster.StartPrivate(t)
	owner, app := cluster.Database(t)
	if _, err := store.Migrate(t.Context(), store.Config{URL: owner}, notes()...); err != nil {
		t.Fatal(err)
	}
	c := store.Config{URL: app}
	return cluster, c, openAgain(t, c)
}

func openAgain(t *testing.T, c store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestPostgres_comesBackAfterALostDatabase(t *testing.T) {
	t.Parallel()
	cluster, c, db := private(t)
	ctx := store.WithTenant(t.Context(), storetest.TenantA)
	other := openAgain(t, c)
	woken, cancel := other.Subscribe("topic")
	defer cancel()
	expectWake(t, woken)
	insert := func(id int64) error {
		return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Wake("topic")
			return add(ctx, tx, id, "x")
		})
	}
	if err := insert(1); err != nil {
		t.Fatal(err)
	}
	expectWake(t, woken)
	keepIdle(ctx, t, db, 7) // more than those who fail below use up

	cluster.Stop(t)
	drain(woken)
	for i := range 3 {
		if err := insert(int64(10 + i)); !errs.Is(err, errs.KindUnavailable) || errs.Of(err).RetryAfter == 0 {
			t.Errorf("while it is down, a write is told %v", err)
		}
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
			return err
		})
		if !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("while it is down, a read is told %v", err)
		}
	}
	if err := db.Healthy(t.Context()); err == nil {
		t.Error("a lost database is called healthy")
	}

	cluster.Restart(t)
	if err := insert(2); err != nil {
		t.Errorf("the database is back, and yet %v", err)
	}
	expectWake(t, woken) // the listener has come back, or heard the write
	drainFor(woken, 100*time.Millisecond)
	expectWakeOf(t, woken, func() error { return insert(3 + time.Now().UnixNano()) })
	if got := len(bodies(t, ctx, db)); got < 3 {
		t.Errorf("%d rows", got)
	}
}

// An idle connection that the server has closed shows only when it is used.
func TestPostgres_worksThoughIdleConnectionsWereClosed(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	ctx, other := env.Ctx, openAgain(t, env.Config)
	wide := env.Config
	wide.Connections = 12 // more than a transaction is tried
	db := openAgain(t, wide)
	for round := range int64(3) {
		keepUsed(ctx, t, db, 12)
		closeIdle(t, other)
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, round, "x") }); err != nil {
			t.Error(err)
		}
		keepUsed(ctx, t, db, 12)
		closeIdle(t, other)
		if got := len(bodies(t, ctx, db)); got != int(round)+1 {
			t.Errorf("%d rows in round %d", got, round)
		}
		keepUsed(ctx, t, db, 12)
		closeIdle(t, other)
		err := db.Glance(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if got := len(bodies(t, ctx, db)); got != 3 {
		t.Errorf("%d rows", got)
	}
}

// closeIdle ends all other connections of the database from the server's side.
func closeIdle(t *testing.T, other *store.DB) {
	t.Helper()
	err := other.ReadPlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := store.One(ctx, tx, store.Value[int64], `select count(pg_terminate_backend(pid)) from pg_stat_activity
			where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // they end on their own
}

// keepUsed leaves so many connections in the pool that it does not look at them again
// before it hands them out: the driver checks one only when it rested for a second.
func keepUsed(ctx context.Context, t *testing.T, db *store.DB, connections int) {
	t.Helper()
	keepIdle(ctx, t, db, connections)
	keepIdle(ctx, t, db, connections)
}

// keepIdle leaves so many connections in the pool, all used at the same time.
func keepIdle(ctx context.Context, t *testing.T, db *store.DB, connections int) {
	t.Helper()
	var all, done sync.WaitGroup
	all.Add(connections)
	for range connections {
		done.Go(func() {
			there := sync.OnceFunc(all.Done) // a read may run twice
			err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := store.One(ctx, tx, store.Value[int64], `select count(*) from notes where tenant_id = $1`, tx.Tenant)
				there()
				all.Wait()
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
}

func drainFor(ch <-chan struct{}, d time.Duration) {
	for end := time.After(d); ; {
		select {
		case <-ch:
		case <-end:
			return
		}
	}
}

// expectWakeOf writes again and again until the other handle is woken.
func expectWakeOf(t *testing.T, ch <-chan struct{}, write func() error) {
	t.Helper()
	for range 200 {
		if err := write(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ch:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatal("nobody was woken after the database came back")
}

func TestPostgres_connectionLostInTheMiddle(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := add(ctx, tx, 1, "x"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `select pg_terminate_backend(pg_backend_pid()) as tenant_id`); err != nil {
			return err
		}
		return add(ctx, tx, 2, "x")
	})
	if !errs.Is(err, errs.KindUnavailable) {
		t.Errorf("got %v", err)
	}
	write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 3, "x") })
	if got := len(bodies(t, env.Ctx, env.DB)); got != 1 {
		t.Errorf("%d rows, want the one written afterwards", got)
	}
}

func TestOpen_saysWhatIsWrongWithoutThePassword(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"postgres://torg:hemmelig@%zz/torg",
		"postgres://torg:hemmelig@127.0.0.1:1/torg?connect_timeout=1",
	} {
		_, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "hemmelig") {
			t.Errorf("%v", err)
		}
	}
}

func TestServerClock_isFollowed(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	owner := raw(t, env.Owner.URL)
	// A server whose clock is an hour ahead: the name is found here first.
	execute(t, owner,
		`create function clock_timestamp() returns timestamptz language sql volatile as $$ select pg_catalog.clock_timestamp() + interval '1 hour' $$`)
	for name, c := range map[string]struct {
		url  string
		want time.Duration
	}{
		"right": {env.Config.URL, 0},
		"ahead": {env.Config.URL + "&search_path=public,pg_catalog", time.Hour},
	} {
		db := openAgain(t, store.Config{URL: c.url, Clock: clock.System{}})
		var now store.Time
		write(t, env.Ctx, db, func(_ context.Context, tx *store.Tx) error { now = tx.Now; return nil })
		off := now.Sub(time.Now().Add(c.want))
		if off.Abs() > 10*time.Second || db.Clock().Now().Sub(now.Time).Abs() > 10*time.Second {
			t.Errorf("%s: off by %v", name, off)
		}
	}
}

func TestRowLevelSecurity_isASecondWall(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	for _, ctx := range []context.Context{env.Ctx, env.Other} {
		write(t, ctx, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, tx.Tenant) })
	}
	pool := raw(t, env.Config.URL)
	for name, c := range map[string]struct {
		setting string
		sees    []string
	}{
		"unset":    {"", nil},
		"tenant a": {storetest.TenantA, []string{storetest.TenantA}},
		"tenant b": {storetest.TenantB, []string{storetest.TenantB}},
		"neither":  {"t-c", nil},
		"platform": {"*", []string{storetest.TenantA, storetest.TenantB}},
	} {
		tx, err := pool.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.setting != "" {
			if _, err := tx.Exec(`select set_config('app.tenant', $1, true)`, c.setting); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(c.sees, column(t, tx, `select body from notes order by body limit 10`)); diff != "" {
			t.Errorf("%s sees (-want +got)\n%s", name, diff)
		}
		result, err := tx.Exec(`update notes set done = true`)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := result.RowsAffected(); n != int64(len(c.sees)) {
			t.Errorf("%s changed %d rows", name, n)
		}
		_, err = tx.Exec(`insert into notes (tenant_id, id, body) values ('t-b', 99, 'smuggled')`)
		if mayInsert := c.setting == "*" || c.setting == storetest.TenantB; mayInsert != (err == nil) || !mayInsert && code(err) != "42501" {
			t.Errorf("%s inserts a row of t-b: %v", name, err)
		}
		_ = tx.Rollback()
	}
}

func column(t *testing.T, tx *sql.Tx, query string) (out []string) {
	t.Helper()
	rows, err := tx.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRowLevelSecurity_holdsInTheStoresOwnTransactions(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	write(t, env.Other, env.DB, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "b's") })
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		// A forgotten condition: the name is there, the comparison is not.
		got, err := store.All(ctx, tx, store.Value[string], `select body from notes where tenant_id is not null order by id limit 10`)
		if len(got) != 0 {
			t.Errorf("a statement without its condition saw %v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `insert into notes (tenant_id, id, body) values ('t-b', 2, 'smuggled')`)
		return err
	})
	if code(err) != "42501" {
		t.Errorf("a foreign row: %v", err)
	}
}

func TestTenant_doesNotStayOnTheConnection(t *testing.T) {
	t.Parallel()
	env := storetest.Postgres(t, notes()...)
	c := env.Config
	c.Connections = 1
	db := openAgain(t, c)
	write(t, env.Ctx, db, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, 1, "a's") })
	_ = db.Write(env.Ctx, func(context.Context, *store.Tx) error { return errors.New("rolled back") })
	for range 3 {
		if got := bodies(t, env.Other, db); len(got) != 0 {
			t.Errorf("on the connection that a used, b sees %v", got)
		}
		if got := bodies(t, env.Ctx, db); len(got) != 1 {
			t.Errorf("a sees %v", got)
		}
	}
}

func TestTenants_thousandsOfTransactionsDoNotLeak(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		var wg sync.WaitGroup
		for worker := range int64(16) {
			ctx := store.WithTenant(t.Context(), fmt.Sprintf("t-%d", worker%5))
			wg.Go(func() {
				for i := range int64(40) {
					err := env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, worker*1000+i, tx.Tenant) })
					if err != nil {
						t.Error(err)
					}
					for _, body := range bodies(t, ctx, env.DB) {
						if body != store.TenantOf(ctx) {
							t.Errorf("%s sees a row of %s", store.TenantOf(ctx), body)
						}
					}
				}
			})
		}
		wg.Wait()
	})
}
