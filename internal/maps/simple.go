package maps

import (
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// Simple makes the map's style for programs that understand less of styles than MapLibre:
// QGIS reads constants, ramps by level and filters that compare, and leaves out the rest.
// Each rule of a look is a layer of the style of its own. Tiles have their whole address,
// which begins with site, since such programs stand on no page of ours. Signs that need
// pictures (hatching) are outlines here, and the day is always today.
func Simple(r Request, site string) Style {
	s := Style{Version: 8, Name: r.Name, Sources: map[string]Source{}}
	s.Layers = append(s.Layers, Paint{ID: "ground", Type: "background", Paint: map[string]any{"background-color": r.under().In(r.Scheme)}})
	var written []Paint
	var together []layers.Layer
	for _, l := range stacked(r.Layers) {
		if l.Picture() != "" {
			s.addPictures(l, r.Scheme)
			continue
		}
		if l.Kind == layers.Tiles {
			continue
		}
		together = append(together, l)
		p := simple{painter{layer: l, look: lookOf(l.Name, l.Geometry, accent(r.Color)), scheme: r.Scheme, source: sourceOn}}
		s.Layers = append(s.Layers, p.drawn()...)
		written = append(written, p.names()...)
	}
	s.uncover()
	s.raise("properties-edge", "buildings")
	if len(together) > 0 {
		s.Sources[sourceOn] = featureSource(together...)
	}
	s.Layers = append(s.Layers, written...)
	for name, source := range s.Sources {
		for i := range source.Tiles {
			source.Tiles[i] = site + source.Tiles[i]
		}
		s.Sources[name] = source
	}
	return s
}

// simple turns a layer and its look into layers of a simple style.
type simple struct{ painter }

// rule begins the layer of the style for a rule of the look.
func (p simple) rule(n int, suffix, kind string, paint map[string]any) Paint {
	l := p.new(suffix, kind, paint)
	if n > 0 {
		l.ID += "-" + strconv.Itoa(n)
	}
	l.Filter, l.Layout = p.filter(n), nil
	return l
}

func (p simple) drawn() (list []Paint) {
	for n, r := range p.look.Rules {
		if p.look.Shape == Area && r.Fill != (Tone{}) {
			list = append(list, p.rule(n, "", "fill", map[string]any{"fill-color": p.color(r.Fill), "fill-opacity": p.look.Cover}))
		}
	}
	for n, r := range p.look.Rules {
		switch {
		case p.look.Shape == Point && r.Fill != (Tone{}):
			list = append(list, p.rule(n, "", "circle", map[string]any{
				"circle-color": p.color(r.Fill), "circle-radius": ramp(11, r.Width*0.5, 19, r.Width*1.6), "circle-stroke-color": p.color(r.Stroke), "circle-stroke-width": 1.6,
			}))
		case p.look.Growing:
			list = append(list, p.stroke(n, r, "-edge", r.Stroke, ramp(9, r.Width*0.35+1.7, 17, r.Width*5+1.7)))
		case p.look.Shape != Point && r.Stroke != (Tone{}):
			list = append(list, p.stroke(n, r, "-edge", r.Stroke, ramp(10, r.Width*0.6, 19, r.Width*1.7)))
		}
	}
	for n, r := range p.look.Rules {
		if p.look.Growing {
			list = append(list, p.stroke(n, r, "", r.Fill, ramp(9, r.Width*0.35, 17, r.Width*5)))
		}
	}
	return list
}

func (p simple) stroke(n int, r Rule, suffix string, t Tone, width any) Paint {
	paint := map[string]any{"line-color": p.color(t), "line-width": width}
	if len(r.Dash) > 0 {
		paint["line-dasharray"] = r.Dash
	}
	l := p.rule(n, suffix, "line", paint)
	if p.look.By == "use" {
		l.MinZoom = p.look.From + 2.5
	}
	l.Layout = map[string]any{"line-join": "round"}
	return l
}

// ramp grows from one level to another.
func ramp(low, from, high, to float64) any {
	return []any{"interpolate", []any{"linear"}, []any{"zoom"}, low, from, high, to}
}

func (p simple) names() []Paint {
	list := p.written()
	for i := range list {
		list[i].Layout["text-field"] = "{" + p.look.Label.Property + "}"
		delete(list[i].Layout, "visibility")
		delete(list[i].Layout, "text-font") // ours are on our pages only
	}
	return list
}

// filter takes the features of a rule: those that it takes, and no rule before it does.
func (p simple) filter(n int) any {
	rules := p.look.Rules
	if len(rules) == 1 {
		return nil
	}
	var before []any
	for _, r := range rules[:n] {
		if n == len(rules)-1 || r.Proposed {
			before = append(before, p.takes(r))
		}
	}
	if n == len(rules)-1 {
		return append([]any{"none"}, before...)
	}
	if len(before) == 0 {
		return p.takes(rules[n])
	}
	return []any{"all", append([]any{"none"}, before...), p.takes(rules[n])}
}

// takes compares as filters did before there were expressions, which is what all know.
// Codes are told by how they begin: those that stand in numbers run from one to another.
func (p simple) takes(r Rule) any {
	if r.Proposed {
		return []any{"==", "proposal", true}
	}
	either := []any{"any"}
	for _, v := range r.Values {
		low, high, coded := codes(p.look.By, v)
		if !coded {
			either = append(either, []any{"==", p.look.By, v})
			continue
		}
		either = append(either, []any{"all", []any{">=", p.look.By, low}, []any{"<=", p.look.By, high}})
	}
	return either
}

// codes are the first and the last code that begin with some digits: purposes of plans
// have four, as text, and types of buildings (NS 3457) three, as numbers.
func codes(by, begins string) (low, high any, coded bool) {
	switch by {
	case "purpose":
		rest := 4 - len(begins)
		return begins + strings.Repeat("0", rest), begins + strings.Repeat("9", rest), true
	case "type":
		rest := 3 - len(begins)
		first, err := strconv.Atoi(begins + strings.Repeat("0", rest))
		last, wrong := strconv.Atoi(begins + strings.Repeat("9", rest))
		return first, last, err == nil && wrong == nil
	default:
		return nil, nil, false
	}
}
