package crs_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

func TestParse_readsTheWaysOfNaming(t *testing.T) {
	t.Parallel()
	tests := []struct{ ref, want string }{
		{"EPSG:25832", "EPSG:25832"},
		{"epsg:25833", "EPSG:25833"},
		{" EPSG:4258 ", "EPSG:4258"},
		{"urn:ogc:def:crs:EPSG::25835", "EPSG:25835"},
		{"urn:ogc:def:crs:EPSG:9.9.1:4326", "EPSG:4326"},
		{"urn:x-ogc:def:crs:EPSG:6.18:4258", "EPSG:4258"},
		{"http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"},
		{"https://www.opengis.net/def/crs/EPSG/0/25832", "EPSG:25832"},
		{"http://www.opengis.net/gml/srs/epsg.xml#25832", "EPSG:25832"},
		{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"},
		{"urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"},
		{"OGC:CRS84", "OGC:CRS84"},
		{"EPSG:5972", "EPSG:25832"}, // with NN2000 heights
		{"urn:ogc:def:crs:EPSG::5973", "EPSG:25833"},
		{"EPSG:5975", "EPSG:25835"},
		{"EPSG:5942", "EPSG:4258"},
	}
	for _, tt := range tests {
		got, err := crs.Parse(tt.ref)
		if err != nil || got.String() != tt.want {
			t.Errorf("%q: %v, %v, want %s", tt.ref, got, err, tt.want)
		}
		if again, err := crs.Parse(got.URI()); err != nil || again.String() != tt.want {
			t.Errorf("%q: its address %q reads as %v, %v", tt.ref, got.URI(), again, err)
		}
	}
}

func TestParse_refusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, ref := range []string{
		"", "25832", "EPSG:", ":25832", "EPSG:27391", "EPSG:25832:1", "EPSG:0", "EPSG:-4326", "ESRI:25832",
		"urn:ogc:def:crs:EPSG:25832", "http://www.opengis.net/def/crs/EPSG/25832", "http://example.com/25832",
		"EPSG:2583２", "urn:ogc:def:crs:EPSG::3044", "urn:ogc:def:crs:EPSG::+4326", strings.Repeat("x", 300),
	} {
		if got, err := crs.Parse(ref); !errors.Is(err, crs.ErrUnknown) || !got.IsZero() {
			t.Errorf("%q: %v, %v, want ErrUnknown", ref, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("EPSG:25832")
	f.Add("urn:ogc:def:crs:OGC:1.3:CRS84")
	f.Add("http://www.opengis.net/def/crs/EPSG/0/3857")
	f.Fuzz(func(t *testing.T, ref string) {
		s, err := crs.Parse(ref)
		if (err == nil) == s.IsZero() {
			t.Fatalf("%q: %v with error %v", ref, s, err)
		}
		if err == nil {
			if again, err := crs.Parse(s.URI()); err != nil || again != s {
				t.Fatalf("%q → %v, whose address reads as %v, %v", ref, s, again, err)
			}
		}
	})
}

func TestAll_areDistinctAndBeginWithCRS84(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i, s := range crs.All() {
		if seen[s.URI()] || seen[s.Name] {
			t.Errorf("%s is there twice", s)
		}
		seen[s.URI()], seen[s.Name] = true, true
		if (i == 0) != (s == crs.CRS84()) {
			t.Errorf("%s stands at %d", s, i)
		}
		if got, ok := crs.ByCode(s.Code); ok != true || got.Code != s.Code || got == crs.CRS84() {
			t.Errorf("ByCode(%d) = %v, %t", s.Code, got, ok)
		}
	}
	if _, ok := crs.ByCode(27391); ok {
		t.Error("EPSG:27391 is none of ours")
	}
	if got := (crs.System{}).String(); got != "none" {
		t.Errorf("the zero system is called %q", got)
	}
}

// EPSG's register says latitude first for the two in degrees; GeoJSON does not.
func TestOwn_keepsEachSystemsOrder(t *testing.T) {
	t.Parallel()
	p := orb.Point{10.75, 59.91}
	for _, s := range crs.All() {
		first, second := s.Own(p)
		if north := first == p[1]; north != (s.Code == crs.WGS84 || s.Code == crs.ETRS89) && s != crs.CRS84() {
			t.Errorf("%s: north first is %t", s, north)
		}
		if s.Point(first, second) != p {
			t.Errorf("%s: the point does not come back", s)
		}
	}
	if first, _ := crs.CRS84().Own(p); first != 10.75 {
		t.Errorf("CRS84 writes %g first", first)
	}
}

// There and back again over all of Norway, in every system.
func TestBetween_comesBack(t *testing.T) {
	t.Parallel()
	points := allNorway(2000)
	for _, s := range crs.All() {
		there := through(points, crs.Between(crs.CRS84(), s))
		back := through(there, crs.Between(s, crs.CRS84()))
		if d := farthest(t, back, points, true); d > 2e-9*111_320 {
			t.Errorf("%s: comes back %g m away", s, d)
		}
	}
}

func TestBetween_takesEUREF89AndWGS84AsEqual(t *testing.T) {
	t.Parallel()
	p := orb.Point{10.75, 59.91}
	if got := crs.Between(system(t, crs.ETRS89), system(t, crs.WGS84))(p); got != p {
		t.Errorf("got %v", got)
	}
	if got := crs.Between(system(t, crs.UTM32), system(t, crs.UTM32))(orb.Point{1, 2}); got != (orb.Point{1, 2}) {
		t.Errorf("a system to itself gives %v", got)
	}
}

// A well-known point: the middle meridian stands at 500 000 m east.
func TestBetween_putsTheMiddleMeridianAt500km(t *testing.T) {
	t.Parallel()
	for code, lon := range map[int]float64{crs.UTM32: 9, crs.UTM33: 15, crs.UTM35: 27} {
		got := crs.Between(crs.CRS84(), system(t, code))(orb.Point{lon, 0})
		if math.Abs(got[0]-500_000) > 1e-9 || math.Abs(got[1]) > 1e-9 {
			t.Errorf("EPSG:%d: %v", code, got)
		}
	}
}

func TestFinite_tellsThePolesOfTheWebMap(t *testing.T) {
	t.Parallel()
	web := crs.Between(crs.CRS84(), system(t, crs.WebMercator))
	tests := []struct {
		p    orb.Point
		want bool
	}{
		{orb.Point{10, 60}, true},
		{orb.Point{math.NaN(), 60}, false},
		{orb.Point{10, math.Inf(-1)}, false},
		{orb.Point{math.Inf(1), 60}, false},
	}
	for _, tt := range tests {
		if got := crs.Finite(web(tt.p)); got != tt.want {
			t.Errorf("%v: %t", tt.p, got)
		}
	}
}

func TestApply_takesEveryKindAndLeavesTheOld(t *testing.T) {
	t.Parallel()
	ring := orb.Ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}}
	double := func(p orb.Point) orb.Point { return orb.Point{2 * p[0], 2 * p[1]} }
	twice := orb.Ring{{0, 0}, {2, 0}, {2, 2}, {0, 0}}
	tests := []struct{ give, want orb.Geometry }{
		{orb.Point{1, 2}, orb.Point{2, 4}},
		{orb.MultiPoint{{1, 2}}, orb.MultiPoint{{2, 4}}},
		{orb.LineString{{1, 2}, {3, 4}}, orb.LineString{{2, 4}, {6, 8}}},
		{orb.MultiLineString{{{1, 2}, {3, 4}}}, orb.MultiLineString{{{2, 4}, {6, 8}}}},
		{ring, twice},
		{orb.Polygon{ring}, orb.Polygon{twice}},
		{orb.MultiPolygon{{ring}}, orb.MultiPolygon{{twice}}},
		{orb.Collection{orb.Point{1, 2}, ring}, orb.Collection{orb.Point{2, 4}, twice}},
		{orb.LineString(nil), orb.LineString(nil)},
		{nil, nil},
	}
	for _, tt := range tests {
		if got := crs.Apply(tt.give, double); !cmp.Equal(got, tt.want) {
			t.Errorf("%T: %s", tt.give, cmp.Diff(tt.want, got))
		}
	}
	if ring[1] != (orb.Point{1, 0}) {
		t.Error("the old geometry was changed")
	}
	if got := crs.Apply(orb.Bound{Max: orb.Point{1, 1}}, double).(orb.Bound); !got.Contains(orb.Point{2, 2}) || got.Contains(orb.Point{2.1, 0}) {
		t.Errorf("a box gives %v", got)
	}
}

// Whatever lies in a box lies in the image of the box.
func TestBox_losesNothing(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(2)
	for range 200 {
		b := orb.Bound{Min: orb.Point{3 + 20*rnd.Float64(), 57 + 10*rnd.Float64()}}
		b.Max = orb.Point{b.Min[0] + 8*rnd.Float64(), b.Min[1] + 4*rnd.Float64()}
		for _, code := range []int{crs.UTM32, crs.UTM33, crs.UTM35, crs.WebMercator} {
			f := crs.Between(crs.CRS84(), system(t, code))
			around := crs.Box(b, f)
			for range 50 {
				p := orb.Point{b.Min[0] + rnd.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rnd.Float64()*(b.Max[1]-b.Min[1])}
				if rnd.IntN(2) == 0 {
					p[1] = b.Max[1] // the sides bulge most
				}
				if !around.Contains(f(p)) {
					t.Fatalf("EPSG:%d: %v of %v is outside", code, p, b)
				}
			}
		}
	}
}

// The stand-in keeps its promise inside the box, at every size of a tile.
func TestNear_isAsNearAsPromised(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(3)
	for _, code := range []int{crs.UTM32, crs.UTM33, crs.UTM35} {
		f := crs.Between(system(t, code), system(t, crs.WebMercator))
		for _, side := range []float64{1, 300, 2_500, 40_000, 300_000, 1_500_000} {
			b := orb.Bound{Min: orb.Point{400_000, 6_500_000}}
			b.Max = orb.Point{b.Min[0] + side, b.Min[1] + side}
			tolerance := side / 4096 / 10
			near := crs.Near(f, b, tolerance)
			for range 300 {
				p := orb.Point{b.Min[0] + side*rnd.Float64(), b.Min[1] + side*rnd.Float64()}
				got, want := near(p), f(p)
				if d := math.Hypot(got[0]-want[0], got[1]-want[1]); d > tolerance {
					t.Fatalf("EPSG:%d, %g m: %g m away, %g allowed", code, side, d, tolerance)
				}
			}
		}
	}
}

func TestNear_givesTheTruthWhenTheBoxIsNone(t *testing.T) {
	t.Parallel()
	f := crs.Between(system(t, crs.UTM32), system(t, crs.WebMercator))
	p := orb.Point{500_000, 6_600_000}
	for _, b := range []orb.Bound{
		{Min: p, Max: p},
		{Min: orb.Point{math.NaN(), 0}, Max: orb.Point{1, 1}},
		{Min: orb.Point{0, 0}, Max: orb.Point{math.Inf(1), 1}},
	} {
		if got := crs.Near(f, b, 1)(p); got != f(p) {
			t.Errorf("%v: %v", b, got)
		}
	}
}

func TestPlace_findsWhatWentWrong(t *testing.T) {
	t.Parallel()
	home := orb.Bound{Min: orb.Point{9.4, 59}, Max: orb.Point{9.9, 59.3}} // Porsgrunn or so
	inHome := orb.Bound{Min: orb.Point{9.5, 59.1}, Max: orb.Point{9.7, 59.2}}
	turn := func(b orb.Bound) orb.Bound {
		return orb.Bound{Min: orb.Point{b.Min[1], b.Min[0]}, Max: orb.Point{b.Max[1], b.Max[0]}}
	}
	as := func(code int) orb.Bound { return crs.Box(inHome, crs.Between(crs.CRS84(), system(t, code))) }
	tests := []struct {
		name    string
		extent  orb.Bound
		claimed int
		want    crs.Placement
		system  string
	}{
		{"degrees", inHome, crs.ETRS89, crs.Inside, "EPSG:4258"},
		{"zone 32", as(crs.UTM32), crs.UTM32, crs.Inside, "EPSG:25832"},
		{"degrees with north first", turn(inHome), crs.WGS84, crs.Swapped, "EPSG:4326"},
		{"zone 32 with north first", turn(as(crs.UTM32)), crs.UTM32, crs.Swapped, "EPSG:25832"},
		{"zone 33 called 32", as(crs.UTM33), crs.UTM32, crs.OtherSystem, "EPSG:25833"},
		{"zone 32 called degrees", as(crs.UTM32), crs.ETRS89, crs.OtherSystem, "EPSG:25832"},
		{"the North Sea", orb.Bound{Min: orb.Point{3, 57}, Max: orb.Point{3.2, 57.1}}, crs.ETRS89, crs.Outside, "none"},
		{"nought", orb.Bound{}, crs.UTM32, crs.Outside, "none"},
		{"not numbers", orb.Bound{Min: orb.Point{math.NaN(), 1}, Max: orb.Point{2, 2}}, crs.UTM32, crs.Outside, "none"},
	}
	for _, tt := range tests {
		got, s := crs.Place(tt.extent, system(t, tt.claimed), home)
		if got != tt.want || s.String() != tt.system {
			t.Errorf("%s: %s, %s, want %s, %s", tt.name, got, s, tt.want, tt.system)
		}
	}
	if !crs.Norway().Contains(orb.Point{10, 60}) || !crs.Norway().Contains(orb.Point{16, 78}) {
		t.Error("Norway is not all there")
	}
}

func BenchmarkBetween(b *testing.B) {
	utm, _ := crs.ByCode(crs.UTM33)
	web, _ := crs.ByCode(crs.WebMercator)
	p, q := orb.Point{10.75, 59.91}, orb.Point{260_000, 6_650_000}
	area := orb.Bound{Min: orb.Point{259_000, 6_649_000}, Max: orb.Point{261_000, 6_651_000}}
	for name, one := range map[string]struct {
		f crs.Func
		p orb.Point
	}{
		"degrees to zone 33": {crs.Between(crs.CRS84(), utm), p},
		"zone 33 to degrees": {crs.Between(utm, crs.CRS84()), q},
		"zone 33 to web":     {crs.Between(utm, web), q},
		"zone 33 to web, by the stand-in": {
			crs.Near(crs.Between(utm, web), area, 0.01), q,
		},
	} {
		b.Run(name, func(b *testing.B) {
			var sum float64
			for b.Loop() {
				sum += one.f(one.p)[0]
			}
			b.ReportMetric(1e9/(float64(b.Elapsed().Nanoseconds())/float64(b.N)), "points/s")
		})
	}
}
