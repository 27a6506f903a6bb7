package maps

import (
	"context"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/geo/sheet"
)

// basemaps are the base maps of pictures on a sheet, which lie where the living map has
// them ([Style.uncover]): over the areas that cover the ground, and under all that
// stands on it.
type basemaps struct {
	list  []sheet.Layer
	hides bool // nothing is seen of what lies under them
	// edges are the boundaries of properties, which are seen on the pictures.
	edges []sheet.Layer
}

// basemaps makes those that are shown.
func (d drawing) basemaps(ctx context.Context, all []layers.Layer, box orb.Bound) (*basemaps, error) {
	p := &basemaps{}
	for _, l := range stacked(all) {
		if l.Picture() == "" || !d.view.Shows(l.Name, true) {
			continue
		}
		layer, hides, err := d.photoLayer(ctx, l, box)
		if err != nil {
			return nil, err
		}
		if layer.Photo != nil {
			p.list, p.hides = append(p.list, layer), p.hides || hides
		}
	}
	return p, nil
}

// put puts the next layer of features on the sheet.
func (p *basemaps) put(m *sheet.Map, layer sheet.Layer) {
	switch {
	case len(p.list) == 0:
	case !slices.Contains(covering(), layer.Name):
		p.end(m)
	default:
		if layer.Name == "properties" {
			p.edges = append(p.edges, p.boundaries(layer))
		}
		if p.hides {
			layer = restyled(layer, lettered)
			layer.Legend = nil
		}
	}
	m.Layers = append(m.Layers, layer)
}

// end puts the pictures on the sheet, above what has been put there.
func (p *basemaps) end(m *sheet.Map) {
	m.Layers = append(append(m.Layers, p.list...), p.edges...)
	p.list, p.edges = nil, nil
}

// boundaries are the lines of a layer of areas, without what the layer itself shows.
func (p *basemaps) boundaries(l sheet.Layer) sheet.Layer {
	l = restyled(l, outlined)
	for i := range l.Features {
		l.Features[i].Label = ""
	}
	if !p.hides {
		l.Legend = nil
	}
	return l
}

// lettered is a style of which only the names are left.
func lettered(s sheet.Style) sheet.Style { return sheet.Style{Label: s.Label} }

// outlined is a style of which only the lines are left.
func outlined(s sheet.Style) sheet.Style {
	s.Fill, s.Hatch, s.Label = "", sheet.Hatch{}, sheet.Lettering{}
	return s
}

// restyled is a layer with other styles.
func restyled(l sheet.Layer, change func(sheet.Style) sheet.Style) sheet.Layer {
	l.Style, l.Features, l.Legend = change(l.Style), slices.Clone(l.Features), slices.Clone(l.Legend)
	for i, f := range l.Features {
		if f.Style != nil {
			style := change(*f.Style)
			l.Features[i].Style = &style
		}
	}
	for i := range l.Legend {
		l.Legend[i].Style = change(l.Legend[i].Style)
	}
	return l
}
