package property_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	people "github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/property"
	"github.com/torg-no/torg/internal/property/fakeregister"
)

// owns gives a property owners of every sort.
func (s *stage) owns(home property.Property) {
	s.Helper()
	_, mother := s.number(demo.Mother)
	_, hidden := s.number(demo.Hidden)
	stranger, err := pid.Synthetic(clock.NewDate(1931, 2, 3), 7)
	if err != nil {
		s.Fatal(err)
	}
	err = s.register.Put(s.land.Town.Number, home.Ref,
		property.Owner{Number: mother, Name: "Kari Nordmann", Share: "1/4", Address: []string{"Kaiveien 1", "9961 TORGØY"}},
		// The register has not heard of the protection; the population register has.
		property.Owner{Number: hidden, Name: "Skjult Person", Share: "1/4", Address: []string{"Hemmelig vei 9", "9961 TORGØY"}},
		property.Owner{Name: "Olav Sand", Share: "1/4", Deceased: true, Number: stranger.Digits(), Address: []string{"Boet 2"}},
		property.Owner{Organisation: "312000017", Name: "Skjærgårdsbygg AS", Share: "1/4", Address: []string{"Torggata 1"}},
	)
	if err != nil {
		s.Fatal(err)
	}
}

func TestOwners_areShownToThoseWhoHandleBuildingCasesAndRecorded(t *testing.T) {
	t.Parallel()
	product(t, func(t *testing.T, s *stage) {
		home := s.home(demo.Mother)
		s.owns(home)
		mother := s.Visitor("torgoy").As(demo.Mother)
		before := len(mother.Get("/my/looks").Must(http.StatusOK).All("tr"))
		v := s.Visitor("torgoy").As(demo.Planner)
		v.Get("/property/" + home.Ref.Path()).Must(http.StatusOK).Link("/work/property/" + home.Ref.Path())
		page := v.Get("/work/property/"+home.Ref.Path()).Must(http.StatusOK).Has(
			"Kari Nordmann", "Kaiveien 1", "Eier med hemmelig adresse", "Adressen er hemmelig", "Olav Sand", "Død – skriv til dødsboet", "Skjærgårdsbygg AS", "Virksomhet, 312000017", "1/4")
		_, number := s.number(demo.Mother)
		for _, never := range []string{"Hemmelig vei", "Skjult", number, number[:6] + " " + number[6:]} {
			if strings.Contains(string(page.Body), never) {
				t.Errorf("the page has %q", never)
			}
		}
		if after := len(mother.Get("/my/looks").Must(http.StatusOK).All("tr")); after != before+1 {
			t.Errorf("one look gave the owner %d entries", after-before)
		}
		s.Visitor("torgoy").As(demo.PlanHead).Get("/work/property/" + home.Ref.Path()).Must(http.StatusOK).Has("Kari Nordmann")
		s.away(home)
	})
}

// away takes the register away: the page says so and leads on.
func (s *stage) away(home property.Property) {
	s.Helper()
	v := s.Visitor("torgoy").As(demo.Planner)
	s.register.SetDown(true)
	v.Get("/work/property/"+home.Ref.Path()).Must(http.StatusOK).Has("Vi kan ikke si hvem som eier", "Eiendomsregisteret svarer ikke nå").Link("/property/" + home.Ref.Path())
	if _, err := s.App.Property.Owners(s.As(0, demo.Planner), []property.Ref{home.Ref}); !errs.Is(err, errs.KindUnavailable) {
		s.Errorf("the register is down: %v", err)
	}
	s.register.SetDown(false)
	v.Get("/work/property/" + home.Ref.Path()).Must(http.StatusOK).Has("Kari Nordmann")
}

func TestOwners_asTorgItselfForTheNeighbours(t *testing.T) {
	t.Parallel()
	product(t, func(t *testing.T, s *stage) {
		home := s.home(demo.Mother)
		s.owns(home)
		system := identity.AsSystem(s.In("torgoy"), "neighbours")
		found, err := s.App.Property.Owners(system, []property.Ref{home.Ref, home.Ref, {Gnr: 9999, Bnr: 1}})
		if err != nil || len(found) != 1 || len(found[home.Ref]) != 4 {
			t.Fatalf("%d, %v", len(found), err)
		}
		id, number := s.number(demo.Mother)
		hiddenID, _ := s.number(demo.Hidden)
		for _, o := range found[home.Ref] {
			switch {
			case o.Number == number:
				if o.PersonID != id || len(o.Address) != 2 || o.Protected {
					t.Error("the mother is not recognised")
				}
			case o.PersonID == hiddenID:
				if !o.Protected || o.Address != nil {
					t.Error("a protected address comes out")
				}
			}
			if text := fmt.Sprintf("%v %+v %s %#v", o, o, o, o); o.Number != "" && strings.Contains(text, o.Number) {
				t.Errorf("a number is printed: %s", text)
			}
		}
		for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Administrator} {
			if _, err := s.App.Property.Owners(s.As(0, part), []property.Ref{home.Ref}); !errs.Is(err, errs.KindForbidden) && !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", part, err)
			}
		}
		if many, err := s.App.Property.Owners(system, make([]property.Ref, 501)); err != nil || len(many) != 0 {
			t.Errorf("501 times the same number: %v", err)
		}
		var different []property.Ref
		for i := range 501 {
			different = append(different, property.Ref{Gnr: 1, Bnr: i + 1})
		}
		if _, err := s.App.Property.Owners(system, different); err == nil {
			t.Error("there is no limit")
		}
	})
}

// While the population register is away, nobody can tell whether a stranger's address is
// secret: it is kept back.
func TestOwners_keepsAddressesBackThatNobodyCanVouchFor(t *testing.T) {
	t.Parallel()
	product(t, func(t *testing.T, s *stage) {
		home := s.home(demo.Mother)
		s.owns(home)
		population, ok := s.Demo.Register().(*people.Register)
		if !ok {
			t.Fatal("another register")
		}
		planner := s.Visitor("torgoy").As(demo.Planner)
		population.SetDown(true)
		page := planner.Get("/work/property/"+home.Ref.Path()).Must(http.StatusOK).Has("Kaiveien 1", "Olav Sand", "Torggata 1")
		if strings.Contains(page.Text(), "Boet 2") {
			t.Error("the address of somebody whom nobody knows comes out")
		}
		population.SetDown(false)
		planner.Get("/work/property/" + home.Ref.Path()).Must(http.StatusOK).Has("Boet 2")
	})
}

// TestOwners_withoutRegister says that the municipality is not connected.
func TestOwners_withoutRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, err := w.Owners(w.torg(), []property.Ref{{Gnr: 1, Bnr: 1}})
		if e := errs.Of(err); e == nil || e.Kind != errs.KindUnavailable || e.Key != "property.no_register" || w.HasRegister() {
			t.Errorf("%v", err)
		}
		if _, err := w.Owners(w.ctx, []property.Ref{{Gnr: 1, Bnr: 1}}); !errs.Is(err, errs.KindLogin) {
			t.Errorf("anybody: %v", err)
		}
	})
}

func TestRegister_refusesRealPeopleAndKeepsItsOwn(t *testing.T) {
	t.Parallel()
	r, ref := fakeregister.New(), property.Ref{Gnr: 1, Bnr: 2}
	for _, number := range []string{"1", "12345678901", "01010112345"} {
		if err := r.Put("9901", ref, property.Owner{Number: number}); err == nil {
			t.Errorf("%s is taken", number)
		}
	}
	lines := []string{"Kaiveien 1"}
	if err := r.Put("9901", ref, property.Owner{Name: "Torgøy kommune", Organisation: "1", Address: lines}); err != nil {
		t.Fatal(err)
	}
	lines[0] = "changed"
	found, err := r.Owners(t.Context(), "9901", []property.Ref{ref})
	if err != nil || len(found[ref]) != 1 || found[ref][0].Address[0] != "Kaiveien 1" {
		t.Errorf("%v, %v", found, err)
	}
	if other, err := r.Owners(t.Context(), "9902", []property.Ref{ref}); err != nil || len(other) != 0 {
		t.Errorf("the neighbour has %v, %v", other, err)
	}
	r.SetDown(true)
	if _, err := r.Owners(t.Context(), "9901", nil); err == nil {
		t.Error("it answers while it is down")
	}
	r.SetDown(false)
	r.SetSilent(true)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := r.Owners(ctx, "9901", nil); err == nil {
		t.Error("it answers while it is silent")
	}
	if r.Asked() != 4 || !slices.Equal(found[ref][0].Address, []string{"Kaiveien 1"}) {
		t.Errorf("asked %d times", r.Asked())
	}
}
