package identity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
)

const builders = pid.Org("311111116") // of test data

func organisation(roles ...fakeregister.OrganisationRole) fakeregister.Organisation {
	return fakeregister.Organisation{Number: builders, Name: "Torgøy Bygg AS", Roles: roles}
}

func representedNames(t *testing.T, w *world, who pid.PID) map[string]identity.Basis {
	t.Helper()
	list, err := w.service.Represented(w.as(t, who))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]identity.Basis{}
	for _, r := range list {
		names[r.Person.Name.Full()] = r.Basis
	}
	return names
}

func TestOrganisation_whoLeadsItActsForIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for role, want := range map[identity.OrganisationRole]bool{
			identity.ManagingDirector: true, identity.Chair: true, identity.Proprietor: true, identity.BoardMember: false,
		} {
			put(t, w, organisation(fakeregister.OrganisationRole{Person: w.nils, Role: role}))
			refresh(t, w, w.nils)
			_, acts := representedNames(t, w, w.nils)["Torgøy Bygg AS"]
			if acts != want {
				t.Errorf("%s: %v", role, acts)
			}
		}
	})
}

func put(t *testing.T, w *world, o fakeregister.Organisation) {
	t.Helper()
	if err := w.register.PutOrganisation(o); err != nil {
		t.Fatal(err)
	}
}

func TestOrganisation_endsWithTheRoleAndWithTheOrganisation(t *testing.T) {
	t.Parallel()
	lead := func(w *world) fakeregister.OrganisationRole {
		return fakeregister.OrganisationRole{Person: w.nils, Role: identity.ManagingDirector}
	}
	for name, change := range map[string]func(*world) fakeregister.Organisation{
		"another leads it": func(w *world) fakeregister.Organisation {
			return organisation(fakeregister.OrganisationRole{Person: w.kari, Role: identity.ManagingDirector})
		},
		"it is deleted": func(w *world) fakeregister.Organisation {
			o := organisation(lead(w))
			o.DeletedOn = storetestDay()
			return o
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				put(t, w, organisation(lead(w)))
				_, secret := w.secret(t, w.nils)
				list, err := w.service.Represented(w.as(t, w.nils))
				if err != nil || len(list) != 1 {
					t.Fatalf("%d: %v", len(list), err)
				}
				firm := list[0].Person
				if !firm.IsOrganisation() || firm.Organisation != builders || firm.MinorOn(storetestDay()) {
					t.Errorf("%+v", firm)
				}
				act(t, w, secret, firm.ID)
				if a := lookup(t, w, secret).Actor; a.Author() != firm.ID || a.OnBehalfName != "Torgøy Bygg AS" || !a.Represents("building") {
					t.Errorf("%+v", a)
				}
				put(t, w, change(w))
				refresh(t, w, w.nils)
				if a := lookup(t, w, secret).Actor; a.OnBehalfOf != "" {
					t.Errorf("still acts: %+v", a)
				}
			})
		})
	}
}

func TestOrganisation_hasOneRowAndNoNationalNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		told := identity.RegisterOrganisation{Number: builders, Name: "Torgøy Bygg AS", Roles: []identity.OrganisationRole{identity.Chair}}
		first, err := w.service.EnsureOrganisation(w.env.Ctx, told)
		if err != nil {
			t.Fatal(err)
		}
		w.keys.rotate()
		told.Name = "Torgøy Bygg og Anlegg AS"
		second, err := w.service.EnsureOrganisation(w.env.Ctx, told)
		if err != nil || second != first {
			t.Errorf("%s beside %s: %v", second, first, err)
		}
		p, err := w.service.Person(w.env.Ctx, first)
		if err != nil || p.Name.Full() != told.Name {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := w.service.Number(w.env.Ctx, first); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a national number: %v", err)
		}
		found, err := w.service.FindByName(w.env.Ctx, "Torgøy", 10)
		if err != nil || len(found) != 0 {
			t.Errorf("found among people: %d %v", len(found), err)
		}
		if _, err := w.service.EnsureOrganisation(w.env.Ctx, identity.RegisterOrganisation{Number: "311111117", Name: "x"}); err == nil {
			t.Error("a number with a slip was taken")
		}
	})
}

func TestOrganisation_aRegisterThatIsDownKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		put(t, w, organisation(fakeregister.OrganisationRole{Person: w.nils, Role: identity.Chair}))
		refresh(t, w, w.nils)
		w.register.SetDown(true)
		w.browser(t).login(siteA, w.nils).expect(200, "resident")
		if diff := cmp.Diff(map[string]identity.Basis{"Torgøy Bygg AS": identity.ByOffice}, representedNames(t, w, w.nils)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestComeOfAge_closesTheTieOnTheBirthday(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		today := storetestDay()
		born := today.AddYears(-18).AddDays(1)
		teen := number(t, born.Year, born.Month, born.Day, 7)
		err := w.register.Put(identity.RegisterPerson{
			Number: teen, Name: identity.Name{Given: "Ada", Family: "Nordmann"}, BirthDate: born,
			Guardians: []identity.RegisterGuardian{{Number: w.kari, Kind: identity.Parent, Responsible: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.kari)
		w.familyEvents = nil
		come := func() {
			t.Helper()
			if err := w.service.ComeOfAge(w.env.Ctx); err != nil {
				t.Fatal(err)
			}
		}
		come()
		if !mayFor(t, w, w.kari, teen, "school") || len(w.familyEvents) != 0 {
			t.Fatalf("the day before: %v", w.familyEvents)
		}
		w.env.Clock.Set(today.AddDays(1).Start())
		if mayFor(t, w, w.kari, teen, "school") {
			t.Error("the right outlives the birthday, before the job has run")
		}
		come()
		come()
		if diff := cmp.Diff([]string{w.person(t, teen).ID}, w.familyEvents); diff != "" {
			t.Error(diff)
		}
		refresh(t, w, w.kari) // the register still names the mother
		guardians, err := w.service.GuardiansOf(w.env.Ctx, w.person(t, teen).ID)
		if err != nil || len(guardians) != 0 {
			t.Errorf("%d guardians of a grown-up: %v", len(guardians), err)
		}
		family, err := w.service.Family(w.as(t, w.kari))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range family {
			names = append(names, p.Name.Given)
		}
		if diff := cmp.Diff([]string{"Ada", "Ola"}, names); diff != "" {
			t.Errorf("the family to choose an agent from: %s", diff)
		}
	})
}

func TestPoll_asksAboutThoseItKnowsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.familyEvents = nil
		if err := w.register.RemoveGuardian(w.liv, w.ola, identity.Parent); err != nil {
			t.Fatal(err)
		}
		if err := w.register.Move(w.nils, homeAddress()); err != nil { // whom the municipality does not know
			t.Fatal(err)
		}
		for range 2 {
			if err := w.service.Poll(w.env.Ctx); err != nil {
				t.Fatal(err)
			}
		}
		if mayFor(t, w, w.ola, w.liv, "school") {
			t.Error("the father still acts")
		}
		if diff := cmp.Diff([]string{w.person(t, w.liv).ID}, w.familyEvents); diff != "" {
			t.Error(diff)
		}
		if _, err := w.service.FindByNumber(w.env.Ctx, w.nils); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a stranger was taken in: %v", err)
		}
		w.register.SetDown(true)
		if err := w.service.Poll(w.env.Ctx); !errs.Is(err, errs.KindUnavailable) {
			t.Errorf("a register that is down: %v", err)
		}
	})
}

func TestPoll_goesOnWhereItFailed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		if err := w.register.Die(w.ola, clock.NewDate(2026, 1, 1)); err != nil {
			t.Fatal(err)
		}
		w.register.SetDown(true)
		if err := w.service.Poll(w.env.Ctx); err == nil {
			t.Fatal("polled a register that is down")
		}
		w.register.SetDown(false)
		if err := w.service.Poll(w.env.Ctx); err != nil {
			t.Fatal(err)
		}
		if !w.person(t, w.ola).Deceased() {
			t.Error("the death was missed")
		}
	})
}
