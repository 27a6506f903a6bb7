package demo

import (
	"crypto/rand"
	"crypto/rsa"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store/storetest"
	"github.com/torg-no/torg/internal/platform/tenant"
)

func sharing(t *testing.T, day clock.Date, s Shared) (*Demo, error) {
	t.Helper()
	return New(Options{
		Address: ok[*url.URL](t)(url.Parse("http://localhost:8080")), Day: day, Clock: NewClock(clock.NewFake(day.Start().Add(8 * time.Hour))),
		Bundle: bundle(t), Directory: &tenant.Directory{}, Shared: s,
	})
}

// What one demonstration does to its registers must not be seen in another that has
// the same people.
func TestNew_sharesPeopleAndNothingThatHappensToThem(t *testing.T) {
	t.Parallel()
	day := clock.Date{Year: 2026, Month: time.November, Day: 23}
	p := ok[Population](t)(Populate(day))
	key := ok[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	shared := Shared{Population: &p, Client: key, Provider: key}
	one, two := ok[*Demo](t)(sharing(t, day, shared)), ok[*Demo](t)(sharing(t, day, shared))
	mother, _ := one.Population().Player(0, Mother)
	moved := mother.RegisterPerson
	moved.Address.Lines = []string{"Et annet sted 1"}
	if err := one.register.Put(moved); err != nil {
		t.Fatal(err)
	}
	if got := ok[identity.RegisterPerson](t)(two.Register().Person(t.Context(), mother.Number)); !cmp.Equal(got.Address, mother.Address) {
		t.Errorf("in the other demonstration she lives at %v", got.Address)
	}
	if diff := cmp.Diff(digits(ok[Population](t)(Populate(day))), digits(p)); diff != "" {
		t.Errorf("the shared population has changed:\n%s", diff)
	}
	if one.key.Key != key || two.key.Key != key {
		t.Error("the keys are not the shared ones")
	}
}

func TestNew_refusesThePopulationOfAnotherDay(t *testing.T) {
	t.Parallel()
	day := clock.Date{Year: 2026, Month: time.November, Day: 23}
	p := Population{Day: day.AddDays(-1)}
	if _, err := sharing(t, day, Shared{Population: &p}); err == nil || !strings.Contains(err.Error(), "2026-11-22") {
		t.Errorf("got %v", err)
	}
}

func TestPopulation_ofATownIsThatTowns(t *testing.T) {
	t.Parallel()
	p := ok[Population](t)(Populate(clock.Date{Year: 2026, Month: time.November, Day: 23}))
	for town := range Towns() {
		list := p.Of(town)
		for _, r := range list {
			if r.Town != town {
				t.Fatalf("somebody of %d among those of %d", r.Town, town)
			}
		}
		if cap(list) != len(list) {
			t.Error("who appends to the list writes over the next town's people")
		}
	}
	if list := p.Of(len(Towns())); len(list) != 0 {
		t.Errorf("%d people of a town that is not there", len(list))
	}
}

// A start after the set-up has come to its end works nothing out: not even which
// steps there were, which would fail here.
func TestSetup_isNotLookedIntoWhenItIsWhole(t *testing.T) {
	t.Parallel()
	env := storetest.SQLite(t, modules()...)
	inst := ok[*keys.Installation](t)(keys.Throwaway())
	first := newStage(t, env, inst)
	first.setUp(t)
	for _, known := range ok[[]tenant.Tenant](t)(tenant.NewService(first.services.DB).List(t.Context())) {
		if known.Settings[settingWhole] != setupShape {
			t.Errorf("%s is not whole: %q", known.Slug, known.Settings[settingWhole])
		}
	}
	second := newStage(t, env, inst)
	w := &worker{Services: second.services, demo: &Demo{options: Options{Clock: NewClock(env.Clock), Bundle: i18n.New()}}, town: Towns()[0]}
	if err := w.setUp(t.Context(), ok[[]tenant.Tenant](t)(tenant.NewService(second.services.DB).List(t.Context()))); err != nil {
		t.Error(err)
	}
}
