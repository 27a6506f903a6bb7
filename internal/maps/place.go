package maps

import (
	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
)

// degrees is the system of web maps' own positions.
func degrees() crs.System {
	s, _ := crs.ByCode(crs.WGS84)
	return s
}

// degreesOf is the box around layers in longitude and latitude, zero without any.
func degreesOf(list []layers.Layer) (box [4]float64) {
	var all orb.Bound
	found := false
	for _, l := range list {
		if !l.HasExtent() {
			continue
		}
		b := crs.Box(l.Extent, crs.Between(l.System(), degrees()))
		if found {
			b = b.Union(all)
		}
		all, found = b, true
	}
	if found {
		box = [4]float64{all.Min[0], all.Min[1], all.Max[0], all.Max[1]}
	}
	return box
}
