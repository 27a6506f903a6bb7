package applications

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func described(t *testing.T, lang i18n.Lang) formInfo {
	t.Helper()
	text, err := os.ReadFile("../kindergarten/forms/kindergarten-place.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := forms.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return describe(d, forms.Env{Lang: lang, Lists: forms.Lists{"kindergartens": {{Value: "k1", Text: i18n.Same("Bjørkelia")}}}})
}

func fieldOf(t *testing.T, info formInfo, id string) formFieldInfo {
	t.Helper()
	for _, page := range info.Pages {
		for _, f := range page.Fields {
			if f.ID == id {
				return f
			}
		}
	}
	t.Fatalf("no field %s", id)
	return formFieldInfo{}
}

func TestDescribe_tellsWhatAnotherSystemMustKnow(t *testing.T) {
	t.Parallel()
	info := described(t, i18n.NN)
	if info.Key != "kindergarten-place" || info.Version != 2 || info.Subject != "child" || len(info.Digest) != 64 {
		t.Errorf("%+v", info)
	}
	if start := fieldOf(t, info, "start_date"); start.Type != "date" || !start.Required || start.When != nil {
		t.Errorf("start date: %+v", start)
	}
	if wishes := fieldOf(t, info, "kindergartens"); len(wishes.Choices) != 1 || wishes.Choices[0] != (formChoiceInfo{"k1", "Bjørkelia"}) {
		t.Errorf("a list that the municipality brings: %+v", wishes.Choices)
	}
	if age := fieldOf(t, info, "start_age"); !age.Calculated {
		t.Errorf("a calculated field: %+v", age)
	}
	if siblings := fieldOf(t, info, "siblings"); len(siblings.Fields) < 2 || len(siblings.Fields[1].Choices) != 1 {
		t.Errorf("a group: %+v", siblings)
	}
	for _, page := range info.Pages {
		for _, f := range page.Fields {
			if f.Type == string(forms.Info) || f.Label == "" {
				t.Errorf("%s is %+v", f.ID, f)
			}
		}
	}
}

func TestDescribe_givesConditionsAsTheirTree(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(fieldOf(t, described(t, i18n.EN), "lives_with_who").When)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"op":"eq","args":[{"field":"lives_with"},"someone_else"]}`; !sameJSON(t, string(text), want) {
		t.Errorf("got %s", text)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	first, errX := json.Marshal(x)
	second, errY := json.Marshal(y)
	return errX == nil && errY == nil && string(first) == string(second)
}

func TestDescribe_speaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, lang := range i18n.Offered() {
		seen[described(t, lang).Pages[1].Title] = true
	}
	if len(seen) < 2 {
		t.Errorf("titles %v", seen)
	}
}
