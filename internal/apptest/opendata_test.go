package apptest_test

import (
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/geo/geotest"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// inTiles fills what stands in the address of a tile, and of what is nowhere.
var inTiles = strings.NewReplacer("{z}/{x}/{y}", "14/8481/4961.mvt", "{z}/{y}/{x}", "14/4961/8481", "{path...}", "nowhere")

// openRoad is a road of the open map data.
func openRoad(t *testing.T, h *apptest.Harness) string {
	t.Helper()
	p, err := h.App.Layers.Find(h.As(torgoy, demo.Mother), layers.Query{Layer: "roads", Limit: 1})
	if err != nil || len(p.Features) != 1 {
		t.Fatalf("%d roads: %v", len(p.Features), err)
	}
	return p.Features[0].ID
}

// openData says where the pages of the map data are.
func openData(road string) map[string]address {
	all := map[string]address{}
	for path, query := range map[string]string{
		"": "", "/conformance": "", "/api": "", "/collections": "", "/collections/{layer}": "", "/collections/{layer}/items": "&filter=name+LIKE+'%25'", "/collections/{layer}/items/{id}": "",
		"/collections/{layer}/schema": "", "/collections/{layer}/queryables": "", "/collections/{layer}/tiles": "", "/collections/{layer}/tiles/WebMercatorQuad": "",
		"/tiles": "", "/tiles/WebMercatorQuad": "", "/map/tiles": "", "/tileMatrixSets": "", "/tileMatrixSets/WebMercatorQuad": "",
	} {
		page := strings.NewReplacer("{layer}", "roads", "{id}", road).Replace("/geo"+path) + "?f=html"
		paths := []string{page}
		if query != "" {
			paths = append(paths, page+query)
		}
		all["/geo"+path] = address{nobody, paths}
	}
	return all
}

// noOpenPages are addresses of the map data that have no page: tiles, and the tiles of a
// base map of pictures, which the demonstration does not have.
func noOpenPages() []string {
	return []string{
		"/geo/{path...}", "/geo/tiles/{layers}", "/geo/tiles/{layers}/{z}/{x}/{y}", "/geo/tiles/WebMercatorQuad/{z}/{y}/{x}",
		"/geo/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}", "/geo/map/tiles/WebMercatorQuad", "/geo/map/tiles/WebMercatorQuad/{z}/{y}/{x}",
	}
}

// GDAL reads the demonstration's layers as they are, all pages of them, and is kept
// from those that are not public until it has a token.
func TestOpenData_isReadByGDAL(t *testing.T) {
	t.Parallel()
	program := geotest.Program(t, "ogrinfo", "gdal-bin")
	h := running(t)
	ogrinfo := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = append(os.Environ(), "no_proxy=*", "GDAL_HTTP_TIMEOUT=60")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("ogrinfo %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	geo := "OAPIF:" + h.URL("torgoy", "/geo")
	if out := ogrinfo(geo); !strings.Contains(out, "properties (title: Eiendommer)") || strings.Contains(out, "pipes") {
		t.Errorf("the layers are\n%s", out)
	}
	layer, err := h.App.Layers.Layer(h.As(torgoy, demo.Mother), "properties")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(ogrinfo("-al", "-geom=NO", "-oo", "PAGE_SIZE=700", geo, "properties"), "OGRFeature(properties)"); int64(n) != layer.Count {
		t.Errorf("%d of %d properties came", n, layer.Count)
	}
	if out := ogrinfo("-al", "-geom=NO", "-where", "gnr = 12 AND bnr = 3", geo, "properties"); strings.Count(out, "OGRFeature(properties)") != 1 {
		t.Errorf("12/3 is\n%s", out)
	}
	tile := h.URL("torgoy", inTiles.Replace("/geo/tiles/properties,buildings/{z}/{x}/{y}"))
	if out := ogrinfo("-al", "-so", "MVT:"+tile, "-oo", "METADATA_FILE="); !strings.Contains(out, "Layer name: properties") || !strings.Contains(out, "Layer name: buildings") {
		t.Errorf("the tile is\n%s", out)
	}
	stranger := h.Visitor("torgoy")
	if p := stranger.Send(http.MethodGet, "/geo/collections/pipes/items", nil, http.Header{"Accept": {"application/json"}}); p.Status != http.StatusUnauthorized {
		t.Errorf("a stranger reads the pipes: %d", p.Status)
	}
	if p := h.Visitor("torgoy").As(demo.CaseWorker).Send(http.MethodGet, "/geo/collections/pipes/items?limit=1", nil, http.Header{"Accept": {"application/json"}}); p.Status != http.StatusOK || p.Header.Get("Content-Length") == strconv.Itoa(0) {
		t.Errorf("a case worker does not: %d", p.Status)
	}
}
