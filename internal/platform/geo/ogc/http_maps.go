package ogc

import (
	"context"
	"net/http"
	"slices"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// mapPath is where base maps of pictures lie: map tilesets of the whole (OGC 20-057,
// 9 and annex F). Such a map has no features, and so is no collection.
const mapPath = "/map/tiles"

// baseMaps are the base maps of pictures among some layers, the lowest first.
func baseMaps(list []layers.Layer) []layers.Layer {
	return slices.DeleteFunc(slices.Clone(list), func(l layers.Layer) bool { return l.Picture() == "" })
}

// mapTilesets answers with the list of base maps that the reader may see.
func (h *api) mapTilesets(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	all, err := h.layers.Layers(r.Context())
	if err != nil {
		return err
	}
	s, words, list := siteOf(r), i18n.From(r.Context()), baseMaps(all)
	doc := tilesets{Links: s.both(s.at(mapPath), words.T("geo.link.this"), words.T("geo.link.page")), Tilesets: []tileset{}}
	for _, l := range list {
		doc.Tilesets = append(doc.Tilesets, describeMap(r.Context(), s, l).brief())
	}
	if !asPage {
		return document(w, r, mediaType, true, doc)
	}
	title := words.T("geo.maps.title")
	return web.Render(w, r, http.StatusOK, mapsPage(page(w, r, title, ui.Crumb{Label: title}), list))
}

// baseMap is the base map that the parameter collections names (20-057, 11); without
// it the lowest of those for everybody, so that it is the same for whoever asks.
func (h *api) baseMap(r *http.Request, v values) (layers.Layer, error) {
	all, err := h.layers.Layers(r.Context())
	if err != nil {
		return layers.Layer{}, err
	}
	name, list := v[paramCollections], baseMaps(all)
	if !v.has(paramCollections) {
		list = slices.DeleteFunc(list, func(l layers.Layer) bool { return !l.Public })
		if len(list) == 0 {
			return layers.Layer{}, errs.NotFound("geo.wrong.no_maps")
		}
		return list[0], nil
	}
	if i := slices.IndexFunc(list, func(l layers.Layer) bool { return l.Name == name }); i >= 0 {
		return list[i], nil
	}
	if _, err := h.layers.Layer(r.Context(), name); err != nil {
		return layers.Layer{}, err
	}
	return layers.Layer{}, wrong("no_map", "layer", shown(name))
}

func (h *api) mapTileset(w http.ResponseWriter, r *http.Request) error {
	v, err := readValues(r.URL.RawQuery, paramFormat, paramCollections)
	if err != nil {
		return err
	}
	mediaType, asPage, err := choose(r, v, typeJSON)
	if err != nil {
		return err
	}
	l, err := h.baseMap(r, v)
	if err != nil {
		return err
	}
	set := describeMap(r.Context(), siteOf(r), l)
	if asPage {
		return h.tilesetPage(w, r, set)
	}
	return document(w, r, mediaType, l.Public, set)
}

// mapTile answers with a picture in OGC's order: level, row, column.
func (h *api) mapTile(w http.ResponseWriter, r *http.Request) error {
	v, err := readValues(r.URL.RawQuery, paramFormat, paramCollections)
	if err != nil {
		return err
	}
	l, err := h.baseMap(r, v)
	if err != nil {
		return err
	}
	if v.has(paramFormat) && v[paramFormat] != ending([]layers.Layer{l}) && v[paramFormat] != l.Picture() {
		return wrong("format_map", "value", shown(v[paramFormat]), "offered", ending([]layers.Layer{l}))
	}
	return h.giveTile(w, r, []string{l.Name}, tileWanted{z: r.PathValue("z"), x: r.PathValue("x"), y: r.PathValue("y")})
}

// describeMap tells of the tiles of a base map.
func describeMap(ctx context.Context, s site, l layers.Layer) tileset {
	words, list := i18n.From(ctx), []layers.Layer{l}
	least, most := zooms(list)
	here, which, kind := s.at(mapPath+"/"+matrixSet), "?"+paramCollections+"="+l.Name, "image/"+l.Picture()
	t := tileset{
		Title: titleOf(words, l), DataType: "map", CRS: mercatorURI, SetURI: matrixSetURI, Attribution: l.Attribution, License: l.Licence, MediaTypes: []string{kind},
		Links: append(s.both(here+which, words.T("geo.link.this"), words.T("geo.link.page")),
			Link{Href: here + "/{tileMatrix}/{tileRow}/{tileCol}" + which, Rel: "item", Type: kind, Templated: true, Title: words.T("geo.link.tile")},
			Link{Href: s.at("/tileMatrixSets/" + matrixSet), Rel: relMatrixSet, Type: typeJSON, Title: words.T("geo.link.matrix_set")},
			Link{Href: s.at("/tiles/" + l.Name + ".json"), Rel: "alternate", Type: typeTileJSON, Title: words.T("geo.link.tilejson")},
		),
		Layers: []tilesetLayer{describeTileLayer(words, l)},
	}
	if l.LicenceURL != "" {
		t.Links = append(t.Links, Link{Href: l.LicenceURL, Rel: "license", Title: l.Licence})
	}
	if b, some := around(list); some {
		t.Limits = limits(b, least, most)
		t.Box = &tilesetBox{LowerLeft: b.Min, UpperRight: b.Max, CRS: crs.CRS84().URI()}
	}
	return t
}
