package gml

import (
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

func TestReader_judgesRealPlans(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		problems string // in the order of the file
		features int    // that are right
	}{
		"gml.avgr.1-pass.gml":     {"", 8},
		"gml.avgr.1-fail.gml":     {"boundary_differs", 7},
		"gml.bue.1-pass.gml":      {"", 2},
		"gml.bue.1-fail.gml":      {"arc_points", 5},
		"gml.epsg.1-pass-1.gml":   {"", 5},
		"gml.epsg.1-fail.gml":     {"crs_unsupported", 4},
		"gml.flate.1-fail.gml":    {"coordinates_odd ring_crosses coordinates_odd coordinates_odd", 5},
		"gml.flate.3-fail.gml":    {"ring_direction ring_direction", 7},
		"gml.xlink.1-2D-pass.gml": {"", 3},
		"gml.xlink.1-2D-fail.gml": {"xlink_missing xlink_missing", 1},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, size := exchangetest.Open(t, "plan/"+name)
			r, err := NewReader(file, size, exchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			features := exchangetest.All(t, r)
			if got := exchangetest.Keys(r.Report().Problems); got != want.problems {
				t.Errorf("problems %q, want %q", got, want.problems)
				for _, p := range r.Report().Problems {
					t.Logf("%+v", p)
				}
			}
			if len(features) != want.features {
				t.Errorf("%d features, want %d", len(features), want.features)
			}
			if strings.Contains(name, "pass") == r.Report().Failed() {
				t.Errorf("the name says otherwise")
			}
			if total := len(features) + len(r.Report().Problems); r.Info().Count != total {
				t.Errorf("the first reading counted %d, the second %d", r.Info().Count, total)
			}
		})
	}
}

func TestReader_agreesWithGDAL(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"gml.avgr.1-pass.gml":     {"RpOmråde", "RpArealformålOmråde", "RpFormålGrense"},
		"gml.bue.1-pass.gml":      {"RpFormålGrense"},
		"gml.epsg.1-pass-1.gml":   {"RpOmråde", "RpArealformålOmråde"},
		"gml.xlink.1-2D-pass.gml": {"RpOmråde", "RpBestemmelseOmråde"},
	}
	for name, layers := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, size := exchangetest.Open(t, "plan/"+name)
			r, err := NewReader(file, size, exchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			ours := exchangetest.Geometries(exchangetest.All(t, r))
			theirs := exchangetest.GDAL(t, geotest.Data(t, "plan/"+name), layers...)
			exchangetest.SameSet(t, ours, theirs, 0.011)
		})
	}
}
