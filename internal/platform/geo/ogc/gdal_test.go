package ogc

import (
	"encoding/json"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/geotest"
)

// served is a world that answers on a port of this machine, under the municipality's
// host, which GDAL's curl finds by itself.
func served(t *testing.T) (*world, string) {
	t.Helper()
	w := one(t)
	server := httptest.NewServer(w.site)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	w.ok(err)
	return w, "http://" + net.JoinHostPort(host, port) + root
}

// ogr runs a program of GDAL's and gives what it wrote and complained of.
func ogr(t *testing.T, program string, args ...string) string {
	t.Helper()
	path := geotest.Program(t, program, "gdal-bin")
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "no_proxy=*", "GDAL_HTTP_TIMEOUT=20")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// count is the number of features that ogrinfo tells of.
func counted(t *testing.T, out string) int {
	t.Helper()
	_, rest, _ := strings.Cut(out, "Feature Count: ")
	line, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("no count in\n%s", out)
	}
	return n
}

func TestGDAL_readsLayers(t *testing.T) {
	t.Parallel()
	_, address := served(t)
	out := ogr(t, "ogrinfo", "OAPIF:"+address)
	for _, want := range []string{"parcels", "plans"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if strings.Contains(out, "pipes") {
		t.Errorf("the layer that is not public is told of:\n%s", out)
	}
	out = ogr(t, "ogrinfo", "-so", "OAPIF:"+address, "parcels")
	for _, want := range []string{"Geometry: Polygon", "area: Real", "name: String", "number: Integer", "sale: Integer(Boolean)", "Extent: (8.999999"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if n := counted(t, out); n != 250 {
		t.Errorf("%d features are told of", n)
	}
}

func TestGDAL_readsAllPages(t *testing.T) {
	t.Parallel()
	_, address := served(t)
	out := ogr(t, "ogrinfo", "-al", "-geom=NO", "-oo", "PAGE_SIZE=60", "OAPIF:"+address, "parcels")
	if n := strings.Count(out, "OGRFeature(parcels)"); n != 250 {
		t.Errorf("%d features came in pages of 60", n)
	}
	if !strings.Contains(out, "Tomt nr. 250 på Å") {
		t.Error("the last feature is missing, or its letters are wrong")
	}
}

func TestGDAL_filters(t *testing.T) {
	t.Parallel()
	_, address := served(t)
	for name, tt := range map[string]struct {
		args []string
		want int
	}{
		"a property": {[]string{"-where", "number = 17"}, 1},
		"a text":     {[]string{"-where", "name = 'Tomt nr. 3 på Å'"}, 1},
		"a box":      {[]string{"-spat", "9.0000001", "58.6403", "9.0003", "58.64035"}, 2},
		"both":       {[]string{"-where", "number = 2", "-spat", "9.0000001", "58.6403", "9.0003", "58.64035"}, 1},
	} {
		out := ogr(t, "ogrinfo", append(append([]string{"-al", "-geom=NO"}, tt.args...), "OAPIF:"+address, "parcels")...)
		if n := strings.Count(out, "OGRFeature(parcels)"); n != tt.want {
			t.Errorf("%s: %d features, want %d\n%s", name, n, tt.want, out)
		}
	}
}

// A question as it is written in an address, read by GDAL's reader of GeoJSON.
func TestGDAL_readsAnswersInOtherSystems(t *testing.T) {
	t.Parallel()
	w, _ := served(t)
	file := t.TempDir() + "/answer.geojson"
	p := w.get("/geo/collections/parcels/items?limit=1&crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F25833")
	w.ok(os.WriteFile(file, p.is(200).Body, 0o600))
	projected := ogr(t, "ogr2ogr", "-f", "GeoJSON", "/vsistdout/", file, "-s_srs", "EPSG:25833", "-t_srs", "EPSG:25832", "-lco", "COORDINATE_PRECISION=4")
	var answer struct {
		Features []struct {
			Geometry struct {
				Coordinates [][][2]float64 `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	w.ok(json.Unmarshal([]byte(projected), &answer))
	got := answer.Features[0].Geometry.Coordinates[0]
	for i, want := range square(east, north, 10)[0] {
		if dx, dy := got[i][0]-want[0], got[i][1]-want[1]; dx*dx+dy*dy > 0.001*0.001 {
			t.Errorf("corner %d: %v, want %v", i, got[i], want)
		}
	}
}

func TestGDAL_readsTiles(t *testing.T) {
	t.Parallel()
	w, address := served(t)
	var about tileJSON
	w.get("/geo/tiles/parcels,plans.json").is(200).json(&about)
	base := strings.TrimSuffix(address, root) + "/geo/tiles/parcels,plans/"
	_, tail, _ := strings.Cut(tileUnder(w, 16), "/tiles/parcels,plans/")
	out := ogr(t, "ogrinfo", "-al", "-so", "MVT:"+base+tail, "-oo", "METADATA_FILE=")
	for _, want := range []string{"parcels", "plans", "name: String", "number: Integer"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
