package bench

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

func drain(t *testing.T, from layers.Source) (list []layers.Incoming) {
	t.Helper()
	for {
		f, err := from.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
}

func TestNet_coversItsGroundWithoutGaps(t *testing.T) {
	t.Parallel()
	n := NewNet(90)
	if n.Plots != 100 {
		t.Fatalf("%d plots", n.Plots)
	}
	list, area, seen := drain(t, n.Source()), 0.0, map[string]bool{}
	for _, f := range list {
		if wrong := shape.Check(f.Feature.Geometry); wrong != nil {
			t.Errorf("%s: %v", f.Feature.ID, wrong)
		}
		area += shape.Area(f.Feature.Geometry)
		seen[f.Feature.ID] = true
	}
	if len(list) != 100 || len(seen) != 100 {
		t.Errorf("%d plots with %d names", len(list), len(seen))
	}
	var grounds []orb.MultiPolygon
	for i := range 20 {
		grounds = append(grounds, orb.MultiPolygon{n.at(i)})
	}
	if together := shape.Union(grounds...); together <= 0 || area/100 < 250 || area/100 > 330 {
		t.Errorf("20 plots cover %v, one has %v", together, area/100)
	}
	for i := range 9 {
		if over := shape.Overlap(orb.MultiPolygon{n.at(i)}, orb.MultiPolygon{n.at(i + 1)}); over > 1e-6 {
			t.Errorf("plots %d and %d share %v", i, i+1, over)
		}
	}
}

func TestNet_strewsPeopleOverItself(t *testing.T) {
	t.Parallel()
	n := NewNet(400)
	inside, ring := 0, n.Ring(60, 10)
	people := drain(t, n.Inhabitants(2000))
	for _, p := range people {
		at, _ := p.Feature.Geometry.(orb.Point)
		if at[0] < corner()[0] || at[0] > corner()[0]+n.metres() {
			t.Fatalf("somebody lives at %v", at)
		}
		if shape.Locate(ring, at) != shape.Outside {
			inside++
		}
	}
	if len(people) != 2000 || inside < 100 || inside > 320 {
		t.Errorf("%d of %d live in a tenth of the ground", inside, len(people))
	}
	if len(drain(t, n.Mark("mark_a"))) != 1 {
		t.Error("a mark is more than one feature")
	}
}

func TestNet_asksForTilesThatNobodyHasAskedFor(t *testing.T) {
	t.Parallel()
	n := NewNet(100_000)
	fresh, again := n.fresh(), must(t)(n.addresses(CachedTile))
	seen := map[string]bool{}
	count := len(n.tiles(14)) << len(Marks())
	for i := range count {
		seen[fresh(i)] = true
	}
	if len(seen) != count || count < 100 {
		t.Errorf("%d of %d addresses differ", len(seen), count)
	}
	if again(1) != again(2) {
		t.Error("the tile that is asked for again is another")
	}
	boxes := must(t)(n.addresses(SmallBox))
	if first := boxes(1); first == boxes(2) || first != boxes(1) {
		t.Error("boxes are not strewn")
	}
	if _, err := n.addresses("nothing"); err == nil {
		t.Error("a request that there is none of")
	}
}

func must(t *testing.T) func(func(int) string, error) func(int) string {
	t.Helper()
	return func(f func(int) string, err error) func(int) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

func TestAskMaps_countsWhatIsAnswered(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q, err := url.ParseQuery(r.URL.RawQuery); strings.HasSuffix(r.URL.Path, "/items") && (err != nil || len(strings.Split(q.Get("bbox"), ",")) != 4) {
			http.Error(w, "no box", http.StatusBadRequest)
			return
		}
		if strings.Contains(r.URL.Path, "/16/") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_, _ = w.Write(make([]byte, 1234))
	}))
	t.Cleanup(s.Close)
	target := Target{Address: strings.TrimPrefix(s.URL, "http://"), Tenants: []Tenant{{Host: "by.localhost"}}}
	o := Options{Clients: 2, For: 100 * time.Millisecond}
	for _, name := range []string{FreshTile, ItemsPage, SmallBox} {
		result, size, err := AskMaps(t.Context(), target, o, NewNet(1000), name)
		if err != nil || result.Errors > 0 || result.Cycles == 0 || size != 1234 {
			t.Errorf("%s: %+v, %d bytes, %v", name, result, size, err)
		}
	}
	result, _, err := AskMaps(t.Context(), target, o, NewNet(1000), CachedTile)
	if err != nil || result.Errors == 0 || !strings.Contains(result.Example, "204") {
		t.Errorf("an empty answer is none: %+v, %v", result, err)
	}
	if _, _, err := AskMaps(t.Context(), Target{}, o, NewNet(10), CachedTile); err == nil {
		t.Error("without a municipality")
	}
	if _, err := AskEverywhere(t.Context(), target, NewNet(1000)); err == nil || !strings.Contains(err.Error(), "204") {
		t.Errorf("a municipality without an answer: %v", err)
	}
}

func TestAskEverywhere_asksEachMunicipality(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked[r.Host]++
		_, _ = w.Write([]byte("tile"))
	}))
	t.Cleanup(s.Close)
	target := Target{Address: strings.TrimPrefix(s.URL, "http://"), Tenants: []Tenant{{Host: "a.localhost"}, {Host: "b.localhost"}}}
	l, err := AskEverywhere(t.Context(), target, NewNet(100))
	if err != nil || l.Count != 4 || asked["a.localhost"] != 2 || asked["b.localhost"] != 2 {
		t.Errorf("%+v, %v, %v", l, asked, err)
	}
}

func TestGeoText_hasARowForEachRequest(t *testing.T) {
	t.Parallel()
	g := Geo{Database: "SQLite", Plots: 1000, Imported: 2 * time.Second, Again: time.Second, People: 7, Runs: map[string]Result{}, Sizes: map[string]int{FreshTile: 81234}}
	g.Runs[FreshTile] = Result{PerSec: 61.4, ByName: map[string]Latency{FreshTile: {P95: 20 * time.Millisecond}}, Errors: 3}
	if text := GeoText([]Geo{g}, true); strings.Contains(text, "municipalities") {
		t.Error("a table of nothing: " + text)
	}
	g.Country = Country{Tenants: 357, Plots: 1000, Imported: 2 * time.Second, AtRest: 80e6, After: 240e6, Peak: 250e6}
	text := GeoText([]Geo{g}, true)
	if !strings.Contains(text, "| SQLite | 357 | 1000 | 500 | "+mb(80e6)+" |") {
		t.Error(text)
	}
	lines := strings.Split(text, "\n")
	row := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, FreshTile) })
	if !strings.Contains(text, "| SQLite | 1000 | 500 | 1000 |") || row < 0 || !strings.Contains(lines[row], "61 | 0.0/20/0.0 | 81.2 | 3") {
		t.Error(text)
	}
	if plain := GeoText([]Geo{g}, false); strings.Contains(plain, "|") || !strings.Contains(plain, "fresh tile") {
		t.Error(plain)
	}
}
