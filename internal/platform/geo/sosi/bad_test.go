package sosi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/charmap"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
)

// file puts elements into a file in UTM 32, in centimetres.
func file(elements string) string {
	return ".HODE 0:\n..TEGNSETT UTF-8\n..TRANSPAR\n...KOORDSYS 22\n...ORIGO-NØ 6700000 500000\n...ENHET 0.01\n..SOSI-VERSJON 4.5\n" + elements + "\n.SLUTT\n"
}

// drain reads text to its end: the features, and the keys of what was wrong.
func drain(text string, options exchange.Options) (features []exchange.Feature, key string, report *exchange.Report) {
	r, err := NewReader(strings.NewReader(text), int64(len(text)), options)
	if err != nil {
		return nil, keyOf(err), &exchange.Report{}
	}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return features, exchangetest.Keys(r.Report().Problems), r.Report()
		}
		if err != nil {
			return features, keyOf(err), r.Report()
		}
		features = append(features, f)
	}
}

func keyOf(err error) string {
	if e := errs.Of(err); e != nil {
		return strings.TrimPrefix(e.Key, "geo_file.")
	}
	return err.Error()
}

const square = `.KURVE 1:
..NØ
0 0 ...KP 1
0 1000
..NØ
1000 1000 ...KP 1
.KURVE 2:
..NØ
0 0
1000 0
1000 1000
.KURVE 3:
..NØ
200 200
400 200
400 400
.KURVE 4:
..NØ
400 400
200 400
200 200
`

func TestReader_readsAttributesInLevels(t *testing.T) {
	t.Parallel()
	features, key, _ := drain(file(`.PUNKT 17:   ! her står en kommentar
..OBJTYPE Hydrant
..IDENT
...LOKALID "a-1"
...NAVNEROM "http://data.geonorge.no/x"
..KVALITET 82 3 * 15 1
..INFORMASJON "sier ""hei"" ! og er ..ikke et navn"
..INFORMASJON 'andre'
..KOPIDATA
...OMRÅDEID 0618
...KOPIDATO 20130531
..LANG denne går
over to linjer
..TOM
..GYLDIGFRA 20260131
..NØH
1234 5678 900 ...KP 1 ...H 5`), exchange.Options{})
	if key != "" || len(features) != 1 {
		t.Fatalf("%q %d", key, len(features))
	}
	f := features[0]
	want := map[string]any{
		"IDENT.LOKALID": "a-1", "IDENT.NAVNEROM": "http://data.geonorge.no/x", "KVALITET": "82 3 * 15 1",
		"INFORMASJON": `sier ""hei"" ! og er ..ikke et navn`, "INFORMASJON.2": "andre", "KOPIDATA.OMRÅDEID": "0618", "KOPIDATA.KOPIDATO": "20130531",
		"LANG": "denne går over to linjer", "GYLDIGFRA": "20260131",
	}
	if diff := cmp.Diff(want, f.Properties); diff != "" {
		t.Error(diff)
	}
	if f.ID != "a-1" || f.Type != "Hydrant" || f.Line != 8 || f.ValidFrom.Month() != 1 || f.Geometry != (orb.Point{500056.78, 6700012.34}) {
		t.Errorf("%+v", f)
	}
}

func TestReader_readsEveryKindOfElement(t *testing.T) {
	t.Parallel()
	at := func(north, east float64) orb.Point { return orb.Point{500000 + east, 6700000 + north} }
	outer := orb.Ring{at(0, 0), at(0, 10), at(10, 10), at(10, 0), at(0, 0)}
	hole := orb.Ring{at(2, 2), at(4, 2), at(4, 4), at(2, 4), at(2, 2)}
	tests := map[string]struct {
		text string
		want orb.Geometry
	}{
		"PUNKT":                       {".PUNKT 9:\n..NØ\n100 200", at(1, 2)},
		"PUNKT on one line":           {".PUNKT 9:\n..NØ 100 200", at(1, 2)},
		"SYMBOL":                      {".SYMBOL 9:\n..NØ\n100 200\n100 300", at(1, 2)},
		"TEKST":                       {".TEKST 9:\n..STRENG \"a\"\n..NØ\n100 200\n300 400", at(1, 2)},
		"SVERM":                       {".SVERM 9:\n..NØ\n100 200\n300 400", orb.MultiPoint{at(1, 2), at(3, 4)}},
		"KURVE":                       {".KURVE 9:\n..NØ\n100 200 ...KP 1\n300 400\n..NØ\n500 600 ...KP 1", orb.LineString{at(1, 2), at(3, 4), at(5, 6)}},
		"KURVE that goes on after KP": {".KURVE 9:\n..NØ\n100 200 ...KP 1\n300 400 ...KP 1\n500 600", orb.LineString{at(1, 2), at(3, 4), at(5, 6)}},
		"KURVE with heights":          {".KURVE 9:\n..NØH\n100 200 1\n300 400 2", orb.LineString{at(1, 2), at(3, 4)}},
		"KURVE with heights in NØ":    {".KURVE 9:\n..NØ\n100 200 1\n300 400 2", orb.LineString{at(1, 2), at(3, 4)}},
		"LINJE":                       {".LINJE 9:\n..NØ\n100 200\n300 400", orb.LineString{at(1, 2), at(3, 4)}},
		"BUEP on a line":              {".BUEP 9:\n..NØ\n100 100\n200 200\n300 300", orb.LineString{at(1, 1), at(2, 2), at(3, 3)}},
		"TRASE":                       {square + ".TRASE 9:\n..REF :2 :-1", orb.LineString{at(0, 0), at(10, 0), at(10, 10), at(0, 10), at(0, 0)}},
		"FLATE":                       {square + ".FLATE 9:\n..REF :1 :-2\n..NØ\n500 500", orb.Polygon{outer}},
		"FLATE over lines":            {square + ".FLATE 9:\n..REF :1\n:-2\n..NØ\n500 500", orb.Polygon{outer}},
		"FLATE without signs":         {square + ".FLATE 9:\n..REF :1 :2\n..NØ\n500 500", orb.Polygon{outer}},
		"FLATE with a hole":           {square + ".FLATE 9:\n..REF :1:-2 (:3 :4)\n..NØ\n500 500", orb.Polygon{outer, hole}},
		"FLATE with one as hole":      {square + ".FLATE 8:\n..REF :3 :4\n..NØ\n3 3\n.FLATE 9:\n..REF :1 :-2 (:8)", orb.Polygon{outer, hole}},
		"FLATE before its curves":     {".FLATE 9:\n..REF :1 :-2\n" + square, orb.Polygon{outer}},
		"OBJEKT":                      {".OBJEKT 9:\n..REF :1", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			features, key, _ := drain(file(test.text), exchange.Options{})
			if key != "" {
				t.Fatal(key)
			}
			for _, f := range features {
				if f.ID != "9" {
					continue
				}
				if diff := cmp.Diff(test.want, f.Geometry); diff != "" {
					t.Error(diff)
				}
				return
			}
			t.Error("the element did not come out")
		})
	}
}

func TestReader_strokesArcs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		".BUEP 9:\n..NØ\n0 1000\n1000 0\n0 -1000",
		".SIRKELP 9:\n..NØ\n0 1000\n1000 0\n0 -1000",
		".SIRKEL 9:\n..RADIUS 10\n..NØ\n0 0",
	} {
		features, key, _ := drain(file(text), exchange.Options{})
		if key != "" || len(features) != 1 {
			t.Fatalf("%s: %q", text, key)
		}
		line := features[0].Geometry.(orb.LineString)
		if len(line) < 20 {
			t.Errorf("%s: %d points", text, len(line))
		}
		for _, p := range line {
			x, y := p[0]-500000, p[1]-6700000
			if off := x*x + y*y - 100; off > 1e-6 || off < -1e-6 {
				t.Errorf("%s: %v is off the circle", text, p)
			}
		}
	}
}

func TestReader_findsTheCharacterSet(t *testing.T) {
	t.Parallel()
	text := func(told string) string {
		return strings.Replace(file(".PUNKT 1:\n..NAVN \"Blåbærsyltetøy ÆØÅ\"\n..NØ\n1 2"), "UTF-8", told, 1)
	}
	encode := func(table *charmap.Charmap, text string) string {
		out, err := table.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	seven := strings.NewReplacer("Æ", "[", "Ø", `\`, "Å", "]", "æ", "{", "ø", "|", "å", "}")
	tests := map[string]struct {
		text, charset string
		told          bool
	}{
		"UTF-8":                      {text("UTF-8"), "UTF-8", true},
		"UTF-8 with a mark":          {"\uFEFF" + text("UTF-8"), "UTF-8", true},
		"UTF-8 told as ISO8859-10":   {text("ISO8859-10"), "UTF-8", false},
		"UTF-8 told as ANSI":         {text("ANSI"), "UTF-8", false},
		"UTF-8 told as nonsense":     {text("KLINGON"), "UTF-8", false},
		"Latin-1":                    {encode(charmap.ISO8859_1, text("ISO8859-1")), "ISO8859-1", true},
		"Latin-1 told as ISO8859-10": {encode(charmap.ISO8859_1, text("ISO8859-10")), "ISO8859-10", true},
		"Latin-1 told as UTF-8":      {encode(charmap.ISO8859_1, text("UTF-8")), "ISO8859-1", false},
		"Latin-1 told as DOSN8":      {encode(charmap.ISO8859_1, text("DOSN8")), "ISO8859-1", false},
		"DOS":                        {encode(charmap.CodePage865, text("DOSN8")), "DOSN8", true},
		"DOS told as ANSI":           {encode(charmap.CodePage865, text("ANSI")), "DOSN8", false},
		"DOS told as UTF-8":          {encode(charmap.CodePage865, text("UTF-8")), "DOSN8", false},
		"seven bits":                 {seven.Replace(text("ND7")), "ND7", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := NewReader(strings.NewReader(test.text), int64(len(test.text)), exchange.Options{})
			if err != nil {
				t.Fatal(err)
			}
			features := exchangetest.All(t, r)
			if len(features) != 1 || features[0].Properties["NAVN"] != "Blåbærsyltetøy ÆØÅ" {
				t.Errorf("%+v", features)
			}
			if r.Info().Charset != test.charset || (len(r.Report().Warnings) == 0) != test.told {
				t.Errorf("%s, %+v", r.Info().Charset, r.Report().Warnings)
			}
		})
	}
}

func TestReader_knowsTheSystems(t *testing.T) {
	t.Parallel()
	for code, epsg := range map[string]int{"22": 25832, "23": 25833, "25": 25835, "21": 25831, "26": 25836, "31": 23031, "36": 23036, "1": 27391, "8": 27398} {
		text := strings.Replace(file(".PUNKT 1:\n..NØ\n1 2"), "KOORDSYS 22", "KOORDSYS "+code, 1)
		features, key, _ := drain(text, exchange.Options{Accepts: anyCRS})
		if key != "" || features[0].CRS != epsg {
			t.Errorf("%s: %q %+v", code, key, features)
		}
	}
	degrees := strings.NewReplacer("KOORDSYS 22", "KOORDSYS 84", "6700000 500000", "0 0", "0.01", "0.0000001").Replace(file(".PUNKT 1:\n..NØ\n599123456 107654321"))
	features, key, _ := drain(degrees, exchange.Options{})
	if key != "" || features[0].CRS != 4258 || features[0].Geometry != (orb.Point{10.7654321, 59.9123456}) {
		t.Errorf("degrees: %q %+v", key, features)
	}
}

func TestReader_refuses(t *testing.T) {
	t.Parallel()
	head := func(from, to string) string { return strings.Replace(file(".PUNKT 1:\n..NØ\n1 2"), from, to, 1) }
	tests := map[string]struct{ text, key string }{
		"nothing":                 {"", "not_sosi"},
		"no head":                 {".KURVE 1:\n..NØ\n1 2\n", "not_sosi"},
		"no KOORDSYS":             {head("...KOORDSYS 22\n", ""), "crs_missing"},
		"an unknown KOORDSYS":     {head("KOORDSYS 22", "KOORDSYS 77"), "koordsys_unknown"},
		"an unusable KOORDSYS":    {head("KOORDSYS 22", "KOORDSYS 5"), "crs_unsupported"},
		"no ENHET":                {head("...ENHET 0.01\n", ""), "unit_bad"},
		"ENHET 0":                 {head("0.01", "0"), "unit_bad"},
		"ENHET NaN":               {head("0.01", "NaN"), "unit_bad"},
		"a bad ORIGO":             {head("6700000 500000", "6700000"), "coordinates_odd"},
		"an odd number":           {file(".KURVE 1:\n..NØ\n1 2\n3"), "coordinates_odd"},
		"a word for a number":     {file(".KURVE 1:\n..NØ\n1 to\n3 4"), "number_bad"},
		"NaN":                     {file(".PUNKT 1:\n..NØ\nNaN 2"), "number_bad"},
		"a huge number":           {file(".PUNKT 1:\n..NØ\n1e300 2"), "coordinate_range"},
		"a point without place":   {file(".PUNKT 1:\n..OBJTYPE X"), "geometry_bad"},
		"a curve of one point":    {file(".KURVE 1:\n..NØ\n1 2"), "line_short"},
		"an arc of two points":    {file(".BUEP 1:\n..NØ\n1 2\n3 4"), "arc_points"},
		"an arc of four":          {file(".BUEP 1:\n..NØ\n1 2\n3 4\n5 7\n6 8"), "arc_points"},
		"a straight circle":       {file(".SIRKELP 1:\n..NØ\n1 1\n2 2\n3 3"), "arc_straight"},
		"a circle of no radius":   {file(".SIRKEL 1:\n..NØ\n1 1"), "geometry_bad"},
		"a clothoid":              {file(".KLOTOIDE 1:\n..NØ\n1 1\n2 2"), "geometry_unknown"},
		"a surface of nothing":    {file(".FLATE 1:\n..NØ\n1 1"), "ref_none"},
		"a surface of lost lines": {file(".FLATE 1:\n..REF :7"), "ref_missing"},
		"a surface of itself":     {file(".FLATE 1:\n..REF :1"), "ref_loop"},
		"a surface that is open":  {file(square + ".FLATE 9:\n..REF :1"), "ring_open"},
		"a surface with a gap":    {file(square + ".FLATE 9:\n..REF :1 :3"), "line_gap"},
		"a bracket left open":     {file(square + ".FLATE 9:\n..REF :1 :-2 (:3 :4"), "ref_none"},
		"brackets in brackets":    {file(square + ".FLATE 9:\n..REF :1 :-2 ((:3 :4))"), "ref_bad"},
		"an outline after a hole": {file(square + ".FLATE 9:\n..REF :1 (:3 :4) :-2"), "ref_bad"},
		"a reference of words":    {file(square + ".FLATE 9:\n..REF en to"), "ref_bad"},
		"a hole outside":          {file(square + ".KURVE 5:\n..NØ\n2000 2000\n2000 2500\n2500 2500\n2000 2000\n.FLATE 9:\n..REF :1 :-2 (:5)"), "hole_outside"},
		"the same number twice":   {file(".PUNKT 1:\n..NØ\n1 2\n.PUNKT 1:\n..NØ\n1 2"), "id_twice"},
		"cut off in a curve":      {strings.TrimSuffix(file(".KURVE 1:\n..NØ\n1 2 ...KP 1\n3 4\n5 6"), "\n.SLUTT\n"), "truncated"},
		"cut off in a surface":    {strings.TrimSuffix(file(square+".FLATE 9:\n..REF :1 :-2\n..NØ\n3 3"), "\n.SLUTT\n"), "truncated"},
		"cut off in a number":     {strings.Replace(strings.TrimSuffix(file(".PUNKT 1:\n..NØ\n12345678 1"), "\n.SLUTT\n"), "..SOSI", "..OMRÅDE\n...MIN-NØ 6823456 623456\n...MAX-NØ 6824456 624456\n..SOSI", 1), "truncated"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, key, _ := drain(test.text, exchange.Options{}); key != test.key {
				t.Errorf("%q, want %q", key, test.key)
			}
		})
	}
}

func TestReader_holdsItsLimits(t *testing.T) {
	t.Parallel()
	text := file(".KURVE 1:\n..A 1\n..B 2\n..NØ\n" + strings.Repeat("1 2\n", 1000) + "3 4\n.PUNKT 2:\n..NØ\n1 2")
	tests := map[string]struct {
		limits exchange.Limits
		key    string
	}{
		"points":     {exchange.Limits{Vertices: 10}, "too_many_vertices"},
		"properties": {exchange.Limits{Properties: 1}, "too_many_properties"},
		"numbers":    {exchange.Limits{Index: 1}, "index_full"},
		"bytes":      {exchange.Limits{Feature: 1000}, "feature_large"},
	}
	for name, test := range tests {
		if _, key, _ := drain(text, exchange.Options{Limits: test.limits}); key != test.key {
			t.Errorf("%s: %q, want %q", name, key, test.key)
		}
	}
	if _, key, _ := drain(file("! "+strings.Repeat("x", 2<<20)), exchange.Options{}); key != "line_long" {
		t.Errorf("a long line: %q", key)
	}
}

func TestReader_tellsTheLineAndGoesOn(t *testing.T) {
	t.Parallel()
	features, key, report := drain(file(".PUNKT 1:\n..NØ\n1 x\n.PUNKT 2:\n..NØ\n1 2"), exchange.Options{})
	if key != "number_bad" || len(features) != 1 {
		t.Fatalf("%q %d", key, len(features))
	}
	if p := report.Problems[0]; p.Line != 9 || p.Where != "PUNKT 1" {
		t.Errorf("%+v", p)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(file(square + ".FLATE 9:\n..OBJTYPE X\n..REF :1 :-2 (:3 :4)\n..NØ\n500 500\n.BUEP 10:\n..NØ\n1 2 ...KP 1\n3 5\n7 4")))
	f.Add([]byte(file(".TEKST 1:\n..STRENG \"a ..b ! c\"\n...X 'y\n..NØH\n1 2 3 ...KP 1 !x")))
	f.Add(written(f, 25833, exchangetest.Samples(25833)...))
	f.Add([]byte("\xef\xbb\xbf.HODE\n..TRANSPAR\n...KOORDSYS 84\n...ORIGO-N\xd8 0 0\n...ENHET 1\n.FLATE 1:\n..REF (:1)\n.SLUTT"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := exchange.Limits{Feature: 1 << 16, Vertices: 5000, Index: 1000}
		r, err := NewReader(bytes.NewReader(data), int64(len(data)), exchange.Options{Limits: limits, Accepts: anyCRS})
		if err != nil {
			return
		}
		for range 500 {
			feature, err := r.Next()
			if err != nil {
				return
			}
			again, _ := readBack(t, written(t, 25832, feature)) // whatever is read can be written
			if again[0].ID != feature.ID || !cmp.Equal(again[0].Properties, feature.Properties) {
				t.Fatalf("%+v became %+v", feature, again[0])
			}
			if wrong, _ := exchange.Tidy(feature.Geometry, exchange.Rules{Geographic: exchange.Geographic(feature.CRS)}); wrong != nil {
				t.Fatalf("%v came out: %v", feature.Geometry, wrong)
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, ".KURVE %d:\n..OBJTYPE Grense\n..NØ\n0 0 ...KP 1\n0 1000\n1000 1000\n0 0\n.FLATE %d:\n..OBJTYPE Flate\n..REF :%d\n..NØ\n1 1\n", 2*i+1, 2*i+2, 2*i+1)
	}
	whole := file(text.String())
	b.ResetTimer()
	for range b.N {
		if features, key, _ := drain(whole, exchange.Options{}); len(features) != 2000 {
			b.Fatal(key)
		}
	}
	b.ReportMetric(float64(2000*b.N)/b.Elapsed().Seconds(), "features/s")
}
