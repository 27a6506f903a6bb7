package demo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// adult is the age of majority (vergemålsloven § 8).
const adult = 18

// builder makes the people of one municipality. The first failure is kept and
// ends it.
type builder struct {
	rng     *rand.Rand
	day     clock.Date
	numbers *numbers
	town    Town
	index   int
	people  []Resident
	homes   []land.Address // that are free
	mail    map[string]int
	err     error
}

// sketch is a person before there is a number.
type sketch struct {
	name  identity.Name
	age   int
	born  clock.Date // made from the age when zero
	home  identity.Address
	group nameGroup
	part  Part
	temp  bool // has a D-number
}

func (b *builder) build() ([]Resident, error) {
	b.featured()
	b.specials()
	for most := Residents - len(colleagues()); len(b.people) < most && b.err == nil; {
		b.household(most - len(b.people))
	}
	b.colleagues()
	if b.err == nil && len(b.people) != Residents {
		b.err = errors.New("there are too many")
	}
	return b.people, b.err
}

// add makes a person and returns the index.
func (b *builder) add(s sketch) int {
	if s.born.IsZero() {
		s.born = b.bornAt(s.age)
	}
	take := b.numbers.take
	if s.temp {
		take = b.numbers.takeTemporary
	}
	number, err := take(s.born)
	b.err = errors.Join(b.err, err)
	r := Resident{
		RegisterPerson: identity.RegisterPerson{Number: number, Name: s.name, BirthDate: s.born, Address: s.home, Protection: identity.Unprotected},
		Lang:           b.lang(s.group), Part: s.part, Town: b.index,
	}
	if s.born.YearsAt(b.day) >= adult {
		r.Email, r.Phone = b.address(s.name), b.phone()
	}
	b.people = append(b.people, r)
	return len(b.people) - 1
}

// tie makes somebody a guardian of a child.
func (b *builder) tie(child, guardian int, kind identity.GuardianKind, responsible, livesWith bool) {
	c := &b.people[child]
	c.Guardians = append(c.Guardians, identity.RegisterGuardian{
		Number: b.people[guardian].Number, Kind: kind, Responsible: responsible, LivesWith: livesWith,
	})
}

// bornAt returns a birth date of somebody who has the age on the day.
func (b *builder) bornAt(age int) clock.Date {
	born := b.day.AddYears(-age).AddDays(-1 - b.rng.IntN(363))
	for born.YearsAt(b.day) != age { // 29 February
		born = born.AddDays(1)
	}
	return born
}

// between returns a number from low to high, both included.
func (b *builder) between(low, high int) int { return low + b.rng.IntN(high-low+1) }

// one in n.
func (b *builder) one(n int) bool { return b.rng.IntN(n) == 0 }

func (b *builder) pick(list []string) string { return list[b.rng.IntN(len(list))] }

func (b *builder) group() nameGroup {
	groups := nameGroups()
	total := 0
	for _, g := range groups {
		total += g.weight
	}
	at := b.rng.IntN(total)
	for _, g := range groups {
		if at -= g.weight; at < 0 {
			return g
		}
	}
	return groups[0]
}

// name returns a name whose first part none of the siblings has; some carry a middle name.
func (b *builder) name(g nameGroup, woman bool, family string, taken ...string) identity.Name {
	list := g.men
	if woman {
		list = g.women
	}
	given := b.pick(list)
	for slices.Contains(taken, given) {
		given = b.pick(list)
	}
	n := identity.Name{Given: given, Family: family}
	if middle := b.pick(g.families); g.speaksNorwegian && b.one(6) && middle != family {
		n.Middle = middle
	}
	return n
}

func (b *builder) lang(g nameGroup) i18n.Lang {
	own, other := i18n.NB, i18n.NN
	if b.town.Form == tenant.Nynorsk {
		own, other = other, own
	}
	switch {
	case g.speaksNorwegian && b.one(12), !g.speaksNorwegian && len(g.women) > 0 && b.one(8):
		return other
	case !g.speaksNorwegian && len(g.women) > 0 && b.one(2):
		return i18n.EN
	}
	return own
}

// plain takes off the marks that tenant.Slug does not know.
func plain() *strings.Replacer {
	return strings.NewReplacer("ł", "l", "ó", "o", "ą", "a", "ę", "e", "ć", "c", "ń", "n", "ś", "s", "ź", "z", "ė", "e", "ī", "i", "ņ", "n", "ē", "e", "Ż", "Z")
}

func (b *builder) address(n identity.Name) string {
	local := tenant.Slug(plain().Replace(n.Given)) + "." + tenant.Slug(plain().Replace(n.Family))
	b.mail[local]++
	if k := b.mail[local]; k > 1 {
		local += strconv.Itoa(k)
	}
	return local + "@" + b.town.mail
}

// phone returns a number that begins with 84, a series that the numbering plan
// leaves empty, so that nobody's telephone rings for the demonstration.
func (b *builder) phone() string { return fmt.Sprintf("+4784%06d", b.rng.IntN(1_000_000)) }
