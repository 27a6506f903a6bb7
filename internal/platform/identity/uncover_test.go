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

func protection(id string, n pid.PID, grade identity.Protection) identity.LifeEvent {
	return identity.LifeEvent{ID: id, What: identity.ProtectionChanged, Number: n, Protection: grade}
}

// grades are those of the mother, the father and the child.
func grades(t *testing.T, w *world) []identity.Protection {
	t.Helper()
	var list []identity.Protection
	for _, n := range []pid.PID{w.kari, w.ola, w.liv} {
		list = append(list, w.person(t, n).Protection)
	}
	return list
}

// step is an event, and what it makes of mother, father and child.
type step struct {
	of                    func(w *world) pid.PID
	grade                 identity.Protection
	mother, father, child identity.Protection
	uncovered             []string
}

func TestHandIn_liftsWhatItProtected(t *testing.T) {
	t.Parallel()
	const none, mild, strict = identity.Unprotected, identity.Confidential, identity.StrictlyConfidential
	mother := func(w *world) pid.PID { return w.kari }
	child := func(w *world) pid.PID { return w.liv }
	for name, steps := range map[string][]step{
		"an adult's falls and the child's with it": {
			{mother, strict, strict, none, strict, nil},
			{mother, none, none, none, none, []string{"Kari", "Liv"}},
		},
		"a child's own stays when the mother's falls": {
			{child, mild, none, none, mild, nil},
			{mother, strict, strict, none, strict, nil},
			{mother, none, none, none, mild, []string{"Kari"}},
			{child, none, none, none, none, []string{"Liv"}},
		},
		"a child's falls, and the mother's keeps it": {
			{mother, mild, mild, none, mild, nil},
			{child, strict, mild, none, strict, nil},
			{child, none, mild, none, mild, nil},
			{mother, none, none, none, none, []string{"Kari", "Liv"}},
		},
		"a milder grade is no lifting": {
			{mother, strict, strict, none, strict, nil},
			{mother, mild, mild, none, mild, nil},
		},
		"what is told twice is lifted once": {
			{child, mild, none, none, mild, nil},
			{child, none, none, none, none, []string{"Liv"}},
			{child, none, none, none, none, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				refresh(t, w, w.kari)
				w.register.SetDown(true)
				for i, s := range steps {
					w.uncovered = nil
					wantOutcome(t, w, protection(name[:10]+string(rune('a'+i)), s.of(w), s.grade), identity.Applied)
					if diff := cmp.Diff([]identity.Protection{s.mother, s.father, s.child}, grades(t, w)); diff != "" {
						t.Errorf("step %d: %s", i+1, diff)
					}
					if diff := cmp.Diff(s.uncovered, w.uncovered); diff != "" {
						t.Errorf("step %d tells: %s", i+1, diff)
					}
				}
			})
		})
	}
}

// Of a child that was protected before its own grade was kept nobody can tell
// whose it is: it takes an event about the child.
func TestHandIn_keepsAChildWhoseOwnGradeIsNotKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		wantOutcome(t, w, protection("k1", w.kari, identity.StrictlyConfidential), identity.Applied)
		err := w.env.DB.Write(w.env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `update identity_persons set own_protection = '' where tenant_id = $1`, tx.Tenant)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wantOutcome(t, w, protection("k2", w.kari, identity.Unprotected), identity.Applied)
		if got := w.person(t, w.liv).Protection; got != identity.StrictlyConfidential {
			t.Errorf("the child was uncovered by its mother's event: %s", got)
		}
		wantOutcome(t, w, protection("k3", w.liv, identity.Unprotected), identity.Applied)
		if got := w.person(t, w.liv).Protection; got != identity.Unprotected {
			t.Errorf("the child is %s", got)
		}
	})
}

// A protected address is not kept. When it is lifted the register is asked where
// the letters go, if it answers.
func TestHandIn_bringsTheAddressBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		staff := identity.Actor{Kind: identity.Staff}
		refresh(t, w, w.kari)
		wantOutcome(t, w, protection("a1", w.kari, identity.StrictlyConfidential), identity.Applied)
		if _, visible := w.person(t, w.kari).VisibleAddress(staff); visible {
			t.Fatal("a protected address shows")
		}
		w.uncovered = nil
		wantOutcome(t, w, protection("a2", w.kari, identity.Unprotected), identity.Applied)
		for _, n := range []pid.PID{w.kari, w.liv} {
			if a, visible := w.person(t, n).VisibleAddress(staff); !visible || a.IsZero() {
				t.Errorf("%s has no address to write to", w.person(t, n).Name.Given)
			}
		}
		if diff := cmp.Diff([]string{"Kari", "Liv"}, w.uncovered); diff != "" {
			t.Error(diff)
		}
	})
}

// Where no register is asked the event tells where they live.
func TestHandIn_takesTheAddressItTells(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		staff := identity.Actor{Kind: identity.Staff}
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		wantOutcome(t, w, protection("a1", w.kari, identity.StrictlyConfidential), identity.Applied)
		lifted := protection("a2", w.kari, identity.Unprotected)
		lifted.Address = identity.Address{Lines: []string{"Nygata 2"}, PostalCode: "4611", PostalPlace: "KRISTIANSAND S", Municipality: "4204"}
		wantOutcome(t, w, lifted, identity.Applied)
		wantOutcome(t, w, lifted, identity.Repeated)
		for _, n := range []pid.PID{w.kari, w.liv} {
			a, _ := w.person(t, n).VisibleAddress(staff)
			if diff := cmp.Diff(lifted.Address, a); diff != "" {
				t.Errorf("%s: %s", w.person(t, n).Name.Given, diff)
			}
		}
		other := lifted
		other.Address.PostalCode = "4612"
		if _, err := w.service.HandIn(w.env.Ctx, other, nil); !errs.Is(err, errs.KindConflict) {
			t.Errorf("another address under the id: %v", err)
		}
	})
}

// The register's own list of events lifts as well as it protects.
func TestPoll_liftsAChildsProtection(t *testing.T) {
	t.Parallel()
	for name, whose := range map[string]func(w *world) pid.PID{
		"the child's own":    func(w *world) pid.PID { return w.liv },
		"that of the mother": func(w *world) pid.PID { return w.kari },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				refresh(t, w, w.kari)
				for _, grade := range []identity.Protection{identity.StrictlyConfidential, identity.Unprotected} {
					if err := w.register.Protect(whose(w), grade); err != nil {
						t.Fatal(err)
					}
					if err := w.service.Poll(w.env.Ctx); err != nil {
						t.Fatal(err)
					}
					if got := w.person(t, w.liv).Protection; got != grade {
						t.Errorf("the child is %s, want %s", got, grade)
					}
				}
				if len(w.uncovered) == 0 || w.uncovered[len(w.uncovered)-1] != "Liv" {
					t.Errorf("told of %v", w.uncovered)
				}
			})
		})
	}
}

func TestHandIn_aChildIsCoveredByWhomItLivesWith(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		wantOutcome(t, w, protection("c1", w.kari, identity.Confidential), identity.Applied)
		born := clock.DateIn(w.env.Clock.Now())
		baby := number(t, born.Year, born.Month, born.Day, 3)
		home := parent(w.kari, true)
		home.LivesWith = true
		wantOutcome(t, w, identity.LifeEvent{
			ID: "c2", What: identity.Born, Number: baby, On: born, Name: identity.Name{Given: "Åse"}, Guardians: []identity.RegisterGuardian{home},
		}, identity.Applied)
		if got := w.person(t, baby).Protection; got != identity.Confidential {
			t.Errorf("a child born to somebody protected is %s", got)
		}
		// Who the guardians are uncovers nobody; the mother's lifting does.
		away := parent(w.ola, true)
		wantOutcome(t, w, identity.LifeEvent{ID: "c3", What: identity.GuardiansChanged, Number: w.liv, Guardians: []identity.RegisterGuardian{away}}, identity.Applied)
		if got := w.person(t, w.liv).Protection; got != identity.Confidential {
			t.Errorf("the child was uncovered by a change of guardians: %s", got)
		}
		wantOutcome(t, w, protection("c4", w.kari, identity.Unprotected), identity.Applied)
		if got := w.person(t, baby).Protection; got != identity.Unprotected {
			t.Errorf("the newborn is %s", got)
		}
	})
}

// Where both are registered at the child's address and it is protected from one of
// them, neither acts in its name; who shares the protected home does.
func TestRepresent_inAHomeThatBothAreRegisteredAt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		protected     []string
		mother, other bool
	}{
		"nobody is protected": {nil, true, true},
		"the child is":        {[]string{"Liv"}, false, false},
		"the mother is":       {[]string{"Kari"}, true, false},
		"all of them are":     {[]string{"Kari", "Ola", "Liv"}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				err := w.register.SetGuardian(w.liv, identity.RegisterGuardian{Number: w.ola, Kind: identity.Parent, Responsible: true, LivesWith: true})
				if err != nil {
					t.Fatal(err)
				}
				for _, given := range tt.protected {
					of := map[string]pid.PID{"Kari": w.kari, "Ola": w.ola, "Liv": w.liv}[given]
					if err := w.register.Protect(of, identity.StrictlyConfidential); err != nil {
						t.Fatal(err)
					}
				}
				refresh(t, w, w.kari)
				for who, may := range map[pid.PID]bool{w.kari: tt.mother, w.ola: tt.other} {
					if got := len(represents(t, w, who)) == 1; got != may {
						t.Errorf("%s acts in the child's name: %t", w.person(t, who).Name.Given, got)
					}
				}
			})
		})
	}
}

// represents are the names of those in whose name somebody may act.
func represents(t *testing.T, w *world, who pid.PID) []string {
	t.Helper()
	list, err := w.service.Represented(w.as(t, who))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range list {
		names = append(names, r.Person.Name.Given)
	}
	return names
}

// Whoever is kept apart from a child by a protected address does not act in its
// name, in which everything that is the child's could be read, until it is lifted.
func TestRepresent_notWhileAProtectedAddressKeepsApart(t *testing.T) {
	t.Parallel()
	for name, whose := range map[string]func(w *world) pid.PID{
		"the child's":  func(w *world) pid.PID { return w.liv },
		"the mother's": func(w *world) pid.PID { return w.kari },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				refresh(t, w, w.kari)
				liv := w.person(t, w.liv).ID
				_, fathers := w.secret(t, w.ola)
				ctx := identity.With(w.env.Ctx, lookup(t, w, fathers).Actor)
				if err := w.service.Represent(ctx, liv); err != nil {
					t.Fatal(err)
				}
				set := func(grade identity.Protection) {
					if err := w.register.Protect(whose(w), grade); err != nil {
						t.Fatal(err)
					}
					w.env.Clock.Advance(time.Minute)
					refresh(t, w, w.kari)
				}
				set(identity.StrictlyConfidential)
				if a := lookup(t, w, fathers).Actor; a.OnBehalfOf != "" {
					t.Error("the father still acts in the child's name")
				}
				if err := w.service.Represent(ctx, liv); !errs.Is(err, errs.KindNotFound) {
					t.Errorf("he begins to anew: %v", err)
				}
				if got := represents(t, w, w.ola); got != nil {
					t.Errorf("he may act for %v", got)
				}
				if diff := cmp.Diff([]string{"Liv"}, represents(t, w, w.kari)); diff != "" {
					t.Errorf("the mother at home: %s", diff)
				}
				if !may(t, w, w.ola, w.liv) {
					t.Error("his responsibility is gone")
				}
				set(identity.Unprotected)
				if diff := cmp.Diff([]string{"Liv"}, represents(t, w, w.ola)); diff != "" {
					t.Errorf("after it is lifted: %s", diff)
				}
			})
		})
	}
}

// What a guardian with a protected address applied for is the child's when she is
// guardian no more: the other does not read it in the child's name.
func TestRepresent_notWhereTheOtherWasGuardianAndIsProtected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		_, fathers := w.secret(t, w.ola)
		ctx := identity.With(w.env.Ctx, lookup(t, w, fathers).Actor)
		told := func(change error) {
			t.Helper()
			if change != nil {
				t.Fatal(change)
			}
			w.env.Clock.Advance(time.Minute)
			refresh(t, w, w.kari)
			refresh(t, w, w.ola)
		}
		told(w.register.RemoveGuardian(w.liv, w.kari, identity.Parent))
		if diff := cmp.Diff([]string{"Liv"}, represents(t, w, w.ola)); diff != "" {
			t.Errorf("nobody is protected: %s", diff)
		}
		told(w.register.Protect(w.kari, identity.StrictlyConfidential))
		if err := w.service.Represent(ctx, w.person(t, w.liv).ID); !errs.Is(err, errs.KindNotFound) || represents(t, w, w.ola) != nil {
			t.Errorf("the father acts in the child's name: %v", err)
		}
		told(w.register.Protect(w.kari, identity.Unprotected))
		if diff := cmp.Diff([]string{"Liv"}, represents(t, w, w.ola)); diff != "" {
			t.Errorf("after it is lifted: %s", diff)
		}
	})
}
