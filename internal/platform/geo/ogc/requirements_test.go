package ogc

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// requirement is one requirement of a standard and a question that shows whether it is
// kept.
type requirement struct {
	name    string // as the standard numbers it
	path    string
	headers []string
	status  int
	kind    string            // of the answer's media type
	header  map[string]string // headers of the answer
	check   func(t *testing.T, w *world, doc object)
}

// The standards, by the documents that have their requirements.
const (
	part1  = "17-069r4 "
	part2  = "18-058r1 "
	part3  = "19-079r2 "
	part5  = "23-058r2 "
	tiling = "20-057 "
	matrix = "17-083r4 "
)

// linksOf are the links of a document by relation and type.
func linksOf(doc object) map[string]string {
	out := map[string]string{}
	list, _ := doc["links"].([]any)
	for _, each := range list {
		l, _ := each.(object)
		rel, _ := l["rel"].(string)
		kind, _ := l["type"].(string)
		href, _ := l["href"].(string)
		out[rel+" "+kind] = href
	}
	return out
}

// has makes a check of links.
func has(links ...string) func(*testing.T, *world, object) {
	return func(t *testing.T, w *world, doc object) {
		t.Helper()
		found := linksOf(doc)
		for _, want := range links {
			href := found[want]
			if href == "" {
				t.Errorf("no link %q in %v", want, found)
				continue
			}
			if !strings.HasPrefix(href, "http://"+host+"/geo") || strings.Contains(href, "{") {
				continue
			}
			p := w.get(strings.TrimPrefix(href, "http://"+host)).is(http.StatusOK)
			_, kind, _ := strings.Cut(want, " ")
			if got := p.Header.Get("Content-Type"); !strings.HasPrefix(got, strings.SplitN(kind, ";", 2)[0]) {
				t.Errorf("%s is told to be %s and is %s", href, kind, got)
			}
		}
	}
}

// countOf reads a number of a document.
func countOf(doc object, name string) int {
	v, is := doc[name].(float64)
	if !is {
		return -1
	}
	return int(v)
}

// matched makes a check of how many features fit, and of how many came.
func matched(fit, came int) func(*testing.T, *world, object) {
	return func(t *testing.T, _ *world, doc object) {
		t.Helper()
		list, _ := doc["features"].([]any)
		if countOf(doc, "numberMatched") != fit || countOf(doc, "numberReturned") != came || len(list) != came || doc["type"] != "FeatureCollection" || doc["timeStamp"] == nil {
			t.Errorf("%v fit, %v came, %d are there, want %d and %d", doc["numberMatched"], doc["numberReturned"], len(list), fit, came)
		}
	}
}

// refusal makes a check of a problem document (RFC 9457), which says in words what is
// wrong.
func refusal(t *testing.T, _ *world, doc object) {
	t.Helper()
	if title, _ := doc["title"].(string); title == "" || doc["status"] == nil || len(fmt.Sprint(doc["detail"])) < 10 {
		t.Errorf("no reason: %v", doc)
	}
}

func badQuestions() (list []requirement) {
	for query, name := range map[string]string{
		"items?nosuch=1":                      part1 + "/req/core/query-param-unknown",
		"items?limit=x":                       part1 + "/req/core/query-param-invalid",
		"items?limit=-1":                      part1 + "/req/core/query-param-invalid",
		"items?limit=0":                       part1 + "/req/core/fc-limit-definition",
		"items?limit=1.5":                     part1 + "/req/core/fc-limit-definition",
		"items?bbox=1,2,3":                    part1 + "/req/core/fc-bbox-definition",
		"items?bbox=1,2,3,4,5":                part1 + "/req/core/fc-bbox-definition",
		"items?bbox=1,2,3,NaN":                part1 + "/req/core/fc-bbox-definition",
		"items?bbox=1,2,3,Infinity":           part1 + "/req/core/fc-bbox-definition",
		"items?bbox=":                         part1 + "/req/core/fc-bbox-definition",
		"items?bbox=5,60,10,59":               part1 + "/req/core/fc-bbox-response",
		"items?datetime=2020":                 part1 + "/req/core/fc-time-definition",
		"items?datetime=2020-13-01":           part1 + "/req/core/fc-time-definition",
		"items?datetime=2020-02-30T00:00:00Z": part1 + "/req/core/fc-time-definition",
		"items?datetime=2020-01-02T00:00:00Z/2020-01-01T00:00:00Z": part1 + "/req/core/fc-time-response",
		"items?datetime=a/b/c":                          part1 + "/req/core/fc-time-definition",
		"items?datetime=":                               part1 + "/req/core/fc-time-definition",
		"items?crs=EPSG:99999":                          part2 + "/req/crs/fc-crs-valid-value",
		"items?crs=":                                    part2 + "/req/crs/fc-crs-valid-value",
		"items?bbox=1,2,3,4&bbox-crs=x":                 part2 + "/req/crs/fc-bbox-crs-valid-value",
		"items/p0001?crs=x":                             part2 + "/req/crs/fc-crs-valid-value",
		"items/p0001?limit=1":                           part1 + "/req/core/query-param-unknown",
		"items?filter=name%3D":                          part3 + "/req/filter/filter-param",
		"items?filter=nosuch%3D1":                       part3 + "/req/queryables/additional-properties",
		"items?filter=name%3D'a'&filter-lang=cql2-json": part3 + "/req/filter/filter-lang-param",
		"items?filter=name%3D'a'&filter-crs=x":          part3 + "/req/filter/filter-crs-param",
		"items?number=x":                                part3 + "/req/queryables-query-parameters",
		"?f=xml":                                        part1 + "/req/core/query-param-invalid",
		"schema?x=1":                                    part1 + "/req/core/query-param-unknown",
		"queryables?x=1":                                part1 + "/req/core/query-param-unknown",
		"tiles?x=1":                                     part1 + "/req/core/query-param-unknown",
	} {
		list = append(list, requirement{
			name: name, path: "/geo/collections/parcels/" + query, status: http.StatusBadRequest, kind: "application/problem+json",
			header: map[string]string{"Access-Control-Allow-Origin": "*"}, check: refusal,
		})
		if query[0] == '?' {
			list[len(list)-1].path = "/geo/collections/parcels" + query
		}
	}
	list = append(list, requirement{ // RFC 9110, 15.5.15: the address itself is too long
		name: part3 + "/req/filter/response, a megabyte", path: "/geo/collections/parcels/items?filter=" + url.QueryEscape("name='"+strings.Repeat("x", 1<<20)+"'"),
		status: http.StatusRequestURITooLong, kind: "application/problem+json", check: refusal,
	})
	for _, filter := range []string{
		strings.Repeat("(", 10_000) + "number=1" + strings.Repeat(")", 10_000), strings.Repeat("NOT ", 10_000) + "sale=true",
		"S_INTERSECTS(geometry,POLYGON((0 0,1 1,1 0,0 1,0 0)))", "S_INTERSECTS(geometry,POINT(NaN 1))",
	} {
		list = append(list, requirement{
			name: part3 + "/req/filter/response, " + filter[:min(len(filter), 20)], path: "/geo/collections/parcels/items?filter=" + url.QueryEscape(filter),
			status: http.StatusBadRequest, kind: "application/problem+json", check: refusal,
		})
	}
	return list
}

func notFound() (list []requirement) {
	for _, path := range []string{
		"/geo/nosuch", "/geo/collections/nosuch", "/geo/collections/nosuch/items", "/geo/collections/nosuch/items/1", "/geo/collections/parcels/items/nosuch",
		"/geo/collections/parcels/nosuch", "/geo/collections/nosuch/schema", "/geo/collections/nosuch/queryables", "/geo/collections/nosuch/tiles",
		"/geo/collections/parcels/tiles/NoSuchSet", "/geo/collections/parcels/tiles/WebMercatorQuad/99/0/0", "/geo/collections/parcels/tiles/WebMercatorQuad/1/2/0",
		"/geo/collections/parcels/tiles/WebMercatorQuad/1/-1/0", "/geo/collections/parcels/tiles/WebMercatorQuad/a/0/0", "/geo/tileMatrixSets/NoSuchSet", "/geo/tiles/nosuch.json",
	} {
		list = append(list, requirement{name: part1 + "7.5.1, HTTP status codes", path: path, status: http.StatusNotFound, kind: "application/problem+json", check: refusal})
	}
	return list
}

// times are the forms that datetime has (17-069r4, 7.15.4; RFC 3339, 5.6).
func times() (list []requirement) {
	for query, fit := range map[string]int{
		"2005-06-01T00:00:00Z":                      1,
		"2005-06-01T00:00:00.5Z":                    1,
		"2005-06-01T00:00:00%2B01:00":               1,
		"2005-06-01":                                1,
		"1999-01-01T00:00:00Z/2005-01-01T00:00:00Z": 1,
		"1999-01-01/2015-01-01":                     2,
		"2015-01-01T00:00:00Z/..":                   1,
		"2005-01-01T00:00:00Z/..":                   2,
		"2005-01-01T00:00:00Z/":                     2,
		"../2005-01-01T00:00:00Z":                   1,
		"/2005-01-01T00:00:00Z":                     1,
		"../1999-01-01T00:00:00Z":                   0,
		"1999-01-01T00:00:00Z":                      0,
		"../..":                                     2,
	} {
		list = append(list, requirement{
			name: part1 + "/req/core/fc-time-response", path: "/geo/collections/plans/items?datetime=" + query, status: http.StatusOK, kind: typeGeoJSON,
			check: func(t *testing.T, w *world, doc object) {
				t.Helper()
				matched(fit, fit)(t, w, doc)
			},
		})
	}
	return list
}

// systemsAnswered asks in each reference system, whose order of axes the coordinates
// have.
func systemsAnswered() (list []requirement) {
	for _, s := range crs.All() {
		list = append(list, requirement{
			name: part2 + "/req/crs/ogc-crs-header", path: "/geo/collections/parcels/items?limit=1&crs=" + s.URI(), status: http.StatusOK, kind: typeGeoJSON,
			header: map[string]string{"Content-Crs": "<" + s.URI() + ">"}, check: firstLies(s),
		}, requirement{
			name: part2 + "/req/crs/ogc-crs-header", path: "/geo/collections/parcels/items/p0001?crs=" + s.URI(), status: http.StatusOK, kind: typeGeoJSON,
			header: map[string]string{"Content-Crs": "<" + s.URI() + ">"},
		}, requirement{
			name: part2 + "/req/crs/fc-bbox-crs-action", path: "/geo/collections/parcels/items?limit=1&bbox=" + boxAround(s) + "&bbox-crs=" + s.URI(), status: http.StatusOK,
			kind: typeGeoJSON, check: matched(1, 1),
		})
	}
	return list
}

// boxAround is a box within the first parcel, in a system's own order.
func boxAround(s crs.System) string {
	utm, _ := crs.ByCode(crs.UTM32)
	into := crs.Between(utm, s)
	x1, y1 := s.Own(into([2]float64{east + 4, north + 4}))
	x2, y2 := s.Own(into([2]float64{east + 5, north + 5}))
	return fmt.Sprintf("%.9f,%.9f,%.9f,%.9f", min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
}

// firstLies makes a check of where the first corner of the first parcel lies.
func firstLies(s crs.System) func(*testing.T, *world, object) {
	return func(t *testing.T, _ *world, doc object) {
		t.Helper()
		list, _ := doc["features"].([]any)
		f, _ := list[0].(object)
		g, _ := f["geometry"].(object)
		rings, _ := g["coordinates"].([]any)
		ring, _ := rings[0].([]any)
		at, _ := ring[0].([]any)
		utm, _ := crs.ByCode(crs.UTM32)
		x, y := s.Own(crs.Between(utm, s)([2]float64{east, north}))
		near := 1.0
		if s.Degrees {
			near = 1e-4
		}
		a, _ := at[0].(float64)
		b, _ := at[1].(float64)
		if a < x-20*near || a > x+20*near || b < y-20*near || b > y+20*near {
			t.Errorf("the first lies at %v, want %v %v", at, x, y)
		}
	}
}

// requirements are what the standards ask of the server, and how to see it.
func requirements() []requirement {
	const items = "/geo/collections/parcels/items"
	open := map[string]string{"Access-Control-Allow-Origin": "*"}
	list := []requirement{
		{name: part1 + "/req/core/root-success", path: "/geo", status: 200, kind: typeJSON, header: open, check: has(
			"self "+typeJSON, "alternate "+typeHTML, "service-desc "+typeOpenAPI, "service-doc "+typeHTML, "conformance "+typeJSON, "data "+typeJSON,
			relConforms+" "+typeJSON, relTilesets+" "+typeJSON, relMatrixSets+" "+typeJSON)},
		{name: part1 + "/req/core/root-op", path: "/geo/", status: 200, kind: typeJSON},
		{name: part1 + "/req/core/api-definition-success", path: "/geo/api", status: 200, kind: "application/vnd.oai.openapi+json", header: open},
		{name: part1 + "/req/oas30/oas-definition-1", path: "/geo/api", headers: []string{"Accept", typeOpenAPI}, status: 200, kind: "application/vnd.oai.openapi+json"},
		{name: part1 + "/req/html/definition", path: "/geo/api", headers: []string{"Accept", "text/html"}, status: 200, kind: typeHTML},
		{name: part1 + "/req/core/conformance-success", path: "/geo/conformance", status: 200, kind: typeJSON, header: open, check: conformsToAll},
		{name: part1 + "/req/core/fc-md-success", path: "/geo/collections", status: 200, kind: typeJSON, check: has("self "+typeJSON, "alternate "+typeHTML)},
		{name: part1 + "/req/core/fc-md-items", path: "/geo/collections", status: 200, kind: typeJSON, check: collectionsAgree},
		{name: part1 + "/req/core/sfc-md-success", path: "/geo/collections/parcels", status: 200, kind: typeJSON, check: has(
			"self "+typeJSON, "alternate "+typeHTML, "items "+typeGeoJSON, "items "+typeHTML, relSchema+" "+typeSchema, relQueryables+" "+typeSchema, relTilesets+" "+typeJSON, "alternate "+typeTileJSON)},
		{name: part1 + "/req/core/fc-md-extent", path: "/geo/collections/parcels", status: 200, kind: typeJSON, check: extentIsDegrees},
		{name: part2 + "/req/crs/fc-md-crs-list", path: "/geo/collections/parcels", status: 200, kind: typeJSON, check: listsSystems},
		{name: part1 + "/req/core/fc-response", path: items, status: 200, kind: typeGeoJSON, header: map[string]string{
			"Access-Control-Allow-Origin": "*", "Content-Crs": "<" + crs.CRS84().URI() + ">",
		}, check: matched(250, 100)},
		{name: part1 + "/req/core/fc-links", path: items, status: 200, kind: typeGeoJSON, check: has("self "+typeGeoJSON, "alternate "+typeHTML, "next "+typeGeoJSON)},
		{name: part1 + "/req/core/fc-limit-response-1", path: items + "?limit=7", status: 200, kind: typeGeoJSON, check: matched(250, 7)},
		{name: part1 + "/req/core/fc-limit-response-1, above the most", path: items + "?limit=" + fmt.Sprint(layers.MaxLimit+1), status: 200, kind: typeGeoJSON, check: matched(250, 250)},
		{name: part1 + "/req/core/fc-limit-response-1, above all numbers", path: items + "?limit=99999999999999999999", status: 200, kind: typeGeoJSON, check: matched(250, 250)},
		{name: part1 + "/req/core/fc-bbox-response, with heights", path: items + "?bbox=-180,-90,-1000,180,90,1000&limit=1", status: 200, kind: typeGeoJSON, check: matched(250, 1)},
		{name: part1 + "/req/core/fc-bbox-response, across the date line", path: items + "?bbox=170,-90,-170,90", status: 200, kind: typeGeoJSON, check: matched(0, 0)},
		{name: part1 + "/req/core/f-success", path: items + "/p0001", status: 200, kind: typeGeoJSON, header: open, check: has("self "+typeGeoJSON, "alternate "+typeHTML, "collection "+typeJSON)},
		{name: part1 + "/req/html/definition", path: items + "/p0001?f=html", status: 200, kind: typeHTML},
		{name: part1 + "/req/geojson/definition", path: items, headers: []string{"Accept", typeGeoJSON}, status: 200, kind: typeGeoJSON},
		{name: part1 + "/req/geojson/content, plain JSON", path: items, headers: []string{"Accept", "application/json"}, status: 200, kind: typeJSON},
		{name: part1 + "7.5.1, 406", path: items, headers: []string{"Accept", "image/png"}, status: 406, kind: "application/problem+json", check: refusal},
		{name: part3 + "/req/queryables/get-queryables-response", path: "/geo/collections/parcels/queryables", status: 200, kind: typeSchema, check: isSchema("queryables")},
		{name: part3 + "/req/filter/filter-param", path: items + "?filter=number%3C%3D20&limit=1", status: 200, kind: typeGeoJSON, check: matched(20, 1)},
		{name: part3 + "/req/filter/mixing-expressions", path: items + "?filter=number%3C%3D20&sale=true&limit=1", status: 200, kind: typeGeoJSON, check: matched(2, 1)},
		{name: part3 + "/req/filter/filter-lang-param", path: items + "?filter=number%3D1&filter-lang=cql2-text", status: 200, kind: typeGeoJSON, check: matched(1, 1)},
		{name: part3 + "/req/queryables-query-parameters/parameters", path: items + "?number=3", status: 200, kind: typeGeoJSON, check: matched(1, 1)},
		{name: part5 + "/req/schemas/schema-response", path: "/geo/collections/parcels/schema", status: 200, kind: typeSchema, check: isSchema("schema")},
		{name: tiling + "/req/dataset-tilesets/landingpage", path: "/geo/tiles", status: 200, kind: typeJSON, check: has("self " + typeJSON)},
		{name: tiling + "/req/geodata-tilesets/desc-links", path: "/geo/collections/parcels/tiles", status: 200, kind: typeJSON, check: has("self " + typeJSON)},
		{name: tiling + "/req/tileset/description", path: "/geo/collections/parcels/tiles/WebMercatorQuad", status: 200, kind: typeJSON, check: has(
			"self "+typeJSON, "item "+typeTile, relMatrixSet+" "+typeJSON, relGeodata+" "+typeJSON)},
		{name: matrix + "/req/json-tilematrixset", path: "/geo/tileMatrixSets/WebMercatorQuad", status: 200, kind: typeJSON},
	}
	return slices.Concat(list, badQuestions(), notFound(), times(), systemsAnswered())
}

func conformsToAll(t *testing.T, _ *world, doc object) {
	t.Helper()
	text := fmt.Sprint(doc["conformsTo"])
	for _, class := range []string{
		"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson", "ogcapi-features-1/1.0/conf/html", "ogcapi-features-1/1.0/conf/oas30", "ogcapi-features-2/1.0/conf/crs",
		"ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/basic-spatial-functions", "cql2/1.0/conf/temporal-functions",
		"ogcapi-features-5/1.0/conf/schemas", "ogcapi-tiles-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/mvt",
	} {
		if !strings.Contains(text, "http://www.opengis.net/spec/"+class) {
			t.Errorf("no %s in %s", class, text)
		}
	}
}

// collectionsAgree compares each collection of the list with its own document
// (/req/core/sfc-md-success).
func collectionsAgree(t *testing.T, w *world, doc object) {
	t.Helper()
	list, _ := doc["collections"].([]any)
	if len(list) != 2 { // those that are for everybody
		t.Fatalf("%d collections", len(list))
	}
	for _, each := range list {
		c, _ := each.(object)
		var own object
		w.get("/geo/collections/" + fmt.Sprint(c["id"])).is(http.StatusOK).json(&own)
		if fmt.Sprint(own) != fmt.Sprint(c) {
			t.Errorf("%v is told otherwise in the list: %v", own, c)
		}
	}
}

func extentIsDegrees(t *testing.T, _ *world, doc object) {
	t.Helper()
	e, _ := doc["extent"].(object)
	spatial, _ := e["spatial"].(object)
	boxes, _ := spatial["bbox"].([]any)
	if len(boxes) == 0 || spatial["crs"] != crs.CRS84().URI() {
		t.Fatalf("extent %v", e)
	}
	if b, _ := boxes[0].([]any); len(b) != 4 || fmt.Sprint(b[0]) > fmt.Sprint(b[2]) {
		t.Errorf("box %v", b)
	}
}

func listsSystems(t *testing.T, _ *world, doc object) {
	t.Helper()
	list, _ := doc["crs"].([]any)
	if len(list) != len(crs.All()) || list[0] != crs.CRS84().URI() || !slices.Contains(list, doc["storageCrs"]) {
		t.Errorf("systems %v, stored in %v", list, doc["storageCrs"])
	}
}

func isSchema(name string) func(*testing.T, *world, object) {
	return func(t *testing.T, _ *world, doc object) {
		t.Helper()
		properties, _ := doc["properties"].(object)
		if doc["$schema"] != draft2020 || doc["$id"] != "http://"+host+"/geo/collections/parcels/"+name || doc["type"] != "object" || doc["additionalProperties"] != false || properties["geometry"] == nil || properties["number"] == nil {
			t.Errorf("schema %v", doc)
		}
	}
}

// TestRequirements_areKept asks what each requirement of the standards asks for, and
// once more with HEAD, which must tell the same without a body (RFC 9110, 9.3.2).
func TestRequirements_areKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, want := range requirements() {
			title := want.name + " " + want.path[:min(len(want.path), 100)]
			t.Run(strings.NewReplacer("/", "_", " ", "_").Replace(title), func(t *testing.T) {
				p := w.get(want.path, want.headers...)
				kind := p.Header.Get("Content-Type")
				if p.Status != want.status || !strings.HasPrefix(kind, want.kind) {
					t.Fatalf("%s: %d %s, want %d %s: %.300s", want.path, p.Status, kind, want.status, want.kind, p.Body)
				}
				for name, value := range want.header {
					if p.Header.Get(name) != value {
						t.Errorf("%s: %s is %q, want %q", want.path, name, p.Header.Get(name), value)
					}
				}
				if head := w.head(want.path, want.headers...); head.Code != p.Status || head.Body.Len() > 0 || head.Header().Get("Content-Type") != kind {
					t.Errorf("HEAD %s: %d, %d bytes, %s", want.path, head.Code, head.Body.Len(), head.Header().Get("Content-Type"))
				}
				if want.check != nil {
					var doc object
					p.json(&doc)
					want.check(t, w, doc)
				}
			})
		}
	})
}

// head asks for the headers only, through a server as readers do.
func (w *world) head(path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodHead, "http://"+host+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	rec.Body.Reset() // net/http keeps bodies of HEAD to itself; a recorder does not
	return rec
}

// TestRequirements_otherMethods are refused, and say what is allowed (RFC 9110, 15.5.6).
func TestRequirements_otherMethods(t *testing.T) {
	t.Parallel()
	w := one(t)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		r := httptest.NewRequestWithContext(t.Context(), method, "http://"+host+"/geo/collections/parcels/items", nil)
		rec := httptest.NewRecorder()
		w.site.ServeHTTP(rec, r)
		if rec.Code != http.StatusMethodNotAllowed || !strings.Contains(rec.Header().Get("Allow"), http.MethodGet) {
			t.Errorf("%s: %d %v", method, rec.Code, rec.Header())
		}
	}
}
