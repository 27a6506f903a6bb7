package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/identity/pid"
	"github.com/torg-no/torg/internal/platform/store"
)

// handIn tells an event and returns what became of it, and how often it was
// written down.
func handIn(t *testing.T, w *world, e identity.LifeEvent) (identity.Outcome, int) {
	t.Helper()
	recorded := 0
	outcome, err := w.service.HandIn(w.env.Ctx, e, func(_ context.Context, _ *store.Tx, personID string) error {
		if personID == "" {
			t.Error("recorded about nobody")
		}
		recorded++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome, recorded
}

func wantOutcome(t *testing.T, w *world, e identity.LifeEvent, want identity.Outcome) {
	t.Helper()
	outcome, recorded := handIn(t, w, e)
	if outcome != want || (recorded == 1) != (want == identity.Applied) {
		t.Fatalf("%s %s: %s, recorded %d times; want %s", e.ID, e.What, outcome, recorded, want)
	}
}

func parent(number pid.PID, livesWith bool) identity.RegisterGuardian {
	return identity.RegisterGuardian{Number: number, Kind: identity.Parent, Responsible: true, LivesWith: livesWith}
}

func TestHandIn_aDeathEndsWhatTheDeadCouldDo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true) // an installation without a register of its own
		died := identity.LifeEvent{ID: "d1", What: identity.Died, Number: w.kari, On: clock.NewDate(2026, 11, 1)}
		if !may(t, w, w.kari, w.liv) {
			t.Fatal("a mother may not act for her child")
		}
		wantOutcome(t, w, died, identity.Applied)
		wantOutcome(t, w, died, identity.Repeated)
		if p := w.person(t, w.kari); p.DeceasedOn != died.On || p.Name.Full() != "Kari Nordmann" {
			t.Errorf("%+v", p)
		}
		if may(t, w, w.kari, w.liv) || !may(t, w, w.ola, w.liv) {
			t.Error("the dead acts, or the living does not")
		}
		other := died
		other.On = clock.NewDate(2026, 11, 2)
		_, err := w.service.HandIn(w.env.Ctx, other, nil)
		if !errs.Is(err, errs.KindConflict) {
			t.Errorf("another event under the id: %v", err)
		}
		other.ID = "d2" // corrected
		wantOutcome(t, w, other, identity.Applied)
		if p := w.person(t, w.kari); p.DeceasedOn != other.On {
			t.Errorf("%s", p.DeceasedOn)
		}
	})
}

func TestHandIn_guardiansComeAndGo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		w.familyEvents = nil
		alone := identity.LifeEvent{ID: "g1", What: identity.GuardiansChanged, Number: w.liv, Guardians: []identity.RegisterGuardian{parent(w.kari, true)}}
		wantOutcome(t, w, alone, identity.Applied)
		if may(t, w, w.ola, w.liv) || !may(t, w, w.kari, w.liv) || len(w.familyEvents) != 1 {
			t.Errorf("custody did not follow: %v", w.familyEvents)
		}
		// The same again under another id changes nothing, and nobody is told.
		alone.ID = "g2"
		wantOutcome(t, w, alone, identity.Applied)
		if len(w.familyEvents) != 1 {
			t.Errorf("told %d times", len(w.familyEvents))
		}
		// A guardian whom the municipality has never seen can act once he logs in.
		verge := identity.RegisterGuardian{Number: w.nils, Kind: identity.AppointedGuardian, Responsible: true}
		wantOutcome(t, w, identity.LifeEvent{ID: "g3", What: identity.GuardiansChanged, Number: w.liv, Guardians: []identity.RegisterGuardian{verge}}, identity.Applied)
		if !may(t, w, w.nils, w.liv) || may(t, w, w.kari, w.liv) {
			t.Error("the appointed guardian did not take over")
		}
	})
}

func TestHandIn_aBirthInAFamilyThatIsKnown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ensure(t, w, w.kari)
		w.register.SetDown(true)
		born := clock.DateIn(w.env.Clock.Now())
		baby := number(t, born.Year, born.Month, born.Day, 3)
		birth := identity.LifeEvent{
			ID: "b1", What: identity.Born, Number: baby, On: born, Name: identity.Name{Given: "Åse", Family: "Nordmann"},
			Guardians: []identity.RegisterGuardian{parent(w.kari, true), parent(w.ola, true)},
		}
		wantOutcome(t, w, birth, identity.Applied)
		if diff := cmp.Diff([]string{"Åse"}, childNames(t, w, w.kari)); diff != "" {
			t.Error(diff)
		}
		if !may(t, w, w.ola, baby) {
			t.Error("the other parent may not act")
		}
		// One in a family that nobody knows leaves no trace of people.
		strange := number(t, born.Year, born.Month, born.Day, 5)
		birth.ID, birth.Number, birth.Guardians = "b2", strange, []identity.RegisterGuardian{parent(w.foreign, true)}
		wantOutcome(t, w, birth, identity.Unknown)
		for _, n := range []pid.PID{strange, w.foreign} {
			if _, err := w.service.FindByNumber(w.env.Ctx, n); !errs.Is(err, errs.KindNotFound) {
				t.Errorf("somebody unknown became known: %v", err)
			}
		}
	})
}

func TestHandIn_protectionReachesTheChildrenAtHome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.register.SetDown(true)
		event := func(id string, n pid.PID, grade identity.Protection) identity.LifeEvent {
			return identity.LifeEvent{ID: id, What: identity.ProtectionChanged, Number: n, Protection: grade}
		}
		wantOutcome(t, w, event("p1", w.kari, identity.StrictlyConfidential), identity.Applied)
		kari := w.person(t, w.kari)
		if _, visible := kari.VisibleAddress(identity.From(w.as(t, w.kari))); visible || kari.Protection != identity.StrictlyConfidential {
			t.Errorf("%+v", kari)
		}
		if got := w.person(t, w.liv).Protection; got != identity.StrictlyConfidential {
			t.Errorf("the child at home is %s", got)
		}
		if got := w.person(t, w.ola).Protection; got != identity.Unprotected {
			t.Errorf("the father elsewhere is %s", got)
		}
	})
}

func TestHandIn_comingOfAgeNeedsTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		w.familyEvents = nil
		early := identity.LifeEvent{ID: "a1", What: identity.CameOfAge, Number: w.liv}
		wantOutcome(t, w, early, identity.Applied)
		if !may(t, w, w.kari, w.liv) || len(w.familyEvents) != 0 {
			t.Error("a child of four came of age")
		}
		w.env.Clock.Set(time.Date(2040, 11, 30, 0, 30, 0, 0, clock.Oslo()))
		early.ID = "a2"
		wantOutcome(t, w, early, identity.Applied)
		if may(t, w, w.kari, w.liv) || len(w.familyEvents) != 1 {
			t.Errorf("on the birthday: %v", w.familyEvents)
		}
	})
}

func TestHandIn_aChangeAsksTheRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		refresh(t, w, w.kari)
		if err := w.register.Protect(w.kari, identity.Confidential); err != nil {
			t.Fatal(err)
		}
		event := identity.LifeEvent{ID: "c1", What: identity.Changed, Number: w.kari}
		w.register.SetDown(true)
		if _, err := w.service.HandIn(w.env.Ctx, event, nil); !errs.Is(err, errs.KindUnavailable) {
			t.Fatalf("the register is down: %v", err)
		}
		w.register.SetDown(false)
		wantOutcome(t, w, event, identity.Applied) // it was not lost
		if got := w.person(t, w.kari).Protection; got != identity.Confidential {
			t.Errorf("%s", got)
		}
		wantOutcome(t, w, identity.LifeEvent{ID: "c2", What: identity.Changed, Number: w.foreign}, identity.Unknown)
	})
}

func TestHandIn_isAllOrNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ensure(t, w, w.kari)
		died := identity.LifeEvent{ID: "d1", What: identity.Died, Number: w.kari, On: clock.NewDate(2026, 11, 1)}
		broken := errors.New("the log is full")
		if _, err := w.service.HandIn(w.env.Ctx, died, func(context.Context, *store.Tx, string) error { return broken }); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if w.person(t, w.kari).Deceased() {
			t.Error("dead although it was not written down")
		}
		wantOutcome(t, w, died, identity.Applied)
		// Another municipality has its own events and its own people.
		outcome, err := w.service.HandIn(w.env.Other, died, nil)
		if err != nil || outcome != identity.Unknown {
			t.Errorf("%s, %v", outcome, err)
		}
	})
}

func TestHandIn_refuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		day := clock.NewDate(2026, 11, 1)
		for name, e := range map[string]identity.LifeEvent{
			"no id":             {What: identity.Died, Number: w.kari, On: day},
			"a long id":         {ID: strings.Repeat("i", 101), What: identity.Died, Number: w.kari, On: day},
			"nobody":            {ID: "x", What: identity.Died, On: day},
			"nothing":           {ID: "x", Number: w.kari},
			"another thing":     {ID: "x", What: "wedding", Number: w.kari},
			"a death on no day": {ID: "x", What: identity.Died, Number: w.kari},
			"a birth of nobody": {ID: "x", What: identity.Born, Number: w.liv, On: day},
			"another grade":     {ID: "x", What: identity.ProtectionChanged, Number: w.kari, Protection: "kode 6"},
			"a hidden address":  {ID: "x", What: identity.ProtectionChanged, Number: w.kari, Protection: identity.Confidential, Address: homeAddress()},
			"a dead's address":  {ID: "x", What: identity.Died, Number: w.kari, On: day, Address: homeAddress()},
			"a long address":    {ID: "x", What: identity.ProtectionChanged, Number: w.kari, Protection: identity.Unprotected, Address: identity.Address{Lines: make([]string, 6)}},
			"a broken address":  {ID: "x", What: identity.ProtectionChanged, Number: w.kari, Protection: identity.Unprotected, Address: identity.Address{Lines: []string{"Veien 1\nVeien 2"}}},
			"one's own parent":  {ID: "x", What: identity.GuardiansChanged, Number: w.liv, Guardians: []identity.RegisterGuardian{parent(w.liv, true)}},
			"an aunt":           {ID: "x", What: identity.GuardiansChanged, Number: w.liv, Guardians: []identity.RegisterGuardian{{Number: w.kari, Kind: "aunt"}}},
		} {
			if outcome, err := w.service.HandIn(w.env.Ctx, e, nil); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %s, %v", name, outcome, err)
			}
		}
	})
}
