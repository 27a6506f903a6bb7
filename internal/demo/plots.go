package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/geo/shape"
)

// What the stories' garage takes of a plot: its own ground and that of two parking
// places, in square metres.
const garageTakes = 40 + 2*18

// plot is a house's ground with what the plan says of it.
type plot struct {
	land.Property

	built     float64 // square metres of buildings
	allowed   float64 // per cent that buildings may cover
	neighbour string  // number of the property next door
}

// room reports whether a garage more is in accordance with the plan.
func (p plot) room() bool { return (p.built+garageTakes)/p.Area*100 <= p.allowed }

// plotOf is the ground of the house that somebody lives in; false for whoever lives in
// a flat, or where the plan says nothing of how much may be built.
func (p Population) plotOf(r Resident) (plot, bool) {
	l := p.Lands[r.Town]
	at := slices.IndexFunc(l.Addresses, func(a land.Address) bool {
		return a.String() == r.Address.Lines[0] && a.Code == r.Address.PostalCode
	})
	if at < 0 || l.Properties[l.Addresses[at].Property].Use != land.Home {
		return plot{}, false
	}
	home := l.Addresses[at]
	found := plot{Property: l.Properties[home.Property], allowed: allowedAt(l, home.At), neighbour: nextDoor(l, home)}
	for _, b := range l.Buildings {
		if b.Property == home.Property {
			found.built += b.Area
		}
	}
	return found, found.allowed > 0 && found.neighbour != ""
}

// allowedAt is how much of a plot the zoning plan in force lets buildings cover; 0 when
// it says nothing.
func allowedAt(l *land.Land, at orb.Point) float64 {
	for _, z := range l.Zones {
		plan := l.Plans[z.Plan]
		if plan.Master || !plan.To.IsZero() || !z.Ground.Bound().Contains(at) {
			continue
		}
		if shape.Locate(orb.MultiPolygon{z.Ground}, at) != shape.Outside {
			return l.Provisions[z.Provision].BYA
		}
	}
	return 0
}

// nextDoor is the property of the nearest other house.
func nextDoor(l *land.Land, home land.Address) string {
	nearest, number := math.Inf(1), ""
	for _, a := range l.Addresses {
		if a.Property == home.Property || l.Properties[a.Property].Use != land.Home {
			continue
		}
		if d := math.Hypot(a.At[0]-home.At[0], a.At[1]-home.At[1]); d < nearest {
			nearest, number = d, l.Properties[a.Property].Number()
		}
	}
	return number
}

// builders are the first so many of the list who live in a house with room for a
// garage.
func (p Population) builders(list [][2]Resident, most int) (found [][2]Resident) {
	for _, pair := range list {
		if len(found) == most {
			break
		}
		if plot, house := p.plotOf(pair[0]); house && plot.room() {
			found = append(found, pair)
		}
	}
	return found
}
