package applications_test

import (
	"context"
	"strings"
	"testing"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// apart is a family whose child's case goes on while addresses are protected.
type apartFamily struct {
	t              *testing.T
	h              *apptest.Harness
	mother, father context.Context
	c              cases.Case
}

func newFamily(t *testing.T, h *apptest.Harness) apartFamily {
	t.Helper()
	mother, c := sentCase(t, h)
	return apartFamily{t, h, mother, h.As(0, demo.CoParent), c}
}

func (f apartFamily) number(person string) pid.PID {
	f.t.Helper()
	return numberOf(f.mother, f.t, f.h, person)
}

// protect sets the grade of somebody's address in the register, and Torg hears of it.
func (f apartFamily) protect(person string, grade identity.Protection) {
	f.t.Helper()
	if err := registerOf(f.t, f.h).Protect(f.number(person), grade); err != nil {
		f.t.Fatal(err)
	}
	poll(f.mother, f.t, f.h)
}

// fatherReads fails the test unless the father reads the case, or does not.
func (f apartFamily) fatherReads(want bool, when string) {
	f.t.Helper()
	if got := reads(f.t, f.h, f.father, f.c.ID); got != want {
		f.t.Errorf("%s: the father reads the case: %t", when, got)
	}
	if !reads(f.t, f.h, f.mother, f.c.ID) {
		f.t.Errorf("%s: the mother does not", when)
	}
}

func TestUncovered_theOtherGuardianHasHisPartAgain(t *testing.T) {
	t.Parallel()
	for name, whose := range map[string]func(c cases.Case) string{
		"the child's was protected":     func(c cases.Case) string { return c.Subject },
		"the applicant's was protected": func(c cases.Case) string { return c.Applicant },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h *apptest.Harness) {
				f := newFamily(t, h)
				worker := h.As(0, demo.CaseWorker)
				f.fatherReads(true, "before")
				for range 2 { // what was lifted protects anew, and is lifted anew
					f.protect(whose(f.c), identity.StrictlyConfidential)
					f.fatherReads(false, "protected")
					if reads(t, h, worker, f.c.ID) {
						t.Error("a case worker who does not have the case reads it")
					}
					f.protect(whose(f.c), identity.Unprotected)
					f.fatherReads(true, "lifted")
					if !reads(t, h, worker, f.c.ID) {
						t.Error("the case is closed to the department still")
					}
				}
				if kinds := kindsOf(f.mother, t, h, f.c.ID); kinds[cases.EntryPartyEnded] != 2 || kinds[cases.EntryPartyAdded] != 2 {
					t.Errorf("the journal: %v", kinds)
				}
			})
		})
	}
}

func TestUncovered_notWhileAnotherOfTheFamilyIsProtected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		f := newFamily(t, h)
		f.protect(f.c.Applicant, identity.StrictlyConfidential)
		f.protect(f.c.Subject, identity.Confidential)
		f.protect(f.c.Applicant, identity.Unprotected)
		f.fatherReads(false, "the child's own is left")
		if reads(t, h, h.As(0, demo.CaseWorker), f.c.ID) {
			t.Error("the department reads what is protected")
		}
		f.protect(f.c.Subject, identity.Unprotected)
		f.fatherReads(true, "none is left")
	})
}

// A closed case is as it was; who has no responsibility any more stays out.
func TestUncovered_followsTheResponsibility(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ responsible, closed, reads bool }{
		"a closed case":          {true, true, true},
		"without responsibility": {false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h *apptest.Harness) {
				f := newFamily(t, h)
				if tt.closed {
					if _, err := h.App.Cases.Withdraw(f.mother, f.c.ID); err != nil {
						t.Fatal(err)
					}
				}
				f.protect(f.c.Subject, identity.StrictlyConfidential)
				err := registerOf(t, h).SetGuardian(f.number(f.c.Subject), identity.RegisterGuardian{
					Number: f.number(identity.From(f.father).PersonID), Kind: identity.Parent, Responsible: tt.responsible,
				})
				if err != nil {
					t.Fatal(err)
				}
				f.protect(f.c.Subject, identity.Unprotected)
				f.fatherReads(tt.reads, "lifted")
			})
		})
	}
}

// held fails the test unless the staff are told that the father waits to be let in,
// and he is not by what else the register tells, but is by the municipality.
func (f apartFamily) held(when string) {
	f.t.Helper()
	f.fatherReads(false, when)
	told := func() bool {
		return strings.Contains(panelOf(f.h.As(0, demo.Head), f.t, f.h, f.c.ID), "Den andre forelderen er ikke part igjen")
	}
	if !told() {
		f.t.Errorf("%s: the staff are not told", when)
	}
	child, fathers := f.number(f.c.Subject), f.number(identity.From(f.father).PersonID)
	for _, home := range []bool{false, true} { // something of the family changes
		err := registerOf(f.t, f.h).SetGuardian(child, identity.RegisterGuardian{Number: fathers, Kind: identity.Parent, Responsible: true, LivesWith: home})
		if err != nil {
			f.t.Fatal(err)
		}
		poll(f.mother, f.t, f.h)
	}
	f.fatherReads(false, when+", and something else has changed")
	err := f.h.App.DB.Write(identity.AsSystem(f.mother, "test"), func(ctx context.Context, tx *store.Tx) error {
		_, err := f.h.App.Cases.AddParty(ctx, tx, f.c.ID, cases.Party{Person: identity.From(f.father).PersonID, Name: "Far", Role: cases.RoleGuardian})
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.fatherReads(true, when+", and let in")
	if told() {
		f.t.Errorf("%s: the staff are told still", when)
	}
}

// What was written while an address was protected was so in the belief that the
// other does not read it: the staff decide.
func TestUncovered_whatWasWrittenMeanwhileIsTheStaffsToShow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		f := newFamily(t, h)
		f.protect(f.c.Subject, identity.StrictlyConfidential)
		if _, err := h.App.Cases.Note(h.As(0, demo.Head), f.c.ID, "De bor på Hegrelia nå."); err != nil {
			t.Fatal(err)
		}
		f.protect(f.c.Subject, identity.Unprotected)
		f.held("written meanwhile")
	})
}

func TestUncovered_whatWasSentMeanwhileIsTheStaffsToShow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		mother, draft := begun(t, h)
		f := apartFamily{t: t, h: h, mother: mother, father: h.As(0, demo.CoParent), c: cases.Case{Subject: draft.Subject, Applicant: identity.From(mother).PersonID}}
		f.protect(f.c.Subject, identity.Confidential)
		fill(mother, t, h, draft)
		var err error
		if f.c, err = h.App.Applications.Submit(mother, draft.ID); err != nil {
			t.Fatal(err)
		}
		f.fatherReads(false, "sent while protected")
		f.protect(f.c.Subject, identity.Unprotected)
		f.held("sent meanwhile")
	})
}

// Another system tells it: the grown-up's falls and the child's with it, where the
// child has none of its own.
func TestUncovered_byAnEventThatIsHandedIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		f := newFamily(t, h)
		hand := func(id, person string, grade identity.Protection) {
			outcome, err := h.App.Identity.HandIn(identity.AsSystem(f.mother, "test"), identity.LifeEvent{
				ID: id, What: identity.ProtectionChanged, Number: f.number(person), Protection: grade,
			}, func(context.Context, *store.Tx, string) error { return nil })
			if err != nil || outcome != identity.Applied {
				t.Fatalf("%s: %s, %v", id, outcome, err)
			}
		}
		hand("e1", f.c.Applicant, identity.StrictlyConfidential)
		f.fatherReads(false, "protected")
		hand("e2", f.c.Applicant, identity.Unprotected)
		f.fatherReads(true, "lifted")
		for _, person := range []string{f.c.Applicant, f.c.Subject} {
			p, err := h.App.Identity.Person(f.mother, person)
			if err != nil {
				t.Fatal(err)
			}
			if _, visible := p.VisibleAddress(identity.Actor{Kind: identity.System}); !visible {
				t.Errorf("no letter finds %s", p.Name.Full())
			}
		}
	})
}
