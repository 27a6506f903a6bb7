package forms

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// resolveRow is a row of the table that the browser's resolve.test.ts reads too.
type resolveRow struct {
	Name   string
	Fields []Field
	Data   map[string]any
	Facts  map[string]any
	Values map[string]any
	Hidden []string
}

// definition is a form of one page with the row's fields, completed by what a
// field must have.
func (r resolveRow) definition(t *testing.T) *Definition {
	t.Helper()
	d := Definition{Key: "row", Version: 1, Title: said("T"), Subject: SubjectSelf, Declaration: said("D")}
	for id, v := range r.Facts {
		kind := Text
		if _, ok := dateOf(v); ok {
			kind = Date
		}
		d.Facts = append(d.Facts, Fact{ID: id, Type: kind})
	}
	d.Pages = []Page{{ID: "page", Title: said("P"), Fields: completed(r.Fields)}}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// said is a text that is the same in every language a form is offered in.
func said(s string) i18n.Text { return i18n.Text{i18n.NB: s, i18n.NN: s, i18n.EN: s} }

func completed(fields []Field) []Field {
	for i := range fields {
		f := &fields[i]
		f.Label = said(f.ID)
		if f.choosing() {
			f.Choices = []Choice{{Value: "yes", Text: said("Yes")}, {Value: "no", Text: said("No")}}
		}
		if f.Type == Group {
			f.ItemTitle = said("Item")
			completed(f.Fields)
		}
	}
	return fields
}

func TestResolve_followsTheTableTheBrowserFollows(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/resolve.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []resolveRow
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) < 10 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			t.Parallel()
			got := row.definition(t).Resolve(Answers{Values: row.Data}, Env{Facts: row.Facts, Today: testToday})
			if diff := cmp.Diff(row.Values, got.Values); diff != "" {
				t.Error(diff)
			}
			hidden := slices.Sorted(maps.Keys(got.hidden))
			hidden = slices.DeleteFunc(hidden, func(name string) bool { return name[0] == '#' })
			if diff := cmp.Diff(append([]string{}, row.Hidden...), append([]string{}, hidden...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
