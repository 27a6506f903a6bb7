package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

func openConn(t *testing.T) *sqliteConn {
	t.Helper()
	connector, err := newSQLiteConnector(sqliteDSN(filepath.Join(t.TempDir(), "a.db"), "rwc", "deferred"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := connector.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
	})
	return raw.(*sqliteConn)
}

func queryInt(t *testing.T, c *sqliteConn, query string, args ...driver.NamedValue) int64 {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), query, args)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	got := make([]driver.Value, 1)
	if err := errors.Join(rows.Next(got), rows.Close(), rows.Close()); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got[0].(int64)
}

func TestStatements_areKeptAndBounded(t *testing.T) {
	t.Parallel()
	c := openConn(t)
	for round := range 2 {
		for i := range 3 * maxStatements {
			if got := queryInt(t, c, fmt.Sprintf("select %d", i)); got != int64(i) {
				t.Fatalf("round %d: %d came as %d", round, i, got)
			}
			if len(c.free) > maxStatements {
				t.Fatalf("%d statements are kept", len(c.free))
			}
		}
	}
	if len(c.free) == 0 {
		t.Error("nothing is kept")
	}
}

func TestStatements_bindByNumber(t *testing.T) {
	t.Parallel()
	c := openConn(t)
	for range 2 {
		args := []driver.NamedValue{{Ordinal: 1, Value: int64(7)}, {Ordinal: 2, Value: int64(3)}}
		if got := queryInt(t, c, "select $2 - $1 + $1 * 0", args...); got != -4 {
			t.Errorf("got %d", got)
		}
	}
}

func TestStatements_oneTextTwiceAtOnce(t *testing.T) {
	t.Parallel()
	c := openConn(t)
	const query = "select 1 union all select 2"
	outer, err := c.QueryContext(t.Context(), query, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]driver.Value, 1)
	if err := outer.Next(row); err != nil || row[0] != int64(1) {
		t.Fatalf("%v, %v", row, err)
	}
	if got := queryInt(t, c, query); got != 1 {
		t.Errorf("inside: %d", got)
	}
	if err := outer.Next(row); err != nil || row[0] != int64(2) {
		t.Errorf("the outer one was disturbed: %v, %v", row, err)
	}
	if err := outer.Next(row); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	if err := outer.Close(); err != nil {
		t.Error(err)
	}
	if len(c.free) != 1 {
		t.Errorf("%d are kept of one text", len(c.free))
	}
}

func TestStatements_failedOnesAreDropped(t *testing.T) {
	t.Parallel()
	c := openConn(t)
	exec := func(query string) error {
		_, err := c.ExecContext(t.Context(), query, nil)
		return err
	}
	if err := exec("create table a (id integer primary key)"); err != nil {
		t.Fatal(err)
	}
	if err := exec("insert into a values (1)"); err != nil {
		t.Fatal(err)
	}
	if err := exec("insert into a values (1)"); err == nil {
		t.Error("a row stands twice")
	}
	if _, kept := c.free["insert into a values (1)"]; kept {
		t.Error("a failed statement is kept")
	}
	if err := exec("select nonsense from nowhere"); err == nil {
		t.Error("nonsense was run")
	}
	if _, err := c.QueryContext(t.Context(), "select nonsense from nowhere", nil); err == nil {
		t.Error("nonsense was asked")
	}
}

func TestMayKeep_leavesOutWhatActsWhenPrepared(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		"select 1":                true,
		"  SELECT 1":              true,
		"\n\tinsert into a":       true,
		"begin immediate":         true,
		"with x as (select 1)":    true,
		"pragma query_only = 0":   false,
		"vacuum into 'x'":         false,
		"create table a (id int)": false,
		"attach 'x' as y":         false,
		"":                        false,
	} {
		if mayKeep(query) != want {
			t.Errorf("mayKeep(%q) = %v", query, !want)
		}
	}
}
