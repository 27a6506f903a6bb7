package command_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // tampers with the database from outside

	"github.com/torg-no/torg/internal/app/command"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"torg": func() {
			os.Exit(command.Run(context.Background(), command.Env{
				Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Lang: os.Getenv("LANG"),
			}))
		},
	})
}

// TestCommands runs the scripts of testdata: what an operator types, and what
// comes back.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LANG", "en_GB.UTF-8")
			e.Setenv("TORG_DATA", e.WorkDir+"/data")
			e.Setenv("TORG_OIDC_ISSUER", "http://127.0.0.1:1") // nobody answers, at once
			e.Values[processes] = map[string]*process{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "take": take, "keygen": keygen, "tamper": tamper, "flip": flip, "cut": cut, "hides": hides,
			"port": port, "launch": launch, "stop": stop, "fetch": fetch, "eventually": eventually,
		},
	})
}

// exits CODE PROGRAM ARGS… demands exactly this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg {
		ts.Fatalf("usage: exits code program args…")
	}
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// take NAME REGEXP puts what the group matches on standard output into a variable.
func take(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("%q matches nothing", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// keygen FILE VARIABLE makes a pair of keys.
func keygen(ts *testscript.TestScript, _ bool, args []string) {
	i, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(i.String()+"\n"), 0o600))
	ts.Setenv(args[1], i.Recipient().String())
}

// tamper DATABASE STATEMENT changes rows as nobody should.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	result, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("%d rows changed, %v", n, err)
	}
}

// flip FROM TO changes one bit in the middle of a file.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	text := []byte(ts.ReadFile(args[0]))
	text[len(text)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o600))
}

// cut FROM TO leaves the last bytes of a file away.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text[:len(text)-100]), 0o600))
}

// hides FILE TEXT… demands that a file holds none of the texts.
func hides(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, secret := range args[1:] {
		if regexp.MustCompile(regexp.QuoteMeta(secret)).MatchString(text) {
			ts.Fatalf("%s holds %q", args[0], secret)
		}
	}
}
