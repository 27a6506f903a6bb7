package ogc

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// under is the tile of a level that the first parcel lies in.
func under(w *world, level uint8) tile.ID {
	w.t.Helper()
	system, _ := crs.ByCode(crs.UTM32)
	return tile.At(crs.Between(system, crs.CRS84())(orb.Point{east + 5, north + 5}), level)
}

// tileUnder is the address of the tile that the first parcel lies in.
func tileUnder(w *world, level uint8) string {
	id := under(w, level)
	return fmt.Sprintf("/geo/tiles/parcels,plans/%d/%d/%d.mvt", id.Z, id.X, id.Y)
}

// drawn are the layers of a tile and how many features they have.
func drawn(t *testing.T, body []byte) map[string]int {
	t.Helper()
	found, err := mvt.Unmarshal(body)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, l := range found {
		counts[l.Name] = len(l.Features)
	}
	return counts
}

func TestTile_inBothOrders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := under(w, 17)
		want := map[string]int{"parcels": 0}
		p := w.get(fmt.Sprintf("/geo/tiles/parcels/%d/%d/%d.mvt", id.Z, id.X, id.Y)).is(http.StatusOK)
		want["parcels"] = drawn(t, p.Body)["parcels"]
		if want["parcels"] < 2 || p.Header.Get("Content-Type") != typeTile {
			t.Fatalf("%d parcels in a tile, %v", want["parcels"], p.Header)
		}
		for _, path := range []string{
			fmt.Sprintf("/geo/collections/parcels/tiles/%s/%d/%d/%d", matrixSet, id.Z, id.Y, id.X),
			fmt.Sprintf("/geo/collections/parcels/tiles/%s/%d/%d/%d?f=mvt", matrixSet, id.Z, id.Y, id.X),
			fmt.Sprintf("/geo/tiles/%s/%d/%d/%d?collections=parcels", matrixSet, id.Z, id.Y, id.X),
			fmt.Sprintf("/geo/tiles/parcels,parcels/%d/%d/%d.mvt?v=1", id.Z, id.X, id.Y),
		} {
			if diff := cmp.Diff(want, drawn(t, w.get(path).is(http.StatusOK).Body)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		want["plans"] = 1
		for _, path := range []string{tileUnder(w, 17), fmt.Sprintf("/geo/tiles/%s/%d/%d/%d", matrixSet, id.Z, id.Y, id.X)} {
			if diff := cmp.Diff(want, drawn(t, w.get(path).is(http.StatusOK).Body)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
	})
}

func TestTile_isPackedAndKept(t *testing.T) {
	t.Parallel()
	w := one(t)
	path := tileUnder(w, 16)
	plain, packed := w.get(path).is(http.StatusOK), w.get(path, "Accept-Encoding", "gzip, br").is(http.StatusOK)
	z, err := gzip.NewReader(bytes.NewReader(packed.Body))
	w.ok(err)
	body, err := io.ReadAll(z)
	w.ok(err)
	if packed.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" || !bytes.Equal(body, plain.Body) {
		t.Errorf("packed and plain differ: %v", packed.Header)
	}
	if packed.Header.Get("Cache-Control") != keepTile || packed.Header.Get("Access-Control-Allow-Origin") != "*" || packed.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("heads %v", packed.Header)
	}
	if got := w.get(path + "?v=abc").Header.Get("Cache-Control"); got != keepTile {
		t.Errorf("with a version: %s", got)
	}
	if again := w.get(path, "If-None-Match", packed.Header.Get("ETag")).is(http.StatusNotModified); len(again.Body) != 0 {
		t.Error("what has not changed is sent again")
	}
	nothing := w.get("/geo/tiles/parcels/10/0/0.mvt").is(http.StatusNoContent)
	if len(nothing.Body) != 0 || nothing.Header.Get("ETag") == "" || nothing.Header.Get("Cache-Control") != keepTile {
		t.Errorf("an empty tile: %v", nothing.Header)
	}
}

func TestTile_forThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := one(t)
	id := under(w, 16)
	for _, path := range []string{
		fmt.Sprintf("/geo/tiles/pipes/%d/%d/%d.mvt", id.Z, id.X, id.Y), fmt.Sprintf("/geo/tiles/parcels,pipes/%d/%d/%d.mvt", id.Z, id.X, id.Y),
		fmt.Sprintf("/geo/collections/pipes/tiles/%s/%d/%d/%d", matrixSet, id.Z, id.Y, id.X), fmt.Sprintf("/geo/tiles/%s/%d/%d/%d?collections=pipes", matrixSet, id.Z, id.Y, id.X),
		"/geo/tiles/pipes.json", "/geo/tiles/parcels,pipes.json",
	} {
		w.refused(path, http.StatusUnauthorized, "errs.login")
		p := w.get(path, "X-API-Key", "reader").is(http.StatusOK)
		if strings.HasPrefix(p.Header.Get("Cache-Control"), "public") || p.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s may be kept by others, or not be read by who has a token: %v", path, p.Header)
		}
		if p := w.get(path, "who", "ola").is(http.StatusOK); p.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s, which a cookie opened, is open to other pages: %v", path, p.Header)
		}
	}
	all := fmt.Sprintf("/geo/tiles/%s/%d/%d/%d", matrixSet, id.Z, id.Y, id.X)
	if counts := drawn(t, w.get(all, "X-API-Key", "reader").is(http.StatusOK).Body); counts["pipes"] != 0 {
		t.Error("the tiles of all layers are not the same for whoever asks")
	}
}

func TestTile_refusesWhatIsNone(t *testing.T) {
	t.Parallel()
	w := one(t)
	for path, code := range map[string]string{
		"/geo/tiles/parcels/25/0/0.mvt": "geo.wrong.tile_unknown", "/geo/tiles/parcels/1/2/0.mvt": "geo.wrong.tile_unknown", "/geo/tiles/parcels/1/0/-1.mvt": "geo.wrong.tile_unknown",
		"/geo/tiles/parcels/01/0/0.mvt": "geo.wrong.tile_unknown", "/geo/tiles/parcels/x/0/0.mvt": "geo.wrong.tile_unknown", "/geo/tiles/parcels/1/0/0.png": "geo.wrong.tile_address",
		"/geo/tiles/parcels/1/0/0": "geo.wrong.tile_address", "/geo/tiles/parcels": "geo.wrong.tile_address", "/geo/tiles/nowhere.json": "layers.unknown", "/geo/tiles/nowhere/1/0/0.mvt": "layers.unknown",
		"/geo/collections/parcels/tiles/OtherSet": "geo.wrong.address", "/geo/collections/parcels/tiles/WebMercatorQuad/1/0/2": "geo.wrong.tile_unknown", "/geo/tileMatrixSets/Other": "geo.wrong.address",
	} {
		w.refused(path, http.StatusNotFound, code)
	}
	many := strings.Repeat("a,", 200) + "b"
	w.refused("/geo/tiles/"+many+"/1/0/0.mvt", http.StatusNotFound, "layers.unknown")
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprint("l", i))
	}
	w.refused("/geo/tiles/"+strings.Join(names, ",")+"/1/0/0.mvt", http.StatusBadRequest, "geo.wrong.layers_many")
	w.refused("/geo/tiles/parcels/1/0/0.mvt?f=mvt", http.StatusBadRequest, "geo.wrong.parameter_unknown")
	w.refused("/geo/tiles/parcels.json?x=1", http.StatusBadRequest, "geo.wrong.parameter_unknown")
	w.refused("/geo/collections/parcels/tiles/WebMercatorQuad/1/0/0?f=png", http.StatusBadRequest, "geo.wrong.format_tile")
}

func TestTileJSON_tellsMapPrograms(t *testing.T) {
	t.Parallel()
	w := one(t)
	var doc tileJSON
	w.get("/geo/tiles/plans,parcels.json").is(http.StatusOK).json(&doc)
	if doc.Version != "3.0.0" || doc.Scheme != "xyz" || doc.Attribution != "© Torgby &lt;kommune&gt;" || doc.Name != "Lag plans, Lag parcels" || len(doc.Bounds) != 4 || len(doc.Center) != 3 {
		t.Errorf("got %+v", doc)
	}
	if len(doc.Layers) != 2 || doc.Layers[1].ID != "parcels" {
		t.Fatalf("layers %+v", doc.Layers)
	}
	if diff := cmp.Diff(map[string]string{"name": "String", "number": "Number"}, doc.Layers[1].Fields); diff != "" {
		t.Errorf("only what goes along in tiles: %s", diff)
	}
	id := under(w, 16)
	address := strings.NewReplacer("{z}", "16", "{x}", fmt.Sprint(id.X), "{y}", fmt.Sprint(id.Y), "http://"+host, "").Replace(doc.Tiles[0])
	if p := w.get(address).is(http.StatusOK); p.Header.Get("Cache-Control") != keepVersioned {
		t.Errorf("%s: %v", address, p.Header)
	}
	before := doc.Tiles[0]
	w.bring(layerOf("parcels"), parcels(3)...)
	if w.get("/geo/tiles/plans,parcels.json").json(&doc); doc.Tiles[0] == before {
		t.Error("the layer has moved on, and the address of its tiles has not")
	}
}

func TestTileset_tellsWhatStandardsAskFor(t *testing.T) {
	t.Parallel()
	w := one(t)
	var sets tilesets
	w.get("/geo/collections/parcels/tiles").is(http.StatusOK).json(&sets)
	if len(sets.Tilesets) != 1 || sets.Tilesets[0].SetURI != matrixSetURI || sets.Tilesets[0].DataType != "vector" {
		t.Fatalf("got %+v", sets)
	}
	var set tileset
	w.get(link(sets.Tilesets[0].Links, "self")).is(http.StatusOK).json(&set)
	if set.CRS != mercatorURI || len(set.Layers) != 1 || *set.Layers[0].Dimension != 2 || len(set.Limits) != 21 || link(set.Links, relMatrixSet) != "/geo/tileMatrixSets/"+matrixSet {
		t.Errorf("got %+v", set)
	}
	id := under(w, 20)
	if l := set.Limits[20]; l.Matrix != "20" || l.MinCol > id.X || l.MaxCol < id.X || l.MinRow > id.Y || l.MaxRow < id.Y || l.MaxCol-l.MinCol > 200 {
		t.Errorf("limits %+v do not hold %v", l, id)
	}
	var all tileset
	w.get("/geo/tiles/" + matrixSet).is(http.StatusOK).json(&all)
	if len(all.Layers) != 2 {
		t.Errorf("all public layers: %+v", all.Layers)
	}
}

// The figures of OGC 17-083r4, annex D.1.
func TestMatrixSet_isThatOfTheStandard(t *testing.T) {
	t.Parallel()
	set := webMercatorQuad()
	for level, want := range map[int][2]float64{0: {559082264.028717, 156543.033928041}, 10: {545978.773465544, 152.874056570353}, 24: {33.3238997477002, 0.00933069192934518}} {
		m := set.Matrices[level]
		if math.Abs(m.Scale/want[0]-1) > 1e-9 || math.Abs(m.Cell/want[1]-1) > 1e-9 || m.Columns != 1<<level || m.RowCount != 1<<level || m.Width != 256 {
			t.Errorf("level %d: %+v", level, m)
		}
	}
	if len(set.Matrices) != tile.MaxZoom+1 || math.Abs(set.Matrices[0].Origin[0]+20037508.3427892) > 1e-6 {
		t.Errorf("got %d levels from %v", len(set.Matrices), set.Matrices[0].Origin)
	}
}
