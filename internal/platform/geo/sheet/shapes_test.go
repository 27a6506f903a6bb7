package sheet

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func rectangle(x, y, w, h float64) orb.Polygon {
	return orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + w, y + h}}.ToPolygon()
}

// Lines a gap apart have together the length of the area divided by the gap.
func TestHatching_coversTheAreaEvenly(t *testing.T) {
	t.Parallel()
	hole := rectangle(30, 30, 20, 20)[0]
	hole.Reverse()
	for name, area := range map[string]orb.Polygon{
		"square":    rectangle(0, 0, 100, 100),
		"with hole": {rectangle(10, 10, 80, 60)[0], hole},
		"triangle":  {{{0, 0}, {90, 10}, {40, 80}, {0, 0}}},
	} {
		for _, angle := range []float64{0, 30, 45, 90, 135, -45} {
			lines := hatching(orb.MultiPolygon{area}, Hatch{Color: "#000000", Angle: angle, Gap: 0.5}, 1)
			total := shape.Length(lines)
			if want := shape.Area(area) / 0.5; math.Abs(total-want) > 0.02*want {
				t.Errorf("%s at %g°: %g of lines, want %g", name, angle, total, want)
			}
			for _, l := range lines {
				middle := orb.Point{(l[0][0] + l[1][0]) / 2, (l[0][1] + l[1][1]) / 2}
				if shape.Distance(middle, orb.MultiPolygon{area}) > 1e-9 {
					t.Fatalf("%s at %g°: a line lies outside, at %v", name, angle, middle)
				}
			}
		}
	}
}

func TestHatching_turnsAgainstTheClock(t *testing.T) {
	t.Parallel()
	for angle, want := range map[float64]orb.Point{0: {1, 0}, 90: {0, -1}, 45: {math.Sqrt2 / 2, -math.Sqrt2 / 2}} {
		l := hatching(orb.MultiPolygon{rectangle(0, 0, 10, 10)}, Hatch{Color: "#000000", Angle: angle, Gap: 3}, 1)[0]
		d := math.Hypot(l[1][0]-l[0][0], l[1][1]-l[0][1])
		if got := (orb.Point{(l[1][0] - l[0][0]) / d, (l[1][1] - l[0][1]) / d}); math.Hypot(got[0]-want[0], got[1]-want[1]) > 1e-9 {
			t.Errorf("%g° runs along %v, want %v", angle, got, want)
		}
	}
}

func TestHatching_isBounded(t *testing.T) {
	t.Parallel()
	areas := orb.MultiPolygon{rectangle(0, 0, 400, 400)}
	if n := len(hatching(areas, Hatch{Color: "#000000", Gap: 1e-9}, 1)); n > 1001 {
		t.Errorf("%d lines for the finest gap", n)
	}
	if one, two := len(hatching(areas, Hatch{Color: "#000000", Gap: 2}, 1)), len(hatching(areas, Hatch{Color: "#000000", Gap: 2, Cross: true}, 1)); two < 2*one-2 {
		t.Errorf("%d lines crossed, %d not", two, one)
	}
	if hatching(areas, Hatch{Gap: 2}, 1) != nil || hatching(areas, Hatch{Color: "#000000"}, 1) != nil {
		t.Error("a hatch without colour or gap was drawn")
	}
}

// Two areas that share a side are hatched as one.
func TestHatching_goesOnFromAreaToArea(t *testing.T) {
	t.Parallel()
	h := Hatch{Color: "#000000", Angle: 0, Gap: 3}
	left, right := hatching(orb.MultiPolygon{rectangle(0, 1, 10, 20)}, h, 1), hatching(orb.MultiPolygon{rectangle(10, 5, 10, 20)}, h, 1)
	rows := map[float64]bool{}
	for _, l := range left {
		rows[l[0][1]] = true
	}
	met := 0
	for _, l := range right {
		if rows[l[0][1]] {
			met++
		}
	}
	if met < 5 {
		t.Errorf("only %d lines go on", met)
	}
}

func TestMetres_neverTellsMoreThanThereIs(t *testing.T) {
	t.Parallel()
	nb, en := words(t, i18n.NB), words(t, i18n.EN)
	for v, want := range map[float64]string{
		0: "0,0", 4: "4,0", 3.9999999: "4,0", 3.96: "3,9", 3.99: "3,9", 3.996: "4,0", 4.25: "4,2", 12.345: "12,3", 1234.56: "1234,5",
	} {
		if got := Metres(nb, v); got != want+"\u00a0m" {
			t.Errorf("Metres(%g) = %q, want %q", v, got, want)
		}
		if got := Metres(en, v); got != strings.Replace(want, ",", ".", 1)+"\u00a0m" {
			t.Errorf("in English Metres(%g) = %q", v, got)
		}
	}
}

func TestShortest_isAsLongAsTheDistance(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	blob := func(x, y float64) orb.Polygon {
		var ring orb.Ring
		for i := range 12 {
			sin, cos := math.Sincos(float64(i) * math.Pi / 6)
			d := 5 + 10*r.Float64()
			ring = append(ring, orb.Point{x + d*cos, y + d*sin})
		}
		return orb.Polygon{append(ring, ring[0])}
	}
	for range 200 {
		a, b := orb.Geometry(blob(0, 0)), orb.Geometry(blob(40*r.Float64()+20, 60*r.Float64()))
		switch r.IntN(4) {
		case 0:
			b = shape.Outline(b)
		case 1:
			b = orb.Point{40 * r.Float64(), 70}
		}
		line, ok := Shortest(a, b)
		want := shape.Distance(a, b)
		if ok != (want > 0) {
			t.Fatalf("found %v for a distance of %g", ok, want)
		}
		if ok && math.Abs(shape.Length(line)-want) > 1e-9 {
			t.Fatalf("line of %g for a distance of %g", shape.Length(line), want)
		}
		if ok && (shape.Distance(line[0], a) > 1e-9 || shape.Distance(line[1], b) > 1e-9) {
			t.Fatal("the line does not go from the first to the second")
		}
	}
}

// A house stands inside its ground: the distance is to the boundary, and the
// ground's outline must be given.
func TestShortest_fromAHouseToItsBoundary(t *testing.T) {
	t.Parallel()
	ground, house := rectangle(0, 0, 30, 40), rectangle(4.2, 10, 8, 10)
	line, ok := Shortest(house, shape.Outline(ground))
	if !ok || math.Abs(shape.Length(line)-4.2) > 1e-9 || line[1][0] != 0 {
		t.Errorf("line %v", line)
	}
	if _, ok := Shortest(house, ground); ok {
		t.Error("a line between shapes that meet")
	}
}

func TestShortest_saysWhenItCannot(t *testing.T) {
	t.Parallel()
	long := make(orb.LineString, 6000)
	for i := range long {
		long[i] = orb.Point{float64(i), float64(i % 7)}
	}
	for name, pair := range map[string][2]orb.Geometry{
		"nil": {nil, orb.Point{}}, "empty": {orb.Polygon{}, orb.Point{}}, "too long": {long, shape.Circle(orb.Point{0, 100}, 1, 1e-8)},
	} {
		if _, ok := Shortest(pair[0], pair[1]); ok {
			t.Errorf("%s: found a line", name)
		}
	}
}

func TestHeads_pointOutwardsWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	long := heads(orb.MultiLineString{{{0, 0}, {20, 0}}}, 1)
	if len(long) != 2 || long[0][0][0] != (orb.Point{0, 0}) || long[1][0][0] != (orb.Point{20, 0}) {
		t.Fatalf("heads %v", long)
	}
	if b := long[0].Bound(); b.Min[0] != 0 || b.Max[0] != arrow {
		t.Errorf("the left head reaches from %g to %g", b.Min[0], b.Max[0])
	}
	short := heads(orb.MultiLineString{{{0, 0}, {2, 0}}}, 1)
	if b := short[0].Bound(); b.Min[0] != -arrow || b.Max[0] != 0 {
		t.Errorf("the left head of a short line reaches from %g to %g", b.Min[0], b.Max[0])
	}
	if n := len(heads(orb.MultiLineString{{{1, 1}, {1, 1}}}, 1)); n != 0 {
		t.Errorf("%d heads on a line of no length", n)
	}
}

func TestOneLine_isShortAndPlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "  a\n\tb \x00 c ": "a b c", "\xff12/3": "12/3", "Å\u00a0b": "Å\u00a0b"} {
		if got := oneLine(in); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
	if got := oneLine(strings.Repeat("æ", 1<<20)); utf8.RuneCountInString(got) > maxLabel || !strings.HasSuffix(got, "…") {
		t.Errorf("a long text became %d characters", utf8.RuneCountInString(got))
	}
}
