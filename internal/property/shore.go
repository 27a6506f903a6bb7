package property

import (
	"context"

	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// ShoreMetres is how wide the belt along the sea is in which building is forbidden
// unless a plan has a line of its own (100-metersbeltet, plan- og bygningsloven § 1-8
// second and third paragraph).
const ShoreMetres = 100.0

// Shore is how near a property lies to the sea.
type Shore struct {
	Known  bool    // the municipality has the sea in its map
	Within bool    // some of the property lies in the belt
	Metres float64 // from its nearest point to the sea, when some of it does
}

// shore measures the way to the sea. Rivers and lakes, for which the municipality may
// set a belt (§ 1-8 fifth paragraph), are not looked at.
func (r *reader) shore(ctx context.Context, f *Facts) error {
	has, err := r.has(ctx, layerSea)
	if err != nil || !has {
		return err
	}
	near, err := r.near(ctx, layerSea, f.Property.Ground, ShoreMetres)
	if err != nil {
		return err
	}
	f.Shore.Known = true
	if len(near) > 0 { // the nearest comes first
		f.Shore.Metres = shape.Distance(near[0].Geometry, f.Property.Ground)
		f.Shore.Within = f.Shore.Metres < ShoreMetres
	}
	return nil
}

// shore says whether a property lies in the belt along the sea.
func (t *teller) shore(s Shore) {
	l := Line{Key: "shore", Title: t.words.T("property.says.shore"), Sources: []Source{t.layer(layerSea), t.law("shore")}}
	switch {
	case s.Within && s.Metres < 1:
		l.Value, l.Text = t.words.T("property.says.shore_at"), t.words.T("property.says.shore_text")
	case s.Within:
		l.Value, l.Text = t.words.T("property.says.shore_within", "metres", metres(t.words, s.Metres)), t.words.T("property.says.shore_text")
	case s.Known:
		l.Value, l.Text = t.words.T("property.says.shore_outside"), t.words.T("property.says.shore_outside_text")
	case t.lacks(layerSea):
		l.Value, l.Text, l.Sources = t.words.T("property.cannot_tell"), t.words.T("property.says.shore_missing"), []Source{t.law("shore")}
	default:
		return // nobody has looked
	}
	t.add(l)
}
