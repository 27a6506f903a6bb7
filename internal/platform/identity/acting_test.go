package identity_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/fakeregister"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// actingFor returns the names of those who may act for a person in cases of a kind,
// with the basis of their right.
func actingFor(t *testing.T, w *world, p identity.Person, kind string) (list []string) {
	t.Helper()
	err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		list = nil
		acting, err := w.service.ActingIn(ctx, tx, p, kind)
		if err != nil {
			return err
		}
		for _, a := range acting {
			who, err := w.service.PersonIn(ctx, tx, a.Person)
			if err != nil {
				return err
			}
			list = append(list, who.Name.Given+" "+string(a.Basis))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// actsFor checks who may act for somebody.
func actsFor(t *testing.T, w *world, what string, p identity.Person, kind string, want ...string) {
	t.Helper()
	if got := actingFor(t, w, p, kind); !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestActingIn_anAgentWhileTheMandateHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		today := storetestDay()
		m, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{"nursing"}, From: today.AddDays(1), Until: today.AddDays(9)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{"nursing", "building"}, From: today.AddDays(1), Until: today.AddDays(2)}); err != nil {
			t.Fatal(err)
		}
		nils, kari := w.person(t, w.nils), w.person(t, w.kari).Name.Given+" mandate"
		actsFor(t, w, "before it begins", nils, "nursing")
		w.env.Clock.Advance(24 * time.Hour)
		actsFor(t, w, "by two mandates, once", nils, "nursing", kari)
		actsFor(t, w, "of another kind", nils, "building", kari)
		actsFor(t, w, "of a kind that none names", nils, "school")
		actsFor(t, w, "the other way", w.person(t, w.kari), "nursing")
		w.env.Clock.Advance(3 * 24 * time.Hour)
		actsFor(t, w, "when one has run out", nils, "building")
		if err := end(t, w, w.nils, m.ID); err != nil {
			t.Fatal(err)
		}
		actsFor(t, w, "when it is withdrawn", nils, "nursing")
	})
}

func TestActingIn_thoseWhoLeadABusiness(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		lead := func(who pid.PID, role identity.OrganisationRole) fakeregister.OrganisationRole {
			return fakeregister.OrganisationRole{Person: who, Role: role}
		}
		put(t, w, organisation(lead(w.nils, identity.ManagingDirector), lead(w.nils, identity.Chair), lead(w.kari, identity.BoardMember)))
		refresh(t, w, w.nils)
		refresh(t, w, w.kari)
		list, err := w.service.Represented(w.as(t, w.nils))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d: %v", len(list), err)
		}
		firm, nils := list[0].Person, w.person(t, w.nils).Name.Given+" organisation"
		actsFor(t, w, "who leads it, once for two roles", firm, "building", nils)
		put(t, w, organisation(lead(w.kari, identity.ManagingDirector)))
		refresh(t, w, w.nils)
		refresh(t, w, w.kari)
		w.env.Clock.Advance(24 * time.Hour)
		actsFor(t, w, "who leads it now", firm, "building", w.person(t, w.kari).Name.Given+" organisation")
	})
}

func TestActingIn_aChildsGuardians(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		list, err := w.service.Represented(w.as(t, w.kari))
		if err != nil || len(list) == 0 {
			t.Fatalf("%d: %v", len(list), err)
		}
		child := list[0].Person
		got := actingFor(t, w, child, "school")
		if !slices.Contains(got, w.person(t, w.kari).Name.Given+" guardian") {
			t.Errorf("the guardians: %q", got)
		}
		actsFor(t, w, "for a grown-up", w.person(t, w.kari), "school")
		child.DeceasedOn = storetestDay()
		actsFor(t, w, "for the dead", child, "school")
	})
}
