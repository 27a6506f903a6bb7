package ogc

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{([A-Za-z]+)\}`)

func TestOpenAPI_isWhole(t *testing.T) {
	t.Parallel()
	w := one(t)
	p := w.get("/geo/api").is(http.StatusOK)
	if p.Header.Get("Content-Type") != typeOpenAPI {
		t.Errorf("is %s", p.Header.Get("Content-Type"))
	}
	var doc apiDoc
	p.json(&doc)
	if doc.OpenAPI != "3.0.3" || len(doc.Servers) != 1 || doc.Servers[0]["url"] != "http://"+host+"/geo" {
		t.Errorf("got %s %v", doc.OpenAPI, doc.Servers)
	}
	ids := map[string]bool{}
	schemas, _ := doc.Components["schemas"].(map[string]any)
	for path, item := range doc.Paths {
		op := item.Get
		if op.ID == "" || ids[op.ID] || op.Summary == "" || strings.Contains(op.Summary, "[") || len(op.Tags) != 1 {
			t.Errorf("%s: %q, %q, %v", path, op.ID, op.Summary, op.Tags)
		}
		ids[op.ID] = true
		var told []string
		for _, p := range op.Parameters {
			if p.In == "path" {
				told = append(told, p.Name)
			}
			if p.Description == "" || strings.HasPrefix(p.Description, "[") || p.Schema == nil || p.Required != (p.In == "path") {
				t.Errorf("%s: parameter %+v", path, p)
			}
		}
		var want []string
		for _, found := range placeholder.FindAllStringSubmatch(path, -1) {
			want = append(want, found[1])
		}
		slices.Sort(told)
		slices.Sort(want)
		if !slices.Equal(told, want) {
			t.Errorf("%s tells of %v", path, told)
		}
		for _, status := range []string{"200", "400", "404", "406", "default"} {
			if op.Responses[status] == nil {
				t.Errorf("%s: no answer %s", path, status)
			}
		}
	}
	for _, found := range regexp.MustCompile(`#/components/schemas/(\w+)`).FindAllStringSubmatch(string(p.Body), -1) {
		if schemas[found[1]] == nil {
			t.Errorf("no schema %s", found[1])
		}
	}
}

// What is described is there: every path answers, with every parameter.
func TestOpenAPI_isTrue(t *testing.T) {
	t.Parallel()
	w := one(t)
	w.photo(true)
	var doc apiDoc
	w.get("/geo/api").json(&doc)
	fill := strings.NewReplacer(
		"/parcels/items/{id}", "/parcels/items/p0001", "/plans/items/{id}", "/plans/items/new", "{layers}", "parcels", "{tileMatrix}", "3", "{tileRow}", "2", "{tileCol}", "4", "{z}", "3", "{x}", "4", "{y}", "2",
	)
	examples := map[string]string{
		paramFormat: "json", paramLimit: "5", paramBox: "9,58,10,59", paramBoxCRS: "EPSG:4258", paramCRS: "EPSG:25832", paramTime: "2020-01-01/..", paramFilter: "id+IS+NOT+NULL",
		paramFilterLang: langText, paramFilterCRS: "EPSG:25832", paramCollections: "parcels", "number": "1", "name": "x", "area": "1.5", "sale": "true", paramCursor: cursor{after: "1", matched: -1}.String(),
	}
	for path, item := range doc.Paths {
		address := root + strings.TrimSuffix(fill.Replace(path), "/")
		if p := w.get(address); p.Status != http.StatusOK && p.Status != http.StatusNoContent {
			t.Errorf("%s: %d %.200s", path, p.Status, p.Body)
		}
		for _, parameter := range item.Get.Parameters {
			if parameter.In != "query" {
				continue
			}
			if parameter.Name == paramBoxCRS {
				examples[paramBox] = "9,58,10,59"
			}
			example := examples[parameter.Name]
			if strings.HasPrefix(path, mapPath) && parameter.Name == paramCollections {
				example = "photo"
			}
			p := w.get(address + "?" + parameter.Name + "=" + example)
			if p.Status != http.StatusOK && p.Status != http.StatusNoContent {
				t.Errorf("%s with %s: %d %.200s", path, parameter.Name, p.Status, p.Body)
			}
		}
	}
	// And what is there is described.
	for _, r := range w.site.Table() {
		path, ours := strings.CutPrefix(r.Path, root)
		if !ours || strings.Contains(path, "...") {
			continue
		}
		path = strings.NewReplacer("{layer}", "parcels", matrixSet+"/{z}/{y}/{x}", matrixSet+"/{tileMatrix}/{tileRow}/{tileCol}").Replace(path)
		switch path {
		case "":
			path = "/"
		case "/tiles/{layers}":
			path += ".json"
		case "/tiles/{layers}/{z}/{x}/{y}":
			path += ".mvt"
		}
		if _, told := doc.Paths[path]; !told {
			t.Errorf("%s is not described", path)
		}
	}
}
