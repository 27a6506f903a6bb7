package demo

import (
	"slices"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
)

// The households that every municipality has a few of, and that software likes
// to forget.
const (
	withoutCustody = 4 // a parent without responsibility
	withGuardian   = 3 // children whose parents are dead
	confidential   = 4
	strictly       = 2
)

func (b *builder) specials() {
	for range withoutCustody {
		b.livingApart(false)
	}
	for range withGuardian {
		g := norwegian()
		b.orphan(b.name(g, b.one(2), b.pick(g.families)), "")
	}
	for i := range confidential + strictly {
		grade := identity.Confidential
		if i >= confidential {
			grade = identity.StrictlyConfidential
		}
		from := len(b.people)
		b.singleParent()
		b.protect(from, grade)
	}
}

// orphan is a child whose parents are dead and who lives with an appointed
// guardian (verge, vergemålsloven § 16).
func (b *builder) orphan(guardian identity.Name, part Part) {
	g, home := norwegian(), b.home()
	verge := b.add(sketch{name: guardian, age: b.between(45, 62), home: home, group: g, part: part})
	mother, father := b.pair(g, b.between(28, 40), b.home())
	died := b.day.AddDays(-b.between(200, 900))
	b.people[mother].DeceasedOn, b.people[father].DeceasedOn = died, died
	child := b.add(sketch{name: b.name(g, b.one(2), b.people[father].Name.Family), age: b.between(3, 5), home: home, group: g})
	b.tie(child, mother, identity.Parent, true, false)
	b.tie(child, father, identity.Parent, true, false)
	b.tie(child, verge, identity.AppointedGuardian, true, true)
}

func (b *builder) protect(from int, grade identity.Protection) {
	for i := from; i < len(b.people); i++ {
		b.people[i].Protection = grade
	}
}

// featured adds the people one is invited to log in as, with their families.
func (b *builder) featured() {
	cast := map[Part]identity.Name{}
	for _, r := range b.town.cast {
		cast[r.part] = r.name
	}
	b.twoTogether(cast)
	b.oneApart(cast[Apart])
	b.orphan(cast[AppointedGuardian], AppointedGuardian)
	b.oneHidden(cast[Hidden])
	for i, part := range []Part{CaseWorker, Head, Administrator, Auditor} {
		b.player(part, cast[part], 34+6*i, b.home())
	}
}

// colleagues adds those of the staff who are not made with the featured people.
func (b *builder) colleagues() {
	for _, r := range b.town.cast {
		if i := slices.Index(colleagues(), r.part); i >= 0 {
			b.player(r.part, r.name, 31+4*i, b.home())
		}
	}
}

func (b *builder) player(part Part, name identity.Name, age int, home identity.Address) int {
	i := b.add(sketch{name: name, age: age, home: home, group: norwegian(), part: part})
	b.people[i].Lang = b.town.Lang()
	return i
}

// twoTogether is the mother of two with the other parent. The children are one
// and three years old: one has a right to a place, the other may change.
func (b *builder) twoTogether(cast map[Part]identity.Name) {
	home := b.home()
	mother := b.player(Mother, cast[Mother], 33, home)
	father := b.player(CoParent, cast[CoParent], 35, home)
	names := [2]string{"Nora", "Jakob"}
	if b.index == 1 {
		names = [2]string{"Synnøve", "Brage"}
	}
	for i, months := range []int{44, 16} {
		born := clock.NewDate(b.day.Year, b.day.Month, 1).AddDays(-30*months - 3)
		child := b.add(sketch{name: identity.Name{Given: names[i], Family: cast[Mother].Family}, born: born, home: home, group: norwegian()})
		b.tie(child, mother, identity.Parent, true, true)
		b.tie(child, father, identity.Parent, true, true)
	}
}

func (b *builder) oneApart(name identity.Name) {
	g, home := norwegian(), b.home()
	one := b.player(Apart, name, 38, home)
	two := b.add(sketch{name: b.name(g, b.index == 1, b.pick(g.families)), age: 39, home: b.home(), group: g})
	child := b.add(sketch{name: b.name(g, b.one(2), name.Family), age: 2, home: home, group: g})
	b.tie(child, one, identity.Parent, true, true)
	b.tie(child, two, identity.Parent, true, false)
}

func (b *builder) oneHidden(name identity.Name) {
	g, home, from := norwegian(), b.home(), len(b.people)
	one := b.player(Hidden, name, 31, home)
	child := b.add(sketch{name: b.name(g, b.one(2), name.Family), age: 2, home: home, group: g})
	b.tie(child, one, identity.Parent, true, true)
	b.protect(from, identity.StrictlyConfidential)
}
