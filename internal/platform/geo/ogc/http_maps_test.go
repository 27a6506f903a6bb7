package ogc

import (
	"bytes"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	mapSet  = "/geo/map/tiles/" + matrixSet
	mapTile = mapSet + "/3/2/4"
)

func TestMaps_areListed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var none tilesets
		w.get("/geo/map/tiles").is(http.StatusOK).json(&none)
		if none.Tilesets == nil || len(none.Tilesets) != 0 || link(none.Links, "self") != "/geo/map/tiles" {
			t.Errorf("without a base map: %+v", none)
		}
		w.refused(mapSet, http.StatusNotFound, "geo.wrong.no_maps")
		w.refused(mapTile, http.StatusNotFound, "geo.wrong.no_maps")
		w.photo(true)
		var list tilesets
		w.get("/geo/map/tiles").is(http.StatusOK).json(&list)
		if len(list.Tilesets) != 1 || list.Tilesets[0].DataType != "map" || list.Tilesets[0].SetURI != matrixSetURI || link(list.Tilesets[0].Links, "self") != mapSet+"?collections=photo" {
			t.Fatalf("%+v", list)
		}
		var start landing
		w.get("/geo").is(http.StatusOK).json(&start)
		if link(start.Links, relMaps) != "/geo/map/tiles" {
			t.Errorf("the first page does not lead there: %+v", start.Links)
		}
	})
}

// The description is what 17-083r4, 6.4 asks for, the same with the map's name and without.
func TestMaps_areDescribed(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	var set, named tileset
	w.get(mapSet).is(http.StatusOK).json(&set)
	w.get(mapSet + "?collections=photo").is(http.StatusOK).json(&named)
	if diff := cmp.Diff(named, set); diff != "" {
		t.Error(diff)
	}
	if set.DataType != "map" || set.CRS != mercatorURI || set.Attribution != "© Kartverket" || len(set.MediaTypes) != 1 || set.MediaTypes[0] != "image/png" {
		t.Errorf("%+v", set)
	}
	if len(set.Layers) != 1 || set.Layers[0].DataType != "map" || set.Layers[0].Schema != nil || set.Layers[0].MinMatrix != "3" || set.Layers[0].MaxMatrix != "3" {
		t.Errorf("layers %+v", set.Layers)
	}
	if len(set.Limits) != 1 || set.Limits[0] != (matrixLimits{"3", 1, 2, 4, 4}) {
		t.Errorf("limits %+v", set.Limits)
	}
	if set.Box == nil || math.Abs(set.Box.LowerLeft[0]-4) > 1e-5 || set.Box.UpperRight[1] != 72 {
		t.Errorf("box %+v", set.Box)
	}
	if link(set.Links, "item") != mapSet+"/{tileMatrix}/{tileRow}/{tileCol}?collections=photo" || link(set.Links, relMatrixSet) != "/geo/tileMatrixSets/"+matrixSet || link(set.Links, "alternate") == "" {
		t.Errorf("links %+v", set.Links)
	}
	if page := w.page(mapSet+"?collections=photo", "nb"); !strings.Contains(page, "Bildefliser") || !strings.Contains(page, "collections=photo&amp;f=json") {
		t.Error("the page tells of something else")
	}
	if page := w.page("/geo/map/tiles", "nn"); !strings.Contains(page, "© Kartverket") || !strings.Contains(page, "/geo/tiles/photo.json") {
		t.Error("the list does not tell whose the pictures are")
	}
}

func TestMaps_giveTheirPictures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		want := w.photo(true)
		for _, query := range []string{"", "?f=png", "?collections=photo", "?f=png&collections=photo"} {
			p := w.get(mapTile+query, "Accept-Encoding", "gzip").is(http.StatusOK)
			if !bytes.Equal(p.Body, want) || p.Header.Get("Content-Type") != "image/png" || p.Header.Get("Content-Encoding") != "" || p.Header.Get("Access-Control-Allow-Origin") != "*" || p.Header.Get("Cache-Control") != keepTile {
				t.Errorf("%s: %d bytes, %v", query, len(p.Body), p.Header)
			}
			w.get(mapTile+query, "If-None-Match", p.Header.Get("ETag")).is(http.StatusNotModified)
		}
		w.get(mapSet + "/3/0/0").is(http.StatusNoContent)
		for path, code := range map[string]string{
			mapTile + "?f=jpeg": "geo.wrong.format_map", mapTile + "?f=mvt": "geo.wrong.format_map", mapTile + "?f=": "geo.wrong.format_map", mapTile + "?collections=parcels": "geo.wrong.no_map",
			mapTile + "?collections=photo,photo": "layers.unknown", mapTile + "?collections=": "layers.unknown", mapTile + "?x=1": "geo.wrong.parameter_unknown",
			mapSet + "/99/0/0": "geo.wrong.tile_unknown", mapSet + "/3/-1/0": "geo.wrong.tile_unknown", mapSet + "?collections=nowhere": "layers.unknown", mapSet + "?collections=pipes": "errs.login",
			"/geo/map/tiles/Other": "geo.wrong.address", "/geo/map": "geo.wrong.address",
		} {
			status := map[bool]int{true: http.StatusBadRequest, false: http.StatusNotFound}[strings.HasPrefix(code, "geo.wrong.format") || code == "geo.wrong.no_map" || code == "geo.wrong.parameter_unknown"]
			if code == "errs.login" {
				status = http.StatusUnauthorized
			}
			w.refused(path, status, code)
		}
	})
}

// A base map that is not for everybody is told of, and given, to those who may see it.
func TestMaps_areForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(false)
	var list tilesets
	if w.get("/geo/map/tiles").is(http.StatusOK).json(&list); len(list.Tilesets) != 0 {
		t.Errorf("everybody is told: %+v", list)
	}
	w.refused(mapTile, http.StatusNotFound, "geo.wrong.no_maps")
	w.refused(mapTile+"?collections=photo", http.StatusUnauthorized, "errs.login")
	if w.get("/geo/map/tiles", "X-API-Key", "reader").is(http.StatusOK).json(&list); len(list.Tilesets) != 1 {
		t.Errorf("who may is told: %+v", list)
	}
	for _, path := range []string{mapTile, mapSet} {
		p := w.get(path+"?collections=photo", "X-API-Key", "reader").is(http.StatusOK)
		if strings.HasPrefix(p.Header.Get("Cache-Control"), "public") || p.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", path, p.Header)
		}
		w.refused(path, http.StatusNotFound, "geo.wrong.no_maps", "X-API-Key", "reader") // the same for whoever asks
	}
}
