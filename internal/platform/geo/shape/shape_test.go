package shape_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// parse reads well-known text.
func parse(tb testing.TB, text string) orb.Geometry {
	tb.Helper()
	g, err := shape.ParseWKT(text)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

func TestCheck_givesReasonAndPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, shape string
		want        *shape.Problem
	}{
		{"sound", "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,1 1))", nil},
		{"the same point twice in a row", "POLYGON((0 0,4 0,4 0,4 4,0 0))", nil},
		{"hole touching in a corner", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,1 2,2 1,0 0))", nil},
		{"parts touching in a corner", "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((1 1,2 1,2 2,1 1)))", nil},
		{"island in a hole", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(1 1,1 8,8 8,8 1,1 1)),((2 2,3 2,3 3,2 2)))", nil},
		{"bow tie", "POLYGON((0 0,4 4,4 0,0 4,0 0))", &shape.Problem{Reason: shape.SelfCrossing, At: orb.Point{2, 2}}},
		{"touching itself", "POLYGON((0 0,4 0,2 2,4 4,0 4,2 2,0 0))", &shape.Problem{Reason: shape.SelfCrossing, At: orb.Point{2, 2}}},
		{"a spike", "POLYGON((0 0,4 0,4 4,4 0,0 0))", &shape.Problem{Reason: shape.SelfCrossing, At: orb.Point{4, 0}}},
		{"a spike out", "POLYGON((0 0,4 0,4 4,6 4,4 4,0 4,0 0))", &shape.Problem{Reason: shape.SelfCrossing, At: orb.Point{4, 4}}},
		{"unclosed", "POLYGON((0 0,4 0,4 4,0 4))", &shape.Problem{Reason: shape.Unclosed, At: orb.Point{0, 4}}},
		{"three points", "POLYGON((7 0,4 0,7 0))", &shape.Problem{Reason: shape.TooFewPoints, At: orb.Point{7, 0}}},
		{"three different", "POLYGON((7 0,7 0,4 0,7 0))", &shape.Problem{Reason: shape.TooFewPoints, At: orb.Point{7, 0}}},
		{"no area", "POLYGON((0 0,1 1,2 2,0 0))", &shape.Problem{Reason: shape.Flat}},
		{"hole outside", "POLYGON((0 0,4 0,4 4,0 0),(5 5,5 6,6 6,5 5))", &shape.Problem{Reason: shape.HoleOutside, Ring: 1, At: orb.Point{5, 5}}},
		{"hole across", "POLYGON((0 0,4 0,4 4,0 4,0 0),(3 1,5 1,5 2,3 1))", &shape.Problem{Reason: shape.RingsCross, Ring: 1, At: orb.Point{4, 1}}},
		{"hole in hole", "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1 8,8 8,8 1,1 1),(2 2,2 3,3 3,2 2))", &shape.Problem{Reason: shape.HoleInHole, Ring: 2, At: orb.Point{2, 2}}},
		{"hole along the edge", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 1,0 2,1 2,0 1))", &shape.Problem{Reason: shape.SharedEdge, Ring: 1, At: orb.Point{0, 2}}},
		{"ring twice", "POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,4 0,4 4,0 4,0 0))", &shape.Problem{Reason: shape.DuplicateRing, Ring: 1, At: orb.Point{0, 0}}},
		{"cut in two", "POLYGON((0 0,4 0,4 4,0 4,0 0),(2 0,3 2,2 4,1 2,2 0))", &shape.Problem{Reason: shape.Split, Ring: 1, At: orb.Point{2, 4}}},
		{"parts overlapping", "MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0)),((2 2,3 2,3 3,2 2)))", &shape.Problem{Reason: shape.PartsOverlap, Part: 1, At: orb.Point{2, 2}}},
		{"parts crossing", "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((2 2,6 2,6 3,2 3,2 2)))", &shape.Problem{Reason: shape.RingsCross, Part: 1, At: orb.Point{4, 2}}},
		{"parts side by side", "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)),((4 0,8 0,8 4,4 4,4 0)))", &shape.Problem{Reason: shape.SharedEdge, Part: 1, At: orb.Point{4, 0}}},
		{"line of one point", "LINESTRING(3 1,3 1)", &shape.Problem{Reason: shape.TooFewPoints, At: orb.Point{3, 1}}},
		{"second line", "MULTILINESTRING((0 0,1 1),(3 1,3 1))", &shape.Problem{Reason: shape.TooFewPoints, Part: 1, At: orb.Point{3, 1}}},
		{"in a collection", "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(3 1,3 1))", &shape.Problem{Reason: shape.TooFewPoints, Part: 1, At: orb.Point{3, 1}}},
		{"a line", "LINESTRING(0 0,1 1,0 1,1 0)", nil},
	}
	for _, tt := range tests {
		got := shape.Check(parse(t, tt.shape))
		switch {
		case (got == nil) != (tt.want == nil):
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		case got == nil:
		case got.Reason != tt.want.Reason || got.Part != tt.want.Part || got.Ring != tt.want.Ring:
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		case math.Hypot(got.At[0]-tt.want.At[0], got.At[1]-tt.want.At[1]) > 2.01:
			t.Errorf("%s: at %v, want near %v", tt.name, got.At, tt.want.At)
		case !strings.HasPrefix(got.String(), string(got.Reason)):
			t.Errorf("%s: says %q", tt.name, got)
		}
	}
}

func TestCheck_refusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, g := range []orb.Geometry{
			orb.Point{bad, 1},
			orb.MultiPoint{{1, 1}, {1, bad}},
			orb.LineString{{0, 0}, {1, bad}},
			orb.Polygon{{{0, 0}, {1, 0}, {bad, 1}, {0, 0}}},
			orb.Ring{{0, 0}, {1, 0}, {1, bad}, {0, 0}},
		} {
			if got := shape.Check(g); got == nil || got.Reason != shape.NotANumber {
				t.Errorf("%v: %v", g, got)
			}
		}
	}
	if got := shape.Check(nil); got == nil || got.Reason != shape.UnknownKind {
		t.Errorf("nothing: %v", got)
	}
	if got := shape.Check(orb.Polygon{}); got == nil || got.Reason != shape.TooFewPoints {
		t.Errorf("a polygon of no rings: %v", got)
	}
	if got := shape.Check(orb.Bound{Max: orb.Point{1, 1}}); got != nil {
		t.Errorf("a box: %v", got)
	}
}

// Many holes beside each other, and a ring of many points, do not take for ever.
func TestCheck_isQuick(t *testing.T) {
	t.Parallel()
	big := square(0, 0, 1000)
	for x := range 60 {
		for y := range 60 {
			hole := square(float64(x)*16+1, float64(y)*16+1, 8)[0]
			hole.Reverse()
			big = append(big, hole)
		}
	}
	if got := shape.Check(big); got != nil {
		t.Errorf("3,600 holes: %v", got)
	}
	round := orb.Polygon{shape.Circle(orb.Point{0, 0}, 1000, 1e-5)}
	if got := shape.Check(round); got != nil || len(round[0]) < 5000 {
		t.Errorf("%d points: %v", len(round[0]), got)
	}
}

func TestDistance_knowsTheSpecialCases(t *testing.T) {
	t.Parallel()
	yard := square(0, 0, 100)
	tests := []struct {
		name string
		a, b orb.Geometry
		want float64
	}{
		{"nothing", orb.MultiPoint{}, yard, math.Inf(1)},
		{"inside", square(40, 40, 10), yard, 0},
		{"the boundary from inside", square(40, 40, 10), shape.Outline(yard), 40},
		{"four metres", square(4, 10, 10), shape.Outline(yard), 4},
		{"beside", square(104, 10, 10), yard, 4},
		{"corner to corner", square(103, 104, 1), yard, 5},
		{"in the hole", square(45, 45, 1), orb.Polygon{yard[0], square(30, 30, 40)[0]}, 15},
		{"point and line", orb.Point{5, 5}, orb.LineString{{0, 0}, {10, 0}}, 5},
		{"box", orb.Point{-3, -4}, orb.Bound{Max: orb.Point{1, 1}}, 5},
		{"collection", orb.Collection{orb.Point{200, 0}, orb.Point{107, 50}}, yard, 7},
	}
	for _, tt := range tests {
		if got := shape.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if got := shape.Distance(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, the other way: %v, want %v", tt.name, got, tt.want)
		}
		a, b := shape.Prepare(tt.a), shape.Prepare(tt.b)
		if a.Nearer(b, tt.want) || tt.want < 1e9 && !a.Nearer(b, tt.want+1e-9) {
			t.Errorf("%s: nearer than %v is wrong", tt.name, tt.want)
		}
	}
}

func TestCovered_countsWhatIsCoveredTwiceOnce(t *testing.T) {
	t.Parallel()
	plot := orb.MultiPolygon{square(0, 0, 100)}
	house, shed := orb.MultiPolygon{square(10, 10, 20)}, orb.MultiPolygon{square(25, 25, 20)}
	across := orb.MultiPolygon{square(95, 50, 10)}
	if got := shape.Covered(plot, house, shed, across); math.Abs(got-(400+400-25+50)) > 1e-9 {
		t.Errorf("covered %v", got)
	}
	if got := shape.Union(house, shed, shed); math.Abs(got-775) > 1e-9 {
		t.Errorf("union %v", got)
	}
	if got := shape.Covered(plot); got != 0 {
		t.Errorf("by nothing: %v", got)
	}
	if got := shape.Overlap(nil, plot); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// Large coordinates and areas that almost coincide: what walks along the
// boundary goes wrong here.
func TestOverlap_bearsSlivers(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(42)
	for range 500 {
		at := orb.Point{569_000 + 100*rnd.Float64(), 7_034_000 + 100*rnd.Float64()}
		a := geotest.Star(rnd, at, 30, 8+rnd.IntN(30), false)
		b := orb.Polygon{make(orb.Ring, len(a[0]))}
		for i, p := range a[0] {
			b[0][i] = orb.Point{p[0] + 1e-9*rnd.NormFloat64(), p[1] + 1e-9*rnd.NormFloat64()}
		}
		b[0][len(b[0])-1] = b[0][0]
		area := shape.Area(a)
		if got := shape.Overlap(orb.MultiPolygon{a}, orb.MultiPolygon{b}); math.Abs(got-area) > 1e-5 {
			t.Fatalf("%v of %v: %s", got, area, shape.WKT(a))
		}
	}
}

func TestInnerPoint_liesInside(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(43)
	for range 500 {
		g := orb.MultiPolygon{geotest.Star(rnd, orb.Point{5, 5}, 4, 6+rnd.IntN(20), true), geotest.Blocks(rnd, 9)}
		p, ok := shape.InnerPoint(g[:1+rnd.IntN(2)])
		if !ok || shape.Locate(g[:1], p) != shape.Inside && shape.Locate(g[1:], p) != shape.Inside {
			t.Fatalf("%v, %t: %s", p, ok, shape.WKT(g))
		}
	}
	if _, ok := shape.InnerPoint(nil); ok {
		t.Error("nothing has a middle")
	}
}

func TestLocate_closesWhatIsOpenAndBearsNothing(t *testing.T) {
	t.Parallel()
	open := orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}}}
	flat := orb.MultiPolygon{{{{0, 0}, {4, 0}, {0, 0}}}}
	tests := []struct {
		area orb.MultiPolygon
		p    orb.Point
		want shape.Place
	}{
		{open, orb.Point{0, 2}, shape.Boundary},
		{open, orb.Point{1, 2}, shape.Inside},
		{open, orb.Point{5, 2}, shape.Outside},
		{open, orb.Point{0, 0}, shape.Boundary},
		{open, orb.Point{4, 4}, shape.Boundary},
		{open, orb.Point{-1, 4}, shape.Outside},
		{flat, orb.Point{2, 0}, shape.Boundary},
		{flat, orb.Point{2, 1}, shape.Outside},
		{nil, orb.Point{0, 0}, shape.Outside},
		{orb.MultiPolygon{{}}, orb.Point{0, 0}, shape.Outside},
		{open, orb.Point{math.NaN(), 2}, shape.Outside},
		{open, orb.Point{math.Inf(1), 2}, shape.Outside},
	}
	for _, tt := range tests {
		if got := shape.Locate(tt.area, tt.p); got != tt.want {
			t.Errorf("%v in %v: %v, want %v", tt.p, tt.area, got, tt.want)
		}
		if got := shape.NewLocator(tt.area).Locate(tt.p); got != tt.want {
			t.Errorf("%v in %v by the locator: %v, want %v", tt.p, tt.area, got, tt.want)
		}
	}
}

func TestClip_givesTheSimplestKind(t *testing.T) {
	t.Parallel()
	box := orb.Bound{Max: orb.Point{10, 10}}
	tests := []struct{ give, want string }{
		{"POINT(5 5)", "POINT(5 5)"},
		{"POINT(10 10)", "POINT(10 10)"},
		{"POINT(11 5)", ""},
		{"MULTIPOINT(5 5,11 5)", "MULTIPOINT((5 5))"},
		{"MULTIPOINT(12 5,11 5)", ""},
		{"LINESTRING(-5 5,15 5)", "LINESTRING(0 5,10 5)"},
		{"LINESTRING(5 5,15 5,15 8,5 8)", "MULTILINESTRING((5 5,10 5),(10 8,5 8))"},
		{"LINESTRING(1 1,2 2,3 1)", "LINESTRING(1 1,2 2,3 1)"},
		{"LINESTRING(-1 1,1 -1)", ""},
		{"LINESTRING(-5 0,15 0)", "LINESTRING(0 0,10 0)"},
		{"LINESTRING(11 0,11 10)", ""},
		{"LINESTRING(0 11,-1 -1)", ""},
		{"MULTILINESTRING((20 20,30 30),(5 5,6 6))", "LINESTRING(5 5,6 6)"},
		{"POLYGON((2 2,4 2,4 4,2 4,2 2))", "POLYGON((2 2,4 2,4 4,2 4,2 2))"},
		{"POLYGON((20 2,24 2,24 4,20 2))", ""},
		{"POLYGON((10 2,14 2,14 4,10 4,10 2))", ""}, // touches the side only
		{"GEOMETRYCOLLECTION(POINT(5 5),POINT(20 20))", "GEOMETRYCOLLECTION(POINT(5 5))"},
		{"GEOMETRYCOLLECTION(POINT(20 20))", ""},
	}
	for _, tt := range tests {
		got := shape.Clip(parse(t, tt.give), box)
		if tt.want == "" {
			if got != nil {
				t.Errorf("%s: %s", tt.give, shape.WKT(got))
			}
		} else if got == nil || shape.WKT(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.give, shape.WKT(got), tt.want)
		}
	}
	comb := parse(t, "POLYGON((-5 0,2 0,2 1,-1 1,-1 2,2 2,2 3,-1 3,-1 4,2 4,2 5,-5 5,-5 0))")
	if got, ok := shape.Clip(comb, box).(orb.MultiPolygon); !ok || len(got) != 3 || shape.Area(got) != 6 {
		t.Errorf("the teeth of a comb: %v", got)
	}
	// Rings that cross themselves give something, and that within the box.
	rnd := geotest.Rand(48)
	for range 2000 {
		tangle := make(orb.Ring, 12)
		for i := range tangle {
			tangle[i] = orb.Point{float64(rnd.IntN(30) - 10), float64(rnd.IntN(30) - 10)}
		}
		tangle[11] = tangle[0]
		got := shape.Clip(tangle, box)
		if got != nil && (got.Bound().Min[0] < 0 || got.Bound().Min[1] < 0 || got.Bound().Max[0] > 10 || got.Bound().Max[1] > 10) {
			t.Fatalf("%v gives %v", tangle, got)
		}
	}
}

func TestArc_keepsItsTolerance(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(44)
	for range 400 {
		middle := orb.Point{500_000 * rnd.Float64(), 6_500_000 + 1000*rnd.Float64()}
		radius := 1 + 500*rnd.Float64()
		start, angle := 2*math.Pi*rnd.Float64(), (rnd.Float64()-0.5)*4*math.Pi*0.95
		on := func(a float64) orb.Point {
			return orb.Point{middle[0] + radius*math.Cos(a), middle[1] + radius*math.Sin(a)}
		}
		a, b, c := on(start), on(start+angle*(0.2+0.6*rnd.Float64())), on(start+angle)
		tolerance := []float64{0.001, 0.01, 0.1}[rnd.IntN(3)]
		line := shape.Arc(a, b, c, tolerance)
		if line[0] != a || line[len(line)-1] != c {
			t.Fatalf("begins at %v and ends at %v", line[0], line[len(line)-1])
		}
		passes := false
		for i := 1; i < len(line); i++ {
			p, q := line[i-1], line[i]
			passes = passes || q == b
			half := orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2}
			if off := math.Abs(radius - math.Hypot(half[0]-middle[0], half[1]-middle[1])); off > tolerance*1.01+1e-6 {
				t.Fatalf("leaves the arc by %v of %v", off, tolerance)
			}
		}
		want := math.Abs(angle) * radius
		if got := shape.Length(line); !passes || got > want+1e-6 || got < want*(1-2*math.Sqrt(tolerance/radius)) {
			t.Fatalf("passes %t, length %v of %v", passes, got, want)
		}
		back := shape.Arc(c, b, a, tolerance)
		back.Reverse()
		if diff := cmp.Diff(line, back); diff != "" {
			t.Fatalf("not the same the other way: %s", diff)
		}
	}
}

func TestArc_knowsTheSpecialCases(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		a, b, c orb.Point
		check   func(orb.LineString) bool
	}{
		{"in line", orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{2, 2}, func(l orb.LineString) bool { return len(l) == 3 }},
		{"all but in line", orb.Point{0, 0}, orb.Point{1, 1e-12}, orb.Point{2, 0}, func(l orb.LineString) bool { return len(l) == 3 }},
		{"closed", orb.Point{0, 0}, orb.Point{2, 0}, orb.Point{0, 0}, func(l orb.LineString) bool {
			return l[0] == l[len(l)-1] && math.Abs(shape.SignedArea(orb.Ring(l))-math.Pi) < 0.1
		}},
		{"a point", orb.Point{1, 1}, orb.Point{1, 1}, orb.Point{1, 1}, func(l orb.LineString) bool { return len(l) == 2 }},
		{"twice the first", orb.Point{1, 1}, orb.Point{1, 1}, orb.Point{2, 1}, func(l orb.LineString) bool { return len(l) == 3 }},
	}
	for _, tt := range tests {
		if l := shape.Arc(tt.a, tt.b, tt.c, 0.01); !tt.check(l) {
			t.Errorf("%s: %v", tt.name, l)
		}
	}
	for _, tolerance := range []float64{0, -1, math.NaN(), 1e-300, 1e300} {
		l := shape.Arc(orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{2, 0}, tolerance)
		if len(l) < 3 || len(l) > 20_001 {
			t.Errorf("tolerance %v gives %d points", tolerance, len(l))
		}
	}
	ring := shape.Circle(orb.Point{10, 10}, 5, 0.001)
	if shape.Check(orb.Polygon{ring}) != nil || math.Abs(shape.SignedArea(ring)-25*math.Pi) > 0.05 {
		t.Errorf("a circle has %v", shape.SignedArea(ring))
	}
	quarter := shape.ArcAround(orb.Point{0, 0}, 1, math.Pi/2, 0, 0.001)
	if math.Hypot(quarter[0][0], quarter[0][1]-1) > 1e-12 || math.Abs(quarter[len(quarter)-1][0]-1) > 1e-12 {
		t.Errorf("a quarter runs from %v to %v", quarter[0], quarter[len(quarter)-1])
	}
}

func TestSimplify_staysWithinTolerance(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(45)
	for range 10 {
		g := orb.Polygon{shape.Circle(orb.Point{}, 100*rnd.Float64()+20, 0.001)}
		got, ok := shape.Simplify(g, 0.5).(orb.Polygon)
		if !ok || len(got[0]) >= len(g[0])/4 || got[0][0] != got[0][len(got[0])-1] {
			t.Fatalf("%d points of %d", len(got[0]), len(g[0]))
		}
		line := shape.Prepare(shape.Outline(got))
		for _, p := range g[0] {
			if d := shape.Prepare(p).Distance(line); d > 0.5+1e-9 {
				t.Fatalf("%v is %v away", p, d)
			}
		}
	}
	tests := []struct{ give, want string }{
		{"POINT(1 2)", "POINT(1 2)"},
		{"LINESTRING(0 0,1 0.1,2 0)", "LINESTRING(0 0,2 0)"},
		{"LINESTRING(0 0,1 5,2 0)", "LINESTRING(0 0,1 5,2 0)"},
		{"LINESTRING(0 0,0.3 0.1,0 0)", ""},
		{"MULTILINESTRING((0 0,0.3 0.1,0 0),(0 0,9 9))", "LINESTRING(0 0,9 9)"},
		{"POLYGON((0 0,0.1 0,0.1 0.1,0 0))", ""},
		{"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,1.1 1,1 1.1,1 1))", "POLYGON((0 0,9 0,9 9,0 9,0 0))"},
		{"MULTIPOLYGON(((0 0,0.1 0,0.1 0.1,0 0)),((0 0,9 0,9 9,0 0)))", "POLYGON((0 0,9 0,9 9,0 0))"},
		{"GEOMETRYCOLLECTION(POINT(1 2),POLYGON((0 0,0.1 0,0.1 0.1,0 0)))", "GEOMETRYCOLLECTION(POINT(1 2))"},
		{"GEOMETRYCOLLECTION(POLYGON((0 0,0.1 0,0.1 0.1,0 0)))", ""},
	}
	for _, tt := range tests {
		got := shape.Simplify(parse(t, tt.give), 0.5)
		if tt.want == "" {
			if got != nil {
				t.Errorf("%s: %s", tt.give, shape.WKT(got))
			}
		} else if got == nil || shape.WKT(got) != tt.want {
			t.Errorf("%s: %s, want %s", tt.give, shape.WKT(got), tt.want)
		}
	}
}

func TestRelate_readsThePredicates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want string
	}{
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((0 0,0 4,4 4,4 0,0 0))", "within contains covers equals"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((1 1,2 1,2 2,1 1))", "contains covers"},
		{"POLYGON((1 1,2 1,2 2,1 1))", "POLYGON((0 0,4 0,4 4,0 4,0 0))", "within"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((4 0,8 0,8 4,4 4,4 0))", "touches"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((2 2,8 2,8 4,2 4,2 2))", "overlaps"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "POLYGON((9 9,10 9,10 10,9 9))", "disjoint"},
		{"LINESTRING(-1 2,2 2)", "POLYGON((0 0,4 0,4 4,0 4,0 0))", "crosses"},
		{"LINESTRING(0 0,4 0)", "POLYGON((0 0,4 0,4 4,0 4,0 0))", "touches"},
		{"POLYGON((0 0,4 0,4 4,0 4,0 0))", "LINESTRING(0 0,4 0)", "touches covers"},
		{"LINESTRING(0 0,4 4)", "LINESTRING(0 4,4 0)", "crosses"},
		{"LINESTRING(0 0,4 0)", "LINESTRING(2 0,6 0)", "overlaps"},
		{"POINT(2 2)", "POLYGON((0 0,4 0,4 4,0 4,0 0))", "within"},
		{"MULTIPOINT(2 2,9 9)", "POLYGON((0 0,4 0,4 4,0 4,0 0))", "crosses"},
		{"MULTIPOINT(2 2,9 9)", "MULTIPOINT(2 2,1 1)", "overlaps"},
		{"POINT(1 1)", "POINT(1 1)", "within contains covers equals"},
	}
	for _, tt := range tests {
		a, b := shape.Prepare(parse(t, tt.a)), shape.Prepare(parse(t, tt.b))
		m := a.Relate(b)
		var got []string
		for _, p := range []struct {
			name string
			is   bool
		}{
			{"disjoint", m.Disjoint()},
			{"touches", m.Touches()},
			{"within", m.Within()},
			{"contains", m.Contains()},
			{"covers", m.Covers()},
			{"equals", m.Equals()},
			{"crosses", m.Crosses(a.Dimension(), b.Dimension())},
			{"overlaps", m.Overlaps(a.Dimension(), b.Dimension())},
		} {
			if p.is {
				got = append(got, p.name)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s and %s: %v, want %s (%s)", tt.a, tt.b, got, tt.want, m)
		}
		if a.Intersects(b) == m.Disjoint() || a.Shape() == nil {
			t.Errorf("%s and %s: meeting is %t", tt.a, tt.b, a.Intersects(b))
		}
	}
}

func BenchmarkLocator(b *testing.B) {
	rnd := geotest.Rand(46)
	ring := shape.Circle(orb.Point{}, 1000, 0.001) // some 2,000 corners, as a municipality has
	for i := range ring[1 : len(ring)-1] {
		ring[i+1][0] += rnd.NormFloat64()
		ring[i+1][1] += rnd.NormFloat64()
	}
	area := orb.MultiPolygon{{ring}}
	l := shape.NewLocator(area)
	points := make([]orb.Point, 4096)
	for i := range points {
		points[i] = orb.Point{2000*rnd.Float64() - 1000, 2000*rnd.Float64() - 1000}
	}
	i := 0
	for b.Loop() {
		l.Locate(points[i%len(points)])
		i++
	}
	b.ReportMetric(1e9/(float64(b.Elapsed().Nanoseconds())/float64(b.N)), "points/s")
}

func BenchmarkOverlap(b *testing.B) {
	rnd := geotest.Rand(47)
	plot, house := orb.MultiPolygon{geotest.Star(rnd, orb.Point{}, 30, 12, false)}, orb.MultiPolygon{geotest.Star(rnd, orb.Point{9, 9}, 12, 8, false)}
	for b.Loop() {
		shape.Overlap(plot, house)
	}
}
