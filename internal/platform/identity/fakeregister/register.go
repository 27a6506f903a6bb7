package fakeregister

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

// ErrDown is what the register answers while it is taken down.
var ErrDown = errors.New("fakeregister: the register is down")

// Register implements identity.Register, identity.OrganisationRegister and
// identity.EventFeed. It may be used by several goroutines.
type Register struct {
	mu     sync.Mutex
	people map[pid.PID]identity.RegisterPerson
	order  []pid.PID
	down   bool

	organisations []Organisation
	events        []pid.PID
}

// New returns a register of synthetic people. A person's Children need not be
// given: they follow from the children's Guardians.
func New(people ...identity.RegisterPerson) (*Register, error) {
	r := &Register{people: map[pid.PID]identity.RegisterPerson{}}
	for _, p := range people {
		if err := r.Put(p); err != nil {
			return nil, err
		}
	}
	r.events = nil
	return r, nil
}

// Put adds a person, or replaces the one with the same number.
func (r *Register) Put(p identity.RegisterPerson) error {
	if !p.Number.Synthetic() {
		return fmt.Errorf("fakeregister: %s has no synthetic number", p.Name.Given)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.people[p.Number]; !known {
		r.order = append(r.order, p.Number)
	}
	if p.Protection == "" {
		p.Protection = identity.Unprotected
	}
	r.people[p.Number] = clone(p)
	r.happened(p.Number)
	return nil
}

// Person implements identity.Register.
func (r *Register) Person(ctx context.Context, number pid.PID) (identity.RegisterPerson, error) {
	if err := ctx.Err(); err != nil {
		return identity.RegisterPerson{}, fmt.Errorf("fakeregister: not asked: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return identity.RegisterPerson{}, ErrDown
	}
	p, ok := r.people[number]
	if !ok {
		return identity.RegisterPerson{}, identity.ErrUnknownPerson
	}
	p = clone(p)
	p.Children = r.childrenOf(number)
	return p, nil
}

// All returns everybody in the order they were put in.
func (r *Register) All() []identity.RegisterPerson {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]identity.RegisterPerson, 0, len(r.order))
	for _, number := range r.order {
		p := clone(r.people[number])
		p.Children = r.childrenOf(number)
		list = append(list, p)
	}
	return list
}

// SetDown takes the register down, or up again.
func (r *Register) SetDown(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// Die records a death.
func (r *Register) Die(number pid.PID, on clock.Date) error {
	return r.change(number, func(p *identity.RegisterPerson) { p.DeceasedOn = on })
}

// Move gives a person, and nobody else of the household, a new address.
func (r *Register) Move(number pid.PID, to identity.Address) error {
	return r.change(number, func(p *identity.RegisterPerson) { p.Address = to })
}

// Protect sets the protection of a person's address.
func (r *Register) Protect(number pid.PID, grade identity.Protection) error {
	return r.change(number, func(p *identity.RegisterPerson) { p.Protection = grade })
}

// SetGuardian makes somebody a guardian of the child, or changes what sort of one.
func (r *Register) SetGuardian(child pid.PID, g identity.RegisterGuardian) error {
	return r.change(child, func(p *identity.RegisterPerson) {
		p.Guardians = append(slices.DeleteFunc(p.Guardians, isTie(g.Number, g.Kind)), g)
	})
}

// RemoveGuardian ends a guardianship of the child.
func (r *Register) RemoveGuardian(child, guardian pid.PID, kind identity.GuardianKind) error {
	return r.change(child, func(p *identity.RegisterPerson) {
		p.Guardians = slices.DeleteFunc(p.Guardians, isTie(guardian, kind))
	})
}

// Renumber gives a person a new number, as when a D-number becomes a
// fødselsnummer; the register then knows the old one only as a former one.
func (r *Register) Renumber(old, number pid.PID) error {
	r.mu.Lock()
	p, ok := r.people[old]
	if ok {
		delete(r.people, old)
		r.order = slices.DeleteFunc(r.order, func(n pid.PID) bool { return n == old })
		for n, other := range r.people {
			for i := range other.Guardians {
				if other.Guardians[i].Number == old {
					other.Guardians[i].Number = number
				}
			}
			r.people[n] = other
		}
	}
	r.mu.Unlock()
	if !ok {
		return identity.ErrUnknownPerson
	}
	p.Number, p.Former = number, append(p.Former, old)
	return r.Put(p)
}

// Find returns people whose name contains the text, in the order they were put in.
func (r *Register) Find(name string, limit int) []identity.RegisterPerson {
	var found []identity.RegisterPerson
	for _, p := range r.All() {
		if len(found) < limit && strings.Contains(strings.ToLower(p.Name.Full()), strings.ToLower(strings.TrimSpace(name))) {
			found = append(found, p)
		}
	}
	return found
}

func (r *Register) change(number pid.PID, how func(*identity.RegisterPerson)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.people[number]
	if !ok {
		return identity.ErrUnknownPerson
	}
	p = clone(p)
	how(&p)
	r.people[number] = p
	r.happened(number)
	return nil
}

func (r *Register) childrenOf(number pid.PID) []pid.PID {
	var list []pid.PID
	for _, child := range r.order {
		for _, g := range r.people[child].Guardians {
			if g.Number == number && !slices.Contains(list, child) {
				list = append(list, child)
			}
		}
	}
	return list
}

func isTie(number pid.PID, kind identity.GuardianKind) func(identity.RegisterGuardian) bool {
	return func(g identity.RegisterGuardian) bool { return g.Number == number && g.Kind == kind }
}

// clone copies what a caller could otherwise change behind the register's back.
func clone(p identity.RegisterPerson) identity.RegisterPerson {
	p.Former, p.Guardians = slices.Clone(p.Former), slices.Clone(p.Guardians)
	p.Children, p.Address.Lines = slices.Clone(p.Children), slices.Clone(p.Address.Lines)
	return p
}
