package ogc

import (
	"context"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// object is an object of JSON whose shape the OpenAPI specification gives.
type object = map[string]any

// apiDoc is the description of the API by OpenAPI 3.0.3.
type apiDoc struct {
	OpenAPI    string              `json:"openapi"`
	Info       object              `json:"info"`
	Servers    []object            `json:"servers"`
	Tags       []object            `json:"tags"`
	Paths      map[string]pathItem `json:"paths"`
	Components object              `json:"components"`
	Security   []object            `json:"security"`

	order []string // of the paths, for the page
}

type pathItem struct {
	Get operation `json:"get"`
}

type operation struct {
	ID         string            `json:"operationId"`
	Tags       []string          `json:"tags"`
	Summary    string            `json:"summary"`
	Parameters []parameter       `json:"parameters,omitempty"`
	Responses  map[string]object `json:"responses"`

	key string // of the summary
}

type parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Description string `json:"description"`
	Required    bool   `json:"required"`
	Schema      object `json:"schema"`
	Style       string `json:"style,omitempty"`
	Explode     *bool  `json:"explode,omitempty"`
}

// writer writes the description in one language.
type writer struct {
	doc   *apiDoc
	words *i18n.Localizer
}

// describeAPI describes the API with a path for each layer, as programs that look for
// what a layer may be asked by do (OGC 17-069r4, 8).
func describeAPI(ctx context.Context, s site, list []layers.Layer) *apiDoc {
	words := i18n.From(ctx)
	d := &apiDoc{
		OpenAPI: "3.0.3", Servers: []object{{"url": s.at("")}}, Paths: map[string]pathItem{}, Security: []object{{}, {"bearer": []string{}}, {"key": []string{}}},
		Info: object{"title": words.T("geo.api.title"), "description": words.T("geo.api.intro"), "version": "1.0.0"},
		Tags: []object{{"name": "capabilities", "description": words.T("geo.api.tag_capabilities")}, {"name": "data", "description": words.T("geo.api.tag_data")}, {"name": "tiles", "description": words.T("geo.api.tag_tiles")}},
		Components: object{
			"securitySchemes": object{
				"bearer": object{"type": "http", "scheme": "bearer", "description": words.T("geo.api.bearer")},
				"key":    object{"type": "apiKey", "in": "header", "name": "X-API-Key", "description": words.T("geo.api.key")},
			},
			"schemas": object{"problem": problemSchema(), "object": object{"type": "object"}, "featureCollection": collectionSchema(), "feature": featureSchema()},
		},
	}
	w := &writer{d, words}
	w.capabilities()
	for _, l := range list {
		w.layer(l)
	}
	w.tiles()
	return d
}

func (w *writer) capabilities() {
	w.add("/", "landing", "capabilities", "geo.api.landing", "", typeJSON, "object", w.format())
	w.add("/conformance", "conformance", "capabilities", "geo.api.conformance", "", typeJSON, "object", w.format())
	w.add("/api", "api", "capabilities", "geo.api.api", "", typeOpenAPI, "object", w.format())
	w.add("/collections", "collections", "data", "geo.api.collections", "", typeJSON, "object", w.format())
}

func (w *writer) layer(l layers.Layer) {
	here, title := "/collections/"+l.Name, titleOf(w.words, l)
	w.add(here, "describe_"+l.Name, "data", "geo.api.collection", title, typeJSON, "object", w.format())
	w.add(here+"/items", "items_"+l.Name, "data", "geo.api.items", title, typeGeoJSON, "featureCollection", w.questions(l)...)
	id := w.inPath("id", "geo.api.param_id", object{"type": "string"})
	w.add(here+"/items/{id}", "item_"+l.Name, "data", "geo.api.item", title, typeGeoJSON, "feature", id, w.system(paramCRS, "geo.api.param_crs"), w.format())
	w.add(here+"/schema", "schema_"+l.Name, "data", "geo.api.schema", title, typeSchema, "object", w.format())
	w.add(here+"/queryables", "queryables_"+l.Name, "data", "geo.api.queryables", title, typeSchema, "object", w.format())
	w.add(here+"/tiles", "tilesets_"+l.Name, "tiles", "geo.api.tilesets", title, typeJSON, "object", w.format())
	w.add(here+"/tiles/"+matrixSet, "tileset_"+l.Name, "tiles", "geo.api.tileset", title, typeJSON, "object", w.format())
	w.add(here+"/tiles/"+matrixSet+"/{tileMatrix}/{tileRow}/{tileCol}", "tile_"+l.Name, "tiles", "geo.api.tile", title, typeTile, "", w.tile()...)
}

// questions are the parameters of the items of a layer.
func (w *writer) questions(l layers.Layer) []parameter {
	number := object{"type": "array", "minItems": 4, "maxItems": 6, "items": object{"type": "number"}}
	box := w.inQuery(paramBox, "geo.api.param_bbox", number)
	box.Style, box.Explode = "form", new(bool)
	list := []parameter{
		box, w.system(paramBoxCRS, "geo.api.param_bbox_crs"), w.system(paramCRS, "geo.api.param_crs"),
		w.inQuery(paramTime, "geo.api.param_datetime", object{"type": "string"}),
		w.inQuery(paramLimit, "geo.api.param_limit", object{"type": "integer", "minimum": 1, "maximum": layers.MaxLimit, "default": defaultLimit}),
		w.inQuery(paramFilter, "geo.api.param_filter", object{"type": "string"}),
		w.inQuery(paramFilterLang, "geo.api.param_filter_lang", object{"type": "string", "enum": []string{langText, langDraft}, "default": langText}),
		w.system(paramFilterCRS, "geo.api.param_filter_crs"),
		w.inQuery(paramCursor, "geo.api.param_cursor", object{"type": "string"}), w.format(),
	}
	for _, f := range queryables(l) {
		kind, format := jsonType(f.Type)
		schema := object{"type": kind}
		if format != "" {
			schema["format"] = format
		}
		p := w.inQuery(f.Name, "geo.api.param_property", schema)
		p.Description = w.words.T("geo.api.param_property", "name", f.Name)
		list = append(list, p)
	}
	return list
}

func (w *writer) tiles() {
	names := w.inPath("layers", "geo.api.param_layers", object{"type": "string"})
	level := object{"type": "integer", "minimum": 0, "maximum": tile.MaxZoom}
	column := object{"type": "integer", "minimum": 0}
	w.add("/tiles", "tilesets", "tiles", "geo.api.tilesets_all", "", typeJSON, "object", w.format())
	w.add("/tiles/"+matrixSet, "tileset", "tiles", "geo.api.tileset_all", "", typeJSON, "object", w.format())
	w.add("/tiles/"+matrixSet+"/{tileMatrix}/{tileRow}/{tileCol}", "tile", "tiles", "geo.api.tile_all", "", typeTile, "",
		append(w.tile(), w.inQuery(paramCollections, "geo.api.param_collections", object{"type": "string"}))...)
	w.add("/tiles/{layers}.json", "tilejson", "tiles", "geo.api.tilejson", "", typeTileJSON, "object", names)
	w.add("/tiles/{layers}/{z}/{x}/{y}.mvt", "tiles_together", "tiles", "geo.api.tile_together", "", typeTile, "",
		names, w.inPath("z", "geo.api.param_level", level), w.inPath("x", "geo.api.param_column", column), w.inPath("y", "geo.api.param_row", column))
	w.add(mapPath, "map_tilesets", "tiles", "geo.api.maps", "", typeJSON, "object", w.format())
	which := w.inQuery(paramCollections, "geo.api.param_map", object{"type": "string"})
	w.add(mapPath+"/"+matrixSet, "map_tileset", "tiles", "geo.api.map", "", typeJSON, "object", which, w.format())
	w.add(mapPath+"/"+matrixSet+"/{tileMatrix}/{tileRow}/{tileCol}", "map_tile", "tiles", "geo.api.map_tile", "", "image/png", "", append(w.tile(), which)...)
	w.add("/tileMatrixSets", "matrix_sets", "tiles", "geo.api.matrix_sets", "", typeJSON, "object", w.format())
	w.add("/tileMatrixSets/"+matrixSet, "matrix_set", "tiles", "geo.api.matrix_set", "", typeJSON, "object", w.format())
}

// tile are the numbers of a tile in OGC's order.
func (w *writer) tile() []parameter {
	whole := object{"type": "integer", "minimum": 0}
	return []parameter{
		w.inPath("tileMatrix", "geo.api.param_level", object{"type": "integer", "minimum": 0, "maximum": tile.MaxZoom}),
		w.inPath("tileRow", "geo.api.param_row", whole), w.inPath("tileCol", "geo.api.param_column", whole),
	}
}

func (w *writer) inQuery(name, key string, schema object) parameter {
	return parameter{Name: name, In: "query", Description: w.words.T(key), Schema: schema}
}

func (w *writer) inPath(name, key string, schema object) parameter {
	return parameter{Name: name, In: "path", Description: w.words.T(key), Required: true, Schema: schema}
}

func (w *writer) format() parameter {
	return w.inQuery(paramFormat, "geo.api.param_f", object{"type": "string", "enum": []string{"json", "html"}})
}

func (w *writer) system(name, key string) parameter {
	return w.inQuery(name, key, object{"type": "string", "format": "uri", "enum": systems(), "default": systems()[0]})
}

// add describes an address. Without a schema the answer is no text.
func (w *writer) add(path, id, tag, key, layer, mediaType, schema string, parameters ...parameter) {
	content := object{"schema": object{"type": "string", "format": "binary"}}
	if schema != "" {
		content = object{"schema": object{"$ref": "#/components/schemas/" + schema}}
	}
	answers := object{mediaType: content}
	if slices.ContainsFunc(parameters, func(p parameter) bool { return p.Name == paramFormat }) {
		answers[typeHTML] = object{"schema": object{"type": "string"}}
	}
	ok := object{"description": w.words.T("geo.api.answer"), "content": answers}
	if slices.ContainsFunc(parameters, func(p parameter) bool { return p.Name == paramCRS }) {
		ok["headers"] = object{"Content-Crs": object{"description": w.words.T("geo.api.content_crs"), "schema": object{"type": "string"}}}
	}
	responses := map[string]object{"200": ok}
	if schema == "" {
		responses["204"] = object{"description": w.words.T("geo.api.empty_tile")}
	}
	trouble := object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/problem"}}}
	for _, status := range []string{"400", "401", "404", "406", "default"} {
		responses[status] = object{"description": w.words.T("geo.api.status_" + status), "content": trouble}
	}
	w.doc.Paths[path] = pathItem{operation{
		ID: strings.ReplaceAll(id, "-", "_"), Tags: []string{tag}, Summary: w.words.T(key, "layer", layer), Parameters: parameters, Responses: responses, key: key,
	}}
	w.doc.order = append(w.doc.order, path)
}

func problemSchema() object {
	text := object{"type": "string"}
	return object{
		"type": "object", "required": []string{"title", "status"},
		"properties": object{"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "code": text, "instance": text},
	}
}

func featureSchema() object {
	return object{
		"type": "object", "required": []string{"type", "geometry", "properties"},
		"properties": object{
			"type": object{"type": "string", "enum": []string{"Feature"}}, "id": object{"type": "string"},
			"geometry": object{"type": "object", "nullable": true}, "properties": object{"type": "object", "nullable": true}, "links": linksSchema(),
		},
	}
}

func collectionSchema() object {
	number := object{"type": "integer", "minimum": 0}
	return object{
		"type": "object", "required": []string{"type", "features"},
		"properties": object{
			"type":     object{"type": "string", "enum": []string{"FeatureCollection"}},
			"features": object{"type": "array", "items": object{"$ref": "#/components/schemas/feature"}}, "links": linksSchema(),
			"timeStamp": object{"type": "string", "format": "date-time"}, "numberMatched": number, "numberReturned": number,
		},
	}
}

func linksSchema() object {
	text := object{"type": "string"}
	return object{"type": "array", "items": object{
		"type": "object", "required": []string{"href", "rel"}, "properties": object{"href": text, "rel": text, "type": text, "title": text},
	}}
}
