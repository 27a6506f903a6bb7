package ogc

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// collection is what is told of a layer (OGC 17-069r4, 7.13; 18-058r1, 6.2).
type collection struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Attribution string   `json:"attribution,omitempty"`
	License     string   `json:"license,omitempty"`
	ItemType    string   `json:"itemType,omitempty"`
	Extent      *extent  `json:"extent,omitempty"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs,omitempty"`
	MinZoom     int      `json:"minZoom"`
	MaxZoom     int      `json:"maxZoom"`
	Links       []Link   `json:"links"`
}

type extent struct {
	Spatial struct {
		BBox [][4]float64 `json:"bbox"`
		CRS  string       `json:"crs"`
	} `json:"spatial"`
}

// collections is the document of them all.
type collections struct {
	Links       []Link       `json:"links"`
	Collections []collection `json:"collections"`
	CRS         []string     `json:"crs"`
}

// offered are the layers whose features are given out, those on top of the map first.
// Ready-made tiles have none.
func offered(all []layers.Layer) []layers.Layer {
	list := slices.DeleteFunc(slices.Clone(all), func(l layers.Layer) bool { return l.Kind != layers.Features })
	slices.Reverse(list)
	return list
}

// degrees is the extent of a layer in CRS84, rounded outwards to a millionth of a
// degree; false without any.
func degrees(l layers.Layer) (orb.Bound, bool) {
	if !l.HasExtent() {
		return orb.Bound{}, false
	}
	b := crs.Box(l.Extent, crs.Between(l.System(), crs.CRS84()))
	if !crs.Finite(b.Min) || !crs.Finite(b.Max) {
		return orb.Bound{}, false
	}
	down := func(v float64) float64 { return math.Floor(v*1e6) / 1e6 }
	up := func(v float64) float64 { return math.Ceil(v*1e6) / 1e6 }
	return orb.Bound{Min: orb.Point{down(b.Min[0]), down(b.Min[1])}, Max: orb.Point{up(b.Max[0]), up(b.Max[1])}}, true
}

func extentOf(l layers.Layer) *extent {
	b, some := degrees(l)
	if !some {
		return nil
	}
	e := &extent{}
	e.Spatial.BBox = [][4]float64{{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}}
	e.Spatial.CRS = crs.CRS84().URI()
	return e
}

// describe tells of a layer in the reader's language.
func describe(ctx context.Context, s site, l layers.Layer) collection {
	words := i18n.From(ctx)
	here := s.collection(l.Name)
	c := collection{
		ID: l.Name, Title: titleOf(words, l), Description: l.About.In(words.Lang()), Attribution: l.Attribution, License: l.Licence,
		ItemType: "feature", Extent: extentOf(l), CRS: systems(), StorageCRS: l.System().URI(), MinZoom: l.MinZoom, MaxZoom: l.MaxZoom,
	}
	c.Links = append(s.both(here, words.T("geo.link.this"), words.T("geo.link.page")),
		Link{Href: here + "/items", Rel: "items", Type: typeGeoJSON, Title: words.T("geo.link.items")},
		Link{Href: asPage(here + "/items"), Rel: "items", Type: typeHTML, Title: words.T("geo.link.items_page")},
		Link{Href: here + "/schema", Rel: relSchema, Type: typeSchema, Title: words.T("geo.link.schema")},
		Link{Href: here + "/queryables", Rel: relQueryables, Type: typeSchema, Title: words.T("geo.link.queryables")},
		Link{Href: here + "/queryables", Rel: "queryables", Type: typeSchema, Title: words.T("geo.link.queryables")},
		Link{Href: here + "/tiles", Rel: relTilesets, Type: typeJSON, Title: words.T("geo.link.tiles")},
		Link{Href: s.at("/tiles/" + l.Name + ".json"), Rel: "alternate", Type: typeTileJSON, Title: words.T("geo.link.tilejson")},
	)
	if l.LicenceURL != "" {
		c.Links = append(c.Links, Link{Href: l.LicenceURL, Rel: "license", Title: l.Licence})
	}
	return c
}

// titleOf is the layer's title, its name when it has none.
func titleOf(words *i18n.Localizer, l layers.Layer) string {
	if title := l.Title.In(words.Lang()); title != "" {
		return title
	}
	return l.Name
}

func describeAll(ctx context.Context, s site, list []layers.Layer) collections {
	words := i18n.From(ctx)
	all := collections{
		Links: s.both(s.at("/collections"), words.T("geo.link.this"), words.T("geo.link.page")), Collections: []collection{}, CRS: systems(),
	}
	for _, l := range list {
		all.Collections = append(all.Collections, describe(ctx, s, l))
	}
	return all
}
