package apptest_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// publishWithout publishes the municipality's own version of the form, without a
// question that people have answered.
func publishWithout(t *testing.T, h *apptest.Harness, question string) {
	t.Helper()
	text, err := os.ReadFile("../kindergarten/forms/" + form + ".json")
	must(t, err)
	var raw map[string]any
	must(t, json.Unmarshal(text, &raw))
	raw["version"] = raw["version"].(float64) + 1
	gone := 0
	for _, p := range raw["pages"].([]any) {
		page, kept := p.(map[string]any), []any{}
		for _, f := range page["fields"].([]any) {
			if f.(map[string]any)["id"] != question {
				kept = append(kept, f)
			} else {
				gone++
			}
		}
		page["fields"] = kept
	}
	if gone != 1 {
		t.Fatalf("%d questions %s", gone, question)
	}
	text, err = json.Marshal(raw)
	must(t, err)
	d, err := forms.Parse(text)
	must(t, err)
	_, err = h.App.PublishForm(h.As(0, demo.Administrator), d)
	if err == nil {
		t.Fatal("published although answers are lost")
	}
	_, err = h.App.PublishForm(h.As(0, demo.Administrator), d, question)
	must(t, err)
}

func TestNewer_theWriterSeesWhatIsLostAndDecides(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true}, func(t *testing.T, h *apptest.Harness) {
		mother := h.Visitor("torgoy").As(demo.Mother)
		f := begin(t, h, mother, i18n.NB, 0)
		f.family()
		// While the draft stands on the live version there is nothing to move to.
		if p := mother.Get(f.base + "/newer").Must(http.StatusOK); !strings.HasPrefix(p.Path(), f.base+"/pages/") {
			t.Errorf("there is a newer version: %s", p)
		}
		publishWithout(t, h, "email")

		// The draft stays as it was begun, and says that there is a newer version.
		page := mother.Get(f.base + "/pages/family").Must(http.StatusOK)
		if page.Value("email") != "forelder@example.no" || page.Link("/newer") != f.base+"/newer" {
			t.Errorf("e-mail %q, link %q", page.Value("email"), page.Link("/newer"))
		}
		newer := sound(t, mother.Get(f.base+"/newer").Must(http.StatusOK), i18n.NB)
		newer.Has("E-post")
		for name, v := range map[string]*apptest.Visitor{
			"the other guardian": h.Visitor("torgoy").As(demo.CoParent), "a case worker": h.Visitor("torgoy").As(demo.CaseWorker),
			"another municipality": h.Visitor("fjordbygda").As(demo.Mother),
		} {
			if p := v.Get(f.base + "/newer"); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
				t.Errorf("%s reads it: %s", name, p)
			}
			if p := v.Send(http.MethodPost, f.base+"/newer", nil, nil); p.Status != http.StatusNotFound && p.Status != http.StatusForbidden {
				t.Errorf("%s moves it: %s", name, p)
			}
		}

		moved := sound(t, mother.Submit(newer, f.base+"/newer", apptest.Fill{}).Must(http.StatusOK), i18n.NB)
		moved.Has(f.words("applications.flash.moved"))
		page = mother.Get(f.base + "/pages/family").Must(http.StatusOK)
		if page.Value("phone") == "" || strings.Contains(page.Main(), `name="email"`) {
			t.Errorf("after the move: phone %q", page.Value("phone"))
		}
		// Pressed twice, from another tab: it stands where it stands.
		if p := mother.Submit(newer, f.base+"/newer", apptest.Fill{}); p.Status != http.StatusOK {
			t.Errorf("pressed twice: %s", p)
		}
		if p := mother.Get(f.base + "/newer").Must(http.StatusOK); !strings.HasPrefix(p.Path(), f.base+"/pages/") {
			t.Errorf("there is still a newer version: %s", p)
		}
		// And it can be sent.
		f.page = mother.Get(f.base + "/pages/family").Must(http.StatusOK)
		f.next(apptest.Set("lives_with", "both", "phone", "90 00 00 01", "other_guardian_informed", "yes"))
		f.wishes()
		f.at("siblings")
	})
}
