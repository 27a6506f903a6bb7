package exchange

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func key(p *Problem) string {
	if p == nil {
		return ""
	}
	return strings.TrimPrefix(p.Key, "geo_file.")
}

func parse(t *testing.T, text string) orb.Geometry {
	t.Helper()
	g, err := wkt.Unmarshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTidy_judges(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ shape, wrong string }{
		"a point":                     {"POINT(1 2)", ""},
		"points":                      {"MULTIPOINT((1 2),(3 4))", ""},
		"a line":                      {"LINESTRING(1 2,3 4)", ""},
		"a line of one point":         {"LINESTRING(1 2)", "line_short"},
		"a line that stands still":    {"LINESTRING(1 2,1 2)", "line_short"},
		"one bad line of two":         {"MULTILINESTRING((1 2,3 4),(1 2,1 2))", "line_short"},
		"a square":                    {"POLYGON((0 0,4 0,4 4,0 4,0 0))", ""},
		"a triangle":                  {"POLYGON((0 0,4 0,4 4,0 0))", ""},
		"two corners":                 {"POLYGON((0 0,4 0,0 0))", "ring_short"},
		"not closed":                  {"POLYGON((0 0,4 0,4 4,0 4))", "ring_open"},
		"no area":                     {"POLYGON((0 0,4 0,2 0,0 0))", "ring_flat"},
		"a bow tie":                   {"POLYGON((0 0,4 4,4 0,0 4,0 0))", "ring_crosses"},
		"a bow tie of unequal halves": {"POLYGON((0 0,6 3,6 0,0 4,0 0))", "ring_crosses"},
		"a spike":                     {"POLYGON((0 0,4 0,4 4,8 4,4 4,0 4,0 0))", ""}, // without area: forgiven
		"touching itself":             {"POLYGON((0 0,4 0,2 2,4 4,0 4,2 2,0 0))", ""},
		"through itself in a corner":  {"POLYGON((0 0,4 4,8 0,8 8,4 4,0 9,0 0))", ""},
		"a corner told twice":         {"POLYGON((0 0,4 0,4 0,4 4,0 4,0 0))", ""},
		"a hole":                      {"POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,2 4,4 4,4 2,2 2))", ""},
		"a hole that touches":         {"POLYGON((0 0,9 0,9 9,0 9,0 0),(0 4,4 6,4 2,0 4))", ""},
		"a hole outside":              {"POLYGON((0 0,9 0,9 9,0 9,0 0),(12 2,12 4,14 4,14 2,12 2))", "hole_outside"},
		"a hole half outside":         {"POLYGON((0 0,9 0,9 9,0 9,0 0),(7 2,7 4,12 4,12 2,7 2))", "ring_crosses"},
		"holes that cross":            {"POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,2 4,4 4,4 2,2 2),(3 3,3 5,5 5,5 3,3 3))", "ring_crosses"},
		"a hole in a hole":            {"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 8,8 8,8 1,1 1),(3 3,3 5,5 5,5 3,3 3))", "holes_overlap"},
		"a hole as large as the rest": {"POLYGON((0 0,9 0,9 9,0 9,0 0),(0 0,0 9,9 9,9 0,0 0))", "ring_crosses"},
		"holes that touch":            {"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 3,3 3,3 1,1 1),(3 3,3 5,5 5,5 3,3 3))", ""},
		"an island and a bad island":  {"MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((10 0,14 4,14 0,10 4,10 0)))", "ring_crosses"},
		"a collection":                {"GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,1 2))", "line_short"},
		"too far":                     {"POINT(2e8 0)", "coordinate_range"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := parse(t, test.shape)
			wrong, _ := Tidy(g, Rules{})
			if key(wrong) != test.wrong {
				t.Errorf("%q, want %q", key(wrong), test.wrong)
			}
			if wrong == nil {
				before := wkt.MarshalString(g)
				if again, _ := Tidy(g, Rules{Direction: true}); again != nil || wkt.MarshalString(g) != before {
					t.Errorf("a second time: %v %s", again, wkt.MarshalString(g))
				}
			}
		})
	}
}

func TestTidy_refusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, p := range []orb.Point{{math.NaN(), 1}, {1, math.NaN()}, {math.Inf(1), 1}, {1, math.Inf(-1)}} {
		for _, g := range []orb.Geometry{p, orb.MultiPoint{{1, 1}, p}, orb.LineString{{1, 1}, p}, orb.Polygon{{p, {1, 1}, {2, 2}, p}}} {
			if wrong, _ := Tidy(g, Rules{}); key(wrong) != "coordinate_range" {
				t.Errorf("%v: %q", g, key(wrong))
			}
		}
	}
	if wrong, _ := Tidy(orb.Point{95, 10}, Rules{Geographic: true}); wrong != nil {
		t.Errorf("95° east: %v", wrong)
	}
	if wrong, _ := Tidy(orb.Point{10, 95}, Rules{Geographic: true}); key(wrong) != "coordinate_range" {
		t.Errorf("95° north: %v", wrong)
	}
	if wrong, _ := Tidy(orb.Bound{}, Rules{}); key(wrong) != "geometry_unknown" {
		t.Errorf("a box: %v", wrong)
	}
	if wrong, _ := Tidy(nil, Rules{}); wrong != nil {
		t.Errorf("nothing: %v", wrong)
	}
	if wrong, _ := Tidy(orb.Polygon{}, Rules{}); key(wrong) != "ring_short" {
		t.Errorf("no rings: %v", wrong)
	}
	if wrong, _ := Tidy(orb.Polygon{{}}, Rules{}); key(wrong) != "ring_short" {
		t.Errorf("an empty ring: %v", wrong)
	}
}

func TestTidy_turnsRings(t *testing.T) {
	t.Parallel()
	clockwise := parse(t, "POLYGON((0 0,0 9,9 9,9 0,0 0),(2 2,4 2,4 4,2 4,2 2))")
	if wrong, _ := Tidy(orb.Clone(clockwise), Rules{Direction: true}); key(wrong) != "ring_direction" {
		t.Errorf("strictly: %q", key(wrong))
	}
	if wrong, _ := Tidy(clockwise, Rules{}); wrong != nil {
		t.Fatal(wrong)
	}
	if diff := cmp.Diff(parse(t, "POLYGON((0 0,9 0,9 9,0 9,0 0),(2 2,2 4,4 4,4 2,2 2))"), clockwise); diff != "" {
		t.Error(diff)
	}
}

func TestTidy_forgivesTheCrossingOfASimplifiedLine(t *testing.T) {
	t.Parallel()
	slight := func() orb.Geometry {
		return parse(t, "POLYGON((0 0,100 0,100 100,50 100,49 101,49 99,50 100.1,0 100,0 0))")
	}
	wrong, warning := Tidy(slight(), Rules{})
	if wrong != nil || key(warning) != "ring_crosses_slightly" {
		t.Errorf("%v %v", wrong, warning)
	}
	if wrong, _ := Tidy(slight(), Rules{Crossings: true}); key(wrong) != "ring_crosses" {
		t.Errorf("strictly: %v", wrong)
	}
}

// Whatever Tidy takes strictly is valid to the checker that agrees with GEOS, but
// for what the two define otherwise: rings that touch themselves, holes that
// touch in two points and parts that overlap.
func TestTidy_takesNothingThatCrosses(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(20)
	refused := 0
	for range 3000 {
		ring := make(orb.Ring, 4+rnd.IntN(6))
		for i := range ring {
			ring[i] = orb.Point{float64(rnd.IntN(7)), float64(rnd.IntN(7))}
		}
		ring[len(ring)-1] = ring[0]
		wrong, _ := Tidy(orb.Polygon{orb.Clone(ring).(orb.Ring)}, Rules{Crossings: true})
		problem := shape.Check(orb.Polygon{ring})
		if wrong != nil {
			refused++
		}
		switch {
		case wrong == nil && problem != nil && (problem.Reason != shape.SelfCrossing || !touches(ring, problem.At)):
			t.Fatalf("taken: %s: %v", wkt.MarshalString(ring), problem)
		case wrong != nil && problem == nil:
			t.Fatalf("refused: %s: %v", wkt.MarshalString(ring), wrong)
		}
	}
	if refused < 500 || refused > 2900 {
		t.Errorf("%d of 3000 refused: the shapes say nothing", refused)
	}
}

// touches reports whether a corner of the ring lies at a point.
func touches(ring orb.Ring, at orb.Point) bool {
	for _, p := range ring {
		if p == at {
			return true
		}
	}
	return false
}

func TestTidy_isBounded(t *testing.T) {
	t.Parallel()
	// A comb of tall teeth: all sides stand above each other.
	ring := orb.Ring{{0, 0}}
	for i := range 4_000 {
		ring = append(ring, orb.Point{1e6, float64(i) + 0.5}, orb.Point{1, float64(i) + 1})
	}
	ring = append(ring, orb.Point{0, 4_000}, orb.Point{0, 0})
	wrong, _ := Tidy(orb.Polygon{ring}, Rules{})
	if key(wrong) != "geometry_complex" && wrong != nil {
		t.Errorf("%v", wrong)
	}
}

func TestMessages_areThereForEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("messages/nb.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{".", "../geojson", "../gml", "../sosi", "../gpkg", "../pack", "../formats", "../sqlitefile"} {
		for _, key := range keysIn(t, folder) {
			if !bytes.Contains(text, []byte(`"geo_file.`+key+`"`)) {
				t.Errorf("%s says %q, which has no text", folder, key)
			}
		}
	}
}
