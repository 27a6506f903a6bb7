package layers

import (
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/cql2"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Kind says what a layer holds.
type Kind string

// The kinds.
const (
	Features Kind = "features" // things with shapes and properties
	Tiles    Kind = "tiles"    // ready-made tiles, as of a base map
)

// Layer is a map layer of a municipality.
type Layer struct {
	// Name is part of addresses and never changes: a–z, digits and _.
	Name         string
	Title, About i18n.Text
	Kind         Kind
	// Public says that everybody may see it.
	Public bool
	// EPSG is the system that its features are kept in: that of the first file.
	EPSG int
	// Geometry is "point", "line" or "polygon", "" when mixed or unknown; of ready-made
	// tiles what pictures they are, "" for vector tiles: see Picture.
	Geometry string
	// Tags are the properties that go along in tiles.
	Tags []string
	// MinZoom and MaxZoom are the levels of the web map at which tiles show it.
	MinZoom, MaxZoom int
	// Attribution names whose data it is, Licence under which terms.
	Attribution, Licence, LicenceURL string
	// Order is the place in the drawing, the lowest first.
	Order int
	// Fields are the properties that its features have, by name.
	Fields []Field
	// Count is how many features are seen now.
	Count int64
	// Extent is the box around them in the layer's system; empty without any.
	Extent orb.Bound
	// Generation counts the imports that changed something; 0 before the first.
	Generation int64
	UpdatedAt  time.Time
}

// Field is a property and the type of its values.
type Field struct {
	Name string    `json:"name"`
	Type cql2.Type `json:"type"`
}

// System is the reference system that the features are kept in.
func (l Layer) System() crs.System {
	s, _ := crs.ByCode(l.EPSG)
	return s
}

// HasExtent reports whether there is anything with a place in the layer.
func (l Layer) HasExtent() bool { return l.Count > 0 && l.Extent.Max[0] >= l.Extent.Min[0] }

// nowhere is the extent of nothing.
func nowhere() orb.Bound {
	return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}
}

// Generation is an import that a layer has seen.
type Generation struct {
	Layer      string
	Generation int64
	At         time.Time
	// Part is the data set within the layer that was brought in, "" for the whole.
	Part string
	// Source names the file, SourceDigest is the SHA-256 of its content in hex.
	Source, SourceDigest          string
	Added, Changed, Removed, Kept int64
	// Notes is what the operator was told, in plain text.
	Notes string
}
