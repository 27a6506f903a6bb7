package building

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/building/check"
	"github.com/torg-no/torg/internal/building/site"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui/theme"
	"github.com/torg-no/torg/internal/property"
)

// The size of pictures in pixels; a small screen shows them smaller.
const (
	pictureWidth  = 760
	pictureHeight = 560
)

// measured is how far a boundary may be from the works and still have a line of
// measure drawn to it, in metres, and how many have one.
const (
	measured     = 60.0
	mostMeasures = 4
)

// picture is a drawing in a page, with whose data it shows.
type picture struct {
	svg     string
	says    string // how far the building is from the sides
	box     orb.Bound
	sources []string
}

// sheetOf is the drawing of a building on its property. Layers that are not for the
// actor, such as pipes, are not in it.
func (s *Service) sheetOf(ctx context.Context, tx *store.Tx, p Placed, box orb.Bound, plan bool) (sheet.Map, error) {
	m := sheet.Map{System: s.Layers.Home(ctx), Box: box}
	known, err := s.Layers.LayersIn(ctx, tx)
	if err != nil {
		return m, fmt.Errorf("building: layers to draw: %w", err)
	}
	for _, name := range drawn(plan) {
		at := slices.IndexFunc(known, func(l layers.Layer) bool { return l.Name == name })
		if at < 0 || p.input.Discreet && !known[at].Public {
			continue // what staff draw at the counter, the applicant keeps
		}
		l, err := s.layerOf(ctx, tx, known[at], box)
		if err != nil {
			return m, err
		}
		m.Layers = append(m.Layers, l)
	}
	m.Layers = append(m.Layers, p.over(i18n.From(ctx))...)
	return m, nil
}

// drawn are the layers below the building, the lowest first.
func drawn(plan bool) []string {
	ground := []string{check.LayerSea, "roads", "properties", check.LayerBuildings, check.LayerPipes, "addresses"}
	if plan {
		ground = append([]string{check.LayerZones}, ground...)
		ground = append(ground, check.LayerCautions, check.LayerHazards)
	}
	return ground
}

func (s *Service) layerOf(ctx context.Context, tx *store.Tx, l layers.Layer, box orb.Bound) (sheet.Layer, error) {
	out := sheet.Layer{
		Name: l.Name, Title: l.Title.In(i18n.LangOf(ctx)), Style: sheet.Standard(l.Name, nil), Attribution: l.Attribution, Licence: l.Licence, LicenceURL: l.LicenceURL,
	}
	found, err := s.Layers.NearIn(ctx, tx, l.Name, box.ToPolygon(), 0, s.Layers.Home(ctx))
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindLogin) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("building: draw %s: %w", l.Name, err)
	}
	label := map[string]string{"properties": "number", "addresses": "number", "roads": "name", check.LayerZones: "field"}[l.Name]
	words := i18n.From(ctx)
	for _, f := range found {
		if l.Name == check.LayerZones && f.Flag("master") && len(found) > 1 {
			continue // the zoning plan goes before it
		}
		if f.Flag("proposal") {
			continue // nobody is bound by what is not adopted
		}
		style := styleOf(l.Name, f)
		thing := sheet.Drawn{Geometry: f.Geometry, Style: &style}
		if label != "" {
			thing.Label = f.Text(label)
		}
		out.Features = append(out.Features, thing)
		if l.Name == check.LayerZones && !slices.ContainsFunc(out.Legend, func(e sheet.Entry) bool { return e.Style == style }) {
			out.Legend = append(out.Legend, sheet.Entry{Style: style, Text: cmp.Or(f.Text("purpose_"+words.Lang().Tag()), f.Text("purpose_nb"))})
		}
	}
	if key := map[string]string{"properties": "boundary", check.LayerBuildings: "building", check.LayerCautions: "caution"}[l.Name]; key != "" && len(found) > 0 {
		out.Legend = append(out.Legend, sheet.Entry{Style: styleOf(l.Name, found[0]), Text: words.T("building.legend." + key)})
	}
	return out, nil
}

func styleOf(layer string, f layers.Feature) sheet.Style {
	switch layer {
	case check.LayerZones:
		return sheet.Purpose(f.Text("purpose"))
	case check.LayerCautions, check.LayerHazards:
		return sheet.Caution(f.Text("code"))
	}
	return sheet.Standard(layer, f.Properties)
}

// over is what is drawn over the map: the property, the building, the measures and
// the letters of the sides.
func (p Placed) over(words *i18n.Localizer) []sheet.Layer {
	list := []sheet.Layer{{Name: "own", Style: sheet.OwnGround(), Features: []sheet.Drawn{{Geometry: shape.Outline(p.plot.property.Ground)}}}}
	if len(p.Footprint) > 0 {
		proposed := sheet.Proposed()
		list = append(list, sheet.Layer{
			Name: "proposed", Style: proposed, Features: []sheet.Drawn{{Geometry: p.Footprint}},
			Legend: []sheet.Entry{{Style: proposed, Text: words.T("building.legend.proposed")}},
		})
		measures := sheet.Layer{Name: "distances", Style: sheet.DimensionLine()}
		for _, m := range p.measures() {
			measures.Features = append(measures.Features, sheet.Dimension(m.line[0], m.line[1], sheet.Metres(words, m.metres)))
		}
		list = append(list, measures)
	}
	letters := sheet.Layer{Name: "letters", Style: sheet.Style{Label: sheet.Lettering{Size: 3.6, Color: "#7d2f12", Halo: "#ffffff", Bold: true, Always: true}}}
	for _, side := range p.plot.sides {
		letters.Features = append(letters.Features, sheet.Drawn{Geometry: side.Middle(), Label: side.Letter})
	}
	return append(list, letters)
}

// measure is a line of measure from the building to a side.
type measure struct {
	side   site.Side
	line   orb.LineString
	metres float64
}

// measures are the shortest ways to the nearest sides.
func (p Placed) measures() []measure {
	var list []measure
	for _, side := range p.plot.sides {
		line, ok := sheet.Shortest(p.Footprint, side.Line)
		if metres := shape.Distance(p.Footprint, side.Line); ok && metres <= measured && len(line) == 2 {
			list = append(list, measure{side, line, metres})
		}
	}
	slices.SortStableFunc(list, func(a, b measure) int { return cmp.Compare(a.metres, b.metres) })
	return list[:min(len(list), mostMeasures)]
}

// distances tells the measures in words.
func (p Placed) distances(words *i18n.Localizer) string {
	if len(p.Footprint) == 0 {
		return ""
	}
	var list []string
	for _, m := range p.measures() {
		list = append(list, words.T("building.site.distance_to", "metres", metres(words, m.metres), "to", behind(words, m.side.Behind)))
	}
	return strings.Join(list, " ")
}

func behind(words *i18n.Localizer, name string) string {
	return cmp.Or(name, words.T("building.plan.unknown"))
}

// draw makes the picture of a building on its property.
func (s *Service) draw(ctx context.Context, tx *store.Tx, p Placed) (picture, error) {
	box := framed(p.box())
	m, err := s.sheetOf(ctx, tx, p, box, true)
	if err != nil {
		return picture{}, err
	}
	words, number := i18n.From(ctx), p.plot.property.Ref.String()
	svg, err := m.SVG(sheet.Picture{
		Width: pictureWidth, Height: pictureHeight, ID: "site", Title: words.T("building.site.picture", "property", number),
		About: words.T("building.site.picture_about", "property", number, "distances", p.distances(words)),
	})
	if err != nil {
		return picture{}, fmt.Errorf("building: draw: %w", err)
	}
	return picture{svg: string(svg), says: p.distances(words), box: box, sources: sourcesOf(m)}, nil
}

// box is what is to be seen: the property with some of what lies around, or, of a
// large property, what lies around the building.
func (p Placed) box() orb.Bound {
	const large, air = 160.0, 12.0
	ground := p.plot.property.Ground.Bound()
	if len(p.Footprint) == 0 {
		return sheet.Around(ground, air)
	}
	works := p.Footprint.Bound()
	all := ground.Union(works)
	if wide := max(all.Max[0]-all.Min[0], all.Max[1]-all.Min[1]); wide <= large {
		return sheet.Around(all, air)
	}
	return sheet.Around(orb.Bound{Min: works.Center(), Max: works.Center()}, large/2)
}

// framed gives a box the shape of the picture, so that the picture shows it and no
// more: the script reckons with that.
func framed(b orb.Bound) orb.Bound {
	const aspect = float64(pictureWidth) / pictureHeight
	w, h := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
	dx, dy := max(0, h*aspect-w)/2, max(0, w/aspect-h)/2
	return orb.Bound{Min: orb.Point{b.Min[0] - dx, b.Min[1] - dy}, Max: orb.Point{b.Max[0] + dx, b.Max[1] + dy}}
}

// sourcesOf are whose data a drawing shows, each once.
func sourcesOf(m sheet.Map) []string {
	var list []string
	for _, l := range m.Layers {
		text := l.Attribution
		if text != "" && l.Licence != "" {
			text += " (" + l.Licence + ")"
		}
		if text != "" && len(l.Features) > 0 && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// situationPlan draws the situation plan (situasjonsplan, byggesaksforskriften § 5-4)
// to scale, with the distances to the boundaries.
func (s *Service) situationPlan(ctx context.Context, tx *store.Tx, p Placed) ([]byte, error) {
	box := p.box()
	m, err := s.sheetOf(ctx, tx, p, box, false)
	if err != nil {
		return nil, err
	}
	paper := sheet.A4
	const usual = 500 // 1:500, as situation plans are
	if sheet.FitScale(box, paper) > usual && sheet.FitScale(box, sheet.A3) < sheet.FitScale(box, paper) {
		paper = sheet.A3
	}
	m.Scale = max(usual, sheet.FitScale(box, paper))
	file, err := m.PDF(p.block(ctx, paper, tx))
	if err != nil {
		return nil, fmt.Errorf("building: situation plan: %w", err)
	}
	return file, nil
}

// block is what stands beside the map on paper.
func (p Placed) block(ctx context.Context, paper sheet.Paper, tx *store.Tx) sheet.Block {
	words, t, prop := i18n.From(ctx), tenant.From(ctx), p.plot.property
	municipality := words.T("web.municipality", "name", t.Name.In(words.Lang()))
	b := sheet.Block{
		Paper: paper, Words: words, Title: words.T("building.plan.title"), Subtitle: titled(prop), Municipality: municipality,
		MadeBy: words.T("building.plan.made_by", "municipality", municipality), Notes: []string{words.T("building.plan.note")},
		Alt:     words.T("building.site.picture_about", "property", prop.Ref.String(), "distances", p.distances(words)),
		Subject: words.T("building.plan.title") + " " + prop.Ref.String(), Created: tx.Now.Time, Look: pdf.Look{Color: bytesOf(t.Color)},
	}
	fact := func(key, value string, args ...any) {
		if value != "" {
			b.Facts = append(b.Facts, sheet.Fact{Label: words.T("building.plan."+key, args...), Value: value})
		}
	}
	fact("property", titled(prop))
	fact("works", words.T("building.kind."+string(p.Request.Kind)))
	fact("size", squareMetres(words, shape.Area(p.Footprint)))
	fact("heights", words.T("building.plan.heights_value", "cornice", heightOr(words, p.Request.Cornice), "ridge", heightOr(words, p.Request.Ridge)))
	for _, m := range p.measures() {
		fact("distance", metres(words, m.metres), "to", behind(words, m.side.Behind))
	}
	if purpose, ok := p.Result.Answer(check.KeyPurpose); ok {
		fact("plan", planName(purpose.Source))
	}
	if use, ok := p.Result.Answer(check.KeyUtilisation); ok && use.Figures["after"] > 0 {
		fact("used", percent(words, use.Figures["after"]))
	}
	return b
}

// titled is a property by number and address.
func titled(p property.Property) string {
	if p.Address == "" {
		return p.Ref.String()
	}
	return p.Ref.String() + ", " + p.Address
}

// bytesOf is the municipality's colour as letters and sheets have it.
func bytesOf(color string) [3]uint8 {
	c, err := theme.Parse(color)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(c.R), uint8(c.G), uint8(c.B)}
}
