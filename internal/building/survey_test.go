package building_test

import (
	"context"
	"io"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// drawings is a source of what is at hand.
type drawings []layers.Incoming

// Next implements layers.Source.
func (d *drawings) Next() (layers.Incoming, error) {
	if len(*d) == 0 {
		return layers.Incoming{}, io.EOF
	}
	next := (*d)[0]
	*d = (*d)[1:]
	return next, nil
}

// draw brings one thing of a plan into a layer, beside what is there.
func draw(t *testing.T, h *apptest.Harness, layer, part string, g orb.Geometry, properties map[string]any) {
	t.Helper()
	source := drawings{{EPSG: crs.UTM32, Feature: layers.Feature{ID: "drawn", Geometry: g, Properties: properties}}}
	l, known := layers.Standard(h.App.Bundle, layer)
	if !known {
		l = layers.Layer{Name: layer, Public: true, EPSG: crs.UTM32, MaxZoom: 18}
	}
	_, err := h.App.Layers.Import(identity.AsSystem(h.In("torgoy"), "test"), layers.Import{Layers: []layers.Target{{Layer: l}}, Source: &source, Part: part, Anywhere: true})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSite_heedsWhatPlansDrawAndWhatNobodyKnows draws building lines and a plan of which
// the map does not tell whether it goes over a garage that needed no application.
func TestSite_heedsWhatPlansDrawAndWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := apptest.Start(t, apptest.Options{Map: true, Postgres: postgres})
			f := &flow{t: t, h: h, v: h.Visitor("torgoy").As(demo.Mother), ref: home(t, h)}
			f.begin()
			f.site(apptest.Set().Press("do=draw")).Must(200).Has("Du trenger ikke å søke")
			garage, err := h.App.Building.Suggest(h.As(0, demo.Mother), f.ref)
			if err != nil {
				t.Fatal(err)
			}
			middle := orb.Point{garage.East, garage.North}
			across := orb.LineString{{middle[0] - 30, middle[1] - 1}, {middle[0] + 30, middle[1] + 1}}
			plan := planUnder(t, h, f)
			draw(t, h, layers.PlanLines, "other", across, map[string]any{"plan": "another", "code": "1211"})
			draw(t, h, layers.PlanLines, "heights", across, map[string]any{"plan": plan, "code": "1222"})
			draw(t, h, layers.PlanLines, "proposed", across, map[string]any{"plan": plan, "code": "1211", "proposal": true})
			f.site(apptest.Set().Press("do=draw")).Must(200).Has("Du trenger ikke å søke")
			draw(t, h, layers.PlanLines, "own", across, map[string]any{"plan": plan, "code": "1211"})
			f.site(apptest.Set().Press("do=draw")).Must(200).Has("på tvers av byggegrensen", "trengs dispensasjon", "Du må søke")
			draw(t, h, layers.PlanLines, "own", orb.LineString{{middle[0] - 300, middle[1]}, {middle[0] - 290, middle[1]}}, map[string]any{"plan": plan, "code": "1211"})
			f.site(apptest.Set().Press("do=draw")).Must(200).Has("Du trenger ikke å søke")
			wide := orb.MultiPolygon{{{{middle[0] - 90, middle[1] - 90}, {middle[0] + 90, middle[1] - 90}, {middle[0] + 90, middle[1] + 90}, {middle[0] - 90, middle[1] + 90}, {middle[0] - 90, middle[1] - 90}}}}
			draw(t, h, "plan_zones", "later", wide, map[string]any{"plan": "2026099", "purpose": "2011", "purpose_nb": "Vei", "status": "6", "master": false})
			f.site(apptest.Set().Press("do=draw")).Must(200).Has("kartet forteller ikke om den gjelder", "Kartet forteller ikke om planen her gjelder", "Tolv uker")
		})
	}
}

// planUnder is the number of the plan that goes on the flow's property.
func planUnder(t *testing.T, h *apptest.Harness, f *flow) (number string) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		p, err := h.App.Property.ByRef(ctx, tx, f.ref)
		if err != nil {
			return err
		}
		facts, err := h.App.Property.FactsOf(ctx, tx, p)
		number = facts.Zones[0].Plan
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}
