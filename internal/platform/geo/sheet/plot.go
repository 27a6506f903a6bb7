package sheet

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/errs"
)

// run is features in a row that look the same, on the page.
type run struct {
	style Style
	parts
	hatch orb.MultiLineString
}

// width is how wide the run's lines are.
func (r run) width(v view) float64 {
	w := r.style.Width
	if w == 0 {
		w = thinnest
	}
	return max(w*v.mm, r.style.Ground*v.k)
}

// thinnest is the width of a line that was given none, in millimetres.
const thinnest = 0.18

// plot is a map on the page, ready to be written.
type plot struct {
	layers [][]run
	photos []*Photo // of each layer; nil where nothing of it is seen
	labels []label
	seen   map[Style]bool
	means  []Entry // what features say that they are, in the order they are met
	known  map[Entry]bool
}

// plot draws the layers. Reserved is what labels must stay away from.
func (v view) plot(layers []Layer, reserved ...orb.Bound) (plot, error) {
	out := plot{seen: map[Style]bool{}, known: map[Entry]bool{}}
	names := newLettering(v, reserved)
	lines := 0
	for _, l := range layers {
		runs := v.runs(l, &out, names)
		out.photos = append(out.photos, nil)
		if v.seen(l.Photo) {
			out.photos[len(out.photos)-1] = l.Photo
		}
		for j := range runs {
			r := &runs[j]
			r.hatch = hatching(r.areas, r.style.Hatch, v.mm)
			if lines += len(r.hatch); lines > maxHatching {
				return plot{}, errs.Invalid("geo_sheet.too_much_hatching", "layer", l.Name)
			}
		}
		out.layers = append(out.layers, runs)
	}
	out.labels = names.set()
	return out, nil
}

// plain is the style as the legend knows it: roads of any width are alike.
func (s Style) plain() Style {
	s.Ground = 0
	s.Label = Lettering{}
	return s
}

func (v view) runs(l Layer, out *plot, names *lettering) []run {
	var runs []run
	lines := map[Style]int{} // runs without areas, which may be taken together
	for _, d := range l.Features {
		style := l.Style
		if d.Style != nil {
			style = *d.Style
		}
		if style.isZero() || !v.shown(style.Until) {
			continue
		}
		var ground parts
		v.see(&ground, d.Geometry)
		if ground.empty() {
			continue
		}
		placed := v.place(ground)
		names.add(d.Label, style, ground, placed)
		out.saw(style, d.Means)
		at := len(runs) - 1
		if i, ok := lines[style]; ok {
			at = i
		} else if at < 0 || runs[at].style != style {
			runs = append(runs, run{style: style})
			at++
		}
		if style.Fill == "" && style.Hatch.Color == "" {
			lines[style] = at
		}
		runs[at].add(placed)
	}
	return runs
}

func (r *run) add(p parts) {
	r.areas = append(r.areas, p.areas...)
	r.lines = append(r.lines, p.lines...)
	r.points = append(r.points, p.points...)
}

// saw remembers what the legend has to tell.
func (p *plot) saw(style Style, means string) {
	style = style.plain()
	p.seen[style] = true
	if e := (Entry{style, means}); means != "" && !p.known[e] {
		p.known[e] = true
		p.means = append(p.means, e)
	}
}
