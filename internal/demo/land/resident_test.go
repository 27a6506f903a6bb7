package land_test

import (
	"testing"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/demo/land"
)

// The land is that of the demonstration's municipalities, in their order.
func TestTownOf_isTheDemonstrations(t *testing.T) {
	t.Parallel()
	towns := demo.Towns()
	if len(towns) != len(land.Slugs()) {
		t.Fatalf("%d towns, and land for %d", len(towns), len(land.Slugs()))
	}
	for i, slug := range land.Slugs() {
		town, err := land.TownOf(slug)
		if err != nil {
			t.Fatal(err)
		}
		if d := towns[i]; d.Slug != town.Slug || d.Number != town.Number {
			t.Errorf("%s %s is on the map, %s %s is the town", town.Number, town.Slug, d.Number, d.Slug)
		}
	}
}
