package sosi

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
)

func areas(polygons ...orb.Polygon) (list []exchange.Feature) {
	for i, p := range polygons {
		list = append(list, exchange.Feature{ID: fmt.Sprint(i + 1), Type: "Teig", CRS: 25832, Geometry: p, Properties: map[string]any{}})
	}
	return list
}

// sameAgain writes areas, reads them back and gives the file. They must be what each of
// them is in a file of its own, where it shares nothing.
func sameAgain(tb testing.TB, features []exchange.Feature) string {
	tb.Helper()
	file := written(tb, 25832, features...)
	got, r := readBack(tb, file)
	var want []exchange.Feature
	for _, f := range features {
		alone, _ := readBack(tb, written(tb, 25832, f))
		want = append(want, alone...)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" || r.Info().Count != len(features) {
		tb.Fatalf("%d counted, %+v %.2000s\n%.3000s", r.Info().Count, r.Report().Problems, diff, file)
	}
	return string(file)
}

// curvesOf are the coordinates of the curves in a file, by their numbers.
func curvesOf(file string) map[string][]string {
	curves := map[string][]string{}
	for _, found := range regexp.MustCompile(`(?s)\.KURVE (\d+):\n[^\d]*urn:torg:outline:1\n\.\.NØ\n([\d \n-]+)`).FindAllStringSubmatch(file, -1) {
		curves[found[1]] = strings.Split(strings.TrimSpace(found[2]), "\n")
	}
	return curves
}

// Two plots side by side have the boundary between them in common: one refers to it as
// it runs, the other the other way round.
func TestWriter_sharesTheCurveBetweenNeighbours(t *testing.T) {
	t.Parallel()
	plots := areas(
		orb.Polygon{{{0, 0}, {10, 0}, {10, 5}, {10, 10}, {0, 10}, {0, 0}}},
		orb.Polygon{{{10, 0}, {20, 0}, {20, 10}, {10, 10}, {10, 5}, {10, 0}}},
	)
	file := sameAgain(t, plots)
	got, _ := readBack(t, []byte(file))
	if diff := cmp.Diff(plots, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" {
		t.Error(diff)
	}
	want := map[string][]string{
		"3": {"0 0", "0 1000"}, "4": {"0 1000", "500 1000", "1000 1000"}, "5": {"1000 1000", "1000 0", "0 0"}, "6": {"0 1000", "0 2000", "1000 2000", "1000 1000"},
	}
	if diff := cmp.Diff(want, curvesOf(file)); diff != "" {
		t.Errorf("%s\n%s", diff, file)
	}
	for _, refs := range []string{"..REF :3 :4 :5\n", "..REF :6 :-4\n"} {
		if !strings.Contains(file, refs) {
			t.Errorf("lacks %q:\n%s", refs, file)
		}
	}
}

// What fills a hole has the hole's outline, from wherever each of them begins.
func TestWriter_sharesTheCurveAroundAnIsland(t *testing.T) {
	t.Parallel()
	file := sameAgain(t, areas(
		orb.Polygon{ring(0, 0, 100), hole(10, 10, 20), hole(60, 60, 20)},
		orb.Polygon{{{30, 30}, {10, 30}, {10, 10}, {30, 10}, {30, 30}}},
		orb.Polygon{ring(60, 60, 20)},
	))
	if curves := curvesOf(file); len(curves) != 4 {
		t.Errorf("%d curves: %v", len(curves), curves)
	}
	for _, refs := range []string{"..REF :4 (:5 :6) (:7)\n", "..REF :-5 :-6\n", "..REF :-7\n"} {
		if !strings.Contains(file, refs) {
			t.Errorf("lacks %q:\n%s", refs, file)
		}
	}
}

// Each boundary of a checkerboard stands once, however each square is drawn.
func TestWriter_writesEachBoundaryOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const side = 12
	var list []orb.Polygon
	for x := range side {
		for y := range side {
			list = append(list, turned(random, tileAt(x, y)))
		}
	}
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	file := sameAgain(t, areas(list...))
	seen := map[string]int{}
	for _, curve := range curvesOf(file) {
		for i := 1; i < len(curve); i++ {
			seen[min(curve[i-1], curve[i])+"–"+max(curve[i-1], curve[i])]++
		}
	}
	if len(seen) != 2*side*(side+1) {
		t.Errorf("%d edges, want %d", len(seen), 2*side*(side+1))
	}
	for edge, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", edge, n)
		}
	}
	if strings.Count(file, ":-") < side {
		t.Error("no curve is referred to the other way round")
	}
}

func tileAt(x, y int) orb.Ring { return ring(float64(x)*10, float64(y)*10, 10) }

// turned is an outline that begins somewhere else and may run the other way.
func turned(random *rand.Rand, r orb.Ring) orb.Polygon {
	n := len(r) - 1
	from := random.IntN(n)
	out := make(orb.Ring, 0, len(r))
	for i := range r {
		out = append(out, r[(from+i)%n])
	}
	if random.IntN(2) == 0 {
		slices.Reverse(out)
	}
	return orb.Polygon{out}
}

// What does not fit together is written as it is: parts of an edge, outlines that cross,
// the same area again and again, corners that stand twice.
func TestWriter_sharesOnlyWhatIsTheSame(t *testing.T) {
	t.Parallel()
	whole := orb.Polygon{ring(0, 0, 100)}
	for name, tt := range map[string]struct {
		list   []orb.Polygon
		curves int
	}{
		"half an edge":      {[]orb.Polygon{whole, {ring(100, 0, 50)}}, 2 + 1},
		"crossing":          {[]orb.Polygon{whole, {ring(50, 50, 100)}}, 2},
		"thrice":            {[]orb.Polygon{whole, whole, whole}, 1},
		"backwards":         {[]orb.Polygon{whole, {hole(0, 0, 100)}}, 1},
		"touching":          {[]orb.Polygon{whole, {ring(100, 100, 100)}}, 3},
		"a corner twice":    {[]orb.Polygon{whole, {{{0, 0}, {100, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}}}, 2},
		"twice a corner":    {[]orb.Polygon{{{{0, 0}, {100, 0}, {100, 0}, {100, 100}, {0, 0}}}, {{{0, 0}, {100, 0}, {100, 0}, {100, 100}, {0, 0}}}}, 2},
		"an eight":          {[]orb.Polygon{{{{0, 0}, {10, 0}, {5, 5}, {10, 10}, {0, 10}, {5, 5}, {0, 0}}}}, 3},
		"there and back":    {[]orb.Polygon{{{{0, 0}, {10, 0}, {10, 10}, {10, 0}, {0, 0}}}, whole}, 0},
		"zero and minus":    {[]orb.Polygon{{{{0, 0}, {10, 0}, {10, 10}, {0, 0}}}, {{{math.Copysign(0, -1), 0}, {10, 0}, {10, -10}, {math.Copysign(0, -1), 0}}}}, 0},
		"a tiny difference": {[]orb.Polygon{whole, {{{100, 0}, {200, 0}, {200, 100}, {math.Nextafter(100, 0), 100}, {100, 0}}}}, 0},
		"many holes":        {[]orb.Polygon{manyHoles()}, 41},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := sameAgain(t, areas(tt.list...))
			if n := len(curvesOf(file)); tt.curves > 0 && n != tt.curves {
				t.Errorf("%d curves, want %d:\n%s", n, tt.curves, file)
			}
		})
	}
}

func manyHoles() orb.Polygon {
	p := orb.Polygon{ring(0, 0, 10_000)}
	for i := range 40 {
		p = append(p, hole(float64(10+20*i), 10, 5))
	}
	return p
}

// Where there are more corners than are remembered, each outline stands for itself.
func TestWriter_boundsWhatItRemembers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, limit := range []int{0, 3, 40, 1000} {
		o := newOutlines()
		o.limit = limit
		var list []orb.Ring
		for x := range 6 {
			for y := range 6 {
				list = append(list, turned(random, tileAt(x, y))[0])
			}
		}
		for _, r := range list {
			o.meet(r)
		}
		curves := 0
		for _, r := range list {
			var lines [][]byte
			for _, p := range r {
				lines = append(lines, fmt.Appendf(nil, "%v %v\n", p[1], p[0]))
			}
			if err := o.outline(lines, func(int64, [][]byte) { curves++ }); err != nil {
				t.Fatal(err)
			}
			if refs := o.references(); limit < 49 && strings.Count(refs, ":") != 1 {
				t.Errorf("limit %d: %s", limit, refs)
			}
		}
		if len(o.corners) > limit || limit < 49 && (!o.many || curves != 36 || len(o.written) > 0) || limit == 1000 && curves > 84 {
			t.Errorf("limit %d: %d corners, %d curves, %d remembered", limit, len(o.corners), curves, len(o.written))
		}
	}
}

func TestWriter_outlinesThatAreNone(t *testing.T) {
	t.Parallel()
	o := newOutlines()
	for _, lines := range []string{"1", "x y", "1 2 3", ""} {
		if err := o.outline([][]byte{[]byte(lines)}, func(int64, [][]byte) { t.Error("it is written") }); err == nil {
			t.Errorf("%q is taken", lines)
		}
	}
}

// GDAL puts surfaces together of curves in common as we do.
func TestWriter_sharedCurvesAreReadByGDAL(t *testing.T) {
	t.Parallel()
	at := func(r orb.Ring) orb.Polygon {
		moved := make(orb.Ring, len(r))
		for i, p := range r {
			moved[i] = orb.Point{500_000 + p[0], 6_600_000 + p[1]}
		}
		return orb.Polygon{moved}
	}
	list := []orb.Polygon{at(tileAt(0, 0)), at(tileAt(1, 0)), at(tileAt(0, 1)), at(tileAt(1, 1)), at(tileAt(2, 1))}
	features := areas(list...)
	path := inLatin1(t, "shared.sos", []byte(sameAgain(t, features)))
	exchangetest.SameSet(t, exchangetest.Geometries(features), exchangetest.GDAL(t, path, "polygons"), 1e-6)
}

// FuzzOutlines makes areas of the corners of a small grid, where everything meets.
func FuzzOutlines(f *testing.F) {
	f.Add([]byte{0, 1, 5, 4, 255, 1, 2, 6, 5, 255, 4, 5, 9, 8})
	f.Add([]byte{0, 3, 15, 12, 254, 5, 6, 10, 9, 255, 5, 9, 10, 6, 255, 0, 0, 1, 1})
	f.Add([]byte{0, 1, 2, 1, 0, 255, 2, 1, 0, 4, 255, 0, 5, 0, 5, 10})
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 300 {
			return
		}
		var list []orb.Polygon
		var polygon orb.Polygon
		var r orb.Ring
		closeRing := func() {
			if len(r) >= 3 {
				polygon = append(polygon, append(r, r[0]))
			}
			r = nil
		}
		for _, b := range append(text, 255) {
			switch b {
			case 255:
				closeRing()
				if len(polygon) > 0 {
					list = append(list, polygon)
				}
				polygon = nil
			case 254:
				closeRing()
			default:
				r = append(r, orb.Point{float64(b%4) * 10, float64(b/4%4) * 10})
			}
		}
		sameAgain(t, areas(list...))
	})
}
