package deadlines_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/torg-no/torg/internal/cases"
	"github.com/torg-no/torg/internal/deadlines"
	"github.com/torg-no/torg/internal/demo"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
	"github.com/torg-no/torg/internal/platform/errs"
)

const simple, ordinary, provisional, appeal = "building.simple", "building.ordinary", "administration.provisional_answer", "appeal.lodge"

// Summer time begins on 28 March 2027 and ends on 31 October.
func TestDeemedGiven_atMidnightInNorwayAcrossSummerTime(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ begun, last, passed, given string }{
		"into summer time":       {"2027-03-10 14:00:00", "2027-03-31 23:59:59", "2027-04-01 00:00:00", "2027-03-31T22:00:00Z"},
		"out of it":              {"2027-10-18 00:30:00", "2027-11-08 23:59:59", "2027-11-09 00:00:00", "2027-11-08T23:00:00Z"},
		"on a day of 25 hours":   {"2027-10-10 12:00:00", "2027-10-31 23:59:59", "2027-11-01 00:00:00", "2027-10-31T23:00:00Z"},
		"and never in the night": {"2027-01-11 12:00:00", "2027-02-01 23:59:59", "2027-02-02 00:00:00", "2027-02-01T23:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.at(tt.begun)
				c := w.garage()
				w.at(tt.last)
				w.fire()
				if got := w.read(c.ID); got.Status != cases.InProgress {
					t.Fatalf("a second before, it is %s", got.Status)
				}
				w.at(tt.passed)
				w.fire()
				got := w.read(c.ID)
				if got.Status != cases.Decided || got.Outcome != cases.OutcomeGranted || got.DecidedAt.UTC().Format(time.RFC3339) != tt.given {
					t.Errorf("%s %s at %v, want %s", got.Status, got.Outcome, got.DecidedAt, tt.given)
				}
			})
		})
	}
}

func TestDeemedGiven_isInTheLogWithALetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		w.at("2026-12-15 09:00:00") // the last day was the 14th
		w.Settle()                  // the periodic job does it
		w.Settle()
		d := w.clockOf(c, simple)
		if d.Timer.State != deadline.PassedBy || d.Timer.EndedOn.IsZero() || d.Letters != 0 {
			t.Errorf("%v, %d letters", d.Timer, d.Letters)
		}
		if w.entries(c, deadlines.EntryGiven) != 1 || w.entries(c, cases.EntryLetter) != 1 {
			t.Errorf("the journal tells it %d times, with %d letters", w.entries(c, deadlines.EntryGiven), w.entries(c, cases.EntryLetter))
		}
		if w.told(c, "case.decided") != 1 || w.told(c, "deadline.staff") == 0 {
			t.Errorf("told: party %d, staff %d", w.told(c, "case.decided"), w.told(c, "deadline.staff"))
		}
		if n := w.count(`select count(*) from audit_entries where tenant_id = $1 and action = $2 and case_id = $3`, "deadlines.fired", c.ID); n != 1 {
			t.Errorf("%d lines in the audit log", n)
		}
		// The law has decided, so no provisional answer is due any more.
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		v, err := w.App.Cases.View(w.As(torgoy, demo.Mother), c.ID)
		w.must(err)
		for _, e := range v.Entries {
			if e.Kind == deadlines.EntryGiven && (!strings.Contains(e.Text, "§ 21-7") || !strings.Contains(e.Text, "15. desember 2026")) {
				t.Errorf("the journal says %q", e.Text)
			}
		}
		if len(v.Documents) == 0 {
			t.Error("the letter is not with the case")
		}
	})
}

func TestFire_onceHoweverManyProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.garage()
		w.begin(first, deadline.Start{Rule: "building.conference"})
		w.at("2026-12-20 03:00:00")
		var wg sync.WaitGroup
		counts, failed := make([]int, 6), make([]error, 6)
		for i := range counts {
			ctx := w.system()
			wg.Go(func() { counts[i], failed[i] = w.App.Deadlines.Fire(ctx) })
		}
		wg.Wait()
		for _, err := range failed {
			w.must(err)
		}
		if w.entries(first, deadlines.EntryGiven) != 1 || w.entries(first, deadlines.EntryPassed) != 1 {
			t.Errorf("given %d times, passed %d times; %v", w.entries(first, deadlines.EntryGiven), w.entries(first, deadlines.EntryPassed), counts)
		}
		if n := w.count(`select count(*) from deadlines_events where tenant_id = $1 and event = $2 and deadline_id in (select id from deadlines where tenant_id = $1 and case_id = $3)`, "fired", first.ID); n != 2 {
			t.Errorf("%d consequences", n)
		}
		if w.fire() != 0 {
			t.Error("something was left")
		}
	})
}

func TestFire_bearsAClockThatGoesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.begin(c, deadline.Start{Rule: ordinary})
		w.at("2027-02-16 01:00:00")
		w.fire()
		before := w.clockOf(c, ordinary)
		for _, at := range []string{"2027-01-01 00:00:00", "2026-11-23 12:00:00", "2027-02-16 01:00:00", "2027-02-14 23:00:00"} {
			w.at(at)
			w.fire()
		}
		if after := w.clockOf(c, ordinary); after.Version != before.Version || after.Timer.Fired != 1 {
			t.Errorf("%v fired %d times, version %d then %d", after.Timer, after.Timer.Fired, before.Version, after.Version)
		}
		// A pause that ends before it began puts nothing off and shortens nothing.
		w.begin(c, deadline.Start{Rule: simple})
		falls := w.clockOf(c, simple).Timer.Falls().String()
		w.at("2027-02-20 12:00:00")
		w.signal(c, deadline.Asked)
		w.at("2027-02-15 12:00:00")
		w.signal(c, deadline.Answered)
		w.stands(c, simple, deadline.Running, falls)
	})
}

func TestStop_andRestartWithThePartysAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage() // 23 November
		w.stands(c, simple, deadline.Running, "2026-12-14")
		w.at("2026-11-30 10:00:00")
		c, err := w.App.Cases.Ask(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, "Hvor høy blir boden?")
		w.must(err)
		if d := w.clockOf(c, simple); d.Timer.State != deadline.Stopped || d.Timer.Used != 7 || d.Timer.StoppedBy != deadline.Asked {
			t.Errorf("%v used %d, stopped by %s", d.Timer, d.Timer.Used, d.Timer.StoppedBy)
		}
		w.at("2027-01-15 12:00:00")
		w.fire()
		if got := w.read(c.ID); got.Status != cases.Waiting {
			t.Fatalf("it passed while it stood: %s", got.Status)
		}
		_, err = w.App.Cases.Answer(w.As(torgoy, demo.Mother), c.ID, "Tre meter.", nil)
		w.must(err)
		w.stands(c, simple, deadline.Running, "2027-01-29") // 46 days are added
		if n := w.count(`select count(*) from deadlines_events where tenant_id = $1 and deadline_id = $2`, w.clockOf(c, simple).ID); n != 2 {
			t.Errorf("%d lines of history", n)
		}
		w.at("2027-01-30 00:00:00")
		w.fire()
		if got := w.read(c.ID); got.Outcome != cases.OutcomeGranted {
			t.Errorf("after the rest of the time it is %s", got.Status)
		}
	})
}

// A job may be late; the law is not.
func TestSignal_whatTheLawHasGivenComesFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		w.at("2026-12-15 00:00:30")
		_, err := w.App.Cases.Ask(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, "Hvor høy blir boden?")
		w.must(err)
		if got := w.read(c.ID); got.Status != cases.Decided || got.Outcome != cases.OutcomeGranted {
			t.Errorf("a question after midnight took the permit back: %s", got.Status)
		}
		w.stands(c, simple, deadline.PassedBy, "2026-12-14")
		w.fire()
		if w.entries(c, deadlines.EntryGiven) != 1 {
			t.Errorf("given %d times", w.entries(c, deadlines.EntryGiven))
		}
	})
}

func TestFeeFalls_forEveryWeekAlsoAfterAStop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.begin(c, deadline.Start{Rule: ordinary}) // due 15 February
		w.stands(c, ordinary, deadline.Running, "2027-02-15")
		w.at("2027-02-16 00:00:00")
		w.fire()
		if got := w.clockOf(c, ordinary).Timer; got.Fired != 1 || got.Rule.Each.At(got.Fired) != 25 {
			t.Errorf("after a minute %d times", got.Fired)
		}
		w.at("2027-06-01 12:00:00") // nobody was awake for months
		w.fire()
		w.Settle()
		d := w.clockOf(c, ordinary)
		if d.Timer.Fired != 4 || d.Letters != 4 || w.entries(c, deadlines.EntryFee) != 4 {
			t.Errorf("%d times, %d letters, %d lines", d.Timer.Fired, d.Letters, w.entries(c, deadlines.EntryFee))
		}
		if got := w.read(c.ID); !got.Status.Open() {
			t.Errorf("the case must still be decided, and is %s", got.Status)
		}
		w.signal(c, deadline.Told)
		if d := w.clockOf(c, ordinary); d.Timer.State != deadline.PassedBy || d.Timer.EndedOn.IsZero() {
			t.Errorf("told at last: %v", d.Timer)
		}
	})
}

func TestProvisionalAnswer_goesOutBeforeTheMonthIsOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied() // 23 November
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.at("2026-12-21 07:59:59")
		w.Settle()
		if w.told(c, "deadline.provisional_answer") != 0 {
			t.Fatal("it came before its time")
		}
		w.at("2026-12-21 08:05:00")
		w.Settle()
		w.Settle()
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		if w.told(c, "deadline.provisional_answer") == 0 || w.entries(c, deadlines.EntryProvisional) != 1 || w.entries(c, cases.EntryLetter) != 1 {
			t.Errorf("told %d, journal %d", w.told(c, "deadline.provisional_answer"), w.entries(c, deadlines.EntryProvisional))
		}
	})
}

func TestProvisionalAnswer_notWhenTheDecisionIsSent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.signal(c, deadline.Decided)
		w.stands(c, provisional, deadline.Running, "2026-12-23")
		w.signal(c, deadline.Told)
		w.stands(c, provisional, deadline.Met, "2026-12-23")
		w.at("2027-02-01 12:00:00")
		w.Settle()
		if w.told(c, "deadline.provisional_answer") != 0 {
			t.Error("who has an answer was told to wait")
		}
	})
}

func TestReceived_startsWhatTheKindNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		subject, err := w.App.Identity.Person(w.As(torgoy, demo.Mother), c.Subject)
		w.must(err)
		first := subject.BirthDate.AddYears(1)
		if first.After(clock.NewDate(2027, 8, 31)) {
			t.Skipf("the player's child is born %v", subject.BirthDate)
		}
		w.stands(c, "kindergarten.place", deadline.Running, "2027-08-31")
		// Asking the parents does not put the law's day off.
		_, err = w.App.Cases.Ask(w.As(torgoy, demo.CaseWorker), c.ID, c.Version, "Når flytter dere?")
		w.must(err)
		w.stands(c, "kindergarten.place", deadline.Running, "2027-08-31")
	})
}

func TestWithdrawn_cancelsTheClocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		_, err := w.App.Cases.Withdraw(w.As(torgoy, demo.Mother), c.ID)
		w.must(err)
		w.stands(c, simple, deadline.Cancelled, "2026-12-14")
		w.stands(c, provisional, deadline.Cancelled, "2026-12-23")
		w.at("2027-06-01 12:00:00")
		w.fire()
		if got := w.read(c.ID); got.Status != cases.Withdrawn || w.entries(c, deadlines.EntryGiven) != 0 {
			t.Errorf("what was withdrawn is %s", got.Status)
		}
	})
}

func TestAppeal_startsWhenToldAndAnewWithTheReasons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.at("2026-12-03 12:00:00")
		w.signal(c, deadline.Told)
		w.stands(c, appeal, deadline.Running, "2026-12-24")
		w.signal(c, deadline.Told) // a copy of the letter starts no second one
		if n := w.count(`select count(*) from deadlines where tenant_id = $1 and case_id = $2 and rule = $3`, c.ID, appeal); n != 1 {
			t.Errorf("%d clocks", n)
		}
		w.at("2026-12-24 20:00:00")
		w.signal(c, deadline.ReasonsAsked)
		w.at("2027-01-08 12:00:00")
		w.signal(c, deadline.ReasonsGiven)
		w.stands(c, appeal, deadline.Running, "2027-01-29")
		w.at("2027-01-20 12:00:00")
		w.signal(c, deadline.Appealed)
		w.stands(c, appeal, deadline.Met, "2027-01-29")
		w.stands(c, "appeal.prepare", deadline.Running, "2027-03-17")
		w.signal(c, deadline.Forwarded)
		w.stands(c, "appeal.prepare", deadline.Met, "2027-03-17")
	})
}

func TestAppeal_passesInSilence(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.applied()
		w.at("2026-12-04 12:00:00")
		w.signal(c, deadline.Told)
		w.stands(c, appeal, deadline.Running, "2026-12-28") // Christmas Day, moved
		version := w.read(c.ID).Version
		w.at("2026-12-29 00:00:00")
		w.fire()
		w.stands(c, appeal, deadline.PassedBy, "2026-12-28")
		if got := w.read(c.ID).Version; got != version {
			t.Error("the case was changed")
		}
	})
}

func TestFire_isForTorgItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, part := range []demo.Part{demo.Mother, demo.CaseWorker, demo.Head, demo.Administrator} {
			if _, err := w.App.Deadlines.Fire(w.As(torgoy, part)); !errs.Is(err, errs.KindForbidden) {
				t.Errorf("%s: %v", part, err)
			}
		}
	})
}

// A refusal that was written in time and not sent in time is for the head to look
// into; nobody is told that the permit counts as given.
func TestDeemedGiven_notWhenItWasRefusedBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.garage()
		worker := w.As(torgoy, demo.CaseWorker)
		_, err := w.App.Cases.Decide(worker, c.ID, c.Version, cases.Decision{
			Outcome: cases.OutcomeRefused, LegalBasis: "plan- og bygningsloven § 21-4", Reasons: "Tiltaket er i strid med planen, som setter byggegrensen.", Appeal: "Du kan klage innen tre uker.",
		})
		w.must(err)
		w.at("2026-12-15 00:10:00")
		w.fire() // the letter was never made
		if got := w.read(c.ID); got.Outcome != cases.OutcomeRefused || w.entries(c, deadlines.EntryGiven) != 0 || w.entries(c, deadlines.EntryPassed) != 1 {
			t.Errorf("it is %s %s", got.Status, got.Outcome)
		}
		if d := w.clockOf(c, simple); d.Consequence != deadlines.TellHead {
			t.Errorf("what happened is %s", d.Consequence)
		}
		if text := w.Visitor(town).As(demo.Mother).Get("/my/cases/" + c.ID).Text(); strings.Contains(text, "regnes tillatelsen som gitt") {
			t.Error("a refused applicant is told that the permit counts as given")
		}
	})
}
