package building_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

// What makes the application complete lies five days before anybody looks: the time has
// run since it came (plan- og bygningsloven § 21-7).
func TestSteps_theTimeRunsFromTheDayItWasComplete(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		take := func(event, on string) error {
			t.Helper()
			p := cases.Posting{Text: "Situasjonsplanen.", Key: event + on}
			if on != "" {
				p.On = day(t, on)
			}
			now := see(ctx, t, h, c.ID)
			_, err := h.App.Building.TakeStep(ctx, c.ID, now.Version, event, p)
			return err
		}
		received := clock.DateIn(c.ReceivedAt)
		if err := take(deadline.Incomplete, received.String()); errs.Of(err) == nil || errs.Of(err).Key != "errs.invalid_input" {
			t.Errorf("what begins has a day: %v", err)
		}
		if err := take(deadline.Incomplete, ""); err != nil {
			t.Fatal(err)
		}
		h.Advance(10 * 24 * time.Hour)
		today := clock.DateIn(h.Clock.Now())
		for _, wrong := range []clock.Date{today.AddDays(1), received.AddDays(-1)} {
			if e := errs.Of(take(deadline.Complete, wrong.String())); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != "on" {
				t.Errorf("%s: %v", wrong, e)
			}
		}
		came := today.AddDays(-5)
		if err := take(deadline.Complete, came.String()); err != nil {
			t.Fatal(err)
		}
		got, _ := timerOf(t, h, c.ID, "building.ordinary")
		if got.State != deadline.Running || got.Started != came || got.Falls() != came.AddDays(12*7) {
			t.Errorf("%s, began %s, falls on %s", got.State, got.Started, got.Falls())
		}
		v, err := h.App.Cases.View(h.As(0, demo.Mother), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		last := v.Entries[len(v.Entries)-1]
		if want := h.App.Bundle.For(c.Lang).Date(came); !strings.Contains(last.Text, want) {
			t.Errorf("the applicant reads %q, which does not name %s", last.Text, want)
		}
	})
}

// A fee that was paid on Monday has stopped the time until Monday, and no fee is paid
// before it was demanded.
func TestSteps_theRestRunsFromTheDayItWasPaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		before, _ := timerOf(t, h, c.ID, "building.ordinary")
		h.Advance(2 * 24 * time.Hour)
		c, err := h.App.Building.TakeStep(ctx, c.ID, c.Version, deadline.FeeDemanded, cases.Posting{Text: "4 200 kr."})
		if err != nil {
			t.Fatal(err)
		}
		demanded := clock.DateIn(h.Clock.Now())
		h.Advance(7 * 24 * time.Hour)
		v := h.Visitor("torgoy").As(demo.Planner)
		at, words := "/work/cases/"+c.ID, h.App.Bundle.For(i18n.NB)
		page := v.Get(at + "/steps").Must(http.StatusOK).Has(words.T("building.steps.on.fee_paid"))
		form := func(on string) *apptest.Page {
			t.Helper()
			return v.Post(at+"/steps", map[string][]string{"version": {page.Value("version")}, "once": {on}, "step": {deadline.FeePaid}, "text": {"Betalt i banken."}, "on": {on}})
		}
		form("").Must(http.StatusUnprocessableEntity).Has(words.T("cases.need_on"), "Betalt i banken.")
		form(demanded.AddDays(-1).String()).Must(http.StatusUnprocessableEntity).Has(words.T("building.steps.before"))
		form(demanded.AddDays(3).String()).Must(http.StatusOK).Has(words.T("building.steps.flash.fee_paid"))
		if got, _ := timerOf(t, h, c.ID, "building.ordinary"); got.State != deadline.Running || got.Falls() != before.Falls().AddDays(3) {
			t.Errorf("%s, falls on %s, was %s", got.State, got.Falls(), before.Falls())
		}
	})
}

// Who comes second keeps what she typed.
func TestSteps_keepWhatWasTypedWhenTheCaseHasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		v := h.Visitor("torgoy").As(demo.Planner)
		at := "/work/cases/" + c.ID + "/steps"
		page := v.Get(at).Must(http.StatusOK)
		if _, err := h.App.Cases.Ask(ctx, c.ID, c.Version, "Hvor høyt blir mønet?"); err != nil {
			t.Fatal(err)
		}
		fields := map[string][]string{"version": {page.Value("version")}, "once": {"second"}, "step": {deadline.FeeDemanded}, "text": {"Gebyret er 4 217 kroner."}}
		v.Post(at, fields).Must(http.StatusConflict).Has("Gebyret er 4 217 kroner.", h.App.Bundle.For(i18n.NB).T("errs.conflict"))
		if _, err := h.App.Building.TakeStep(ctx, c.ID, see(ctx, t, h, c.ID).Version, deadline.FeePaid, cases.Posting{Text: "Nei."}); err == nil {
			t.Error("the fee was demanded all the same")
		}
	})
}

func day(t *testing.T, s string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
