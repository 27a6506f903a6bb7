package apptest_test

import (
	"context"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// plotted is where the mother lives, on the map.
type plotted struct {
	ref, plan string // as they stand in addresses
	place     string // the page of the place
}

func plottedOf(t *testing.T, h *apptest.Harness) (p plotted) {
	t.Helper()
	ctx := h.As(torgoy, demo.Mother)
	mother, err := h.App.Identity.Person(ctx, identity.From(ctx).PersonID)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := mother.VisibleAddress(identity.From(ctx))
	err = h.App.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		hits, err := h.App.Property.Search(ctx, tx, at.Lines[0]+" "+at.PostalCode, 1)
		if err != nil || len(hits) != 1 {
			t.Fatalf("%q is not on the map: %v", at.Lines, err)
		}
		home, err := h.App.Property.ByRef(ctx, tx, hits[0].Ref)
		if err != nil {
			return err
		}
		facts, err := h.App.Property.FactsOf(ctx, tx, home)
		if err != nil || len(facts.Plans) == 0 {
			t.Fatalf("no plan goes at %q: %v", at.Lines, err)
		}
		p.ref, p.plan, p.place = home.Ref.Path(), facts.Plans[0].Number, property.PlacePath(home.Ground.Bound().Center())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
