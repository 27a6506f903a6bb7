package formats

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/exchangetest"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	_ "github.com/torg-no/torg/internal/platform/store" // brings the driver
)

var moment = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

func write(t *testing.T, format Format, crs int, features []exchange.Feature) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out."+string(format))
	w, err := Create(t.Context(), path, format, crs, moment)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if err := w.Write(f); err != nil {
			t.Fatalf("%s: %v", f.ID, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string, options exchange.Options) ([]exchange.Feature, *exchange.Report) {
	t.Helper()
	r, err := Open(t.Context(), path, t.TempDir(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	all := exchangetest.All(t, r)
	for _, p := range r.Report().Problems {
		t.Errorf("%+v", p)
	}
	return all, r.Report()
}

func name(f exchange.Feature) string { return fmt.Sprint(f.ID, f.Properties["kommunenummer"]) }

// same compares features, whatever their order: a GeoPackage has them by table.
func same(t *testing.T, got, want []exchange.Feature, opts ...cmp.Option) {
	t.Helper()
	opts = append(opts, cmpopts.IgnoreFields(exchange.Feature{}, "Line"), cmpopts.SortSlices(func(a, b exchange.Feature) bool { return name(a) < name(b) }))
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Error(diff)
	}
}

// asGeoJSON is what GeoJSON has no words for: the type, and times.
func asGeoJSON(features []exchange.Feature) []exchange.Feature {
	features = slices.Clone(features)
	for i := range features {
		features[i].Type = ""
		if moment, ok := features[i].Properties["tid"].(time.Time); ok {
			features[i].Properties["tid"] = moment.Format(time.RFC3339Nano)
		}
	}
	return features
}

func TestCreate_isReadBackTheSame(t *testing.T) {
	t.Parallel()
	for _, format := range Writable() {
		for _, crs := range []int{4326, 4258, 25832} {
			t.Run(string(format), func(t *testing.T) {
				t.Parallel()
				got, _ := read(t, write(t, format, crs, exchangetest.Samples(crs)), exchange.Options{})
				want := exchangetest.Samples(crs)
				if format == GeoJSON {
					want = asGeoJSON(want)
				}
				same(t, got, want)
				again, _ := read(t, write(t, format, crs, got), exchange.Options{})
				same(t, again, got)
			})
		}
	}
}

func TestOpen_thenCreate_keepsRealFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"kommuner/kommuner-s.geojson", "plan/gml.avgr.1-pass.gml", "plan/gml.bue.1-pass.gml", "sosi/buer.sos", "sosi/flate_oy.sos", "sosi/flatetest.sos", "sosi/fastmerke.sos"} {
		for _, format := range Writable() {
			t.Run(filepath.Base(name)+" to "+string(format), func(t *testing.T) {
				t.Parallel()
				want, _ := read(t, geotest.Data(t, name), exchange.Options{})
				got, _ := read(t, write(t, format, want[0].CRS, want), exchange.Options{})
				var opts []cmp.Option
				if format == GeoJSON {
					opts = append(opts, cmpopts.IgnoreFields(exchange.Feature{}, "Type"))
				}
				same(t, got, want, opts...)
			})
		}
	}
}

// TestCreate_keepsTheDemonstrationsTown writes a whole town, in every layer that Torg
// knows, and reads it again.
func TestCreate_keepsTheDemonstrationsTown(t *testing.T) {
	t.Parallel()
	want := town(t)
	for _, format := range Writable() {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			path := write(t, format, 25832, want)
			got, report := read(t, path, exchange.Options{})
			if len(report.Warnings) > 0 {
				t.Errorf("%+v", report.Warnings)
			}
			var opts []cmp.Option
			if format == GeoJSON {
				opts = append(opts, cmpopts.IgnoreFields(exchange.Feature{}, "Type"))
			}
			same(t, got, want, opts...)
		})
	}
}

// town is a made-up municipality.
func town(t *testing.T) []exchange.Feature {
	t.Helper()
	place, err := land.TownOf("torgoy")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := land.Draw(place, land.Seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []exchange.Feature
	for f := range drawn.Features() {
		for name, v := range f.Properties {
			if whole, is := v.(int); is {
				f.Properties[name] = int64(whole)
			}
		}
		all = append(all, exchange.Feature{ID: f.Layer + " " + f.ID, Type: f.Layer, Geometry: f.Geometry, CRS: 25832, Properties: f.Properties})
	}
	if len(all) < 5_000 {
		t.Fatalf("%d features", len(all))
	}
	return all
}

// GDAL reads SOSI only in Latin-1 and in metres: that is tried in package sosi.
func TestCreate_isReadByGDAL(t *testing.T) {
	t.Parallel()
	for _, format := range []Format{GeoJSON, GML, GeoPackage} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			var polygons []exchange.Feature
			for _, f := range exchangetest.Samples(4258) {
				if f.Type == "Flate 2" {
					f.Type = "Flate"
					polygons = append(polygons, f)
				}
			}
			layer := map[Format]string{GeoJSON: "out", GML: "Flate", GeoPackage: "Flate"}[format]
			theirs := exchangetest.GDAL(t, write(t, format, 4258, polygons), layer)
			exchangetest.SameSet(t, exchangetest.Geometries(polygons), theirs, 1e-12)
		})
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ name, text, key string }{
		"an empty file":     {"x.gml", "", "format_unknown"},
		"something else":    {"x.geojson", "PK\x03\x04", "format_unknown"},
		"tiles":             {"x.pmtiles", "PMTiles\x03", "tiles_here"},
		"a broken database": {"x.gpkg", "SQLite format 3\x00" + strings.Repeat("x", 600), "sqlite_bad"},
		"a cut off GML":     {"x", "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml/3.2'><gml:featureMember>", "truncated"},
		"a SOSI of nothing": {"x", "! bare en kommentar\n", "not_sosi"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), test.name)
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			temp := t.TempDir()
			_, err := Open(t.Context(), path, temp, exchange.Options{})
			if e := errs.Of(err); e == nil || e.Key != "geo_file."+test.key {
				t.Errorf("%v", err)
			}
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("%d files are left behind", len(left))
			}
		})
	}
}

func TestOpen_stopsWithItsContext(t *testing.T) {
	t.Parallel()
	path := write(t, GeoJSON, 4326, exchangetest.Samples(4326))
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Open(ctx, path, "", exchange.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	if _, err := r.Next(); err != context.Canceled { //nolint:errorlint // handed through bare
		t.Errorf("%v", err)
	}
}

func TestDetectFile_tellsTilesFromFeatures(t *testing.T) {
	t.Parallel()
	if f, err := DetectFile(geotest.Data(t, "kart/n1000.mbtiles")); err != nil || f != MBTiles || !f.Tiles() {
		t.Errorf("%q %v", f, err)
	}
	if f, err := DetectFile(write(t, GeoPackage, 25832, nil)); err != nil || f != GeoPackage || f.Tiles() {
		t.Errorf("%q %v", f, err)
	}
	if _, err := DetectFile(filepath.Join(t.TempDir(), "nothing")); !os.IsNotExist(errUnwrap(err)) {
		t.Errorf("%v", err)
	}
}

func errUnwrap(err error) error {
	for {
		next, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if os.IsNotExist(err) {
			return err
		}
		err = next.Unwrap()
	}
}

func TestCreate_refusesWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	for format, crs := range map[Format]int{MBTiles: 25832, SOSI: 3857} {
		path := filepath.Join(t.TempDir(), "x")
		if _, err := Create(t.Context(), path, format, crs, moment); errs.Of(err) == nil {
			t.Errorf("%s: %v", format, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s left a file", format)
		}
	}
	taken := write(t, GML, 25832, nil)
	for _, format := range Writable() {
		if _, err := Create(t.Context(), taken, format, 25832, moment); err == nil {
			t.Errorf("%s wrote over a file", format)
		}
		w, err := Create(t.Context(), filepath.Join(t.TempDir(), "x"), format, 25832, moment)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(exchange.Feature{CRS: 4326}); err == nil {
			t.Errorf("%s took a feature of another system", format)
		}
		if err := w.Close(); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}
