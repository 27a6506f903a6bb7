package ogc

import (
	"bytes"
	"context"
	"fmt"
	bitmap "image"
	"image/png"
	"net/http"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	tilepack "github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/store"
)

// pictures is a file of one tile, 3/4/2.
type pictures struct {
	tilepack.Pack

	tile []byte
}

func (pictures) Metadata() tilepack.Metadata {
	return tilepack.Metadata{Format: "pbf", MinZoom: 3, MaxZoom: 3, Attribution: "© Kartverket", Bounds: orb.Bound{Min: orb.Point{4, 57}, Max: orb.Point{32, 72}}}
}

func (p pictures) Each(_ context.Context, visit func(z, x, y int, tile []byte) error) error {
	return visit(3, 4, 2, p.tile)
}

// photo makes a base map of pictures.
func (w *world) photo(public bool) []byte {
	w.t.Helper()
	var b bytes.Buffer
	w.ok(png.Encode(&b, bitmap.NewGray(bitmap.Rect(0, 0, 256, 256))))
	_, err := w.layers.ImportTiles(w.Ctx, layers.TilesImport{Target: layers.Target{Layer: layers.Layer{Name: "photo", Public: public}}, Pack: pictures{tile: b.Bytes()}, File: "x", Digest: "1"})
	w.ok(err)
	w.layers.Moved(store.TenantOf(w.Ctx))
	return b.Bytes()
}

func TestTile_ofAPictureIsThePicture(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		want := w.photo(true)
		for _, path := range []string{"/geo/tiles/photo/3/4/2.png", "/geo/tiles/photo/3/4/2.jpg", "/geo/tiles/photo/3/4/2.webp?v=1"} {
			p := w.get(path, "Accept-Encoding", "gzip").is(http.StatusOK)
			if !bytes.Equal(p.Body, want) || p.Header.Get("Content-Type") != "image/png" || p.Header.Get("Content-Encoding") != "" || p.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d bytes, %v", path, len(p.Body), p.Header)
			}
			w.get(path, "If-None-Match", p.Header.Get("ETag")).is(http.StatusNotModified)
		}
		w.get("/geo/tiles/photo/3/0/0.png").is(http.StatusNoContent)
		w.refused("/geo/tiles/photo/3/4/2.mvt", http.StatusNotFound, "geo.wrong.tile_address")
		w.refused("/geo/tiles/photo/3/4/2.svg", http.StatusNotFound, "geo.wrong.tile_address")
		id := under(w, 17)
		w.refused("/geo/tiles/parcels/17/"+fmt.Sprint(id.X)+"/"+fmt.Sprint(id.Y)+".png", http.StatusNotFound, "geo.wrong.tile_address")
	})
}

func TestTileJSON_ofPictures(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	var doc map[string]any
	w.get("/geo/tiles/photo.json").is(http.StatusOK).json(&doc)
	tiles, _ := doc["tiles"].([]any)
	if doc["format"] != "png" || doc["vector_layers"] != nil || doc["attribution"] != "© Kartverket" || doc["minzoom"] != 3.0 || doc["maxzoom"] != 3.0 || len(tiles) != 1 {
		t.Fatalf("%+v", doc)
	}
	if address, _ := tiles[0].(string); !bytes.HasPrefix([]byte(address), []byte("http://"+host+"/geo/tiles/photo/{z}/{x}/{y}.png?v=")) {
		t.Errorf("tiles at %q", address)
	}
}

func TestTile_ofAPictureIsForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(false)
	if p := w.get("/geo/tiles/photo/3/4/2.png"); p.Status == http.StatusOK {
		t.Error("everybody sees it")
	}
	if p := w.get("/geo/tiles/photo/3/4/2.png", "who", "ola").is(http.StatusOK); p.Header.Get("Access-Control-Allow-Origin") != "" || p.Header.Get("Cache-Control") != keepPrivate {
		t.Errorf("%v", p.Header)
	}
}
