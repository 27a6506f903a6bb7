package deadlines

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// Starter returns which rules run for a new case of a kind, from what was
// answered in its form.
type Starter func(c cases.Case, subject identity.Person, answers map[string]any) []deadline.Start

// Forecaster says by when a case is expected to be decided; ok is false when
// nobody can tell.
type Forecaster func(ctx context.Context, tx *store.Tx, c cases.Case) (by clock.Date, ok bool, err error)

// Rules is the register of what package deadlines must know of the other
// services. It is filled at start and only read afterwards.
type Rules struct {
	set          *deadline.Set
	starters     map[string]Starter
	consequences map[string]Consequence
	forecast     Forecaster
}

// NewRules returns a register with the rules of the law and the consequences
// that every service shares.
func NewRules(set *deadline.Set) *Rules {
	r := &Rules{set: set, starters: map[string]Starter{}, consequences: map[string]Consequence{}}
	for key, c := range generic() {
		r.Consequence(key, c)
	}
	return r
}

// Register tells which rules run for cases of a kind, besides those that run for
// all. A kind registered twice is a mistake in the program and panics.
func (r *Rules) Register(kind string, s Starter) {
	if r.starters[kind] != nil || s == nil {
		panic("deadlines: kind registered twice or with nothing: " + kind)
	}
	r.starters[kind] = s
}

// Consequence tells what happens by a key that rules name in "passes". A key
// registered twice is a mistake in the program and panics.
func (r *Rules) Consequence(key string, c Consequence) {
	if _, twice := r.consequences[key]; twice || key == "" {
		panic("deadlines: consequence registered twice or without a key: " + key)
	}
	r.consequences[key] = c
}

// Forecast sets who is asked when a case can be expected to be decided.
func (r *Rules) Forecast(f Forecaster) { r.forecast = f }

// check refuses rules whose consequence nobody has registered.
func (r *Rules) check() error {
	for _, rule := range r.set.All() {
		if _, ok := r.consequences[rule.Passes]; !ok {
			return fmt.Errorf("deadlines: nobody knows the consequence %q of rule %q", rule.Passes, rule.Key)
		}
	}
	return nil
}

// every returns the rules that run for all cases of a kind from an event that
// happens on a day, in the versions that such a case follows.
func (r *Rules) every(event, kind string, received, day clock.Date) (list []deadline.Rule, err error) {
	for _, key := range r.set.Keys() {
		first, err := r.set.Version(key, 1)
		if err != nil {
			return nil, err
		}
		on := first.Settled(received, day)
		if !first.Every || first.Starts != event || on.Before(first.From) {
			continue
		}
		rule, err := r.set.On(key, on)
		if err != nil {
			return nil, err
		}
		if rule.For(kind) {
			list = append(list, rule)
		}
	}
	return list, nil
}
