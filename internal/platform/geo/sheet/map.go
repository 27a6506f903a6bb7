package sheet

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
)

// Map is what is to be drawn.
type Map struct {
	// System is that of Box and of every geometry. It must be one of metres on the
	// ground: EUREF89 UTM, not degrees and not the square of web maps.
	System crs.System
	// Box is what is to be seen. A picture shows all of it; on paper its middle
	// becomes the middle of the sheet.
	Box orb.Bound
	// Scale is the scale on paper as 1:Scale; 0 takes the largest standard scale
	// at which Box fits. A picture does not look at it.
	Scale int
	// Layers are drawn in order, the lowest first.
	Layers []Layer
}

// Layer is shapes that belong together. Its areas are filled before its lines
// are drawn; areas that cover one another belong in layers of their own.
type Layer struct {
	// Name is the layer's name, for errors.
	Name string
	// Title is what the layer is called in the list of sources.
	Title string
	// Style is for features without a style of their own.
	Style Style
	// Photo is drawn below the layer's features.
	Photo *Photo
	// Features are what is drawn, those below first.
	Features []Drawn
	// Legend says what the styles mean, for features that do not say it
	// themselves. An entry whose style nothing in the frame has is left out, so a
	// caller may give all entries there are.
	Legend []Entry
	// Attribution, Licence and LicenceURL are what the data's owner asks to be
	// told beside them.
	Attribution, Licence, LicenceURL string
}

// Drawn is one thing on the map. Boxes are drawn as areas, rings too.
type Drawn struct {
	Geometry orb.Geometry
	// Style is how it is drawn; nil takes the layer's.
	Style *Style
	// Label is written at it in the lettering of its style.
	Label string
	// Means is what it is, for the legend: "Boligbebyggelse". Each style and
	// meaning that is seen on the map gets one line.
	Means string
}

// Entry is a line of the legend.
type Entry struct {
	Style Style
	Text  string
}

// What a map may hold. They keep a map that nobody could read from holding up
// the server.
const (
	maxLayers   = 200
	maxFeatures = 100_000
	maxPoints   = 2_000_000
	maxLabels   = 2_000   // the labels of what comes after them are left out
	maxLabel    = 120     // characters of one label
	maxCoord    = 1e8     // metres
	minSide     = 0.1     // metres of ground that a map shows at least
	maxSide     = 5e6     // and at most
	maxHatching = 200_000 // lines of hatching on one sheet
)

// check refuses what cannot be drawn, in words for the person who asked.
func (m Map) check() error {
	if m.System.IsZero() || m.System.Degrees || m.System.Code == crs.WebMercator {
		return errs.Invalid("geo_sheet.system_not_metres", "system", m.System.String())
	}
	if !inside(m.Box.Min) || !inside(m.Box.Max) || m.Box.Min[0] > m.Box.Max[0] || m.Box.Min[1] > m.Box.Max[1] {
		return errs.Invalid("geo_sheet.box_bad")
	}
	if len(m.Layers) > maxLayers {
		return errs.Invalid("geo_sheet.too_many_layers", "count", len(m.Layers), "limit", maxLayers)
	}
	return m.checkFeatures()
}

func (m Map) checkFeatures() error {
	features, points := 0, 0
	for _, l := range m.Layers {
		if err := l.checkStyles(); err != nil {
			return err
		}
		if err := l.Photo.check(l.Name); err != nil {
			return err
		}
		features += len(l.Features)
		if features > maxFeatures {
			return errs.Invalid("geo_sheet.too_many_features", "limit", maxFeatures)
		}
		for _, d := range l.Features {
			n, ok := measured(d.Geometry)
			if !ok {
				return errs.Invalid("geo_sheet.coordinate_bad", "layer", l.Name)
			}
			if points += n; points > maxPoints {
				return errs.Invalid("geo_sheet.too_many_points", "limit", maxPoints)
			}
		}
	}
	return nil
}

func (l Layer) checkStyles() error {
	if !l.Style.sound() {
		return errs.Invalid("geo_sheet.style_bad", "layer", l.Name, "style", l.Style.Name)
	}
	for _, e := range l.Legend {
		if !e.Style.sound() {
			return errs.Invalid("geo_sheet.style_bad", "layer", l.Name, "style", e.Style.Name)
		}
	}
	for _, d := range l.Features {
		if d.Style != nil && !d.Style.sound() {
			return errs.Invalid("geo_sheet.style_bad", "layer", l.Name, "style", d.Style.Name)
		}
	}
	return nil
}

// inside tells whether a point is one that a map of Norway may have. It is
// false for NaN.
func inside(p orb.Point) bool {
	return p[0] >= -maxCoord && p[0] <= maxCoord && p[1] >= -maxCoord && p[1] <= maxCoord
}

// measured counts the points of a geometry and tells whether all are sound.
func measured(g orb.Geometry) (int, bool) {
	switch g := g.(type) {
	case nil:
		return 0, true
	case orb.Point:
		return 1, inside(g)
	case orb.MultiPoint:
		return all(g)
	case orb.LineString:
		return all(g)
	case orb.Ring:
		return all(g)
	case orb.MultiLineString:
		return each(g)
	case orb.Polygon:
		return each(g)
	case orb.MultiPolygon:
		return each(g)
	case orb.Collection:
		return each(g)
	case orb.Bound:
		return 4, inside(g.Min) && inside(g.Max)
	}
	return 0, false
}

func all[P ~[]orb.Point](points P) (int, bool) {
	for _, p := range points {
		if !inside(p) {
			return 0, false
		}
	}
	return len(points), true
}

func each[G orb.Geometry](parts []G) (int, bool) {
	total := 0
	for _, p := range parts {
		n, ok := measured(p)
		if !ok {
			return 0, false
		}
		total += n
	}
	return total, true
}
