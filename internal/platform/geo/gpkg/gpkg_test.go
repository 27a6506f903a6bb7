package gpkg

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	_ "github.com/torg-no/torg/internal/platform/store" // brings the driver
)

var moment = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

// fileOf writes features and returns the file.
func fileOf(t *testing.T, crs int, features ...exchange.Feature) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.gpkg")
	w, err := NewWriter(t.Context(), path, crs, moment)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// change does something to a file.
func change(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// drain reads a file to its end: the features, and the keys of what was wrong.
func drain(t *testing.T, path string, options exchange.Options) (features []exchange.Feature, key string, report *exchange.Report) {
	t.Helper()
	r, err := Open(t.Context(), path, t.TempDir(), options)
	if err != nil {
		return nil, keyOf(err), nil
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
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

func TestOpen_readsWhatGDALWrites(t *testing.T) {
	t.Parallel()
	source := geotest.Data(t, "kommuner/kommuner-s.geojson")
	program := geotest.Program(t, "ogr2ogr", "gdal-bin")
	path := filepath.Join(t.TempDir(), "k.gpkg")
	geotest.Run(t, nil, program, "-f", "GPKG", path, source, "-nln", "kommuner", "-t_srs", "EPSG:25833", "-nlt", "PROMOTE_TO_MULTI", "-dim", "XYZ", "-limit", "40")
	features, key, report := drain(t, path, exchange.Options{})
	if key != "" || len(features) != 40 {
		t.Fatalf("%q, %d features", key, len(features))
	}
	if f := features[0]; f.CRS != 25833 || f.Type != "kommuner" || f.ID != "1" || f.Properties["kommunenummer"] == "" {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(exchangetest.Keys(report.Warnings), "heights_dropped") {
		t.Errorf("%+v", report.Warnings)
	}
	exchangetest.SameSet(t, exchangetest.Geometries(features), exchangetest.GDAL(t, path, "kommuner"), 1e-6)
}

func TestWriter_writesWhatGDALReads(t *testing.T) {
	t.Parallel()
	program := geotest.Program(t, "ogrinfo", "gdal-bin")
	path := fileOf(t, 25832, exchange.Feature{ID: "a", Type: "Bygg", CRS: 25832, Geometry: orb.Point{500000, 6700000}, Properties: map[string]any{
		"navn": "Øya", "antall": int64(3), "høyde": 12.5, "fredet": true, "målt": moment,
	}})
	text := string(geotest.Run(t, nil, program, "-al", path))
	for _, want := range []string{"Layer name: Bygg", `ID["EPSG",25832]`, "navn (String) = Øya", "antall (Integer64) = 3", "høyde (Real) = 12.5", "fredet (Integer(Boolean)) = 1", "målt (DateTime) = 2026/11/22 05:00:00+00", "POINT (500000 6700000)", "torg_id (String) = a"} {
		if !strings.Contains(text, want) {
			t.Errorf("GDAL does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Warning") {
		t.Error(text)
	}
}

func TestOpen_readsTypesOfColumns(t *testing.T) {
	t.Parallel()
	path := fileOf(t, 25832, exchange.Feature{Type: "t", CRS: 25832, Properties: map[string]any{}})
	change(t, path, `ALTER TABLE gpkg_extensions ADD COLUMN x TEXT`, `CREATE TABLE own (nr INTEGER PRIMARY KEY, g GEOMETRY, b BOOLEAN, i MEDIUMINT, d DOUBLE, s TEXT(20), day DATE, at DATETIME, bad DATETIME, raw BLOB, tom TEXT)`,
		`INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES ('own', 'features', 'Eget', '2026-01-01', 25832)`,
		`INSERT INTO gpkg_geometry_columns VALUES ('own', 'G', 'POINT', 25832, 0, 0)`,
		`INSERT INTO own VALUES (7, NULL, 1, 42, 3, 'æ', '2026-01-02', '2026-01-02T03:04:05.000Z', 'i går', x'00', NULL)`)
	features, key, report := drain(t, path, exchange.Options{Layer: "own"})
	if key != "" || len(features) != 1 {
		t.Fatalf("%q %d", key, len(features))
	}
	want := map[string]any{"b": true, "i": int64(42), "d": 3.0, "s": "æ", "day": "2026-01-02", "at": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "bad": "i går"}
	if diff := cmp.Diff(want, features[0].Properties); diff != "" {
		t.Error(diff)
	}
	if features[0].ID != "7" || features[0].Type != "own" || exchangetest.Keys(report.Warnings) != "column_skipped" {
		t.Errorf("%+v %+v", features[0], report.Warnings)
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	blob := func(hex string) string { return `UPDATE t SET geom = x'` + hex + `'` }
	tests := map[string]struct {
		statement, key string
	}{
		"no contents":               {"DROP TABLE gpkg_contents", "not_gpkg"},
		"no layers":                 {"DELETE FROM gpkg_contents", "layer_none"},
		"a lost table":              {"DROP TABLE t", "table_view"},
		"a view":                    {"ALTER TABLE t RENAME TO u; CREATE VIEW t AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r) SELECT x AS fid, NULL AS geom FROM r", "table_view"},
		"no geometry column":        {"UPDATE gpkg_geometry_columns SET column_name = 'x'", "layer_none"},
		"an unknown system":         {"UPDATE gpkg_geometry_columns SET srs_id = 99", "crs_missing"},
		"no system":                 {"UPDATE gpkg_geometry_columns SET srs_id = -1", "crs_missing"},
		"an unusable system":        {"UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 2056 WHERE srs_id = 25832", "crs_unsupported"},
		"text for a geometry":       {"UPDATE t SET geom = 'POINT(1 2)'", "geometry_blob"},
		"an empty blob":             {blob(""), "geometry_blob"},
		"a broken header":           {blob("4750000300"), "geometry_blob"},
		"another format's blob":     {blob("0101000000000000000000F03F0000000000000040"), "geometry_blob"},
		"a bad byte order":          {blob("47500001E8640000" + "0701000000000000000000F03F0000000000000040"), "geometry_blob"},
		"half a point":              {blob("47500001E8640000" + "0101000000000000000000F03F"), "geometry_blob"},
		"more after the point":      {blob("47500001E8640000" + "0101000000000000000000F03F000000000000004000"), "geometry_blob"},
		"four billion points":       {blob("47500001E8640000" + "0102000000FFFFFFFF"), "geometry_blob"},
		"a type of no kind":         {blob("47500001E8640000" + "0163000000"), "geometry_unknown"},
		"a point that is NaN":       {blob("47500001E8640000" + "0101000000000000000000F87F000000000000F87F"), "coordinate_range"},
		"a point among lines":       {blob("47500001E8640000" + "010500000001000000" + "0101000000000000000000F03F0000000000000040"), "geometry_blob"},
		"a polygon left open":       {blob("47500001E8640000" + "01030000000100000002000000" + strings.Repeat("0", 32) + strings.Repeat("0000000000000840", 2)), "ring_open"},
		"collections in each other": {blob("47500001E8640000" + strings.Repeat("010700000001000000", 20) + "0101000000000000000000F03F0000000000000040"), "too_deep"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := fileOf(t, 25832, exchange.Feature{ID: "a", Type: "t", CRS: 25832, Geometry: orb.Point{1, 2}, Properties: map[string]any{"a": "b"}})
			change(t, path, strings.Split(test.statement, "; ")...)
			if _, key, _ := drain(t, path, exchange.Options{}); key != test.key {
				t.Errorf("%q, want %q", key, test.key)
			}
		})
	}
}

func TestOpen_takesEveryLayerOfOneSystem(t *testing.T) {
	t.Parallel()
	path := fileOf(t, 25832,
		exchange.Feature{ID: "1", Type: "b", CRS: 25832, Geometry: orb.Point{1, 2}}, exchange.Feature{ID: "2", Type: "a", CRS: 25832, Geometry: orb.Point{1, 2}})
	features, key, _ := drain(t, path, exchange.Options{})
	if key != "" || len(features) != 2 || features[0].Type != "a" || features[1].Type != "b" {
		t.Errorf("%q %+v", key, features)
	}
	if one, key, _ := drain(t, path, exchange.Options{Layer: "b"}); key != "" || len(one) != 1 {
		t.Errorf("%q %+v", key, one)
	}
	if _, key, _ := drain(t, path, exchange.Options{Layer: "c"}); key != "layer_none" {
		t.Errorf("%q", key)
	}
	change(t, path, "UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'b'")
	if _, key, _ := drain(t, path, exchange.Options{}); key != "crs_mixed" {
		t.Errorf("%q", key)
	}
}

func TestOpen_holdsItsLimits(t *testing.T) {
	t.Parallel()
	path := fileOf(t, 25832, exchange.Feature{ID: "a", Type: "t", CRS: 25832, Geometry: orb.LineString{{1, 2}, {3, 4}, {5, 6}}, Properties: map[string]any{"a": strings.Repeat("x", 5000), "b": "y"}},
		exchange.Feature{ID: "b", Type: "t", CRS: 25832, Geometry: orb.Point{1, 2}})
	tests := map[string]struct {
		limits exchange.Limits
		key    string
		left   int
	}{
		"bytes":      {exchange.Limits{Feature: 1000}, "feature_large", 1},
		"points":     {exchange.Limits{Vertices: 2}, "too_many_vertices", 1},
		"properties": {exchange.Limits{Properties: 1}, "too_many_properties", 0},
	}
	for name, test := range tests {
		if features, key, _ := drain(t, path, exchange.Options{Limits: test.limits}); key != test.key || len(features) != test.left {
			t.Errorf("%s: %q, %d features", name, key, len(features))
		}
	}
}

func TestOpen_leavesNothingBehind(t *testing.T) {
	t.Parallel()
	path := fileOf(t, 25832, exchange.Feature{Type: "t", CRS: 25832, Geometry: orb.Point{1, 2}})
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	r, err := Open(t.Context(), path, temp, exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil { // closed in the middle
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Error("the file that was read has changed")
	}
}

func TestParseBlob_agreesWithOrb(t *testing.T) {
	t.Parallel()
	for _, f := range exchangetest.Samples(25832) {
		if f.Geometry == nil {
			continue
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			body, err := orbwkb.Marshal(f.Geometry, order)
			if err != nil {
				t.Fatal(err)
			}
			got, heights, wrong := parseBlob(append([]byte("GP\x00\x01\x00\x00\x00\x00"), body...), false, exchange.DefaultLimits())
			if wrong != nil || heights {
				t.Fatalf("%v %v", wrong, heights)
			}
			if diff := cmp.Diff(f.Geometry, got); diff != "" {
				t.Error(diff)
			}
		}
	}
	if g, _, wrong := parseBlob([]byte("GP\x00\x11\x00\x00\x00\x00"), false, exchange.DefaultLimits()); g != nil || wrong != nil {
		t.Errorf("an empty geometry: %v %v", g, wrong)
	}
}

// curve builds a curve of well-known binary.
func curve(kind uint32, points ...orb.Point) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{1}, kind)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(points)))
	for _, p := range points {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
	}
	return b
}

func TestParseBlob_strokesCurves(t *testing.T) {
	t.Parallel()
	holder := func(kind uint32, parts ...[]byte) []byte {
		b := binary.LittleEndian.AppendUint32([]byte{1}, kind)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(parts)))
		for _, part := range parts {
			b = append(b, part...)
		}
		return b
	}
	half := curve(wkbCircularString, orb.Point{10, 0}, orb.Point{0, 10}, orb.Point{-10, 0})
	back := curve(wkbLineString, orb.Point{-10, 0}, orb.Point{10, 0})
	whole := curve(wkbCircularString, orb.Point{10, 0}, orb.Point{-10, 0}, orb.Point{10, 0})
	tests := map[string]struct {
		body []byte
		kind string
		area float64
	}{
		"half a circle":     {half, "LineString", 0},
		"a compound":        {holder(wkbCompoundCurve, half, back), "LineString", 0},
		"a surface of both": {holder(wkbCurvePolygon, holder(wkbCompoundCurve, half, back)), "Polygon", 50 * math.Pi},
		"a whole circle":    {holder(wkbCurvePolygon, whole), "Polygon", 100 * math.Pi},
		"several":           {holder(wkbMultiSurface, holder(wkbCurvePolygon, whole)), "MultiPolygon", 100 * math.Pi},
		"lines":             {holder(wkbMultiCurve, half, holder(wkbCompoundCurve, half, back)), "MultiLineString", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _, wrong := parseBlob(append([]byte("GP\x00\x01\x00\x00\x00\x00"), test.body...), false, exchange.DefaultLimits())
			if wrong != nil || g.GeoJSONType() != test.kind {
				t.Fatalf("%v %v", wrong, g)
			}
			var ring orb.Ring
			switch g := g.(type) {
			case orb.Polygon:
				ring = g[0]
			case orb.MultiPolygon:
				ring = g[0][0]
			}
			area := 0.0
			for i := 1; i < len(ring); i++ {
				area += (ring[i-1][0]*ring[i][1] - ring[i][0]*ring[i-1][1]) / 2
			}
			if math.Abs(area-test.area) > 0.5 {
				t.Errorf("area %g, want %g", area, test.area)
			}
		})
	}
	if _, _, wrong := parseBlob(append([]byte("GP\x00\x01\x00\x00\x00\x00"), curve(wkbCircularString, orb.Point{1, 2}, orb.Point{3, 4})...), false, exchange.DefaultLimits()); wrong == nil {
		t.Error("an arc of two points was taken")
	}
}

func FuzzBlob(f *testing.F) {
	for _, sample := range exchangetest.Samples(25832) {
		if sample.Geometry != nil {
			f.Add(appendBlob(nil, sample.Geometry, 25832))
		}
	}
	f.Add(append([]byte("GP\x00\x01\x00\x00\x00\x00"), curve(wkbCircularString, orb.Point{10, 0}, orb.Point{0, 10}, orb.Point{-10, 0})...))
	f.Fuzz(func(t *testing.T, blob []byte) {
		g, _, wrong := parseBlob(blob, false, exchange.Limits{Vertices: 10_000}.WithDefaults())
		if wrong != nil || g == nil {
			return
		}
		// What the store's own reader can read as well, both read the same.
		envelope := [8]int{0, 32, 48, 48, 64}[blob[3]>>1&7]
		if other, err := shape.ReadWKB(blob[8+envelope:]); err == nil && !cmp.Equal(g, other) {
			t.Fatal(cmp.Diff(g, other))
		}
		if wrong, _ := exchange.Tidy(g, exchange.Rules{}); wrong != nil {
			return
		}
		again, _, wrong := parseBlob(appendBlob(nil, g, 25832), false, exchange.DefaultLimits())
		if wrong != nil {
			t.Fatal(wrong)
		}
		if diff := cmp.Diff(g, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
