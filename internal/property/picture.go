package property

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/a-h/templ"
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// Size of a picture, in pixels: so small that its letters can be read on a telephone,
// which shows it smaller.
const (
	pictureWidth  = 540
	pictureHeight = 380
)

// picture is a map of a place as it stands in a page: drawn by the server, so that it
// is there without scripts. What it shows is told in words beside it.
type picture struct {
	svg     []byte
	caption string
	credits []credit
}

// credit is what the owner of a layer's data asks to be told beside it.
type credit struct{ Text, Href string }

// component writes the drawing, which the sheet has made safe to stand in a page.
func (p picture) component() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := w.Write(p.svg)
		return err //nolint:wrapcheck // templ tells where it was
	})
}

// drawing is a map that is being put together.
type drawing struct {
	r       *reader
	m       sheet.Map
	area    orb.Polygon
	credits []credit
}

func (r *reader) drawing(box orb.Bound) *drawing {
	return &drawing{r: r, m: sheet.Map{System: r.home, Box: box}, area: box.ToPolygon()}
}

// layer draws what a layer has in the box. A style of its own may be told for a
// feature, and a label; nil takes the layer's usual look.
func (d *drawing) layer(ctx context.Context, name string, each func(layers.Feature) (sheet.Drawn, bool)) error {
	found, err := d.r.near(ctx, name, d.area, 0)
	if err != nil || len(found) == 0 {
		return err
	}
	drawn := sheet.Layer{Name: name, Style: sheet.Standard(name, nil)}
	for _, f := range found {
		if thing, show := each(f); show {
			if thing.Geometry = d.thin(thing.Geometry); thing.Geometry == nil {
				continue
			}
			drawn.Features = append(drawn.Features, thing)
		}
	}
	if len(drawn.Features) > 0 {
		d.m.Layers = append(d.m.Layers, drawn)
	}
	return d.credit(ctx, name)
}

// thin leaves out what is smaller than half a pixel.
func (d *drawing) thin(g orb.Geometry) orb.Geometry {
	b := d.m.Box
	return shape.Simplify(g, max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])/(2*pictureWidth))
}

// credit notes whose data a layer is.
func (d *drawing) credit(ctx context.Context, name string) error {
	all, err := d.r.s.Layers.LayersIn(ctx, d.r.tx)
	if err != nil {
		return fmt.Errorf("property: credits of the map: %w", err)
	}
	for _, l := range all {
		c := credit{Text: l.Attribution, Href: l.LicenceURL}
		if l.Licence != "" {
			c.Text += " (" + l.Licence + ")"
		}
		if l.Name == name && l.Attribution != "" && !slices.Contains(d.credits, c) {
			d.credits = append(d.credits, c)
		}
	}
	return nil
}

// styled draws a feature as its layer's things of its kind look, with a label.
func styled(layer, label string) func(layers.Feature) (sheet.Drawn, bool) {
	return func(f layers.Feature) (sheet.Drawn, bool) {
		style := sheet.Standard(layer, f.Properties)
		thing := sheet.Drawn{Geometry: f.Geometry, Style: &style}
		if label != "" {
			thing.Label = f.Text(label)
		}
		return thing, true
	}
}

// ground draws what every map stands on: the sea, roads, properties and buildings.
func (d *drawing) ground(ctx context.Context) error {
	for _, l := range []struct{ name, label string }{
		{layerSea, ""}, {"roads", "name"}, {layerProperties, "number"}, {layerBuildings, ""},
	} {
		if err := d.layer(ctx, l.name, styled(l.name, l.label)); err != nil {
			return err
		}
	}
	return nil
}

// houses writes the numbers of houses.
func (d *drawing) houses(ctx context.Context) error {
	return d.layer(ctx, layerAddresses, styled(layerAddresses, "number"))
}

// focus draws what the map is about over everything else.
func (d *drawing) focus(name string, style sheet.Style, things ...orb.Geometry) {
	l := sheet.Layer{Name: name, Style: style}
	for _, g := range things {
		l.Features = append(l.Features, sheet.Drawn{Geometry: g})
	}
	d.m.Layers = append(d.m.Layers, l)
}

// done draws the picture.
func (d *drawing) done(title, about string) (*picture, error) {
	svg, err := d.m.SVG(sheet.Picture{Width: pictureWidth, Height: pictureHeight, Title: title, About: about, ID: "place-map"})
	if err != nil {
		return nil, fmt.Errorf("property: draw a map: %w", err)
	}
	return &picture{svg: svg, caption: about, credits: d.credits}, nil
}

// propertyPicture is the map of a property: its boundary among its neighbours.
func (r *reader) propertyPicture(ctx context.Context, f Facts) (*picture, error) {
	d := r.drawing(sheet.Around(f.Property.Ground.Bound(), air(f.Property.Ground.Bound())))
	if err := d.ground(ctx); err != nil {
		return nil, err
	}
	if err := d.houses(ctx); err != nil {
		return nil, err
	}
	d.focus("own", sheet.OwnGround(), f.Property.Ground)
	words := i18n.From(ctx)
	return d.done(words.T("property.map.property", "number", f.Property.Ref.String()),
		words.T("property.map.property_about", "number", f.Property.Ref.String(), "buildings", words.T("property.map.buildings", "count", len(f.Buildings))))
}

// air is how much is shown around what a map is about: enough to see where it lies.
func air(b orb.Bound) float64 {
	return min(max(20, 0.35*max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1])), 400)
}

// placePicture is the map around a point.
func (r *reader) placePicture(ctx context.Context, p Place) (*picture, error) {
	d := r.drawing(sheet.Around(p.At.Bound(), 90))
	if err := d.ground(ctx); err != nil {
		return nil, err
	}
	if err := d.houses(ctx); err != nil {
		return nil, err
	}
	d.focus("pin", sheet.Pin(), p.At)
	words := i18n.From(ctx)
	return d.done(words.T("property.map.place"), words.T("property.map.place_about"))
}

// planPicture is the map of a plan with its zones and cautions.
func (r *reader) planPicture(ctx context.Context, f PlanFacts) (*picture, error) {
	if len(f.Plan.Ground) == 0 {
		return nil, nil //nolint:nilnil // nothing to draw
	}
	d := r.drawing(sheet.Around(f.Box(), air(f.Box())/3))
	if !f.Plan.Master {
		if err := d.ground(ctx); err != nil {
			return nil, err
		}
	}
	zones := sheet.Layer{Name: layerZones, Style: sheet.Standard(layerZones, nil)}
	legend := map[string]bool{}
	words := i18n.From(ctx)
	for _, z := range f.Zones {
		style := sheet.Purpose(z.Purpose)
		if g := d.thin(z.Ground); g != nil {
			zones.Features = append(zones.Features, sheet.Drawn{Geometry: g, Style: &style, Label: z.Field})
		}
		if !legend[z.Purpose] {
			legend[z.Purpose] = true
			zones.Legend = append(zones.Legend, sheet.Entry{Style: style, Text: PurposeName(words, z)})
		}
	}
	d.m.Layers = append([]sheet.Layer{zones}, d.m.Layers...)
	if err := d.credit(ctx, layerZones); err != nil {
		return nil, err
	}
	cautions := sheet.Layer{Name: layerCautions, Style: sheet.Standard(layerCautions, nil)}
	for _, c := range f.Cautions {
		style := sheet.Caution(c.Code)
		if g := d.thin(c.Ground); g != nil {
			cautions.Features = append(cautions.Features, sheet.Drawn{Geometry: g, Style: &style, Label: c.Code})
		}
	}
	d.m.Layers = append(d.m.Layers, cautions)
	d.focus("edge", sheet.PlanEdge(), d.thin(shape.Outline(f.Plan.Ground)))
	return d.done(words.T("property.map.plan", "number", f.Plan.Number), words.T("property.map.plan_about", "name", f.Plan.Name))
}
