package maps

import (
	"html"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// addPictures draws a base map of ready-made pictures. A picture of 512 pixels covers
// the same ground as one of 256, and is only sharper. By night it is dimmed: nobody has
// drawn it for the dark.
func (s *Style) addPictures(l layers.Layer, scheme Scheme) {
	source := "ready-" + l.Name
	ending := strings.Replace(l.Picture(), "jpeg", "jpg", 1)
	s.Sources[source] = Source{
		Type: "raster", Tiles: []string{tilesPath + l.Name + "/{z}/{x}/{y}." + ending}, TileSize: 256,
		MinZoom: l.MinZoom, MaxZoom: max(l.MaxZoom, l.MinZoom), Bounds: degreesOf([]layers.Layer{l}), Attribution: html.EscapeString(l.Attribution),
	}
	paint := Paint{ID: source, Type: "raster", Source: source, Metadata: map[string]string{metaLayer: l.Name}}
	if scheme == Dark {
		paint.Paint = map[string]any{"raster-brightness-max": 0.7, "raster-saturation": -0.2}
	}
	s.Layers = append(s.Layers, paint)
}

// addReady draws a base map of ready-made vector tiles. Its own layers are those of
// Kartverket's N series (SOSI: Havflate, Innsjø, ElvBekk, Veglenke …); tiles of another
// make show what they have of the same names. What is written is returned, for the top.
func (s *Style) addReady(l layers.Layer, scheme Scheme) (written []Paint) {
	source := "ready-" + l.Name
	s.Sources[source] = Source{Type: "vector", Tiles: []string{tilesPath + l.Name + "/{z}/{x}/{y}.mvt"}, MinZoom: l.MinZoom, MaxZoom: max(l.MaxZoom, l.MinZoom), Bounds: degreesOf([]layers.Layer{l})}
	draw := func(part, kind string, layout, paint map[string]any) Paint {
		return Paint{
			ID: source + "-" + part, Type: kind, Source: source, SourceLayer: part, Layout: layout, Paint: paint, Metadata: map[string]string{metaLayer: l.Name},
		}
	}
	grows := func(low, high float64) any {
		return []any{"interpolate", []any{"exponential", 1.4}, []any{"zoom"}, 5.0, low, 14.0, high}
	}
	s.Layers = append(s.Layers,
		draw("Tettbebyggelse", "fill", nil, map[string]any{"fill-color": town().In(scheme)}),
		draw("Havflate", "fill", nil, map[string]any{"fill-color": sea().In(scheme)}),
		draw("Innsjo", "fill", nil, map[string]any{"fill-color": sea().In(scheme)}),
		draw("ElvBekk", "line", nil, map[string]any{"line-color": brook().In(scheme), "line-width": grows(0.5, 2)}),
		draw("Bane", "line", nil, map[string]any{"line-color": quiet().In(scheme), "line-width": grows(0.4, 1.6), "line-dasharray": []float64{4, 2}}),
		draw("Veglenke", "line", map[string]any{"line-cap": "round", "line-join": "round"}, map[string]any{
			"line-color": []any{"match", []any{"get", "vegkategori"}, []string{"E", "R"}, highEdge().In(scheme), edge().In(scheme)}, "line-width": grows(0.5, 3.5),
		}),
		draw("Kommune", "line", nil, map[string]any{"line-color": border().In(scheme), "line-width": grows(0.3, 1.2), "line-opacity": 0.5}),
	)
	return []Paint{draw("StedsnavnTekst", "symbol",
		map[string]any{"symbol-placement": "line-center", "text-field": []any{"get", "fulltekst"}, "text-font": []string{"Inter"}, "text-size": grows(10, 14)},
		map[string]any{"text-color": quiet().In(scheme), "text-halo-color": rim().In(scheme), "text-halo-width": 1.4})}
}
