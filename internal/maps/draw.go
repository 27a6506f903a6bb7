package maps

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// drawing makes a sheet of a view: the picture for pages without scripts, and the print.
type drawing struct {
	*Service

	view  View
	words *i18n.Localizer
	own   Tone
	home  crs.System
	// zoom is the level of the web map that the sheet's scale is nearest to.
	zoom float64
	// perMetre is how many dots a picture has for a metre; paper lets nothing through.
	perMetre float64
	paper    bool
}

// mostDrawn is how many features of a layer a sheet shows at most.
const mostDrawn = 10_000

// drawing begins a sheet of a view.
func (s *Service) drawing(ctx context.Context, v View) drawing {
	return drawing{Service: s, view: v, words: i18n.From(ctx), own: accent(tenant.From(ctx).Color), home: s.Layers.Home(ctx)}
}

// sheet reads what a box of the home system holds of the layers that are shown.
func (d drawing) sheet(ctx context.Context, box orb.Bound) (sheet.Map, error) {
	m := sheet.Map{System: d.home, Box: box}
	list, err := d.Layers.Layers(ctx)
	if err != nil {
		return m, err
	}
	m.Layers = append(m.Layers, d.background(box, Request{Layers: list}.under()))
	pictures, err := d.basemaps(ctx, list, box)
	if err != nil {
		return m, err
	}
	for _, l := range stacked(list) {
		look := lookOf(l.Name, l.Geometry, d.own)
		if l.Kind == layers.Tiles || !d.view.Shows(l.Name, look.On) || d.zoom+0.5 < max(look.From, float64(l.MinZoom)) {
			continue
		}
		layer, err := d.layer(ctx, l, look, box)
		if err != nil {
			return m, err
		}
		pictures.put(&m, layer)
	}
	pictures.end(&m)
	if err := d.cases(ctx, &m); err != nil {
		return m, err
	}
	return m, d.chosen(ctx, &m)
}

// The levels from which the living map shows building cases, and what is built, and how
// many it asks for.
const (
	casesFrom      = 11
	casesNamedFrom = 15.5
	mostCases      = 500
)

// cases draws the public building cases over the map, as the living one does.
func (d drawing) cases(ctx context.Context, m *sheet.Map) error {
	if d.Spots == nil || !d.view.Shows(casesName, true) || d.zoom+0.5 < casesFrom {
		return nil
	}
	found, err := d.Spots(ctx, m.Box, mostCases)
	if err != nil || len(found) == 0 {
		return err
	}
	look := Look{Shape: Point, Label: Label{Property: "title", From: casesNamedFrom, Size: 11.5, Strong: true, Ink: caseTone()}}
	style := d.style(look, caseRule())
	title := d.words.T("maps.cases.layer")
	layer := sheet.Layer{Name: casesName, Title: title, Style: style, Legend: []sheet.Entry{{Style: style, Text: title}}}
	for _, s := range found {
		thing := sheet.Drawn{Geometry: s.At}
		if d.zoom+0.3 >= look.Label.From {
			thing.Label = s.Title
		}
		layer.Features = append(layer.Features, thing)
	}
	m.Layers = append(m.Layers, layer)
	return nil
}

// background is the colour of what no layer covers.
func (d drawing) background(box orb.Bound, t Tone) sheet.Layer {
	wide, high := box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]
	return sheet.Layer{Name: "ground", Features: []sheet.Drawn{{Geometry: sheet.Around(box, wide+high)}}, Style: sheet.Style{Fill: sheet.Color(t.Light)}}
}

func (d drawing) layer(ctx context.Context, l layers.Layer, look Look, box orb.Bound) (sheet.Layer, error) {
	out := sheet.Layer{
		Name: l.Name, Title: l.Title.In(d.words.Lang()), Attribution: l.Attribution, Licence: l.Licence, LicenceURL: l.LicenceURL, Legend: d.legend(l, look),
	}
	q := layers.Query{Layer: l.Name, System: d.home, Box: &box, Limit: mostDrawn}
	if day := d.view.Date; !day.IsZero() && slices.Contains(timed(), l.Name) {
		q.Timed, q.From, q.To = true, noon(day), noon(day)
	}
	page, err := d.Layers.Find(ctx, q)
	if err != nil {
		return out, err
	}
	styles := map[string]*sheet.Style{}
	for _, f := range page.Features {
		r := look.rule(f)
		style := styles[r.Key]
		if style == nil || look.Growing {
			made := d.style(look, r)
			if look.Growing {
				made.Ground = min(f.Number("width"), 60)
			}
			style = &made
			styles[r.Key] = style
		}
		out.Features = append(out.Features, sheet.Drawn{Geometry: f.Geometry, Style: style, Label: d.label(look, f)})
	}
	return out, nil
}

// noon is the middle of a day in Norway, so that no time zone moves it.
func noon(d clock.Date) time.Time { return d.Start().Add(12 * time.Hour) }

// rule is the rule that a feature is drawn by.
func (l Look) rule(f layers.Feature) Rule {
	last := l.Rules[len(l.Rules)-1]
	value := f.Text(l.By)
	if n := f.Number(l.By); value == "" && n != 0 {
		value = decimals(n, 0)
	}
	for _, r := range l.Rules {
		if r.Proposed && f.Flag("proposal") {
			return r
		}
		if slices.ContainsFunc(r.Values, func(v string) bool { return strings.HasPrefix(value, v) }) {
			return r
		}
	}
	return last
}

func (d drawing) label(look Look, f layers.Feature) string {
	if look.Label.Property == "" || d.zoom+0.3 < look.Label.From {
		return ""
	}
	text := f.Text(look.Label.Property)
	if n := f.Number(look.Label.Property); text == "" && n != 0 {
		text = decimals(n, 0)
	}
	return text
}

// legend is what the styles of a layer mean.
func (d drawing) legend(l layers.Layer, look Look) (list []sheet.Entry) {
	for _, s := range signs(d.words, l.Title.In(d.words.Lang()), look) {
		list = append(list, sheet.Entry{Style: d.style(look, s.Rule), Text: s.Text})
	}
	return list
}

// millimetres is how many of them a pixel of a look is on paper.
const millimetres = 25.4 / 96

// style is a rule of a look as a sheet draws it. Areas that let the ground through on
// the screen get the colour that they have there.
func (d drawing) style(look Look, r Rule) sheet.Style {
	s := sheet.Style{Stroke: sheet.Color(r.Stroke.Light), Width: r.Width * 0.7 * millimetres, Label: d.lettering(look.Label)}
	switch look.Shape {
	case Point:
		if r.Fill != (Tone{}) {
			s.Mark = sheet.Mark{Shape: sheet.Dot, Size: 1.6 * r.Width * millimetres, Fill: sheet.Color(r.Fill.Light), Stroke: sheet.Color(r.Stroke.Light)}
		}
		s.Stroke, s.Width = "", 0
	case Line:
		if look.Growing {
			s.Stroke, s.Casing, s.CasingWidth = sheet.Color(r.Fill.Light), sheet.Color(r.Stroke.Light), 0.15
		}
	case Area:
		s.Fill = sheet.Color(through(r.Fill, look.Cover))
		if look.By == "use" && d.zoom < look.From+2 {
			s.Stroke, s.Width = "", 0
		}
	}
	if r.Hatch != (Tone{}) {
		s.Hatch = sheet.Hatch{Color: sheet.Color(r.Hatch.Light), Angle: 45, Gap: 2.4, Width: 0.25}
		s.Fill = ""
	}
	for i, part := range r.Dash {
		if i < len(s.Dash) {
			s.Dash[i] = part * max(s.Width, 0.3)
		}
	}
	return s
}

// through is a colour with the ground coming through.
func through(t Tone, cover float64) string {
	over, err := parse(t.Light)
	if err != nil {
		return ""
	}
	under, err := parse(ground().Light)
	if err != nil {
		return ""
	}
	return blend(over, under, 1-cover).Hex()
}

func (d drawing) lettering(l Label) sheet.Lettering {
	if l.Property == "" {
		return sheet.Lettering{}
	}
	return sheet.Lettering{
		Size: l.Size * 0.95 * millimetres, Color: sheet.Color(l.Ink.Light), Halo: sheet.Color(rim().Light), Bold: l.Strong, Italic: l.Italic, Along: l.Along,
	}
}

// chosen draws the place that was asked about over everything else.
func (d drawing) chosen(ctx context.Context, m *sheet.Map) error {
	if !d.view.Asked {
		return nil
	}
	own := sheet.Color(d.own.Light)
	layer := sheet.Layer{Name: "chosen", Title: d.words.T("maps.here.chosen")}
	a, err := d.Here(ctx, d.view.At)
	if err != nil {
		return err
	}
	if a.Found {
		layer.Features = append(layer.Features, sheet.Drawn{Geometry: a.Property.Ground, Style: &sheet.Style{Stroke: own, Width: 0.7}})
	}
	layer.Features = append(layer.Features, sheet.Drawn{
		Geometry: d.view.At, Style: &sheet.Style{Mark: sheet.Mark{Shape: sheet.Diamond, Size: 3.4, Fill: own, Stroke: sheet.Color(rim().Light)}},
	})
	m.Layers = append(m.Layers, layer)
	return nil
}

// zoomOf is the level of the web map that a scale on paper is nearest to: its pixel is
// 0.28 mm (OGC 17-083r4, 6.1), and paper shows twice as fine.
func zoomOf(scale int, latitude float64) float64 {
	return math.Log2(metresPerPixel(latitude, 0)/(float64(scale)*0.00028)) + 1
}
