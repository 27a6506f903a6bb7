package pgcluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// asChild names the folder of the cluster that a copy of this test binary joins.
const asChild = "TORG_PGCLUSTER_CHILD"

func TestMain(m *testing.M) {
	if folder := os.Getenv(asChild); folder != "" {
		child(folder)
		return
	}
	m.Run()
}

// child is another test binary of the same parent: it joins the cluster, tells
// the server's process id and stays until its input ends.
func child(folder string) {
	parent, err := strconv.Atoi(os.Getenv(asChild + "_PARENT"))
	if err != nil {
		panic(err)
	}
	c, err := open(context.Background(), place{folder: folder, parent: parent, grace: 10})
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	pid, err := c.pid()
	fmt.Println(pid, err)
	io.Copy(io.Discard, os.Stdin)
}

type process struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	server int
}

// join starts a child and waits until it has told the server's process id.
func join(tb testing.TB, folder string, parent int) process {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"="+folder, asChild+"_PARENT="+strconv.Itoa(parent))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSuffix(line, " <nil>\n"))
	if err != nil {
		tb.Fatalf("the child says %q", line)
	}
	return process{cmd: cmd, stdin: stdin, server: pid}
}

func newFolder(tb testing.TB) string {
	tb.Helper()
	folder, err := os.MkdirTemp(base(), "torg-pg-test-") //nolint:usetesting // its path is too long for a socket
	if err != nil {
		tb.Fatal(err)
	}
	return folder
}

// gone waits until the server and every trace of its folder have disappeared.
func gone(tb testing.TB, folder string, server int) {
	tb.Helper()
	err := until(tb.Context(), func(context.Context) error {
		if left, _ := filepath.Glob(folder + "*"); len(left) > 0 || alive(server) {
			return fmt.Errorf("server %d alive: %t, left: %v", server, alive(server), left)
		}
		return nil
	})
	if err != nil {
		tb.Error(err)
	}
}

func TestStart_twoProcessesShareOneServer(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	processes := make([]process, 3)
	var wg sync.WaitGroup
	for i := range processes {
		wg.Go(func() { processes[i] = join(t, folder, os.Getpid()) })
	}
	wg.Wait()
	for _, p := range processes {
		if p.server != processes[0].server {
			t.Errorf("servers %d and %d, want one", p.server, processes[0].server)
		}
	}
	// One leaves, the others still have their server.
	processes[0].stdin.Close()
	if err := processes[0].cmd.Wait(); err != nil {
		t.Error(err)
	}
	if !alive(processes[1].server) {
		t.Error("the server ended while two processes used it")
	}
	for _, p := range processes[1:] {
		p.stdin.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	gone(t, folder, processes[0].server)
}

func TestStart_leavesNothingAfterKill(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	p := join(t, folder, 0)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait()
	gone(t, folder, p.server)
}

func TestStart_staysForTheNextBinaryOfTheSameParent(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	first := join(t, folder, os.Getpid())
	first.stdin.Close()
	first.cmd.Wait()
	second := join(t, folder, os.Getpid())
	if first.server != second.server {
		t.Errorf("the second binary got server %d, want %d", second.server, first.server)
	}
	second.stdin.Close()
	second.cmd.Wait()
	gone(t, folder, second.server)
}

func TestStart_replacesWhatAPowerCutLeft(t *testing.T) {
	t.Parallel()
	folder := newFolder(t)
	dead := exec.CommandContext(t.Context(), "true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	pid := []byte(strconv.Itoa(dead.Process.Pid))
	if err := os.WriteFile(filepath.Join(folder, "supervisor"), pid, 0o600); err != nil {
		t.Fatal(err)
	}
	p := join(t, folder, 0)
	p.stdin.Close()
	p.cmd.Wait()
	gone(t, folder, p.server)
}

func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close(context.WithoutCancel(tb.Context())) })
	return conn
}

func ask[T any](tb testing.TB, conn *pgx.Conn, query string) T {
	tb.Helper()
	var answer T
	if err := conn.QueryRow(tb.Context(), query).Scan(&answer); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return answer
}

func TestDatabase_givesAnOwnerAndAPlainRole(t *testing.T) {
	t.Parallel()
	ownerURL, appURL := Start(t).Database(t)
	owns, plain := connect(t, ownerURL), connect(t, appURL)
	if _, err := owns.Exec(t.Context(), "create table things (id text primary key)"); err != nil {
		t.Fatalf("the owner makes a table: %v", err)
	}
	if _, err := plain.Exec(t.Context(), "create table others (id text)"); err == nil {
		t.Error("the plain role made a table")
	}
	if _, err := plain.Exec(t.Context(), "select id from things"); err == nil {
		t.Error("the plain role read a table that nobody granted")
	}
	for _, conn := range []*pgx.Conn{owns, plain} {
		const mighty = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"
		if ask[bool](t, conn, mighty) {
			t.Errorf("%s has too much power", ask[string](t, conn, "select current_user::text"))
		}
	}
	if got := ask[string](t, plain, "select current_user::text"); got != app {
		t.Errorf("connected as %s, want %s", got, app)
	}
}

func TestDatabase_isFreshAndDropped(t *testing.T) {
	t.Parallel()
	c := Start(t)
	var name string
	t.Run("use", func(t *testing.T) {
		first, _ := c.Database(t)
		second, _ := c.Database(t)
		if first == second {
			t.Error("two tests share a database")
		}
		name = ask[string](t, connect(t, first), "select current_database()::text")
	})
	admin := connect(t, c.url("postgres", "postgres"))
	if n := ask[int](t, admin, "select count(*)::int from pg_database where datname = '"+name+"'"); n != 0 {
		t.Error("the database outlived its test")
	}
}

func TestStartPrivate_stopsAndRestartsWithItsData(t *testing.T) {
	t.Parallel()
	c := StartPrivate(t)
	ownerURL, _ := c.Database(t)
	before := connect(t, ownerURL)
	if _, err := before.Exec(t.Context(), "create table kept (n bigint); insert into kept values (7)"); err != nil {
		t.Fatal(err)
	}
	c.Stop(t)
	if _, err := pgx.Connect(t.Context(), ownerURL); err == nil {
		t.Error("a stopped server answered")
	}
	c.Restart(t)
	if got := ask[int64](t, connect(t, ownerURL), "select n from kept"); got != 7 {
		t.Errorf("after the restart: %d, want 7", got)
	}
}

func TestStartPrivate_endsWithItsTest(t *testing.T) {
	t.Parallel()
	var folder string
	var server int
	t.Run("use", func(t *testing.T) {
		c := StartPrivate(t)
		folder = c.folder
		var err error
		if server, err = c.pid(); err != nil {
			t.Fatal(err)
		}
	})
	if left, _ := filepath.Glob(folder + "*"); len(left) > 0 || alive(server) {
		t.Errorf("left behind: %v, server alive: %t", left, alive(server))
	}
}

func TestVerify_refusesAForeignServer(t *testing.T) {
	t.Parallel()
	c := StartPrivate(t)
	// A socket that leads to a server which works on another folder.
	other := newFolder(t)
	defer os.RemoveAll(other)
	const socket = ".s.PGSQL.5432"
	if err := os.Symlink(filepath.Join(c.folder, socket), filepath.Join(other, socket)); err != nil {
		t.Fatal(err)
	}
	err := (&Cluster{folder: other}).verify(t.Context())
	if err == nil || !strings.Contains(err.Error(), "works on "+c.folder) {
		t.Errorf("got %v, want a refusal", err)
	}
}

func TestBinaries_tellsWhatToInstall(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"apt-get install postgresql", "make test"} {
		if !strings.Contains(errMissing.Error(), want) {
			t.Errorf("the message lacks %q", want)
		}
	}
	if hasServer(t.TempDir()) {
		t.Error("an empty folder has no server")
	}
	if newestFirst("/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/15/bin") <= 0 {
		t.Error("15 must come before 9")
	}
}

func TestNumber_refusesWhatIsNoProcess(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"42\nmore": 42, "": 0, "1": 0, "-5": 0, "x": 0} {
		path := filepath.Join(t.TempDir(), "pid")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := number(path)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	if _, err := number(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want os.ErrNotExist", err)
	}
}
