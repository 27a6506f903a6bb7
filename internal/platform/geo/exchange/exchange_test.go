package exchange

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

var said = regexp.MustCompile(`(?:[Ww]rong|fatal|warn)\("([a-z_]+)"|"geo_file\.([a-z_]+)"`)

// keysIn finds the message keys in a folder's code.
func keysIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(files), err)
	}
	var keys []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range said.FindAllStringSubmatch(string(text), -1) {
			keys = append(keys, match[1]+match[2])
		}
	}
	return keys
}

func TestOptions_takeWhatNorwayUses(t *testing.T) {
	t.Parallel()
	var o Options
	for epsg, want := range map[int]bool{4326: true, 4258: true, 25832: true, 25833: true, 25835: true, 23095: false, 3857: false, 0: false} {
		if o.Takes(epsg) != want {
			t.Errorf("EPSG:%d: %v", epsg, !want)
		}
	}
	o.Accepts = func(epsg int) bool { return epsg == 3857 }
	if o.Takes(4326) || !o.Takes(3857) {
		t.Error("the caller's own choice is not asked")
	}
	l := Limits{Depth: 3}.WithDefaults()
	if l.Depth != 3 || l.Vertices != DefaultLimits().Vertices {
		t.Errorf("%+v", l)
	}
}

func TestArc_isTheSameBothWays(t *testing.T) {
	t.Parallel()
	a, m, b := orb.Point{600010, 6700000}, orb.Point{600000, 6700010}, orb.Point{599990, 6700000}
	there, straight := Arc(a, m, b, false)
	back, _ := Arc(b, m, a, false)
	back.Reverse()
	if diff := cmp.Diff(there, back); diff != "" || straight {
		t.Errorf("%v %s", straight, diff)
	}
	if len(there) < 20 || there[0] != a || there[len(there)-1] != b {
		t.Errorf("%d points from %v to %v", len(there), there[0], there[len(there)-1])
	}
	for i, p := range there {
		if off := math.Abs(math.Hypot(p[0]-600000, p[1]-6700000) - 10); off > 1e-6 {
			t.Errorf("%v is %g from the circle", p, off)
		}
		if i > 0 {
			middle := orb.Point{(p[0] + there[i-1][0]) / 2, (p[1] + there[i-1][1]) / 2}
			if off := 10 - math.Hypot(middle[0]-600000, middle[1]-6700000); off > sagitta+1e-6 {
				t.Errorf("a stroke lies %g from the arc", off)
			}
		}
	}
}

func TestArc_ofPointsOnALineIsTheLine(t *testing.T) {
	t.Parallel()
	for _, p := range [][3]orb.Point{{{0, 0}, {1, 1}, {2, 2}}, {{5, 5}, {5, 5}, {5, 5}}, {{0, 0}, {1, 0}, {0, 0}}, {{6e5, 6.7e6}, {6e5 + 1, 6.7e6}, {6e5 + 2, 6.7e6 + 1e-10}}} {
		line, straight := Arc(p[0], p[1], p[2], false)
		if !straight || len(line) != 3 {
			t.Errorf("%v: %v %v", p, straight, line)
		}
		if _, straight := Circle(p[0], p[1], p[2], false); !straight {
			t.Errorf("%v is a circle", p)
		}
	}
}

func TestCircle_closes(t *testing.T) {
	t.Parallel()
	line, straight := Circle(orb.Point{10, 0}, orb.Point{0, 10}, orb.Point{-10, 0}, false)
	if straight || line[0] != line[len(line)-1] || len(line) < 40 {
		t.Errorf("%v %d", straight, len(line))
	}
	if area := shape.SignedArea(orb.Ring(line)); math.Abs(area-100*math.Pi) > 0.5 {
		t.Errorf("area %g", area)
	}
}

func TestJoinRing_putsCurvesTogether(t *testing.T) {
	t.Parallel()
	a, b, c := orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 4}
	tests := map[string]struct {
		lines []orb.LineString
		wrong string
	}{
		"in order":            {[]orb.LineString{{a, b}, {b, c}, {c, a}}, ""},
		"one turned":          {[]orb.LineString{{a, b}, {c, b}, {c, a}}, ""},
		"the first turned":    {[]orb.LineString{{b, a}, {b, c}, {c, a}}, ""},
		"with a hair between": {[]orb.LineString{{a, b}, {{4, 0.0005}, c}, {c, {0.0005, 0}}}, ""},
		"with a gap":          {[]orb.LineString{{a, b}, {{4, 0.1}, c}, {c, a}}, "line_gap"},
		"open":                {[]orb.LineString{{a, b}, {b, c}}, "ring_open"},
		"of a point":          {[]orb.LineString{{a}}, "line_short"},
		"of nothing":          {nil, "ring_short"},
	}
	for name, test := range tests {
		ring, wrong := JoinRing(test.lines, Gap(false))
		if key(wrong) != test.wrong {
			t.Errorf("%s: %q, want %q", name, key(wrong), test.wrong)
		}
		if wrong == nil && (len(ring) != 4 || ring[0] != ring[3]) {
			t.Errorf("%s: %v", name, ring)
		}
	}
}

func TestReport_keepsTheFirstThousand(t *testing.T) {
	t.Parallel()
	var r Report
	for i := range 1500 {
		r.Add(Problem{Line: i, Key: "geo_file.truncated"})
		r.Warn(Problem{Line: i, Key: "geo_file.heights_dropped"})
	}
	if !r.Failed() || r.Count != 1500 || len(r.Problems) != 1000 || len(r.Warnings) != 1 {
		t.Errorf("%d, %d kept, %d warnings", r.Count, len(r.Problems), len(r.Warnings))
	}
}

func TestProblem_becomesAnErrorWithWords(t *testing.T) {
	t.Parallel()
	p := Wrong("ring_open", "x", 6600100.1+0.2, "y", 2.5)
	p.Line, p.Where = 7, "RpOmråde 1"
	e := errs.Of(p.Fatal())
	if e == nil || e.Kind != errs.KindInvalid || e.Key != "geo_file.ring_open" {
		t.Fatalf("%v", e)
	}
	if diff := cmp.Diff([]any{"line", 7, "where", "RpOmråde 1", "x", "6600100.3", "y", "2.5"}, e.Args); diff != "" {
		t.Error(diff)
	}
}

func TestFillValidity_findsTheDates(t *testing.T) {
	t.Parallel()
	day := func(y, m, d int) time.Time { return clock.NewDate(y, time.Month(m), d).Start() }
	utc := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	tests := map[string]struct {
		properties map[string]any
		from, to   time.Time
	}{
		"none":       {map[string]any{"navn": "x"}, time.Time{}, time.Time{}},
		"Norwegian":  {map[string]any{"gyldigFra": "2020-01-02", "gyldigTil": "2021-03-04"}, day(2020, 1, 2), day(2021, 3, 4)},
		"in a type":  {map[string]any{"versjon.validFrom": "2020-01-02T00:00:00Z"}, utc(2020, 1, 2), time.Time{}},
		"of a plan":  {map[string]any{"ikrafttredelsesdato": "2020-01-02"}, day(2020, 1, 2), time.Time{}},
		"of SOSI":    {map[string]any{"IKRAFT": "20200102"}, day(2020, 1, 2), time.Time{}},
		"a time":     {map[string]any{"valid_to": day(2030, 1, 1)}, time.Time{}, day(2030, 1, 1)},
		"no zone":    {map[string]any{"gyldigFra": "2020-07-02T12:30:00", "gyldigTil": "20210304000000"}, utc(2020, 7, 2).Add(10*time.Hour + 30*time.Minute), day(2021, 3, 4)},
		"in summer":  {map[string]any{"gyldigFra": "2020-07-02"}, utc(2020, 7, 1).Add(22 * time.Hour), time.Time{}},
		"not a date": {map[string]any{"gyldigFra": "i fjor", "gyldigTil": int64(4)}, time.Time{}, time.Time{}},
	}
	for name, test := range tests {
		f := Feature{Properties: test.properties}
		f.FillValidity()
		if !f.ValidFrom.Equal(test.from) || !f.ValidTo.Equal(test.to) {
			t.Errorf("%s: %v to %v", name, f.ValidFrom, f.ValidTo)
		}
	}
}
