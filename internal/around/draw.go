package around

import (
	"context"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/shape"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
)

// picture is a map drawn for a page, with whose data it shows; empty when there is
// nothing to draw.
type picture struct {
	svg     string
	small   string // the same for a narrow screen
	sources []string
}

// The size of the pictures in pixels, and the least ground that one shows, in metres. A
// narrow screen has one of its own, so that the numbers can be read on it.
const (
	pictureWidth   = 720
	pictureHeight  = 420
	leastGroundBox = 300
)

// mapOf draws where the chosen cases are: those of the page with their number in the
// list, the others as dots.
func (s *Service) mapOf(ctx context.Context, p Page) (picture, error) {
	home := s.Layers.Home(ctx)
	var box orb.Bound
	var dots, numbered []sheet.Drawn
	listed := map[string]int{}
	for i, c := range p.Cases {
		listed[c.ID] = i + 1
	}
	for i, c := range p.Placed {
		at := c.in(home)
		if i == 0 {
			box = at.Bound()
		}
		box = box.Extend(at)
		style := markOf(c.Status)
		if n := listed[c.ID]; n > 0 {
			numbered = append(numbered, sheet.Drawn{Geometry: at, Style: &style, Label: strconv.Itoa(n)})
		} else {
			small := dotOf(c.Status)
			dots = append(dots, sheet.Drawn{Geometry: at, Style: &small})
		}
	}
	if len(p.Placed) == 0 {
		return picture{}, nil
	}
	words := i18n.From(ctx)
	return s.draw(ctx, widened(box), []sheet.Layer{{Name: "cases", Features: dots}, {Name: "listed", Features: numbered}},
		words.T("around.map.title"), words.T("around.map.about", "count", len(p.Placed)))
}

// mapAround draws where one case is.
func (s *Service) mapAround(ctx context.Context, c PublicCase) (picture, error) {
	if !c.Placed {
		return picture{}, nil
	}
	at := c.in(s.Layers.Home(ctx))
	style, words := markOf(c.Status), i18n.From(ctx)
	return s.draw(ctx, widened(at.Bound()), []sheet.Layer{{Name: "case", Features: []sheet.Drawn{{Geometry: at, Style: &style}}}},
		words.T("around.map.one_title"), words.T("around.map.one_about", "where", c.Where()))
}

// mapOfGround draws an area with the cases in it.
func (s *Service) mapOfGround(ctx context.Context, g Ground, cases []PublicCase) (picture, error) {
	home := s.Layers.Home(ctx)
	if g.problem(home) != "" {
		return picture{}, nil
	}
	area, words := g.in(home), i18n.From(ctx)
	var dots []sheet.Drawn
	for _, c := range cases {
		small := dotOf(c.Status)
		dots = append(dots, sheet.Drawn{Geometry: c.in(home), Style: &small})
	}
	outline := areaStyle()
	drawn := []sheet.Layer{{Name: "area", Features: []sheet.Drawn{{Geometry: shape.Outline(area), Style: &outline}}}, {Name: "cases", Features: dots}}
	return s.draw(ctx, sheet.Around(area.Bound(), 0.08*(area.Bound().Right()-area.Bound().Left())), drawn, words.T("around.map.area_title"),
		words.T("around.map.area_about", "area", Area{Ground: g}.title(words)))
}

// widened is a box with room around it, and never so small that one does not know
// where one is.
func widened(b orb.Bound) orb.Bound {
	wide := max(b.Right()-b.Left(), b.Top()-b.Bottom())
	return b.Pad(max(0.08*wide, (leastGroundBox-wide)/2, 40))
}

// draw makes a picture of the ground with something on it.
func (s *Service) draw(ctx context.Context, box orb.Bound, on []sheet.Layer, title, about string) (p picture, err error) {
	home := s.Layers.Home(ctx)
	m := sheet.Map{System: home, Box: framed(box)}
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		m.Layers, p.sources, err = s.ground(ctx, tx, home, m.Box)
		return err
	})
	if err != nil {
		return p, err
	}
	m.Layers = append(m.Layers, on...)
	svg, err := m.SVG(sheet.Picture{Width: pictureWidth, Height: pictureHeight, Title: title, About: about, ID: "around"})
	if err != nil {
		return p, fmt.Errorf("around: draw: %w", err)
	}
	small, err := m.SVG(sheet.Picture{Width: pictureWidth / 2, Height: pictureHeight / 2, Title: title, About: about, ID: "around-small"})
	if err != nil {
		return p, fmt.Errorf("around: draw for a narrow screen: %w", err)
	}
	p.svg, p.small = string(svg), string(small)
	return p, nil
}

// framed gives a box the shape of the picture, so that the ground is drawn out to its
// edges.
func framed(b orb.Bound) orb.Bound {
	w, h := b.Right()-b.Left(), b.Top()-b.Bottom()
	const aspect = float64(pictureWidth) / pictureHeight
	if w < h*aspect {
		d := (h*aspect - w) / 2
		return orb.Bound{Min: orb.Point{b.Min[0] - d, b.Min[1]}, Max: orb.Point{b.Max[0] + d, b.Max[1]}}
	}
	d := (w/aspect - h) / 2
	return orb.Bound{Min: orb.Point{b.Min[0], b.Min[1] - d}, Max: orb.Point{b.Max[0], b.Max[1] + d}}
}

// below is a layer of the ground and how wide the picture may be for it to be drawn, in
// metres.
type below struct {
	name string
	most float64
}

// grounds are the layers under the cases, the lowest first. What nobody could tell
// apart is left out.
func grounds() []below {
	return []below{{"land", 1e6}, {"sea", 1e6}, {"roads", 12_000}, {"properties", 1200}, {"buildings", 3500}}
}

// mostDrawn bounds the features of one layer of a picture.
const mostDrawn = 5000

// ground reads what lies under the cases. A layer that the municipality does not have,
// or that is not for everybody, is left out.
func (s *Service) ground(ctx context.Context, tx *store.Tx, home crs.System, box orb.Bound) (list []sheet.Layer, sources []string, err error) {
	wide := box.Right() - box.Left()
	for _, b := range grounds() {
		has, err := s.Layers.Has(ctx, tx, b.name)
		if err != nil {
			return nil, nil, err
		}
		if !has || wide > b.most {
			continue
		}
		page, err := s.Layers.FindIn(ctx, tx, layers.Query{Layer: b.name, System: home, Box: &box, Limit: mostDrawn})
		if errs.Is(err, errs.KindNotFound) || errs.Is(err, errs.KindForbidden) || errs.Is(err, errs.KindLogin) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, quiet(b.name, page.Features, wide))
		sources = appendSource(sources, page.Layer)
	}
	return list, sources, nil
}

// quiet is a layer of the ground, without labels and without what is smaller than half a
// pixel.
func quiet(name string, features []layers.Feature, wide float64) sheet.Layer {
	l := sheet.Layer{Name: name}
	for _, f := range features {
		g := shape.Simplify(f.Geometry, wide/(2*pictureWidth))
		if g == nil {
			continue
		}
		style := sheet.Standard(name, f.Properties)
		style.Label = sheet.Lettering{}
		l.Features = append(l.Features, sheet.Drawn{Geometry: g, Style: &style})
	}
	return l
}

// appendSource adds whose data a layer is, each once.
func appendSource(sources []string, l layers.Layer) []string {
	text := l.Attribution
	if text == "" {
		return sources
	}
	if l.Licence != "" {
		text += " (" + l.Licence + ")"
	}
	for _, had := range sources {
		if had == text {
			return sources
		}
	}
	return append(sources, text)
}

// areaStyle is the outline of an area, in a blue that stands out from light ground and
// dark.
func areaStyle() sheet.Style {
	return sheet.Style{Name: "around-area", Stroke: "#2f7fd6", Width: 0.7, Dash: [6]float64{2.4, 1.2}}
}

// markOf is how a case of the list is drawn. The shape tells the status as well as the
// colour does (WCAG 2.2, 1.4.1).
func markOf(status Status) sheet.Style {
	s := dotOf(status)
	s.Name += "-listed"
	s.Mark.Size = 3.4
	s.Label = sheet.Lettering{Size: 3.2, Color: "#1b1b1b", Halo: "#ffffff", Bold: true}
	return s
}

func dotOf(status Status) sheet.Style {
	mark := map[Status]sheet.Mark{
		Received: {Shape: sheet.Dot, Size: 2.2, Fill: "#1d4f91", Stroke: "#ffffff"},
		Granted:  {Shape: sheet.Square, Size: 2.2, Fill: "#1f6b3a", Stroke: "#ffffff"},
		Refused:  {Shape: sheet.Triangle, Size: 2.4, Fill: "#a3261c", Stroke: "#ffffff"},
	}[status]
	return sheet.Style{Name: "around-case-" + string(status), Mark: mark}
}
