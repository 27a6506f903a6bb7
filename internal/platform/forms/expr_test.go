package forms

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
)

var testToday = clock.NewDate(2026, time.November, 21)

type conditionRow struct {
	Name   string         `json:"name"`
	Expr   *Expr          `json:"expr"`
	Data   map[string]any `json:"data"`
	Facts  map[string]any `json:"facts"`
	Item   map[string]any `json:"item"`
	Expect any            `json:"expect"`
}

func conditionRows(t *testing.T) []conditionRow {
	t.Helper()
	text, err := os.ReadFile("testdata/conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []conditionRow
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestExpr_evaluatesAsTheTableSays(t *testing.T) {
	t.Parallel()
	rows := conditionRows(t)
	if len(rows) < 80 {
		t.Fatalf("the table has %d rows, which does not cover the operators", len(rows))
	}
	names := map[string]bool{}
	for _, row := range rows {
		if names[row.Name] {
			t.Errorf("two rows are called %q", row.Name)
		}
		names[row.Name] = true
		got := row.Expr.evalItem(row.Data, row.Item, Env{Facts: row.Facts, Today: testToday})
		if diff := cmp.Diff(row.Expect, got); diff != "" {
			t.Errorf("%s: %s\n%s", row.Name, row.Expr, diff)
		}
	}
}

func TestExpr_tableCoversEveryOperator(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, row := range conditionRows(t) {
		row.Expr.walk(1, func(e *Expr, _ int) bool { used[e.name] = true; return true })
	}
	const all = "eq ne lt lte gt gte and or not in empty count sum distinct if add sub mul div round " +
		"years_between months_between days_between today"
	for op := range strings.FieldsSeq(all) {
		if _, _, known := arityOf(op); !known || !used[op] {
			t.Errorf("no row uses %q, or it is unknown", op)
		}
	}
}

func TestExpr_stopsWhenALongGroupCostsTooMuch(t *testing.T) {
	t.Parallel()
	expr := mustExpr(t, `{"op":"sum","args":[{"field":"a"},{"op":"sum","args":[{"field":"a"},1]}]}`)
	few := map[string]any{"a": make([]any, 50)}
	if got := expr.Eval(few, Env{}); got != 2500.0 {
		t.Errorf("fifty by fifty = %v, want 2500", got)
	}
	many := map[string]any{"a": make([]any, 200)}
	if got := expr.Eval(many, Env{}); got != nil {
		t.Errorf("two hundred by two hundred = %v, want nothing", got)
	}
}

func TestExpr_keepsItsJSON(t *testing.T) {
	t.Parallel()
	const text = `{"op":"eq","args":[{"field":"a"},"<æ>"]}`
	expr := mustExpr(t, " "+strings.ReplaceAll(text, ",", " , "))
	out, err := expr.MarshalJSON()
	if err != nil || string(out) != text || expr.String() != text {
		t.Errorf("MarshalJSON = %s, %v; String = %s", out, err, expr)
	}
	var none *Expr
	if none.String() != "" || none.Eval(nil, Env{}) != nil || none.True(nil, Env{}) {
		t.Error("no expression has neither text nor value")
	}
}

func TestExpr_findsReferences(t *testing.T) {
	t.Parallel()
	expr := mustExpr(t, `{"op":"and","args":[{"field":"a"},{"op":"not","args":[{"field":"b"}]},{"field":"a"},{"item":"c"},{"fact":"d"}]}`)
	if diff := cmp.Diff([]string{"a", "b"}, expr.refs(kindField)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c"}, expr.refs(kindItem)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"d"}, expr.refs(kindFact)); diff != "" {
		t.Error(diff)
	}
}

func mustExpr(t *testing.T, text string) *Expr {
	t.Helper()
	var e Expr
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	return &e
}
