package shape_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// pair is two shapes to be compared.
type pair struct{ a, b orb.Geometry }

// pairs draws shapes that meet in every way: shared corners and edges on whole
// numbers, holes, slivers, lines and points along them, and plain stars.
func pairs(n int) []pair {
	rnd := geotest.Rand(10)
	all := make([]pair, 0, n)
	for len(all) < n {
		all = append(all, pair{anyShape(rnd), anyShape(rnd)})
	}
	return all
}

func anyShape(rnd *rand.Rand) orb.Geometry {
	spot := func() orb.Point { return orb.Point{float64(rnd.IntN(9)), float64(rnd.IntN(9))} }
	switch rnd.IntN(12) {
	case 10: // two lines, their ends on each other or not
		for {
			two := orb.MultiLineString{{spot(), spot()}, {spot(), spot()}}
			if shape.Check(two) == nil {
				return two
			}
		}
	case 11:
		for {
			two := orb.MultiPolygon{geotest.Blocks(rnd, 4), geotest.Blocks(rnd, 6)}
			if shape.Check(two) == nil {
				return two
			}
		}
	case 0:
		return spot()
	case 1:
		return orb.MultiPoint{spot(), spot(), spot()}
	case 2, 3:
		l := orb.LineString{spot()}
		for len(l) < 2+rnd.IntN(3) {
			if p := spot(); p != l[len(l)-1] {
				l = append(l, p)
			}
		}
		return l
	case 4:
		return geotest.Star(rnd, orb.Point{8 * rnd.Float64(), 8 * rnd.Float64()}, 1+3*rnd.Float64(), 4+rnd.IntN(20), true)
	case 5:
		return geotest.Sliver(rnd, 8)
	default:
		return geotest.Blocks(rnd, 5)
	}
}

func rows(all []pair) [][]string {
	out := make([][]string, len(all))
	for i, p := range all {
		out[i] = []string{strconv.Itoa(i), shape.WKT(p.a), shape.WKT(p.b)}
	}
	return out
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" { // SQL's null: of nothing
		return 0
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(got, want, allowed float64) bool { return math.Abs(got-want) <= allowed }

// The whole matrix, not just the predicates drawn from it.
func TestRelate_agreesWithGEOS(t *testing.T) {
	t.Parallel()
	all := pairs(2500)
	answers := geotest.GEOS(t, []string{"id", "a", "b"}, rows(all), "id, ST_Relate(GeomFromText(a), GeomFromText(b)) as r")
	seen := map[string]int{}
	for i, p := range all {
		if !simple(p.a) || !simple(p.b) {
			continue
		}
		got, want := shape.Relate(p.a, p.b).String(), answers[i][1]
		seen[want]++
		if got != want {
			t.Errorf("%s, want %s\n%s\n%s", got, want, shape.WKT(p.a), shape.WKT(p.b))
		}
		if back := shape.Relate(p.b, p.a).String(); back != turn(got) {
			t.Errorf("%s one way, %s the other", got, back)
		}
	}
	if len(seen) < 60 {
		t.Errorf("the shapes meet in %d ways only", len(seen))
	}
}

func turn(m string) string {
	return string([]byte{m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]})
}

// simple leaves out lines that cross or run over themselves at their own ends,
// where GEOS and the standard part ways.
func simple(g orb.Geometry) bool {
	if two, ok := g.(orb.MultiLineString); ok {
		m := shape.Relate(two[0], two[1])
		return (m.Disjoint() || two[0][1] == two[1][0] || two[0][1] == two[1][1]) && m[0][0] < 0 // they meet in ends only
	}
	l, ok := g.(orb.LineString)
	if !ok {
		return true
	}
	for i := range l {
		for j := i + 1; j < len(l); j++ {
			if l[i] == l[j] {
				return false
			}
		}
	}
	return len(l) == 2 || shape.Intersects(orb.LineString{l[0], l[1]}, l[1:]) && !runsOver(l)
}

func runsOver(l orb.LineString) bool {
	for i := 1; i < len(l); i++ {
		for j := i + 1; j < len(l); j++ {
			m := shape.Relate(orb.LineString{l[i-1], l[i]}, orb.LineString{l[j-1], l[j]})
			if m[0][0] >= 0 || j > i+1 && !m.Disjoint() {
				return true
			}
		}
	}
	return false
}

func TestMeasures_agreeWithGEOS(t *testing.T) {
	t.Parallel()
	all := pairs(2500)
	answers := geotest.GEOS(t, []string{"id", "a", "b"}, rows(all), `id,
		ST_Area(GeomFromText(a)) as area,
		ST_Distance(GeomFromText(a), GeomFromText(b)) as distance,
		ST_Intersects(GeomFromText(a), GeomFromText(b)) as meets,
		ST_Area(ST_Intersection(GeomFromText(a), GeomFromText(b))) as overlap,
		ST_Area(ST_Union(GeomFromText(a), GeomFromText(b))) as joined,
		ST_Length(GeomFromText(a)) as length, ST_Perimeter(GeomFromText(a)) as perimeter`)
	for i, p := range all {
		a, b := shape.Areas(p.a), shape.Areas(p.b)
		for _, m := range []struct {
			what    string
			got     float64
			want    string
			allowed float64
		}{
			{"area", shape.Area(p.a), answers[i][1], 1e-11},
			{"distance", shape.Distance(p.a, p.b), answers[i][2], 1e-9},
			{"overlap", shape.Overlap(a, b), answers[i][4], 1e-9},
			{"covered", shape.Covered(a, b, b), answers[i][4], 1e-9},
			{"union", shape.Union(a, b), answers[i][5], 1e-9},
			{"length", shape.Length(p.a), strconv.FormatFloat(number(t, answers[i][6])+number(t, answers[i][7]), 'g', -1, 64), 1e-10},
		} {
			if !near(m.got, number(t, m.want), m.allowed) {
				t.Errorf("%s: %v, GEOS %s\n%s\n%s", m.what, m.got, m.want, shape.WKT(p.a), shape.WKT(p.b))
			}
		}
		if got := shape.Intersects(p.a, p.b); got != (answers[i][3] == "1") {
			t.Errorf("meets: %t\n%s\n%s", got, shape.WKT(p.a), shape.WKT(p.b))
		}
	}
}

// Rings of few whole numbers are wrong in every way there is.
func TestCheck_agreesWithGEOS(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(11)
	var all []orb.Geometry
	for range 3000 {
		all = append(all, perhapsValid(rnd))
	}
	text := make([][]string, len(all))
	for i, g := range all {
		text[i] = []string{strconv.Itoa(i), shape.WKT(g)}
	}
	answers := geotest.GEOS(t, []string{"id", "a"}, text, "id, ST_IsValid(GeomFromText(a)) as v")
	reasons := map[shape.Reason]int{}
	valid := 0
	for i, g := range all {
		problem := shape.Check(g)
		if want := answers[i][1] == "1"; (problem == nil) != want {
			t.Errorf("%v, GEOS says valid is %t\n%s", problem, want, text[i][1])
		}
		if problem == nil {
			valid++
			continue
		}
		reasons[problem.Reason]++
		if !g.Bound().Contains(problem.At) {
			t.Errorf("%v lies outside of %s", problem, text[i][1])
		}
	}
	if valid < 500 || len(reasons) < 7 {
		t.Errorf("%d valid; reasons %v: too little was tried", valid, reasons)
	}
}

func perhapsValid(rnd *rand.Rand) orb.Geometry {
	ring := func(from, size, n int) orb.Ring {
		r := make(orb.Ring, n, n+1)
		for i := range r {
			r[i] = orb.Point{float64(from + rnd.IntN(size)), float64(from + rnd.IntN(size))}
		}
		return append(r, r[0])
	}
	square := func(x, y, side float64) orb.Ring {
		return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
	}
	switch rnd.IntN(5) {
	case 0:
		return orb.Polygon{ring(0, 6, 3+rnd.IntN(4))}
	case 1: // a square with triangles and squares in and out of it
		p := orb.Polygon{square(0, 0, 8)}
		for range 1 + rnd.IntN(3) {
			if rnd.IntN(2) == 0 {
				p = append(p, square(float64(rnd.IntN(8)), float64(rnd.IntN(8)), float64(1+rnd.IntN(3))))
			} else {
				p = append(p, ring(0, 9, 3))
			}
		}
		return p
	case 2:
		return orb.MultiPolygon{geotest.Blocks(rnd, 5), geotest.Blocks(rnd, 5)}
	case 3: // a frame, and something in its hole perhaps
		return orb.MultiPolygon{
			{square(0, 0, 8), square(2, 2, 4)},
			{square(float64(rnd.IntN(9)), float64(rnd.IntN(9)), float64(1+rnd.IntN(3)))},
		}
	default:
		return orb.MultiPolygon{{ring(0, 5, 3)}, {ring(3, 5, 3)}}
	}
}

// What is left in a box: the same area as GEOS's, in the same place, and valid.
func TestClip_agreesWithGEOS(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(12)
	var text [][]string
	var mine []orb.Geometry
	for i := range 1500 {
		var g orb.Geometry = geotest.Blocks(rnd, 5)
		if i%3 == 0 {
			g = geotest.Star(rnd, orb.Point{4, 4}, 4, 5+rnd.IntN(60), true)
		} else if i%7 == 0 {
			g = orb.LineString{{8 * rnd.Float64(), 8 * rnd.Float64()}, {8 * rnd.Float64(), 8 * rnd.Float64()}, {8 * rnd.Float64(), 8 * rnd.Float64()}}
		}
		box := orb.Bound{Min: orb.Point{float64(rnd.IntN(5)), float64(rnd.IntN(5))}}
		box.Max = orb.Point{box.Min[0] + float64(1+rnd.IntN(4)), box.Min[1] + float64(1+rnd.IntN(4))}
		kept := shape.Clip(g, box)
		mine = append(mine, kept)
		text = append(text, []string{strconv.Itoa(i), shape.WKT(g), shape.WKT(box), shape.WKT(kept)})
	}
	answers := geotest.GEOS(t, []string{"id", "a", "b", "mine"}, text, `id,
		ST_Area(ST_Intersection(GeomFromText(a), GeomFromText(b))) as area,
		ST_Area(ST_SymDifference(ST_Intersection(GeomFromText(a), GeomFromText(b)), GeomFromText(mine))) as other,
		ST_IsValid(GeomFromText(mine)) as valid,
		ST_Length(ST_Intersection(GeomFromText(a), GeomFromText(b))) as length`)
	fell := 0
	for i, kept := range mine {
		if !near(shape.Area(kept), number(t, answers[i][1]), 1e-9) || number(t, answers[i][2]) > 1e-9 {
			t.Errorf("area %v, GEOS %s, apart %s: %v", shape.Area(kept), answers[i][1], answers[i][2], text[i])
		}
		if kept != nil && answers[i][3] != "1" {
			t.Errorf("not valid: %v", text[i])
		}
		switch kept := kept.(type) {
		case orb.MultiPolygon:
			fell++
		case orb.LineString, orb.MultiLineString:
			if !near(shape.Length(kept), number(t, answers[i][4]), 1e-9) {
				t.Errorf("length %v, GEOS %s: %v", shape.Length(kept), answers[i][4], text[i])
			}
		}
	}
	if fell < 10 {
		t.Errorf("%d shapes fell apart: too few to have tried it", fell)
	}
}

// projected are the municipalities in EPSG:25833.
func projected(t *testing.T) []geotest.Municipality {
	t.Helper()
	utm, _ := crs.ByCode(crs.UTM33)
	all := geotest.Municipalities(t)
	for i := range all {
		all[i].Shape = crs.Apply(all[i].Shape, crs.Between(crs.CRS84(), utm)).(orb.MultiPolygon)
	}
	return all
}

// whole writes whole(x) out. Some thirty of the boundaries cross themselves by a
// few metres; GEOS refuses to cut those until they have been through a buffer of
// nothing, which drops the crossed corners.
func whole(sql string) string {
	return regexp.MustCompile(`whole\((\w+)\)`).ReplaceAllString(sql,
		"case when ST_IsValid(GeomFromText($1)) then GeomFromText($1) else ST_Buffer(GeomFromText($1), 0) end")
}

func TestMunicipalities_agreeWithGEOS(t *testing.T) {
	t.Parallel()
	all := projected(t)
	rnd := geotest.Rand(13)
	var text [][]string
	shifted := make([]orb.MultiPolygon, len(all))
	boxes := make([]orb.Bound, len(all))
	for i, m := range all {
		dx, dy := 4000*rnd.Float64(), 4000*rnd.Float64()
		shifted[i] = crs.Apply(m.Shape, func(p orb.Point) orb.Point { return orb.Point{p[0] + dx, p[1] + dy} }).(orb.MultiPolygon)
		b := m.Shape.Bound()
		at := orb.Point{b.Min[0] + rnd.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rnd.Float64()*(b.Max[1]-b.Min[1])}
		boxes[i] = orb.Bound{Min: at, Max: at}.Pad(5000)
		text = append(text, []string{
			m.Number, shape.WKT(m.Shape), shape.WKT(shifted[i]), shape.WKT(all[rnd.IntN(len(all))].Shape),
			shape.WKT(boxes[i]), shape.WKT(shape.Clip(m.Shape, boxes[i])),
		})
	}
	answers := geotest.GEOS(t, []string{"id", "a", "shifted", "other", "box", "mine"}, text, whole(`id,
		ST_Area(GeomFromText(a)) as area, ST_IsValid(GeomFromText(a)) as valid, ST_Perimeter(GeomFromText(a)) as length,
		ST_Area(ST_Intersection(whole(a), whole(shifted))) as overlap,
		ST_Distance(GeomFromText(a), GeomFromText(other)) as distance, other,
		ST_Area(ST_SymDifference(ST_Intersection(whole(a), GeomFromText(box)), whole(mine))) as apart,
		ST_Area(ST_Intersection(whole(a), GeomFromText(box))) as clipped`))
	for i, m := range all {
		other, err := shape.ParseWKT(answers[i][6])
		if err != nil {
			t.Fatal(err)
		}
		area, slack := number(t, answers[i][1]), 1e-9
		if answers[i][2] != "1" {
			slack = 1e-4
		}
		for _, measure := range []struct {
			what      string
			got, want float64
			allowed   float64
		}{
			{"area", shape.Area(m.Shape), area, 1e-10 * area},
			{"length", shape.Length(m.Shape), number(t, answers[i][3]), 1e-5},
			{"overlap", shape.Overlap(m.Shape, shifted[i]), number(t, answers[i][4]), slack * area},
			{"distance", shape.Distance(m.Shape, other), number(t, answers[i][5]), 1e-6},
			{"clip, apart", 0, number(t, answers[i][7]), slack * area},
			{"clip, area", shape.Area(shape.Clip(m.Shape, boxes[i])), number(t, answers[i][8]), slack * area},
		} {
			if !near(measure.got, measure.want, measure.allowed) {
				t.Errorf("%s, %s: %v, GEOS %v", m.Name, measure.what, measure.got, measure.want)
			}
		}
		if problem := shape.Check(m.Shape); (problem == nil) != (answers[i][2] == "1") {
			t.Errorf("%s: %v, GEOS says valid is %s", m.Name, problem, answers[i][2])
		}
	}
}

// Points in, on and around each municipality; those on the boundary are its own
// corners, which must be found on it exactly.
func TestLocator_agreesWithGEOSOnTheMunicipalities(t *testing.T) {
	t.Parallel()
	all := projected(t)
	rnd := geotest.Rand(14)
	points := make([]orb.MultiPoint, len(all))
	var text [][]string
	for i, m := range all {
		b := m.Shape.Bound().Pad(1000)
		for range 60 {
			points[i] = append(points[i], orb.Point{
				math.Round(b.Min[0] + rnd.Float64()*(b.Max[0]-b.Min[0])), math.Round(b.Min[1] + rnd.Float64()*(b.Max[1]-b.Min[1])),
			})
		}
		text = append(text, []string{m.Number, shape.WKT(m.Shape), shape.WKT(points[i])})
	}
	answers := geotest.GEOS(t, []string{"id", "a", "points"}, text,
		"id, AsText(ST_Intersection(GeomFromText(points), GeomFromText(a))) as inside")
	found := 0
	for i, m := range all {
		var want orb.MultiPoint
		if g, err := shape.ParseWKT(answers[i][1]); err == nil {
			switch g := g.(type) {
			case orb.Point:
				want = orb.MultiPoint{g}
			case orb.MultiPoint:
				want = g
			}
		}
		locator := shape.NewLocator(m.Shape)
		for _, p := range points[i] {
			got := locator.Locate(p)
			if slow := shape.Locate(m.Shape, p); got != slow {
				t.Errorf("%s: the locator says %v of %v, the plain way %v", m.Name, got, p, slow)
			}
			if is := slices.Contains(want, p); is != (got != shape.Outside) {
				t.Errorf("%s: %v of %v, GEOS %t", m.Name, got, p, is)
			} else if is {
				found++
			}
		}
		for _, p := range m.Shape[0][0][:4] {
			if got := locator.Locate(p); got != shape.Boundary {
				t.Errorf("%s: the corner %v lies %v", m.Name, p, got)
			}
		}
	}
	if found < 5000 {
		t.Errorf("%d points inside: too few to have tried it", found)
	}
}

func ExampleProblem() {
	bow := orb.Polygon{{{0, 0}, {4, 4}, {4, 0}, {0, 4}, {0, 0}}}
	fmt.Println(shape.Check(bow))
	// Output: self_crossing at 2.000 2.000 (part 0, ring 0)
}
