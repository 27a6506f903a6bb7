package demo

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/kindergarten"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/notify"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func TestSetup_makesEveryStageOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, modules(), func(t *testing.T, env storetest.Env) {
		t.Helper()
		inst := ok[*keys.Installation](t)(keys.Throwaway())
		first := newStage(t, env, inst)
		first.setUp(t)
		var before [][]cases.Case
		for i := range Towns() {
			before = append(before, first.list(t, i))
			checkStages(t, env, before[i])
		}
		theLandIsCharted(t, first)
		env.Clock.Advance(40 * 24 * time.Hour)
		second := newStage(t, env, inst)
		second.setUp(t)
		if diff := cmp.Diff(digits(first.demo.Population()), digits(second.demo.Population())); diff != "" {
			t.Errorf("other people after the second start:\n%s", diff)
		}
		for i := range Towns() {
			if diff := cmp.Diff(before[i], second.list(t, i)); diff != "" {
				t.Errorf("other cases after the second start:\n%s", diff)
			}
		}
	})
}

func checkStages(t *testing.T, env storetest.Env, list []cases.Case) {
	t.Helper()
	stages, restricted := map[string]int{}, 0
	oldest, newest := env.Clock.Now(), time.Time{}
	for _, c := range list {
		stages[c.Kind+" "+string(c.Status)+" "+c.Outcome+" "+string(c.Answer)]++
		restricted += count(c.Restricted)
		if c.ReceivedAt.After(newest) {
			newest = c.ReceivedAt
		}
		if c.ReceivedAt.Before(oldest) {
			oldest = c.ReceivedAt
		}
		if c.UpdatedAt.After(env.Clock.Now()) || c.UpdatedAt.Before(c.ReceivedAt) {
			t.Errorf("case %s is from %s and was changed at %s", c.Label(), c.ReceivedAt, c.UpdatedAt)
		}
	}
	want := map[string]int{
		"kindergarten received  ": 12, "kindergarten in_progress  ": 5, "kindergarten waiting  ": 2, "kindergarten decided granted ": 3, "kindergarten decided refused ": 2,
		"kindergarten closed granted accepted": 3, "kindergarten closed granted declined": 1, "kindergarten withdrawn  ": 2,
		"school_place decided granted ": 1, "school_place waiting  ": 1, "school_place received  ": 1,
		"school_change decided refused ": 1, "school_change in_progress  ": 1, "school_change received  ": 1,
		"school_transport decided granted ": 1, "school_transport withdrawn  ": 1, "school_transport in_progress  ": 2, "school_transport received  ": 1,
		"nursing decided granted ": 2, "nursing decided refused ": 1, "nursing withdrawn  ": 1, "nursing in_progress  ": 4, "nursing waiting  ": 1, "nursing received  ": 2,
		"building decided granted ": 1, "building decided refused ": 1, "building withdrawn  ": 1, "building_conference in_progress  ": 2, "building in_progress  ": 3, "building waiting  ": 2, "building received  ": 3,
	}
	if diff := cmp.Diff(want, stages); diff != "" {
		t.Error(diff)
	}
	if restricted != 1 {
		t.Errorf("%d cases concern somebody with a protected address", restricted)
	}
	if age := env.Clock.Now().Sub(oldest); age < 40*24*time.Hour || env.Clock.Now().Sub(newest) > 24*time.Hour {
		t.Errorf("the cases came in from %s to %s", oldest, newest)
	}
}

// The process ends after a step and before that is noted, again and again.
func TestSetup_goesOnWhereItWasInterrupted(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	inst := ok[*keys.Installation](t)(keys.Throwaway())
	for _, last := range []int{1, 2, 5, 40} {
		s := newStage(t, env, inst)
		known := ok[[]tenant.Tenant](t)(tenant.NewService(s.services.DB).List(t.Context()))
		ctx, cancel := context.WithCancel(t.Context())
		w := &worker{Services: s.services, demo: s.demo, town: Towns()[0]}
		made := ok[tenant.Tenant](t)(w.tenantAmong(ctx, known))
		steps := w.steps()
		done, _ := strconv.Atoi(made.Settings[settingStep])
		broken := steps[last]
		steps[last] = func(ctx context.Context) error {
			err := broken(ctx)
			cancel()
			return errors.Join(err, context.Canceled)
		}
		if err := w.run(w.bind(ctx, made), steps, done); !errors.Is(err, context.Canceled) {
			t.Fatalf("step %d: %v", last, err)
		}
		cancel()
	}
	again := newStage(t, env, inst)
	again.setUp(t)
	for i := range Towns() {
		checkStages(t, env, again.list(t, i))
	}
}

func TestSetup_happensInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	s := newStage(t, env, ok[*keys.Installation](t)(keys.Throwaway()))
	s.setUp(t)
	for _, town := range Towns() {
		ctx, _, _ := s.demo.tenantOf(t.Context(), town.Slug)
		var times []store.Time
		err := s.services.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			times, err = store.All(ctx, tx, store.Value[store.Time], `select at from audit_entries where tenant_id = $1 order by id limit 2000`, tx.Tenant)
			return err
		})
		if err != nil || len(times) < 100 {
			t.Fatalf("%d entries, %v", len(times), err)
		}
		if !slices.IsSortedFunc(times, func(a, b store.Time) int { return a.Compare(b.Time) }) {
			t.Errorf("the log of %s goes back in time", town.Slug)
		}
	}
}

func TestSetup_givesRolesAndPlaces(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	s := newStage(t, env, ok[*keys.Installation](t)(keys.Throwaway()))
	s.setUp(t)
	for i, town := range Towns() {
		ctx, made, found := s.demo.tenantOf(t.Context(), town.Slug)
		if !found || !made.Test || made.Number != town.Number || made.Lang() != town.Lang() || made.Settings[kindergarten.SettingDepartment] == "" {
			t.Errorf("tenant %+v", made)
		}
		w := &worker{Services: s.services, demo: s.demo, town: town, index: i}
		ctx = w.bind(ctx, made)
		for _, part := range Parts() {
			actor := ok[identity.Actor](t)(w.employee(ctx, part))
			var got []identity.Grant
			if part.Role() != "" {
				got = []identity.Grant{{Role: string(part.Role()), Department: made.Settings[part.setting()]}}
			}
			if diff := cmp.Diff(got, actor.Grants); diff != "" && len(got)+len(actor.Grants) > 0 {
				t.Errorf("%s: %s", part, diff)
			}
		}
		taken := int64(0)
		units := ok[[]kindergarten.Unit](t)(kindergarten.NewService(s.services.DB, s.services.Access.Access()).Units(ctx))
		for _, u := range units {
			taken += u.Taken
		}
		if len(units) != 8 || taken != 6 {
			t.Errorf("%d kindergartens with %d places given", len(units), taken)
		}
		var departments []tenant.Department
		err := s.services.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			departments, err = tenant.Departments(ctx, tx)
			return err
		})
		if err != nil || len(departments) != 4 {
			t.Errorf("departments %v, %v", departments, err)
		}
	}
}

func TestSetup_writesInTheLanguageOfTheApplicant(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	s := newStage(t, env, ok[*keys.Installation](t)(keys.Throwaway()))
	s.setUp(t)
	for _, town := range Towns() {
		ctx, _, _ := s.demo.tenantOf(t.Context(), town.Slug)
		langs := map[i18n.Lang]int{}
		for _, item := range ok[[]notify.Item](t)(s.mail.Outbox(ctx, 200)) {
			langs[item.Lang]++
			if item.Subject == "" || item.Text == "" || item.Address == "" && item.Channel == notify.Email {
				t.Errorf("message %s is not whole", item.Kind)
			}
		}
		if langs[town.Lang()] < 40 {
			t.Errorf("%s wrote %v", town.Slug, langs)
		}
	}
}
