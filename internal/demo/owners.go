package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/property/fakeregister"
)

// The ages between which people own the house they live in.
const (
	youngestOwner = 23
	mostOwners    = 2
)

// ownership is the property register of both towns, written when first asked: most
// who start a demonstration never do.
type ownership struct {
	demo     *Demo
	once     sync.Once
	register *fakeregister.Register
	err      error
}

// Owners implements property.Register.
func (o *ownership) Owners(ctx context.Context, municipality string, refs []property.Ref) (map[property.Ref][]property.Owner, error) {
	register, err := o.written()
	if err != nil {
		return nil, err
	}
	return register.Owners(ctx, municipality, refs)
}

func (o *ownership) written() (*fakeregister.Register, error) {
	o.once.Do(func() { o.register, o.err = o.demo.landRegister() })
	return o.register, o.err
}

// PropertyRegister is the register behind Properties, for tests that change it.
func (d *Demo) PropertyRegister() (*fakeregister.Register, error) { return d.owners.written() }

// landRegister is the property register of both towns: people own the houses that
// they live in, and everything else has an owner too.
func (d *Demo) landRegister() (*fakeregister.Register, error) {
	r := fakeregister.New()
	for i, town := range Towns() {
		d := deeds{register: r, town: town, land: d.population.Lands[i], people: d.population.Of(i), day: d.population}
		if err := d.write(); err != nil {
			return nil, fmt.Errorf("demo: owners of %s: %w", town.Slug, err)
		}
	}
	return r, nil
}

// deeds writes down who owns what in a town.
type deeds struct {
	register *fakeregister.Register
	town     Town
	land     *land.Land
	people   []Resident
	day      Population
	turn     int
}

func (d *deeds) write() error {
	at := d.atHome()
	rest := d.landowners()
	sections := map[int][]land.Section{}
	for _, s := range d.land.Sections {
		sections[s.Property] = append(sections[s.Property], s)
	}
	for i, p := range d.land.Properties {
		ref := property.Ref{Gnr: p.Gnr, Bnr: p.Bnr, Fnr: p.Fnr}
		if err := d.register.Put(d.town.Number, ref, d.ownersOf(p, at[i], rest)...); err != nil {
			return err
		}
		for k, s := range sections[i] {
			ref.Snr = s.Snr
			var owners []property.Owner
			if k < len(at[i]) {
				owners = shared(at[i][k : k+1])
			} else {
				owners = shared(d.next(rest))
			}
			if err := d.register.Put(d.town.Number, ref, owners...); err != nil {
				return err
			}
		}
	}
	return nil
}

// atHome are the grown-up people who live on each property, by its place in the land.
func (d *deeds) atHome() map[int][]Resident {
	lives := map[string]int{}
	for _, a := range d.land.Addresses {
		lives[a.String()+" "+a.Code] = a.Property
	}
	home := map[int][]Resident{}
	for _, r := range d.people {
		i, known := lives[r.Address.Lines[0]+" "+r.Address.PostalCode]
		if known && r.BirthDate.YearsAt(d.day.Day) >= youngestOwner {
			home[i] = append(home[i], r)
		}
	}
	return home
}

// landowners own what nobody lives on: among them some who have died, as in every
// register.
func (d *deeds) landowners() []Resident {
	var list []Resident
	for _, r := range d.people {
		if r.BirthDate.YearsAt(d.day.Day) >= 40 && r.Part == "" {
			list = append(list, r)
		}
	}
	return list
}

// next takes the landowners in turn.
func (d *deeds) next(rest []Resident) []Resident {
	d.turn++
	return rest[d.turn%len(rest) : d.turn%len(rest)+1]
}

func (d *deeds) ownersOf(p land.Property, home, rest []Resident) []property.Owner {
	switch p.Use {
	case land.Home, land.Farm, land.Cabin, land.Outfield, land.Shore:
		if len(home) == 0 {
			return shared(d.next(rest))
		}
		return shared(home[:min(mostOwners, len(home))])
	case land.Shops, land.Works, land.Quay, land.Flats:
		d.turn++
		i := d.turn % len(d.land.Town.Companies)
		return []property.Owner{{Organisation: d.organisation(i + 1), Name: d.land.Town.Companies[i], Address: d.office()}}
	default:
		return []property.Owner{{Organisation: d.organisation(0), Name: d.town.Name.In(d.town.Lang()) + " kommune", Address: d.office()}}
	}
}

// office is where letters to organisations go.
func (d *deeds) office() []string {
	place := d.town.places[0]
	return []string{place.streets[0] + " 1", place.code + " " + strings.ToUpper(place.name)}
}

// made is where the organisation numbers of the demonstration begin, in the series of
// the test register of organisations.
const made = 31_200_000

// organisation is the n-th organisation number of the town.
func (d *deeds) organisation(n int) string {
	first, _ := strconv.Atoi(d.town.Number)
	for eight := made + first%100*1000 + n*10; ; eight++ {
		if digit, valid := control(eight); valid {
			return fmt.Sprintf("%d%d", eight, digit)
		}
	}
}

// control is the check digit of an organisation number (modulus 11, with weights from
// 3 2 7 6 5 4 3 2); a number whose digit would be ten is not given out.
func control(eight int) (digit int, valid bool) {
	sum, weights := 0, [8]int{2, 3, 4, 5, 6, 7, 2, 3}
	for _, w := range weights {
		sum += eight % 10 * w
		eight /= 10
	}
	digit = (11 - sum%11) % 11
	return digit, digit < 10
}

// shared are owners with equal shares.
func shared(people []Resident) []property.Owner {
	var list []property.Owner
	for _, r := range people {
		o := property.Owner{
			Number: r.Number.Digits(), Name: r.Name.Full(), Protected: r.Protection.Protected(), Deceased: !r.DeceasedOn.IsZero(),
		}
		if len(people) > 1 {
			o.Share = fmt.Sprintf("1/%d", len(people))
		}
		if !o.Protected {
			o.Address = lines(r.Address)
		}
		list = append(list, o)
	}
	return list
}

// lines are those of a letter.
func lines(a identity.Address) []string {
	return append(append([]string{}, a.Lines...), a.PostalCode+" "+a.PostalPlace)
}
