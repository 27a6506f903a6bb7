package demo

import (
	"context"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/store"
)

// charted looks into the layers of the first town, as they are once it is set up.
func charted(t *testing.T, s *stage, look func(ctx context.Context, tx *store.Tx, l *land.Land) error) {
	t.Helper()
	town := Towns()[0]
	ctx, at, found := s.demo.tenantOf(t.Context(), town.Slug)
	if !found {
		t.Fatalf("%s is not there", town.Slug)
	}
	w := &worker{Services: s.services, demo: s.demo, town: town}
	err := s.services.DB.Read(w.bind(ctx, at), func(ctx context.Context, tx *store.Tx) error { return look(ctx, tx, s.demo.population.Lands[0]) })
	if err != nil {
		t.Error(err)
	}
}

// theLandIsCharted holds the map layers against the drawing.
func theLandIsCharted(t *testing.T, s *stage) {
	t.Helper()
	charted(t, s, func(ctx context.Context, tx *store.Tx, l *land.Land) error {
		list, err := s.services.Layers.LayersIn(ctx, tx)
		if err != nil {
			return err
		}
		count := map[string]int64{}
		for f := range l.Features() {
			count[f.Layer]++
		}
		for _, layer := range list {
			if layer.Count != count[layer.Name] || layer.EPSG != crs.UTM32 || layer.Generation != 1 || layer.Title["nb"] == "" || layer.Attribution == "" {
				t.Errorf("%s has %d of %d features in %d, generation %d, %v", layer.Name, layer.Count, count[layer.Name], layer.EPSG, layer.Generation, layer.Title)
			}
			delete(count, layer.Name)
		}
		if len(count) > 0 {
			t.Errorf("not on the map: %v", count)
		}
		return theHouseIsThere(ctx, t, tx, s, l)
	})
}

// theHouseIsThere finds the mother's house on her property.
func theHouseIsThere(ctx context.Context, t *testing.T, tx *store.Tx, s *stage, l *land.Land) error {
	t.Helper()
	mother, _ := s.demo.population.Player(0, Mother)
	i := slices.IndexFunc(l.Addresses, func(a land.Address) bool { return a.String() == mother.Address.Lines[0] })
	if i < 0 {
		t.Fatalf("the mother lives nowhere")
	}
	home := l.Properties[l.Addresses[i].Property]
	here, err := s.services.Layers.AtIn(ctx, tx, land.LayerProperties, l.Addresses[i].At, crs.System{})
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(here, func(f layers.Feature) bool { return f.Text("number") == home.Number() && f.ID == home.ID }) {
		t.Errorf("her address is not on property %s but on %v", home.Number(), here)
	}
	return nil
}
