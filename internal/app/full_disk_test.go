package app_test

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
)

// smallDisk is the size of the disks that are filled: room for the program's
// tables, and soon full.
const smallDisk = 32 << 20

// tight is an installation whose disk can be filled and emptied.
type tight struct {
	says        string // while the disk is full
	handler     http.Handler
	fill, empty func()
}

// ready asks /readyz.
func (i tight) ready(t *testing.T) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	i.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/readyz", nil))
	text, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(text)
}

// becomes asks until the answer is the one that must come. An outage may end a
// moment after there is room again, when the database has opened its file anew.
func (i tight) becomes(t *testing.T, want int) {
	t.Helper()
	code, text := 0, ""
	for range 200 {
		if code, text = i.ready(t); code == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("readyz says %d %q, and %d does not come", code, text, want)
}

func start(t *testing.T, settings map[string]string) *app.App {
	t.Helper()
	config, err := app.ReadConfig(settings)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), config, app.Parts{Clock: clock.NewFake(storetest.Start())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return a
}

// inFile is on SQLite, with the whole data folder on a small disk. Where no disk
// can be mounted, SQLite is given no more pages, and each heartbeat asks for some.
func inFile(t *testing.T) tight {
	t.Helper()
	disk, mounted := storetest.SmallDisk(t, smallDisk)
	if mounted {
		a := start(t, map[string]string{"TORG_DATA": filepath.Join(disk.Path, "data")})
		return tight{"disk is full", a.Handler(), func() { disk.Fill(t) }, func() { disk.Empty(t) }}
	}
	a := start(t, map[string]string{"TORG_DATA": t.TempDir()})
	pages := func(limit string) {
		ok(t, a.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := store.All(ctx, tx, store.Value[int64], `pragma max_page_count = `+limit)
			return err
		}))
	}
	ok(t, a.DB.WritePlatform(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `create table ballast (tenant_id text, b blob)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `create trigger weigh before insert on store_heartbeat begin insert into ballast values ('', zeroblob(100000)); end`)
		return err
	}))
	return tight{"cannot be written", a.Handler(), func() { pages("1") }, func() { pages("1000000") }}
}

// onServer is on PostgreSQL, with the table of the heartbeat on a small disk. Were
// the whole server there, its log of writes would be full first, and the server
// would end itself: that is the outage that the tests of package store make. Where
// no disk can be mounted, the server is made to answer with its code for a full one.
func onServer(t *testing.T) tight {
	t.Helper()
	disk, mounted := storetest.SmallDisk(t, smallDisk)
	owner, server := pgcluster.StartPrivate(t).Database(t)
	a := start(t, map[string]string{"TORG_DATA": t.TempDir(), "TORG_MIGRATE_URL": owner, "TORG_DATABASE_URL": server})
	at, err := url.Parse(owner)
	ok(t, err)
	run := asSuperuser(t, *at)
	if !mounted {
		run(`create function full_disk() returns trigger language plpgsql as $$ begin
			raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
		return tight{
			"cannot be written", a.Handler(),
			func() {
				run(`create trigger full_disk before insert on store_heartbeat for each row execute function full_disk()`)
			},
			func() { run(`drop trigger full_disk on store_heartbeat`) },
		}
	}
	giveTo(t, disk.Path, at.Query().Get("host"))
	run(`create tablespace small location '` + disk.Path + `'`)
	run(`alter table store_heartbeat set tablespace small`)
	return tight{"cannot be written", a.Handler(), func() {
		run(`truncate store_heartbeat`) // the next row needs a new page
		disk.Fill(t)
	}, func() { disk.Empty(t) }}
}

// asSuperuser returns what runs a statement in a database of the private server.
func asSuperuser(t *testing.T, at url.URL) func(statement string) {
	t.Helper()
	at.User = url.User("postgres")
	db, err := sql.Open("pgx", at.String())
	ok(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// giveTo makes the owner of one folder that of another.
func giveTo(t *testing.T, folder, like string) {
	t.Helper()
	info, err := os.Stat(like)
	ok(t, err)
	if at, known := info.Sys().(*syscall.Stat_t); known {
		ok(t, os.Chown(folder, int(at.Uid), int(at.Gid)))
	}
}

func TestReadyz_isRedWhileTheDiskIsFullAndGreenAfter(t *testing.T) {
	t.Parallel()
	for name, install := range map[string]func(*testing.T) tight{"sqlite": inFile, "postgres": onServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			for range 2 { // it recovers without hands, and more than once
				i.becomes(t, http.StatusOK)
				i.fill()
				i.becomes(t, http.StatusServiceUnavailable)
				for range 5 {
					if code, text := i.ready(t); code != http.StatusServiceUnavailable || !strings.Contains(text, i.says) {
						t.Errorf("while the disk is full: %d %q", code, text)
					}
				}
				i.empty()
				i.becomes(t, http.StatusOK)
			}
		})
	}
}
