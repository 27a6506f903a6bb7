package command_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/demo"
)

const (
	// startTime is how long a process may take until it is ready, on a busy machine
	// with the race detector; what it took is in the script's log.
	startTime = 4 * time.Minute
	// endTime is how long it may take to end.
	endTime = 40 * time.Second
	// processes is the key under which a script keeps what it has launched.
	processes = "processes"
)

// process is a program that a script has launched.
type process struct {
	cmd   *exec.Cmd
	lines chan string // of standard output; closed at its end
	files []*os.File
}

// launched are a script's processes by name.
func launched(ts *testscript.TestScript) map[string]*process {
	list, ok := ts.Value(processes).(map[string]*process)
	if !ok {
		ts.Fatalf("no place for processes")
	}
	return list
}

// port NAME puts the number of a free port into a variable.
func port(ts *testscript.TestScript, _ bool, args []string) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	_, number, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], number)
}

// launch NAME PROGRAM ARGS… starts a program and waits until it has said a line,
// which is then in NAME.ready; its standard error goes to NAME.err.
func launch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: launch name program args…")
	}
	name, began := args[0], time.Now()
	p := begin(ts, name, args[1:])
	launched(ts)[name] = p
	ts.Defer(func() { _ = p.cmd.Process.Kill() }) // nothing when it has ended
	select {
	case line, ok := <-p.lines:
		if !ok {
			_ = p.cmd.Wait()
			ts.Fatalf("%s ended before it was ready: %s", name, ts.ReadFile(name+".err"))
		}
		ts.Logf("%s was ready after %v: %s", name, time.Since(began).Round(time.Millisecond), line)
		ts.Check(os.WriteFile(ts.MkAbs(name+".ready"), []byte(line+"\n"), 0o600))
	case <-time.After(startTime):
		ts.Fatalf("%s was not ready after %v", name, startTime)
	}
}

// begin starts a program of the script's PATH in its folder and environment.
func begin(ts *testscript.TestScript, name string, args []string) *process {
	var program string
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if info, err := os.Stat(filepath.Join(dir, args[0])); err == nil && !info.IsDir() {
			program = filepath.Join(dir, args[0])
			break
		}
	}
	if program == "" {
		ts.Fatalf("no program %s", args[0])
	}
	stderr, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	p := &process{cmd: exec.CommandContext(context.Background(), program, args[1:]...), lines: make(chan string, 100), files: []*os.File{stderr}}
	p.cmd.Dir, p.cmd.Stderr = ts.MkAbs("."), stderr
	for _, variable := range append([]string{"PATH", "HOME", "TMPDIR", "LANG", "GOCOVERDIR"}, settingNames()...) {
		if value := ts.Getenv(variable); value != "" {
			p.cmd.Env = append(p.cmd.Env, variable+"="+value)
		}
	}
	out, err := p.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	go p.follow(out)
	return p
}

func settingNames() []string {
	var names []string
	for _, s := range app.Settings() {
		names = append(names, s.Name)
	}
	return names
}

// follow passes on what the process says, to its end.
func (p *process) follow(out io.Reader) {
	defer close(p.lines)
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		select {
		case p.lines <- scanner.Text():
		default: // nobody waits for more
		}
	}
}

// stop NAME tells a process to end, as the system does, and demands that it does so
// by itself with exit code 0.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	p, ok := launched(ts)[args[0]]
	if neg || !ok {
		ts.Fatalf("usage: stop name")
	}
	delete(launched(ts), args[0])
	began := time.Now()
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	late := time.AfterFunc(endTime, func() { _ = p.cmd.Process.Kill() })
	for range p.lines {
	}
	err := p.cmd.Wait()
	late.Stop()
	for _, f := range p.files {
		ts.Check(f.Close())
	}
	if err != nil {
		ts.Fatalf("%s ended with %v: %s", args[0], err, ts.ReadFile(args[0]+".err"))
	}
	ts.Logf("%s ended after %v", args[0], time.Since(began).Round(time.Millisecond))
}

// fetch STATUS URL [FILE] gets a page from this machine, whatever its host is
// called, demands the status, and keeps the page.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: fetch status url [file]")
	}
	status, text := get(ts, args[1])
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("%s: %d, want %s: %.500s", args[1], status, args[0], text)
	}
	if len(args) > 2 {
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
	}
}

func get(ts *testscript.TestScript, address string) (int, string) {
	client := demo.LocalClient()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, http.NoBody)
	ts.Check(err)
	response, err := client.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	ts.Check(err)
	return response.StatusCode, strings.TrimSpace(string(text))
}

// eventually STATUS URL [FILE] is fetch of a page that becomes so within seconds.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually status url [file]")
	}
	for range 100 {
		if status, _ := get(ts, args[1]); strconv.Itoa(status) == args[0] {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	fetch(ts, neg, args)
}
