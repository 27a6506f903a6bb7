package ogc

import (
	"net/http"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
)

// plain reads the parameters of a document that has none of its own.
func plain(r *http.Request, types ...string) (mediaType string, asked bool, err error) {
	v, err := readValues(r.URL.RawQuery, paramFormat)
	if err != nil {
		return "", false, err
	}
	return choose(r, v, types...)
}

func (h *api) landing(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	ctx := r.Context()
	name := i18n.T(ctx, "web.municipality", "name", tenant.From(ctx).Name.In(i18n.LangOf(ctx)))
	doc := welcome(ctx, siteOf(r), name)
	if !asPage {
		return document(w, r, mediaType, true, doc)
	}
	list, err := h.layers.Layers(ctx)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, landingPage(page(w, r, doc.Title), siteOf(r), offered(list), len(baseMaps(list)) > 0))
}

func (h *api) conformance(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	doc := conformsTo(r.Context(), siteOf(r))
	if !asPage {
		return document(w, r, mediaType, true, doc)
	}
	title := i18n.T(r.Context(), "geo.conformance.title")
	return web.Render(w, r, http.StatusOK, conformancePage(page(w, r, title, ui.Crumb{Label: title}), doc.ConformsTo))
}

func (h *api) collections(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	list, err := h.layers.Layers(r.Context())
	if err != nil {
		return err
	}
	list = offered(list)
	if !asPage {
		return document(w, r, mediaType, true, describeAll(r.Context(), siteOf(r), list))
	}
	title := i18n.T(r.Context(), "geo.collections.title")
	return web.Render(w, r, http.StatusOK, collectionsPage(page(w, r, title, ui.Crumb{Label: title}), list))
}

func (h *api) collection(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeJSON)
	if err != nil {
		return err
	}
	l, err := h.featureLayer(r)
	if err != nil {
		return err
	}
	if !asPage {
		return document(w, r, mediaType, l.Public, describe(r.Context(), siteOf(r), l))
	}
	title := titleOf(i18n.From(r.Context()), l)
	props := page(w, r, title, collectionsCrumb(r), ui.Crumb{Label: title})
	return web.Render(w, r, http.StatusOK, collectionPage(props, siteOf(r), l))
}

func (h *api) schema(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeSchema)
	if err != nil {
		return err
	}
	l, err := h.featureLayer(r)
	if err != nil {
		return err
	}
	doc := features(r.Context(), siteOf(r), l)
	if !asPage {
		return document(w, r, mediaType, l.Public, doc)
	}
	return web.Render(w, r, http.StatusOK, schemaPage(layerPage(w, r, l, "geo.schema.title"), "geo.schema.intro", doc))
}

func (h *api) queryables(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeSchema)
	if err != nil {
		return err
	}
	l, err := h.featureLayer(r)
	if err != nil {
		return err
	}
	doc := askable(r.Context(), siteOf(r), l)
	if !asPage {
		return document(w, r, mediaType, l.Public, doc)
	}
	return web.Render(w, r, http.StatusOK, schemaPage(layerPage(w, r, l, "geo.queryables.title"), "geo.queryables.intro", doc))
}

func (h *api) openAPI(w http.ResponseWriter, r *http.Request) error {
	mediaType, asPage, err := plain(r, typeOpenAPI)
	if err != nil {
		return err
	}
	list, err := h.layers.Layers(r.Context())
	if err != nil {
		return err
	}
	doc := describeAPI(r.Context(), siteOf(r), offered(list))
	if !asPage {
		return document(w, r, mediaType, true, doc)
	}
	title := i18n.T(r.Context(), "geo.api.title")
	return web.Render(w, r, http.StatusOK, apiPage(page(w, r, title, ui.Crumb{Label: title}), doc))
}

// layerPage is the shell of a page below a layer's.
func layerPage(w http.ResponseWriter, r *http.Request, l layers.Layer, key string) ui.PageProps {
	words := i18n.From(r.Context())
	name := titleOf(words, l)
	title := words.T(key, "layer", name)
	return page(w, r, title, collectionsCrumb(r), ui.Crumb{Label: name, Href: asPage(root + "/collections/" + l.Name)}, ui.Crumb{Label: title})
}

func collectionsCrumb(r *http.Request) ui.Crumb {
	return ui.Crumb{Label: i18n.T(r.Context(), "geo.collections.title"), Href: asPage(root + "/collections")}
}
