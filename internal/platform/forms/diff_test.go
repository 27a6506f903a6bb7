package forms

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func whats(changes []Change) []string {
	out := make([]string, 0, len(changes))
	for _, c := range changes {
		out = append(out, strings.TrimSpace(c.What+" "+c.ID))
	}
	slices.Sort(out)
	return out
}

func TestDiff_findsEachChange(t *testing.T) {
	t.Parallel()
	field := func(form map[string]any) map[string]any { return fieldIn(form, 0, 0) }
	id := smallForm(t).Pages[0].Fields[0].ID
	page := smallForm(t).Pages[0].ID
	for name, test := range map[string]struct {
		change func(form map[string]any)
		want   []string
	}{
		"nothing":     {func(map[string]any) {}, []string{}},
		"title":       {func(form map[string]any) { form["title"] = text3("X") }, []string{"title"}},
		"declaration": {func(form map[string]any) { form["declaration"] = text3("X") }, []string{"declaration"}},
		"label":       {func(form map[string]any) { field(form)["label"] = text3("X") }, []string{"label " + id}},
		"help":        {func(form map[string]any) { field(form)["help"] = text3("X") }, []string{"help " + id}},
		"one language": {func(form map[string]any) {
			label := field(form)["label"].(map[string]any)
			label["en"] = label["en"].(string) + "!"
		}, []string{"label " + id}},
		"page name": {func(form map[string]any) { pageIn(form, 0)["title"] = text3("X") }, []string{"label " + page}},
		"new field": {func(form map[string]any) {
			pageIn(form, 0)["fields"] = append(pageIn(form, 0)["fields"].([]any), innerField("extra", "text"))
		}, []string{"field_added extra"}},
		"new group": {func(form map[string]any) { addGroup(form, innerField("a", "text")) }, []string{"field_added group"}},
		"cosign":    {func(form map[string]any) { cosigned(nil)(form) }, []string{"cosign"}},
		"condition": {func(form map[string]any) { field(form)["when"] = true }, []string{"when " + id}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, whats(Diff(smallForm(t), next(t, test.change)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDiff_ofEveryTypeSpeaksEveryLanguage(t *testing.T) {
	t.Parallel()
	changes := Diff(everyType(t), gone(t))
	got := slices.Compact(whats(changes))
	if diff := cmp.Diff([]string{"choice_removed one", "field_added people.job2", "field_removed people.job", "field_removed story"}, got); diff != "" {
		t.Error(diff)
	}
	for _, lang := range i18n.Offered() {
		for _, c := range changes {
			if said := c.Words(words(t, lang)); said == "" || strings.Contains(said, "forms.change") {
				t.Errorf("%s: %+v is said as %q", lang, c, said)
			}
		}
	}
	if changes := Diff(nil, everyType(t)); len(changes) != 1 || changes[0].What != "new" {
		t.Errorf("a new form: %v", whats(changes))
	}
	back := whats(Diff(gone(t), everyType(t)))
	if !slices.Contains(back, "field_added story") || !slices.Contains(back, "choice_added one") {
		t.Errorf("the other way: %v", back)
	}
}

// Every kind of change that the code names has its words.
func TestChange_hasWordsForEveryKind(t *testing.T) {
	t.Parallel()
	for _, what := range []string{
		"new", "title", "intro", "declaration", "subject", "facts", "cosign", "page_added", "page_removed", "field_added", "field_removed", "moved",
		"type", "label", "help", "text", "required", "optional", "required_when", "when", "calc", "source", "limits", "choice", "choice_added",
		"choice_removed", "check_added", "check_removed", "check",
	} {
		for _, lang := range i18n.Offered() {
			if said := (Change{What: what, ID: "x"}).Words(words(t, lang)); strings.HasPrefix(said, "forms.") {
				t.Errorf("%s: no words for %q", lang, what)
			}
		}
	}
}
