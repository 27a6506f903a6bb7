package demo

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
)

// TestPopulate_letsEverybodyLiveOnTheMap finds each home among the addresses of the
// land, and the featured people in houses with ground of their own.
func TestPopulate_letsEverybodyLiveOnTheMap(t *testing.T) {
	t.Parallel()
	p, err := Populate(clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	for i, town := range Towns() {
		l := p.Lands[i]
		use := map[string]land.Use{}
		for _, a := range l.Addresses {
			use[a.String()+" "+a.Code] = l.Properties[a.Property].Use
		}
		for _, r := range p.Of(i) {
			lives, found := use[r.Address.Lines[0]+" "+r.Address.PostalCode]
			if !found || r.Address.Municipality != town.Number {
				t.Errorf("%s: somebody lives at %v, which is not on the map", town.Slug, r.Address)
			}
			if r.Part == Mother && lives != land.Home {
				t.Errorf("%s: the mother lives in %s", town.Slug, lives)
			}
		}
	}
}

func TestDwellings_areTheSameForTheSameChance(t *testing.T) {
	t.Parallel()
	lands, err := grounds()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lands {
		one, two := dwellings(l, rand.New(rand.NewPCG(1, 2))), dwellings(l, rand.New(rand.NewPCG(1, 2)))
		if !slices.Equal(one, two) {
			t.Error("the same chance gives others")
		}
		for i, a := range one {
			if u := l.Properties[a.Property].Use; i < houses && u != land.Home || u != land.Home && u != land.Flats && u != land.Farm {
				t.Errorf("dwelling %d is %s", i, u)
			}
		}
	}
}
