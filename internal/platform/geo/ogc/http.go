package ogc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// Routes registers the API. All of it is public; the layers ask access themselves.
func (s *Service) Routes(r *web.Routes) {
	h := &api{s}
	r.Pieces(root + "/tiles/")
	r.Pieces(root + mapPath + "/")
	r.Share(root, exposed()...)
	for _, route := range []struct {
		path    string
		handler web.Handler
	}{
		{"", h.landing},
		{"/conformance", h.conformance},
		{"/api", h.openAPI},
		{"/collections", h.collections},
		{"/collections/{layer}", h.collection},
		{"/collections/{layer}/items", h.items},
		{"/collections/{layer}/items/{id}", h.item},
		{"/collections/{layer}/schema", h.schema},
		{"/collections/{layer}/queryables", h.queryables},
		{"/collections/{layer}/tiles", h.layerTilesets},
		{"/collections/{layer}/tiles/" + matrixSet, h.layerTileset},
		{"/collections/{layer}/tiles/" + matrixSet + "/{z}/{y}/{x}", h.layerTile},
		{"/tiles", h.allTilesets},
		{"/tiles/" + matrixSet, h.allTileset},
		{"/tiles/" + matrixSet + "/{z}/{y}/{x}", h.allTile},
		{"/tiles/{layers}", h.tileJSON},
		{"/tiles/{layers}/{z}/{x}/{y}", h.tile},
		{mapPath, h.mapTilesets},
		{mapPath + "/" + matrixSet, h.mapTileset},
		{mapPath + "/" + matrixSet + "/{z}/{y}/{x}", h.mapTile},
		{"/tileMatrixSets", h.matrixSets},
		{"/tileMatrixSets/" + matrixSet, h.matrixSet},
		{"/{path...}", h.nowhere},
	} {
		r.Data("GET "+root+route.path, access.Public, told(route.handler))
	}
}

// api answers requests.
type api struct{ *Service }

// told gives what is wrong with a question the status that the standards have for it.
func told(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if err == nil {
			return nil
		}
		head := w.Header()
		for _, name := range []string{"ETag", "Last-Modified", "Content-Crs", "Content-Type"} {
			head.Del(name) // of the answer that was not given
		}
		head.Set("Cache-Control", "private, no-store")
		if e := errs.Of(err); e != nil && e.Kind == errs.KindInvalid && web.Status(err) == http.StatusUnprocessableEntity {
			return web.WithStatus(http.StatusBadRequest, e)
		}
		return err
	}
}

// nowhere answers addresses below the root that there are none of. With a stroke at
// its end, the root is meant.
func (h *api) nowhere(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("path") == "" {
		return h.landing(w, r)
	}
	return errs.NotFound("geo.wrong.address", "root", root)
}

// siteOf is the address of the municipality's pages as the reader wrote it.
func siteOf(r *http.Request) site {
	if web.IsSecure(r.Context()) {
		return site("https://" + r.Host)
	}
	return site("http://" + r.Host)
}

// choose finds out how an answer is wanted. The types are those of data, the usual one
// first; page tells that a page is.
func choose(r *http.Request, v values, types ...string) (mediaType string, page bool, err error) {
	switch f := v[paramFormat]; {
	case !v.has(paramFormat):
	case f == "html":
		return typeHTML, true, nil
	case f == "json", f == "geojson" && types[0] == typeGeoJSON:
		return types[0], false, nil
	default:
		return "", false, wrong("format", "value", shown(f))
	}
	offers := make([]string, 0, len(types)+2)
	for _, t := range types {
		bare, _, _ := strings.Cut(t, ";")
		offers = append(offers, bare)
	}
	offers = append(offers, typeJSON, typeHTML)
	chosen, ok := web.Negotiate(strings.Join(r.Header.Values("Accept"), ","), offers...)
	if !ok {
		return "", false, web.WithStatus(http.StatusNotAcceptable, errs.Invalid("geo.wrong.not_acceptable", "offered", strings.Join(offers, ", ")))
	}
	for i, t := range types {
		if offers[i] == chosen {
			return t, false, nil
		}
	}
	return chosen, chosen == typeHTML, nil
}

// exposed are the headers of answers that programs on other web pages may read besides
// the usual ones: what features are in, what has not changed, and what is allowed.
func exposed() []string {
	return []string{"Allow", "Content-Crs", "ETag", "Link", "Retry-After", "WWW-Authenticate"}
}

// share lets programs on other web pages read an answer, as public data is meant to be
// (WHATWG Fetch, CORS). What is not for everybody, a program reads that has sent a token
// of its own: never what this municipality's cookies open.
func share(w http.ResponseWriter, r *http.Request, public bool) {
	if public || identity.From(r.Context()).Kind == identity.Token {
		web.ShareAnswer(w, r)
	}
}

// document writes a document of the API, which depends on the language and on who
// asks; it is looked at anew each time.
func document(w http.ResponseWriter, r *http.Request, mediaType string, public bool, doc any) error {
	body := encodeJSON(doc)
	head := w.Header()
	share(w, r, public)
	sum := sha256.Sum256(body)
	head.Set("Content-Type", mediaType)
	head.Set("Content-Language", i18n.LangOf(r.Context()).Tag())
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Vary", "Accept, Accept-Language, Authorization, Cookie, X-API-Key")
	head.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	if unchanged(r, head.Get("ETag")) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the reader may have gone
	return nil
}

// unchanged reports whether the reader has the answer already (RFC 9110 section
// 13.1.2, weak comparison).
func unchanged(r *http.Request, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for _, header := range r.Header.Values("If-None-Match") {
		for have := range strings.SplitSeq(header, ",") {
			have = strings.TrimPrefix(strings.TrimSpace(have), "W/")
			if have == tag || have == "*" {
				return true
			}
		}
	}
	return false
}

// featureLayer is the layer of the address, which must have features.
func (h *api) featureLayer(r *http.Request) (layers.Layer, error) {
	l, err := h.layers.Layer(r.Context(), r.PathValue("layer"))
	if err == nil && l.Kind != layers.Features {
		return l, errs.NotFound("geo.wrong.no_features", "layer", l.Name)
	}
	return l, err
}

// askedLayer is featureLayer for a question that is then put to the layer: as it was at
// most a second ago.
func (h *api) askedLayer(r *http.Request) (layers.Layer, error) {
	l, err := h.layers.Recent(r.Context(), r.PathValue("layer"))
	if err == nil && l.Kind != layers.Features {
		return l, errs.NotFound("geo.wrong.no_features", "layer", l.Name)
	}
	return l, err
}

// state names what an answer depends on besides its address: the municipality, the
// layer's generation, and the day, with which what is valid changes.
func (s *Service) state(ctx context.Context, l layers.Layer) string {
	return store.TenantOf(ctx) + " " + l.Name + "@" + strconv.FormatInt(l.Generation, 10) + " " + clock.DateIn(s.clock.Now()).String()
}

// page shows a page of the API with the path that leads to it.
func page(w http.ResponseWriter, r *http.Request, title string, crumbs ...ui.Crumb) ui.PageProps {
	props := web.Props(w, r, ui.Resident, title)
	props.Breadcrumbs = append([]ui.Crumb{{Label: i18n.T(r.Context(), "geo.crumb"), Href: asPage(root)}}, crumbs...)
	if len(crumbs) == 0 {
		props.Breadcrumbs = nil
	}
	w.Header().Set("Vary", "Accept, Accept-Language, Authorization, Cookie, X-API-Key")
	return props
}
