package property_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/property"
)

func TestRefsIn_readsTheFormsGroup(t *testing.T) {
	t.Parallel()
	item := func(gnr, bnr any) map[string]any { return map[string]any{"gnr": gnr, "bnr": bnr} }
	for name, tt := range map[string]struct {
		answers map[string]any
		want    []property.Ref
	}{
		"none":        {nil, nil},
		"not a group": {map[string]any{"properties": "28/37"}, nil},
		"of JSON":     {map[string]any{"properties": []any{item(28.0, 37.0)}}, []property.Ref{{Gnr: 28, Bnr: 37}}},
		"whole":       {map[string]any{"properties": []any{item(28, int64(37))}}, []property.Ref{{Gnr: 28, Bnr: 37}}},
		"with a lease": {
			map[string]any{"properties": []any{map[string]any{"gnr": 1.0, "bnr": 2.0, "fnr": 3.0, "snr": 4.0}}},
			[]property.Ref{{Gnr: 1, Bnr: 2, Fnr: 3, Snr: 4}},
		},
		"once each":  {map[string]any{"properties": []any{item(1.0, 2.0), item(1.0, 2.0), item(1.0, 3.0)}}, []property.Ref{{Gnr: 1, Bnr: 2}, {Gnr: 1, Bnr: 3}}},
		"no numbers": {map[string]any{"properties": []any{item("1", 2.0), item(0.0, 2.0), item(1.0, -2.0), nil, 7.0}}, nil},
		"at most five": {
			map[string]any{"properties": []any{item(1.0, 1.0), item(1.0, 2.0), item(1.0, 3.0), item(1.0, 4.0), item(1.0, 5.0), item(1.0, 6.0)}},
			[]property.Ref{{Gnr: 1, Bnr: 1}, {Gnr: 1, Bnr: 2}, {Gnr: 1, Bnr: 3}, {Gnr: 1, Bnr: 4}, {Gnr: 1, Bnr: 5}},
		},
	} {
		if diff := cmp.Diff(tt.want, property.RefsIn(tt.answers)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
