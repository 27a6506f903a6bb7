package cql2_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the judge

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

// writer writes conditions at random that mean the same in CQL2 and in SQL.
type writer struct{ *rand.Rand }

func (w writer) one(of ...string) string { return of[w.IntN(len(of))] }

func (w writer) number(depth int) string {
	switch {
	case depth > 0 && w.IntN(3) == 0:
		return fmt.Sprintf("(%s %s %s)", w.number(depth-1), w.one("+", "-", "*"), w.number(depth-1))
	case w.IntN(2) == 0:
		return w.one("a", "b")
	default:
		return fmt.Sprintf("%d.0", w.IntN(5)-2)
	}
}

func (w writer) text() string { return w.one("s", "t", "'x'", "'xy'", "'å''s'", "''") }

func (w writer) condition(depth int) string {
	if depth > 0 && w.IntN(3) > 0 {
		switch w.IntN(4) {
		case 0:
			return "NOT " + w.condition(depth-1)
		case 1:
			return "(" + w.condition(depth-1) + ")"
		default: // without brackets: the order of the operators shows
			return w.condition(depth-1) + w.one(" AND ", " OR ") + w.condition(depth-1)
		}
	}
	not := w.one("", "", "NOT ")
	switch w.IntN(7) {
	case 0:
		return fmt.Sprintf("%s %s %s", w.number(2), w.one("=", "<>", "<", ">", "<=", ">="), w.number(2))
	case 1:
		return fmt.Sprintf("%s %s %s", w.text(), w.one("=", "<>", "<", ">"), w.text())
	case 2:
		return fmt.Sprintf("%s %sBETWEEN %s AND %s", w.number(1), not, w.number(1), w.number(1))
	case 3:
		return fmt.Sprintf("%s %sIN (%s, %s, %s)", w.number(1), not, w.number(1), w.number(1), w.number(1))
	case 4:
		return fmt.Sprintf("%s %sIN (%s, %s)", w.text(), not, w.text(), w.text())
	case 5:
		return fmt.Sprintf("%s %sLIKE %s", w.text(), not, w.one("'x%'", "'%y'", "'_'", "'%'", "'%''_'", "s"))
	default:
		return fmt.Sprintf("%s IS %sNULL", w.one("a", "b", "s", "t"), not)
	}
}

// rowsOfAll are features of every combination of a few values and none.
func rowsOfAll(t *testing.T, db *sql.DB) []feature {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), "create table f (id integer, a real, b real, s text, t text)"); err != nil {
		t.Fatal(err)
	}
	numbers, texts := []any{nil, -1.0, 0.0, 2.0}, []any{nil, "", "x", "xy", "å's"}
	var all []feature
	for _, a := range numbers {
		for _, b := range numbers {
			for _, s := range texts {
				for _, u := range texts {
					if _, err := db.ExecContext(t.Context(), "insert into f values (?, ?, ?, ?, ?)", len(all), a, b, s, u); err != nil {
						t.Fatal(err)
					}
					all = append(all, feature{"a": a, "b": b, "s": s, "t": u})
				}
			}
		}
	}
	return all
}

// SQLite's WHERE has the same three-valued logic and the same order of
// operators.
func TestMatches_agreesWithSQL(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	features := rowsOfAll(t, db)
	if _, err := db.ExecContext(t.Context(), "pragma case_sensitive_like = on"); err != nil {
		t.Fatal(err)
	}
	w := writer{geotest.Rand(60)}
	some := 0
	for range 600 {
		condition := w.condition(4)
		f, err := cql2.Parse(condition, cql2.Options{})
		if err != nil {
			t.Fatalf("%s: %v", condition, err)
		}
		var got []int
		for i, one := range features {
			if f.Matches(one) {
				got = append(got, i)
			}
		}
		want := ask(t, db, condition)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d match, SQL says %d", condition, len(got), len(want))
		}
		if len(got) > 0 && len(got) < len(features) {
			some++
		}
	}
	if some < 300 {
		t.Errorf("only %d conditions told features apart", some)
	}
}

func ask(t *testing.T, db *sql.DB, condition string) []int {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "select id from f where "+strings.ReplaceAll(condition, "\\", "")+" order by id")
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	defer rows.Close()
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}
