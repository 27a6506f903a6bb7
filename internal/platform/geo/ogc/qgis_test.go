package ogc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/tile"
)

// qgisPython is a Python that knows QGIS: Debian's, since that is whose packages it
// comes in (python3-qgis, qgis-providers; 930 MB). Without it the test is skipped, on
// the build server too, which does not install it.
func qgisPython(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), path, "-c", "import qgis.core")
		cmd.Env = desk(t)
		if cmd.Run() == nil {
			return path
		}
	}
	t.Skip("QGIS is missing: install Debian's python3-qgis and qgis-providers")
	return ""
}

// desk is where QGIS runs: without a screen, and without what it kept before.
func desk(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	if err := os.Chmod(home, 0o700); err != nil { // #nosec G302 -- a folder
		t.Fatal(err)
	}
	return append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home, "XDG_CACHE_HOME="+home, "no_proxy=*", "LC_ALL=C.UTF-8")
}

// asked is a world that QGIS asks, which remembers what it was asked for.
type askedWorld struct {
	*world

	address string
	mu      sync.Mutex
	asked   []string
}

// forQGIS is a world that answers on a port of this machine. QGIS finds no names below
// localhost by itself, hence the name that stands for no municipality elsewhere.
func forQGIS(t *testing.T) *askedWorld {
	t.Helper()
	a := &askedWorld{world: one(t)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.asked = append(a.asked, r.URL.RequestURI())
		a.mu.Unlock()
		a.site.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	a.address = strings.Replace(server.URL, "127.0.0.1", spare, 1)
	return a
}

// step is something for QGIS to do, and answer what came of it: see testdata/reads_with_qgis.py.
type (
	step     map[string]any
	answerOf struct {
		Valid, Styled bool
		Error, System string
		Message       string
		Told, Read    int
		Fields        map[string]string
		Extent        []float64
		Features      []struct {
			Values map[string]any
			Shape  string
		}
		Points, Styles int
		Errors         []string
	}
)

// qgis has QGIS do some things.
func (a *askedWorld) qgis(t *testing.T, python string, steps ...step) []answerOf {
	t.Helper()
	todo, err := json.Marshal(steps)
	a.ok(err)
	cmd := exec.CommandContext(t.Context(), python, "testdata/reads_with_qgis.py", a.address+root, string(todo))
	cmd.Env = desk(t)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var told struct {
		Answers []answerOf
		Log     []string
	}
	if e := json.Unmarshal([]byte(lines[len(lines)-1]), &told); e != nil || len(told.Answers) != len(steps) {
		t.Fatalf("%v, %v\n%s\n%s", err, e, out, complaints.String())
	}
	for _, line := range told.Log {
		t.Log("QGIS says: " + line)
	}
	return told.Answers
}

// were are the questions that begin with a path below the root, since the last time.
func (a *askedWorld) were(path string) (list []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, uri := range a.asked {
		if strings.HasPrefix(uri, root+path) {
			list = append(list, uri)
		}
	}
	a.asked = nil
	return list
}

// ring is the outer ring of an area that QGIS tells of.
func ring(t *testing.T, text string) orb.Ring {
	t.Helper()
	g, err := wkt.Unmarshal(strings.Replace(text, "PolygonZ", "Polygon", 1))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	p, ok := g.(orb.Polygon)
	if !ok || len(p) != 1 {
		t.Fatalf("%s", text)
	}
	return p[0]
}

func TestQGIS_readsLayers(t *testing.T) {
	t.Parallel()
	python := qgisPython(t)
	a := forQGIS(t)
	answers := a.qgis(t, python, step{"do": "features", "layer": "parcels", "show": 250}, step{"do": "features", "layer": "plans"}, step{"do": "features", "layer": "pipes"})
	parcels := answers[0]
	if !parcels.Valid || parcels.Told != 250 || parcels.Read != 250 || parcels.System != "EPSG:4326" {
		t.Fatalf("parcels: %v, %d told, %d read, %s %s", parcels.Valid, parcels.Told, parcels.Read, parcels.System, parcels.Error)
	}
	if parcels.Fields["area"] != "Real" || parcels.Fields["name"] != "String" || parcels.Fields["number"] != "Integer" || parcels.Fields["sale"] != "Boolean" {
		t.Errorf("fields %v", parcels.Fields)
	}
	if n := counted(t, ogr(t, "ogrinfo", "-so", "OAPIF:"+a.address+root, "parcels")); n != parcels.Told {
		t.Errorf("QGIS tells of %d, GDAL of %d", parcels.Told, n)
	}
	utm, _ := crs.ByCode(crs.UTM32)
	seen := map[any]bool{}
	for _, f := range parcels.Features {
		number, _ := f.Values["number"].(float64)
		seen[f.Values["id"]] = true
		if f.Values["name"] != fmt.Sprintf("Tomt nr. %.0f på Å", number) || f.Values["area"] != 100.5 || f.Values["sale"] != (int(number)%10 == 1) {
			t.Errorf("%v", f.Values)
		}
		at := crs.Between(crs.CRS84(), utm)(ring(t, f.Shape)[0])
		if dx, dy := at[0]-(east+(number-1)*10), at[1]-north; math.Hypot(dx, dy) > 0.2 { // six decimals of a degree
			t.Errorf("%.0f lies at %v", number, at)
		}
	}
	if len(seen) != 250 {
		t.Errorf("%d have an id of their own", len(seen))
	}
	if plans := answers[1]; plans.Read != 1 || plans.Features[0].Values["name"] != "Ny" || plans.Features[0].Values["valid_from"] != "2010-01-01T12:00:00Z" || plans.Fields["valid_from"] != "DateTime" {
		t.Errorf("plans: %+v", plans)
	}
	if answers[2].Valid {
		t.Error("what is not for everybody is read")
	}
}

func TestQGIS_readsAllPages(t *testing.T) {
	t.Parallel()
	python := qgisPython(t)
	a := forQGIS(t)
	few := a.qgis(t, python, step{"do": "features", "layer": "parcels", "uri": "pageSize='60'"})[0]
	pages := a.were("/collections/parcels/items")
	if few.Read != 250 || len(pages) < 5 {
		t.Errorf("%d came in %d pages: %q", few.Read, len(pages), pages)
	}
}

func TestQGIS_filters(t *testing.T) {
	t.Parallel()
	python := qgisPython(t)
	a := forQGIS(t)
	box := []float64{9.0000001, 58.6403, 9.0003, 58.64035}
	const restricted = "restrictToRequestBBOX='1'"
	for _, tt := range []struct {
		name  string
		step  step
		want  int
		asked string // what the server is asked, where QGIS leaves it to the server
	}{
		{"a box", step{"layer": "parcels", "box": box}, 2, ""},
		{"a box, of the server", step{"layer": "parcels", "box": box, "uri": restricted}, 2, "bbox="},
		{"an expression", step{"layer": "parcels", "where": `"number" = 17`}, 1, ""},
		{"an expression on text", step{"layer": "parcels", "where": `"name" like '%nr. 3 på Å'`}, 1, ""},
		{"a subset", step{"layer": "parcels", "subset": `"number" <= 40`}, 40, ""},
		// QGIS makes a filter of any time a question of when: what held then, it shows.
		{"a time, of the server", step{"layer": "plans", "subset": `"valid_from" >= '2005-01-01T00:00:00Z'`}, 2, "datetime=2005"},
		{"a time before", step{"layer": "plans", "subset": `"valid_from" <= '2005-01-01T00:00:00Z'`}, 1, "datetime="},
		{"both", step{"layer": "parcels", "subset": `"number" = 2`, "box": box, "uri": restricted}, 1, "bbox="},
	} {
		tt.step["do"] = "features"
		got := a.qgis(t, python, tt.step)[0]
		asked := a.were("/collections/" + fmt.Sprint(tt.step["layer"]) + "/items")
		if !got.Valid || got.Read != tt.want {
			t.Errorf("%s: %v %d features, want %d: %q", tt.name, got.Valid, got.Read, tt.want, asked)
		}
		if !slices.ContainsFunc(asked, func(uri string) bool { return strings.Contains(uri, tt.asked) }) {
			t.Errorf("%s: the server was not asked %s: %q", tt.name, tt.asked, asked)
		}
	}
}

// QGIS 3.22 asks for degrees and takes them to other systems itself; the map's system is
// what its user sees.
func TestQGIS_readsInOtherSystems(t *testing.T) {
	t.Parallel()
	python := qgisPython(t)
	a := forQGIS(t)
	for _, code := range []int{crs.UTM32, crs.UTM33, 3857} {
		system, _ := crs.ByCode(code)
		into := crs.Between(must(crs.ByCode(crs.UTM32)), system)
		low, high := into(orb.Point{east - 1, north - 1}), into(orb.Point{east + 9, north + 9})
		got := a.qgis(t, python, step{
			"do": "features", "layer": "parcels", "system": fmt.Sprintf("EPSG:%d", code), "box": []float64{low[0], low[1], high[0], high[1]},
			"uri": fmt.Sprintf("srsname='EPSG:%d'", code), "where": `"number" = 1`,
		})[0]
		if got.Read != 1 {
			t.Errorf("%d: %d read", code, got.Read)
			continue
		}
		want := square(east, north, 10)[0]
		for i, p := range ring(t, got.Features[0].Shape) {
			if q := into(want[i]); math.Hypot(p[0]-q[0], p[1]-q[1]) > 0.002 {
				t.Errorf("%d: corner %d at %v, want %v", code, i, p, q)
			}
		}
	}
}

func must(s crs.System, ok bool) crs.System {
	if !ok {
		panic("no such system")
	}
	return s
}

func TestQGIS_drawsTiles(t *testing.T) {
	t.Parallel()
	python := qgisPython(t)
	a := forQGIS(t)
	a.photo(true)
	id := under(a.world, 16)
	b, photo := id.Mercator(), []float64{}
	var about tileJSON
	a.get("/geo/tiles/parcels,plans.json").is(http.StatusOK).json(&about)
	at := func(address string) string { return strings.Replace(address, "http://"+host, a.address, 1) }
	var base tileJSON
	a.get("/geo/tiles/photo.json").is(http.StatusOK).json(&base)
	p := tile.ID{Z: 3, X: 4, Y: 2}.Mercator()
	photo = append(photo, p.Min[0], p.Min[1], p.Max[0], p.Max[1])
	got := a.qgis(t, python,
		step{"do": "vector tiles", "tiles": at(about.Tiles[0]), "zmin": about.MinZoom, "zmax": 18, "extent": []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}},
		step{"do": "vector tiles", "tiles": a.address + "/geo/tiles/" + matrixSet + "/{z}/{y}/{x}", "zmin": 0, "zmax": 18, "extent": []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}},
		step{"do": "pictures", "tiles": at(base.Tiles[0]), "zmin": base.MinZoom, "zmax": base.MaxZoom, "extent": photo},
		step{"do": "pictures", "tiles": a.address + mapSet + "/{z}/{y}/{x}", "zmin": base.MinZoom, "zmax": base.MaxZoom, "extent": photo},
	)
	for i, g := range got {
		if !g.Valid || g.Points < 20 || len(g.Errors) > 0 {
			t.Errorf("%d: %+v; asked %q", i, g, a.were("/tiles"))
		}
	}
}
