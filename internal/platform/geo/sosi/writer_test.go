package sosi

import (
	"bytes"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
)

// written is the file of some features.
func written(tb testing.TB, crs int, features ...exchange.Feature) []byte {
	tb.Helper()
	var out bytes.Buffer
	temp := tb.TempDir()
	w, err := NewWriter(&out, temp, crs)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range features {
		f.CRS = crs
		if err := w.Write(f); err != nil {
			tb.Fatalf("%s: %v", f.ID, err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		tb.Errorf("%d files are left behind", len(left))
	}
	return out.Bytes()
}

func readBack(tb testing.TB, file []byte) ([]exchange.Feature, *Reader) {
	tb.Helper()
	r, err := NewReader(bytes.NewReader(file), int64(len(file)), exchange.Options{Accepts: anyCRS})
	if err != nil {
		tb.Fatalf("%v\n%.2000s", err, file)
	}
	return exchangetest.All(tb, r), r
}

func ring(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func hole(x, y, size float64) orb.Ring {
	r := ring(x, y, size)
	r.Reverse()
	return r
}

func TestWriter_writesWhatOthersExpect(t *testing.T) {
	t.Parallel()
	got := string(written(t, 25832,
		exchange.Feature{ID: "7", Type: "Fastmerke", Geometry: orb.Point{500000.5, 6600000.25}, Properties: map[string]any{
			"FMNAVN": "BJØBERG D32", "KVALITET": "93 3 * 15 1", "KOPIDATA.OMRÅDEID": "0618", "KOPIDATA.KOPIDATO": "20130531", "antall": int64(3), "REGISTRERINGSVERSJON": `"FKB" "4.0"`,
		}},
		exchange.Feature{ID: "9", Type: "Tomt", Geometry: orb.Polygon{ring(500000, 6600000, 100), hole(500010, 6600010, 5), hole(500030, 6600010, 5)}, Properties: map[string]any{}},
		exchange.Feature{ID: "vei 1", Type: "Veg", Geometry: orb.LineString{{500000, 6600000}, {500001, 6599999.99}}, Properties: map[string]any{"åpen": true}},
	))
	want := `.HODE
..TEGNSETT UTF-8
..TRANSPAR
...KOORDSYS 22
...ORIGO-NØ 0 0
...ENHET 0.01
..OMRÅDE
...MIN-NØ 6599999 500000
...MAX-NØ 6600100 500100
..SOSI-VERSJON 4.5
..SOSI-NIVÅ 4
..INNHOLD
...PRODUKTSPEK "urn:torg:features:1"
.DEF
..antall H20
..åpen BOOLSK
.PUNKT 7:
..OBJTYPE Fastmerke
..FMNAVN "BJØBERG D32"
..KOPIDATA
...KOPIDATO 20130531
...OMRÅDEID 0618
..KVALITET 93 3 * 15 1
..REGISTRERINGSVERSJON "FKB" "4.0"
..antall 3
..NØ
660000025 50000050
.KURVE 11:
..OBJTYPE Flateavgrensning
..IDENT
...NAVNEROM urn:torg:outline:1
..NØ
660000000 50000000
660000000 50010000
660010000 50010000
660010000 50000000
660000000 50000000
`
	if !strings.HasPrefix(got, want) {
		t.Error(cmp.Diff(want, got[:min(len(got), len(want))]))
	}
	for _, piece := range []string{".FLATE 9:\n..OBJTYPE Tomt\n..REF :11 (:12) (:13)\n..NØ\n", "\n.KURVE 10:\n..IDENT\n...LOKALID \"vei 1\"\n...NAVNEROM urn:torg:features:1\n..OBJTYPE Veg\n..åpen JA\n..NØ\n660000000 50000000\n659999999 50000100\n.SLUTT\n"} {
		if !strings.Contains(got, piece) {
			t.Errorf("lacks %q:\n%s", piece, got)
		}
	}
}

func TestWriter_isReadBackTheSame(t *testing.T) {
	t.Parallel()
	area := orb.Polygon{ring(500000, 6600000, 100), hole(500010, 6600010, 5)}
	tests := map[string]exchange.Feature{
		"a point":             {ID: "1", Geometry: orb.Point{1, 2}},
		"no identity":         {Geometry: orb.Point{1, 2}},
		"identity 0":          {ID: "0", Geometry: orb.Point{1, 2}},
		"identity 007":        {ID: "007", Geometry: orb.Point{1, 2}},
		"a large number":      {ID: "9999999999", Geometry: orb.Point{1, 2}},
		"no place":            {ID: "x"},
		"all digits":          {ID: "x", Geometry: orb.Point{math.Nextafter(500000, 1), -math.Nextafter(6600000, 1e9)}},
		"small coordinates":   {ID: "x", Geometry: orb.LineString{{0.1 + 0.2, -1e-17}, {math.Pi, 5e-300}}},
		"many points":         {ID: "x", Geometry: orb.MultiPoint{{1, 2}, {3, 4}}},
		"many lines":          {ID: "x", Geometry: orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}},
		"one of many":         {ID: "5", Geometry: orb.MultiPolygon{area}},
		"many areas":          {ID: "x", Geometry: orb.MultiPolygon{area, {ring(600000, 6600000, 1)}}},
		"mixed":               {ID: "x", Geometry: orb.Collection{orb.Point{1, 2}, orb.Collection{orb.MultiPolygon{area, {ring(0, 0, 1)}}, orb.Point{3, 4}}, orb.LineString{{0, 0}, {1, 1}}}},
		"local identity":      {ID: "abc", Properties: map[string]any{"IDENT.LOKALID": "abc", "IDENT.NAVNEROM": "ns", "IDENT.VERSJONID": "1"}},
		"another's identity":  {ID: "abc", Properties: map[string]any{"IDENT.LOKALID": "def", "IDENT.NAVNEROM": "ns"}},
		"older identity":      {ID: "3", Properties: map[string]any{"IDENTIFIKASJON.LOKALID": "4", "IDENT.LOKALID": "3"}},
		"an identity of ours": {ID: "q", Properties: map[string]any{"IDENT.LOKALID": "q", "IDENT.NAVNEROM": Namespace}},
		"an outline of ours":  {ID: "4", Properties: map[string]any{"IDENT.NAVNEROM": outline}},
		"an outline's name":   {ID: "q", Properties: map[string]any{"IDENT.LOKALID": "q", "IDENT.NAVNEROM": outline}},
		"names that mean something": {ID: "x", Geometry: area, Properties: map[string]any{
			"OBJTYPE": "a", "REF": ":1", "NØ": "1 2", "NØH": "x", "TORGDEL": "1 2", "TORG_REF": "b", "A.REF": "c", "KP": "1", "HODE": "d", "OBJTYPE.2": "e",
		}},
		"names that cannot stand": {ID: "x", Properties: map[string]any{"": "a", ".": "b", "a..b": "c", "1": "d", "a b": "e", "a!b": "f", `"`: "g", "_x": "h", "a\nb": "i", "x_xH_": "j", "..c": "k", "æ.1.å": "l", "_": "m", "-": "n", "٣": "o"}},
		"again and again":         {ID: "x", Properties: map[string]any{"A": "1", "A.2": "2", "A.3": "3", "A.5": "5", "B.2": "b", "A.2.2": "a", "C.D": "x", "C.D.2": "y", "C": "z"}},
		"texts": {ID: "x", Type: "Hus & hytte", Properties: map[string]any{
			"a": "", "b": " ", "c": `"`, "d": `'`, "e": `"'`, "f": "!", "g": "to ..NØ", "h": "a\nb\tc\r", "i": "\x00\x7f", "j": "_x0041_", "k": `"a" b`, "l": "..X", "m": "1 ! 2", "n": "JA", "o": "0618",
			"p": `it's 'so' "said"`, "q": "\u00a0x\u00a0", "r": "æøå ÆØÅ", "s": ":1", "t": strings.Repeat("7 lang ", 20_000), "u": `"a" "b"`, "v": "(:1)", "w": "a .b c", "x": "\ufeff",
		}},
		"types": {ID: "x", Properties: map[string]any{
			"a": int64(math.MinInt64), "b": 2.0, "c": 1e-300, "d": true, "e": false, "f": time.Date(2026, 11, 22, 4, 5, 6, 789, time.UTC), "g": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "h.i": int64(1), "h.j": 1.5, "1": int64(2),
		}},
		"dates": {ID: "x", Properties: map[string]any{"GYLDIGFRA": "20260131"}, ValidFrom: time.Date(2026, 1, 30, 23, 0, 0, 0, time.UTC)},
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.CRS = 25832
			if f.Properties == nil {
				f.Properties = map[string]any{}
			}
			if f.Type == "" && strings.HasPrefix(name, "a") {
				f.Type = "Ting"
			}
			file := written(t, 25832, f)
			got, r := readBack(t, file)
			if diff := cmp.Diff([]exchange.Feature{f}, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" || r.Info().Count != 1 && !strings.HasPrefix(name, "an outline") {
				t.Errorf("%d counted: %s\n%.3000s", r.Info().Count, diff, file)
			}
			if p := append(r.Report().Problems, r.Report().Warnings...); len(p) > 0 {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestWriter_keepsTypesThatDifferUnderOneName(t *testing.T) {
	t.Parallel()
	var features []exchange.Feature
	for _, v := range []any{"12", int64(12), 12.0, true, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), "JA", "", int64(0)} {
		features = append(features, exchange.Feature{Type: "Ting", CRS: 25833, Geometry: orb.Point{1, 2}, Properties: map[string]any{"v": v, "w.v": v}})
	}
	got, _ := readBack(t, written(t, 25833, features...))
	if diff := cmp.Diff(features, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" {
		t.Error(diff)
	}
}

func TestWriter_keepsNumbersApart(t *testing.T) {
	t.Parallel()
	var features []exchange.Feature
	for _, id := range []string{"5", "3", "5", "", "6", "100", "7"} { // twice the same is for the importer to refuse
		features = append(features, exchange.Feature{ID: id, Type: "T", CRS: 4258, Geometry: orb.Polygon{ring(10, 60, 1)}, Properties: map[string]any{}})
	}
	got, r := readBack(t, written(t, 4258, features...))
	if diff := cmp.Diff(features, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" || r.Report().Failed() {
		t.Errorf("%+v %s", r.Report().Problems, diff)
	}
}

func TestWriter_keepsTheSystem(t *testing.T) {
	t.Parallel()
	for crs := range codes {
		if _, r := readBack(t, written(t, crs, exchange.Feature{ID: "1", Geometry: orb.Point{10, 60}})); r.Info().CRS != crs {
			t.Errorf("EPSG:%d became EPSG:%d", crs, r.Info().CRS)
		}
	}
	for _, crs := range []int{0, 3857, 27395} {
		if _, err := NewWriter(nil, t.TempDir(), crs); errs.Of(err) == nil {
			t.Errorf("EPSG:%d: %v", crs, err)
		}
	}
}

func TestWriter_refuses(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]exchange.Feature{
		"another system":  {CRS: 4326},
		"a list":          {CRS: 25832, Properties: map[string]any{"a": []string{"x"}}},
		"an empty area":   {CRS: 25832, Geometry: orb.Polygon{}},
		"no areas":        {CRS: 25832, Geometry: orb.MultiPolygon{}},
		"an empty line":   {CRS: 25832, Geometry: orb.Collection{orb.LineString{}}},
		"a box":           {CRS: 25832, Geometry: orb.Bound{}},
		"nothing at all":  {CRS: 25832, Geometry: orb.Collection{}},
		"an open outline": {CRS: 25832, Geometry: orb.MultiPolygon{{orb.Ring{{1, 2}}}}},
	} {
		w, err := NewWriter(&bytes.Buffer{}, t.TempDir(), 25832)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(f); err == nil {
			t.Errorf("%s was written", name)
		}
		if err := w.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriter_tellsOfAFullDisk(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	w, err := NewWriter(broken{full}, t.TempDir(), 25832)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(exchange.Feature{CRS: 25832, Geometry: orb.Point{1, 2}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

// TestReader_refusesPartsThatDoNotFit breaks what tells of a shape of several parts.
func TestReader_refusesPartsThatDoNotFit(t *testing.T) {
	t.Parallel()
	lines := exchange.Feature{ID: "x", Type: "T", Geometry: orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}}
	point := exchange.Feature{ID: "p", Type: "T", Geometry: orb.Point{1, 2}}
	for name, change := range map[string][2]string{
		"another kind":     {"MultiLineString:2", "MultiPolygon:2"},
		"no kind":          {"MultiLineString:2", ""},
		"too few":          {"MultiLineString:2", "MultiLineString:1"},
		"too many":         {"MultiLineString:2", "MultiLineString:9999999999"},
		"an open bracket":  {"MultiLineString:2", "Collection(LineString,LineString"},
		"endless":          {"MultiLineString:2", strings.Repeat("Collection(", 1000)},
		"the second lacks": {"TORGDEL 2 2", "TORGDEL 3 3"},
		"twice the first":  {"TORGDEL 2 2", "TORGDEL 1 2"},
		"no end":           {"TORGDEL 2 2", "TORGDEL 2 3"},
		"another total":    {"TORGDEL 1 2", "TORGDEL 1 3"},
		"a point between":  {"TORGDEL 2 2", "X 2 2"},
	} {
		file := bytes.ReplaceAll(written(t, 25832, lines, point), []byte(change[0]), []byte(change[1]))
		got, r := readBack(t, file)
		if !strings.Contains(exchangetest.Keys(r.Report().Problems), "parts_bad") {
			t.Errorf("%s: %+v, features %v", name, r.Report().Problems, got)
		}
	}
}

// TestWriter_isReadByGDAL asks another reader of SOSI, with centimetres and with all
// digits that a computed coordinate has.
func TestWriter_isReadByGDAL(t *testing.T) {
	t.Parallel()
	for name, shift := range map[string]float64{"centimetres": 0, "all digits": 0.123456789} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, y := 500000+shift, 6600000+shift
			features := []exchange.Feature{
				{ID: "1", Type: "Punkt", Geometry: orb.Point{x, y}, Properties: map[string]any{"NAVN": "Bjørka"}},
				{ID: "2", Type: "Linje", Geometry: orb.LineString{{x, y}, {x + 10, y + 20}, {x + 5, y + 60}}},
				{ID: "3", Type: "Flate", Geometry: orb.Polygon{ring(x, y, 100), hole(x+10, y+10, 5), hole(x+30, y+10, 5)}},
				{ID: "4", Type: "Flate", Geometry: orb.Polygon{ring(x+300, y, 100)}},
			}
			path := inLatin1(t, "out.sos", written(t, 25832, features...))
			exchangetest.SameSet(t, exchangetest.Geometries(features[:1]), exchangetest.GDAL(t, path, "points"), 1e-6)
			exchangetest.SameSet(t, exchangetest.Geometries(features[2:]), exchangetest.GDAL(t, path, "polygons"), 1e-6)
			curves := exchangetest.GDAL(t, path, "lines") // and the outlines
			if len(curves) != 5 || !exchangetest.Same(features[1].Geometry, curves[0], 1e-6) {
				t.Errorf("%v", curves)
			}
		})
	}
}

// FuzzWriter writes what nobody would, and reads it back the same.
func FuzzWriter(f *testing.F) {
	f.Add("id", "Type", "NAVN", "verdi", 1.5, 60.25, int64(7))
	f.Add("12", "", "a.b.2", "\"x\" 'y' !..Z\n", math.Copysign(0, -1), 1e-300, int64(-1))
	f.Add("", "_x0041_", "TORG_:H", "_x", 1e7, 5e-324, int64(0))
	f.Add(">\x18Q", "_x0041_", "TORG_:H", "_", 1e7, 5e-324, int64(0))
	f.Fuzz(func(t *testing.T, id, kind, name, value string, x, y float64, whole int64) {
		if math.Abs(x) > 1e8 || math.Abs(y) > 1e8 || math.IsNaN(x+y) || len(id)+len(kind)+len(name)+len(value) > 2000 {
			return
		}
		for _, text := range []*string{&id, &kind, &name, &value} {
			*text = strings.ToValidUTF8(*text, "?")
		}
		given := []exchange.Feature{
			{ID: id, Type: kind, CRS: 25832, Geometry: orb.Point{x, y}, Properties: map[string]any{name: value, "whole": whole, name + ".2": value}},
			{ID: value, Type: name, CRS: 25832, Properties: map[string]any{name: whole, value: id, "a." + name: x}},
		}
		got, r := readBack(t, written(t, 25832, given...))
		for i := range given {
			given[i].FillValidity()
		}
		if diff := cmp.Diff(given, got, cmpopts.IgnoreFields(exchange.Feature{}, "Line")); diff != "" || r.Report().Failed() {
			t.Fatalf("%+v %s", r.Report().Problems, diff)
		}
	})
}
