// Package fakeregister speaks for the property register (matrikkelen and grunnboken)
// in the demonstration and in tests. It holds in memory who owns what, and refuses
// national numbers of real people.
package fakeregister

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/property"
)

// ErrDown is what the register answers while it is taken down.
var ErrDown = errors.New("fakeregister: the property register is down")

// errReal says that a number may be a living person's.
var errReal = errors.New("fakeregister: the number is not synthetic")

type key struct {
	municipality string
	ref          property.Ref
}

// Register implements property.Register. It may be used by several goroutines.
type Register struct {
	mu     sync.Mutex
	owners map[key][]property.Owner
	down   bool
	silent bool
	asked  int
}

// New returns an empty register.
func New() *Register { return &Register{owners: map[key][]property.Owner{}} }

// Put says who owns a property of a municipality, instead of whoever did.
func (r *Register) Put(municipality string, ref property.Ref, owners ...property.Owner) error {
	for _, o := range owners {
		if o.Number == "" {
			continue
		}
		number, err := pid.Parse(o.Number)
		if err != nil {
			return fmt.Errorf("fakeregister: owner of %s: %w", ref, err)
		}
		if !number.Synthetic() {
			return fmt.Errorf("fakeregister: owner of %s: %w", ref, errReal)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owners[key{municipality, ref}] = clone(owners)
	return nil
}

// SetDown takes the register down, or up again.
func (r *Register) SetDown(down bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = down
}

// SetSilent lets the register take questions and never answer, or answer again.
func (r *Register) SetSilent(silent bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silent = silent
}

// Asked is how many times the register has been asked.
func (r *Register) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Owners implements property.Register.
func (r *Register) Owners(ctx context.Context, municipality string, refs []property.Ref) (map[property.Ref][]property.Owner, error) {
	r.mu.Lock()
	r.asked++
	silent := r.silent
	r.mu.Unlock()
	if silent {
		<-ctx.Done()
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("fakeregister: not asked: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return nil, ErrDown
	}
	found := map[property.Ref][]property.Owner{}
	for _, ref := range refs {
		if owners := r.owners[key{municipality, ref}]; len(owners) > 0 {
			found[ref] = clone(owners)
		}
	}
	return found, nil
}

// clone copies owners with their addresses.
func clone(owners []property.Owner) []property.Owner {
	list := slices.Clone(owners)
	for i := range list {
		list[i].Address = slices.Clone(list[i].Address)
	}
	return list
}
