package crs_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

// What is promised is a millimetre; what is kept is a thousandth of that, so
// that a wrong coefficient shows although it would pass.
const micrometre = 1e-6

// allNorway draws points over the mainland, the sea around it, Svalbard and Jan
// Mayen.
func allNorway(n int) []orb.Point {
	rnd := geotest.Rand(1)
	points := make([]orb.Point, 0, n+6)
	for range n {
		switch rnd.IntN(10) {
		case 0:
			points = append(points, orb.Point{10 + 25*rnd.Float64(), 74 + 7*rnd.Float64()})
		case 1:
			points = append(points, orb.Point{-9.5 + 2*rnd.Float64(), 70.5 + rnd.Float64()})
		default:
			points = append(points, orb.Point{4 + 27.5*rnd.Float64(), 57.5 + 14*rnd.Float64()})
		}
	}
	// Lindesnes, Kinnarodden, Vardø, and the middle meridians exactly.
	return append(points, orb.Point{7.0476, 57.9826}, orb.Point{27.6522, 71.1337}, orb.Point{31.1105, 70.3706},
		orb.Point{9, 60}, orb.Point{15, 68}, orb.Point{27, 70})
}

func farthest(t *testing.T, got, want []orb.Point, degrees bool) float64 {
	t.Helper()
	var most float64
	for i := range got {
		dx, dy := got[i][0]-want[i][0], got[i][1]-want[i][1]
		if degrees {
			dx *= 111_320 * math.Cos(want[i][1]*math.Pi/180)
			dy *= 111_320
		}
		d := math.Hypot(dx, dy)
		if !(d < 1e9) {
			t.Fatalf("point %d: got %v, want %v", i, got[i], want[i])
		}
		most = math.Max(most, d)
	}
	return most
}

func through(points []orb.Point, f crs.Func) []orb.Point {
	out := make([]orb.Point, len(points))
	for i, p := range points {
		out[i] = f(p)
	}
	return out
}

func system(t *testing.T, code int) crs.System {
	t.Helper()
	s, ok := crs.ByCode(code)
	if !ok {
		t.Fatalf("no system %d", code)
	}
	return s
}

// Every system to every other, over all of Norway, as PROJ reckons it.
func TestBetween_agreesWithPROJ(t *testing.T) {
	t.Parallel()
	norway := allNorway(4000)
	codes := []int{crs.ETRS89, crs.WGS84, crs.UTM32, crs.UTM33, crs.UTM35, crs.WebMercator}
	for _, from := range codes {
		source := system(t, from)
		points := through(norway, crs.Between(crs.CRS84(), source))
		// PROJ must be given what it can read back: the text of 12 decimals.
		for _, to := range codes {
			if from == to {
				continue
			}
			t.Run(source.String()+" to "+system(t, to).String(), func(t *testing.T) {
				t.Parallel()
				target := system(t, to)
				want := geotest.PROJ(t, from, to, source.NorthFirst, target.NorthFirst, points)
				got := through(points, crs.Between(source, target))
				allowed := micrometre
				if to == crs.WebMercator { // metres there are up to six times as long as on the ground
					allowed *= 6
				}
				if d := farthest(t, got, want, target.Degrees); d > allowed {
					t.Errorf("up to %.3g m from PROJ", d)
				}
			})
		}
	}
}

// The corners of every municipality, in each zone.
func TestBetween_agreesWithPROJOnTheMunicipalities(t *testing.T) {
	t.Parallel()
	var points []orb.Point
	for _, m := range geotest.Municipalities(t) {
		for _, p := range m.Shape {
			for i := 0; i < len(p[0]); i += 12 {
				points = append(points, p[0][i])
			}
		}
	}
	for _, code := range []int{crs.UTM32, crs.UTM33, crs.UTM35} {
		want := geotest.PROJ(t, crs.ETRS89, code, true, false, points)
		got := through(points, crs.Between(system(t, crs.ETRS89), system(t, code)))
		if d := farthest(t, got, want, false); d > micrometre {
			t.Errorf("EPSG:%d: up to %.3g m from PROJ over %d corners", code, d, len(points))
		}
	}
}
