package demo

import (
	"github.com/torg-no/torg/internal/platform/identity"
)

// household makes one household of at most room people. The weights give the
// age pyramid of a Norwegian municipality: a fifth to a quarter are children,
// nearly a fifth are past 67.
func (b *builder) household(room int) {
	kinds := []struct {
		weight int
		make   func()
	}{
		{22, b.single},
		{18, b.family},
		{14, b.couple},
		{14, b.retired},
		{12, b.widowed},
		{6, b.singleParent},
		{6, b.grownChildAtHome},
		{4, b.apart},
	}
	at := b.rng.IntN(96)
	if room < 6 {
		at = 0 // what is left is filled with people who live alone
	}
	for _, kind := range kinds {
		if at -= kind.weight; at < 0 {
			kind.make()
			return
		}
	}
}

func (b *builder) single() {
	g := b.group()
	b.add(sketch{name: b.name(g, b.one(2), b.pick(g.families)), age: b.between(19, 66), home: b.home(), group: g, temp: !g.speaksNorwegian && b.one(4)})
}

// pair adds two grown-ups who live together.
func (b *builder) pair(g nameGroup, age int, home identity.Address) (int, int) {
	first, second := b.pick(g.families), b.pick(g.families)
	if !b.one(3) {
		second = first
	}
	woman := !b.one(40)
	one := b.add(sketch{name: b.name(g, woman, first), age: age, home: home, group: g})
	two := b.add(sketch{name: b.name(g, woman && b.one(50), second), age: max(age+b.between(-3, 5), 20), home: home, group: g})
	return one, two
}

func (b *builder) couple()  { b.pair(b.group(), b.between(22, 62), b.home()) }
func (b *builder) retired() { b.pair(norwegian(), b.between(64, 84), b.home()) }

// widowed is somebody old who lives alone; sometimes the register still knows
// the one who died.
func (b *builder) widowed() {
	g, home, age := norwegian(), b.home(), b.between(68, 97)
	if !b.one(20) {
		b.add(sketch{name: b.name(g, !b.one(4), b.pick(g.families)), age: age, home: home, group: g})
		return
	}
	_, dead := b.pair(g, age, home)
	b.people[dead].DeceasedOn = b.day.AddDays(-b.between(20, 700))
}

func (b *builder) grownChildAtHome() {
	g, home := b.group(), b.home()
	parent, _ := b.pair(g, b.between(46, 62), home)
	b.add(sketch{name: b.name(g, b.one(2), b.people[parent].Name.Family), age: b.between(18, 24), home: home, group: g})
}

// children adds one to three children of parents who were grown up by then; the
// youngest first, the others two to four years older each.
func (b *builder) children(g nameGroup, family string, home identity.Address, parents ...int) []int {
	youngest := b.people[parents[0]].BirthDate.YearsAt(b.day)
	for _, p := range parents {
		youngest = min(youngest, b.people[p].BirthDate.YearsAt(b.day))
	}
	age := b.rng.IntN(min(adult, youngest-21))
	var list []int
	var names []string
	for range []int{1, 2, 2, 2, 3}[b.rng.IntN(5)] {
		if age >= adult || youngest-age < 20 {
			break
		}
		name := b.name(g, b.one(2), family, names...)
		names = append(names, name.Given)
		list = append(list, b.add(sketch{name: name, age: age, home: home, group: g}))
		age += b.between(2, 4)
	}
	return list
}

func (b *builder) family() {
	g, home := b.group(), b.home()
	mother, father := b.pair(g, b.between(26, 46), home)
	for _, child := range b.children(g, b.people[father].Name.Family, home, mother, father) {
		b.tie(child, mother, identity.Parent, true, true)
		b.tie(child, father, identity.Parent, true, true)
	}
}

func (b *builder) singleParent() {
	g, home := b.group(), b.home()
	parent := b.add(sketch{name: b.name(g, !b.one(6), b.pick(g.families)), age: b.between(24, 46), home: home, group: g})
	for _, child := range b.children(g, b.people[parent].Name.Family, home, parent) {
		b.tie(child, parent, identity.Parent, true, true)
	}
}

// apart are parents who live apart. They share the responsibility (felles
// foreldreansvar, barnelova § 34), or one of them has none any more.
func (b *builder) apart() { b.livingApart(true) }

func (b *builder) livingApart(shared bool) {
	g, home := b.group(), b.home()
	one := b.add(sketch{name: b.name(g, true, b.pick(g.families)), age: b.between(26, 46), home: home, group: g})
	two := b.add(sketch{name: b.name(g, false, b.pick(g.families)), age: b.between(27, 50), home: b.home(), group: g})
	for _, child := range b.children(g, b.people[two].Name.Family, home, one, two) {
		b.tie(child, one, identity.Parent, true, true)
		b.tie(child, two, identity.Parent, shared, false)
	}
}
