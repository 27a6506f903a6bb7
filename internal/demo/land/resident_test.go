package land_test

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
)

// The people of the demonstration live in streets that are on the map, in the
// same village.
func TestDraw_hasTheStreetsThatPeopleLiveIn(t *testing.T) {
	t.Parallel()
	people, err := demo.Populate(clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	for i, slug := range land.Slugs() {
		town, err := land.TownOf(slug)
		if err != nil {
			t.Fatal(err)
		}
		if d := demo.Towns()[i]; d.Slug != town.Slug || d.Number != town.Number {
			t.Errorf("%s %s is on the map, %s %s is the town", town.Number, town.Slug, d.Number, d.Slug)
		}
		streets := map[string]string{}
		for _, p := range town.Places {
			for _, s := range p.Streets {
				streets[s] = p.Code
			}
		}
		for _, r := range people.Of(i) {
			for _, line := range r.Address.Lines {
				street := line[:max(strings.LastIndexByte(line, ' '), 0)]
				if streets[street] != r.Address.PostalCode {
					t.Errorf("%s: somebody lives in %q %s, which is not on the map", slug, line, r.Address.PostalCode)
				}
			}
		}
	}
}
