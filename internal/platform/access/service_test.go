package access

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

// logbook counts the events of transactions that were committed.
type logbook struct{ events chan Event }

func (l logbook) RecordAccess(_ context.Context, tx *store.Tx, e Event) error {
	tx.AfterCommit(func() { l.events <- e })
	return nil
}

// next returns the last event written, or the zero Event.
func (l logbook) next() Event {
	select {
	case e := <-l.events:
		return e
	default:
		return Event{}
	}
}

func onBoth(t *testing.T, test func(t *testing.T, env storetest.Env, s *Service, l logbook)) {
	t.Helper()
	storetest.Each(t, []fs.FS{Migrations()}, func(t *testing.T, env storetest.Env) {
		l := logbook{events: make(chan Event, 100)}
		test(t, env, NewService(env.DB, newAccess(t), l), l)
	})
}

var _ identity.GrantSource = (*Service)(nil)

var admin = staff("admin", "administrator")

func as(ctx context.Context, a identity.Actor) context.Context { return identity.With(ctx, a) }

func grantsOf(ctx context.Context, t *testing.T, s *Service, person string) []identity.Grant {
	t.Helper()
	var grants []identity.Grant
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		grants, err = s.GrantsOf(ctx, tx, person)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return grants
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestGrant_holdsFromDayToDay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, l logbook) {
		ctx := as(env.Ctx, admin)
		today := clock.DateIn(env.Clock.Now())
		n := NewGrant{PersonID: "ola", Role: CaseWorker, Department: "d1", From: today.AddDays(1), To: today.AddDays(2)}
		g := must[Grant](t)(s.Grant(ctx, n))
		if e := l.next(); e.Action != "access.granted" || e.Subject != "ola" || e.ObjectID != g.ID {
			t.Errorf("the log says %+v", e)
		}
		for day, want := range []int{0, 1, 1, 0} {
			env.Clock.Set(today.AddDays(day).Start())
			if got := grantsOf(ctx, t, s, "ola"); len(got) != want {
				t.Errorf("at the start of day %d: %v", day, got)
			}
			env.Clock.Set(today.AddDays(day).End().Add(-time.Microsecond))
			if got := grantsOf(ctx, t, s, "ola"); len(got) != want {
				t.Errorf("at the end of day %d: %v", day, got)
			}
		}
		if got := grantsOf(env.Other, t, s, "ola"); len(got) != 0 {
			t.Errorf("another municipality sees %v", got)
		}
	})
}

func TestGrant_refuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, admin)
		today := clock.DateIn(env.Clock.Now())
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "kari", Role: CaseWorker, Department: "d1"}))
		tests := map[string]struct {
			actor identity.Actor
			n     NewGrant
			want  errs.Kind
		}{
			"the same twice":       {admin, NewGrant{PersonID: "kari", Role: CaseWorker, Department: "d1"}, errs.KindConflict},
			"nobody":               {admin, NewGrant{Role: CaseWorker}, errs.KindInvalid},
			"no such role":         {admin, NewGrant{PersonID: "ola", Role: "mayor"}, errs.KindInvalid},
			"what nobody is given": {admin, NewGrant{PersonID: "ola", Role: SystemRole}, errs.KindInvalid},
			"an end before today":  {admin, NewGrant{PersonID: "ola", Role: Auditor, To: today.AddDays(-1)}, errs.KindInvalid},
			"a head":               {staff("h", "department_head"), NewGrant{PersonID: "ola", Role: Auditor}, errs.KindForbidden},
			"a department's administrator for the whole": {
				staff("x", "administrator@d1"), NewGrant{PersonID: "ola", Role: Auditor}, errs.KindForbidden,
			},
			"a visitor": {identity.Actor{Kind: identity.Anonymous}, NewGrant{PersonID: "ola", Role: Auditor}, errs.KindLogin},
		}
		for name, tt := range tests {
			if _, err := s.Grant(as(env.Ctx, tt.actor), tt.n); !errs.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must[Grant](t)(s.Grant(as(env.Ctx, staff("x", "administrator@d1")), NewGrant{PersonID: "ola", Role: CaseWorker, Department: "d1"}))
		later := NewGrant{PersonID: "per", Role: CaseWorker, Department: "d1", From: today.AddDays(10)}
		must[Grant](t)(s.Grant(ctx, later))
		before := NewGrant{PersonID: "per", Role: CaseWorker, Department: "d1", To: today.AddDays(9)}
		must[Grant](t)(s.Grant(ctx, before))
	})
}

func TestRevoke_keepsTheLastAdministrator(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, l logbook) {
		ctx := as(env.Ctx, admin)
		first := must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "a", Role: Administrator}))
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "b", Role: Administrator, Department: "d1"}))
		today := clock.DateIn(env.Clock.Now())
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "c", Role: Administrator, To: today.AddDays(5)}))
		if err := s.Revoke(ctx, first.ID); !errs.Is(err, errs.KindConflict) {
			t.Fatalf("the last lasting administrator: %v", err)
		}
		second := must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "d", Role: Administrator}))
		if err := s.Revoke(ctx, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Revoke(ctx, first.ID); err != nil {
			t.Errorf("a second time: %v", err)
		}
		if err := s.Revoke(ctx, second.ID); !errs.Is(err, errs.KindConflict) {
			t.Errorf("the only one left: %v", err)
		}
		var last Event
		for e := l.next(); e.Action != ""; e = l.next() {
			last = e
		}
		if last.Action != "access.revoked" || last.Subject != "a" {
			t.Errorf("the log ends with %+v", last)
		}
		if got := grantsOf(ctx, t, s, "a"); len(got) != 0 {
			t.Errorf("still has %v", got)
		}
	})
}

func TestRevoke_twoAtOnceLeaveOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, admin)
		a := must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "a", Role: Administrator}))
		b := must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "b", Role: Administrator}))
		failed := make(chan error, 2)
		for _, id := range []string{a.ID, b.ID} {
			go func() { failed <- s.Revoke(ctx, id) }()
		}
		one, two := <-failed, <-failed
		if (one == nil) == (two == nil) {
			t.Fatalf("got %v and %v", one, two)
		}
	})
}

func TestRevoke_answersForWhatIsNotThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		g := must[Grant](t)(s.Grant(as(env.Ctx, admin), NewGrant{PersonID: "a", Role: Auditor}))
		if err := s.Revoke(as(env.Other, admin), g.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("another tenant's administrator: %v", err)
		}
		for name, tt := range map[string]struct {
			actor identity.Actor
			want  errs.Kind
		}{
			"a visitor":                    {identity.Actor{Kind: identity.Anonymous}, errs.KindLogin},
			"a resident":                   {resident("x"), errs.KindNotFound},
			"a department's administrator": {staff("x", "administrator@d1"), errs.KindNotFound},
		} {
			if err := s.Revoke(as(env.Ctx, tt.actor), g.ID); !errs.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestListGrants_showsWhatTheActorMaySee(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, admin)
		for _, department := range []string{"", "d1", "d2"} {
			must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "ola", Role: CaseWorker, Department: department}))
		}
		ended := must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "kari", Role: CaseWorker, Department: "d1"}))
		if err := s.Revoke(ctx, ended.ID); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			actor  identity.Actor
			filter GrantFilter
			want   int
		}{
			"administrator":      {admin, GrantFilter{}, 3},
			"with ended":         {admin, GrantFilter{Ended: true}, 4},
			"one person":         {admin, GrantFilter{PersonID: "kari", Ended: true}, 1},
			"one department":     {admin, GrantFilter{Department: "d2"}, 1},
			"head of d1":         {staff("h", "department_head@d1"), GrantFilter{}, 1},
			"head of d1 of d2":   {staff("h", "department_head@d1"), GrantFilter{Department: "d2"}, 0},
			"auditor":            {staff("r", "auditor"), GrantFilter{}, 3},
			"the operator's own": {system, GrantFilter{}, 3},
		} {
			list, err := s.ListGrants(as(env.Ctx, tt.actor), tt.filter)
			if err != nil || len(list) != tt.want {
				t.Errorf("%s: %d of %d, %v", name, len(list), tt.want, err)
			}
		}
		if _, err := s.ListGrants(as(env.Ctx, resident("x")), GrantFilter{}); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident: %v", err)
		}
	})
}

func TestSubstitute_hasTheRolesWhileTheOtherIsAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, l logbook) {
		ctx := as(env.Ctx, admin)
		today := clock.DateIn(env.Clock.Now())
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "ola", Role: CaseWorker, Department: "d1"}))
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "kari", Role: CaseWorker, Department: "d2"}))
		head := as(env.Ctx, staff("h", "department_head@d1"))
		set := must[Substitute](t)(s.SetSubstitute(head, "ola", "kari", today, today.AddDays(6)))
		must[Substitute](t)(s.SetSubstitute(ctx, "kari", "per", today, today.AddDays(6)))

		want := []identity.Grant{{Role: "case_worker", Department: "d2"}, {Role: "case_worker", Department: "d1", SubstituteFor: "ola"}}
		if diff := cmp.Diff(want, grantsOf(ctx, t, s, "kari")); diff != "" {
			t.Error(diff)
		}
		// per stands in for kari, not for whom kari stands in for.
		want = []identity.Grant{{Role: "case_worker", Department: "d2", SubstituteFor: "kari"}}
		if diff := cmp.Diff(want, grantsOf(ctx, t, s, "per")); diff != "" {
			t.Error(diff)
		}
		env.Clock.Set(today.AddDays(7).Start())
		if got := grantsOf(ctx, t, s, "kari"); len(got) != 1 {
			t.Errorf("a day too late: %v", got)
		}
		env.Clock.Set(today.Start())
		if err := s.EndSubstitute(head, set.ID); err != nil {
			t.Fatal(err)
		}
		if got := grantsOf(ctx, t, s, "kari"); len(got) != 1 {
			t.Errorf("after it was ended: %v", got)
		}
		if err := s.EndSubstitute(head, set.ID); err != nil {
			t.Errorf("ended twice: %v", err)
		}
		if len(l.events) != 5 {
			t.Errorf("%d events in the log", len(l.events))
		}
		all := must[[]Substitute](t)(s.ListSubstitutes(ctx, today))
		mine := must[[]Substitute](t)(s.ListSubstitutes(as(env.Ctx, staff("ola", "case_worker@d1")), today))
		if len(all) != 1 || len(mine) != 0 {
			t.Errorf("the lists have %d and %d", len(all), len(mine))
		}
	})
}

func TestSubstitute_refuses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, env storetest.Env, s *Service, _ logbook) {
		ctx := as(env.Ctx, admin)
		today := clock.DateIn(env.Clock.Now())
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "ola", Role: CaseWorker, Department: "d1"}))
		must[Grant](t)(s.Grant(ctx, NewGrant{PersonID: "ola", Role: CaseWorker, Department: "d2"}))
		tests := map[string]struct {
			actor              identity.Actor
			absent, substitute string
			from, to           clock.Date
			want               errs.Kind
		}{
			"oneself":                {admin, "ola", "ola", today, today, errs.KindInvalid},
			"no dates":               {admin, "ola", "kari", clock.Date{}, clock.Date{}, errs.KindInvalid},
			"dates reversed":         {admin, "ola", "kari", today, today.AddDays(-1), errs.KindInvalid},
			"nobody for nobody":      {admin, "", "", today, today, errs.KindInvalid},
			"one without roles":      {admin, "per", "kari", today, today, errs.KindInvalid},
			"half of the roles":      {staff("h", "department_head@d1"), "ola", "kari", today, today, errs.KindForbidden},
			"guessing who has roles": {resident("x"), "per", "kari", today, today, errs.KindForbidden},
			"a visitor":              {identity.Actor{Kind: identity.Anonymous}, "ola", "kari", today, today, errs.KindLogin},
		}
		for name, tt := range tests {
			if _, err := s.SetSubstitute(as(env.Ctx, tt.actor), tt.absent, tt.substitute, tt.from, tt.to); !errs.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.EndSubstitute(ctx, "nothing"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("ending nothing: %v", err)
		}
		if err := s.EndSubstitute(as(env.Ctx, resident("x")), "nothing"); !errs.Is(err, errs.KindForbidden) {
			t.Errorf("a resident ending nothing: %v", err)
		}
	})
}
