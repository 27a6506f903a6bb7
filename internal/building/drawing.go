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

// The size of pictures in pixels. A page shows them a quarter larger, and a small screen
// smaller: letters are 9 pixels high at the least.
const (
	pictureWidth  = 580
	pictureHeight = 428
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
	small   string // for narrow screens; "" when svg is made for the screen
	says    string // how far the building is from the sides
	seen    seen
	where   string // which ground it shows, and where the building is on it
	middle  string // of the building, for the script; "" when there is none
	cut     bool   // there is more than it shows
	means   []string
	sources []string
}

// sheetOf is the drawing of a building on its property. Layers that are not for the
// actor, such as pipes, are not in it.
// More tells that there is more in the box than is drawn.
func (s *Service) sheetOf(ctx context.Context, tx *store.Tx, p Placed, box orb.Bound, plan bool) (m sheet.Map, more bool, err error) {
	m = sheet.Map{System: s.Layers.Home(ctx), Box: box}
	known, err := s.Layers.LayersIn(ctx, tx)
	if err != nil {
		return m, false, fmt.Errorf("building: layers to draw: %w", err)
	}
	for _, name := range drawn(plan) {
		at := slices.IndexFunc(known, func(l layers.Layer) bool { return l.Name == name })
		if at < 0 || p.input.Discreet && !known[at].Public {
			continue // what staff draw at the counter, the applicant keeps
		}
		l, cut, err := s.layerOf(ctx, tx, known[at], box)
		if err != nil {
			return m, false, err
		}
		m.Layers, more = append(m.Layers, l), more || cut
	}
	m.Layers = append(m.Layers, p.over(i18n.From(ctx))...)
	return m, more, nil
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

func (s *Service) layerOf(ctx context.Context, tx *store.Tx, l layers.Layer, box orb.Bound) (out sheet.Layer, more bool, err error) {
	out = sheet.Layer{
		Name: l.Name, Title: l.Title.In(i18n.LangOf(ctx)), Style: sheet.Standard(l.Name, nil), Attribution: l.Attribution, Licence: l.Licence, LicenceURL: l.LicenceURL,
	}
	found, more, err := s.Layers.NearestIn(ctx, tx, l.Name, box.ToPolygon(), 0, s.Layers.Home(ctx))
	if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindLogin) {
		return out, false, nil
	}
	if err != nil {
		return out, false, fmt.Errorf("building: draw %s: %w", l.Name, err)
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
		thing := sheet.Drawn{Geometry: f.Geometry, Style: &style, Means: meaningOf(words, l.Name, f)}
		if label != "" {
			thing.Label = f.Text(label)
		}
		out.Features = append(out.Features, thing)
	}
	if key := map[string]string{"properties": "boundary", check.LayerBuildings: "building"}[l.Name]; key != "" && len(found) > 0 {
		out.Legend = append(out.Legend, sheet.Entry{Style: styleOf(l.Name, found[0]), Text: words.T("building.legend." + key)})
	}
	return out, more, nil
}

// meaningOf is what a zone of a plan is for, or of what a consideration zone warns.
func meaningOf(words *i18n.Localizer, layer string, f layers.Feature) string {
	switch layer {
	case check.LayerZones:
		text := cmp.Or(f.Text("purpose_"+words.Lang().Tag()), f.Text("purpose_nb"))
		return property.PurposeName(words, property.Zone{Purpose: f.Text("purpose"), PurposeText: text})
	case check.LayerCautions, check.LayerHazards:
		return property.CautionName(words, property.Caution{Code: f.Text("code"), Kind: f.Text("kind")})
	}
	return ""
}

// meanings tell what stands and is hatched on a drawing, each once: the names that plans
// give to their zones say nothing to who has not read them.
func meanings(words *i18n.Localizer, m sheet.Map) []string {
	var list []string
	for _, l := range m.Layers {
		for _, thing := range l.Features {
			if thing.Means == "" {
				continue
			}
			text := words.T("building.site.means_hatched", "means", thing.Means)
			if l.Name == check.LayerZones {
				text = strings.TrimPrefix(words.T("building.site.means_zone", "zone", thing.Label, "means", thing.Means), ": ")
			}
			if !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	return list
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
	letters := sheet.Layer{Name: "letters", Style: sheet.Style{Name: sheet.OwnGround().Name, Label: sheet.Lettering{Size: 3.6, Color: "#7d2f12", Halo: "#ffffff", Bold: true, Always: true}}}
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
func (s *Service) draw(ctx context.Context, tx *store.Tx, p Placed, l look) (picture, error) {
	seen := l.at(p)
	m, more, err := s.sheetOf(ctx, tx, p, seen.box, true)
	if err != nil {
		return picture{}, err
	}
	words := i18n.From(ctx)
	svg, err := p.svg(words, m, "site", l.canvas)
	small := ""
	if err == nil && l.both {
		small, err = p.svg(words, m, "site-small", l.canvas.half())
	}
	if err != nil {
		return picture{}, fmt.Errorf("building: draw: %w", err)
	}
	out := picture{svg: svg, small: small, says: p.distances(words), seen: seen, where: seen.inWords(words, p), cut: more, means: meanings(words, m), sources: sourcesOf(m)}
	if len(p.Footprint) > 0 {
		middle := p.Footprint.Bound().Center()
		out.middle = fmt.Sprintf("[%.3f,%.3f]", middle[0], middle[1])
		if !seen.shows(p) {
			out.says += " " + seen.building(words, p)
		}
	}
	return out, nil
}

func (p Placed) svg(words *i18n.Localizer, m sheet.Map, id string, c canvas) (string, error) {
	title := words.T("building.site.picture", "property", p.plot.property.Ref.String())
	svg, err := m.SVG(sheet.Picture{Width: c.width, Height: c.height, ID: id, Title: title, About: p.about(words)})
	return string(svg), err
}

// about tells what a drawing shows, for those who do not see it.
func (p Placed) about(words *i18n.Localizer) string {
	number := p.plot.property.Ref.String()
	if len(p.Footprint) == 0 {
		return words.T("building.site.picture_ground", "property", number)
	}
	return words.T("building.site.picture_about", "property", number, "distances", p.distances(words))
}

// air is the ground around a property that is seen with it, in metres, and large how wide
// a property is of which only what lies around the building is seen at first.
const (
	air   = 12.0
	large = 160.0
)

// box is what is to be seen: the property with some of what lies around, or, of a
// large property, what lies around the building.
func (p Placed) box() orb.Bound {
	whole := p.whole()
	if wide := max(whole.Max[0]-whole.Min[0], whole.Max[1]-whole.Min[1]) - 2*air; wide <= large || len(p.Footprint) == 0 {
		return whole
	}
	works := p.Footprint.Bound().Center()
	return sheet.Around(orb.Bound{Min: works, Max: works}, large/2)
}

// whole is the property with the building, and some of what lies around.
func (p Placed) whole() orb.Bound {
	ground := p.plot.property.Ground.Bound()
	if len(p.Footprint) > 0 {
		ground = ground.Union(p.Footprint.Bound())
	}
	return sheet.Around(ground, air)
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
	m, more, err := s.sheetOf(ctx, tx, p, box, false)
	if err != nil {
		return nil, err
	}
	paper := sheet.A4
	const usual = 500 // 1:500, as situation plans are
	if sheet.FitScale(box, paper) > usual && sheet.FitScale(box, sheet.A3) < sheet.FitScale(box, paper) {
		paper = sheet.A3
	}
	m.Scale = max(usual, sheet.FitScale(box, paper))
	block := p.block(ctx, paper, tx)
	if more {
		block.Notes = append(block.Notes, i18n.T(ctx, "building.plan.cut"))
	}
	file, err := m.PDF(block)
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
		Alt:     p.about(words),
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
