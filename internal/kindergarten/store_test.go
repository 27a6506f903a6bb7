package kindergarten

import (
	"context"
	"io/fs"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func each(t *testing.T, test func(t *testing.T, env storetest.Env)) {
	t.Helper()
	storetest.Each(t, []fs.FS{audit.Migrations(), Migrations()}, func(t *testing.T, env storetest.Env) {
		env.Ctx, env.Other = identity.AsSystem(env.Ctx, "test"), identity.AsSystem(env.Other, "test")
		test(t, env)
	})
}

func saved(t *testing.T, env storetest.Env, u Unit) Unit {
	t.Helper()
	err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		u, err = Save(ctx, tx, u)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func reread(t *testing.T, env storetest.Env, id string) (u Unit) {
	t.Helper()
	err := env.DB.Read(env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		u, err = kind().One(ctx, tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// give decides as package cases does: what is wrong is asked first, in the same
// transaction.
func give(env storetest.Env, unitID, caseID string) error {
	d := cases.Decision{Outcome: cases.OutcomeGranted, Values: map[string]string{fieldUnit: unitID, fieldStart: clock.DateIn(env.Clock.Now()).String()}}
	return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
		wrong, err := checkDecision(ctx, tx, cases.Case{}, d)
		if err != nil || len(wrong) > 0 {
			return errs.InvalidFields(wrong...)
		}
		return decided(ctx, tx, cases.Case{ID: caseID, Subject: ids.New()}, d)
	})
}

func TestPlaces_areNeverGivenTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		u := saved(t, env, Unit{Name: "Bjørkelia", Capacity: 3})
		var mu sync.Mutex
		given, full := 0, 0
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				err := give(env, u.ID, ids.New())
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					given++
				case errs.Is(err, errs.KindInvalid):
					full++
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if got := reread(t, env, u.ID); given != 3 || full != 7 || got.Taken != 3 || got.Free() != 0 {
			t.Errorf("given %d, refused %d, taken %d", given, full, got.Taken)
		}
	})
}

func TestPlaces_comeBackWhenDeclined(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		u := saved(t, env, Unit{Name: "Bjørkelia", Capacity: 2})
		say := func(caseID string, a cases.Answer) error {
			return env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				return answered(ctx, tx, cases.Case{ID: caseID}, cases.Decision{}, a)
			})
		}
		for _, id := range []string{"c1", "c2"} {
			if err := give(env, u.ID, id); err != nil {
				t.Fatal(err)
			}
		}
		if err := say("c1", cases.Accepted); err != nil {
			t.Error(err)
		}
		if err := say("c2", cases.Declined); err != nil {
			t.Error(err)
		}
		for _, id := range []string{"c1", "c2", "c3"} {
			if err := say(id, cases.Declined); !errs.Is(err, errs.KindConflict) {
				t.Errorf("%s answered again: %v", id, err)
			}
		}
		got := reread(t, env, u.ID)
		if got.Taken != 1 || got.Version != u.Version {
			t.Errorf("taken %d, version %d", got.Taken, got.Version)
		}
	})
}

// An application that was decided, taken up again and then taken back holds no place,
// whatever was answered, and its child may be offered another.
func TestPlaces_comeBackWhenTheApplicationIsTakenBack(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]cases.Answer{"not answered": "", "accepted": cases.Accepted, "declined": cases.Declined} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, env storetest.Env) {
				u := saved(t, env, Unit{Name: "Bjørkelia", Capacity: 2})
				if err := give(env, u.ID, "other"); err != nil {
					t.Fatal(err)
				}
				if err := give(env, u.ID, "c"); err != nil {
					t.Fatal(err)
				}
				err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
					if answer != "" {
						if err := answered(ctx, tx, cases.Case{ID: "c"}, cases.Decision{}, answer); err != nil {
							return err
						}
					}
					for range 2 { // a second time finds nothing
						if err := Kind().Withdrawn(ctx, tx, cases.Case{ID: "c"}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := reread(t, env, u.ID); got.Taken != 1 {
					t.Errorf("%d places are taken", got.Taken)
				}
			})
		})
	}
}

func TestCheckDecision_refusesWhatCannotBeGiven(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		full := saved(t, env, Unit{Name: "Full", Capacity: 0})
		open := saved(t, env, Unit{Name: "Open", Capacity: 1})
		closed := saved(t, env, Unit{Name: "Closed", Capacity: 9})
		closed.Closed = true
		saved(t, env, closed)
		today := clock.DateIn(env.Clock.Now())
		for _, test := range []struct {
			unit, start string
			want        int
		}{
			{open.ID, today.String(), 0},
			{open.ID, today.AddYears(2).String(), 0},
			{open.ID, today.AddDays(-1).String(), 1},
			{open.ID, today.AddYears(2).AddDays(1).String(), 1},
			{open.ID, "", 1},
			{full.ID, today.String(), 1},
			{closed.ID, today.String(), 1},
			{"nowhere", "never", 2},
		} {
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
				wrong, err := checkDecision(ctx, tx, cases.Case{}, cases.Decision{Values: map[string]string{fieldUnit: test.unit, fieldStart: test.start}})
				if len(wrong) != test.want {
					t.Errorf("%s from %q: %v", test.unit, test.start, wrong)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// A new decision in a case may give the place again that the first gave, also when the
// kindergarten is full with the child in it; no other case may.
func TestCheckDecision_givesAgainWhatTheCaseHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		unit := saved(t, env, Unit{Name: "Full", Capacity: 1})
		if err := give(env, unit.ID, "case-1"); err != nil {
			t.Fatal(err)
		}
		may := func(caseID string) bool {
			t.Helper()
			var wrong []errs.Field
			d := cases.Decision{Values: map[string]string{fieldUnit: unit.ID, fieldStart: clock.DateIn(env.Clock.Now()).String()}}
			err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				wrong, err = checkDecision(ctx, tx, cases.Case{ID: caseID}, d)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return len(wrong) == 0
		}
		if !may("case-1") || may("case-2") {
			t.Errorf("the one whose it is: %t, another: %t", may("case-1"), may("case-2"))
		}
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error { return answer(ctx, tx, "case-1", stateDeclined) })
		if err == nil {
			err = give(env, unit.ID, "case-2")
		}
		if err != nil || may("case-1") {
			t.Errorf("who has declined has it still, %v", err)
		}
	})
}

func TestUnits_areTheTenantsOwnAndInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		for _, name := range []string{"Skogstjerna", "Bjørkelia", "Fjordgløtt"} {
			saved(t, env, Unit{Name: name, Capacity: 5})
		}
		for ctx, want := range map[context.Context]int{env.Ctx: 3, env.Other: 0} {
			err := env.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				list, err := kind().All(ctx, tx)
				if len(list) != want || want > 0 && (list[0].Name != "Bjørkelia" || list[2].Name != "Skogstjerna") {
					t.Errorf("%v", list)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestSave_meetsAtTheVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, env storetest.Env) {
		u := saved(t, env, Unit{Name: "Bjørkelia", Capacity: 5})
		env.Clock.Advance(time.Minute)
		first := u
		first.Name = "Bjørkelia nord"
		if got := saved(t, env, first); got.Version != u.Version+1 {
			t.Errorf("version %d", got.Version)
		}
		err := env.DB.Write(env.Ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := Save(ctx, tx, u)
			return err
		})
		if !errs.Is(err, errs.KindConflict) {
			t.Errorf("the second: %v", err)
		}
	})
}
