package apptest_test

import (
	"context"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/neighbours"
)

// TestDemo_showsTheMapAtWork looks at the building cases as the case worker does: some
// began on the map and show what it says, and neighbours have been told of a garage, of
// whom one has remarks. Their deadline still runs.
func TestDemo_showsTheMapAtWork(t *testing.T) {
	t.Parallel()
	onBoth(t, apptest.Options{Map: true, History: true}, func(t *testing.T, h *apptest.Harness) {
		for town := range demo.Towns() {
			ctx := h.As(town, demo.Planner)
			if placed := placedCases(ctx, t, h); placed != 2 {
				t.Errorf("%d cases of town %d are on the map", placed, town)
			}
			list, err := h.App.Neighbours.List(ctx, neighbours.Filter{})
			if err != nil || len(list) != 1 {
				t.Fatalf("%d notices in town %d, %v", len(list), town, err)
			}
			v, err := h.App.Neighbours.View(ctx, list[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			answers := map[neighbours.Answer]int{}
			for _, l := range v.Lines {
				answers[l.Answer]++
			}
			if v.Notice.State != neighbours.Sent || len(v.Documents) == 0 || answers[neighbours.NoRemarks] != 1 || answers[neighbours.Remarks] != 1 {
				t.Errorf("town %d: %s, %d drawings, answers %v", town, v.Notice.State, len(v.Documents), answers)
			}
		}
	})
}

// placedCases counts the building cases that show what the map says, and holds that none
// of them is wrong.
func placedCases(ctx context.Context, t *testing.T, h *apptest.Harness) (placed int) {
	t.Helper()
	list, err := h.App.Cases.List(ctx, cases.Filter{Kind: building.Name})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Cases {
		r, err := h.App.Building.Review(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if r.Site.Property == "" {
			continue // it was typed
		}
		placed++
		if r.Gone || len(r.Now.Footprint) == 0 || len(r.Now.Result.Answers) == 0 {
			t.Errorf("%s: gone %v, %+v", c.Label(), r.Gone, r.Now.Result)
		}
	}
	return placed
}
