package building_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/building"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/identity"
	"github.com/torg-no/torg/internal/platform/store"
)

// each runs the test on both databases.
func each(t *testing.T, test func(t *testing.T, h *apptest.Harness)) {
	t.Helper()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, apptest.Start(t, apptest.Options{Postgres: postgres}))
		})
	}
}

// handled is a building application that the planner has, under the rule of twelve
// weeks or, with a dispensation, that of dispensations.
func handled(t *testing.T, h *apptest.Harness, exempted string) cases.Case {
	t.Helper()
	answers := apptest.Garage()
	answers["plan"], answers["dispensation"] = "unknown", exempted
	if exempted == "yes" {
		answers["dispensations"] = dispensation("utilisation")
	}
	c := apptest.Receive(h, 0, demo.Mother, building.FormKey, nil, answers)
	ctx := h.As(0, demo.Planner)
	c, err := h.App.Cases.AssignToMe(ctx, c.ID, see(ctx, t, h, c.ID).Version)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// timerOf is a case's clock of a rule.
func timerOf(t *testing.T, h *apptest.Harness, id, rule string) (timer deadline.Timer, ok bool) {
	t.Helper()
	err := h.App.DB.Read(h.In("torgoy"), func(ctx context.Context, tx *store.Tx) error {
		list, err := h.App.Deadlines.ForCase(ctx, tx, id)
		for _, d := range list {
			if d.Timer.Rule.Key == rule {
				timer, ok = d.Timer, true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return timer, ok
}

func TestSteps_aFeeAndAQuestionStopTheClockTogether(t *testing.T) {
	t.Parallel()
	const rule = "building.ordinary"
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		v := h.Visitor("torgoy").As(demo.Planner)
		words := h.App.Bundle.For(i18n.NB)
		at := "/work/cases/" + c.ID
		v.Get(at).Must(http.StatusOK).Has(words.T("building.steps.not.fee_demanded"), words.T("building.steps.change"))
		page := v.Get(at + "/steps").Must(http.StatusOK)
		form := func(p *apptest.Page, event, text string) *apptest.Page {
			t.Helper()
			return v.Post(at+"/steps", map[string][]string{"version": {p.Value("version")}, "once": {event}, "step": {event}, "text": {text}, "on": {clock.DateIn(h.Clock.Now()).String()}})
		}
		form(page, deadline.FeeDemanded, "").Must(http.StatusUnprocessableEntity).Has(words.T("cases.need_text"))
		for range 2 { // pressed twice
			form(page, deadline.FeeDemanded, "4 200 kr til konto 1234.56.78903 innen 14 dager.").Must(http.StatusOK).Has(words.T("building.steps.flash.fee_demanded"))
		}
		before, _ := timerOf(t, h, c.ID, rule)
		if before.State != deadline.Stopped || before.StoppedBy != deadline.FeeDemanded {
			t.Fatalf("the clock stands as %s, by %s", before.State, before.StoppedBy)
		}
		c = see(ctx, t, h, c.ID)
		c, err := h.App.Cases.Ask(ctx, c.ID, c.Version, "Hvor høyt blir mønet?")
		if err != nil {
			t.Fatal(err)
		}
		h.Advance(3 * 24 * time.Hour)
		if c, err = h.App.Cases.RegisterAnswer(ctx, c.ID, c.Version, cases.Posting{Text: "Fem meter.", Came: cases.CameTelephone}); err != nil {
			t.Fatal(err)
		}
		if got, _ := timerOf(t, h, c.ID, rule); got.State != deadline.Stopped {
			t.Error("the answer let the clock go on while the fee is unpaid")
		}
		h.Advance(4 * 24 * time.Hour)
		page = v.As(demo.Planner).Get(at + "/steps").Must(http.StatusOK)
		form(page, deadline.FeePaid, "Betalt i dag.").Must(http.StatusOK).Has(words.T("building.steps.flash.fee_paid"))
		got, _ := timerOf(t, h, c.ID, rule)
		if got.State != deadline.Running || got.Falls() != before.Falls().AddDays(7) {
			t.Errorf("%s, falls on %s, was %s", got.State, got.Falls(), before.Falls())
		}
		form(page, deadline.FeePaid, "En gang til.").Must(http.StatusOK).Has(words.T("errs.conflict"))
		h.Settle()
		for _, kind := range []string{"case.fee_demanded", "case.fee_paid"} {
			if n := messages(t, h, c, kind); n != 1 {
				t.Errorf("%d messages of %s", n, kind)
			}
		}
	})
}

// see reads a case as it stands.
func see(ctx context.Context, t *testing.T, h *apptest.Harness, id string) cases.Case {
	t.Helper()
	v, err := h.App.Cases.View(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Case
}

// messages counts what the applicant is told of a kind.
func messages(t *testing.T, h *apptest.Harness, c cases.Case, kind string) (n int) {
	t.Helper()
	items, err := h.App.Notify.Outbox(identity.AsSystem(h.In("torgoy"), "test"), 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if item.Thread == "case:"+c.ID && item.Kind == kind && item.PersonID == c.Applicant {
			n++
		}
	}
	return n
}

func TestSteps_theWholeTimeRunsFromWhenItIsComplete(t *testing.T) {
	t.Parallel()
	const rule = "building.ordinary"
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		step := func(event string) {
			t.Helper()
			var err error
			if c, err = h.App.Building.TakeStep(ctx, c.ID, c.Version, event, cases.Posting{Text: "Situasjonsplanen."}); err != nil {
				t.Fatal(err)
			}
		}
		step(deadline.Incomplete)
		if c.Status != cases.Waiting {
			t.Errorf("stands as %s", c.Status)
		}
		h.Advance(10 * 24 * time.Hour)
		var err error
		if c, err = h.App.Cases.RegisterAnswer(ctx, c.ID, c.Version, cases.Posting{Text: "Her er den.", Came: cases.CamePaper}); err != nil {
			t.Fatal(err)
		}
		if got, _ := timerOf(t, h, c.ID, rule); got.State != deadline.Stopped {
			t.Error("what came is taken for complete before anybody has looked")
		}
		step(deadline.Complete)
		got, _ := timerOf(t, h, c.ID, rule)
		if want := got.Started.AddDays(12 * 7); got.State != deadline.Running || got.Falls() != want || got.Started.Start().Before(h.Clock.Now().AddDate(0, 0, -1)) {
			t.Errorf("%s, began %s, falls on %s", got.State, got.Started, got.Falls())
		}
		if c.Status != cases.InProgress {
			t.Errorf("stands as %s", c.Status)
		}
	})
}

func TestSteps_aHearingAddsItsTimeToADispensation(t *testing.T) {
	t.Parallel()
	const rule = "building.dispensation"
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "yes")
		before, ok := timerOf(t, h, c.ID, rule)
		if !ok {
			t.Fatal("the application has no clock for dispensations")
		}
		for _, event := range []string{deadline.HearingBegun, deadline.HearingOver} {
			now := see(ctx, t, h, c.ID) // the provisional answer comes meanwhile
			if _, err := h.App.Building.TakeStep(ctx, c.ID, now.Version, event, cases.Posting{Text: "Statsforvalteren, fire uker."}); err != nil {
				t.Fatal(err)
			}
			if event == deadline.HearingBegun {
				h.Advance(28 * 24 * time.Hour)
			}
		}
		if got, _ := timerOf(t, h, c.ID, rule); got.State != deadline.Running || got.Falls() != before.Falls().AddDays(28) {
			t.Errorf("%s, falls on %s, was %s", got.State, got.Falls(), before.Falls())
		}
	})
}

func TestSteps_refuseWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		p := cases.Posting{Text: "Fordi det er slik."}
		for event, key := range map[string]string{
			deadline.FeePaid: "building.steps.not_now", deadline.Complete: "building.steps.not_now", deadline.HearingBegun: "building.steps.not_now",
			deadline.Decided: "errs.invalid_input", "": "errs.invalid_input",
		} {
			if _, err := h.App.Building.TakeStep(ctx, c.ID, c.Version, event, p); errs.Of(err) == nil || errs.Of(err).Key != key {
				t.Errorf("%q: %v", event, err)
			}
		}
		if _, err := h.App.Building.TakeStep(ctx, c.ID, c.Version-1, deadline.FeeDemanded, p); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := h.App.Building.TakeStep(h.As(0, demo.PlanColleague), c.ID, c.Version, deadline.FeeDemanded, p); errs.Of(err) == nil || errs.Of(err).Key != "cases.not_assigned_to_you" {
			t.Errorf("a colleague's case: %v", err)
		}
		if _, err := h.App.Building.TakeStep(h.As(0, demo.CaseWorker), c.ID, c.Version, deadline.FeeDemanded, p); err == nil {
			t.Error("another department's case")
		}
		if _, err := h.App.Building.Steps(h.As(0, demo.Mother), c.ID); err == nil {
			t.Error("a resident sees the staff's page")
		}
		other := apptest.Apply(h, 0, demo.Mother)
		worker := h.As(0, demo.CaseWorker)
		other, err := h.App.Cases.AssignToMe(worker, other.ID, other.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Building.TakeStep(worker, other.ID, other.Version, deadline.FeeDemanded, p); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a fee for a kindergarten: %v", err)
		}
		if v, err := h.App.Building.Steps(worker, other.ID); err != nil || len(v.Halts) != 0 {
			t.Errorf("the page of another kind: %d, %v", len(v.Halts), err)
		}
	})
}
