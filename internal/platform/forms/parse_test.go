package forms

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/clock"
)

// changed parses the small form after a change to its JSON.
func changed(t *testing.T, change func(form map[string]any)) error {
	t.Helper()
	text, err := os.ReadFile("testdata/small-form.json")
	if err != nil {
		t.Fatal(err)
	}
	var form map[string]any
	if err := json.Unmarshal(text, &form); err != nil {
		t.Fatal(err)
	}
	change(form)
	if text, err = json.Marshal(form); err != nil {
		t.Fatal(err)
	}
	_, err = Parse(text)
	return err
}

func pageIn(form map[string]any, page int) map[string]any {
	return form["pages"].([]any)[page].(map[string]any)
}

func fieldIn(form map[string]any, page, field int) map[string]any {
	return pageIn(form, page)["fields"].([]any)[field].(map[string]any)
}

func text3(s string) map[string]any { return map[string]any{"nb": s, "nn": s, "en": s} }

func op(name string, args ...any) map[string]any { return map[string]any{"op": name, "args": args} }

func ref(id string) map[string]any { return map[string]any{"field": id} }

// refusal is a change to the small form and what Parse says of it.
type refusal struct {
	name   string
	change func(form map[string]any)
	want   string
}

func refuses(t *testing.T, tests []refusal) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := changed(t, test.change)
			problem, ok := errors.AsType[*DefinitionError](err)
			if !ok {
				t.Fatalf("error %v, want a *DefinitionError", err)
			}
			if !strings.Contains(problem.Error(), test.want) || problem.Key == "" && test.name != "key" {
				t.Errorf("problems %q, want one with %q", problem.Problems, test.want)
			}
		})
	}
}

func innerField(id, kind string) map[string]any {
	return map[string]any{"id": id, "type": kind, "label": text3(id)}
}

// addGroup adds a group with the fields to the first page.
func addGroup(form map[string]any, fields ...any) {
	group := map[string]any{"id": "group", "type": "group", "label": text3("G"), "item_title": text3("I"), "fields": fields}
	pageIn(form, 0)["fields"] = append(pageIn(form, 0)["fields"].([]any), group)
}

func TestParse_refusesIncompleteForms(t *testing.T) {
	t.Parallel()
	refuses(t, []refusal{
		{"key", func(f map[string]any) { f["key"] = "Æ" }, `form: key "Æ" is not written a-z, 0-9 and -`},
		{"version", func(f map[string]any) { f["version"] = 0 }, "form: version 0, must be 1 or more"},
		{"subject", func(f map[string]any) { f["subject"] = "dog" }, `form: subject "dog" is neither self nor child`},
		{"minutes", func(f map[string]any) { f["minutes"] = 1000 }, "form: minutes 1000"},
		{"no pages", func(f map[string]any) { f["pages"] = []any{} }, "form: 0 pages, must be 1 to 30"},
		{"empty page", func(f map[string]any) { pageIn(f, 1)["fields"] = []any{} }, "page second: no fields"},
		{"page twice", func(f map[string]any) { pageIn(f, 1)["id"] = "first" }, "page first: duplicate id"},
		{"page id", func(f map[string]any) { pageIn(f, 1)["id"] = "a b" }, "page a b: bad id"},
		{"field twice", func(f map[string]any) { fieldIn(f, 0, 1)["id"] = "pet" }, "field pet: duplicate id"},
		{"field id", func(f map[string]any) { fieldIn(f, 0, 1)["id"] = "a[0]" }, `page first: field id "a[0]" is not written a-z, 0-9 and _`},
		{"type", func(f map[string]any) { fieldIn(f, 0, 1)["type"] = "colour" }, `page first, field kind: unknown type "colour"`},
		{"text missing", func(f map[string]any) { delete(f["title"].(map[string]any), "nn") }, "form, title: text missing in nn"},
		{"label missing", func(f map[string]any) { delete(fieldIn(f, 0, 1), "label") }, "page first, field kind, label: text missing in nb"},
		{"half a help", func(f map[string]any) { fieldIn(f, 0, 1)["help"] = map[string]any{"nb": "Hei"} }, "page first, field kind, help: text missing in en"},
		{"language", func(f map[string]any) { f["title"].(map[string]any)["da"] = "x" }, `form, title: unknown language "da"`},
		{"declaration", func(f map[string]any) { delete(f, "declaration") }, "form, declaration: text missing in nb"},
		{"fact twice", func(f map[string]any) {
			fact := map[string]any{"id": "born", "type": "date"}
			f["facts"] = []any{fact, fact}
		}, "fact born: duplicate id"},
		{"fact type", func(f map[string]any) { f["facts"] = []any{map[string]any{"id": "born", "type": "group"}} }, `fact born: unknown type "group"`},
	})
}

func TestParse_refusesLimitsThatDoNotFit(t *testing.T) {
	t.Parallel()
	refuses(t, []refusal{
		{"choices of a text", func(f map[string]any) { fieldIn(f, 0, 1)["source"] = "places" }, "a text has no choices"},
		{"no choices", func(f map[string]any) { delete(fieldIn(f, 0, 0), "choices") }, "needs either choices or a source"},
		{"choices and source", func(f map[string]any) { fieldIn(f, 0, 0)["source"] = "places" }, "needs either choices or a source"},
		{"choice twice", func(f map[string]any) {
			choices := fieldIn(f, 0, 0)["choices"].([]any)
			fieldIn(f, 0, 0)["choices"] = append(choices, choices[0])
		}, "duplicate choice yes"},
		{"choice value", func(f map[string]any) {
			fieldIn(f, 0, 0)["choices"] = []any{map[string]any{"value": "a b", "text": text3("x")}}
		}, `choice value "a b"`},
		{"min of a text", func(f map[string]any) { fieldIn(f, 0, 1)["min"] = 3 }, "a text has neither min nor max"},
		{"min above max", func(f map[string]any) { fieldIn(f, 1, 0)["min"] = 4 }, "min is above max"},
		{"half a wish", func(f map[string]any) { fieldIn(f, 1, 0)["max"] = 2.5 }, "min and max must be whole numbers up to 50"},
		{"too many wishes", func(f map[string]any) { fieldIn(f, 1, 0)["max"] = 500 }, "min and max must be whole numbers up to 50"},
		{"length of a radio", func(f map[string]any) { fieldIn(f, 0, 0)["max_length"] = 3 }, "a radio has no length"},
		{"lengths crossed", func(f map[string]any) { fieldIn(f, 0, 1)["min_length"] = 300 }, "min_length is above max_length"},
		{"pattern", func(f map[string]any) {
			fieldIn(f, 0, 1)["pattern"], fieldIn(f, 0, 1)["pattern_message"] = "(", text3("x")
		}, "pattern cannot be read"},
		{"pattern without message", func(f map[string]any) { fieldIn(f, 0, 1)["pattern"] = "a" }, "pattern_message: text missing in nb"},
		{"from of a text", func(f map[string]any) { fieldIn(f, 0, 1)["from"] = "today" }, "only a date has from and to"},
		{"from", func(f map[string]any) {
			fieldIn(f, 0, 1)["type"], fieldIn(f, 0, 1)["from"] = "date", "tomorrow"
		}, `"tomorrow" is neither a date nor today with an offset`},
	})
}

func TestParse_refusesGroupsThatCannotWork(t *testing.T) {
	t.Parallel()
	refuses(t, []refusal{
		{"group in group", func(f map[string]any) {
			addGroup(f, map[string]any{"id": "g", "type": "group", "label": text3("G"), "item_title": text3("I"), "fields": []any{innerField("a", "text")}})
		}, "a group in a group"},
		{"file in group", func(f map[string]any) {
			addGroup(f, innerField("a", "file"))
		}, "page first, field group.a: files cannot be asked for in a group"},
		{"twice in group", func(f map[string]any) {
			addGroup(f, innerField("a", "text"), innerField("a", "text"))
		}, "page first, field group: duplicate id a"},
		{"empty group", func(f map[string]any) {
			addGroup(f)
		}, "a group without fields"},
		{"fields outside a group", func(f map[string]any) { fieldIn(f, 0, 1)["fields"] = []any{innerField("a", "text")} }, "only a group has fields"},
	})
}

func TestParse_refusesExpressionsThatCannotWork(t *testing.T) {
	t.Parallel()
	deep := any(ref("pet"))
	for range MaxExprDepth {
		deep = op("not", deep)
	}
	wide := make([]any, MaxExprNodes)
	refuses(t, []refusal{
		{"unknown field", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = ref("nobody") }, `page first, field kind, when: refers to unknown field "nobody"`},
		{"unknown fact", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = map[string]any{"fact": "age"} }, `refers to unknown fact "age"`},
		{"item outside", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = map[string]any{"item": "age"} }, `refers to "age", which is no field of the group at hand`},
		{"unknown operator", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = op("xor", true) }, `page first, field kind, when: unknown operator "xor"`},
		{"arguments", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = op("eq", true) }, `"eq" with 1 arguments`},
		{"no node", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = map[string]any{"x": 1} }, "neither a literal, a reference nor an operator"},
		{"too deep", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = deep }, "expression larger than 256 nodes or deeper than 16"},
		{"too wide", func(f map[string]any) { fieldIn(f, 0, 1)["when"] = op("and", wide...) }, "expression larger than 256 nodes or deeper than 16"},
		{"circle", func(f map[string]any) { fieldIn(f, 0, 0)["when"] = ref("kind") }, "form: fields depend on each other in a circle: pet → kind → pet"},
		{"page looks at itself", func(f map[string]any) { pageIn(f, 1)["when"] = op("empty", ref("wishes")) }, "circle: wishes → wishes"},
		{"calculated from itself", func(f map[string]any) {
			sum := innerField("sum", "number")
			sum["calc"] = op("add", ref("sum"), 1)
			pageIn(f, 1)["fields"] = append(pageIn(f, 1)["fields"].([]any), sum)
		}, "circle: sum → sum"},
		{"circle in a group", func(f map[string]any) {
			a, b := innerField("a", "text"), innerField("b", "text")
			a["when"], b["when"] = op("empty", map[string]any{"item": "b"}), op("empty", map[string]any{"item": "a"})
			addGroup(f, a, b)
		}, "group group: fields depend on each other in a circle: a → b → a"},
		{"required and calculated", func(f map[string]any) { fieldIn(f, 0, 1)["calc"] = "x" }, "what is calculated cannot be required"},
		{"calculated choice", func(f map[string]any) { fieldIn(f, 0, 0)["calc"] = "x" }, "a radio cannot be calculated"},
		{"check at unknown field", func(f map[string]any) {
			f["checks"].([]any)[0].(map[string]any)["field"] = "nobody"
		}, `check one_place: stands at unknown field "nobody"`},
		{"check without condition", func(f map[string]any) { delete(f["checks"].([]any)[0].(map[string]any), "when") }, "check one_place: no condition"},
	})
}

func TestParse_refusesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "[]", "{", `{"key":"a"} x`, `{"unknown":1}`, `{"key":1}`,
		`{"key":"` + strings.Repeat("a", maxDefinition) + `"}`,
	} {
		if d, err := Parse([]byte(text)); err == nil || d != nil {
			t.Errorf("%.30q was read", text)
		}
	}
}

func TestParse_sameFormSameDigest(t *testing.T) {
	t.Parallel()
	if err := changed(t, func(map[string]any) {}); err != nil {
		t.Fatal(err) // the keys are in another order than in the file
	}
	a, err := canonical([]byte(`{"b": [1.50, "<æ>"], "a": null}`))
	if err != nil || string(a) != `{"a":null,"b":[1.50,"<æ>"]}` {
		t.Errorf("canonical %s, %v", a, err)
	}
}

func TestDayLimit_computesFromToday(t *testing.T) {
	t.Parallel()
	today := clock.NewDate(2026, time.January, 31)
	tests := map[string]string{
		"2026-08-01": "2026-08-01", "today": "2026-01-31", "today+30d": "2026-03-02", "today-1d": "2026-01-30",
		"today+1m": "2026-02-28", "today-2m": "2025-11-30", "today+13m": "2027-02-28", "today+2y": "2028-01-31",
		"today-18y": "2008-01-31",
	}
	for limit, want := range tests {
		if got, ok := dayLimit(limit, today); !ok || got.String() != want {
			t.Errorf("%s = %s, want %s", limit, got, want)
		}
	}
	for _, limit := range []string{"", "today+", "today+1w", "today 1d", "2026-02-30", "today+99999d"} {
		if got, ok := dayLimit(limit, today); ok {
			t.Errorf("%q = %s", limit, got)
		}
	}
}
