package maps

import (
	"encoding/json"
	"slices"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// The sources that the page's script fills.
const (
	sourceChosen = "chosen"
	sourcePast   = "past-"
	// casesName is the name of the public building cases among the layers.
	casesName = "cases"
)

// timed are the layers whose features are shown as they were on another day.
func timed() []string { return []string{"plan_zones", "plans", "plan_cautions"} }

// empty is a source that holds nothing yet.
func empty() Source {
	return Source{Type: "geojson", Data: json.RawMessage(`{"type":"FeatureCollection","features":[]}`)}
}

// addPast makes room for the plans of another day, drawn as those of today are.
func (s *Style) addPast(r Request) {
	for _, l := range r.Layers {
		if !slices.Contains(timed(), l.Name) || l.Kind == layers.Tiles {
			continue
		}
		source := sourcePast + l.Name
		s.Sources[source] = empty()
		p := painter{layer: l, look: lookOf(l.Name, l.Geometry, accent(r.Color)), scheme: r.Scheme, source: source}
		p.look.On, p.look.From = true, 0
		p.look.Label.From = min(p.look.Label.From, 15)
		for _, layer := range append(p.ground(), p.written()...) {
			layer.ID, layer.SourceLayer, layer.Metadata = sourcePast+layer.ID, "", nil
			s.Layers = append(s.Layers, layer)
		}
	}
}

// addOverlays makes room for the property that was asked about, and for public cases.
func (s *Style) addOverlays(r Request) {
	own := accent(r.Color).In(r.Scheme)
	s.Sources[sourceChosen], s.Sources[casesName] = empty(), empty()
	rimmed := rim().In(r.Scheme)
	s.Layers = append(s.Layers,
		Paint{ID: "chosen", Type: "fill", Source: sourceChosen, Paint: map[string]any{"fill-color": own, "fill-opacity": 0.14}},
		Paint{ID: "chosen-rim", Type: "line", Source: sourceChosen, Layout: map[string]any{"line-join": "round"}, Paint: map[string]any{"line-color": rimmed, "line-width": 6.0}},
		Paint{ID: "chosen-edge", Type: "line", Source: sourceChosen, Layout: map[string]any{"line-join": "round"}, Paint: map[string]any{"line-color": own, "line-width": 3.0}},
		Paint{ID: casesName, Type: "circle", Source: casesName, MinZoom: 11, Paint: map[string]any{
			"circle-color": caseTone().In(r.Scheme), "circle-stroke-color": rimmed, "circle-stroke-width": 2.0,
			"circle-radius": []any{"interpolate", []any{"linear"}, []any{"zoom"}, 11.0, 3.5, 16.0, 7.0},
		}},
		Paint{ID: casesName + "-name", Type: "symbol", Source: casesName, MinZoom: 15.5, Layout: map[string]any{
			"text-field": []any{"get", "measureText"}, "text-font": []string{"Torg Semibold"}, "text-size": 11.5, "text-max-width": 9.0,
			"text-variable-anchor": []string{"top", "bottom", "left", "right"}, "text-radial-offset": 0.9, "text-justify": "auto",
		}, Paint: map[string]any{"text-color": caseTone().In(r.Scheme), "text-halo-color": rimmed, "text-halo-width": 1.6}},
	)
}

// caseRule is how building cases are drawn, in the legend and where the page is a picture.
func caseRule() Rule { return Rule{Fill: caseTone(), Stroke: rim(), Width: 6} }

// caseTone is the colour of building cases.
func caseTone() Tone { return Tone{"#9a3412", "#ffab76"} }
