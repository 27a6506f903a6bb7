package demo

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/clock"
)

// TestBuilders_haveRoomForAGarage looks at everybody who may build in the stories.
func TestBuilders_haveRoomForAGarage(t *testing.T) {
	t.Parallel()
	p, err := Populate(clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	for town := range Towns() {
		list := p.builders(alone(p.Of(town), p.Day, 32, 60), 20)
		if len(list) < len(buildingTales()) {
			t.Errorf("%d builders for %d stories", len(list), len(buildingTales()))
		}
		for _, pair := range list {
			plot, _ := p.plotOf(pair[0])
			if after := (plot.built + garageTakes) / plot.Area * 100; after > plot.allowed || plot.neighbour == plot.Number() || plot.Gnr == 0 {
				t.Errorf("%s: %v %% of %v, next to %s", plot.Number(), after, plot.allowed, plot.neighbour)
			}
		}
		for _, part := range []Part{Mother, Apart} {
			r, _ := p.Player(town, part)
			if plot, house := p.plotOf(r); !house {
				t.Errorf("%s has no plot: %+v", part, plot)
			}
		}
	}
}
