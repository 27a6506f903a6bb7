package conference_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/apptest"
	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/conference"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
)

func TestConference_runsItsClockFromTheDayItCame(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers map[string]any
		rule    string
		text    string
	}{
		"two weeks": {request(), "building.conference", "to uker"},
		"five days": {burned(), "building.conference_after_fire", "fem dager"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, h *apptest.Harness) {
				if name == "five days" {
					test.answers = with(test.answers, map[string]any{"rebuild_date": today(h, -2)})
				}
				c := received(h, demo.Mother, test.answers)
				timer := only(t, h, c.ID) // and no provisional answer: there is no decision
				if timer.Rule.Key != test.rule || timer.State != deadline.Running {
					t.Errorf("%s is %s", timer.Rule.Key, timer.State)
				}
				last := h.App.Bundle.For(i18n.NB).Date(timer.Falls())
				h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+c.ID).Must(http.StatusOK).Has(test.text, last, "Tid er ikke bestemt")
				page, err := h.App.Deadlines.List(h.As(0, demo.PlanHead), deadlines.Filter{Rule: test.rule, Kind: conference.Name})
				seen := slices.ContainsFunc(page.Lines, func(l deadlines.Line) bool { return l.Case.ID == c.ID && l.Timer.Rule.Key == test.rule })
				if err != nil || !seen || len(page.Lines) > 2 { // one of the demonstration's
					t.Errorf("the staff do not see it among %d deadlines: %v", len(page.Lines), err)
				}
			})
		})
	}
}

func TestConference_isCalledMovedHeldAndConcluded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := handled(t, h, request())
		staff, party := h.Visitor("torgoy").As(demo.Planner), h.Visitor("torgoy").As(demo.Mother)
		words := h.App.Bundle.For(i18n.NB)
		at, mine := "/work/cases/"+c.ID, "/my/cases/"+c.ID
		lacks(t, staff.Get(at).Must(http.StatusOK).Has(words.T("conference.work.next"), words.T("conference.work.open")), at+"/decision")
		page := staff.Get(at+"/conference").Must(http.StatusOK).Has("Tone Strand", "Før klokken 12.", words.T("conference.call.title"))
		post := func(page *apptest.Page, do string, values map[string][]string) *apptest.Page {
			t.Helper()
			values["version"], values["once"], values["do"] = []string{page.Value("version")}, []string{do + page.Value("version")}, []string{do}
			return staff.Post(at+"/conference", values)
		}
		call := func(date, hour string) map[string][]string {
			return map[string][]string{"call_date": {date}, "call_time": {hour}, "way": {"office"}, "place": {"Rådhuset, møterom 2"}, "call_text": {"Ta med skisser."}}
		}
		post(page, "call", map[string][]string{}).Must(http.StatusUnprocessableEntity).
			Has(words.T("conference.wrong.date"), words.T("conference.wrong.time"), words.T("conference.wrong.way"), words.T("conference.wrong.place"))
		for range 2 { // pressed twice
			post(page, "call", call(today(h, 3), "9.30")).Must(http.StatusOK).Has(words.T("conference.flash.call"), words.T("conference.move.title"))
		}
		party.Get(mine).Must(http.StatusOK).Has("kl. 09.30", "Rådhuset, møterom 2", "Ta med skisser.", words.T("conference.state.called_text"))
		page = staff.Get(at + "/conference").Must(http.StatusOK)
		page = post(page, "call", call(today(h, 4), "13.00")).Must(http.StatusOK)
		party.Get(mine).Must(http.StatusOK).Has("kl. 13.00", words.T("cases.entry.conference_moved"))
		post(page, "hold", map[string][]string{"held_date": {today(h, 4)}, "held_time": {"13.00"}}).Must(http.StatusUnprocessableEntity).Has(words.T("conference.wrong.future"))

		h.Advance(5 * 24 * time.Hour)
		staff, party = h.Visitor("torgoy").As(demo.Planner), h.Visitor("torgoy").As(demo.Mother)
		page = staff.Get(at + "/conference").Must(http.StatusOK)
		held := today(h, -1)
		page = post(page, "hold", map[string][]string{"held_date": {held}, "held_time": {"13:00"}}).Must(http.StatusOK).Has(words.T("conference.flash.hold"), words.T("conference.minutes.title"))
		if timer := only(t, h, c.ID); timer.State != deadline.Met || timer.EndedOn.String() != held {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
		post(page, "conclude", map[string][]string{"participants": {"Kari"}}).Must(http.StatusUnprocessableEntity).Has(words.T("conference.wrong.topics"), words.T("conference.wrong.premises"), "Kari")
		done := post(page, "conclude", map[string][]string{
			"participants": {"Kari Nordmann\r\nTone Strand"}, "topics": {"Planen tillater to etasjer."}, "premises": {"Mønet blir under åtte meter."}, "further": {"Avstanden måles."},
		}).Must(http.StatusOK).Has(words.T("conference.flash.conclude"), "Planen tillater to etasjer.")
		if done.Path() != at {
			t.Errorf("it leads to %s", done.Path())
		}
		lacks(t, party.Get(mine).Must(http.StatusOK).Has("Mønet blir under åtte meter.", "Avstanden måles.", words.T("conference.state.over_text"), words.T("cases.status.closed")), mine+"/appeal", mine+"/withdraw")
		lacks(t, staff.Get(at+"/conference").Must(http.StatusOK).Has(words.T("conference.work.over")), words.T("conference.minutes.send"))
		h.Settle()
		for kind, want := range map[string]int{"case.conference_called": 1, "case.conference_moved": 1, "case.conference_held": 0, "case.conference_minutes": 1} {
			if n := messages(t, h, c, kind); n != want {
				t.Errorf("%d messages of %s, want %d", n, kind, want)
			}
		}
		over(t, h, c)
	})
}

// over looks at a case that ended with its minutes.
func over(t *testing.T, h *apptest.Harness, c cases.Case) {
	t.Helper()
	c = see(h.As(0, demo.Planner), t, h, c.ID)
	if c.Status != cases.Closed || c.Outcome != "" || c.ClosedAt.IsZero() || !c.DecidedAt.IsZero() {
		t.Errorf("it stands as %s with %q, closed %s, decided %s", c.Status, c.Outcome, c.ClosedAt, c.DecidedAt)
	}
	h.Advance(40 * 24 * time.Hour)
	if timer := only(t, h, c.ID); timer.State != deadline.Met {
		t.Errorf("a month later the clock is %s", timer.State)
	}
}

func TestConference_hasNoDecision(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c := handled(t, h, request())
		planner := h.As(0, demo.Planner)
		if _, err := h.App.Cases.OpenDraft(planner, c.ID); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("the editor: %v", err)
		}
		d := cases.Decision{Outcome: cases.OutcomeGranted, LegalBasis: "§ 21-4", Reasons: strings.Repeat("Fordi. ", 10), Appeal: "Tre uker."}
		if _, err := h.App.Cases.SaveDraft(planner, c.ID, d); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a draft: %v", err)
		}
		if _, err := h.App.Cases.Decide(planner, c.ID, c.Version, d); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a decision: %v", err)
		}
		if v, err := h.App.Cases.View(planner, c.ID); err != nil || v.May.Decide || !v.May.Ask {
			t.Errorf("may %+v, %v", v.May, err)
		}
		head := h.As(0, demo.PlanHead)
		letters, err := h.App.Casework.Letters(head, c.Department)
		if err != nil || len(letters) == 0 {
			t.Fatalf("%d letters: %v", len(letters), err)
		}
		for _, l := range letters {
			if l.Kind.Key == conference.Name {
				t.Error("there is a letter for the decision")
			}
		}
		bodies, err := h.App.Appeals.Bodies(head, c.Department)
		if err != nil || len(bodies) == 0 {
			t.Fatalf("%d bodies: %v", len(bodies), err)
		}
		for _, b := range bodies {
			if b.Kind == conference.Name {
				t.Error("somebody decides appeals")
			}
		}
	})
}

func TestConference_refusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		c, s := handled(t, h, request()), h.App.Conference
		planner := h.As(0, demo.Planner)
		if _, err := s.Conclude(planner, which(c), minutes()); errs.Of(err) == nil || errs.Of(err).Key != "conference.not_held" {
			t.Errorf("minutes before it was held: %v", err)
		}
		for name, change := range map[string]func(*conference.Call){
			"yesterday": func(c *conference.Call) { c.Date = today(h, -1) }, "in two years": func(c *conference.Call) { c.Date = today(h, 730) },
			"no day": func(c *conference.Call) { c.Date = "fredag" }, "at 25": func(c *conference.Call) { c.Time = "25.00" },
			"nowhere": func(c *conference.Call) { c.Place = " \n" }, "by pigeon": func(c *conference.Call) { c.Way = "pigeon" },
			"endless": func(c *conference.Call) { c.Text = strings.Repeat("x", 3001) }, "after the deadline": func(c *conference.Call) { c.Date = today(h, 15) },
		} {
			call := toMeet(h, 2)
			change(&call)
			if _, err := s.Call(planner, which(c), call); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, held := range map[string]conference.Held{
			"tomorrow": {today(h, 1), "10.00"}, "before it came": {today(h, -1), "10.00"}, "never": {"", ""},
		} {
			if _, err := s.Hold(planner, which(c), held); !errs.Is(err, errs.KindInvalid) {
				t.Errorf("held %s: %v", name, err)
			}
		}
		old := which(c)
		old.Version--
		if _, err := s.Call(planner, old, toMeet(h, 2)); !errs.Is(err, errs.KindConflict) {
			t.Errorf("an old version: %v", err)
		}
		if _, err := s.Call(h.As(0, demo.PlanColleague), which(c), toMeet(h, 2)); errs.Of(err) == nil || errs.Of(err).Key != "cases.not_assigned_to_you" {
			t.Errorf("a colleague's case: %v", err)
		}
		for _, part := range []demo.Part{demo.CaseWorker, demo.Mother, demo.Apart} {
			if _, err := s.Call(h.As(0, part), which(c), conference.Call{}); err == nil || errs.Is(err, errs.KindInvalid) {
				t.Errorf("%s calls: %v", part, err)
			}
			if _, err := s.View(h.As(0, part), c.ID); err == nil {
				t.Errorf("%s sees the staff's page", part)
			}
		}
		if _, err := s.View(planner, "x"); !errs.Is(err, errs.KindNotFound) {
			t.Errorf("a case that is none: %v", err)
		}
	})
}

// A later day is called only when the applicant wants it, or when the deadline is gone.
func TestConference_afterTheDeadline(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := handled(t, h, request())
		wished := toMeet(h, 20)
		wished.Late = true
		c, err := h.App.Conference.Call(planner, which(c), wished)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.App.Cases.View(h.As(0, demo.Mother), c.ID)
		if last := v.Entries[len(v.Entries)-1]; err != nil || !strings.Contains(last.Text, "selv ønsket en dag etter fristen") {
			t.Errorf("the journal tells %q, %v", last.Text, err)
		}
		h.Advance(16 * 24 * time.Hour)
		if timer := only(t, h, c.ID); timer.State != deadline.PassedBy {
			t.Fatalf("the clock is %s", timer.State)
		}
		planner = h.As(0, demo.Planner)
		c = see(planner, t, h, c.ID)
		if c, err = h.App.Conference.Call(planner, which(c), toMeet(h, 1)); err != nil {
			t.Errorf("a call when the deadline has passed: %v", err)
		}
		h.Advance(48 * time.Hour)
		if c, err = h.App.Conference.Hold(planner, which(c), conference.Held{Date: today(h, -1), Time: "10.00"}); err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.PassedBy || timer.EndedOn.IsZero() {
			t.Errorf("the clock is %s, ended %s", timer.State, timer.EndedOn)
		}
	})
}

// It may be held without a call, as when the applicant comes by; once only.
func TestConference_heldWithoutACall(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := handled(t, h, request())
		h.Advance(24 * time.Hour)
		held := conference.Held{Date: clock.DateIn(h.Clock.Now()).AddDays(-1).String(), Time: "23.59"}
		c, err := h.App.Conference.Hold(planner, which(c), held)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.App.Conference.Hold(planner, which(c), held); errs.Of(err) == nil || errs.Of(err).Key != "conference.is_held" {
			t.Errorf("held again: %v", err)
		}
		if _, err := h.App.Conference.Call(planner, which(c), toMeet(h, 1)); errs.Of(err) == nil || errs.Of(err).Key != "conference.is_held" {
			t.Errorf("called afterwards: %v", err)
		}
		long := minutes()
		long.Premises = strings.Repeat("x", 3501)
		if _, err := h.App.Conference.Conclude(planner, which(c), long); !errs.Is(err, errs.KindInvalid) {
			t.Errorf("endless minutes: %v", err)
		}
		most := conference.Minutes{Participants: strings.Repeat("a", 1500), Topics: strings.Repeat("b", 3000), Premises: strings.Repeat("c", 3500), Further: strings.Repeat("d", 1200)}
		if c, err = h.App.Conference.Conclude(planner, which(c), most); err != nil || c.Status != cases.Closed {
			t.Fatalf("%s, %v", c.Status, err)
		}
		if _, err := h.App.Conference.Conclude(planner, which(c), minutes()); !errs.Is(err, errs.KindConflict) {
			t.Errorf("concluded twice: %v", err)
		}
	})
}

// The clock stands while the applicant is asked, and ends when she takes it back.
func TestConference_otherWays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *apptest.Harness) {
		planner := h.As(0, demo.Planner)
		c := handled(t, h, request())
		c, err := h.App.Cases.Ask(planner, c.ID, c.Version, "Hvilken tomt?")
		if err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.Stopped {
			t.Errorf("asked: the clock is %s", timer.State)
		}
		if _, err := h.App.Cases.Withdraw(h.As(0, demo.Mother), c.ID); err != nil {
			t.Fatal(err)
		}
		if timer := only(t, h, c.ID); timer.State != deadline.Cancelled {
			t.Errorf("withdrawn: the clock is %s", timer.State)
		}
		lacks(t, h.Visitor("torgoy").As(demo.Mother).Get("/my/cases/"+c.ID).Must(http.StatusOK), h.App.Bundle.For(i18n.NB).T("conference.state.waiting_text"))
		if _, err := h.App.Conference.Call(planner, which(see(planner, t, h, c.ID)), toMeet(h, 2)); !errs.Is(err, errs.KindConflict) {
			t.Errorf("a case that is taken back: %v", err)
		}
	})
}
