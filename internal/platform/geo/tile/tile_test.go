package tile_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

func TestParse_takesOnlyTilesThatAre(t *testing.T) {
	t.Parallel()
	tests := []struct {
		z, x, y string
		want    tile.ID
		ok      bool
	}{
		{"0", "0", "0", tile.ID{}, true},
		{"14", "8646", "4762", tile.ID{Z: 14, X: 8646, Y: 4762}, true},
		{"24", "16777215", "16777215", tile.ID{Z: 24, X: 1<<24 - 1, Y: 1<<24 - 1}, true},
		{"25", "0", "0", tile.ID{}, false},
		{"1", "2", "0", tile.ID{}, false},
		{"1", "0", "2", tile.ID{}, false},
		{"1", "-1", "0", tile.ID{}, false},
		{"+1", "0", "0", tile.ID{}, false},
		{"01", "0", "0", tile.ID{}, false},
		{"1", "0x1", "0", tile.ID{}, false},
		{"", "0", "0", tile.ID{}, false},
		{"1", "99999999999999999999", "0", tile.ID{}, false},
	}
	for _, tt := range tests {
		got, err := tile.Parse(tt.z, tt.x, tt.y)
		if got != tt.want || (err == nil) != tt.ok || (err != nil && !errors.Is(err, tile.ErrNoTile)) {
			t.Errorf("%s/%s/%s: %v, %v", tt.z, tt.x, tt.y, got, err)
		}
		if tt.ok && !got.Valid() {
			t.Errorf("%v is not valid", got)
		}
	}
	if (tile.ID{Z: 2, X: 4}).Valid() || (tile.ID{Z: 25}).Valid() {
		t.Error("a tile beyond the edge is taken for one")
	}
}

func TestID_hasTheBoxOthersGiveIt(t *testing.T) {
	t.Parallel()
	rnd := geotest.Rand(21)
	for range 500 {
		z := uint8(rnd.IntN(tile.MaxZoom + 1))
		place := orb.Point{360*rnd.Float64() - 180, 170*rnd.Float64() - 85}
		id := tile.At(place, z)
		other := maptile.At(place, maptile.Zoom(z))
		if id.X != other.X || id.Y != other.Y {
			t.Fatalf("%v at %d: %v, orb says %v", place, z, id, other)
		}
		got, want := id.Degrees(), other.Bound()
		for i := range 2 {
			if math.Abs(got.Min[i]-want.Min[i]) > 1e-9 || math.Abs(got.Max[i]-want.Max[i]) > 1e-9 {
				t.Fatalf("%v: %v, orb says %v", id, got, want)
			}
		}
		if !got.Pad(1e-9).Contains(place) {
			t.Fatalf("%v does not hold %v", id, place)
		}
	}
	for _, p := range []orb.Point{{-200, 90}, {200, -90}, {math.NaN(), math.NaN()}} {
		if id := tile.At(p, 5); !id.Valid() {
			t.Errorf("%v lies in %v", p, id)
		}
	}
}

func TestCover_listsTheTilesOfABox(t *testing.T) {
	t.Parallel()
	b := orb.Bound{Min: orb.Point{9.4, 59}, Max: orb.Point{9.9, 59.3}}
	ids, ok := tile.Cover(b, 12, 1000)
	if !ok || len(ids) == 0 {
		t.Fatalf("%d tiles, %t", len(ids), ok)
	}
	seen := map[tile.ID]bool{}
	for _, id := range ids {
		if seen[id] || !id.Degrees().Intersects(b) {
			t.Errorf("%v is there twice or has nothing of the box", id)
		}
		seen[id] = true
	}
	for _, corner := range b.ToRing() {
		if !seen[tile.At(corner, 12)] {
			t.Errorf("the tile at %v is missing", corner)
		}
	}
	if _, ok := tile.Cover(b, 20, 1000); ok {
		t.Error("a million tiles are listed in spite of the limit")
	}
	if ids, ok := tile.Cover(orb.Bound{Min: b.Max, Max: b.Min}, 12, 10); !ok || len(ids) != 0 {
		t.Errorf("an inside-out box has %d tiles", len(ids))
	}
}

func TestLayer_writesTagsAndNumbers(t *testing.T) {
	t.Parallel()
	b := tile.New(tile.ID{}, crs.CRS84(), tile.Options{})
	l := b.Layer("places")
	if b.Layer("places") != l {
		t.Error("the same name gives another layer")
	}
	b.Layer("nothing")
	shown := l.Add(5, orb.Point{10, 60},
		tile.Tag{Key: "name", Value: tile.Text("Sjøvegan")}, tile.Tag{Key: "people", Value: tile.Int(-3)},
		tile.Tag{Key: "height", Value: tile.Double(2.5)}, tile.Tag{Key: "open", Value: tile.Bool(true)})
	again := l.Add(0, orb.Point{11, 61}, tile.Tag{Key: "name", Value: tile.Text("Sjøvegan")}, tile.Tag{Key: "open", Value: tile.Bool(false)})
	if !shown || !again {
		t.Fatal("not shown")
	}
	layers, err := mvt.Unmarshal(b.Bytes())
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	got := layers[0]
	if got.Version != 2 || got.Extent != 4096 || len(got.Features) != 2 {
		t.Errorf("version %d, extent %d, %d features", got.Version, got.Extent, len(got.Features))
	}
	want := map[string]any{"name": "Sjøvegan", "people": float64(-3), "height": 2.5, "open": true}
	if diff := cmp.Diff(want, map[string]any(got.Features[0].Properties)); diff != "" {
		t.Error(diff)
	}
	if got.Features[0].ID != 5.0 || got.Features[1].ID != nil {
		t.Errorf("numbers %v and %v", got.Features[0].ID, got.Features[1].ID)
	}
}

func TestLayer_leavesOutWhatDoesNotShow(t *testing.T) {
	t.Parallel()
	id := tile.At(orb.Point{10, 60}, 10)
	square := id.Degrees()
	w := square.Max[0] - square.Min[0]
	far := orb.Point{square.Max[0] + w, square.Max[1] + w}
	middle := square.Center()
	speck := orb.Polygon{{middle, {middle[0] + w*1e-6, middle[1]}, {middle[0], middle[1] + w*1e-6}, middle}}
	around := orb.Polygon{ // encloses the tile in a hole
		square.Pad(9 * w).ToRing(), square.Pad(2 * w).ToRing(),
	}
	around[1].Reverse()
	tests := []struct {
		name  string
		give  orb.Geometry
		shows bool
	}{
		{"nothing", nil, false},
		{"a point in it", middle, true},
		{"a point in the margin", orb.Point{square.Max[0] + w/100, middle[1]}, true},
		{"a point outside", far, false},
		{"no points", orb.MultiPoint{}, false},
		{"some of the points", orb.MultiPoint{far, middle}, true},
		{"a line outside", orb.LineString{far, {far[0] + 1, far[1]}}, false},
		{"a line across", orb.LineString{{middle[0] - 9*w, middle[1]}, {middle[0] + 9*w, middle[1]}}, true},
		{"a line past the corner", orb.LineString{{square.Min[0] - w, middle[1]}, {middle[0], square.Max[1] + w}}, false},
		{"a line that is a point", orb.LineString{middle, middle}, false},
		{"a speck", speck, false},
		{"an area all around", square.Pad(w).ToPolygon(), true},
		{"an area with the tile in its hole", around, false},
		{"a box", square, true},
		{"a ring", square.ToRing(), true},
		{"a collection", orb.Collection{far, speck, middle}, true},
		{"a collection of nothing", orb.Collection{far, speck}, false},
		{"an empty area", orb.MultiPolygon{}, false},
		{"not numbers", orb.Polygon{{{math.NaN(), 1}, {1, 1}, {1, 2}, {math.NaN(), 1}}}, false},
	}
	for _, tt := range tests {
		b := tile.New(id, crs.CRS84(), tile.Options{})
		if got := b.Layer("a").Add(1, tt.give); got != tt.shows || got != (len(b.Bytes()) > 0) {
			t.Errorf("%s: shown is %t, %d bytes", tt.name, got, len(b.Bytes()))
		}
	}
}

func TestOptions_areKept(t *testing.T) {
	t.Parallel()
	id := tile.At(orb.Point{10, 60}, 8)
	wave := orb.LineString{}
	square := id.Degrees()
	for i := range 1000 {
		f := float64(i) / 1000
		wave = append(wave, orb.Point{
			square.Min[0] + f*(square.Max[0]-square.Min[0]), square.Center()[1] + 0.002*math.Sin(f*500),
		})
	}
	size := func(o tile.Options) (int, uint32) {
		b := tile.New(id, crs.CRS84(), o)
		b.Layer("a").Add(1, wave)
		l := layer(t, b.Bytes(), "a")
		return len(l.Features[0].Geometry.(orb.LineString)), l.Extent
	}
	all, extent := size(tile.Options{})
	fewer, _ := size(tile.Options{Simplify: 20})
	_, small := size(tile.Options{Extent: 512})
	if all < 900 || fewer > all/2 || extent != 4096 || small != 512 {
		t.Errorf("%d and %d points, extent %d and %d", all, fewer, extent, small)
	}
	wide := tile.New(id, crs.CRS84(), tile.Options{Buffer: 2048}).Source()
	if narrow := tile.New(id, crs.CRS84(), tile.Options{}).Source(); !(wide.Max[0]-wide.Min[0] > 1.8*(narrow.Max[0]-narrow.Min[0])) {
		t.Errorf("the margin does nothing: %v, %v", wide, narrow)
	}
}

// properties are 5,000 polygons of a dozen corners in one tile, as properties lie
// in a town, in EPSG:25832 as they are stored.
func properties(tb testing.TB) (tile.ID, []orb.Polygon) {
	id := tile.At(orb.Point{9.6, 59.2}, 14)
	utm := system(tb, crs.UTM32)
	b := tile.New(id, utm, tile.Options{}).Source()
	rnd := geotest.Rand(22)
	all := make([]orb.Polygon, 5000)
	for i := range all {
		at := orb.Point{b.Min[0] + rnd.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rnd.Float64()*(b.Max[1]-b.Min[1])}
		all[i] = geotest.Star(rnd, at, 15+20*rnd.Float64(), 12, false)
	}
	return id, all
}

// A tile of 5,000 properties, projected from EPSG:25832, with three tags each.
func BenchmarkBuilder(b *testing.B) {
	id, all := properties(b)
	utm := system(b, crs.UTM32)
	numbers := make([]string, len(all))
	for i := range numbers {
		numbers[i] = string(rune('a'+i%26)) + "-" + string(rune('a'+i/26%26)) + "/" + string(rune('a'+i/676%26))
	}
	size := 0
	for b.Loop() {
		builder := tile.New(id, utm, tile.Options{})
		l := builder.Layer("properties")
		for i, p := range all {
			l.Add(uint64(i+1), p,
				tile.Tag{Key: "number", Value: tile.Text(numbers[i])},
				tile.Tag{Key: "area", Value: tile.Int(int64(i % 1000))},
				tile.Tag{Key: "kind", Value: tile.Text("property")})
		}
		size = len(builder.Bytes())
	}
	b.ReportMetric(1e9/(float64(b.Elapsed().Nanoseconds())/float64(b.N)), "tiles/s")
	b.ReportMetric(float64(size), "bytes")
}
