package ogc

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/tile"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// How tiles may be kept: for some minutes, and when their address tells their version,
// for a week.
const (
	keepTile      = "public, max-age=300, stale-while-revalidate=3600"
	keepVersioned = "public, max-age=604800, immutable"
)

// Parameters of tiles.
const (
	paramCollections = "collections"
	paramVersion     = "v"
)

// maxTile bounds a tile that is unpacked for a reader who cannot.
const maxTile = 64 << 20

func (h *api) layerTilesets(w http.ResponseWriter, r *http.Request) error {
	l, err := h.featureLayer(r)
	if err != nil {
		return err
	}
	s, words := siteOf(r), i18n.From(r.Context())
	here := s.collection(l.Name) + "/tiles"
	set := describeTiles(r.Context(), s, here+"/"+matrixSet, titleOf(words, l), []layers.Layer{l})
	return h.listTilesets(w, r, here, l.Public, set)
}

func (h *api) allTilesets(w http.ResponseWriter, r *http.Request) error {
	list, err := h.layers.Layers(r.Context())
	if err != nil {
		return err
	}
	s := siteOf(r)
	set := describeTiles(r.Context(), s, s.at("/tiles/"+matrixSet), i18n.T(r.Context(), "geo.tiles.all"), inDataset(list))
	return h.listTilesets(w, r, s.at("/tiles"), true, set)
}

// inDataset are the layers that stand together in the tiles of the whole: those with
// features that are for everybody, in the order of drawing, so that a tile is the same
// for whoever asks.
func inDataset(all []layers.Layer) []layers.Layer {
	return slices.DeleteFunc(slices.Clone(all), func(l layers.Layer) bool { return l.Kind != layers.Features || !l.Public })
}

// listTilesets answers with the list, which has one entry.
func (h *api) listTilesets(w http.ResponseWriter, r *http.Request, here string, public bool, set tileset) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	words := i18n.From(r.Context())
	if asPage {
		return h.tilesetPage(w, r, set)
	}
	doc := tilesets{Links: siteOf(r).both(here, words.T("geo.link.this"), words.T("geo.link.page")), Tilesets: []tileset{set.brief()}}
	return document(w, r, mediaType, public, doc)
}

func (h *api) layerTileset(w http.ResponseWriter, r *http.Request) error {
	l, err := h.featureLayer(r)
	if err != nil {
		return err
	}
	s := siteOf(r)
	set := describeTiles(r.Context(), s, s.collection(l.Name)+"/tiles/"+matrixSet, titleOf(i18n.From(r.Context()), l), []layers.Layer{l})
	return h.oneTileset(w, r, l.Public, set)
}

func (h *api) allTileset(w http.ResponseWriter, r *http.Request) error {
	list, err := h.layers.Layers(r.Context())
	if err != nil {
		return err
	}
	s := siteOf(r)
	set := describeTiles(r.Context(), s, s.at("/tiles/"+matrixSet), i18n.T(r.Context(), "geo.tiles.all"), inDataset(list))
	return h.oneTileset(w, r, true, set)
}

func (h *api) oneTileset(w http.ResponseWriter, r *http.Request, public bool, set tileset) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	if asPage {
		return h.tilesetPage(w, r, set)
	}
	return document(w, r, mediaType, public, set)
}

func (h *api) tilesetPage(w http.ResponseWriter, r *http.Request, set tileset) error {
	title := i18n.T(r.Context(), "geo.tiles.title", "name", set.Title)
	return web.Render(w, r, http.StatusOK, tilesPage(page(w, r, title, ui.Crumb{Label: title}), set))
}

func (h *api) matrixSets(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	s, words, set := siteOf(r), i18n.From(r.Context()), webMercatorQuad()
	here := s.at("/tileMatrixSets")
	if asPage {
		return h.matrixPage(w, r, set)
	}
	return document(w, r, mediaType, true, matrixSets{
		Links: s.both(here, words.T("geo.link.this"), words.T("geo.link.page")),
		Sets: []matrixSetInList{{ID: set.ID, Title: set.Title, URI: set.URI, Links: []Link{
			{Href: here + "/" + set.ID, Rel: "self", Type: typeJSON, Title: words.T("geo.link.matrix_set")},
		}}},
	})
}

func (h *api) matrixSet(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	if asPage {
		return h.matrixPage(w, r, webMercatorQuad())
	}
	return document(w, r, mediaType, true, webMercatorQuad())
}

func (h *api) matrixPage(w http.ResponseWriter, r *http.Request, set tileMatrixSet) error {
	title := i18n.T(r.Context(), "geo.matrix.title")
	return web.Render(w, r, http.StatusOK, matrixSetPage(page(w, r, title, ui.Crumb{Label: title}), set))
}

// tileJSON answers /geo/tiles/{layers}.json.
func (h *api) tileJSON(w http.ResponseWriter, r *http.Request) error {
	names, ok := strings.CutSuffix(r.PathValue("layers"), ".json")
	if !ok {
		return errs.NotFound("geo.wrong.tile_address")
	}
	if _, err := readValues(r.URL.RawQuery); err != nil {
		return err
	}
	list, err := h.together(r, names)
	if err != nil {
		return err
	}
	public := !slices.ContainsFunc(list, func(l layers.Layer) bool { return !l.Public })
	return document(w, r, typeTileJSON, public, describeTileJSON(r.Context(), siteOf(r), list, h.version(r, list)))
}

// together are the layers of a list of names.
func (h *api) together(r *http.Request, names string) ([]layers.Layer, error) {
	var list []layers.Layer
	for _, name := range splitNames(names) {
		l, err := h.layers.Layer(r.Context(), name)
		if err != nil {
			return nil, err
		}
		if len(list) > maxTogether {
			return nil, wrong("layers_many", "most", maxTogether)
		}
		list = append(list, l)
	}
	return list, nil
}

// maxTogether is how many layers may stand in one tile.
const maxTogether = 40

// splitNames parts a list of layers. What is told twice would be drawn twice.
func splitNames(names string) []string {
	var list []string
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list[:min(len(list), maxTogether+1)]
}

// version names the state of some layers: it changes when one of them does, and with
// the days.
func (h *api) version(r *http.Request, list []layers.Layer) string {
	sum := sha256.New()
	for _, l := range list {
		_, _ = io.WriteString(sum, h.state(r.Context(), l)+strings.Join(l.Tags, ",")+"\n") // it cannot fail
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}

// How the addresses of tiles end.
const endVector = "mvt"

// endPictures are the endings of base maps that are pictures; of one, each gives what
// there is.
func endPictures() []string { return []string{"png", "jpg", "jpeg", "webp"} }

// tileWanted is a tile as an address names it. The ending is "" where the address has
// none.
type tileWanted struct {
	z, x, y, ending string
	version         string // the state it was asked for, "" for any
}

// tile answers /geo/tiles/{layers}/{z}/{x}/{y}.mvt, and .png of base maps that are
// pictures.
func (h *api) tile(w http.ResponseWriter, r *http.Request) error {
	v, err := readValues(r.URL.RawQuery, paramVersion)
	if err != nil {
		return err
	}
	y, ending, _ := strings.Cut(r.PathValue("y"), ".")
	names := splitNames(r.PathValue("layers"))
	if ending != endVector && !h.arePictures(r, names, ending) {
		return errs.NotFound("geo.wrong.tile_address")
	}
	return h.giveTile(w, r, names, tileWanted{r.PathValue("z"), r.PathValue("x"), y, ending, v[paramVersion]})
}

// arePictures reports whether tiles with such an ending are those of a base map of
// pictures.
func (h *api) arePictures(r *http.Request, names []string, ending string) bool {
	if len(names) != 1 || !slices.Contains(endPictures(), ending) {
		return false
	}
	l, err := h.layers.Layer(r.Context(), names[0])
	return err == nil && l.Picture() != ""
}

// layerTile answers in OGC's order: level, row, column (20-057, /req/core/tc-op).
func (h *api) layerTile(w http.ResponseWriter, r *http.Request) error {
	if err := tileFormat(r); err != nil {
		return err
	}
	return h.giveTile(w, r, []string{r.PathValue("layer")}, tileWanted{z: r.PathValue("z"), x: r.PathValue("x"), y: r.PathValue("y")})
}

// tileFormat reads the parameters of a tile: f may say what there is anyway.
func tileFormat(r *http.Request) error {
	v, err := readValues(r.URL.RawQuery, paramFormat, paramCollections)
	if err == nil && v.has(paramFormat) && v[paramFormat] != "mvt" {
		err = wrong("format_tile", "value", shown(v[paramFormat]))
	}
	return err
}

// allTile answers with all public layers, or with those of the parameter collections
// (20-057, 11).
func (h *api) allTile(w http.ResponseWriter, r *http.Request) error {
	if err := tileFormat(r); err != nil {
		return err
	}
	var names []string
	if chosen := r.URL.Query().Get(paramCollections); chosen != "" {
		names = splitNames(chosen)
	} else {
		list, err := h.layers.Layers(r.Context())
		if err != nil {
			return err
		}
		for _, l := range inDataset(list) {
			names = append(names, l.Name)
		}
	}
	return h.giveTile(w, r, names, tileWanted{z: r.PathValue("z"), x: r.PathValue("x"), y: r.PathValue("y")})
}

func (h *api) giveTile(w http.ResponseWriter, r *http.Request, names []string, want tileWanted) error {
	if len(names) > maxTogether {
		return wrong("layers_many", "most", maxTogether)
	}
	id, err := tile.Parse(want.z, want.x, want.y)
	if err != nil {
		return errs.NotFound("geo.wrong.tile_unknown", "most", tile.MaxZoom)
	}
	t, err := h.layers.Tile(r.Context(), names, id)
	if err != nil {
		return err
	}
	if want.ending == endVector && t.Picture() != "" {
		return errs.NotFound("geo.wrong.tile_address")
	}
	head := w.Header()
	head.Set("ETag", t.ETag)
	head.Set("Cache-Control", keepPrivate)
	head.Set("Vary", "Accept-Encoding, Authorization, Cookie, X-API-Key")
	share(w, r, t.Public)
	if t.Public {
		head.Set("Cache-Control", keepTile)
		head.Set("Vary", "Accept-Encoding")
		if want.version != "" && want.version == h.version(r, t.Layers) {
			head.Set("Cache-Control", keepVersioned)
		}
	}
	switch {
	case unchanged(r, t.ETag):
		w.WriteHeader(http.StatusNotModified)
	case len(t.Body) == 0:
		w.WriteHeader(http.StatusNoContent)
	default:
		return writeTile(w, r, t)
	}
	return nil
}

// writeTile sends a tile packed as it is kept, unpacked to the few who cannot. Pictures
// are packed by themselves.
func writeTile(w http.ResponseWriter, r *http.Request, t layers.Tile) error {
	body, mediaType := t.Body, t.Picture()
	switch {
	case mediaType != "":
	case acceptsGzip(r):
		w.Header().Set("Content-Encoding", "gzip")
	default:
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(io.LimitReader(z, maxTile))
		}
		if err != nil {
			return fmt.Errorf("ogc: unpack a tile: %w", err)
		}
	}
	w.Header().Set("Content-Type", cmp.Or(mediaType, typeTile))
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the reader may have gone
	return nil
}
