package building_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/applications"
	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/forms"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// What the map tells of works that are applied for at the counter follows them to the case,
// as it is when they are sent: else three weeks could run against what the map found.
func TestSend_atTheCounterKeepsWhatTheMapFound(t *testing.T) {
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
			f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Planner), ref: home(t, h), base: "/drafts/" + draft.ID}
			// Higher than the plan allows: the map says twelve weeks, whatever is answered.
			f.site(apptest.Set("kind", "garage", "cornice", "14", "ridge", "16").Press("do=save")).Must(200)
			plan := f.v.Get(f.base + "/site.pdf").Must(200).Body
			summary := f.fill(plan)
			stale(t, h, draft.ID)

			sent := f.v.Submit(summary, f.base+"/submit", apptest.Set("declaration", "true")).Must(200)
			caseID := strings.TrimPrefix(sent.Path(), "/work/cases/")
			v := h.Visitor("torgoy").As(demo.Planner)
			v.Get("/work/cases/"+caseID).Must(200).Has("Kontroll mot kartet", "Tolv uker")
			facts, values, site := sentOf(t, h, caseID)
			if facts["site_weeks"] != 12.0 || facts["site_plot"] == 1.0 || facts["site_plot"] == nil || values["map_weeks"] != 12.0 || building.Simple(values) {
				t.Errorf("facts %v, map_weeks %v", facts, values["map_weeks"])
			}
			if site.Property != f.ref.String() || site.Result.Class.Weeks != 12 {
				t.Errorf("%s, %+v", site.Property, site.Result.Class)
			}
		})
	}
}

// stale makes what the map told of a draft something that it no longer tells.
func stale(t *testing.T, h *apptest.Harness, draft string) {
	t.Helper()
	err := h.App.DB.Write(h.As(0, demo.Planner), func(ctx context.Context, tx *store.Tx) error {
		_, err := h.App.Forms.Fill(ctx, tx, draft, forms.Filling{Facts: map[string]any{"site_weeks": 3.0, "site_plot": 1.0}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sentOf reads what was sent in a case, and what was kept of the map.
func sentOf(t *testing.T, h *apptest.Harness, caseID string) (facts, values map[string]any, site building.Site) {
	t.Helper()
	err := h.App.DB.Read(h.As(0, demo.Planner), func(ctx context.Context, tx *store.Tx) error {
		c, err := h.App.Cases.CaseIn(ctx, tx, caseID)
		if err != nil {
			return err
		}
		sent, err := h.App.Forms.Submission(ctx, tx, c.Submission)
		if err != nil {
			return err
		}
		facts, values = sent.Facts, sent.Values
		site, _, err = h.App.Building.SiteIn(ctx, tx, caseID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return facts, values, site
}
