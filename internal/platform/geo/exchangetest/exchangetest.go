package exchangetest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

// All reads to the end.
func All(tb testing.TB, r exchange.Reader) []exchange.Feature {
	tb.Helper()
	var all []exchange.Feature
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatalf("after %d features: %v", len(all), err)
		}
		all = append(all, f)
	}
}

// Keys are the keys of some problems, without the prefix that all have.
func Keys(problems []exchange.Problem) string {
	all := make([]string, len(problems))
	for i, p := range problems {
		all[i] = strings.TrimPrefix(p.Key, "geo_file.")
	}
	return strings.Join(all, " ")
}

// Open opens a real file of shared/data; the test is skipped when it is not there.
func Open(tb testing.TB, name string) (file *os.File, size int64) {
	tb.Helper()
	file, err := os.Open(geotest.Data(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { file.Close() })
	info, err := file.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	return file, info.Size()
}

// GDAL reads the geometries of a layer of a file; an empty layer means all of the
// file's. Those without place are left out.
func GDAL(tb testing.TB, path string, layers ...string) []orb.Geometry {
	tb.Helper()
	program := geotest.Program(tb, "ogr2ogr", "gdal-bin")
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	path = filepath.Join(tb.TempDir(), filepath.Base(path)) // GDAL writes beside the file
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	var all []orb.Geometry
	for _, layer := range layers {
		text := geotest.Run(tb, nil, program, "--config", "OGR_ARC_STEPSIZE", "0.2", "--config", "OGR_WKT_PRECISION", "17",
			"-f", "CSV", "/vsistdout/", path, layer, "-lco", "GEOMETRY=AS_WKT", "-nlt", "CONVERT_TO_LINEAR", "-dim", "XY")
		all = append(all, geometries(tb, text)...)
	}
	return all
}

func geometries(tb testing.TB, text []byte) []orb.Geometry {
	tb.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var all []orb.Geometry
	for _, row := range rows[1:] {
		if row[0] == "" || strings.HasSuffix(row[0], "EMPTY") {
			continue
		}
		g, err := wkt.Unmarshal(row[0])
		if err != nil {
			tb.Fatalf("%.200s: %v", row[0], err)
		}
		all = append(all, g)
	}
	return all
}

// SameSet holds two lists of shapes against each other, whatever their order: each
// of one must be in the other, within a tolerance.
func SameSet(tb testing.TB, ours, theirs []orb.Geometry, tolerance float64) {
	tb.Helper()
	if len(ours) != len(theirs) {
		tb.Errorf("we have %d shapes, they have %d", len(ours), len(theirs))
	}
	left := slices.Clone(theirs)
	for _, g := range ours {
		i := slices.IndexFunc(left, func(other orb.Geometry) bool { return Same(g, other, tolerance) })
		if i < 0 {
			tb.Errorf("only ours: %.300s", wkt.MarshalString(g))
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, g := range left {
		tb.Errorf("only theirs: %.300s", wkt.MarshalString(g))
	}
}

// Same reports whether two shapes are the same: of one kind, with as many parts,
// and with no corner of one farther than the tolerance from the lines of the other.
func Same(a, b orb.Geometry, tolerance float64) bool {
	if a.GeoJSONType() != b.GeoJSONType() {
		return false
	}
	one, two := parts(a), parts(b)
	if len(one) != len(two) || !a.Bound().Pad(2*tolerance).Contains(b.Bound().Center()) {
		return false
	}
	for i := range one {
		if !covers(one[i], two[i], tolerance) || !covers(two[i], one[i], tolerance) {
			return false
		}
	}
	return true
}

func parts(g orb.Geometry) []orb.LineString {
	var all []orb.LineString
	switch g := g.(type) {
	case orb.Point:
		all = append(all, orb.LineString{g})
	case orb.MultiPoint:
		all = append(all, orb.LineString(g))
	case orb.LineString:
		all = append(all, g)
	case orb.MultiLineString:
		all = append(all, g...)
	case orb.Polygon:
		for _, ring := range g {
			all = append(all, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			all = append(all, parts(polygon)...)
		}
	case orb.Collection:
		for _, part := range g {
			all = append(all, parts(part)...)
		}
	}
	return all
}

// covers reports whether all corners of a line lie on another. Corners that are
// the same one by one, as they mostly are, are quick.
func covers(line, other orb.LineString, tolerance float64) bool {
	for i, p := range line {
		if i < len(other) && math.Hypot(p[0]-other[i][0], p[1]-other[i][1]) <= tolerance {
			continue
		}
		near := false
		for j := 0; j < len(other) && !near; j++ {
			near = distance(other[max(0, j-1)], other[j], p) <= tolerance
		}
		if !near {
			return false
		}
	}
	return true
}

func distance(a, b, p orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length))
	}
	return math.Hypot(p[0]-a[0]-along*dx, p[1]-a[1]-along*dy)
}

// Geometries are the shapes of features that have one.
func Geometries(features []exchange.Feature) []orb.Geometry {
	var all []orb.Geometry
	for _, f := range features {
		if f.Geometry != nil {
			all = append(all, f.Geometry)
		}
	}
	return all
}
