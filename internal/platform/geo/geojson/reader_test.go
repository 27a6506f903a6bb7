package geojson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

func reader(text string, options exchange.Options) *Reader {
	return NewReader(strings.NewReader(text), int64(len(text)), options)
}

func TestReader_readsACollection(t *testing.T) {
	t.Parallel()
	text := "\xEF\xBB\xBF" + `{ "type": "FeatureCollection", "name": "x", "bbox": [0, 1, 2, 3],
"features": [
  {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [10.5, 59.9, 12.0]},
   "properties": {"navn": "Øvre \u00c5rdal \ud83d\ude80 \"x\"\n", "n": 3, "f": 3.0, "e": 1e3, "b": true, "nei": false, "borte": null, "i": {"a": {"b": 1}}, "l": [1, "to", {}], "gyldigFra": "2026-01-01"}},
  {"geometry": null, "properties": null, "type": "Feature", "id": "b"},
  {"type": "Feature", "properties": {}, "geometry": {"coordinates": [[[0,0],[0,4],[4,4],[4,0],[0,0]]], "type": "Polygon"}}
], "after": {}}  `
	r := reader(text, exchange.Options{})
	got := exchangetest.All(t, r)
	want := []exchange.Feature{
		{ID: "7", CRS: 4326, Line: 3, Geometry: orb.Point{10.5, 59.9}, ValidFrom: time.Date(2025, 12, 31, 23, 0, 0, 0, time.UTC), Properties: map[string]any{
			"navn": "Øvre Årdal 🚀 \"x\"\n", "n": int64(3), "f": 3.0, "e": 1000.0, "b": true, "nei": false, "i.a.b": int64(1), "l": `[1, "to", {}]`, "gyldigFra": "2026-01-01",
		}},
		{ID: "b", CRS: 4326, Line: 5, Properties: map[string]any{}},
		{CRS: 4326, Line: 6, Properties: map[string]any{}, Geometry: orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if r.Report().Failed() || exchangetest.Keys(r.Report().Warnings) != "heights_dropped" {
		t.Errorf("%+v", r.Report())
	}
	if done, total := r.Progress(); done != total || total != int64(len(text)) {
		t.Errorf("%d of %d", done, total)
	}
}

func TestReader_readsEveryKindOfGeometry(t *testing.T) {
	t.Parallel()
	for _, f := range exchangetest.Samples(4326) {
		text, err := AppendGeometry(nil, f.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Geometry(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f.Geometry, got); diff != "" {
			t.Error(diff)
		}
		r := reader(string(text), exchange.Options{})
		if f.Geometry == nil {
			continue
		}
		if bare := exchangetest.All(t, r); len(bare) != 1 || !cmp.Equal(bare[0].Geometry, f.Geometry) {
			t.Errorf("a file of a bare %s: %v", f.Geometry.GeoJSONType(), bare)
		}
	}
}

func TestReader_readsFeaturesOneOnALine(t *testing.T) {
	t.Parallel()
	one := `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"n":1}}`
	for _, text := range []string{one + "\n" + one + "\n" + one + "\n", "\x1e" + one + "\n\x1e" + one + "\n\x1e" + one} {
		got := exchangetest.All(t, reader(text, exchange.Options{}))
		if len(got) != 3 || got[2].Line != 3 {
			t.Errorf("%+v", got)
		}
	}
}

func TestReader_findsTheReferenceSystem(t *testing.T) {
	t.Parallel()
	features := `"features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[10,60]}}]`
	named := func(name string) string {
		return `"crs":{"type":"name","properties":{"name":"` + name + `"}}`
	}
	tests := map[string]struct {
		text    string
		options exchange.Options
		crs     int
		key     string
	}{
		"not told":        {`{` + features + `}`, exchange.Options{}, 4326, ""},
		"by the caller":   {`{` + features + `}`, exchange.Options{CRS: 25833}, 25833, ""},
		"by the file":     {`{` + named("urn:ogc:def:crs:EPSG::25832") + `,` + features + `}`, exchange.Options{CRS: 25833}, 25832, ""},
		"CRS84":           {`{` + named("urn:ogc:def:crs:OGC:1.3:CRS84") + `,` + features + `}`, exchange.Options{}, 4326, ""},
		"after, the same": {`{` + features + `,` + named("EPSG:4326") + `}`, exchange.Options{}, 4326, ""},
		"after, another":  {`{` + features + `,` + named("EPSG:25832") + `}`, exchange.Options{}, 4326, "crs_late"},
		"unknown":         {`{` + named("UTM 32") + `,` + features + `}`, exchange.Options{}, 0, "crs_unknown"},
		"unusable":        {`{` + named("EPSG:2056") + `,` + features + `}`, exchange.Options{}, 0, "crs_unsupported"},
		"null":            {`{"crs":null,` + features + `}`, exchange.Options{}, 0, "crs_missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := reader(test.text, test.options)
			_, key := drain(r)
			if key != test.key {
				t.Errorf("%q, want %q", key, test.key)
			}
			if test.key == "" && r.Info().CRS != test.crs {
				t.Errorf("EPSG:%d", r.Info().CRS)
			}
		})
	}
}

// drain reads to the end and gives the key of what ended it, or the first problem.
func drain(r *Reader) (features int, key string) {
	for {
		_, err := r.Next()
		switch e := errs.Of(err); {
		case errors.Is(err, io.EOF):
			return features, exchangetest.Keys(r.Report().Problems)
		case e != nil:
			return features, strings.TrimPrefix(e.Key, "geo_file.")
		case err != nil:
			return features, err.Error()
		}
		features++
	}
}

func TestReader_refuses(t *testing.T) {
	t.Parallel()
	geometry := func(text string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":` + text + `}]}`
	}
	properties := func(text string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":` + text + `}]}`
	}
	tests := map[string]struct{ text, key string }{
		"an open ring":          {geometry(`{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4]]]}`), "ring_open"},
		"a ring that crosses":   {geometry(`{"type":"Polygon","coordinates":[[[0,0],[4,4],[4,0],[0,4],[0,0]]]}`), "ring_crosses"},
		"north before east":     {geometry(`{"type":"Point","coordinates":[60,110]}`), "coordinate_range"},
		"metres for degrees":    {geometry(`{"type":"Point","coordinates":[600000,6700000]}`), "coordinate_range"},
		"NaN":                   {geometry(`{"type":"Point","coordinates":[NaN,1]}`), "json_unexpected"},
		"infinity":              {geometry(`{"type":"Point","coordinates":[1e999,1]}`), "number_bad"},
		"hexadecimal":           {geometry(`{"type":"Point","coordinates":[0x10,1]}`), "json_unexpected"},
		"a leading zero":        {geometry(`{"type":"Point","coordinates":[010,1]}`), "number_bad"},
		"two points":            {geometry(`{"type":"Point","coordinates":[1,1.]}`), "number_bad"},
		"one coordinate":        {geometry(`{"type":"Point","coordinates":[1]}`), "coordinates_odd"},
		"text for a number":     {geometry(`{"type":"Point","coordinates":["1","2"]}`), "json_unexpected"},
		"an empty polygon":      {geometry(`{"type":"Polygon","coordinates":[]}`), "geometry_bad"},
		"an unknown geometry":   {geometry(`{"type":"Circle","coordinates":[1,2]}`), "geometry_unknown"},
		"no coordinates":        {geometry(`{"type":"Point"}`), "geometry_bad"},
		"a null in a set":       {geometry(`{"type":"GeometryCollection","geometries":[null]}`), "geometry_bad"},
		"text for a geometry":   {geometry(`"Point"`), "json_unexpected"},
		"a bad escape":          {properties(`{"a":"\x"}`), "json_unexpected"},
		"half a surrogate":      {properties(`{"a":"\ud800"}`), "encoding_bad"},
		"Latin-1":               {properties("{\"a\":\"\xe6\"}"), "encoding_bad"},
		"a zero":                {properties(`{"a":"\u0000"}`), "encoding_bad"},
		"a bare word":           {properties(`{"a":nothing}`), "json_unexpected"},
		"an array of them":      {properties(`[]`), "json_unexpected"},
		"not a feature":         {`{"type":"FeatureCollection","features":[{"type":"Thing"}]}`, "not_feature"},
		"a number for one":      {`{"type":"FeatureCollection","features":[7]}`, "json_unexpected"},
		"another JSON":          {`{"a":1}`, "not_geojson"},
		"no features":           {`{"type":"FeatureCollection"}`, "not_geojson"},
		"an empty object":       {`{}`, "not_geojson"},
		"nothing":               {``, "truncated"},
		"an array":              {`[]`, "json_unexpected"},
		"a missing comma":       {`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null} {"type":"Feature"}]}`, "json_unexpected"},
		"a comma too many":      {`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null},]}`, "json_unexpected"},
		"cut off in a feature":  {geometry(`{"type":"Point","coordinates":[1,2`)[:100], "truncated"},
		"cut off after one":     {`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}`, "truncated"},
		"cut off at the end":    {`{"type":"FeatureCollection","features":[]`, "truncated"},
		"more after the end":    {`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}{}`, "json_unexpected"},
		"brackets without end":  {strings.Repeat("[", 100_000), "json_unexpected"},
		"brackets in a feature": {properties(strings.Repeat(`{"a":`, 10_000)), "too_deep"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, key := drain(reader(test.text, exchange.Options{})); key != test.key {
				t.Errorf("%q, want %q", key, test.key)
			}
		})
	}
}

func TestReader_holdsItsLimits(t *testing.T) {
	t.Parallel()
	point := `{"type":"Feature","properties":{"a":1,"b":2,"c":3},"geometry":{"type":"MultiPoint","coordinates":[[1,2],[3,4],[5,6]]}}`
	tests := map[string]struct {
		limits exchange.Limits
		key    string
	}{
		"bytes":      {exchange.Limits{Feature: 50}, "feature_large"},
		"points":     {exchange.Limits{Vertices: 2}, "too_many_vertices"},
		"properties": {exchange.Limits{Properties: 2}, "too_many_properties"},
		"depth":      {exchange.Limits{Depth: 3}, "too_deep"},
	}
	for name, test := range tests {
		if _, key := drain(reader(`{"features":[`+point+`]}`, exchange.Options{Limits: test.limits})); key != test.key {
			t.Errorf("%s: %q, want %q", name, key, test.key)
		}
	}
}

func TestReader_tellsTheLineOfEachProblemAndGoesOn(t *testing.T) {
	t.Parallel()
	text := `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"god","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}},
{"type":"Feature","id":"åpen","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4]]]}},
{"type":"Feature","id":"nan","properties":{},
 "geometry":{"type":"Point",
   "coordinates":[1,NaN]}},
{"type":"Feature","id":"god2","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}
]}`
	r := reader(text, exchange.Options{})
	if n, keys := drain(r); n != 2 || keys != "ring_open json_unexpected" {
		t.Fatalf("%d %s", n, keys)
	}
	got := r.Report().Problems
	if got[0].Line != 3 || got[0].Where != "åpen" || got[1].Line != 6 || got[1].Where != "nan" {
		t.Errorf("%+v", got)
	}
}

func TestReader_readsInSmallPieces(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := NewWriter(&b, 25832)
	for _, f := range exchangetest.Samples(25832) {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := exchangetest.All(t, NewReader(bytes.NewReader(b.Bytes()), 0, exchange.Options{}))
	pieces := exchangetest.All(t, NewReader(iotest.OneByteReader(bytes.NewReader(b.Bytes())), 0, exchange.Options{}))
	if diff := cmp.Diff(whole, pieces); diff != "" || len(whole) != len(exchangetest.Samples(25832)) {
		t.Error(diff)
	}
}

func TestReader_handsOnWhatTheFileSays(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	r := NewReader(io.MultiReader(strings.NewReader(`{"features":[`), iotest.ErrReader(broken)), 0, exchange.Options{})
	if _, err := r.Next(); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestReader_takesAllMunicipalities(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"kommuner-m": "ring_crosses_slightly", "kommuner-s": "ring_crosses_slightly"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, size := exchangetest.Open(t, "kommuner/"+name+".geojson")
			r := NewReader(file, size, exchange.Options{})
			ours := exchangetest.Geometries(exchangetest.All(t, r))
			if len(ours) != 357 || r.Report().Failed() || exchangetest.Keys(r.Report().Warnings) != want {
				t.Errorf("%d municipalities, %+v", len(ours), r.Report())
			}
			exchangetest.SameSet(t, ours, exchangetest.GDAL(t, geotest.Data(t, "kommuner/"+name+".geojson"), name), 1e-12)
		})
	}
}

// many is a stream of simple features that nobody holds in memory.
type many struct {
	left int
	rest []byte
}

func (m *many) Read(b []byte) (int, error) {
	for len(m.rest) < len(b) && m.left > 0 {
		m.left--
		m.rest = fmt.Appendf(m.rest, `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[10.%06d,59.9],[10.1,59.9],[10.1,59.95],[10.0,59.95],[10.%06d,59.9]]]},"properties":{"gnr":%d,"bnr":12,"navn":"Storgata 1"}}`+"\n", m.left, m.left, m.left)
	}
	if len(m.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// Speed is measured by the benchmark; this catches what takes time by the square,
// on a machine that does other things too.
func TestReader_isQuick(t *testing.T) {
	t.Parallel()
	const features = 5_000
	started := time.Now()
	if n, key := drain(NewReader(&many{left: features}, 0, exchange.Options{})); n != features || key != "" {
		t.Fatalf("%d %s", n, key)
	}
	if took := time.Since(started); took > 30*time.Second {
		t.Errorf("%d features took %s", features, took)
	}
}

func BenchmarkReader(b *testing.B) {
	for range b.N {
		if n, _ := drain(NewReader(&many{left: 10_000}, 0, exchange.Options{})); n != 10_000 {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(10_000*b.N)/b.Elapsed().Seconds(), "features/s")
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:25832"}},"features":[{"type":"Feature","id":1,"properties":{"a":{"b":[1]}},"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}}]}`))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2,3]]}]}`))
	f.Add([]byte("\x1e{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":\"\\u00e6\\ud83d\\ude80\"}}\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReader(bytes.NewReader(data), int64(len(data)), exchange.Options{Limits: exchange.Limits{Feature: 1 << 16, Vertices: 1000}})
		for range 1000 {
			feature, err := r.Next()
			if err != nil {
				return
			}
			text, err := AppendFeature(nil, feature)
			if err != nil {
				t.Fatal(err)
			}
			again := NewReader(bytes.NewReader(text), 0, exchange.Options{CRS: feature.CRS})
			if _, err := again.Next(); err != nil {
				t.Fatalf("%s: %v %+v", text, err, again.Report())
			}
		}
	})
}
