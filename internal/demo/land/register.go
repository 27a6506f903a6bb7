package land

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// designation is how a property is written (matrikkelnummer, matrikkellova § 3).
func designation(gnr, bnr, fnr, snr int) string {
	s := strconv.Itoa(gnr) + "/" + strconv.Itoa(bnr)
	if fnr > 0 || snr > 0 {
		s += "/" + strconv.Itoa(fnr)
	}
	if snr > 0 {
		s += "/" + strconv.Itoa(snr)
	}
	return s
}

// register writes the properties down: what they are, what they are called in
// numbers, and their addresses.
func (d *drawing) register() {
	g := d.ground
	fronts := g.fronts()
	wet := g.watersides()
	d.plots = make([]int32, len(d.planar.faces))
	index := map[int32]int32{}
	for i, f := range d.planar.faces {
		d.plots[i] = nowhere
		if f.wet {
			continue
		}
		root := g.root(int32(i))
		if _, ok := index[root]; !ok {
			index[root] = int32(len(d.land.Properties))
			d.land.Properties = append(d.land.Properties, d.property(root, fronts, wet[root]))
		}
		d.plots[i] = index[root]
	}
	for k, ground := range d.planar.dissolve(d.plots) {
		d.land.Properties[k].Ground = ground[0]
		d.land.Properties[k].Area = areaOf(ground[0])
	}
	d.classify()
	d.designate()
	for _, root := range slices.Sorted(maps.Keys(index)) {
		d.address(int(index[root]), g.lotOf(root))
	}
}

// property is what the net tells of a property.
func (d *drawing) property(root int32, fronts map[int32]fronting, wet bool) Property {
	g := d.ground
	l := g.lotOf(root)
	cell := g.cells[root]
	q := d.net.squares[cell[0]][cell[1]]
	p := Property{Use: l.use, Address: -1, Road: -1, Unit: l.unit, built: q.kind, cell: cell, Place: q.place}
	if road := g.road[root]; road >= 0 {
		p.Use, p.Road, p.Place = Street, int(road), d.streets.list[road].place
		return p
	}
	if f, ok := fronts[root]; ok {
		p.Road, p.front = int(f.road), f.front
		p.Place = d.streets.list[f.road].place
	}
	if p.Use == "" && wet {
		p.Use = Shore
	}
	return p
}

// classify settles what the properties are used for, now that their size is
// known.
func (d *drawing) classify() {
	for i := range d.land.Properties {
		p := &d.land.Properties[i]
		if p.Use != "" && p.Use != Shore {
			continue
		}
		p.Use = d.useOf(p)
	}
}

func (d *drawing) useOf(p *Property) Use {
	roomy := p.Area > 420
	switch {
	case p.Road < 0 && p.Use == Shore && p.Area < 60000 && d.rng.IntN(5) < 3:
		return Cabin
	case p.built == centre && p.Use != Shore && d.one(3):
		return Flats
	case p.built == centre:
		return Shops
	case p.built == works:
		return Works
	case p.built == suburb && p.Use == Shore && p.Area < 4000 && (!roomy || !d.one(3)):
		return Shore
	case p.built == suburb && p.Road < 0:
		return Green
	case p.built == suburb && p.Area > 5000:
		return []Use{Green, Farm}[d.rng.IntN(2)]
	case p.built == suburb && d.one(30):
		return Flats
	case p.built == suburb:
		return Home
	case p.Road >= 0 && p.Area > 9000 && d.rng.IntN(5) < 2:
		return Farm
	case p.Road >= 0 && p.Area < 4000:
		return Home
	}
	return Outfield
}

// block is the part of the municipality whose properties have one gnr.
func (p *Property) block() [3]int {
	if p.built.built() {
		return [3]int{p.Place, p.cell[0] / 2, p.cell[1] / 2}
	}
	return [3]int{9, p.cell[0] / 3, p.cell[1] / 3}
}

// designate numbers the properties: a farm number for each part of the
// municipality, and in it a number for each property. Some ground is rented
// (feste) and has the number of the farm it belongs to.
func (d *drawing) designate() {
	farms, last, leases := map[[3]int]int{}, map[int]int{}, map[int]int{}
	for i := range d.land.Properties {
		p := &d.land.Properties[i]
		farm := p.block()
		if farms[farm] == 0 {
			farms[farm] = len(farms) + 1
		}
		p.Gnr = farms[farm]
		if p.Use == Home && last[p.Gnr] > 0 && d.one(45) {
			leases[p.Gnr]++
			p.Bnr, p.Fnr = 1, leases[p.Gnr]
		} else {
			last[p.Gnr]++
			p.Bnr = last[p.Gnr]
		}
		p.ID = fmt.Sprintf("%s-eiendom-%d-%d-%d", d.town.Number, p.Gnr, p.Bnr, p.Fnr)
		p.Since = clock.NewDate(d.between(1880, 2019), 1, 1).AddDays(d.rng.IntN(365))
		d.nameOf(p)
	}
}

func (d *drawing) nameOf(p *Property) {
	switch {
	case p.Unit >= 0:
		p.Name = d.town.Units[p.Unit].Name
	case p.Use == Street:
		p.Name = d.land.Roads[p.Road].Name
	case p.Use == Farm && p.Bnr < 8:
		p.Name = d.town.Farms[(p.Gnr-1)%len(d.town.Farms)]
	}
}

// address gives a property the address it got, with a point just inside of its
// front.
func (d *drawing) address(k int, l *lot) {
	p := &d.land.Properties[k]
	if l.number == 0 || p.Road < 0 || p.Road != int(l.road) || p.Use == Street || p.Use == Green || p.Use == Outfield && p.Unit < 0 {
		return
	}
	road := d.land.Roads[p.Road]
	place := d.town.Places[road.Place]
	p.Address = len(d.land.Addresses)
	d.land.Addresses = append(d.land.Addresses, Address{
		ID:     d.town.Number + "-adresse-" + strconv.Itoa(p.Road+1) + "-" + strconv.Itoa(l.number),
		Street: road.Name, Number: l.number, Code: place.Code, Village: place.Name,
		Property: k, Road: p.Road, At: d.doorstep(p),
	})
}

// doorstep is a point on a property a few steps in from the street.
func (d *drawing) doorstep(p *Property) orb.Point {
	for _, in := range []float64{4, 2, 1, 0.4} {
		at := round(orb.Point{p.front.at[0] + in*p.front.into[0], p.front.at[1] + in*p.front.into[1]})
		if contains(p.Ground, at) {
			return at
		}
	}
	for _, t := range []float64{0.01, 0.04, 0.1, 0.2, 0.4} {
		if at := round(blend(p.front.at, inside(p.Ground[0]), t)); contains(p.Ground, at) {
			return at
		}
	}
	return round(inside(p.Ground[0]))
}
