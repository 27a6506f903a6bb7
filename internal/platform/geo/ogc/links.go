package ogc

import (
	"net/url"
	"strings"
)

// The media types of answers.
const (
	typeJSON     = "application/json"
	typeHTML     = "text/html"
	typeGeoJSON  = "application/geo+json"
	typeSchema   = "application/schema+json"
	typeOpenAPI  = "application/vnd.oai.openapi+json;version=3.0"
	typeTile     = "application/vnd.mapbox-vector-tile"
	typeTileJSON = "application/vnd.mapbox.tilejson+json"
)

// The relations of OGC's register.
const (
	relSchema     = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relConforms   = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
	relTilesets   = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relMaps       = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"
	relMatrixSet  = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relMatrixSets = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
	relGeodata    = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
)

// Link leads from one document to another (RFC 8288).
type Link struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

// root is where the API begins on the municipality's host.
const root = "/geo"

// site is the address of the municipality's pages, "https://kommune.example.no".
type site string

// at is the address of a path below the root.
func (s site) at(path string) string { return string(s) + root + path }

func (s site) collection(layer string) string { return s.at("/collections/" + layer) }

func (s site) item(layer, id string) string {
	return s.collection(layer) + "/items/" + url.PathEscape(id)
}

// asPage is an address of the page for people.
func asPage(address string) string { return inFormat(address, "html") }

// inFormat is an address of a document in one of its forms.
func inFormat(address, format string) string {
	if strings.Contains(address, "?") {
		return address + "&f=" + format
	}
	return address + "?f=" + format
}

// both are the links of a document to itself and to its page.
func (s site) both(address, self, page string) []Link {
	return []Link{
		{Href: address, Rel: "self", Type: typeJSON, Title: self},
		{Href: asPage(address), Rel: "alternate", Type: typeHTML, Title: page},
	}
}
