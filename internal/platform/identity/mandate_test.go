package identity_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// give lets one person give another a mandate.
func give(t *testing.T, w *world, grantor, agent pid.PID, n identity.NewMandate) (m identity.Mandate, err error) {
	t.Helper()
	n.Agent = ensure(t, w, agent).ID
	ensure(t, w, grantor)
	err = w.env.DB.Write(w.as(t, grantor), func(ctx context.Context, tx *store.Tx) error {
		m, err = w.service.GiveMandate(ctx, tx, n)
		return err
	})
	return m, err
}

func end(t *testing.T, w *world, who pid.PID, id string) error {
	t.Helper()
	return w.env.DB.Write(w.as(t, who), func(ctx context.Context, tx *store.Tx) error {
		_, err := w.service.EndMandate(ctx, tx, id)
		return err
	})
}

func mayFor(t *testing.T, w *world, who, forWhom pid.PID, scope string) bool {
	t.Helper()
	err := w.service.MayActFor(w.as(t, who), w.person(t, forWhom).ID, scope)
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestMandate_reachesItsKindsForItsTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		today := storetestDay()
		ensure(t, w, w.ola)
		m, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{"nursing", " building ", "nursing"}, From: today.AddDays(1), Until: today.AddDays(3)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"building", "nursing"}, m.Scopes); diff != "" {
			t.Error(diff)
		}
		want := []bool{false, true, true, true, false}
		for day, holds := range want {
			if got := mayFor(t, w, w.kari, w.nils, "nursing"); got != holds {
				t.Errorf("day %d: %v", day, got)
			}
			if mayFor(t, w, w.kari, w.nils, "school") || mayFor(t, w, w.kari, w.nils, "") {
				t.Errorf("day %d: reaches more than it names", day)
			}
			if mayFor(t, w, w.nils, w.kari, "nursing") || mayFor(t, w, w.ola, w.nils, "nursing") {
				t.Errorf("day %d: others than the agent may act", day)
			}
			w.env.Clock.Advance(24 * time.Hour)
		}
	})
}

func TestMandate_isRefusedWhenItCannotStand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari) // Liv with her
		today := storetestDay()
		dead := number(t, 1950, 1, 1, 3)
		if err := w.register.Put(identity.RegisterPerson{Number: dead, Name: identity.Name{Given: "Per", Family: "Dal"}, BirthDate: clock.NewDate(1950, 1, 1), DeceasedOn: today}); err != nil {
			t.Fatal(err)
		}
		all := []string{identity.AllScopes}
		for name, c := range map[string]struct {
			grantor, agent pid.PID
			n              identity.NewMandate
			field          string
		}{
			"to oneself":         {w.kari, w.kari, identity.NewMandate{Scopes: all}, "agent"},
			"to a child":         {w.kari, w.liv, identity.NewMandate{Scopes: all}, "agent"},
			"to the dead":        {w.kari, dead, identity.NewMandate{Scopes: all}, "agent"},
			"for nothing":        {w.kari, w.ola, identity.NewMandate{Scopes: []string{" ", "a b"}}, "scopes"},
			"from yesterday":     {w.kari, w.ola, identity.NewMandate{Scopes: all, From: today.AddDays(-1)}, "from"},
			"ends before begins": {w.kari, w.ola, identity.NewMandate{Scopes: all, From: today.AddDays(2), Until: today}, "until"},
		} {
			_, err := give(t, w, c.grantor, c.agent, c.n)
			e := errs.Of(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := give(t, w, w.liv, w.kari, identity.NewMandate{Scopes: all}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a child gives a mandate: %v", err)
		}
	})
}

func TestMandate_endsInOnePressAlsoInARunningSession(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]func(*world) pid.PID{
		"withdrawn": func(w *world) pid.PID { return w.nils }, "renounced": func(w *world) pid.PID { return w.kari },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				_, secret := w.secret(t, w.kari)
				m, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{"nursing"}})
				if err != nil {
					t.Fatal(err)
				}
				act(t, w, secret, w.person(t, w.nils).ID)
				a := lookup(t, w, secret).Actor
				if a.OnBehalfOf != w.person(t, w.nils).ID || a.OnBehalfName != "Nils Vik" || a.Author() != a.OnBehalfOf || !a.Represents("nursing") || a.Represents("school") || a.Represents("") {
					t.Fatalf("%+v", a)
				}
				if err := end(t, w, w.ola, m.ID); !errs.Is(err, errs.KindNotFound) {
					t.Errorf("a stranger ends it: %v", err)
				}
				if err := end(t, w, who(w), m.ID); err != nil {
					t.Fatal(err)
				}
				if a := lookup(t, w, secret).Actor; a.OnBehalfOf != "" || a.Represents("nursing") || a.Author() != a.PersonID {
					t.Errorf("still acts: %+v", a)
				}
				if err := end(t, w, who(w), m.ID); err != nil {
					t.Errorf("ending it twice: %v", err)
				}
				list := given(t, w, w.nils)
				if len(list) != 1 || string(list[0].EndedBy) != name || list[0].AgentName != "Kari Nordmann" {
					t.Errorf("%+v", list)
				}
			})
		})
	}
}

// act makes a session act for somebody.
func act(t *testing.T, w *world, secret, forWhom string) {
	t.Helper()
	ctx := identity.With(w.env.Ctx, lookup(t, w, secret).Actor)
	if err := w.service.Represent(ctx, forWhom); err != nil {
		t.Fatal(err)
	}
}

func given(t *testing.T, w *world, grantor pid.PID) (list []identity.Mandate) {
	t.Helper()
	id := w.person(t, grantor).ID
	err := w.env.DB.Read(w.env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = w.service.MandatesOf(ctx, tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestMandate_lapsesWhenOneOfThemDies(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]func(*world) pid.PID{
		"the grantor": func(w *world) pid.PID { return w.nils }, "the agent": func(w *world) pid.PID { return w.kari },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				if _, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{identity.AllScopes}}); err != nil {
					t.Fatal(err)
				}
				if err := w.register.Die(who(w), storetestDay()); err != nil {
					t.Fatal(err)
				}
				if err := w.service.Poll(w.env.Ctx); err != nil {
					t.Fatal(err)
				}
				if list := given(t, w, w.nils); len(list) != 1 || list[0].EndedBy != identity.Lapsed {
					t.Errorf("%+v", list)
				}
				if mayFor(t, w, w.kari, w.nils, "nursing") {
					t.Error("still acts")
				}
			})
		})
	}
}

func TestMandate_isNotPassedOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		if _, err := give(t, w, w.nils, w.kari, identity.NewMandate{Scopes: []string{identity.AllScopes}}); err != nil {
			t.Fatal(err)
		}
		act(t, w, secret, w.person(t, w.nils).ID)
		ctx := identity.With(w.env.Ctx, lookup(t, w, secret).Actor)
		ola := ensure(t, w, w.ola).ID
		err := w.env.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := w.service.GiveMandate(ctx, tx, identity.NewMandate{Agent: ola, Scopes: []string{identity.AllScopes}})
			return err
		})
		if !errs.Is(err, errs.KindForbidden) {
			t.Errorf("passed on: %v", err)
		}
		act(t, w, secret, "")
		if a := lookup(t, w, secret).Actor; a.OnBehalfOf != "" {
			t.Errorf("still acts: %+v", a)
		}
	})
}

func TestRepresent_rolesRestWhileOneActsForAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		w.grants.set(w.person(t, w.kari).ID, identity.Grant{Role: "case_worker"})
		if a := lookup(t, w, secret).Actor; a.Kind != identity.Staff || len(a.Grants) != 1 {
			t.Fatalf("%+v", a)
		}
		act(t, w, secret, w.person(t, w.liv).ID)
		a := lookup(t, w, secret).Actor
		if a.Kind != identity.Resident || len(a.Grants) != 0 || a.Basis != identity.ByGuardianship || a.Author() != a.PersonID || !a.Represents("") {
			t.Errorf("%+v", a)
		}
		act(t, w, secret, "")
		if a := lookup(t, w, secret).Actor; a.Kind != identity.Staff {
			t.Errorf("the roles do not come back: %+v", a)
		}
	})
}

func TestRepresent_strangersAreNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.secret(t, w.kari)
		nils := ensure(t, w, w.nils).ID
		ctx := identity.With(w.env.Ctx, lookup(t, w, secret).Actor)
		if err := w.service.Represent(ctx, nils); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("acts for a stranger: %v", err)
		}
	})
}
