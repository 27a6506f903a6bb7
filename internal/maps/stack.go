package maps

import (
	"cmp"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// stack is what lies on what: areas that cover the ground under the lines and houses
// that stand on it. Layers that are not named lie over them in their own order.
func stack() []string {
	return []string{
		"municipalities", "sea", "land", "properties", "pitches", "piers", "plan_zones", "hazards", "plan_cautions", "streams", "trails", "roads", "buildings",
		"municipality", "plans", "pipes", "manholes", "bus_lines", "bus_stops", "sections", "islands", "addresses", "sites",
	}
}

// covering are the layers whose areas cover the ground: a base map of pictures shows
// more of it than they do, and lies over them.
func covering() []string { return stack()[:slices.Index(stack(), "plan_zones")] }

// stacked is the layers in the order they are drawn in, the lowest first.
func stacked(list []layers.Layer) []layers.Layer {
	order := stack()
	place := func(l layers.Layer) int {
		switch i := slices.Index(order, l.Name); {
		case l.Kind == layers.Tiles:
			return -1
		case i < 0:
			return slices.Index(order, "pipes")
		default:
			return i
		}
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b layers.Layer) int { return cmp.Compare(place(a), place(b)) })
	return list
}

// raise moves the parts of the style that begin with a name to right before another:
// the boundaries of properties are seen on the roads that cover their ground.
func (s *Style) raise(prefix, before string) {
	var moved, rest []Paint
	for _, p := range s.Layers {
		if strings.HasPrefix(p.ID, prefix) {
			moved = append(moved, p)
		} else {
			rest = append(rest, p)
		}
	}
	at := slices.IndexFunc(rest, func(p Paint) bool { return p.ID == before })
	if at < 0 {
		return
	}
	s.Layers = slices.Insert(rest, at, moved...)
}

// uncover moves base maps of pictures to right above the areas that cover the ground,
// which would hide them: what stands on the ground is drawn on them.
func (s *Style) uncover() {
	picture := func(p Paint) bool { return p.Type == "raster" }
	cover := covering()
	var pictures, rest []Paint
	for _, p := range s.Layers {
		if picture(p) {
			pictures = append(pictures, p)
		} else {
			rest = append(rest, p)
		}
	}
	top := 0 // above the background
	for i, p := range rest {
		if p.Type == "fill" && slices.Contains(cover, p.Metadata[metaLayer]) {
			top = i
		}
	}
	s.Layers = slices.Insert(rest, top+1, pictures...)
}
