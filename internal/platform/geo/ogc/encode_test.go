package ogc

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

func byCode(tb testing.TB, code int) crs.System {
	tb.Helper()
	s, ok := crs.ByCode(code)
	if !ok {
		tb.Fatalf("no EPSG:%d", code)
	}
	return s
}

func TestAppendDecimal_writesFewDecimals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		v        float64
		decimals int
		exact    bool
		want     string
	}{
		{0, 4, false, "0"},
		{-0.00001, 4, false, "0"},
		{1, 4, false, "1"},
		{-1, 4, false, "-1"},
		{100, 4, false, "100"},
		{0.5, 4, false, "0.5"},
		{-0.5, 4, false, "-0.5"},
		{0.05, 4, false, "0.05"},
		{0.0001, 4, false, "0.0001"},
		{0.00004, 4, false, "0"},
		{500000.12, 4, false, "500000.12"},
		{6500000.1234, 4, false, "6500000.1234"},
		{6500000.12346, 4, false, "6500000.1235"},
		{10.123456789, 9, false, "10.123456789"},
		{-10.1234567891, 9, false, "-10.123456789"},
		{180, 9, false, "180"},
		{9.999999999999, 9, false, "10"},
		{500000.123456, 4, true, "500000.123456"},
		{500000.12, 4, true, "500000.12"},
		{10.12345678912345, 9, true, "10.12345678912345"},
		{1e20, 4, false, "100000000000000000000"},
		{-1e300, 4, true, strconv.FormatFloat(-1e300, 'f', -1, 64)},
	} {
		if got := string(appendDecimal(nil, tt.v, tt.decimals, tt.exact)); got != tt.want {
			t.Errorf("%v with %d decimals, exact %t: %s, want %s", tt.v, tt.decimals, tt.exact, got, tt.want)
		}
	}
}

func TestAppendDecimal_isNearOrExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(9)))
		near, err := strconv.ParseFloat(string(appendDecimal(nil, v, 4, false)), 64)
		if err != nil || math.Abs(near-v) > 0.000051 {
			t.Fatalf("%v became %v: %v", v, near, err)
		}
		same, err := strconv.ParseFloat(string(appendDecimal(nil, v, 4, true)), 64)
		if err != nil || same != v {
			t.Fatalf("%v became %v, which is not exact: %v", v, same, err)
		}
		cents := math.Round(v*100) / 100
		if got := string(appendDecimal(nil, cents, 4, true)); got != strconv.FormatFloat(cents+0, 'f', -1, 64) && cents != 0 {
			t.Fatalf("%v became %s", cents, got)
		}
	}
}

func TestAppendText_isJSON(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", "Tomt på Å", `"quoted"`, `back\slash`, "line\nbreak", "nul\x00", "<b>&", "\u2028", "\xff", "😀"} {
		var back string
		if err := json.Unmarshal(appendText(nil, s), &back); err != nil || back != strings.ToValidUTF8(s, "�") {
			t.Errorf("%q became %q: %v", s, back, err)
		}
	}
	if got := string(appendText([]byte("x"), "a&b=<c>å")); got != `x"a&b=<c>å"` {
		t.Errorf("addresses are not left as they are: %s", got)
	}
}

// shapes are one of each kind, with holes and several parts; rings turn as RFC 7946
// wants.
func shapes() map[string]orb.Geometry {
	holed := orb.Polygon{square(0, 0, 9)[0], {{1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}}}
	return map[string]orb.Geometry{
		"point": orb.Point{1.5, -2}, "points": orb.MultiPoint{{1, 2}, {3, 4}}, "line": orb.LineString{{1, 2}, {3, 4}, {5, 6.25}},
		"lines": orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}, "polygon": holed, "polygons": orb.MultiPolygon{holed, square(20, 20, 1)},
		"collection": orb.Collection{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}}, "nothing": orb.MultiPolygon{}, "no point": orb.LineString{},
	}
}

func TestEncoder_writesWhatReadersRead(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	for name, g := range shapes() {
		e := newEncoder(nil, utm, utm)
		e.geometry(g)
		back, err := geojson.UnmarshalGeometry(e.b)
		if err != nil {
			t.Errorf("%s: %v: %s", name, err, e.b)
			continue
		}
		if diff := cmp.Diff(g, back.Geometry()); diff != "" && name != "nothing" && name != "no point" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEncoder_turnsRingsAsTheStandardWants(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	wrong := orb.Polygon{{{0, 0}, {0, 9}, {9, 9}, {9, 0}, {0, 0}}, {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}}
	e := newEncoder(nil, utm, utm)
	e.geometry(wrong)
	const want = `{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,2],[2,2],[2,1],[1,1]]]}`
	if string(e.b) != want {
		t.Errorf("got %s", e.b)
	}
}

func TestEncoder_ordersAxesAsTheSystemDoes(t *testing.T) {
	t.Parallel()
	utm, p := byCode(t, crs.UTM32), orb.Point{500_000, 6_500_000}
	for _, tt := range []struct {
		to   crs.System
		want string
	}{
		{crs.CRS84(), "[9,58.640296941]"},
		{byCode(t, crs.WGS84), "[58.640296941,9]"},
		{byCode(t, crs.ETRS89), "[58.640296941,9]"},
		{utm, "[500000,6500000]"},
		{byCode(t, crs.WebMercator), "[1001875.4171,8103044.0982]"},
	} {
		e := newEncoder(nil, utm, tt.to)
		e.point(p)
		if !strings.HasPrefix(string(e.b), tt.want) {
			t.Errorf("%s: %s, want %s", tt.to, e.b, tt.want)
		}
	}
	// What is kept with north first in files is east first in the program.
	e := newEncoder(nil, byCode(t, crs.ETRS89), byCode(t, crs.WGS84))
	e.point(orb.Point{9, 58})
	if string(e.b) != "[58,9]" {
		t.Errorf("EPSG:4258 in EPSG:4326: %s", e.b)
	}
}

func TestEncoder_writesNullForWhatHasNoPlace(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	e := newEncoder([]byte("x"), utm, utm)
	e.geometry(orb.LineString{{1, 2}, {math.NaN(), 2}})
	e.geometry(orb.Point{1, math.Inf(1)})
	e.geometry(orb.Point{1, 2})
	if string(e.b) != `xnullnull{"type":"Point","coordinates":[1,2]}` {
		t.Errorf("got %s", e.b)
	}
}

func TestEncoder_writesFeatures(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	for name, tt := range map[string]struct {
		f    layers.Feature
		want string
	}{
		"bare":   {layers.Feature{ID: "a"}, `{"type":"Feature","id":"a","geometry":null,"properties":{}`},
		"empty":  {layers.Feature{ID: "a", JSON: "{}", From: at(2020, 1, 2)}, `{"type":"Feature","id":"a","geometry":null,"properties":{"valid_from":"2020-01-02T12:00:00Z"}`},
		"timed":  {layers.Feature{ID: `a"`, JSON: `{"n":1}`, From: at(2020, 1, 2), To: at(2021, 1, 2)}, `{"type":"Feature","id":"a\"","geometry":null,"properties":{"n":1,"valid_from":"2020-01-02T12:00:00Z","valid_to":"2021-01-02T12:00:00Z"}`},
		"placed": {layers.Feature{ID: "a", JSON: `{"n":1}`, Geometry: orb.Point{1, 2}}, `{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"n":1}`},
	} {
		e := newEncoder(nil, utm, utm)
		e.feature(tt.f)
		if string(e.b) != tt.want || !json.Valid(append(e.b, '}')) {
			t.Errorf("%s: %s", name, e.b)
		}
	}
	e := newEncoder(nil, utm, utm)
	e.taken = []string{fieldFrom}
	if e.feature(layers.Feature{ID: "a", JSON: `{"valid_from":1}`, From: at(2020, 1, 2)}); !strings.HasSuffix(string(e.b), `"properties":{"valid_from":1}`) {
		t.Errorf("a name stands twice: %s", e.b)
	}
}

func TestEncoder_writesPages(t *testing.T) {
	t.Parallel()
	utm := byCode(t, crs.UTM32)
	for _, tt := range []struct {
		features []layers.Feature
		matched  int64
		want     string
	}{
		{nil, 0, `"features":[` + "\n" + `],"numberMatched":0,"numberReturned":0,"links":[]}`},
		{[]layers.Feature{{ID: "a"}, {ID: "b"}}, -1, `"properties":{}}` + "\n" + `],"numberReturned":2,"links":[]}`},
	} {
		e := newEncoder(nil, utm, utm)
		e.begins(at(2026, 1, 2))
		for _, f := range tt.features {
			e.member(f)
		}
		e.ends(tt.matched, nil)
		if !json.Valid(e.b) || !strings.Contains(string(e.b), tt.want) || !strings.HasPrefix(string(e.b), `{"type":"FeatureCollection","timeStamp":"2026-01-02T12:00:00Z"`) {
			t.Errorf("got %s, want %s", e.b, tt.want)
		}
	}
}

// The quick way writes the same digits but for the last, inside its box and outside.
func TestEncoder_hastensWithoutLoss(t *testing.T) {
	t.Parallel()
	utm, r := byCode(t, crs.UTM32), rand.New(rand.NewPCG(5, 6))
	for _, to := range []crs.System{crs.CRS84(), byCode(t, crs.WGS84), byCode(t, crs.UTM33), byCode(t, crs.WebMercator), utm} {
		for _, wide := range []float64{10, 7_000, 60_000, 900_000} {
			slow, quick := newEncoder(nil, utm, to), newEncoder(nil, utm, to)
			quick.hasten(orb.Bound{Min: orb.Point{340_000, 6_394_000}, Max: orb.Point{340_000 + wide, 6_394_000 + wide}})
			limit := 2e-4
			if to.Degrees {
				limit = 2e-9
			}
			for range 500 {
				p := orb.Point{340_000 + (r.Float64()*1.2-0.1)*wide, 6_394_000 + (r.Float64()*1.2-0.1)*wide}
				slow.b, quick.b = slow.b[:0], quick.b[:0]
				slow.point(p)
				quick.point(p)
				var a, b [2]float64
				if json.Unmarshal(slow.b, &a) != nil || json.Unmarshal(quick.b, &b) != nil || math.Abs(a[0]-b[0]) > limit || math.Abs(a[1]-b[1]) > limit {
					t.Fatalf("%v in %s, %v m wide: %s and %s", p, to, wide, slow.b, quick.b)
				}
			}
		}
	}
}

func BenchmarkEncoder(b *testing.B) {
	list, utm := parcels(1000), byCode(b, crs.UTM32)
	for _, to := range []crs.System{utm, crs.CRS84()} {
		b.Run(to.String(), func(b *testing.B) {
			var body []byte
			b.ReportAllocs()
			for b.Loop() {
				e := newEncoder(body[:0], utm, to)
				e.hasten(orb.Bound{Min: orb.Point{east, north}, Max: orb.Point{east + 10_000, north + 10}})
				for _, f := range list {
					e.member(f)
				}
				body = e.b
			}
			b.SetBytes(int64(len(body)))
		})
	}
}
