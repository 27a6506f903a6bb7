package land

import (
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
)

// place puts a building where it fits: at its distance from the street, then
// farther in, then to the sides, then smaller. It reports whether it fits at all.
func (d *drawing) place(property int, s sketch) bool {
	p := &d.land.Properties[property]
	at := p.front
	if p.Road < 0 || s.setback < 0 {
		at = d.lonely(p)
		s.setback = 0
	}
	s.setback = max(s.setback, s.clear)
	s.beside = min(max(s.beside, s.wide/2+s.clear-at.width/2), at.width/2-s.wide/2-s.clear)
	for _, size := range []float64{1, 0.85, 0.7, 0.55} {
		for _, in := range []float64{0, 3, 7, 13, 22, 36} {
			for _, beside := range []float64{s.beside, s.beside * 0.5, 0, 5, -5, 12, -12} {
				ring := footprint(at, s, size, s.setback+in, beside)
				far, ok := d.fits(property, ring, s)
				if ok {
					d.raise(property, s, ring, far)
					return true
				}
			}
			if s.optional {
				break
			}
		}
	}
	return false
}

// squeeze puts a building that everybody knows somewhere on its ground, turned
// as it must be.
func (d *drawing) squeeze(property int, s sketch) {
	p := &d.land.Properties[property]
	s.clear, s.ell = min(s.clear, lawful), false
	for _, size := range []float64{0.8, 0.6, 0.45, 0.34} {
		for _, at := range []orb.Point{middle(p.Ground), inside(p.Ground[0]), blend(p.front.at, inside(p.Ground[0]), 0.5)} {
			for k := range 12 {
				angle := float64(k) * math.Pi / 12
				along := orb.Point{math.Cos(angle), math.Sin(angle)}
				f := front{at: at, along: along, into: orb.Point{-along[1], along[0]}}
				ring := footprint(f, s, size, -s.deep*size/2, 0)
				if far, ok := d.fits(property, ring, s); ok {
					d.raise(property, s, ring, far)
					return
				}
			}
		}
	}
}

// lonely is a front for a property that no road leads to.
func (d *drawing) lonely(p *Property) front {
	c := middle(p.Ground)
	turn := d.rng.Float64() * 2 * math.Pi
	along := orb.Point{math.Cos(turn), math.Sin(turn)}
	return front{at: c, along: along, into: orb.Point{-along[1], along[0]}, width: 30}
}

// footprint is a rectangle, or an angle, its front side setback metres from the
// street, anticlockwise.
func footprint(f front, s sketch, size, setback, beside float64) orb.Ring {
	w, deep := s.wide*size/2, s.deep*size
	corners := [][2]float64{{-w, 0}, {w, 0}, {w, deep}, {-w, deep}}
	if s.ell {
		x, y := w*0.12, deep*1.55
		corners = [][2]float64{{-w, 0}, {w, 0}, {w, y}, {x, y}, {x, deep}, {-w, deep}}
	}
	ring := make(orb.Ring, 0, len(corners)+1)
	for _, c := range corners {
		along, in := c[0]+beside, c[1]+setback
		ring = append(ring, round(orb.Point{
			f.at[0] + along*f.along[0] + in*f.into[0],
			f.at[1] + along*f.along[1] + in*f.into[1],
		}))
	}
	return append(ring, ring[0])
}

// fits reports whether a building may stand there, and how far it is from the
// boundary.
func (d *drawing) fits(property int, ring orb.Ring, s sketch) (float64, bool) {
	p := &d.land.Properties[property]
	for _, c := range ring[1:] {
		if !contains(p.Ground, c) {
			return 0, false
		}
	}
	far := math.Inf(1)
	for _, r := range p.Ground {
		far = min(far, clearance(ring, r))
	}
	if far < s.clear {
		return 0, false
	}
	for k := len(d.land.Buildings) - 1; k >= 0 && d.land.Buildings[k].Property == property; k-- {
		other := d.land.Buildings[k].Ground[0]
		if within(other, ring[0]) || within(ring, other[0]) || clearance(ring, other) < 2 {
			return 0, false
		}
	}
	return far, d.heightAt(ring[0]) > 0.8 && d.heightAt(ring[2]) > 0.8 && !d.inBrook(ring)
}

// clearance is the distance between two rings, 0 when they cross.
func clearance(a, b orb.Ring) float64 {
	least := math.Inf(1)
	box := a.Bound().Pad(12)
	for i := 1; i < len(b); i++ {
		if !touches(box, b[i-1], b[i]) {
			continue
		}
		for j := 1; j < len(a); j++ {
			if _, ok := crossing(a[j-1], a[j], b[i-1], b[i]); ok {
				return 0
			}
			one, _ := apart(a[j], b[i-1], b[i])
			two, _ := apart(b[i], a[j-1], a[j])
			least = min(least, one, two)
		}
	}
	return min(least, 12)
}

// touches reports whether the box of a segment meets a box.
func touches(box orb.Bound, a, b orb.Point) bool {
	return max(a[0], b[0]) >= box.Min[0] && min(a[0], b[0]) <= box.Max[0] && max(a[1], b[1]) >= box.Min[1] && min(a[1], b[1]) <= box.Max[1]
}

// raise writes a building down.
func (d *drawing) raise(property int, s sketch, ring orb.Ring, far float64) {
	cornice := 2.4 + 2.7*float64(s.floors-1) + 0.4*d.rng.Float64()
	ridge := cornice
	if s.pitched {
		ridge += min(s.deep, s.wide) * 0.36
	}
	if s.kind == typeChurch {
		cornice, ridge = 7, 24
	}
	p := &d.land.Properties[property]
	name := ""
	if p.Unit >= 0 {
		name = p.Name
	}
	n := len(d.land.Buildings)
	number := 990_000_000 + n*7 + 1
	if d.town.Nynorsk {
		number += 5_000_000
	}
	d.land.Buildings = append(d.land.Buildings, Building{
		ID: d.town.Number + "-bygning-" + strconv.Itoa(number), Number: number, Property: property, Type: s.kind, Name: name,
		Ground: orb.Polygon{ring}, Area: area(ring), Floors: s.floors, Cornice: dm(cornice), Ridge: dm(ridge), Year: s.year, Distance: cm(far),
	})
}

// dm rounds metres to decimetres, as heights are told; cm to centimetres.
func dm(metres float64) float64 { return math.Round(metres*10) / 10 }
func cm(metres float64) float64 { return math.Floor(metres*100) / 100 }

// sections divides some blocks of flats into flats that are owned one by one.
func (d *drawing) sections() {
	for _, b := range d.land.Buildings {
		if b.Type != typeBlock || !d.one(2) {
			continue
		}
		p := d.land.Properties[b.Property]
		for snr := 1; snr <= 2*b.Floors; snr++ {
			d.land.Sections = append(d.land.Sections, Section{
				ID: p.ID + "-" + strconv.Itoa(snr), Property: b.Property, Snr: snr,
				At: round(middle(b.Ground)), Since: clock.NewDate(max(b.Year, 1984), 7, 1).AddDays(d.rng.IntN(900)),
			})
		}
	}
}

// own asks who owns what.
func (d *drawing) own(owners Owners) {
	if owners == nil {
		return
	}
	turn := 0
	divided := map[int]bool{}
	for i := range d.land.Sections {
		s := &d.land.Sections[i]
		divided[s.Property] = true
		s.Owners = owners(Flats, turn)
		turn++
	}
	for i := range d.land.Properties {
		if divided[i] {
			continue // the ground belongs to the sections together
		}
		d.land.Properties[i].Owners = owners(d.land.Properties[i].Use, turn)
		turn++
	}
}

// Shared is an Owners that gives homes to residents, one or two each, and what
// is everybody's to the municipality. Couples are neighbours in the list.
func Shared(town Town, residents []int) Owners {
	at := 0
	next := func() int {
		at++
		return residents[(at-1)%len(residents)]
	}
	return func(use Use, turn int) []Owner {
		switch use {
		case Home, Flats, Farm, Outfield, Shore, Cabin:
			if len(residents) == 0 {
				return nil
			}
			if turn%14 == 9 && len(town.Companies) > 0 {
				break
			}
			if turn%5 < 2 {
				return []Owner{{Resident: next(), Share: "1/2"}, {Resident: next(), Share: "1/2"}}
			}
			return []Owner{{Resident: next(), Share: "1/1"}}
		case Shops, Works:
		default:
			return []Owner{{Resident: -1, Company: town.Name + " kommune", Share: "1/1"}}
		}
		return []Owner{{Resident: -1, Company: town.Companies[turn%len(town.Companies)], Share: "1/1"}}
	}
}
