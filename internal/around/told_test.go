package around_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/torg-no/torg/internal/around"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/errs"
)

// The applicant is told of the decision before everybody is: until her letter is made the
// case stands as before, whatever has it brought up to date.
func TestDecision_isPublicWhenTheApplicantIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 200, around.AtOnce, around.TopicDecided))
		w.must(err)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		w.decide(c, cases.OutcomeGranted)
		w.must(w.App.Around.Project(w.system(), c.ID, around.TopicDecided))
		w.must(w.App.Around.Project(w.system(), c.ID, ""))
		if p, is := w.public(c, plot); !is || p.Status != around.Received || !p.DecidedAt.IsZero() {
			t.Errorf("before the letter is made it stands as %+v", p)
		}
		if n := w.count(`select count(*) from around_events where tenant_id = $1 and kind = $2 and subject = $3`, string(around.TopicDecided), c.ID); n != 0 {
			t.Error("subscribers are told before the applicant")
		}
		w.Settle()
		if p, _ := w.public(c, plot); p.Status != around.Granted || p.DecidedAt.IsZero() {
			t.Errorf("told, it stands as %+v", p)
		}
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 1 {
			t.Errorf("subscribers are told %d times", n)
		}
	})
}

// Requests that come together do not each find room for one more.
func TestLimits_holdForThoseWhoAskAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot, ctx := w.plot(3), w.as(demo.Apart)
		choice := w.around(plot, 300, around.AtOnce)
		var wait sync.WaitGroup
		var mu sync.Mutex
		asked := 0
		for i := range 12 {
			wait.Go(func() {
				if err := w.App.Around.SubscribeByMail(w.In("torgoy"), "offer@example.no", fmt.Sprintf("192.0.2.%d", i), choice); err != nil {
					t.Error(err)
				}
			})
		}
		for range 40 {
			wait.Go(func() {
				_, err := w.App.Around.Subscribe(ctx, choice)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					asked++
				} else if !errs.Is(err, errs.KindConflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		areas := w.count(`select count(*) from around_areas where tenant_id = $1 and person_id <> ''`)
		mails := w.count(`select count(*) from around_areas where tenant_id = $1 and person_id = ''`)
		if areas != 20 || asked != 20 || mails != 3 {
			t.Errorf("%d areas of one person, %d answered so, %d of one address", areas, asked, mails)
		}
	})
}

// What is brought up to date by a job that was given up and run again tells nobody twice.
func TestDecision_isToldOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		plot := w.plot(3)
		_, err := w.App.Around.Subscribe(w.as(demo.Apart), w.around(plot, 200, around.AtOnce, around.TopicDecided))
		w.must(err)
		c := w.garage(demo.Mother, plot)
		w.Settle()
		w.decide(c, cases.OutcomeRefused)
		w.Settle()
		for range 2 {
			w.must(w.App.Around.Project(w.system(), c.ID, around.TopicDecided))
			w.Settle()
		}
		if n := len(w.told(kind, w.person(demo.Apart), "")); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}
