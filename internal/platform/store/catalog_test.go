package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// catalogOf returns the table of notes as the catalog tells of it.
func catalogOf(t *testing.T, env storetest.Env) store.Table {
	t.Helper()
	var found store.Table
	err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		tables, err := store.Catalog(ctx, tx)
		for _, table := range tables {
			if table.Name == "notes" {
				found = table
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func dump(t *testing.T, env storetest.Env, table store.Table) [][]any {
	t.Helper()
	var rows [][]any
	err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		return table.Each(ctx, tx, func(values []any) error {
			rows = append(rows, append([]any(nil), values...))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// samples are rows of notes (at, body, doc, done, id, raw, tenant_id) with every
// type at its edges.
func samples() [][]any {
	at := time.Date(2026, 11, 21, 9, 8, 7, 654321000, time.UTC)
	return [][]any{
		{at, "Blåbær č \u2028 <&>", "{}", true, int64(-1 << 63), []byte{0, 1, 255}, "t-a"},
		{nil, "", "12", false, int64(1<<63 - 1), nil, "t-a"},
		{at.AddDate(-30, 0, 0), "x", "{}", false, int64(0), []byte{}, "t-b"},
	}
}

func TestCatalog_tellsTheSameOfBothDatabases(t *testing.T) {
	t.Parallel()
	want := store.Table{Name: "notes", Columns: []store.Column{
		{Name: "at", Type: store.TypeTime},
		{Name: "body", Type: store.TypeText},
		{Name: "doc", Type: store.TypeText},
		{Name: "done", Type: store.TypeBoolean},
		{Name: "id", Type: store.TypeBigint},
		{Name: "raw", Type: store.TypeBytes},
		{Name: "tenant_id", Type: store.TypeText},
	}}
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		if diff := cmp.Diff(want, catalogOf(t, env), cmpopts.IgnoreUnexported(store.Table{})); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			tables, err := store.Catalog(ctx, tx)
			for _, table := range tables {
				if strings.Contains(table.Name, "goose") || strings.HasPrefix(table.Name, "sqlite") || strings.HasPrefix(table.Name, "pg_") {
					t.Errorf("the catalog has %s", table.Name)
				}
			}
			version, versionErr := store.SchemaVersion(ctx, tx)
			if version < 20000101000000 {
				t.Errorf("schema version %d", version)
			}
			return errors.Join(err, versionErr)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestCatalog_refusesATenantsTransaction(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := store.Catalog(ctx, tx)
		return err
	})
	if err == nil {
		t.Error("a tenant's transaction read the catalog")
	}
}

func TestTable_keepsEveryTypeAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		table := catalogOf(t, env)
		err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(store.Unhurried(ctx, tx), table.Insert(ctx, tx, samples()))
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(samples(), dump(t, env, table)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestTable_takesManyRowsAndClears(t *testing.T) {
	t.Parallel()
	const many = 3001 // several statements, the last of them short
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		table := catalogOf(t, env)
		rows := make([][]any, many)
		for i := range rows {
			rows[i] = []any{nil, "b", "{}", false, int64(i), nil, "t-a"}
		}
		count := func(want int64) {
			t.Helper()
			err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := store.Unhurried(ctx, tx); err != nil {
					return err
				}
				n, err := table.Count(ctx, tx)
				if n != want {
					t.Errorf("%d rows, want %d", n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return table.Insert(ctx, tx, rows) }); err != nil {
			t.Fatal(err)
		}
		count(many)
		if got := dump(t, env, table); got[0][4] != int64(0) || got[many-1][4] != int64(many-1) {
			t.Errorf("not in the order of the key: %v … %v", got[0], got[many-1])
		}
		if err := env.DB.WritePlatform(env.Ctx, table.Clear); err != nil {
			t.Fatal(err)
		}
		count(0)
	})
}

func TestTable_refusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	table := catalogOf(t, env)
	good := func() []any { return []any{nil, "b", "{}", false, int64(1), nil, "t-a"} }
	for place, wrong := range map[int]any{0: "2026-11-21", 1: int64(3), 3: int64(1), 4: "4", 5: "bytes", 6: 1.5} {
		row := good()
		row[place] = wrong
		err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return table.Insert(ctx, tx, [][]any{row}) })
		if err == nil {
			t.Errorf("%v was taken for %s", wrong, table.Columns[place].Name)
		}
	}
	err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return table.Insert(ctx, tx, [][]any{good()[1:]}) })
	if err == nil {
		t.Error("a short row was taken")
	}
}

func TestTable_refusesToReadWhatIsNoText(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	table := catalogOf(t, env)
	for i, bad := range []string{"a\x00b", "\xff\xfe"} {
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return add(ctx, tx, int64(i), bad) })
		if err != nil {
			t.Fatal(err)
		}
	}
	err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		return table.Each(ctx, tx, func([]any) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "notes.body") {
		t.Errorf("error %v", err)
	}
}

func TestTable_stopsWhenTheReaderDoes(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, notes()...)
	table := catalogOf(t, env)
	if err := env.DB.WritePlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return table.Insert(ctx, tx, samples()) }); err != nil {
		t.Fatal(err)
	}
	enough, seen := errors.New("enough"), 0
	err := env.DB.ReadPlatform(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		return table.Each(ctx, tx, func([]any) error { seen++; return enough })
	})
	if !errors.Is(err, enough) || seen != 1 {
		t.Errorf("%d rows, error %v", seen, err)
	}
}
