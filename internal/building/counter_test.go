package building_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
)

// What is drawn at the counter is the applicant's: the pipes, which the case worker sees on
// the map, are not in it.
func TestSite_atTheCounterDrawsNoPipes(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			planner := h.As(0, demo.Planner)
			draft, err := h.App.Applications.StartAtCounter(planner, applications.AtCounter{
				Form: building.FormKey, Applicant: identity.From(h.As(0, demo.Mother)).PersonID,
			})
			if err != nil {
				t.Fatal(err)
			}
			request, err := h.App.Building.Suggest(planner, home(t, h))
			if err != nil {
				t.Fatal(err)
			}
			if wrong, err := h.App.Building.Fill(planner, draft.ID, request); err != nil || len(wrong) > 0 {
				t.Fatalf("%v: %v", wrong, err)
			}
			v := h.Visitor("torgoy").As(demo.Planner)
			page := v.Get("/drafts/" + draft.ID + "/site").Must(200).Has("Dette fant vi")
			if body := string(page.Body); strings.Contains(body, "drawn-pipe") || !strings.Contains(body, "drawn-proposed") {
				t.Error("the drawing has pipes, or no building")
			}
			if strings.Contains(string(page.Body), "/my/notices/new") {
				t.Error("the case worker is to notify the neighbours")
			}
			// In a case, the case worker sees them under the drawing.
			s := apptest.Receive(h, 0, demo.Mother, building.FormKey, opened(t, h, draft.ID), apptest.Garage())
			if !strings.Contains(string(v.Get("/work/cases/"+s.ID+"/site").Must(200).Body), "drawn-pipe") {
				t.Error("the case worker sees no pipes")
			}
		})
	}
}

// opened are the facts of a draft at the counter.
func opened(t *testing.T, h *apptest.Harness, draft string) map[string]any {
	t.Helper()
	o, err := h.App.Applications.Open(h.As(0, demo.Planner), draft)
	if err != nil {
		t.Fatal(err)
	}
	return o.Draft.Facts
}
