package maps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
	"github.com/torg-no/torg/internal/platform/ui"
	"github.com/torg-no/torg/internal/platform/web"
	"github.com/torg-no/torg/internal/property"
)

// Routes registers the map page and what it asks for.
func (s *Service) Routes(r *web.Routes) {
	r.Page("GET /map", access.Public, s.show)
	r.Page("GET /map/here", access.Public, s.here)
	r.Page("GET /map/style.json", access.Public, s.style)
	r.Share("/map/style.json", "Content-Language")
	r.Page("GET /map/picture.svg", access.Public, s.picture)
	r.Page("GET /map/print.pdf", access.Public, s.print)
	r.Nav(ui.Resident, "maps.nav", "/map", access.Public)
}

// asked reads the view that a request is about. What a person without scripts did on
// the page comes in words of its own, and is put into the view.
func (s *Service) asked(r *http.Request, list []layers.Layer) (View, error) {
	q := r.URL.Query()
	v := viewOf(q)
	if q.Get("layers") == "1" {
		v.On, v.Off = chosen(list, q["show"])
	}
	if p := pictureOf(q.Get("w"), q.Get("h")); q.Has("at.x") && p.Width > 0 {
		if err := s.pressed(r, &v, p, q.Get("at.x"), q.Get("at.y")); err != nil {
			return v, err
		}
	}
	ref, ok := property.ParseRef(q.Get("property"))
	if !ok {
		return v, nil
	}
	err := s.DB.Read(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		p, err := s.Property.ByRef(ctx, tx, ref)
		if err == nil && len(p.Ground) > 0 {
			v.At, v.Asked = inside(p.Ground), true
		}
		return err
	})
	return v, err
}

// chosen are the layers that differ from how the map is at first, when these are shown.
func chosen(list []layers.Layer, shown []string) (on, off []string) {
	for _, l := range list {
		first := l.Kind == layers.Tiles || lookOf(l.Name, l.Geometry, Tone{}).On
		switch is := slices.Contains(shown, l.Name); {
		case is && !first:
			on = append(on, l.Name)
		case !is && first:
			off = append(off, l.Name)
		}
	}
	if !slices.Contains(shown, casesName) {
		off = append(off, casesName)
	}
	return on, off
}

// pictureOf reads the size of a picture, zero when it is none of ours.
func pictureOf(width, height string) sheet.Picture {
	for _, size := range pictures() {
		if width == strconv.Itoa(size[0]) && height == strconv.Itoa(size[1]) {
			return sheet.Picture{Width: size[0], Height: size[1]}
		}
	}
	return sheet.Picture{}
}

// pictures are the sizes in pixels of the picture for phones and for desks.
func pictures() [][2]int { return [][2]int{{288, 340}, {720, 480}} }

// pressed puts the place that somebody pressed in the picture into the view.
func (s *Service) pressed(r *http.Request, v *View, p sheet.Picture, x, y string) error {
	px, errX := strconv.Atoi(x)
	py, errY := strconv.Atoi(y)
	if errX != nil || errY != nil || px < 0 || py < 0 || px > p.Width || py > p.Height || !v.Placed {
		return errs.Invalid("maps.here.bad_place")
	}
	p.Title, p.About = "-", "-" // it is measured, not drawn
	home := s.Layers.Home(r.Context())
	at, err := sheet.Map{System: home, Box: v.box(home, p.Width, p.Height)}.Point(p, float64(px), float64(py))
	v.At, v.Asked = at, err == nil
	return err
}

// show is the page.
func (s *Service) show(w http.ResponseWriter, r *http.Request) error {
	ctx, words := r.Context(), i18n.From(r.Context())
	list, err := s.Layers.Layers(ctx)
	if err != nil {
		return err
	}
	v, err := s.asked(r, list)
	if err != nil {
		return err
	}
	outside, color := backgroundOf(ctx), tenant.From(ctx).Color
	p := page{View: v, Words: words, Query: r.URL.Query().Get("q"), Rows: rows(words, list, v, color, outside), Box: seen(list)}
	if v.Asked {
		a, err := s.Here(ctx, v.At)
		if err != nil {
			return err
		}
		p.Answer = &a
	}
	if p.Query != "" {
		if p.Hits, err = s.find(ctx, p.Query); err != nil {
			return err
		}
	}
	p.place(s.Layers.Home(ctx))
	if outside != nil {
		web.AllowPictures(w, r, outside.Host)
	}
	if p.Config, err = config(words, p.Box, area(list), outside, s.Cases != nil); err != nil {
		return err
	}
	props := web.Props(w, r, ui.Resident, words.T("maps.title"))
	props.Bleed, props.Styles, props.Scripts = true, []string{"map.css"}, []string{"map.js"}
	p.Municipality = props.Tenant.Name
	return web.Render(w, r, http.StatusOK, mapPage(props, p))
}

// find searches as the page's field does.
func (s *Service) find(ctx context.Context, text string) (hits []property.Hit, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		hits, err = s.Property.Search(ctx, tx, text, 20)
		return err
	})
	return hits, err
}

// here is the answer as a piece of a page, for the page's script.
func (s *Service) here(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	at, ok := pointOf(q.Get("e")+","+q.Get("n"), 1e7, 1e8)
	if lonLat, is := pointOf(q.Get("lon")+","+q.Get("lat"), 180, 90); is {
		at, ok = crs.Between(degrees(), s.Layers.Home(r.Context()))(lonLat), true
	}
	if !ok || !crs.Finite(at) {
		return errs.Invalid("maps.here.bad_place")
	}
	a, err := s.Here(r.Context(), at)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, answerPiece(a))
}

// style is the living map's style. It differs from one who is logged in to another, as
// the layers that they may see do, and so is kept by browsers only.
func (s *Service) style(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	list, err := s.Layers.Layers(ctx)
	if err != nil {
		return err
	}
	t := tenant.From(ctx)
	asked := Request{Name: t.Name.In(i18n.LangOf(ctx)), Scheme: SchemeOf(r.URL.Query().Get("scheme")), Color: t.Color, Layers: list, Background: backgroundOf(ctx)}
	var style Style
	if r.URL.Query().Get("form") == "simple" {
		style = Simple(asked, origin(r))
		web.ShareAnswer(w, r)
	} else {
		style = Compose(asked)
	}
	body, err := json.Marshal(style)
	if err != nil {
		return fmt.Errorf("maps: style: %w", err)
	}
	return send(w, r, "application/json; charset=utf-8", body)
}

// origin is the address of the municipality's pages as the reader wrote it.
func origin(r *http.Request) string {
	if web.IsSecure(r.Context()) {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func send(w http.ResponseWriter, r *http.Request, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:gosec // made here, and escaped where it is marked up; and if the visitor has gone there is nobody to tell
	}
	return nil
}

// picture is the map for pages without scripts.
func (s *Service) picture(w http.ResponseWriter, r *http.Request) error {
	p := pictureOf(r.URL.Query().Get("w"), r.URL.Query().Get("h"))
	v := viewOf(r.URL.Query())
	if p.Width == 0 || !v.Placed {
		return errs.NotFound("errs.not_found")
	}
	words := i18n.From(r.Context())
	p.Title, p.About, p.Metre = words.T("maps.title"), words.T("maps.plain.about"), "m"
	d := s.drawing(r.Context(), v)
	d.zoom, d.perMetre = v.Zoom, 1/metresPerPixel(v.Middle[1], v.Zoom)
	m, err := d.sheet(r.Context(), v.box(d.home, p.Width, p.Height))
	if err != nil {
		return err
	}
	svg, err := m.SVG(p)
	if err != nil {
		return err
	}
	// A picture of its own has no letters but those of the device.
	svg = bytes.Replace(svg, []byte("<svg "), []byte(`<svg font-family="system-ui, sans-serif" `), 1)
	return send(w, r, "image/svg+xml", svg)
}

// inside is a place in an area: the middle of its largest piece's widest line.
func inside(ground orb.MultiPolygon) orb.Point {
	best, area := ground[0], -1.0
	for _, p := range ground {
		if b := p.Bound(); (b.Max[0]-b.Min[0])*(b.Max[1]-b.Min[1]) > area {
			best, area = p, (b.Max[0]-b.Min[0])*(b.Max[1]-b.Min[1])
		}
	}
	return widest(best)
}

// widest is the middle of the longest stretch that a line from west to east through the
// area's middle has inside it.
func widest(p orb.Polygon) orb.Point {
	y := p.Bound().Center()[1] + 1e-4
	var cuts []float64
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > y) != (b[1] > y) {
				cuts = append(cuts, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
	}
	slices.Sort(cuts)
	at, wide := p.Bound().Center(), 0.0
	for i := 1; i < len(cuts); i += 2 {
		if d := cuts[i] - cuts[i-1]; d > wide {
			at, wide = orb.Point{cuts[i-1] + d/2, y}, d
		}
	}
	return orb.Point{math.Round(at[0]*100) / 100, math.Round(at[1]*100) / 100}
}
