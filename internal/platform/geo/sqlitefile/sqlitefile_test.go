package sqlitefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/errs"
	_ "github.com/torg-no/torg/internal/platform/store" // brings the driver
)

func made(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a % b # c ? d.db")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ExecContext(t.Context(), `CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('æ')`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCopy_readsAndNeverWrites(t *testing.T) {
	t.Parallel()
	path, temp := made(t), t.TempDir()
	f, err := Copy(t.Context(), path, temp)
	if err != nil {
		t.Fatal(err)
	}
	var x string
	if err := f.QueryRowContext(t.Context(), "SELECT x FROM t").Scan(&x); err != nil || x != "æ" {
		t.Errorf("%q %v", x, err)
	}
	for _, s := range []string{"INSERT INTO t VALUES ('b')", "DROP TABLE t", "CREATE TABLE u (x)", "ATTACH ':memory:' AS m; CREATE TABLE m.u (x)"} {
		if _, err := f.ExecContext(t.Context(), s); err == nil {
			t.Errorf("%s was done", s)
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

func TestOpen_refusesWhatIsNoDatabase(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(made(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"empty": "", "short": magic[:10], "text": strings.Repeat("text ", 500), "only a head": magic + strings.Repeat("\xff", 2000), "cut off": string(whole[:len(whole)/3])} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		temp := t.TempDir()
		f, err := Copy(t.Context(), path, temp)
		if err == nil {
			var x string
			err = f.QueryRowContext(t.Context(), "SELECT x FROM t").Scan(&x)
			if err != nil {
				err = Broken(err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
		if e := errs.Of(err); e == nil || e.Key != "geo_file.sqlite_bad" {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s: %v %v", name, left, err)
		}
	}
}

func TestCreate_neverWritesOver(t *testing.T) {
	t.Parallel()
	if _, err := Create(made(t)); err == nil {
		t.Error("it did")
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "nothing")); err == nil {
		t.Error("opened nothing")
	}
}

func TestQuote_doublesQuotes(t *testing.T) {
	t.Parallel()
	if got := Quote(`a"b`); got != `"a""b"` {
		t.Error(got)
	}
}
