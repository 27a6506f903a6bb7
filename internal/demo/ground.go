package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/identity"
)

// grounds is the land of all towns, in the order of Towns. It is the same each time
// and nobody changes it, so a process draws it once: tests make many demonstrations.
var grounds = sync.OnceValues(draw) //nolint:gochecknoglobals // see above

func draw() ([]*land.Land, error) {
	towns := Towns()
	lands, wrong := make([]*land.Land, len(towns)), make([]error, len(towns))
	var group sync.WaitGroup
	for i, t := range towns {
		group.Go(func() {
			town, err := land.TownOf(t.Slug)
			if err == nil {
				lands[i], err = land.Draw(town, land.Seed, nil)
			}
			wrong[i] = err
		})
	}
	group.Wait()
	for i, err := range wrong {
		if err != nil {
			return nil, fmt.Errorf("demo: land of %s: %w", towns[i].Slug, err)
		}
	}
	return lands, nil
}

// houses is how many of the first dwellings are houses with ground of their own: the
// featured people live there, and can build on it.
const houses = 40

// dwellings are the addresses at which people can live, in an order of chance but
// that the first are houses. What nobody lives in is left over.
func dwellings(l *land.Land, rng *rand.Rand) []land.Address {
	var list []land.Address
	for _, a := range l.Addresses {
		if slices.Contains([]land.Use{land.Home, land.Flats, land.Farm}, l.Properties[a.Property].Use) {
			list = append(list, a)
		}
	}
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	front := 0
	for i, a := range list {
		if front < houses && l.Properties[a.Property].Use == land.Home {
			list[front], list[i] = list[i], list[front]
			front++
		}
	}
	return list
}

// home returns an address on the map that nobody has yet.
func (b *builder) home() identity.Address {
	if len(b.homes) == 0 {
		b.err = fmt.Errorf("there are too few houses for %d people", Residents)
		return identity.Address{}
	}
	a := b.homes[0]
	b.homes = b.homes[1:]
	return identity.Address{Lines: []string{a.String()}, PostalCode: a.Code, PostalPlace: strings.ToUpper(a.Village), Municipality: b.town.Number}
}
