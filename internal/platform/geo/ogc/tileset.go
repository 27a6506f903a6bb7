package ogc

import (
	"context"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// The one tile matrix set: that of web maps (OGC 17-083r4, annex D.1).
const (
	matrixSet    = "WebMercatorQuad"
	matrixSetURI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	mercatorURI  = "http://www.opengis.net/def/crs/EPSG/0/3857"
)

// tilesets is the list of what tiles there are (OGC 20-057, 9.2).
type tilesets struct {
	Links    []Link    `json:"links"`
	Tilesets []tileset `json:"tilesets"`
}

// tileset tells of the tiles of one or more layers (OGC 17-083r4, 6.4).
type tileset struct {
	Title       string         `json:"title"`
	DataType    string         `json:"dataType"`
	CRS         string         `json:"crs"`
	SetURI      string         `json:"tileMatrixSetURI"`
	Limits      []matrixLimits `json:"tileMatrixSetLimits,omitempty"`
	Box         *tilesetBox    `json:"boundingBox,omitempty"`
	Layers      []tilesetLayer `json:"layers,omitempty"`
	Attribution string         `json:"attribution,omitempty"`
	License     string         `json:"license,omitempty"`
	MediaTypes  []string       `json:"mediaTypes,omitempty"`
	Links       []Link         `json:"links"`
}

type matrixLimits struct {
	Matrix string `json:"tileMatrix"`
	MinRow uint32 `json:"minTileRow"`
	MaxRow uint32 `json:"maxTileRow"`
	MinCol uint32 `json:"minTileCol"`
	MaxCol uint32 `json:"maxTileCol"`
}

type tilesetBox struct {
	LowerLeft  orb.Point `json:"lowerLeft"`
	UpperRight orb.Point `json:"upperRight"`
	CRS        string    `json:"crs"`
}

type tilesetLayer struct {
	ID        string  `json:"id"`
	Title     string  `json:"title,omitempty"`
	DataType  string  `json:"dataType"`
	Dimension *int    `json:"geometryDimension,omitempty"`
	MinMatrix string  `json:"minTileMatrix"`
	MaxMatrix string  `json:"maxTileMatrix"`
	Schema    *fields `json:"propertiesSchema,omitempty"`
}

type fields struct {
	Type       string              `json:"type"`
	Properties map[string]property `json:"properties"`
}

// zooms are the levels at which some of the layers are drawn.
func zooms(list []layers.Layer) (least, most int) {
	least, most = tile.MaxZoom, 0
	for _, l := range list {
		least, most = min(least, max(l.MinZoom, 0)), max(most, min(l.MaxZoom, tile.MaxZoom))
	}
	return min(least, most), most
}

// around is the box around several layers, in CRS84.
func around(list []layers.Layer) (orb.Bound, bool) {
	var all orb.Bound
	some := false
	for _, l := range list {
		switch b, has := degrees(l); {
		case !has:
		case !some:
			all, some = b, true
		default:
			all = all.Union(b)
		}
	}
	return all, some
}

// limits are the tiles in which there can be something.
func limits(b orb.Bound, least, most int) []matrixLimits {
	list := make([]matrixLimits, 0, most-least+1)
	for z := least; z <= most; z++ {
		northWest := tile.At(orb.Point{b.Min[0], b.Max[1]}, uint8(z)) // #nosec G115 -- a level
		southEast := tile.At(orb.Point{b.Max[0], b.Min[1]}, uint8(z)) // #nosec G115 -- a level
		list = append(list, matrixLimits{strconv.Itoa(z), northWest.Y, southEast.Y, northWest.X, southEast.X})
	}
	return list
}

// describeTiles tells of the tiles of some layers, whose addresses begin with here.
func describeTiles(ctx context.Context, s site, here, title string, list []layers.Layer) tileset {
	words := i18n.From(ctx)
	least, most := zooms(list)
	t := tileset{
		Title: title, DataType: "vector", CRS: mercatorURI, SetURI: matrixSetURI, Attribution: attribution(list), MediaTypes: []string{typeTile},
		Links: append(s.both(here, words.T("geo.link.this"), words.T("geo.link.page")),
			Link{Href: here + "/{tileMatrix}/{tileRow}/{tileCol}", Rel: "item", Type: typeTile, Templated: true, Title: words.T("geo.link.tile")},
			Link{Href: s.at("/tileMatrixSets/" + matrixSet), Rel: relMatrixSet, Type: typeJSON, Title: words.T("geo.link.matrix_set")},
		),
	}
	if b, some := around(list); some {
		t.Limits = limits(b, least, most)
		t.Box = &tilesetBox{LowerLeft: b.Min, UpperRight: b.Max, CRS: crs.CRS84().URI()}
	}
	for _, l := range list {
		t.Links = append(t.Links, Link{Href: s.collection(l.Name), Rel: relGeodata, Type: typeJSON, Title: titleOf(words, l)})
		t.Layers = append(t.Layers, describeTileLayer(words, l))
	}
	return t
}

func describeTileLayer(words *i18n.Localizer, l layers.Layer) tilesetLayer {
	out := tilesetLayer{ID: l.Name, Title: titleOf(words, l), DataType: "map", MinMatrix: strconv.Itoa(l.MinZoom), MaxMatrix: strconv.Itoa(l.MaxZoom)}
	if l.Picture() != "" {
		return out
	}
	out.DataType, out.Schema = "vector", &fields{Type: "object", Properties: map[string]property{}}
	if d := slices.Index([]string{"point", "line", "polygon"}, l.Geometry); d >= 0 {
		out.Dimension = &d
	}
	for _, f := range inTiles(l) {
		kind, format := jsonType(f.Type)
		out.Schema.Properties[f.Name] = property{Type: kind, Format: format}
	}
	return out
}

// inTiles are the properties that go along in tiles.
func inTiles(l layers.Layer) []layers.Field {
	return slices.DeleteFunc(slices.Clone(l.Fields), func(f layers.Field) bool { return !slices.Contains(l.Tags, f.Name) })
}

// attribution names whose data the layers are, each once.
func attribution(list []layers.Layer) string {
	var names []string
	for _, l := range list {
		if l.Attribution != "" && !slices.Contains(names, l.Attribution) {
			names = append(names, l.Attribution)
		}
	}
	return strings.Join(names, ", ")
}

// brief is a tileset as it stands in a list.
func (t tileset) brief() tileset {
	t.Limits, t.Layers, t.Box = nil, nil, nil
	t.Links = t.Links[:3]
	return t
}

// tileMatrixSet is the definition of the set (OGC 17-083r4, 6.2).
type tileMatrixSet struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	URI      string       `json:"uri"`
	CRS      string       `json:"crs"`
	Axes     []string     `json:"orderedAxes"`
	ScaleSet string       `json:"wellKnownScaleSet"`
	Matrices []tileMatrix `json:"tileMatrices"`
}

type tileMatrix struct {
	ID       string     `json:"id"`
	Scale    float64    `json:"scaleDenominator"`
	Cell     float64    `json:"cellSize"`
	Corner   string     `json:"cornerOfOrigin"`
	Origin   [2]float64 `json:"pointOfOrigin"`
	Width    int        `json:"tileWidth"`
	Height   int        `json:"tileHeight"`
	Columns  int        `json:"matrixWidth"`
	RowCount int        `json:"matrixHeight"`
}

// webMercatorQuad writes the definition. A pixel of the standard is 0.28 mm wide.
func webMercatorQuad() tileMatrixSet {
	const (
		half  = math.Pi * 6378137
		pixel = 0.00028
		side  = 256
	)
	set := tileMatrixSet{
		ID: matrixSet, Title: "Google Maps Compatible for the World", URI: matrixSetURI, CRS: mercatorURI, Axes: []string{"X", "Y"},
		ScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
	}
	for z := range tile.MaxZoom + 1 {
		n := 1 << z
		cell := 2 * half / float64(side*n)
		set.Matrices = append(set.Matrices, tileMatrix{
			ID: strconv.Itoa(z), Scale: cell / pixel, Cell: cell, Corner: "topLeft", Origin: [2]float64{-half, half},
			Width: side, Height: side, Columns: n, RowCount: n,
		})
	}
	return set
}

// matrixSets is the list of tile matrix sets.
type matrixSets struct {
	Links []Link            `json:"links"`
	Sets  []matrixSetInList `json:"tileMatrixSets"`
}

type matrixSetInList struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URI   string `json:"uri"`
	Links []Link `json:"links"`
}

// tileJSON is TileJSON 3.0.0 (github.com/mapbox/tilejson-spec).
type tileJSON struct {
	Version     string        `json:"tilejson"`
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Attribution string        `json:"attribution,omitempty"`
	Scheme      string        `json:"scheme"`
	Tiles       []string      `json:"tiles"`
	MinZoom     int           `json:"minzoom"`
	MaxZoom     int           `json:"maxzoom"`
	Bounds      []float64     `json:"bounds,omitempty"`
	Center      []float64     `json:"center,omitempty"`
	Format      string        `json:"format,omitempty"` // of pictures; TileJSON allows names of one's own
	Layers      []vectorLayer `json:"vector_layers,omitzero"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// describeTileJSON tells map programs of some layers together. version is part of the
// tiles' address, so that they may be kept for long.
func describeTileJSON(ctx context.Context, s site, list []layers.Layer, version string) tileJSON {
	words := i18n.From(ctx)
	var names, titles []string
	out := tileJSON{Version: "3.0.0", Scheme: "xyz", Layers: []vectorLayer{}, Attribution: html.EscapeString(attribution(list))}
	for _, l := range list {
		names, titles = append(names, l.Name), append(titles, titleOf(words, l))
		if l.Kind != layers.Features {
			continue // what is in ready-made tiles, they say themselves
		}
		v := vectorLayer{ID: l.Name, Description: l.About.In(words.Lang()), MinZoom: l.MinZoom, MaxZoom: l.MaxZoom, Fields: map[string]string{}}
		for _, f := range inTiles(l) {
			v.Fields[f.Name] = tileType(f.Type)
		}
		out.Layers = append(out.Layers, v)
	}
	if len(list) == 1 && list[0].Picture() != "" {
		out.Format, out.Layers = list[0].Picture(), nil
	}
	out.Name = strings.Join(titles, ", ")
	out.Tiles = []string{s.at("/tiles/" + strings.Join(names, ",") + "/{z}/{x}/{y}." + ending(list) + "?v=" + version)}
	out.MinZoom, out.MaxZoom = zooms(list)
	if b, some := around(list); some {
		middle := b.Center()
		out.Bounds = []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
		out.Center = []float64{middle[0], middle[1], float64(min(max(12, out.MinZoom), out.MaxZoom))}
	}
	return out
}

// ending is how the addresses of the tiles of some layers end.
func ending(list []layers.Layer) string {
	if len(list) == 1 && list[0].Picture() != "" {
		return strings.Replace(list[0].Picture(), "jpeg", "jpg", 1)
	}
	return endVector
}

// tileType is the type of a property as TileJSON names it.
func tileType(t cql2.Type) string {
	switch t {
	case cql2.Number:
		return "Number"
	case cql2.Bool:
		return "Boolean"
	default:
		return "String"
	}
}
