package land

import (
	"math"

	"github.com/paulmach/orb"
)

// Building is a building (matrikkellova § 4). Heights are metres over the
// finished ground (TEK17 § 6-2).
type Building struct {
	ID       string
	Number   int // nine digits, from a series of the demonstration's own
	Property int
	Type     int // of the national list of building types (NS 3457)
	Name     string
	Ground   orb.Polygon
	Area     float64 // square metres of footprint (BYA)
	Floors   int
	Cornice  float64
	Ridge    float64
	Year     int
	Distance float64 // metres to the nearest boundary
}

// Types of buildings, of the national list.
const (
	typeDetached     = 111
	typeTwin         = 121
	typeRow          = 131
	typeBlock        = 142
	typeHoliday      = 161
	typeGarage       = 181
	typeBoathouse    = 183
	typeFactory      = 211
	typeWarehouse    = 231
	typeBarn         = 241
	typeOffice       = 311
	typeShop         = 322
	typeKindergarten = 612
	typePrimary      = 613
	typeChurch       = 671
	typeNursing      = 721
	typeFire         = 822
)

// plan of a building to be placed.
type sketch struct {
	kind          int
	wide, deep    float64
	floors        int
	setback       float64 // metres from the street
	clear         float64 // metres to the boundary at least
	year          int
	beside        float64 // metres along the street from the middle
	pitched       bool
	optional, ell bool
}

// lawful is how far a building keeps from the boundary (plan- og bygningsloven
// § 29-4), and lesser what is allowed for a small one.
const (
	lawful = 4.0
	lesser = 1.0
)

// house puts the buildings up.
func (d *drawing) house() {
	d.brooks()
	for i := range d.land.Properties {
		p := &d.land.Properties[i]
		for _, s := range d.sketches(p) {
			if !d.place(i, s) && p.Unit >= 0 {
				d.squeeze(i, s)
			}
		}
	}
	d.sections()
}

// sketches are the buildings that a property of its kind has.
func (d *drawing) sketches(p *Property) []sketch {
	year := d.yearOf(p)
	switch p.Use {
	case Home:
		return d.homes(p, year)
	case Flats:
		return []sketch{{kind: typeBlock, wide: min(34, max(11, p.front.width-8)), deep: 12, floors: d.between(3, 4), setback: 5, clear: lawful, year: max(year, 1955)}}
	case Shops:
		return d.shops(p, year)
	case Works:
		kind := []int{typeFactory, typeWarehouse}[d.rng.IntN(2)]
		return []sketch{{kind: kind, wide: float64(d.between(24, 42)), deep: float64(d.between(18, 34)), floors: d.between(1, 2), setback: 9, clear: 5, year: max(year, 1962)}}
	case Farm:
		house := sketch{kind: typeDetached, wide: 13, deep: 9, floors: 2, setback: 22, clear: lawful, year: min(year, 1958), pitched: true}
		barn := sketch{kind: typeBarn, wide: float64(d.between(18, 30)), deep: float64(d.between(11, 15)), floors: 2, setback: 34, clear: lawful, year: year, beside: 34, pitched: true}
		return []sketch{house, barn}
	case Shore:
		if d.one(2) {
			return []sketch{{kind: typeBoathouse, wide: 6, deep: 8.5, floors: 1, setback: 9, clear: lesser, year: year, pitched: true}}
		}
		return nil
	case Cabin:
		if d.one(3) {
			return []sketch{{kind: typeHoliday, wide: 9, deep: 7, floors: 1, setback: -1, clear: lawful, year: max(year, 1930), pitched: true}}
		}
		return nil
	default:
		return publicSketches(p.Use)
	}
}

// publicSketches are the buildings of what everybody knows. A pitch has none.
func publicSketches(use Use) []sketch {
	switch use {
	case Kindergarten:
		return []sketch{{kind: typeKindergarten, wide: 26, deep: 13, floors: 1, setback: 9, clear: lawful, year: 1994, pitched: true, ell: true}}
	case School:
		return []sketch{{kind: typePrimary, wide: 52, deep: 17, floors: 2, setback: 14, clear: 6, year: 1973, ell: true}}
	case NursingHome:
		return []sketch{{kind: typeNursing, wide: 42, deep: 15, floors: 2, setback: 10, clear: 5, year: 1988, ell: true}}
	case Church:
		return []sketch{{kind: typeChurch, wide: 12, deep: 28, floors: 1, setback: 16, clear: 8, year: 1868, pitched: true}}
	case TownHall:
		return []sketch{{kind: typeOffice, wide: 32, deep: 15, floors: 3, setback: 6, clear: lawful, year: 1962}}
	case FireStation:
		return []sketch{{kind: typeFire, wide: 24, deep: 14, floors: 1, setback: 12, clear: lawful, year: 1981}}
	case Quay:
		return []sketch{{kind: typeWarehouse, wide: 26, deep: 11, floors: 2, setback: 7, clear: lawful, year: 1936, pitched: true}}
	default:
		return nil
	}
}

// yearOf is when a plot was built on: the farther from the middle, the later.
func (d *drawing) yearOf(p *Property) int {
	switch p.built {
	case centre:
		return d.between(1865, 1985)
	case suburb:
		town := d.town.Places[p.Place]
		far := math.Hypot((float64(p.cell[0])+0.5)*pitch-town.U, (float64(p.cell[1])+0.5)*pitch-town.V)
		base := 1925 + int(far/14)
		return min(base+d.between(-18, 26), 2024)
	default:
		return d.between(1880, 2020)
	}
}

func (d *drawing) homes(p *Property, year int) []sketch {
	house := sketch{
		kind: typeDetached, wide: 8 + 5*d.rng.Float64(), deep: 7.2 + 2.6*d.rng.Float64(), floors: d.between(1, 2),
		setback: 5 + 4*d.rng.Float64(), clear: lawful, year: year, pitched: true, ell: year > 1960 && d.one(4),
	}
	if year < 1955 && d.one(4) {
		house.clear = 1.2 + 2*d.rng.Float64()
		house.beside = (p.front.width/2 - house.wide/2 - house.clear) * float64(1-2*d.rng.IntN(2))
	}
	switch {
	case d.one(9) && p.Area > 700:
		house.kind, house.wide = typeTwin, min(16, max(9, p.front.width-9))
	case d.one(20) && p.Area > 700:
		house.kind, house.wide = typeRow, min(22, max(11, p.front.width-9))
	}
	list := []sketch{house}
	if d.one(2) {
		list = append(list, sketch{
			kind: typeGarage, wide: 3.6 + 2.6*d.rng.Float64(), deep: 6, floors: 1, setback: 2 + 4*d.rng.Float64(), clear: lesser + 0.2,
			year: max(year, 1950+d.rng.IntN(50)), beside: (p.front.width/2 - 4) * float64(1-2*d.rng.IntN(2)), pitched: true, optional: true,
		})
	}
	if d.one(9) {
		list = append(list, sketch{kind: typeGarage, wide: 3, deep: 4, floors: 1, setback: 24, clear: lesser + 0.1, year: max(year, 1970), pitched: true, optional: true})
	}
	return list
}

// shops stand close to the street and, being old, to each other.
func (d *drawing) shops(p *Property, year int) []sketch {
	s := sketch{
		kind: typeShop, wide: max(9, p.front.width-9), deep: float64(d.between(11, 16)), floors: d.between(2, 3),
		setback: 1.6, clear: lawful, year: year, pitched: year < 1950,
	}
	switch {
	case year < 1938:
		s.wide, s.clear = max(8, p.front.width-3.2), 1.2
	case d.one(3):
		s.kind = typeOffice
	}
	list := []sketch{s}
	if d.one(3) {
		list = append(list, sketch{kind: typeGarage, wide: 5, deep: 6, floors: 1, setback: 25, clear: lesser, year: max(year, 1930), pitched: true, optional: true})
	}
	return list
}
