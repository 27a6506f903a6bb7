package layers

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	tilepack "github.com/torg-no/torg/internal/platform/geo/pack"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/store"
)

// smallWebP is a WebP picture of one pixel.
const smallWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="

// picture encodes an empty picture.
func picture(t *testing.T, kind string, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	img := image.NewGray(image.Rect(0, 0, width, height))
	switch kind {
	case picturePNG:
		err = png.Encode(&b, img)
	case pictureJPEG:
		err = jpeg.Encode(&b, img, nil)
	default:
		text, failed := base64.StdEncoding.DecodeString(smallWebP)
		b.Write(text)
		err = failed
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packed(t *testing.T, body []byte) []byte {
	t.Helper()
	out, err := zip(body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestInspect_looksAtTheBytes(t *testing.T) {
	t.Parallel()
	vectorTile := []byte{layerField, 2, 0x78, 2}
	large := append(picture(t, picturePNG, 16, 16), make([]byte, largestPicture)...)
	pictures, vectors := picturePNG, ""
	tests := map[string]struct {
		body  []byte
		kind  *string
		found string
		err   error
	}{
		"PNG":                     {body: picture(t, picturePNG, 256, 256), found: picturePNG},
		"JPEG":                    {body: picture(t, pictureJPEG, 512, 512), found: pictureJPEG},
		"WebP":                    {body: picture(t, pictureWebP, 1, 1), found: pictureWebP},
		"JPEG among PNG":          {body: picture(t, pictureJPEG, 256, 256), kind: &pictures, found: pictureJPEG},
		"a packed PNG":            {body: packed(t, picture(t, picturePNG, 256, 256)), found: picturePNG},
		"a vector tile":           {body: vectorTile},
		"a packed vector tile":    {body: packed(t, vectorTile), kind: &vectors},
		"nothing":                 {body: nil},
		"a web page":              {body: []byte("<!doctype html><script>alert(1)</script>"), err: errTileKind},
		"SVG":                     {body: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), err: errTileKind},
		"GIF":                     {body: []byte("GIF89a\x01\x00\x01\x00"), err: errTileKind},
		"only the head of a PNG":  {body: []byte("\x89PNG\r\n\x1a\n<script>"), err: errTileKind},
		"only the head of a JPEG": {body: []byte("\xff\xd8\xff\xe0<script>"), err: errTileKind},
		"only the head of a WebP": {body: []byte("RIFF\x10\x00\x00\x00WEBPxxxxxxxx"), err: errTileKind},
		"broken packing":          {body: []byte{0x1f, 0x8b, 8, 0, 0}, err: errTileKind},
		"a cut off vector tile":   {body: []byte{layerField, 5, 0x78, 2}, err: errTileKind},
		"a bomb":                  {body: packed(t, make([]byte, largestUnpacked+1)), err: errTileLarge},
		"not square":              {body: picture(t, picturePNG, 256, 128), err: errTileLarge},
		"too wide":                {body: picture(t, picturePNG, 2048, 2048), err: errTileLarge},
		"too many bytes":          {body: large, err: errTileLarge},
		"too many scans":          {body: append(picture(t, pictureJPEG, 256, 256), bytes.Repeat([]byte("\xff\xda\x00\x02"), mostScans+1)...), err: errTileLarge},
		"a picture among vectors": {body: picture(t, picturePNG, 256, 256), kind: &vectors, err: errTileOdd},
		"a vector among pictures": {body: vectorTile, kind: &pictures, err: errTileOdd},
	}
	for name, tt := range tests {
		out, found, err := inspect(tt.body, tt.kind)
		if err != tt.err || err == nil && found != tt.found { //nolint:errorlint // handed through bare
			t.Errorf("%s: %q %v, want %q %v", name, found, err, tt.found, tt.err)
		}
		if err == nil && found != "" && pictureOf(out) != found {
			t.Errorf("%s is kept packed", name)
		}
	}
}

func TestImage_readsWhatItHolds(t *testing.T) {
	t.Parallel()
	for kind, side := range map[string]int{picturePNG: 256, pictureJPEG: 512, pictureWebP: 1} {
		got, err := Tile{Body: picture(t, kind, side, side)}.Image()
		if err != nil || got.Bounds() != image.Rect(0, 0, side, side) {
			t.Errorf("%s: %v %v", kind, got, err)
		}
	}
	if got, err := (Tile{}).Image(); got != nil || err != nil {
		t.Errorf("where nothing lies is %v %v", got, err)
	}
	whole := picture(t, picturePNG, 256, 256)
	for name, body := range map[string][]byte{
		"a vector tile": {layerField, 2, 0x78, 2}, "one cut off": whole[:len(whole)/2], "a head alone": whole[:40], "one too wide": picture(t, picturePNG, 2048, 2048),
		"one too long": append(bytes.Clone(whole), make([]byte, largestPicture)...), "a web page": []byte("<html>"),
	} {
		if got, err := (Tile{Body: body}).Image(); err == nil {
			t.Errorf("%s is drawn: %v", name, got.Bounds())
		}
	}
}

// mbtilesOf makes a file of tiles, by "z/x/y" as web maps count; what it says of itself
// goes before.
func mbtilesOf(t *testing.T, told map[string]string, tiles map[[3]int][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.mbtiles")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do := func(query string, args ...any) {
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TABLE metadata (name TEXT, value TEXT)")
	do("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
	for name, value := range told {
		do("INSERT INTO metadata VALUES (?1, ?2)", name, value)
	}
	for at, body := range tiles {
		do("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", at[0], at[1], 1<<at[0]-1-at[2], body)
	}
	return path
}

// bringTiles brings in a file of tiles.
func (w *world) bringTiles(path, name string, dry bool) (LayerResult, error) {
	w.t.Helper()
	pack, err := tilepack.Open(w.t.Context(), path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer pack.Close()
	return w.ImportTiles(w.Ctx, TilesImport{Target: Target{Layer: Layer{Name: name, Public: true, Licence: "CC BY 4.0"}}, Pack: pack, File: "x.mbtiles", Digest: path, DryRun: dry})
}

func TestImportTiles_takesPictures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one, other := picture(t, picturePNG, 256, 256), picture(t, pictureJPEG, 256, 256)
		path := mbtilesOf(t, map[string]string{
			"format": "pbf", "attribution": `<a href="https://kartverket.no">&copy; Kartverket</a>`, "bounds": "10,59,11,60",
		}, map[[3]int][]byte{{3, 4, 2}: one, {3, 4, 3}: other})
		if r, err := w.bringTiles(path, "photo", true); err != nil || r.Added != 2 || w.everything("photo") != nil {
			t.Fatalf("a dry run: %v %+v", err, r)
		}
		r, err := w.bringTiles(path, "photo", false)
		if err != nil {
			t.Fatal(err)
		}
		l := r.Layer
		if l.Kind != Tiles || l.Picture() == "" || l.Attribution != "© Kartverket" || l.Licence != "CC BY 4.0" || l.MinZoom != 3 || l.MaxZoom != 3 || l.Extent != (orb.Bound{Min: orb.Point{10, 59}, Max: orb.Point{11, 60}}) {
			t.Errorf("layer %+v", l)
		}
		for y, want := range map[uint32][]byte{2: one, 3: other} {
			got, err := w.Tile(w.Ctx, []string{"photo"}, tile.ID{Z: 3, X: 4, Y: y})
			if err != nil || !bytes.Equal(got.Body, want) || got.Picture() != "image/"+pictureOf(want) {
				t.Errorf("tile %d: %v %q", y, err, got.Picture())
			}
		}
		if got, err := w.Tile(w.Ctx, []string{"photo"}, tile.ID{Z: 3}); err != nil || len(got.Body) != 0 || got.Picture() != "" {
			t.Errorf("a tile that is not there: %v %+v", err, got)
		}
	})
}

func TestImportTiles_refusesWhatIsNoTile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		good := picture(t, picturePNG, 256, 256)
		for name, tt := range map[string]struct {
			body []byte
			key  string
		}{
			"a web page":    {[]byte("<html>"), "layers.import.tile_kind"},
			"a vector tile": {[]byte{layerField, 0}, "layers.import.tile_kind"},
			"not square":    {picture(t, picturePNG, 256, 255), "layers.import.tile_large"},
			"large":         {append(bytes.Clone(good), make([]byte, largestPicture)...), "layers.import.tile_large"},
		} {
			path := mbtilesOf(t, map[string]string{"format": "png"}, map[[3]int][]byte{{1, 0, 0}: good, {1, 1, 1}: tt.body})
			_, err := w.bringTiles(path, "photo", false)
			if e := errs.Of(err); e == nil || e.Key != tt.key || !strings.Contains(fmt.Sprint(e.Args), "1") {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.read(w.Ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := store.One(ctx, tx, store.Value[int64], `select count(*) from geo_tiles where tenant_id = $1`, tx.Tenant)
			if diff := cmp.Diff(int64(0), n); diff != "" {
				t.Errorf("tiles are left: %s", diff)
			}
			return err
		})
		if _, err := w.Layer(w.Ctx, "photo"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the layer was made: %v", err)
		}
	})
}

// FuzzInspect looks for a tile that breaks the looking, or that is taken and is none.
func FuzzInspect(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00"))
	f.Add([]byte("\xff\xd8\xff\xc0\x00\x0b\x08\x01\x00\x01\x00\x01\x01\x11\x00"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Add([]byte{layerField, 2, 0x78, 2})
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		out, found, err := inspect(body, nil)
		if err != nil {
			return
		}
		if found != pictureOf(out) || found != "" && len(out) > largestPicture {
			t.Fatalf("%d bytes are taken as %q and are %q", len(out), found, pictureOf(out))
		}
		if found == "" {
			return
		}
		if drawn, err := (Tile{Body: out}).Image(); err == nil && (drawn.Bounds().Dx() > mostPixels || drawn.Bounds().Dx() != drawn.Bounds().Dy()) {
			t.Fatalf("a picture of %v is drawn", drawn.Bounds())
		}
	})
}
