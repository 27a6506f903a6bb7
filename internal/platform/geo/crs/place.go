package crs

import "github.com/paulmach/orb"

// Placement says how the extent of some data fits where it ought to be.
type Placement string

// The placements.
const (
	// Inside is as it should be.
	Inside Placement = "inside"
	// Swapped data fit when north and east change places: the axis order is wrong.
	Swapped Placement = "swapped"
	// OtherSystem data fit when read in another system than the one named.
	OtherSystem Placement = "other_system"
	// Outside data lie somewhere else altogether: in the sea, in another town.
	Outside Placement = "outside"
)

// Norway is the box around Norway with Svalbard and Jan Mayen, in degrees.
func Norway() orb.Bound { return box(-10, 57.5, 36, 81.5) }

// Place finds out whether data that claim to be in a system lie where they are
// expected, and if not, what most likely went wrong. The extent is of the data,
// in the system they claim; home is where they should be, in degrees. Data that
// reach out of home a little (a box is no border) are inside when the middle
// is. The system returned is the one that fits when the answer is OtherSystem.
func Place(extent orb.Bound, claimed System, home orb.Bound) (Placement, System) {
	swapped := orb.Bound{
		Min: orb.Point{extent.Min[1], extent.Min[0]}, Max: orb.Point{extent.Max[1], extent.Max[0]},
	}
	switch {
	case fits(extent, claimed, home):
		return Inside, claimed
	case fits(swapped, claimed, home):
		return Swapped, claimed
	}
	for _, other := range All()[2:] {
		if other.kind != claimed.kind || other.zone != claimed.zone {
			if fits(extent, other, home) {
				return OtherSystem, other
			}
		}
	}
	return Outside, System{}
}

func fits(extent orb.Bound, s System, home orb.Bound) bool {
	if s.Degrees && !box(-180, -90, 180, 90).Contains(extent.Center()) {
		return false
	}
	middle := Between(s, CRS84())(extent.Center())
	return Finite(middle) && home.Contains(middle)
}
