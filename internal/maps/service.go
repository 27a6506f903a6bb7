package maps

import (
	"context"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/property"
)

// Case is a public building case near a place.
type Case struct {
	Title string // what is built
	About string // where it stands, and when it came
	Href  string
}

// Spot is a public building case on the map.
type Spot struct {
	Title string    // what is built
	At    orb.Point // in the home system
}

// Deps are what the service needs.
type Deps struct {
	DB       *store.DB
	Layers   *layers.Service
	Property *property.Service
	// Cases are the public building cases within so many metres of a place of the home
	// system, the newest first; nil when nobody keeps any.
	Cases func(ctx context.Context, tx *store.Tx, at orb.Point, metres float64, limit int) ([]Case, error)
	// Spots are the public building cases of the last year in a box of the home system,
	// the newest first; nil when nobody keeps any.
	Spots func(ctx context.Context, box orb.Bound, limit int) ([]Spot, error)
}

// Service makes the map page.
type Service struct {
	Deps

	photos chan struct{} // one for each base map of pictures that is put together
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, photos: make(chan struct{}, mostAtOnce)} }

// Row is a layer in the list of layers.
type Row struct {
	Name, Title, About string
	Group              string
	// First says that it is drawn until somebody turns it off, Shown that it is drawn
	// in the view.
	First, Shown bool
	Signs        []Sign
	Attribution  string
	Licence      string
	LicenceURL   string
	Updated      string // the day of the last import, in words
	Count        int64
}

// Sign is a line of the legend.
type Sign struct {
	Text  string
	Shape Shape
	Rule  Rule
	Cover float64
}

// rows are the layers as the list shows them, by groups and in each the topmost first.
func rows(words *i18n.Localizer, list []layers.Layer, v View, color string, outside *Background) []Row {
	var out []Row
	for _, l := range list {
		look := Look{On: true, Group: groupBase}
		if l.Kind != layers.Tiles {
			look = lookOf(l.Name, l.Geometry, accent(color))
		}
		title := l.Title.In(words.Lang())
		if title == "" {
			title = strings.ReplaceAll(l.Name, "_", " ")
		}
		row := Row{
			Name: l.Name, Title: title, About: l.About.In(words.Lang()), Group: look.Group, First: look.On, Shown: v.Shows(l.Name, look.On),
			Attribution: l.Attribution, Licence: l.Licence, LicenceURL: l.LicenceURL, Count: l.Count, Signs: signs(words, title, look),
		}
		if !l.UpdatedAt.IsZero() && l.Generation > 0 {
			row.Updated = words.Date(clock.DateIn(l.UpdatedAt))
		}
		out = append(out, row)
	}
	slices.Reverse(out)
	return append(out, extra(words, v, outside)...)
}

// extra are the rows of what is no layer of ours: public cases and the outside map.
func extra(words *i18n.Localizer, v View, outside *Background) []Row {
	list := []Row{{
		Name: casesName, Title: words.T("maps.cases.layer"), About: words.T("maps.cases.about"), Group: groupPlan, First: true, Shown: v.Shows(casesName, true),
		Signs: []Sign{{Text: words.T("maps.cases.layer"), Shape: Point, Rule: caseRule()}},
	}}
	if outside != nil {
		list = append(list, Row{
			Name: backgroundName, Title: words.T("maps.background.layer"), About: words.T("maps.background.about"), Group: groupBase,
			Shown: v.Shows(backgroundName, false), Attribution: outside.Attribution, Licence: outside.Licence, LicenceURL: outside.LicenceURL,
		})
	}
	return list
}

// signs are a layer's lines of the legend; what is only written has none.
func signs(words *i18n.Localizer, title string, look Look) (list []Sign) {
	for _, r := range look.Rules {
		if r.Fill == (Tone{}) && r.Stroke == (Tone{}) && r.Hatch == (Tone{}) {
			continue
		}
		text := title
		if r.Key != "" {
			text = words.T("maps.legend." + r.Key)
		}
		list = append(list, Sign{Text: text, Shape: look.Shape, Rule: r, Cover: look.Cover})
	}
	return list
}

// seen is what the map shows at first, the land with its islands; area is the whole
// municipality, with its sea.
func seen(list []layers.Layer) [4]float64 { return boxOf(list, "land", "municipality", "properties") }

func area(list []layers.Layer) [4]float64 { return boxOf(list, "municipality", "land", "properties") }

// boxOf is the box around the first of some layers that has anything, in degrees; else
// around all layers, and else around the country.
func boxOf(list []layers.Layer, names ...string) [4]float64 {
	for _, name := range names {
		if i := slices.IndexFunc(list, func(l layers.Layer) bool { return l.Name == name && l.HasExtent() }); i >= 0 {
			return degreesOf(list[i : i+1])
		}
	}
	if box := degreesOf(list); box != [4]float64{} {
		return box
	}
	norway := crs.Norway()
	return [4]float64{norway.Min[0], norway.Min[1], norway.Max[0], norway.Max[1]}
}
