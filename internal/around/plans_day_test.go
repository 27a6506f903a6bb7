package around

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/jobs"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func TestTogether_isWhatMattersMost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		all  []string
		want string
	}{
		{nil, planChanged},
		{[]string{planChanged, planChanged}, planChanged},
		{[]string{planChanged, planNew}, planNew},
		{[]string{planNew, planChanged}, planNew},
		{[]string{planProposed, planChanged}, planProposed},
		{[]string{planGone, planChanged}, planGone},
		{[]string{planGone, planNew}, planChanged},
		{[]string{planNew, planGone, planGone}, planChanged},
		{[]string{planGone, planProposed}, planProposed},
		{[]string{planProposed, planAdopted}, planAdopted},
		{[]string{planAdopted, planGone}, planAdopted},
	} {
		if got := together(test.all...); got != test.want {
			t.Errorf("%v is %s, want %s", test.all, got, test.want)
		}
	}
}

// stored is the package's tables on a fresh database.
type stored struct {
	storetest.Env
	*Service
	t *testing.T
}

func eachStore(t *testing.T, test func(t *testing.T, s *stored)) {
	t.Helper()
	storetest.Each(t, []fs.FS{migrations, jobs.Migrations()}, func(t *testing.T, env storetest.Env) {
		test(t, &stored{env, &Service{Deps: Deps{DB: env.DB, Log: slog.New(slog.DiscardHandler)}}, t})
	})
}

func (s *stored) write(do func(ctx context.Context, tx *store.Tx) error) {
	s.t.Helper()
	if err := s.DB.Write(s.Ctx, do); err != nil {
		s.t.Fatal(err)
	}
}

// block is some ground in degrees.
func block(west, south, side float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}, {west, south}}}}
}

func (s *stored) says(what, name string, ground orb.MultiPolygon) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) error {
		return s.notePlan(ctx, tx, planChange{number: "2026001", said: []string{what}, name: name, ground: ground}, "2026-11-22")
	})
}

// labels are what stands of the plan, in order of what it is called by.
func (s *stored) labels() (list []string) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = store.All(ctx, tx, store.Value[string], `select label from around_events where tenant_id = $1 order by key limit 100`, tx.Tenant)
		return err
	})
	for i := range list {
		what, name := toldOf(list[i])
		list[i] = what + " " + name
	}
	return list
}

func (s *stored) matches() (n int64) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One(ctx, tx, store.Value[int64], `select count(*) from jobs where tenant_id = $1 and kind = $2`, tx.Tenant, matchArgs{}.Kind())
		return err
	})
	return n
}

func (s *stored) expect(what string, want ...string) {
	s.t.Helper()
	if got := s.labels(); !slices.Equal(got, want) {
		s.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestNotePlan_tellsOfAPlansLayersTogether(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s *stored) {
		ground := block(10, 59, 0.01)
		s.says(planChanged, "", ground) // the zones come before the plan
		s.says(planNew, "Nytt torg", ground)
		s.says(planChanged, "", ground)
		s.expect("zones, plan, cautions", "new Nytt torg")
		if n := s.matches(); n != 1 {
			t.Errorf("looked %d times for who is to be told of one ground", n)
		}
		// What lies farther out than was known has others to tell.
		s.says(planChanged, "", block(10.02, 59, 0.01))
		if n := s.matches(); n != 2 {
			t.Errorf("looked %d times after the ground has grown", n)
		}
		s.expect("with more ground", "new Nytt torg")
		s.says(planGone, "Nytt torg", ground)
		s.expect("a version that goes beside one that comes", "changed Nytt torg")
		s.says(planNew, "Nytt torg", ground)
		s.says(planGone, "Nytt torg", ground)
		s.expect("the same said again", "changed Nytt torg")
	})
}

func TestNotePlan_tellsAnewWhoHasHeardSomethingElse(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s *stored) {
		ground := block(10, 59, 0.01)
		s.says(planChanged, "", ground)
		s.write(func(ctx context.Context, tx *store.Tx) error {
			e, found, err := eventByKey(ctx, tx, "plan:2026001:2026-11-22")
			if err != nil || !found {
				t.Fatalf("no event: %v", err)
			}
			if err := insertHits(ctx, tx, e.ID, []hit{{"somebody", "area", AtOnce}}); err != nil {
				return err
			}
			return setTold(ctx, tx, "area", []event{e})
		})
		s.says(planAdopted, "Nytt torg", ground)
		s.expect("adopted after it was told as changed", "changed ", "adopted Nytt torg")
		s.says(planAdopted, "Nytt torg", ground)
		s.says(planChanged, "", ground)
		s.expect("and once", "changed ", "adopted Nytt torg")
	})
}

func TestManyPlans_areToldOnceADay(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s *stored) {
		many := make([]planChange, maxPlanNews+12)
		for i := range many {
			many[i] = planChange{number: "2026", ground: block(10+float64(i)/100, 59, 0.01)}
		}
		for range 3 { // each layer of the import
			if err := s.manyPlans(s.Ctx, many, "2026-11-22"); err != nil {
				t.Fatal(err)
			}
		}
		s.expect("three layers of one day", "many 512")
		s.write(func(ctx context.Context, tx *store.Tx) error {
			e, _, err := eventByKey(ctx, tx, "plans:2026-11-22")
			if ground, _ := e.Shape.(orb.MultiPolygon); len(ground) != len(many) || e.Kind != TopicPlans {
				t.Errorf("%s of %d places", e.Kind, len(ground))
			}
			return err
		})
		if err := s.manyPlans(s.Ctx, many, "2026-11-23"); err != nil {
			t.Fatal(err)
		}
		s.expect("the day after", "many 512", "many 512")
	})
}

func TestDayText_isInTheReadersWords(t *testing.T) {
	t.Parallel()
	b := i18n.New()
	if err := b.Load("around", Messages()); err != nil {
		t.Fatal(err)
	}
	words := b.For(i18n.NB)
	if got := dayText(words, "2026-11-22"); got != words.Date(clock.NewDate(2026, 11, 22)) {
		t.Errorf("the day is %q", got)
	}
	if got := dayText(words, "i dag"); got != "i dag" {
		t.Errorf("what is no day is %q", got)
	}
}

func TestFound_believesWhatStandsBesideTheProperty(t *testing.T) {
	t.Parallel()
	f := Found{Ground: block(10, 59, 0.001)}
	for at, want := range map[orb.Point]bool{{10.0005, 59.0005}: true, {10.0012, 59.0005}: true, {10.01, 59.0005}: false, {0, 0}: false} {
		if got := f.near(at); got != want {
			t.Errorf("%v: %t", at, got)
		}
	}
	if (Found{}).near(orb.Point{10, 59}) {
		t.Error("works stand beside nothing")
	}
}

// What is found while a message is written is told in the next one, however old it is.
func TestSetTold_leavesWhatWasFoundMeanwhile(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, s *stored) {
		first := event{ID: "1", Key: "a", Kind: TopicReceived, Subject: "c1", Shape: orb.Point{10, 59}, At: s.Clock.Now()}
		second := event{ID: "2", Key: "b", Kind: TopicReceived, Subject: "c2", Shape: orb.Point{10, 59}, At: s.Clock.Now()}
		mine := []hit{{"somebody", "area", AtOnce}}
		s.write(func(ctx context.Context, tx *store.Tx) error {
			for _, e := range []event{first, second} {
				if _, err := insertEvent(ctx, tx, e); err != nil {
					return err
				}
			}
			if err := insertHits(ctx, tx, second.ID, mine); err != nil {
				return err
			}
			told, err := untoldOf(ctx, tx, "area", mostRead)
			if err != nil {
				return err
			}
			if err := insertHits(ctx, tx, first.ID, mine); err != nil { // by another process, just now
				return err
			}
			if err := setTold(ctx, tx, "area", told); err != nil {
				return err
			}
			left, err := untoldOf(ctx, tx, "area", mostRead)
			if err != nil || len(told) != 1 || len(left) != 1 || left[0].ID != first.ID {
				t.Errorf("told %v, left %v, %v", told, left, err)
			}
			return err
		})
	})
}
