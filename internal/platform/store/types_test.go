package store_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestFold_table(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                            "",
		"  Kari   Nordmann ":          "kari nordmann",
		"ÆØÅ":                         "æøå",
		"ÁČĐŊŠŦŽ":                     "áčđŋšŧž",
		"Blåbær\tSyltetøy\n":          "blåbær syltetøy",
		"A\u00a0B":                    "a b",
		"MÜLLER-LÜDENSCHEIDT":         "müller-lüdenscheidt",
		"100 % \\_ fast":              "100 % \\_ fast",
		strings.Repeat(" ", 10) + "x": "x",
	} {
		if got := store.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
		if again := store.Fold(store.Fold(in)); again != want {
			t.Errorf("folding %q again gives %q", in, again)
		}
	}
}

func TestLike_findsTheTextAndNothingElse(t *testing.T) {
	t.Parallel()
	stored := []string{"blåbær", "100 %", "100 kr", "a_b", "axb", `c:\temp`, "øl og vin", "å", `%`, `_`}
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			for i, body := range stored {
				if err := add(ctx, tx, int64(i), body); err != nil {
					return err
				}
			}
			return nil
		})
		for _, term := range []string{"å", "blå", "100 %", "%", "_", "a_", `\`, `c:\t`, "øl", "og", "", "zzz", "vin"} {
			var begins, contains []string
			for _, body := range stored {
				if strings.HasPrefix(body, term) {
					begins = append(begins, body)
				}
				if strings.Contains(body, term) {
					contains = append(contains, body)
				}
			}
			expectLike(t, env, store.LikePrefix(term), begins)
			expectLike(t, env, store.LikeContains(term), contains)
		}
	})
}

func expectLike(t *testing.T, env storetest.Env, pattern string, want []string) {
	t.Helper()
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		got, err := store.All(ctx, tx, store.Value[string],
			`select body from notes where tenant_id = $1 and body like $2 escape '\' order by id limit 100`, tx.Tenant, pattern)
		if !slices.Equal(got, want) {
			t.Errorf("like %q: %q, want %q", pattern, got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTime_keepsMicrosecondsInUTC(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 7, 1, 12, 0, 0, 123456789, clock.Oslo())
	want := time.Date(2026, 7, 1, 10, 0, 0, 123456000, time.UTC)
	if got := store.At(at); got.Time != want {
		t.Errorf("At: %v", got)
	}
	if !store.At(time.Time{}).IsZero() {
		t.Error("no instant became one")
	}
	for _, in := range []any{at.Truncate(time.Microsecond), "2026-07-01T10:00:00.123456Z", []byte("2026-07-01T10:00:00.123456Z")} {
		var got store.Time
		if err := got.Scan(in); err != nil || got.Time != want {
			t.Errorf("scan of %T: %v, %v", in, got, err)
		}
	}
}

func TestTime_sortsAsText(t *testing.T) {
	t.Parallel()
	early, _ := store.At(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)).Value()
	late, _ := store.At(time.Date(2026, 11, 21, 9, 0, 0, 1000, time.UTC)).Value()
	if early.(string) >= late.(string) || len(early.(string)) != len(late.(string)) {
		t.Errorf("%v and %v", early, late)
	}
}

func TestScan_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, v := range []any{int64(1), 1.5, true, "yesterday", "2026-07-01", []byte("x"), "2026-07-01 10:00:00"} {
		if err := new(store.Time).Scan(v); err == nil {
			t.Errorf("time took %T %v", v, v)
		}
	}
	for _, v := range []any{int64(1), 1.5, true, time.Now()} {
		if err := new(store.JSON).Scan(v); err == nil {
			t.Errorf("document took %T %v", v, v)
		}
	}
}

func TestJSON_doesNotShareTheDriversBytes(t *testing.T) {
	t.Parallel()
	buffer := []byte(`{"a":1}`)
	var j store.JSON
	if err := j.Scan(buffer); err != nil {
		t.Fatal(err)
	}
	buffer[2] = 'x'
	if string(j) != `{"a":1}` {
		t.Errorf("got %s", j)
	}
	if err := j.Scan(nil); err != nil || j != nil {
		t.Errorf("NULL: %s, %v", j, err)
	}
}

func TestNull_isTheZeroTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		write(t, env.Ctx, env.DB, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `insert into notes (tenant_id, id, body, at) values ($1, 1, 'x', $2)`, tx.Tenant, store.Time{})
			return err
		})
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			got, err := store.One(ctx, tx, store.Value[store.Time], `select at from notes where tenant_id = $1 and at is null`, tx.Tenant)
			if diff := cmp.Diff(store.Time{}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestDialect_hasANameForLogs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		if name := env.DB.Dialect().String(); !strings.HasSuffix(t.Name(), "/"+name) || env.DB.Log() == nil {
			t.Errorf("%s calls itself %q", t.Name(), name)
		}
	})
}

func TestInList_hasFewLengths(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{1: 1, 2: 2, 3: 4, 5: 8, 500: 512, 512: 512, 513: 1024} {
		values := make([]string, n)
		for i := range values {
			values[i] = strconv.Itoa(i)
		}
		list, args := store.InList([]any{"tenant"}, values)
		if len(args) != want+1 || args[n] != values[n-1] || args[want] != values[n-1] || strings.Count(list, "$") != want {
			t.Errorf("%d values: %d arguments, %.30s", n, len(args), list)
		}
	}
	if list, _ := store.InList([]any{"t", "u"}, []string{"a", "b"}); list != "(cast($3 as text), cast($4 as text))" {
		t.Error(list)
	}
}

func TestRowsOf_areRowsInBothDatabases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, notes(), func(t *testing.T, env storetest.Env) {
		err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			type row struct {
				text  string
				whole int64
			}
			got, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.text, &r.whole} },
				`select value->>0, cast(value->>1 as bigint) from `+tx.RowsOf(2)+` where 'tenant_id' <> $1 order by 2 limit 10`,
				tx.Tenant, store.Rows([][]any{{"å \"", 2}, {"b", 1}}))
			if len(got) != 2 || got[0] != (row{"b", 1}) || got[1] != (row{"å \"", 2}) {
				t.Errorf("%+v", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
