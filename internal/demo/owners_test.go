package demo

import (
	"slices"
	"testing"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/property"
)

// TestLandRegister_knowsWhoOwnsWhat asks for the owners of every property of both
// towns.
func TestLandRegister_knowsWhoOwnsWhat(t *testing.T) {
	t.Parallel()
	p, err := Populate(clock.NewDate(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	d := &Demo{population: p}
	register, err := d.landRegister()
	if err != nil {
		t.Fatal(err)
	}
	for i, town := range Towns() {
		refs := map[int]property.Ref{}
		var all []property.Ref
		for k, e := range p.Lands[i].Properties {
			refs[k] = property.Ref{Gnr: e.Gnr, Bnr: e.Bnr, Fnr: e.Fnr}
			all = append(all, refs[k])
		}
		owners, err := register.Owners(t.Context(), town.Number, all)
		if err != nil {
			t.Fatal(err)
		}
		protected, dead, two := 0, 0, 0
		for _, ref := range all {
			list := owners[ref]
			if len(list) == 0 {
				t.Fatalf("%s: nobody owns %s", town.Slug, ref)
			}
			two += count(len(list) == 2)
			for _, o := range list {
				protected, dead = protected+count(o.Protected), dead+count(o.Deceased)
				checkOwner(t, ref, o)
			}
		}
		if protected == 0 || dead == 0 || two < 100 {
			t.Errorf("%s: %d protected owners, %d dead, %d properties with two", town.Slug, protected, dead, two)
		}
		theMotherOwnsHerHouse(t, p, i, owners, refs)
	}
}

func checkOwner(t *testing.T, ref property.Ref, o property.Owner) {
	t.Helper()
	if o.Protected == (len(o.Address) > 0) {
		t.Errorf("%s: an owner protected=%v with address %v", ref, o.Protected, o.Address)
	}
	if o.Name == "" || (o.Number == "") == (o.Organisation == "") {
		t.Errorf("%s: owner %+v", ref, o)
	}
	if o.Organisation != "" {
		if _, err := pid.ParseOrg(o.Organisation); err != nil {
			t.Errorf("%s: organisation number %s: %v", ref, o.Organisation, err)
		}
	}
}

func theMotherOwnsHerHouse(t *testing.T, p Population, town int, owners map[property.Ref][]property.Owner, refs map[int]property.Ref) {
	t.Helper()
	mother, _ := p.Player(town, Mother)
	for _, a := range p.Lands[town].Addresses {
		if a.String() != mother.Address.Lines[0] {
			continue
		}
		if !slices.ContainsFunc(owners[refs[a.Property]], func(o property.Owner) bool { return o.Number == mother.Number.Digits() }) {
			t.Errorf("the mother does not own %s", refs[a.Property])
		}
		return
	}
	t.Error("the mother lives nowhere")
}
