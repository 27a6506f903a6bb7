package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
)

// Residents is how many people are registered in each municipality, the dead
// among them.
const Residents = 2000

// seed makes the people the same ones everywhere.
const seed = 9901_9902

// Resident is somebody who does not exist.
type Resident struct {
	identity.RegisterPerson
	Email, Phone string // "" for children
	Lang         i18n.Lang
	Part         Part // "" for all but a few
	Town         int  // index in Towns
}

// Population is everybody in the demonstration.
type Population struct {
	// Day is when the people have the ages they were given.
	Day clock.Date
	// People of the first municipality first.
	People []Resident
	// Lands are where they live, in the order of Towns.
	Lands []*land.Land
}

// Populate makes the population as it is on a day. The same day gives the same
// people, down to their numbers.
func Populate(day clock.Date) (Population, error) {
	lands, err := grounds()
	if err != nil {
		return Population{}, err
	}
	p := Population{Day: day, Lands: lands}
	n := newNumbers()
	for i, town := range Towns() {
		b := &builder{
			rng: rand.New(rand.NewPCG(seed, uint64(i))), //nolint:gosec // made-up people; must be the same again
			day: day, numbers: n, town: town, index: i, mail: map[string]int{},
		}
		b.homes = dwellings(lands[i], b.rng)
		people, err := b.build()
		if err != nil {
			return Population{}, fmt.Errorf("demo: people of %s: %w", town.Slug, err)
		}
		p.People = append(p.People, people...)
	}
	return p, nil
}

// Records returns what the population register knows of everybody.
func (p Population) Records() []identity.RegisterPerson {
	list := make([]identity.RegisterPerson, 0, len(p.People))
	for _, r := range p.People {
		list = append(list, r.RegisterPerson)
	}
	return list
}

// Of returns the people of a municipality by its index in Towns, to be read.
func (p Population) Of(town int) []Resident {
	first := sort.Search(len(p.People), func(i int) bool { return p.People[i].Town >= town })
	end := sort.Search(len(p.People), func(i int) bool { return p.People[i].Town > town })
	return slices.Clip(p.People[first:end])
}

// Player returns the one who plays a part in a municipality.
func (p Population) Player(town int, part Part) (Resident, bool) {
	for _, r := range p.People {
		if r.Town == town && r.Part == part {
			return r, true
		}
	}
	return Resident{}, false
}
