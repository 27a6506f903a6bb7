package ogc

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

const parcelItems = "/geo/collections/parcels/items"

func TestItems_comeInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var ids []string
		path, pages := parcelItems+"?limit=60&f=json", 0
		for path != "" {
			l := w.list(path)
			if l.Type != "FeatureCollection" || l.NumberMatched == nil || *l.NumberMatched != 250 || l.NumberReturned != len(l.Features) || !l.TimeStamp.Equal(w.Clock.Now()) {
				t.Fatalf("page %d: %s, %v of %v, at %s", pages, l.Type, l.NumberReturned, l.NumberMatched, l.TimeStamp)
			}
			if link(l.Links, "self") != path || link(l.Links, "collection") != "/geo/collections/parcels" || !strings.Contains(link(l.Links, "alternate"), "f=html") {
				t.Errorf("links %+v", l.Links)
			}
			ids = append(ids, l.ids()...)
			path = link(l.Links, "next")
			if pages++; pages > 9 {
				t.Fatal("the pages have no end")
			}
		}
		if len(ids) != 250 || pages != 5 || ids[0] != "p0001" || ids[249] != "p0250" {
			t.Errorf("%d features on %d pages", len(ids), pages)
		}
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 250 {
			t.Error("a feature came twice")
		}
	})
}

func TestItems_areWhatWasBroughtIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		l := w.list(parcelItems + "?limit=1&crs=" + url.QueryEscape(byCode(t, crs.UTM32).URI()))
		f := l.Features[0]
		if diff := cmp.Diff(map[string]any{"number": 1.0, "name": "Tomt nr. 1 på Å", "area": 100.5, "sale": true}, f.Properties); diff != "" {
			t.Error(diff)
		}
		if got := string(f.Geometry.Coordinates); got != "[[[500000,6500000],[500010,6500000],[500010,6500010],[500000,6500010],[500000,6500000]]]" {
			t.Errorf("got %s", got)
		}
	})
}

func TestItems_filter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for query, want := range map[string]int{
			"number=17": 1, "name=" + url.QueryEscape("Tomt nr. 3 på Å"): 1, "sale=true": 25, "sale=true&number=11": 1, "sale=true&number=12": 0,
			"filter=" + url.QueryEscape("number BETWEEN 10 AND 19 AND sale = TRUE"):                                                                    1,
			"filter=" + url.QueryEscape("name LIKE 'Tomt nr. 1_ %'"):                                                                                   10,
			"filter=" + url.QueryEscape("number IN (1, 3, 5, 999)"):                                                                                    3,
			"filter=" + url.QueryEscape("id = 'p0007'"):                                                                                                1,
			"filter=" + url.QueryEscape("S_INTERSECTS(geometry, POINT(500005 6500005))") + "&filter-crs=EPSG:25832":                                    1,
			"filter=" + url.QueryEscape("S_WITHIN(geometry, BBOX(499999, 6499999, 500041, 6500011))") + "&filter-crs=EPSG:25832&filter-lang=cql2-text": 4,
			"bbox=500001,6500001,500025,6500002&bbox-crs=EPSG:25832":                                                                                   3,
			"bbox=500001,6500001,0,500025,6500002,100&bbox-crs=EPSG:25832&sale=true":                                                                   1,
			"bbox=20,70,21,71": 0, "bbox=-180,-90,180,90": 250, "bbox=0,0,1,1&bbox-crs=EPSG:25833": 0, "bbox=170,-90,100,90": 250,
		} {
			l := w.list(parcelItems + "?limit=1000&" + query)
			if len(l.Features) != want || l.NumberMatched == nil || *l.NumberMatched != want {
				t.Errorf("%s: %d features, %v matched, want %d", query, len(l.Features), l.NumberMatched, want)
			}
		}
		short := w.list(parcelItems + "?limit=2&sale=true")
		if short.NumberMatched == nil || *short.NumberMatched != 25 {
			t.Errorf("a filter's features are not counted: %v", short.NumberMatched)
		}
		next := w.list(link(short.Links, "next"))
		if *next.NumberMatched != 25 || next.Features[0].ID != "p0021" {
			t.Errorf("the next page: %v, %v", *next.NumberMatched, next.ids())
		}
	})
}

func TestItems_goBackInTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for query, want := range map[string][]string{
			"": {"new"}, "?datetime=2005-01-01T00:00:00Z": {"old"}, "?datetime=2005-06-01": {"old"}, "?datetime=../..": {"old", "new"}, "?datetime=../2005-01-01": {"old"},
			"?datetime=2015-01-01/..": {"new"}, "?datetime=1990-01-01": nil, "?datetime=2009-01-01/2011-01-01": {"old", "new"},
		} {
			if diff := cmp.Diff(want, w.list("/geo/collections/plans/items"+query).ids()); diff != "" {
				t.Errorf("%s: %s", query, diff)
			}
		}
		// What has ended can still be looked at.
		var f struct {
			ID         string
			Properties map[string]any
		}
		w.get("/geo/collections/plans/items/old").is(http.StatusOK).json(&f)
		if f.ID != "old" || f.Properties["valid_to"] != "2010-01-01T12:00:00Z" {
			t.Errorf("got %+v", f)
		}
	})
}

func TestItems_inEverySystem(t *testing.T) {
	t.Parallel()
	w := one(t)
	for _, system := range crs.All() {
		p := w.get(parcelItems + "?limit=1&crs=" + url.QueryEscape(system.URI())).is(http.StatusOK)
		if got := p.Header.Get("Content-Crs"); got != "<"+system.URI()+">" {
			t.Errorf("%s: Content-Crs %s", system, got)
		}
		var l list
		p.json(&l)
		var rings [][][2]float64
		w.ok(json.Unmarshal(l.Features[0].Geometry.Coordinates, &rings))
		own := crs.Between(byCode(t, crs.UTM32), system)(orb.Point{east, north})
		first, second := system.Own(own)
		if got := rings[0][0]; abs(got[0]-first) > 1e-4 || abs(got[1]-second) > 1e-4 {
			t.Errorf("%s: %v, want %v, %v", system, got, first, second)
		}
		// The box in the order of the system's axes finds the same one.
		at := func(x, y float64) (float64, float64) {
			return system.Own(crs.Between(byCode(t, crs.UTM32), system)(orb.Point{x, y}))
		}
		a, b := at(east+1, north+1)
		c, d := at(east+2, north+2)
		box := fmt.Sprintf("%.9f,%.9f,%.9f,%.9f", min(a, c), min(b, d), max(a, c), max(b, d))
		if ids := w.list(parcelItems + "?bbox=" + box + "&bbox-crs=" + url.QueryEscape(system.URI())).ids(); !slices.Equal(ids, []string{"p0001"}) {
			t.Errorf("%s: the box %s finds %v", system, box, ids)
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }

func TestItem_isOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.get(parcelItems + "/p0002?crs=EPSG:4258").is(http.StatusOK)
		var f struct {
			Type, ID string
			Links    []Link
			Geometry struct{ Coordinates [][][2]float64 }
		}
		p.json(&f)
		if f.Type != "Feature" || f.ID != "p0002" || link(f.Links, "collection") != "/geo/collections/parcels" || link(f.Links, "self") != parcelItems+"/p0002?crs=EPSG:4258" {
			t.Errorf("got %+v", f)
		}
		if p.Header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/EPSG/0/4258>" || f.Geometry.Coordinates[0][0][0] < 58 {
			t.Errorf("north is not first: %v", f.Geometry.Coordinates[0][0])
		}
		w.refused(parcelItems+"/nowhere", http.StatusNotFound, "layers.unknown_feature")
		w.refused(parcelItems+"/p0002?limit=1", http.StatusBadRequest, "geo.wrong.parameter_unknown")
		w.refused(parcelItems+"/p0002?crs=x", http.StatusBadRequest, "geo.wrong.crs")
	})
}

func TestItem_hasIDsOfAllSorts(t *testing.T) {
	t.Parallel()
	w := one(t)
	names := []string{"a/b", "a b", "å", "100%", "?x=1&y", "a.b", "#", `"`}
	var odd []layers.Feature
	for i, id := range names {
		odd = append(odd, layers.Feature{ID: id, Geometry: orb.Point{east + float64(i), north}, Properties: map[string]any{"n": int64(i)}})
	}
	w.bring(layers.Layer{Name: "odd", Public: true, Geometry: "point"}, odd...)
	for _, id := range names {
		var f struct{ ID string }
		if w.get(strings.TrimPrefix(site("").item("odd", id), "")).is(http.StatusOK).json(&f); f.ID != id {
			t.Errorf("%q came as %q", id, f.ID)
		}
	}
}

func TestItems_tellWhoHasThemAlready(t *testing.T) {
	t.Parallel()
	w := one(t)
	p := w.get(parcelItems + "?limit=3").is(http.StatusOK)
	tag := p.Header.Get("ETag")
	if tag == "" || p.Header.Get("Last-Modified") == "" || p.Header.Get("Cache-Control") != keepPublic || p.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("heads %v", p.Header)
	}
	again := w.get(parcelItems+"?limit=3", "If-None-Match", `"other", `+tag).is(http.StatusNotModified)
	if len(again.Body) != 0 || again.Header.Get("ETag") != tag || again.Header.Get("Cache-Control") != keepPublic {
		t.Errorf("not modified: %v %s", again.Header, again.Body)
	}
	for _, other := range []string{"?limit=4", "?limit=3&f=json", "?limit=3&crs=EPSG:25832"} {
		if got := w.get(parcelItems + other).Header.Get("ETag"); got == tag {
			t.Errorf("%s has the same tag", other)
		}
	}
	w.bring(layers.Layer{Name: "parcels", Public: true}, parcels(249)...)
	if w.get(parcelItems+"?limit=3", "If-None-Match", tag).is(http.StatusOK).Header.Get("ETag") == tag {
		t.Error("the layer has moved on, and the tag has not")
	}
	if l := w.list(parcelItems + "?limit=3"); *l.NumberMatched != 249 {
		t.Errorf("an answer of an older generation is given: %d", *l.NumberMatched)
	}
	w.Clock.Advance(26 * 3600e9)
	if w.get(parcelItems+"?limit=3", "If-None-Match", tag).Status != http.StatusOK {
		t.Error("another day has the same tag")
	}
}

func TestItems_areKeptForEverybody(t *testing.T) {
	t.Parallel()
	w := one(t)
	first := w.get(parcelItems + "?limit=3").is(http.StatusOK)
	w.Clock.Advance(5e9)
	if again := w.get(parcelItems + "?limit=3").is(http.StatusOK); !bytes.Equal(first.Body, again.Body) {
		t.Error("the answer was made anew")
	}
	before := w.service.kept.Bytes()
	p := w.get("/geo/collections/pipes/items", "who", "ola").is(http.StatusOK)
	if p.Header.Get("Cache-Control") != keepPrivate || p.Header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(p.Header.Get("Vary"), "Cookie") || w.service.kept.Bytes() != before {
		t.Errorf("what is not for all is kept, or open: %v", p.Header)
	}
	w.get("/geo/collections/pipes/items", "who", "ola", "If-None-Match", p.Header.Get("ETag")).is(http.StatusNotModified)
	w.refused("/geo/collections/pipes/items", http.StatusUnauthorized, "errs.login", "If-None-Match", p.Header.Get("ETag"))
}

func TestItems_packed(t *testing.T) {
	t.Parallel()
	w := one(t)
	for range 2 { // made, and kept
		p := w.get(parcelItems+"?limit=200", "Accept-Encoding", "br, gzip").is(http.StatusOK)
		z, err := gzip.NewReader(bytes.NewReader(p.Body))
		w.ok(err)
		body, err := io.ReadAll(z)
		w.ok(err)
		plain := w.get(parcelItems+"?limit=200", "Accept-Encoding", "gzip;q=0").is(http.StatusOK)
		if p.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" || !bytes.Equal(body, plain.Body) {
			t.Errorf("packed and plain differ: %v", p.Header)
		}
	}
}

// A page larger than what is gathered is sent in pieces, and is the same.
func TestItems_largePagesStream(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.bring(layers.Layer{Name: "many", Public: true, Geometry: "polygon"}, parcels(5000)...)
	p := w.get("/geo/collections/many/items?limit=10000").is(http.StatusOK)
	var l list
	if p.json(&l); len(l.Features) != 5000 || *l.NumberMatched != 5000 || link(l.Links, "next") != "" || p.Header.Get("Content-Length") != "" {
		t.Errorf("%d features, %v", len(l.Features), p.Header)
	}
	packed := w.get("/geo/collections/many/items?limit=4500", "Accept-Encoding", "gzip").is(http.StatusOK)
	z, err := gzip.NewReader(bytes.NewReader(packed.Body))
	w.ok(err)
	w.ok(json.NewDecoder(z).Decode(&l))
	if l.NumberReturned != 4500 || link(l.Links, "next") == "" {
		t.Errorf("%d features", l.NumberReturned)
	}
}

func TestItems_forThoseWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const path = "/geo/collections/pipes/items"
		w.refused(path, http.StatusUnauthorized, "errs.login")
		w.refused(path, http.StatusUnauthorized, "errs.login", "Authorization", "Bearer guess")
		if p := w.get(path, "X-API-Key", "other"); p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			t.Errorf("a token of another purpose gets %d", p.Status)
		}
		for _, headers := range [][]string{{"Authorization", "Bearer reader"}, {"X-API-Key", "reader"}, {"who", "ola"}} {
			if l := w.list(path, headers...); len(l.Features) != 1 {
				t.Errorf("%v: %d features", headers, len(l.Features))
			}
		}
		// A wrong parameter tells nothing of a layer to those who may not see it.
		w.refused(path+"?colour=1", http.StatusUnauthorized, "errs.login")
	})
}

func TestItems_refuseInWords(t *testing.T) {
	t.Parallel()
	w := one(t)
	for query, code := range map[string]string{
		"?colour=red": "parameter_unknown", "?bbox=NaN,1,2,3": "bbox_number", "?limit=0": "limit", "?filter=nosuch%3D1": "filter_unknown_property",
		"?filter=%28": "filter_syntax", "?f=xml": "format", "?crs=EPSG:1": "crs", "?datetime=x": "datetime", "?cursor=x": "cursor", "?number=x": "property_number",
	} {
		seen := map[string]bool{}
		for _, lang := range []string{"nb", "nn", "en"} {
			seen[w.refused(parcelItems+query, http.StatusBadRequest, "geo.wrong."+code, "Cookie", "torg_lang="+lang).Detail] = true
		}
		if len(seen) != 3 {
			t.Errorf("%s is told in %d languages: %v", query, len(seen), seen)
		}
	}
	w.refused(parcelItems, http.StatusNotAcceptable, "geo.wrong.not_acceptable", "Accept", "image/png")
	w.refused(parcelItems+"?filter="+strings.Repeat("x", maxQuery), http.StatusRequestURITooLong, "geo.wrong.query_long")
	w.refused(parcelItems+"?cursor="+cursor{after: "zzzzzzzzzzzzzzzzzzzzzz"}.String(), http.StatusBadRequest, "layers.bad_page")
	w.refused("/geo/collections/nowhere/items", http.StatusNotFound, "layers.unknown")
	page := w.get(parcelItems+"?f=html&limit=x", "Accept", "text/html")
	if page.Status != http.StatusBadRequest || !strings.Contains(string(page.Body), "limit må være et helt tall") {
		t.Errorf("the page of an error: %d %.300s", page.Status, page.Body)
	}
}

func TestItems_formats(t *testing.T) {
	t.Parallel()
	w := one(t)
	for accept, want := range map[string]string{
		"": typeGeoJSON, "*/*": typeGeoJSON, typeGeoJSON: typeGeoJSON, typeJSON: typeJSON, "application/*": typeGeoJSON,
		"application/geo+json, application/json": typeGeoJSON, "text/html": "text/html; charset=utf-8", "text/html;q=0.5, application/json": typeJSON,
	} {
		if got := w.get(parcelItems+"?limit=1", "Accept", accept).is(http.StatusOK).Header.Get("Content-Type"); got != want {
			t.Errorf("Accept %q: %s", accept, got)
		}
	}
	for f, want := range map[string]string{"json": typeGeoJSON, "geojson": typeGeoJSON, "html": "text/html; charset=utf-8"} {
		if got := w.get(parcelItems+"?limit=1&f="+f, "Accept", "image/png").is(http.StatusOK).Header.Get("Content-Type"); got != want {
			t.Errorf("f=%s: %s", f, got)
		}
	}
}

// sparse has only features of which few fit: the store is looked through in parts.
func TestItems_lookOnUntilSomethingFits(t *testing.T) {
	t.Parallel()
	w := one(t)
	lazy := &slow{Source: w.layers, empty: 5}
	w.service.layers = lazy
	if l := w.list(parcelItems + "?limit=3"); len(l.Features) != 3 || lazy.asked < 6 {
		t.Errorf("%d features after %d questions: an empty page looks like the last one", len(l.Features), lazy.asked)
	}
}
