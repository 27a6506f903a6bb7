package fakeregister_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

var _ identity.Register = (*fakeregister.Register)(nil)

func number(t *testing.T, year, n int) pid.PID {
	t.Helper()
	p, err := pid.Synthetic(clock.NewDate(year, time.March, 14), n)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func family(t *testing.T) (r *fakeregister.Register, mother, father, child pid.PID) {
	t.Helper()
	mother, father, child = number(t, 1990, 0), number(t, 1988, 1), number(t, 2022, 0)
	r, err := fakeregister.New(
		identity.RegisterPerson{Number: mother, Name: identity.Name{Given: "Åse", Family: "Berg"}},
		identity.RegisterPerson{Number: father, Name: identity.Name{Given: "Per", Family: "Berg"}},
		identity.RegisterPerson{
			Number: child, Name: identity.Name{Given: "Liv", Family: "Berg"},
			Guardians: []identity.RegisterGuardian{
				{Number: mother, Kind: identity.Parent, Responsible: true, LivesWith: true},
				{Number: father, Kind: identity.Parent, Responsible: true},
			},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	return r, mother, father, child
}

func ask(t *testing.T, r *fakeregister.Register, n pid.PID) identity.RegisterPerson {
	t.Helper()
	p, err := r.Person(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPerson_derivesChildren(t *testing.T) {
	t.Parallel()
	r, mother, father, child := family(t)
	for _, parent := range []pid.PID{mother, father} {
		if got := ask(t, r, parent).Children; len(got) != 1 || got[0] != child {
			t.Errorf("%d children", len(got))
		}
	}
	if got := ask(t, r, child).Children; len(got) != 0 {
		t.Errorf("the child has %d children", len(got))
	}
}

func TestPerson_isUnknown(t *testing.T) {
	t.Parallel()
	r, _, _, _ := family(t)
	if _, err := r.Person(t.Context(), number(t, 1950, 3)); !errors.Is(err, identity.ErrUnknownPerson) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Person(ctx, number(t, 1950, 3)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNew_refusesRealNumbers(t *testing.T) {
	t.Parallel()
	if _, err := fakeregister.New(identity.RegisterPerson{Name: identity.Name{Given: "Nobody"}}); err == nil {
		t.Error("a person without a synthetic number was let in")
	}
}

func TestLifeEvents_show(t *testing.T) {
	t.Parallel()
	r, mother, father, child := family(t)
	died := clock.NewDate(2026, time.November, 20)
	address := identity.Address{Lines: []string{"Nyveien 2"}, PostalCode: "4630", PostalPlace: "KRISTIANSAND S", Municipality: "4204"}
	for name, err := range map[string]error{
		"die": r.Die(father, died), "move": r.Move(mother, address), "protect": r.Protect(mother, identity.StrictlyConfidential),
		"guardian": r.SetGuardian(child, identity.RegisterGuardian{Number: mother, Kind: identity.Parent, Responsible: true}),
		"remove":   r.RemoveGuardian(child, father, identity.Parent),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := ask(t, r, mother)
	if diff := cmp.Diff(address, m.Address); diff != "" || m.Protection != identity.StrictlyConfidential {
		t.Errorf("mother: %s %s", diff, m.Protection)
	}
	if ask(t, r, father).DeceasedOn != died {
		t.Error("the father lives")
	}
	got := ask(t, r, child).Guardians
	if len(got) != 1 || got[0].Number != mother || got[0].LivesWith {
		t.Errorf("guardians %+v", got)
	}
	if err := r.Die(number(t, 1950, 3), died); !errors.Is(err, identity.ErrUnknownPerson) {
		t.Errorf("a stranger died: %v", err)
	}
}

func TestRenumber_keepsTheFamily(t *testing.T) {
	t.Parallel()
	r, mother, _, child := family(t)
	fresh := number(t, 1990, 9)
	if err := r.Renumber(mother, fresh); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Person(t.Context(), mother); !errors.Is(err, identity.ErrUnknownPerson) {
		t.Errorf("the old number answers: %v", err)
	}
	p := ask(t, r, fresh)
	if len(p.Former) != 1 || p.Former[0] != mother || len(p.Children) != 1 || p.Children[0] != child {
		t.Errorf("former %d children %d", len(p.Former), len(p.Children))
	}
}

func TestSetDown_answersNobody(t *testing.T) {
	t.Parallel()
	r, mother, _, _ := family(t)
	r.SetDown(true)
	if _, err := r.Person(t.Context(), mother); !errors.Is(err, fakeregister.ErrDown) {
		t.Errorf("error %v", err)
	}
	r.SetDown(false)
	ask(t, r, mother)
}

func TestFind_byPartOfName(t *testing.T) {
	t.Parallel()
	r, _, _, _ := family(t)
	if got := r.Find("ÅSE", 10); len(got) != 1 {
		t.Errorf("%d found", len(got))
	}
	if got := r.Find("", 2); len(got) != 2 {
		t.Errorf("%d found", len(got))
	}
}
