package access

import (
	"math/bits"
	"slices"
)

// state is what the policies say of one kind of row.
type state byte

const (
	refused state = iota
	allowed
	dontCare // no such row, or covered already
)

// cells holds the answer for each kind of row of one department; bit i of the
// index says whether question i holds.
type cells []state

func (c cells) size() uint { return uint(len(c)) }

// summarise writes the table down as few clauses: first what holds in every
// department, then what holds in some.
func summarise(table map[string]cells, departments []string, qs []question) []clause {
	common := slices.Clone(table[departments[0]])
	for _, d := range departments[1:] {
		for i, s := range table[d] {
			if s == refused {
				common[i] = refused
			}
		}
	}
	var clauses []clause
	for _, term := range minimise(common) {
		clauses = append(clauses, clause{literals: term.literals(qs)})
	}
	for _, group := range groups(table, departments, common) {
		departments, except := group.members, false
		if slices.Contains(departments, stranger) {
			departments, except = without(group.all, departments), true
		}
		for _, term := range minimise(group.extra) {
			clauses = append(clauses, clause{departments: departments, except: except, literals: term.literals(qs)})
		}
	}
	return clauses
}

// group is departments with the same answers.
type group struct {
	members, all []string
	extra        cells
}

func groups(table map[string]cells, departments []string, common cells) []group {
	var list []group
	for _, d := range departments {
		extra := slices.Clone(table[d])
		for i := range extra {
			if common[i] == allowed {
				extra[i] = dontCare
			}
		}
		if i := slices.IndexFunc(list, func(g group) bool { return slices.Equal(g.extra, extra) }); i >= 0 {
			list[i].members = append(list[i].members, d)
			continue
		}
		list = append(list, group{members: []string{d}, all: departments, extra: extra})
	}
	return list
}

// without returns the departments that are named and not members.
func without(all, members []string) []string {
	rest := []string{}
	for _, d := range all {
		if !slices.Contains(members, d) {
			rest = append(rest, d)
		}
	}
	return rest
}

// term is a conjunction: question i must be as bit i of value says, unless bit
// i of free is set.
type term struct{ value, free uint }

func (t term) covers(cell uint) bool { return cell&^t.free == t.value }

func (t term) literals(qs []question) []literal {
	var list []literal
	for i, q := range qs {
		if t.free&(1<<i) == 0 {
			list = append(list, literal{fact: q.fact, value: q.value, not: t.value&(1<<i) == 0})
		}
	}
	return list
}

// minimise returns few terms that together cover the allowed cells and no
// denied one (the method of Quine and McCluskey, with a greedy choice).
func minimise(c cells) []term {
	if !slices.Contains(c, allowed) {
		return nil
	}
	primes := primesOf(c)
	var chosen []term
	for {
		best, gain := term{}, 0
		for _, p := range primes {
			if n := uncovered(c, p, chosen); n > gain {
				best, gain = p, n
			}
		}
		if gain == 0 {
			return chosen
		}
		chosen = append(chosen, best)
	}
}

// uncovered counts the allowed cells that the term adds to those chosen.
func uncovered(c cells, t term, chosen []term) int {
	n := 0
	for cell := range c.size() {
		if c[cell] == allowed && t.covers(cell) &&
			!slices.ContainsFunc(chosen, func(other term) bool { return other.covers(cell) }) {
			n++
		}
	}
	return n
}

// primesOf returns the terms that cannot be widened without covering a denied
// cell, widest first.
func primesOf(c cells) []term {
	var all []term
	for free := range c.size() {
		for value := range c.size() {
			t := term{value: value, free: free}
			if value&free == 0 && holds(c, t) {
				all = append(all, t)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y term) int {
		return bits.OnesCount(y.free) - bits.OnesCount(x.free)
	})
	var primes []term
	for _, t := range all {
		wider := func(p term) bool { return p.free&t.free == t.free && t.value&^p.free == p.value }
		if !slices.ContainsFunc(primes, wider) {
			primes = append(primes, t)
		}
	}
	return primes
}

func holds(c cells, t term) bool {
	for cell := range c.size() {
		if t.covers(cell) && c[cell] == refused {
			return false
		}
	}
	return true
}
