package building

import (
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func TestFootprintOf_readsWhatTheMapFilledIn(t *testing.T) {
	t.Parallel()
	text := shape.WKT(lot())
	area, system, ok := FootprintOf(map[string]any{FactFootprint: text, FactSystem: 25832.0})
	if !ok || system != 25832 || shape.Area(area) != 1200 {
		t.Errorf("%t, %d, %v", ok, system, area)
	}
	for name, facts := range map[string]map[string]any{
		"none":        nil,
		"no system":   {FactFootprint: text},
		"no place":    {FactSystem: 25832.0},
		"nonsense":    {FactFootprint: "POLYGON((", FactSystem: 25832.0},
		"only a line": {FactFootprint: "LINESTRING(1 2,3 4)", FactSystem: 25832.0},
		"a number":    {FactFootprint: 7.0, FactSystem: 25832.0},
	} {
		if area, _, ok := FootprintOf(facts); ok {
			t.Errorf("%s: %v", name, area)
		}
	}
}
