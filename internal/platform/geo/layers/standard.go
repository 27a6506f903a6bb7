package layers

import (
	"slices"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// standard are the layers that Torg itself knows by name, those at the bottom of the
// map first. Their names and properties are the same in every municipality, whatever
// the files were called that they came from.
func standard() []Layer {
	area := func(name string, zoom int, tags ...string) Layer { return wellKnown(name, "polygon", zoom, tags) }
	line := func(name string, zoom int, tags ...string) Layer { return wellKnown(name, "line", zoom, tags) }
	point := func(name string, zoom int, tags ...string) Layer { return wellKnown(name, "point", zoom, tags) }
	hidden := func(l Layer) Layer { l.Public = false; return l }
	list := []Layer{
		area("municipalities", 0, "name", "number"),
		area("municipality", 0, "name", "number"),
		area("sea", 0),
		area("land", 0),
		point("islands", 12, "name"),
		line("streams", 12, "name"),
		area("hazards", 10, "code", "kind"),
		area("plans", 9, "plan", "name", "master", "proposal"),
		area("plan_zones", 11, "plan", "field", "purpose", "master", "id", "proposal"),
		area("plan_cautions", 11, "plan", "code", "kind", "master", "proposal"),
		area("pitches", 13, "name"),
		area("piers", 13),
		line("roads", 8, "name", "class", "width"),
		line("trails", 12, "name"),
		area("properties", 13, "number", "use", "id"),
		point("sections", 16, "number", "property"),
		area("buildings", 13, "type", "name", "number"),
		hidden(line("pipes", 14, "kind", "diameter")),
		hidden(point("manholes", 16, "kind")),
		line("bus_lines", 11, "name"),
		point("bus_stops", 13, "name"),
		point("sites", 12, "name", "kind"),
		point("addresses", 16, "number", "address", "property"),
	}
	for i := range list {
		list[i].Order = (i + 1) * 10
	}
	return list
}

// deepest is the last level that tiles are made for: a map program draws them larger
// beyond it.
const deepest = 18

func wellKnown(name, geometry string, zoom int, tags []string) Layer {
	return Layer{Name: name, Kind: Features, Public: true, Geometry: geometry, Tags: tags, MinZoom: zoom, MaxZoom: deepest}
}

// StandardNames are the names of the layers that Torg knows, those at the bottom of
// the map first.
func StandardNames() []string {
	var names []string
	for _, l := range standard() {
		names = append(names, l.Name)
	}
	return names
}

// Standard is how a layer that Torg knows is made, with its title and what it is
// about in all languages; false for a name it does not know.
func Standard(words *i18n.Bundle, name string) (Layer, bool) {
	all := standard()
	i := slices.IndexFunc(all, func(l Layer) bool { return l.Name == name })
	if i < 0 {
		return Layer{}, false
	}
	l := all[i]
	l.Title, l.About = i18n.Text{}, i18n.Text{}
	for _, lang := range i18n.Offered() {
		in := words.For(lang)
		l.Title[lang], l.About[lang] = in.T("layers.title."+name), in.T("layers.about."+name)
	}
	return l, true
}
