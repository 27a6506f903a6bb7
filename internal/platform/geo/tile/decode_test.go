package tile_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

func system(tb testing.TB, code int) crs.System {
	tb.Helper()
	s, ok := crs.ByCode(code)
	if !ok {
		tb.Fatalf("no system %d", code)
	}
	return s
}

// layer reads one layer of a tile with orb.
func layer(tb testing.TB, b []byte, name string) *mvt.Layer {
	tb.Helper()
	layers, err := mvt.Unmarshal(b)
	if err != nil {
		tb.Fatal(err)
	}
	for _, l := range layers {
		if l.Name == name {
			return l
		}
	}
	tb.Fatalf("no layer %s among %d", name, len(layers))
	return nil
}

// byGDAL reads one layer of a tile with GDAL, in the tile's whole units, feature
// by feature as the property n says.
func byGDAL(t *testing.T, id tile.ID, b []byte, name string) map[string]orb.Geometry {
	t.Helper()
	program := geotest.Program(t, "ogr2ogr", "gdal-bin")
	path := filepath.Join(t.TempDir(), fmt.Sprint(id.Z), fmt.Sprint(id.X), fmt.Sprintf("%d.pbf", id.Y))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	text := geotest.Run(t, nil, program, "-f", "CSV", "/vsistdout/", path, name, "-oo", "CLIP=NO", "-lco", "GEOMETRY=AS_WKT")
	r := csv.NewReader(bytes.NewReader(text))
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := slices.Index(all[0], "n")
	square, unit := id.Mercator(), id.Width()/4096
	out := map[string]orb.Geometry{}
	for _, row := range all[1:] {
		g, err := shape.ParseWKT(row[0])
		if err != nil {
			t.Fatal(err)
		}
		out[row[column]] = crs.Apply(g, func(p orb.Point) orb.Point {
			x, y := (p[0]-square.Min[0])/unit, (square.Max[1]-p[1])/unit
			if math.Abs(x-math.Round(x)) > 1e-3 || math.Abs(y-math.Round(y)) > 1e-3 {
				t.Errorf("GDAL puts a corner between the units: %v %v", x, y)
			}
			return orb.Point{math.Round(x), math.Round(y)}
		})
	}
	return out
}

// same makes shapes comparable: each ring begins at its least corner and turns
// against the clock, and rings, parts and points stand in order. Which rings are
// holes is compared when asked for.
func same(g orb.Geometry, holes bool) []string {
	var out []string
	switch g := g.(type) {
	case orb.Point:
		return []string{fmt.Sprint(g)}
	case orb.MultiPoint:
		for _, p := range g {
			out = append(out, fmt.Sprint(p))
		}
	case orb.LineString:
		return []string{fmt.Sprint(g)}
	case orb.MultiLineString:
		for _, l := range g {
			out = append(out, fmt.Sprint(l))
		}
	default:
		for _, p := range shape.Areas(g) {
			for i, r := range p {
				out = append(out, fmt.Sprint(holes && i > 0, turned(r)))
			}
		}
	}
	slices.Sort(out)
	return out
}

func turned(r orb.Ring) orb.Ring {
	r = slices.Clone(r[:len(r)-1])
	if shape.SignedArea(append(slices.Clone(r), r[0])) < 0 {
		slices.Reverse(r)
	}
	least := 0
	for i, p := range r {
		if p[0] < r[least][0] || p[0] == r[least][0] && p[1] < r[least][1] {
			least = i
		}
	}
	return append(slices.Clone(r[least:]), r[:least]...)
}

// Municipalities at several levels, points and lines: orb and GDAL read the same
// corners from every tile.
func TestBytes_isReadAlikeByOrbAndGDAL(t *testing.T) {
	t.Parallel()
	utm := system(t, crs.UTM33)
	toUTM := crs.Between(crs.CRS84(), utm)
	all := geotest.Municipalities(t)
	for i := range all {
		all[i].Shape = crs.Apply(all[i].Shape, toUTM).(orb.MultiPolygon)
	}
	for _, at := range []struct {
		place orb.Point
		zoom  uint8
	}{
		{orb.Point{10.75, 59.91}, 0},
		{orb.Point{10.75, 59.91}, 4},
		{orb.Point{5.3, 60.4}, 7},
		{orb.Point{14.4, 67.3}, 8},
		{orb.Point{29, 70}, 10},
		{orb.Point{10.4, 63.4}, 12},
	} {
		id := tile.At(at.place, at.zoom)
		t.Run(id.String(), func(t *testing.T) {
			t.Parallel()
			b := tile.New(id, utm, tile.Options{Simplify: 0.5})
			for i, m := range all {
				tags := tile.Tag{Key: "n", Value: tile.Text(m.Number)}
				b.Layer("areas").Add(uint64(i+1), m.Shape, tags)
				b.Layer("borders").Add(uint64(i+1), shape.Outline(m.Shape), tags)
				b.Layer("corners").Add(uint64(i+1), orb.MultiPoint(m.Shape[0][0]), tags)
			}
			bytes := b.Bytes()
			for _, name := range []string{"areas", "borders", "corners"} {
				if name != "areas" && at.zoom > 10 { // in the middle of one
					continue
				}
				compare(t, id, bytes, name)
			}
		})
	}
}

func compare(t *testing.T, id tile.ID, b []byte, name string) {
	t.Helper()
	gdal := byGDAL(t, id, b, name)
	read := layer(t, b, name)
	if len(read.Features) == 0 || len(read.Features) != len(gdal) {
		t.Fatalf("%s: orb reads %d features, GDAL %d", name, len(read.Features), len(gdal))
	}
	for _, f := range read.Features {
		number := f.Properties["n"].(string)
		// Islands that rounding has pushed into each other: GDAL sorts their
		// rings into outer ones and holes by itself.
		sound := shape.Check(f.Geometry) == nil
		if diff := cmp.Diff(same(f.Geometry, sound), same(gdal[number], sound)); diff != "" {
			t.Errorf("%s %s: orb and GDAL read it differently: %s", name, number, diff)
		}
	}
}

// What is in the tile is what was put in: the same area to within the rounding,
// in the right place, without bridges.
func TestAdd_keepsTheShape(t *testing.T) {
	t.Parallel()
	utm, web := system(t, crs.UTM32), system(t, crs.WebMercator)
	id := tile.At(orb.Point{9.6, 59.2}, 14)
	toWeb := crs.Between(utm, web)
	square, unit := id.Mercator(), id.Width()/4096
	rnd := geotest.Rand(20)
	b := tile.New(id, utm, tile.Options{})
	middle := b.Source().Center()
	side := b.Source().Max[0] - b.Source().Min[0]
	var given []orb.Polygon
	for i := range 400 {
		at := orb.Point{middle[0] + side*(rnd.Float64()-0.5), middle[1] + side*(rnd.Float64()-0.5)}
		g := geotest.Star(rnd, at, side*(0.01+0.3*rnd.Float64()), 8+rnd.IntN(40), true)
		given = append(given, g)
		b.Layer("a").Add(uint64(i+1), g)
	}
	shown := map[uint64]orb.Geometry{}
	for _, f := range layer(t, b.Bytes(), "a").Features {
		shown[uint64(f.ID.(float64))] = f.Geometry
	}
	box := orb.Bound{Min: orb.Point{-64, -64}, Max: orb.Point{4160, 4160}}
	for i, g := range given {
		want := crs.Apply(g, func(p orb.Point) orb.Point {
			m := toWeb(p)
			return orb.Point{(m[0] - square.Min[0]) / unit, (square.Max[1] - m[1]) / unit}
		})
		clipped := shape.Clip(want, box)
		if clipped == nil {
			continue
		}
		got := shown[uint64(i+1)]
		if got == nil {
			t.Errorf("feature %d is missing", i+1)
			continue
		}
		off := shape.Area(got) + shape.Area(clipped) - 2*shape.Overlap(shape.Areas(got), shape.Areas(clipped))
		if off > 0.75*shape.Length(clipped) {
			t.Errorf("feature %d is %.0f square units off, with %.0f units of boundary", i+1, off, shape.Length(clipped))
		}
	}
}

// Outer rings turn with the clock as seen on the screen, holes against it.
func TestAdd_turnsRingsAsTheSpecificationSays(t *testing.T) {
	t.Parallel()
	web := system(t, crs.WebMercator)
	id := tile.ID{Z: 0}
	hole := orb.Ring{{-1e6, -1e6}, {1e6, -1e6}, {1e6, 1e6}, {-1e6, 1e6}, {-1e6, -1e6}}
	outer := orb.Ring{{-9e6, -9e6}, {9e6, -9e6}, {9e6, 9e6}, {-9e6, 9e6}, {-9e6, -9e6}}
	for i := range 4 {
		p := orb.Polygon{slices.Clone(outer), slices.Clone(hole)}
		if i&1 > 0 {
			p[0].Reverse()
		}
		if i&2 > 0 {
			p[1].Reverse()
		}
		b := tile.New(id, web, tile.Options{})
		b.Layer("a").Add(1, p)
		got := layer(t, b.Bytes(), "a").Features[0].Geometry.(orb.Polygon)
		// y is downwards: what is positive there is with the clock to the eye.
		if len(got) != 2 || shape.SignedArea(got[0]) <= 0 || shape.SignedArea(got[1]) >= 0 {
			t.Errorf("turn %d: %v", i, got)
		}
	}
}

func FuzzAdd(f *testing.F) {
	for _, g := range []orb.Geometry{
		orb.Point{10, 60},
		orb.LineString{{10, 60}, {11, 61}, {170, -80}},
		orb.Polygon{{{9, 59}, {12, 59}, {12, 62}, {9, 59}}, {{10, 60}, {10.1, 60}, {10, 60.1}, {10, 60}}},
		orb.MultiPolygon{{{{9, 59}, {12, 62}, {12, 59}, {9, 62}, {9, 59}}}},
		orb.Collection{orb.MultiPoint{{1, 2}, {3, 4}}, orb.LineString{{0, 0}, {1e300, 5}}},
	} {
		f.Add(shape.AppendWKB(nil, g), uint8(6))
	}
	f.Fuzz(func(t *testing.T, wkb []byte, zoom uint8) {
		g, err := shape.ReadWKB(wkb)
		if err != nil || len(wkb) > 4000 {
			return
		}
		id := tile.At(orb.Point{10, 60}, zoom%(tile.MaxZoom+1))
		b := tile.New(id, crs.CRS84(), tile.Options{})
		shown := b.Layer("a").Add(7, g, tile.Tag{Key: "k", Value: tile.Text("v")})
		out := b.Bytes()
		if shown != (len(out) > 0) {
			t.Fatalf("shown is %t, with %d bytes", shown, len(out))
		}
		if !shown {
			return
		}
		for _, feature := range layer(t, out, "a").Features {
			bound := feature.Geometry.Bound()
			if bound.Min[0] < -64 || bound.Min[1] < -64 || bound.Max[0] > 4160 || bound.Max[1] > 4160 {
				t.Fatalf("%v reaches out of the tile", bound)
			}
		}
	})
}

// At every level, a place in Norway shows in the tile it lies in, where it should,
// from every system: also where the tile is half the world.
func TestAdd_showsPlacesAtEveryLevel(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(23)
	web := system(t, crs.WebMercator)
	for _, code := range []int{crs.UTM32, crs.UTM33, crs.UTM35, crs.ETRS89, crs.WebMercator} {
		from := system(t, code)
		for z := range uint8(tile.MaxZoom + 1) {
			for range 8 {
				place := orb.Point{4.5 + 26.5*rnd.Float64(), 58 + 13*rnd.Float64()}
				id := tile.At(place, z)
				b := tile.New(id, from, tile.Options{})
				stored := crs.Between(crs.CRS84(), from)(place)
				if !b.Source().Contains(stored) {
					t.Fatalf("%v from %v: %v is not asked for in %v", id, from, stored, b.Source())
				}
				if !b.Layer("a").Add(1, stored) {
					t.Fatalf("%v from %v: %v does not show", id, from, place)
				}
				got := layer(t, b.Bytes(), "a").Features[0].Geometry.(orb.Point)
				m, square, unit := crs.Between(crs.CRS84(), web)(place), id.Mercator(), id.Width()/4096
				want := orb.Point{(m[0] - square.Min[0]) / unit, (square.Max[1] - m[1]) / unit}
				if math.Hypot(got[0]-want[0], got[1]-want[1]) > 0.71+0.06 {
					t.Fatalf("%v from %v: at %v, want %v", id, from, got, want)
				}
			}
		}
	}
}
