package maps

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/pdf"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui/theme"
)

// print is the view on paper, to scale.
func (s *Service) print(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	list, err := s.Layers.Layers(ctx)
	if err != nil {
		return err
	}
	v := printedView(q)
	if !v.Placed {
		v = v.around(seen(list), 720, 900)
	}
	paper := sheet.Paper(q.Get("paper"))
	if paper == "" {
		paper = sheet.A4
	}
	scale, err := strconv.Atoi(q.Get("scale"))
	if q.Get("scale") != "" && (err != nil || !slices.Contains(sheet.Scales(), scale)) || !paper.Known() {
		return errs.Invalid("maps.print.bad")
	}
	m, err := s.printed(ctx, v, paper, scale)
	if err != nil {
		return err
	}
	block, err := s.block(ctx, v, paper)
	if err != nil {
		return err
	}
	file, err := m.PDF(block)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `inline; filename="`+i18n.From(ctx).T("maps.print.file")+`.pdf"`)
	return send(w, r, "application/pdf", file)
}

// printed is the map on the paper. Without a scale the largest is taken at which all
// that was seen has room.
func (s *Service) printed(ctx context.Context, v View, paper sheet.Paper, scale int) (sheet.Map, error) {
	d := s.drawing(ctx, v)
	if scale == 0 {
		scale = sheet.FitScale(v.box(d.home, 640, 640), paper)
	}
	d.zoom, d.perMetre, d.paper = zoomOf(scale, v.Middle[1]), dotsPerMillimetre*1000/float64(scale), true
	m, err := d.sheet(ctx, paper.Ground(crs.Between(degrees(), d.home)(v.Middle), scale))
	m.Scale = scale
	return m, err
}

// block is what stands around the map on paper.
func (s *Service) block(ctx context.Context, v View, paper sheet.Paper) (sheet.Block, error) {
	words, t := i18n.From(ctx), tenant.From(ctx)
	b := sheet.Block{
		Paper: paper, Words: words, Title: words.T("maps.print.title"), Municipality: words.T("web.municipality", "name", t.Name.In(words.Lang())),
		Notes: []string{words.T("maps.print.note")}, Alt: words.T("maps.print.alt"), Subject: words.T("maps.print.alt"),
		Created: s.DB.Clock().Now(), Look: pdf.Look{Color: bytesOf(t.Color)},
	}
	if !v.Date.IsZero() {
		b.Facts = append(b.Facts, sheet.Fact{Label: words.T("maps.print.plans"), Value: words.Date(v.Date)})
	}
	if !v.Asked {
		return b, nil
	}
	a, err := s.Here(ctx, v.At)
	b.Subtitle = a.Title
	if a.Kicker != "" {
		b.Facts = append(b.Facts, sheet.Fact{Label: words.T("maps.print.property"), Value: a.Property.Ref.String()})
	}
	b.Alt = words.T("maps.print.alt_place", "place", a.Title)
	return b, err
}

// bytesOf is a colour as letters and sheets have it.
func bytesOf(color string) [3]uint8 {
	c, err := theme.Parse(color)
	if err != nil {
		return [3]uint8{}
	}
	return [3]uint8{uint8(c.R), uint8(c.G), uint8(c.B)}
}
