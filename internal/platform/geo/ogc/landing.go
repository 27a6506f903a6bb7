package ogc

import (
	"context"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// landing is the first document (OGC 17-069r4, 7.2).
type landing struct {
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Links       []Link   `json:"links"`
	ConformsTo  []string `json:"conformsTo"`
}

// conforms is the document of conformance.
type conforms struct {
	Links      []Link   `json:"links"`
	ConformsTo []string `json:"conformsTo"`
}

func welcome(ctx context.Context, s site, municipality string) landing {
	words := i18n.From(ctx)
	return landing{
		Title: words.T("geo.landing.title", "municipality", municipality), Description: words.T("geo.landing.intro"), ConformsTo: conformance(),
		Links: append(s.both(s.at(""), words.T("geo.link.this"), words.T("geo.link.page")),
			Link{Href: s.at("/api"), Rel: "service-desc", Type: typeOpenAPI, Title: words.T("geo.link.api")},
			Link{Href: asPage(s.at("/api")), Rel: "service-doc", Type: typeHTML, Title: words.T("geo.link.api_page")},
			Link{Href: s.at("/conformance"), Rel: "conformance", Type: typeJSON, Title: words.T("geo.link.conformance")},
			Link{Href: s.at("/conformance"), Rel: relConforms, Type: typeJSON, Title: words.T("geo.link.conformance")},
			Link{Href: s.at("/collections"), Rel: "data", Type: typeJSON, Title: words.T("geo.link.collections")},
			Link{Href: s.at("/tiles"), Rel: relTilesets, Type: typeJSON, Title: words.T("geo.link.tiles")},
			Link{Href: s.at(mapPath), Rel: relMaps, Type: typeJSON, Title: words.T("geo.link.maps")},
			Link{Href: s.at("/tileMatrixSets"), Rel: relMatrixSets, Type: typeJSON, Title: words.T("geo.link.matrix_sets")},
		),
	}
}

func conformsTo(ctx context.Context, s site) conforms {
	words := i18n.From(ctx)
	return conforms{Links: s.both(s.at("/conformance"), words.T("geo.link.this"), words.T("geo.link.page")), ConformsTo: conformance()}
}
