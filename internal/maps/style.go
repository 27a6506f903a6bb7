package maps

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// Style is a map style as MapLibre reads it (MapLibre Style Specification,
// version 8). It names no host: the page that asks for it knows where it is. It has
// no address of glyphs either: letters are drawn by the browser in the fonts that
// the page has loaded.
type Style struct {
	Version int               `json:"version"`
	Name    string            `json:"name"`
	Sources map[string]Source `json:"sources"`
	Layers  []Paint           `json:"layers"`
}

// Source is where tiles come from.
type Source struct {
	Type        string          `json:"type"`
	Tiles       []string        `json:"tiles,omitempty"`
	TileSize    int             `json:"tileSize,omitempty"`
	MinZoom     int             `json:"minzoom,omitempty"`
	MaxZoom     int             `json:"maxzoom,omitempty"`
	Bounds      [4]float64      `json:"bounds,omitzero"`
	Attribution string          `json:"attribution,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
}

// Paint is one layer of the style. A layer of the map becomes one or several.
type Paint struct {
	ID          string            `json:"id"`
	Type        string            `json:"type"`
	Source      string            `json:"source,omitempty"`
	SourceLayer string            `json:"source-layer,omitempty"`
	MinZoom     float64           `json:"minzoom,omitempty"`
	Filter      any               `json:"filter,omitempty"`
	Layout      map[string]any    `json:"layout,omitempty"`
	Paint       map[string]any    `json:"paint,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

// metaLayer is the metadata that tells which layer of the map a style layer draws.
const metaLayer = "torg:layer"

// deepest is the level of the web map below which tiles are enlarged: its units are
// some eight centimetres.
const deepest = 16

// tilesPath is where tiles of our own layers are served.
const tilesPath = "/geo/tiles/"

// sourceOn is the source of all layers that are drawn from the start, in one tile.
const sourceOn = "on"

// Request is what a style is made of.
type Request struct {
	Name   string
	Scheme Scheme
	Color  string // the municipality's, "#rrggbb"
	Layers []layers.Layer
	// Background is the outside base map, if the municipality has one.
	Background *Background
}

// Compose makes the style: all ground first, in the order of the layers, then all
// that is written, so that no area hides a name.
func Compose(r Request) Style {
	s := Style{Version: 8, Name: r.Name, Sources: map[string]Source{}}
	s.Layers = append(s.Layers, Paint{ID: "ground", Type: "background", Paint: map[string]any{"background-color": r.under().In(r.Scheme)}})
	if r.Background != nil {
		s.addBackground(*r.Background)
	}
	var written []Paint
	var together []layers.Layer
	for _, l := range stacked(r.Layers) {
		if l.Picture() != "" {
			s.addPictures(l, r.Scheme)
			continue
		}
		if l.Kind == layers.Tiles {
			written = append(written, s.addReady(l, r.Scheme)...)
			continue
		}
		look := lookOf(l.Name, l.Geometry, accent(r.Color))
		p := painter{layer: l, look: look, scheme: r.Scheme, source: "layer-" + l.Name}
		if look.On {
			p.source, together = sourceOn, append(together, l)
		} else {
			s.Sources[p.source] = featureSource(l)
		}
		s.Layers = append(s.Layers, p.ground()...)
		written = append(written, p.written()...)
	}
	s.uncover()
	s.raise("properties-edge", "buildings")
	if len(together) > 0 {
		s.Sources[sourceOn] = featureSource(together...)
	}
	s.addPast(r)
	s.Layers = append(s.Layers, written...)
	s.addOverlays(r)
	return s
}

// under is what is seen where no layer has anything: the sea where there is a layer of
// land to stand in it, and else land.
func (r Request) under() Tone {
	has := func(fits func(layers.Layer) bool) bool { return slices.ContainsFunc(r.Layers, fits) }
	if has(func(l layers.Layer) bool { return l.Name == "land" }) && !has(func(l layers.Layer) bool { return l.Kind == layers.Tiles }) {
		return sea()
	}
	return ground()
}

// featureSource asks for layers in one tile.
func featureSource(list ...layers.Layer) Source {
	names, lowest, deep := make([]string, 0, len(list)), deepest, 0
	box := degreesOf(list)
	for _, l := range list {
		names = append(names, l.Name)
		lowest, deep = min(lowest, l.MinZoom), max(deep, l.MaxZoom)
	}
	if deep == 0 || deep > deepest {
		deep = deepest
	}
	return Source{Type: "vector", Tiles: []string{tilesPath + strings.Join(names, ",") + "/{z}/{x}/{y}.mvt"}, MinZoom: min(lowest, deep), MaxZoom: deep, Bounds: box}
}

// addBackground adds the outside base map, off until somebody turns it on.
func (s *Style) addBackground(b Background) {
	s.Sources[backgroundName] = Source{Type: "raster", Tiles: []string{b.Tiles}, TileSize: 256, MinZoom: 0, MaxZoom: b.MaxZoom, Attribution: b.Attribution}
	s.Layers = append(s.Layers, Paint{
		ID: backgroundName, Type: "raster", Source: backgroundName, Layout: map[string]any{"visibility": "none"}, Metadata: map[string]string{metaLayer: backgroundName},
	})
}

// painter turns a layer and its look into layers of the style.
type painter struct {
	layer  layers.Layer
	look   Look
	scheme Scheme
	source string
}

func (p painter) ground() []Paint {
	switch p.look.Shape {
	case Area:
		return p.areas()
	case Line:
		return p.lines()
	default:
		return p.points()
	}
}

// new begins a layer of the style.
func (p painter) new(suffix, kind string, paint map[string]any) Paint {
	l := Paint{
		ID: p.layer.Name + suffix, Type: kind, Source: p.source, SourceLayer: p.layer.Name, MinZoom: p.look.From,
		Paint: paint, Metadata: map[string]string{metaLayer: p.layer.Name},
	}
	if !p.look.On {
		l.Layout = map[string]any{"visibility": "none"}
	}
	return l
}

func (p painter) areas() (list []Paint) {
	if fills := p.where(func(r Rule) bool { return r.Fill != (Tone{}) }); fills != nil {
		fill := p.new("", "fill", map[string]any{"fill-color": p.choose(func(r Rule) any { return p.color(r.Fill) }), "fill-opacity": p.cover(), "fill-antialias": true})
		list = append(list, fill.only(fills))
	}
	if hatched := p.where(func(r Rule) bool { return r.Hatch != (Tone{}) }); hatched != nil {
		hatch := p.new("-hatch", "fill", map[string]any{"fill-pattern": p.choose(func(r Rule) any { return "hatch-" + strings.TrimPrefix(p.color(r.Hatch), "#") })})
		list = append(list, hatch.only(hatched))
	}
	return append(list, p.strokes("-edge")...)
}

// only is a layer of the style for those features that a filter takes, which is true for
// all.
func (l Paint) only(filter any) Paint {
	if filter != true {
		l.Filter = filter
	}
	return l
}

// cover lets what lies under an area come through. Uses of land fade in, since tiles
// of small scales do not have them.
func (p painter) cover() any {
	if p.look.By == "use" {
		return []any{"interpolate", []any{"linear"}, []any{"zoom"}, p.look.From, 0.2, p.look.From + 1.5, p.look.Cover}
	}
	return p.look.Cover
}

// strokes draws lines, one layer of the style for each way of dashing. Boundaries of
// areas that cover the whole country side come in late and thin.
func (p painter) strokes(suffix string) (list []Paint) {
	for i, dash := range p.dashes() {
		paint := map[string]any{
			"line-color": p.choose(func(r Rule) any { return p.color(r.Stroke) }),
			"line-width": p.width(),
		}
		if len(dash) > 0 {
			paint["line-dasharray"] = dash
		}
		l := p.new(suffix+strings.Repeat("x", i), "line", paint)
		l.Filter = p.where(func(r Rule) bool { return r.Stroke != (Tone{}) && equalDash(r.Dash, dash) })
		if p.look.By == "use" {
			l.MinZoom = p.look.From + 2.5
		}
		l.Layout = with(l.Layout, "line-join", "round")
		list = append(list, l)
	}
	return list
}

func (p painter) width() any {
	at := func(factor float64) any {
		return p.choose(func(r Rule) any { return r.Width * factor })
	}
	return []any{"interpolate", []any{"linear"}, []any{"zoom"}, 10.0, at(0.6), 15.0, at(1), 19.0, at(1.7)}
}

// lines draws lines; roads have an edge under their surface and grow with the scale.
func (p painter) lines() []Paint {
	if !p.look.Growing {
		lines := p.strokes("")
		for i := range lines {
			lines[i].Layout = with(lines[i].Layout, "line-cap", "butt")
		}
		return lines
	}
	casing := p.new("-edge", "line", map[string]any{"line-color": p.choose(func(r Rule) any { return p.color(r.Stroke) }), "line-width": p.growing(1.7)})
	surface := p.new("", "line", map[string]any{"line-color": p.choose(func(r Rule) any { return p.color(r.Fill) }), "line-width": p.growing(0)})
	for _, l := range []*Paint{&casing, &surface} {
		l.Layout = with(with(l.Layout, "line-cap", "round"), "line-join", "round")
	}
	return []Paint{casing, surface}
}

// growing is the width of a road: as wide as can be seen at small scales, and its own
// width in metres at large ones. A pixel is some 0.6 m at level 16 in the latitudes of
// southern Norway, and half of it for each level more.
func (p painter) growing(more float64) any {
	own := []any{"coalesce", []any{"get", "width"}, 5.0}
	metres := func(pixelsPerMetre float64) any { return []any{"+", []any{"*", own, pixelsPerMetre}, more} }
	small := func(factor float64) any {
		return p.choose(func(r Rule) any { return r.Width*factor + more })
	}
	return []any{"interpolate", []any{"exponential", 1.7}, []any{"zoom"}, 9.0, small(0.35), 12.0, small(0.8), 14.0, small(1.8), 16.0, metres(1.5), 20.0, metres(24)}
}

func (p painter) points() []Paint {
	if p.where(func(r Rule) bool { return r.Fill != (Tone{}) }) == nil {
		return nil // only its name is written
	}
	width := func(factor float64) any { return p.choose(func(r Rule) any { return r.Width * factor }) }
	return []Paint{p.new("", "circle", map[string]any{
		"circle-color":        p.choose(func(r Rule) any { return p.color(r.Fill) }),
		"circle-radius":       []any{"interpolate", []any{"linear"}, []any{"zoom"}, 11.0, width(0.5), 15.0, width(1), 19.0, width(1.6)},
		"circle-stroke-color": p.choose(func(r Rule) any { return p.color(r.Stroke) }), "circle-stroke-width": 1.6,
	})}
}

// written is the layer's names.
func (p painter) written() []Paint {
	label := p.look.Label
	if label.Property == "" {
		return nil
	}
	font := "Inter"
	switch {
	case label.Italic:
		font = "Torg Italic"
	case label.Strong:
		font = "Torg Semibold"
	}
	l := p.new("-name", "symbol", map[string]any{"text-color": p.color(label.Ink), "text-halo-color": p.color(rim()), "text-halo-width": 1.5, "text-halo-blur": 0.4})
	l.MinZoom = label.From
	for name, value := range map[string]any{
		"text-field": []any{"to-string", []any{"get", label.Property}}, "text-font": []string{font}, "text-max-width": 8.0,
		"text-size": []any{"interpolate", []any{"linear"}, []any{"zoom"}, label.From, label.Size, 19.0, label.Size * 1.25},
	} {
		l.Layout = with(l.Layout, name, value)
	}
	switch {
	case label.Along:
		l.Layout = with(with(l.Layout, "symbol-placement", "line"), "symbol-spacing", 320.0)
	case p.look.Shape == Point && p.look.Rules[0].Fill != (Tone{}):
		l.Layout = with(with(l.Layout, "text-variable-anchor", []string{"top", "left", "right", "bottom"}), "text-radial-offset", 0.8)
		l.Layout = with(l.Layout, "text-justify", "auto")
	}
	return []Paint{l}
}

func with(m map[string]any, name string, value any) map[string]any {
	if m == nil {
		m = map[string]any{}
	}
	m[name] = value
	return m
}
