package building_test

import (
	"net/http"
	"slices"
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

// A fee that is not paid and another authority that is heard stop the time together. It
// runs on when both are over, from the later of the two days, also when the one that was
// over last is written down first. Each stands on its own line to the staff, and in a
// sentence of its own to the applicant.
func TestSteps_twoStopsEndOnTheirOwnDays(t *testing.T) {
	t.Parallel()
	const rule = "building.dispensation"
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "yes")
		take := func(event, on string) {
			t.Helper()
			p := cases.Posting{Text: "Fordi det er slik.", Key: event}
			if on != "" {
				p.On = day(t, on)
			}
			if _, err := h.App.Building.TakeStep(ctx, c.ID, see(ctx, t, h, c.ID).Version, event, p); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := timerOf(t, h, c.ID, rule)
		take(deadline.HearingBegun, "")
		begun := clock.DateIn(h.Clock.Now())
		h.Advance(2 * 24 * time.Hour)
		take(deadline.FeeDemanded, "")
		demanded := clock.DateIn(h.Clock.Now())
		h.Advance(20 * 24 * time.Hour)
		words := h.App.Bundle.For(i18n.NB)
		since := func(event string, on clock.Date) string {
			return words.T("deadlines.stopped_since", "date", words.Date(on), "why", words.T("deadlines.event."+event))
		}
		staff, mine := h.Visitor("torgoy").As(demo.Planner), h.Visitor("torgoy").As(demo.Mother)
		staff.Get("/work/cases/"+c.ID).Must(http.StatusOK).Has(since(deadline.HearingBegun, begun), since(deadline.FeeDemanded, demanded))
		mine.Get("/my/cases/"+c.ID).Must(http.StatusOK).Has(words.T("deadlines.stopped_party.hearing_begun"), "Fristen står stille til gebyret er betalt.", words.T("deadlines.stopped_party.several"))

		take(deadline.FeePaid, begun.AddDays(15).String()) // what was over last, written down first
		if got, _ := timerOf(t, h, c.ID, rule); got.State != deadline.Stopped || got.StoppedBy != deadline.HearingBegun {
			t.Errorf("while the hearing goes on it is %s by %q", got.State, got.StoppedBy)
		}
		page := mine.Get("/my/cases/" + c.ID).Must(http.StatusOK).Has(words.T("deadlines.stopped_party.hearing_begun"))
		if strings.Contains(page.Text(), words.T("deadlines.stopped_party.several")) {
			t.Error("one thing that keeps the time is told as several")
		}
		take(deadline.HearingOver, begun.AddDays(10).String())
		got, _ := timerOf(t, h, c.ID, rule)
		if got.State != deadline.Running || got.Falls() != before.Falls().AddDays(15) || got.Paused != 15 {
			t.Errorf("%s, falls on %s after %d days, was %s", got.State, got.Falls(), got.Paused, before.Falls())
		}
		v, err := h.App.Cases.View(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range []string{deadline.HearingBegun, deadline.FeeDemanded, deadline.FeePaid, deadline.HearingOver} {
			if !slices.ContainsFunc(v.Entries, func(e cases.Entry) bool { return string(e.Kind) == event }) {
				t.Errorf("the journal does not tell of %s", event)
			}
		}
	})
}

// What was asked for came on a day, and was written down on another: the time runs on from
// the day it came (plan- og bygningsloven § 21-7).
func TestRegisterAnswer_theTimeRunsFromTheDayItCame(t *testing.T) {
	t.Parallel()
	const waited = 10
	each(t, func(t *testing.T, h *apptest.Harness) {
		answers := 0
		for name, test := range map[string]struct {
			came  int // days after the question; -1 is not said
			stood int
		}{
			"the day it was asked for": {0, 0}, "the day after": {1, 1}, "in the middle": {4, 4}, "today": {waited, waited}, "not said": {-1, waited},
		} {
			ctx := h.As(0, demo.Planner)
			c := handled(t, h, "no")
			before, _ := timerOf(t, h, c.ID, "building.ordinary")
			c, err := h.App.Cases.Ask(ctx, c.ID, c.Version, "Hvor høyt blir mønet?")
			if err != nil {
				t.Fatal(err)
			}
			asked := clock.DateIn(h.Clock.Now())
			h.Advance(waited * 24 * time.Hour)
			p := cases.Posting{Text: "Fem meter.", Came: cases.CamePaper, Key: name}
			for wrong, on := range map[string]clock.Date{"before it was asked for": asked.AddDays(-1), "tomorrow": asked.AddDays(waited + 1)} {
				p.On = on
				if _, err := h.App.Cases.RegisterAnswer(ctx, c.ID, 0, p); errs.Of(err) == nil || len(errs.Of(err).Fields) != 1 || errs.Of(err).Fields[0].Name != "on" {
					t.Errorf("%s: it came %s: %v", name, wrong, err)
				}
			}
			p.On = clock.Date{}
			if test.came >= 0 {
				p.On = asked.AddDays(test.came)
			}
			for range 2 { // pressed twice
				if _, err = h.App.Cases.RegisterAnswer(ctx, c.ID, 0, p); err != nil {
					t.Fatal(err)
				}
			}
			got, _ := timerOf(t, h, c.ID, "building.ordinary")
			if got.State != deadline.Running || got.Falls() != before.Falls().AddDays(test.stood) {
				t.Errorf("%s: %s, falls on %s, was %s", name, got.State, got.Falls(), before.Falls())
			}
			v, err := h.App.Cases.View(ctx, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, e := range v.Entries {
				if e.Kind == cases.ByStaff(cases.EntryAnswered) {
					said = append(said, e.Text)
				}
			}
			dated := test.came >= 0 && test.came < waited
			answers++ // each is of the same case, which is asked again
			if last := said[len(said)-1]; len(said) != answers || !strings.HasSuffix(last, "Fem meter.") || strings.Contains(last, h.App.Bundle.For(c.Lang).Date(asked.AddDays(max(test.came, 0)))) != dated {
				t.Errorf("%s: the journal says %q", name, said)
			}
		}
	})
}

// While the fee is unpaid an answer that came earlier lets nothing run, and counts when
// the fee is paid.
func TestRegisterAnswer_besideAFeeThatIsNotPaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		ctx := h.As(0, demo.Planner)
		c := handled(t, h, "no")
		before, _ := timerOf(t, h, c.ID, "building.ordinary")
		c, err := h.App.Cases.Ask(ctx, c.ID, c.Version, "Hvor høyt blir mønet?")
		if err != nil {
			t.Fatal(err)
		}
		asked := clock.DateIn(h.Clock.Now())
		h.Advance(5 * 24 * time.Hour)
		if _, err = h.App.Building.TakeStep(ctx, c.ID, see(ctx, t, h, c.ID).Version, deadline.FeeDemanded, cases.Posting{Text: "4 200 kr."}); err != nil {
			t.Fatal(err)
		}
		h.Advance(5 * 24 * time.Hour)
		if _, err = h.App.Cases.RegisterAnswer(ctx, c.ID, 0, cases.Posting{Text: "Fem meter.", Came: cases.CamePaper, On: asked.AddDays(2)}); err != nil {
			t.Fatal(err)
		}
		if got, _ := timerOf(t, h, c.ID, "building.ordinary"); got.State != deadline.Stopped || got.StoppedOn != asked.AddDays(5) || got.Paused != 2 {
			t.Errorf("it is %s since %s, and stood %d days before", got.State, got.StoppedOn, got.Paused)
		}
		if _, err = h.App.Building.TakeStep(ctx, c.ID, see(ctx, t, h, c.ID).Version, deadline.FeePaid, cases.Posting{Text: "Betalt.", On: asked.AddDays(8)}); err != nil {
			t.Fatal(err)
		}
		if got, _ := timerOf(t, h, c.ID, "building.ordinary"); got.State != deadline.Running || got.Falls() != before.Falls().AddDays(2+3) {
			t.Errorf("%s, falls on %s, was %s", got.State, got.Falls(), before.Falls())
		}
	})
}
