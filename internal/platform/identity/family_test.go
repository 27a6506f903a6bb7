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

func refresh(t *testing.T, w *world, number pid.PID) {
	t.Helper()
	if err := w.service.Refresh(w.env.Ctx, ensure(t, w, number).ID); err != nil {
		t.Fatal(err)
	}
}

func childNames(t *testing.T, w *world, of pid.PID) []string {
	t.Helper()
	list, err := w.service.Children(w.as(t, of))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, r := range list {
		names = append(names, r.Person.Name.Given)
	}
	return names
}

func may(t *testing.T, w *world, who, forWhom pid.PID) bool {
	t.Helper()
	err := w.service.MayActFor(w.as(t, who), w.person(t, forWhom).ID, "kindergarten")
	if err != nil && !errs.Is(err, errs.KindNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestFamily_comesFromTheRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		ensure(t, w, w.nils)
		if diff := cmp.Diff([]string{"Liv"}, childNames(t, w, w.kari)); diff != "" {
			t.Error(diff)
		}
		// The other parent came along with the child's record.
		if diff := cmp.Diff([]string{"Liv"}, childNames(t, w, w.ola)); diff != "" {
			t.Error(diff)
		}
		guardians, err := w.service.GuardiansOf(w.env.Ctx, w.person(t, w.liv).ID)
		if err != nil || len(guardians) != 2 {
			t.Fatalf("%d guardians, %v", len(guardians), err)
		}
		lives := map[string]bool{}
		for _, g := range guardians {
			lives[g.Person.Name.Given] = g.LivesWith
			if g.Kind != identity.Parent || !g.Responsible {
				t.Errorf("%+v", g)
			}
		}
		if diff := cmp.Diff(map[string]bool{"Kari": true, "Ola": false}, lives); diff != "" {
			t.Error(diff)
		}
		for name, c := range map[string]struct {
			who, forWhom pid.PID
			want         bool
		}{
			"mother for child": {w.kari, w.liv, true}, "father for child": {w.ola, w.liv, true}, "self": {w.kari, w.kari, true},
			"child for mother": {w.liv, w.kari, false}, "stranger": {w.nils, w.liv, false}, "parents for each other": {w.kari, w.ola, false},
		} {
			if got := may(t, w, c.who, c.forWhom); got != c.want {
				t.Errorf("%s: %v", name, got)
			}
		}
	})
}

func TestFamily_anonymousAndSystemActForNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		liv := w.person(t, w.liv).ID
		for name, ctx := range map[string]context.Context{"anonymous": w.env.Ctx, "system": identity.AsSystem(w.env.Ctx, "test")} {
			if err := w.service.MayActFor(ctx, liv, "kindergarten"); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.service.Children(w.env.Ctx); !errs.Is(err, errs.KindLogin) {
			t.Errorf("anonymous children: %v", err)
		}
		if err := w.service.MayActFor(w.as(t, w.kari), "", "kindergarten"); !errs.Is(err, errs.KindNotFound) {
			t.Error("may act for nobody in particular")
		}
	})
}

func TestFamily_responsibilityIsLost(t *testing.T) {
	t.Parallel()
	events := map[string]func(w *world) error{
		"responsibility taken": func(w *world) error {
			return w.register.SetGuardian(w.liv, identity.RegisterGuardian{Number: w.ola, Kind: identity.Parent})
		},
		"relation ended": func(w *world) error { return w.register.RemoveGuardian(w.liv, w.ola, identity.Parent) },
		"child dies":     func(w *world) error { return w.register.Die(w.liv, storetestDay()) },
		"father dies":    func(w *world) error { return w.register.Die(w.ola, storetestDay()) },
	}
	for name, event := range events {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				refresh(t, w, w.ola)
				if !may(t, w, w.ola, w.liv) {
					t.Fatal("no right to lose")
				}
				if err := event(w); err != nil {
					t.Fatal(err)
				}
				refresh(t, w, w.ola)
				if may(t, w, w.ola, w.liv) || len(childNames(t, w, w.ola)) != 0 {
					t.Error("may still act")
				}
				if motherMay := may(t, w, w.kari, w.liv); motherMay != (name != "child dies") {
					t.Errorf("mother may act: %v", motherMay)
				}
			})
		})
	}
}

func TestFamily_rightComesBackTheSameDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tie := identity.RegisterGuardian{Number: w.ola, Kind: identity.Parent, Responsible: true}
		refresh(t, w, w.ola)
		for range 2 {
			tie.Responsible = !tie.Responsible
			if err := w.register.SetGuardian(w.liv, tie); err != nil {
				t.Fatal(err)
			}
			refresh(t, w, w.ola)
			if may(t, w, w.ola, w.liv) != tie.Responsible {
				t.Fatalf("responsible %v is not followed", tie.Responsible)
			}
		}
	})
}

func TestFamily_keepsTheHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.ola)
		w.env.Clock.Advance(10 * 24 * time.Hour)
		if err := w.register.RemoveGuardian(w.liv, w.ola, identity.Parent); err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.ola)
		const closed = `select count(*) from identity_family where tenant_id = 't-a' and guardian_id = $1
			and valid_from = '2026-11-23' and valid_to = '2026-12-03'`
		if n := count(t, w, closed, w.person(t, w.ola).ID); n != 1 {
			t.Errorf("%d closed relations", n)
		}
		guardians, err := w.service.GuardiansOf(w.env.Ctx, w.person(t, w.liv).ID)
		if err != nil || len(guardians) != 1 {
			t.Errorf("%d guardians, %v", len(guardians), err)
		}
	})
}

func TestFamily_childComesOfAgeAtMidnightInNorway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		teen := number(t, 2008, time.November, 24, 0)
		err := w.register.Put(identity.RegisterPerson{
			Number: teen, Name: identity.Name{Given: "Tuva"}, BirthDate: clock.NewDate(2008, time.November, 24),
			Guardians: []identity.RegisterGuardian{{Number: w.nils, Kind: identity.AppointedGuardian, Responsible: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.nils)
		w.env.Clock.Set(time.Date(2026, 11, 23, 22, 59, 0, 0, time.UTC)) // 23:59 in Norway
		if !may(t, w, w.nils, teen) {
			t.Error("the guardian lost the right a minute early")
		}
		w.env.Clock.Advance(time.Minute)
		if may(t, w, w.nils, teen) {
			t.Error("the guardian of a grown-up may act")
		}
	})
}

func TestFamily_childSharesAProtectedAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.ola)
		staff := identity.Actor{Kind: identity.Staff}
		if _, ok := w.person(t, w.liv).VisibleAddress(staff); !ok {
			t.Fatal("the child has no address to hide")
		}
		// Only the mother is protected in the register; the child lives with her.
		if err := w.register.Protect(w.kari, identity.StrictlyConfidential); err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.ola)
		for _, n := range []pid.PID{w.kari, w.liv} {
			if _, ok := w.person(t, n).VisibleAddress(staff); ok {
				t.Error("a protected address shows")
			}
		}
		guardians, err := w.service.GuardiansOf(w.env.Ctx, w.person(t, w.liv).ID)
		if err != nil {
			t.Fatal(err)
		}
		father := identity.From(w.as(t, w.ola))
		for _, g := range guardians {
			if _, ok := g.Person.VisibleAddress(father); ok && g.Person.Name.Given == "Kari" {
				t.Error("the other guardian sees the protected address")
			}
		}
		if _, ok := w.person(t, w.ola).VisibleAddress(staff); !ok {
			t.Error("the father's own address is hidden too")
		}
	})
}

func TestEnsurePerson_doesNotUncoverAChild(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if err := w.register.Protect(w.kari, identity.StrictlyConfidential); err != nil {
			t.Fatal(err)
		}
		refresh(t, w, w.ola)
		// Asked about alone, the child's own record says nothing of protection.
		if _, ok := ensure(t, w, w.liv).VisibleAddress(identity.Actor{Kind: identity.Staff}); ok {
			t.Error("the child's address came back")
		}
	})
}

func TestFamily_aChildLogsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.liv)
		if len(childNames(t, w, w.liv)) != 0 || !may(t, w, w.kari, w.liv) {
			t.Error("the child's refresh did not bring the guardians")
		}
	})
}

func TestRefresh_leavesTheFamilyWhenTheRegisterFails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		if err := w.service.Refresh(w.env.Ctx, w.person(t, w.kari).ID); err == nil {
			t.Error("no error from a register that is down")
		}
		if !may(t, w, w.kari, w.liv) {
			t.Error("a register that is down took a right away")
		}
	})
}

func TestPersonIn_worksInsideATransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		liv := w.person(t, w.liv).ID
		err := w.env.DB.Write(w.as(t, w.kari), func(ctx context.Context, tx *store.Tx) error {
			p, err := w.service.PersonIn(ctx, tx, liv)
			if err != nil || p.Name.Given != "Liv" {
				t.Errorf("%v %v", p, err)
			}
			ok, err := w.service.MayActForIn(ctx, tx, liv, "kindergarten")
			if err != nil || !ok {
				t.Errorf("%v %v", ok, err)
			}
			guardians, err := w.service.GuardiansIn(ctx, tx, liv)
			if len(guardians) != 2 {
				t.Errorf("%d guardians", len(guardians))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
