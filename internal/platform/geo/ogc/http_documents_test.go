package ogc

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// documents are all the documents of the world's API that everybody may read.
func documents() []string {
	list := []string{"", "/conformance", "/api", "/collections", "/tiles", "/tiles/" + matrixSet, mapPath, mapPath + "/" + matrixSet, "/tileMatrixSets", "/tileMatrixSets/" + matrixSet}
	for _, rest := range []string{"", "/items", "/items/p0001", "/schema", "/queryables", "/tiles", "/tiles/" + matrixSet} {
		list = append(list, "/collections/parcels"+rest)
	}
	return list
}

func TestDocuments_areDataToProgramsAndPagesToPeople(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	for _, path := range documents() {
		p := w.get(root + path).is(http.StatusOK)
		if !strings.Contains(p.Header.Get("Content-Type"), "json") || !json.Valid(p.Body) || p.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s %.200s", path, p.Header.Get("Content-Type"), p.Body)
		}
		for _, lang := range []string{"nb", "nn", "en"} {
			page := w.page(root+path, lang)
			for _, bad := range []string{"[geo.", "[layers.", "[ui.", "<no value>", "%!"} {
				if strings.Contains(page, bad) {
					t.Errorf("%s in %s shows %s", path, lang, bad)
				}
			}
			if strings.Count(page, "<h1") != 1 {
				t.Errorf("%s has %d headings", path, strings.Count(page, "<h1"))
			}
		}
		w.refused(root+path+"?colour=1", http.StatusBadRequest, "geo.wrong.parameter_unknown")
		w.refused(root+path+"?f=xml", http.StatusBadRequest, "geo.wrong.format")
		w.refused(root+path, http.StatusNotAcceptable, "geo.wrong.not_acceptable", "Accept", "image/png")
		if p := w.get(root+path, "If-None-Match", p.Header.Get("ETag")); p.Status != http.StatusNotModified || len(p.Body) != 0 {
			t.Errorf("%s: %d for what the reader has", path, p.Status)
		}
	}
}

var href = regexp.MustCompile(`"href":"http://` + host + `([^"]*)"`)

// Every link of every document leads to a document.
func TestDocuments_linkToWhatIsThere(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	seen := map[string]bool{}
	for _, path := range documents() {
		for _, found := range href.FindAllSubmatch(w.get(root+path).Body, -1) {
			to := strings.ReplaceAll(string(found[1]), `\u0026`, "&")
			to = strings.NewReplacer("{tileMatrix}", "2", "{tileRow}", "1", "{tileCol}", "2").Replace(to)
			if seen[to] {
				continue
			}
			seen[to] = true
			if p := w.get(to); p.Status != http.StatusOK && p.Status != http.StatusNoContent {
				t.Errorf("%s links to %s: %d", path, to, p.Status)
			}
		}
	}
	if len(seen) < 35 {
		t.Errorf("only %d links were found", len(seen))
	}
}

var inPage = regexp.MustCompile(`href="(/geo[^"#]*|\?[^"]*)"`)

// So does every link of every page.
func TestPages_linkToWhatIsThere(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	for _, path := range documents() {
		for _, found := range inPage.FindAllStringSubmatch(w.page(root+path, "nb"), -1) {
			to := strings.ReplaceAll(found[1], "&amp;", "&")
			if strings.HasPrefix(to, "?") {
				to = root + path + to
			}
			if p := w.get(to); p.Status != http.StatusOK {
				t.Errorf("%s links to %s: %d", path, to, p.Status)
			}
		}
	}
}

func TestLanding_saysWhereThingsAre(t *testing.T) {
	t.Parallel()
	w := one(t)
	var doc landing
	w.get("/geo").is(http.StatusOK).json(&doc)
	for rel, want := range map[string]string{
		"self": "/geo", "service-desc": "/geo/api", "service-doc": "/geo/api?f=html", "conformance": "/geo/conformance", "data": "/geo/collections", relTilesets: "/geo/tiles",
	} {
		if got := link(doc.Links, rel); got != want {
			t.Errorf("%s: %q", rel, got)
		}
	}
	if doc.Title != "Kartdata fra Torgby kommune" || !slices.Contains(doc.ConformsTo, "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core") {
		t.Errorf("got %+v", doc)
	}
	if w.get("/geo/").is(http.StatusOK).json(&doc); link(doc.Links, "self") != "/geo" {
		t.Errorf("with a stroke at its end: %+v", doc.Links)
	}
	w.refused("/geo/nowhere/at/all", http.StatusNotFound, "geo.wrong.address")
}

func TestConformance_namesEachClassOnce(t *testing.T) {
	t.Parallel()
	all := conformance()
	slices.Sort(all)
	if once := slices.Compact(slices.Clone(all)); len(once) != len(all) || len(all) < 30 {
		t.Errorf("%d classes, %d of them once", len(all), len(once))
	}
	for _, uri := range all {
		if !regexp.MustCompile(`^http://www\.opengis\.net/spec/[a-z0-9-]+/\d\.0/conf/[a-z0-9-]+$`).MatchString(uri) {
			t.Errorf("%s is no class", uri)
		}
	}
}

func TestCollections_areThoseOneMaySee(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		names := func(headers ...string) (list []string) {
			var doc collections
			w.get("/geo/collections", headers...).is(http.StatusOK).json(&doc)
			for _, c := range doc.Collections {
				list = append(list, c.ID)
			}
			slices.Sort(list)
			return list
		}
		if diff := cmp.Diff([]string{"parcels", "plans"}, names()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"parcels", "pipes", "plans"}, names("X-API-Key", "reader")); diff != "" {
			t.Error(diff)
		}
		for _, rest := range []string{"", "/schema", "/queryables", "/tiles", "/tiles/" + matrixSet} {
			w.refused("/geo/collections/pipes"+rest, http.StatusUnauthorized, "errs.login")
			w.refused("/geo/collections/nowhere"+rest, http.StatusNotFound, "layers.unknown")
			if p := w.get("/geo/collections/pipes"+rest, "X-API-Key", "reader").is(http.StatusOK); p.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s is closed to a program on another page that has a token", rest)
			}
			if p := w.get("/geo/collections/pipes"+rest, "who", "ola").is(http.StatusOK); p.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s, which a cookie opened, is open to other pages", rest)
			}
		}
		if page := w.page("/geo/collections", "nb", "who", "ola"); !strings.Contains(page, "Bare for ansatte") {
			t.Error("the page does not tell what is not for all")
		}
	})
}

func TestCollection_tellsWhatStandardsAskFor(t *testing.T) {
	t.Parallel()
	w := one(t)
	var c collection
	w.get("/geo/collections/parcels").is(http.StatusOK).json(&c)
	if c.ID != "parcels" || c.Title != "Lag parcels" || c.Description != "Alle tomtene." || c.ItemType != "feature" || c.StorageCRS != byCode(t, crs.UTM32).URI() {
		t.Errorf("got %+v", c)
	}
	if c.CRS[0] != crs.CRS84().URI() || len(c.CRS) != len(crs.All()) {
		t.Errorf("systems %v", c.CRS)
	}
	box := c.Extent.Spatial.BBox[0]
	if box[0] > 9 || box[2] < 9.0429 || box[1] > 58.6403 || box[3] < 58.64038 || box[2] > 9.05 || c.Extent.Spatial.CRS != crs.CRS84().URI() {
		t.Errorf("extent %v", box)
	}
	for _, rel := range []string{"items", relSchema, relQueryables, "queryables", relTilesets, "license"} {
		if link(c.Links, rel) == "" {
			t.Errorf("no link %s", rel)
		}
	}
	if extentOf(layers.Layer{EPSG: crs.UTM32}) != nil {
		t.Error("a layer of nothing has an extent")
	}
}

func TestSchema_isJSONSchema(t *testing.T) {
	t.Parallel()
	w := one(t)
	p := w.get("/geo/collections/parcels/schema").is(http.StatusOK)
	if p.Header.Get("Content-Type") != typeSchema {
		t.Errorf("is %s", p.Header.Get("Content-Type"))
	}
	var s schema
	p.json(&s)
	if s.Schema != draft2020 || s.ID != "http://"+host+"/geo/collections/parcels/schema" || s.Type != "object" || s.Title != "Lag parcels" {
		t.Errorf("got %+v", s)
	}
	want := map[string][3]string{
		"id": {"string", "", "id"}, "geometry": {"", "geometry-polygon-or-multipolygon", "primary-geometry"}, "area": {"number", "", ""}, "name": {"string", "", ""},
		"number": {"number", "", ""}, "sale": {"boolean", "", ""}, fieldFrom: {"string", "date-time", "primary-interval-start"}, fieldTo: {"string", "date-time", "primary-interval-end"},
	}
	got := map[string][3]string{}
	for name, p := range s.Properties {
		got[name] = [3]string{p.Type, p.Format, p.Role}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var q schema
	w.get("/geo/collections/parcels/queryables").is(http.StatusOK).json(&q)
	if len(q.Properties) != len(s.Properties) || q.ID == s.ID || q.AdditionalProperties {
		t.Errorf("queryables %+v", q)
	}
	// What is told to be askable can be asked.
	for name := range q.Properties {
		filter := `"` + name + `" IS NULL`
		w.get(parcelItems + "?limit=1&filter=" + strings.ReplaceAll(strings.ReplaceAll(filter, `"`, "%22"), " ", "+")).is(http.StatusOK)
	}
}

func TestGeometryFormat_namesEachKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"point": "geometry-point-or-multipoint", "line": "geometry-linestring-or-multilinestring", "polygon": "geometry-polygon-or-multipolygon", "": "geometry-any"} {
		if got := geometryFormat(kind); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}
