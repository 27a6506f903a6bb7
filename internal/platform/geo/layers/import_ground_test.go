package layers

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// hook is a municipality like a hook around a fjord: most of its box is not of it.
func hook() orb.MultiPolygon {
	return orb.MultiPolygon{{{ground(0, 0), ground(60_000, 0), ground(60_000, 5_000), ground(5_000, 5_000), ground(5_000, 60_000), ground(0, 60_000), ground(0, 0)}}}
}

// TestImport_isHeldAgainstTheOutline puts single features around a municipality.
func TestImport_isHeldAgainstTheOutline(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("municipality"), Source: of(Feature{ID: "9903", Geometry: hook()})})
		far := crs.Between(systemOf(crs.UTM32), systemOf(crs.ETRS89))
		tests := map[string]struct {
			shape orb.Geometry
			epsg  int
			ok    bool
		}{
			"inside":                          {ground(2_000, 2_000), crs.UTM32, true},
			"near the coast":                  {ground(9_900, 9_900), crs.UTM32, true},
			"in the fjord":                    {ground(40_000, 40_000), crs.UTM32, false},
			"in the fjord, in degrees":        {far(ground(40_000, 40_000)), crs.ETRS89, false},
			"inside, in degrees":              {far(ground(2_000, 2_000)), crs.ETRS89, true},
			"just beyond the margin":          {ground(10_050, 10_050), crs.UTM32, false},
			"a road that leads out":           {orb.LineString{ground(40_000, 40_000), ground(2_000, 40_000)}, crs.UTM32, true},
			"a line across":                   {orb.LineString{ground(-40_000, 2_500), ground(90_000, 2_501)}, crs.UTM32, true},
			"a line in the fjord":             {orb.LineString{ground(20_000, 40_000), ground(40_000, 20_000)}, crs.UTM32, false},
			"an area around it all":           {plot(-50_000, -50_000, 200_000), crs.UTM32, true},
			"an area in the fjord":            {plot(20_000, 20_000, 10_000), crs.UTM32, false},
			"several, of which one is inside": {orb.MultiPoint{ground(40_000, 40_000), ground(1, 1)}, crs.UTM32, true},
			"no place":                        {nil, crs.UTM32, true},
		}
		for name, tt := range tests {
			good := []Feature{place("1", ground(1_000, 1_000)), place("2", ground(1_001, 1_000))}
			if tt.epsg != crs.UTM32 {
				for i := range good {
					good[i].Geometry = crs.Apply(good[i].Geometry, far)
				}
			}
			source := of(append(good, Feature{ID: "it", Geometry: tt.shape, Properties: map[string]any{}})...)
			source.epsg = tt.epsg
			r, err := w.Import(w.Ctx, Import{Layers: into("places"), Source: source, DryRun: true})
			if tt.ok != (err == nil) {
				t.Errorf("%s: %v %+v", name, err, r.Report.Problems)
			}
			if !tt.ok && (len(r.Report.Problems) != 1 || r.Report.Problems[0].Key != "layers.import.astray" || r.Report.Problems[0].Where != "it") {
				t.Errorf("%s: %+v", name, r.Report.Problems)
			}
		}
	})
}

// TestImport_inTheFjordIsOutside gives a file of which all lies within the box and
// outside the outline: it is the file that is wrong.
func TestImport_inTheFjordIsOutside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.bring(Import{Layers: into("municipality"), Source: of(Feature{ID: "9903", Geometry: hook()})})
		var fjord, swapped []Feature
		for i := range 20 {
			p := ground(30_000+float64(i), 40_000)
			fjord = append(fjord, place(fmt.Sprint(i), p))
			swapped = append(swapped, place(fmt.Sprint(i), orb.Point{ground(1, 1)[1], ground(1, 1)[0] + float64(i)}))
		}
		r := w.refused(Import{Layers: into("places"), Source: of(fjord...)}, "layers.import.place_outside")
		if args := fmt.Sprint(r.Report.Problems[0].Args...); !strings.Contains(args, "EPSG:25832") {
			t.Errorf("told %s", args)
		}
		w.refused(Import{Layers: into("places"), Source: of(swapped...)}, "layers.import.place_swapped")
		w.bring(Import{Layers: into("places"), Source: of(fjord...), Anywhere: true})
	})
}

// TestSoil_agreesWithTheMeasure holds the quick answers against the distance itself.
func TestSoil_agreesWithTheMeasure(t *testing.T) {
	t.Parallel()
	system := systemOf(crs.UTM32)
	s := &soil{system: system, area: shape.Prepare(hook()), cells: map[[2]int32]nearness{}, into: map[int]crs.Func{}}
	rnd := geotest.Rand(7)
	for range 3_000 {
		p := ground(rnd.Float64()*90_000-15_000, rnd.Float64()*90_000-15_000)
		if got, want := s.near(p, system), shape.Distance(hook(), p) <= margin; got != want {
			t.Fatalf("%v is near: %v, want %v", p, got, want)
		}
	}
	for _, p := range []orb.Point{{math.NaN(), 1}, {math.Inf(1), 1}, {1e300, 1}} {
		if s.near(p, system) {
			t.Errorf("%v is near", p)
		}
	}
}

// BenchmarkSoil measures what a feature costs.
func BenchmarkSoil(b *testing.B) {
	system := systemOf(crs.UTM32)
	s := &soil{system: system, area: shape.Prepare(hook()), cells: map[[2]int32]nearness{}, into: map[int]crs.Func{}}
	for i := range b.N {
		s.near(ground(float64(i%60_000), 100), system)
	}
}
