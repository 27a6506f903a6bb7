package deadline_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/deadline"
)

// osloAt reads an instant by the clock on the wall in Norway.
func osloAt(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, clock.Oslo())
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func begin(t *testing.T, key, at string) deadline.Timer {
	t.Helper()
	timer, ok := deadline.Begin(rule(t, key), osloAt(t, at), deadline.About{})
	if !ok {
		t.Fatalf("%s sets no limit", key)
	}
	return timer
}

func TestTimer_passesAtMidnightNotBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ start, last, passed string }{
		{"2026-11-20 08:00:00", "2026-12-11 23:59:59", "2026-12-12 00:00:00"},
		{"2026-11-20 23:59:59", "2026-12-11 23:59:59", "2026-12-12 00:00:00"},
		{"2026-11-20 00:00:00", "2026-12-11 23:59:59", "2026-12-12 00:00:00"},
		{"2026-03-20 12:00:00", "2026-04-10 23:59:59", "2026-04-11 00:00:00"}, // summer time began on 29 March
		{"2026-10-10 12:00:00", "2026-10-31 23:59:59", "2026-11-01 00:00:00"}, // and ended on 25 October
		{"2026-03-08 12:00:00", "2026-03-29 23:59:59", "2026-03-30 00:00:00"}, // the last day has 23 hours
		{"2026-10-04 12:00:00", "2026-10-25 23:59:59", "2026-10-26 00:00:00"}, // the last day has 25
	} {
		timer := begin(t, "building.simple", c.start)
		if timer.Owes(osloAt(t, c.last)) || timer.Fire(osloAt(t, c.last)) {
			t.Errorf("from %s: passed at %s", c.start, c.last)
		}
		at := osloAt(t, c.passed)
		if next, ok := timer.Next(); !ok || !next.Equal(at) {
			t.Errorf("from %s: passes at %v, want %v", c.start, next, at)
		}
		if !timer.Owes(at) || !timer.Fire(at) || timer.State != deadline.PassedBy {
			t.Errorf("from %s: not passed at %s: %v", c.start, c.passed, timer)
		}
		if timer.Fire(at) || timer.Fire(at.AddDate(1, 0, 0)) || timer.Fired != 1 {
			t.Errorf("from %s: the consequence came %d times", c.start, timer.Fired)
		}
	}
}

func TestTimer_timeWithThePartyIsAdded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, answered, due string }{
		{"2026-11-25 10:00:00", "2026-11-25 15:00:00", "2026-12-11"}, // within a day: nothing is added
		{"2026-11-25 10:00:00", "2026-11-26 09:00:00", "2026-12-12"},
		{"2026-11-25 23:59:59", "2026-11-26 00:00:00", "2026-12-12"},
		{"2026-11-25 10:00:00", "2026-12-09 10:00:00", "2026-12-25"},
		{"2026-12-11 23:00:00", "2027-03-01 10:00:00", "2027-03-01"}, // asked on the last day
		{"2026-11-20 10:00:00", "2027-04-01 10:00:00", "2027-04-22"}, // over summer time
	} {
		timer := begin(t, "building.simple", "2026-11-20 08:00:00")
		if !timer.Happened(deadline.Asked, osloAt(t, c.asked)) || timer.State != deadline.Stopped {
			t.Fatalf("%s did not stop it: %v", c.asked, timer)
		}
		if at, ok := timer.Next(); ok {
			t.Errorf("while it stands it passes at %v", at)
		}
		if timer.Fire(osloAt(t, "2030-01-01 00:00:00")) || timer.Owes(osloAt(t, "2030-01-01 00:00:00")) {
			t.Error("it passed while it stood")
		}
		if !timer.Happened(deadline.Answered, osloAt(t, c.answered)) || timer.State != deadline.Running {
			t.Fatalf("%s did not restart it: %v", c.answered, timer)
		}
		if got := timer.Falls().String(); got != c.due {
			t.Errorf("asked %s, answered %s: %s, want %s", c.asked, c.answered, got, c.due)
		}
	}
}

func TestTimer_countsWhatIsUsedAndWhatIsLeft(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	if got := timer.Left(date(t, "2026-11-20")); got != 21 {
		t.Errorf("on the first day %d are left", got)
	}
	timer.Happened(deadline.Asked, osloAt(t, "2026-11-25 08:00:00"))
	if timer.Used != 5 || timer.Left(date(t, "2026-12-31")) != 16 {
		t.Errorf("used %d, left %d", timer.Used, timer.Left(date(t, "2026-12-31")))
	}
	timer.Happened(deadline.Answered, osloAt(t, "2026-12-02 08:00:00"))
	if timer.Paused != 7 || timer.Left(date(t, "2026-12-02")) != 16 {
		t.Errorf("paused %d, left %d", timer.Paused, timer.Left(date(t, "2026-12-02")))
	}
	timer.Happened(deadline.FeeDemanded, osloAt(t, "2026-12-04 08:00:00"))
	if timer.Used != 7 || timer.StoppedBy != deadline.FeeDemanded {
		t.Errorf("used %d, stopped by %s", timer.Used, timer.StoppedBy)
	}
	// Only the payment starts it again.
	if timer.Happened(deadline.Answered, osloAt(t, "2026-12-05 08:00:00")) {
		t.Error("an answer paid the fee")
	}
	timer.Happened(deadline.FeePaid, osloAt(t, "2026-12-05 08:00:00"))
	if got := timer.Falls().String(); got != "2026-12-19" || timer.Paused != 8 {
		t.Errorf("after 7 and 1 days: %s, paused %d", got, timer.Paused)
	}
	if got := timer.Left(date(t, "2026-12-21")); got != -2 {
		t.Errorf("overrun by two days: %d", got)
	}
}

func TestTimer_workingDaysArePutOffByWorkingDays(t *testing.T) {
	t.Parallel()
	r := rule(t, "building.simple")
	r.Length = deadline.Length{N: 3, Unit: deadline.WorkingDays}
	timer, _ := deadline.Begin(r, osloAt(t, "2026-11-19 12:00:00"), deadline.About{})
	timer.Happened(deadline.Asked, osloAt(t, "2026-11-20 12:00:00"))
	timer.Happened(deadline.Answered, osloAt(t, "2026-11-23 12:00:00"))
	if got := timer.Falls().String(); got != "2026-11-25" || timer.Used != 1 || timer.Paused != 1 {
		t.Errorf("%s, used %d, paused %d", got, timer.Used, timer.Paused)
	}
}

func TestTimer_askingForReasonsStartsTheAppealAnew(t *testing.T) {
	t.Parallel()
	timer := begin(t, "appeal.lodge", "2026-11-20 08:00:00")
	if !timer.Happened(deadline.ReasonsAsked, osloAt(t, "2026-12-11 23:59:59")) {
		t.Fatal("asking on the last day did not interrupt it")
	}
	timer.Happened(deadline.ReasonsGiven, osloAt(t, "2027-01-08 09:00:00"))
	if got := timer.Falls().String(); got != "2027-01-29" || timer.Paused != 0 || timer.Started != date(t, "2027-01-08") {
		t.Errorf("three whole weeks from the reasons: %s, %v", got, timer)
	}
	late := begin(t, "appeal.lodge", "2026-11-20 08:00:00")
	if late.Happened(deadline.ReasonsAsked, osloAt(t, "2026-12-12 00:00:00")) {
		t.Error("asking after the last day interrupted it")
	}
}

func TestTimer_incompleteApplicationHasItsWholeTimeFromWhenItIsComplete(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	timer.Happened(deadline.Incomplete, osloAt(t, "2026-11-20 08:00:00"))
	timer.Happened(deadline.Complete, osloAt(t, "2027-02-01 08:00:00"))
	if got := timer.Falls().String(); got != "2027-02-22" {
		t.Errorf("complete on 1 February: %s", got)
	}
}

func TestTimer_metAndCancelledAreFinal(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]deadline.State{deadline.Told: deadline.Met, deadline.Withdrawn: deadline.Cancelled} {
		for _, stopped := range []bool{false, true} {
			timer := begin(t, "building.simple", "2026-11-20 08:00:00")
			if stopped {
				timer.Happened(deadline.Asked, osloAt(t, "2026-11-21 08:00:00"))
			}
			if !timer.Happened(event, osloAt(t, "2026-12-11 23:59:59")) || timer.State != want {
				t.Fatalf("%s: %v", event, timer)
			}
			after := timer
			for _, e := range deadline.Events() {
				if timer.Happened(e, osloAt(t, "2026-12-13 08:00:00")) {
					t.Errorf("%s changed it after %s", e, event)
				}
			}
			if timer.Fire(osloAt(t, "2030-01-01 08:00:00")) || timer.Open() || timer.EndedOn != date(t, "2026-12-11") {
				t.Errorf("after %s: %v", event, timer)
			}
			if diff := cmp.Diff(after, timer); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// The law has given the permit at midnight; a decision that comes a minute later
// does not take it back, also when no machine was awake.
func TestTimer_whatIsOwedComesBeforeWhatHappens(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.simple", "2026-11-20 08:00:00")
	late := osloAt(t, "2026-12-12 00:01:00")
	for _, e := range deadline.Events() {
		if timer.Happened(e, late) {
			t.Errorf("%s changed a clock whose consequence is owed", e)
		}
	}
	if !timer.Owes(late) || !timer.Fire(late) {
		t.Fatal("nothing was owed")
	}
	if !timer.Happened(deadline.Told, late) || timer.State != deadline.PassedBy || timer.EndedOn != date(t, "2026-12-12") {
		t.Errorf("told after it passed: %v", timer)
	}
}

// What happened by the last day was in time, also when it is written down after it, as a
// conference that was held on a Friday and is noted on the Monday. A fee that has fallen
// away is not owed again.
func TestTimer_whatHappenedInTimeAndIsWrittenDownLater(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule, event, on string
		want            deadline.State
	}{
		"on the last day":     {"building.conference_after_fire", deadline.Held, "2026-11-25 23:00:00", deadline.Met},
		"the day after":       {"building.conference_after_fire", deadline.Held, "2026-11-26 09:00:00", deadline.PassedBy},
		"taken back in time":  {"building.conference_after_fire", deadline.Withdrawn, "2026-11-25 09:00:00", deadline.PassedBy},
		"the fee has fallen":  {"building.ordinary", deadline.Told, "2027-02-12 09:00:00", deadline.PassedBy},
		"sent, told of later": {"administration.provisional_answer", deadline.Told, "2026-12-20 09:00:00", deadline.Met},
	} {
		timer := begin(t, test.rule, "2026-11-20 08:00:00")
		over := timer.Ends()
		for timer.Fire(over) {
		}
		if timer.State != deadline.PassedBy {
			t.Fatalf("%s: %v", name, timer)
		}
		if on := osloAt(t, test.on); !timer.Happened(test.event, on) || timer.State != test.want || timer.EndedOn != clock.DateIn(on) {
			t.Errorf("%s: %v, ended %v, want %s", name, timer, timer.EndedOn, test.want)
		}
		if _, more := timer.Next(); more {
			t.Errorf("%s: something still comes of it", name)
		}
	}
}

func TestTimer_finishedOneHearsNothingMore(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.ordinary", "2026-01-05 08:00:00")
	at := osloAt(t, "2026-03-31 00:00:00")
	timer.Fire(at)
	timer.Finish(at)
	if _, ok := timer.Next(); ok || timer.Happened(deadline.Told, at) || timer.EndedOn != date(t, "2026-03-31") {
		t.Errorf("%v", timer)
	}
}

func TestTimer_feeFallsForEveryWeekBegun(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.ordinary", "2026-01-05 08:00:00") // due 30 March, over summer time
	var instants []string
	for {
		at, ok := timer.Next()
		if !ok {
			break
		}
		if timer.Fire(at.Add(-time.Microsecond)) || !timer.Fire(at) {
			t.Fatalf("not exactly at %v", at)
		}
		instants = append(instants, at.In(clock.Oslo()).Format("2006-01-02 15:04"))
	}
	want := []string{"2026-03-31 00:00", "2026-04-07 00:00", "2026-04-14 00:00", "2026-04-21 00:00"}
	if diff := cmp.Diff(want, instants); diff != "" {
		t.Error(diff)
	}
	if timer.Rule.Each.At(timer.Fired) != 100 {
		t.Errorf("%d %% fell away", timer.Rule.Each.At(timer.Fired))
	}
}

func TestTimer_feeFallsNoMoreOnceItIsDecided(t *testing.T) {
	t.Parallel()
	timer := begin(t, "building.ordinary", "2026-01-05 08:00:00")
	decided := osloAt(t, "2026-04-08 12:00:00") // in the second week
	for timer.Owes(decided) {
		timer.Fire(decided)
	}
	if timer.Fired != 2 {
		t.Errorf("%d weeks were begun", timer.Fired)
	}
	if !timer.Happened(deadline.Told, decided) || timer.State != deadline.PassedBy || timer.EndedOn != date(t, "2026-04-08") {
		t.Errorf("%v", timer)
	}
	if timer.Fire(osloAt(t, "2027-01-01 00:00:00")) || timer.Fired != 2 {
		t.Errorf("it fell on to %d", timer.Fired)
	}
}

func TestTimer_provisionalAnswerComesBeforeTheMonthIsOver(t *testing.T) {
	t.Parallel()
	timer := begin(t, "administration.provisional_answer", "2026-11-22 12:00:00") // due 22 December, a Tuesday
	at, ok := timer.Next()
	if want := osloAt(t, "2026-12-18 08:00:00"); !ok || !at.Equal(want) {
		t.Fatalf("two working days before at eight: %v, want %v", at, want)
	}
	// It is a service, not owed before the month is over: a decision makes it needless
	// once it is sent, and not while it lies in the print room.
	told := timer
	if told.Happened(deadline.Decided, at) || told.Owes(at) || !told.Happened(deadline.Told, at) || told.State != deadline.Met {
		t.Errorf("%v", told)
	}
	if !timer.Fire(at) || timer.State != deadline.Running || !timer.Awaits() || timer.Fire(at) {
		t.Errorf("written, and not sent: %v", timer)
	}
	lies := timer
	if !timer.Happened(deadline.Provisional, at.Add(time.Hour)) || timer.State != deadline.Met || timer.EndedOn != date(t, "2026-12-18") || timer.Awaits() {
		t.Errorf("sent in time: %v", timer)
	}
	over := osloAt(t, "2026-12-23 00:00:00")
	if next, ok := lies.Next(); !ok || !next.Equal(over) || lies.Owes(over.Add(-time.Second)) || !lies.Owes(over) {
		t.Errorf("one that lies is looked at again: %v", next)
	}
	if !lies.Fire(over) || lies.State != deadline.PassedBy || lies.Fired != 2 || lies.Fire(over) {
		t.Errorf("nobody has sent it: %v", lies)
	}
	if !lies.Happened(deadline.Provisional, over.Add(time.Hour)) || lies.State != deadline.PassedBy || lies.EndedOn.IsZero() {
		t.Errorf("sent when it was too late: %v", lies)
	}
	// A clock of an earlier release keeps its rule: written was met.
	second, err := shipped(t).Version("administration.provisional_answer", 2)
	if err != nil {
		t.Fatal(err)
	}
	old, _ := deadline.Begin(second, osloAt(t, "2026-11-20 12:00:00"), deadline.About{})
	if at, _ := old.Next(); !old.Fire(at) || old.State != deadline.Met {
		t.Errorf("of an earlier release: %v", old)
	}
	late := begin(t, "administration.provisional_answer", "2026-11-22 12:00:00")
	if after := osloAt(t, "2026-12-23 00:00:00"); !late.Owes(after) || !late.Fire(after) || late.State != deadline.PassedBy {
		t.Errorf("sent too late: %v", late)
	}
}

func TestTimer_provisionalAnswerOverTheYears(t *testing.T) {
	t.Parallel()
	r := rule(t, "administration.provisional_answer")
	for day := date(t, "2020-01-01"); day.Year < 2041; day = day.AddDays(1) {
		timer, _ := deadline.Begin(r, day.Start(), deadline.About{})
		at, _ := timer.Next()
		local := at.In(clock.Oslo())
		if !at.Before(timer.Ends()) || !at.After(day.End()) || local.Hour() != 8 || !deadline.IsWorkingDay(clock.DateIn(at)) {
			t.Fatalf("received %v, sent %v, due %v", day, local, timer.Due)
		}
	}
}

// However a machine's clock jumps, a limit never gets shorter than the law's and
// its consequence never comes twice.
func TestTimer_bearsAClockThatGoesBackwards(t *testing.T) {
	t.Parallel()
	start := osloAt(t, "2026-11-20 08:00:00")
	events := deadline.Events()
	for range 2000 {
		timer, _ := deadline.Begin(rule(t, "building.simple"), start, deadline.About{})
		fired := 0
		for range 20 {
			at := start.Add(time.Duration(rand.IntN(120)-60) * 24 * time.Hour)
			if timer.Fire(at) {
				fired++
			}
			before := timer
			event := events[rand.IntN(len(events))]
			timer.Happened(event, at)
			if timer.Used < 0 || timer.Paused < 0 || timer.Paused < before.Paused && timer.Started == before.Started {
				t.Fatalf("%s at %v: %+v", event, at, timer)
			}
			if timer.Started.DaysUntil(timer.Due) < 21 {
				t.Fatalf("%s at %v shortened it: %v", event, at, timer)
			}
		}
		if fired > 1 {
			t.Fatalf("the consequence came %d times", fired)
		}
	}
}

func TestTimer_tableSetsADayThatNothingPutsOff(t *testing.T) {
	t.Parallel()
	about := deadline.About{Born: date(t, "2026-09-14"), Year: 2027}
	timer, ok := deadline.Begin(rule(t, "kindergarten.place"), osloAt(t, "2027-02-20 12:00:00"), about)
	if !ok || timer.Falls() != date(t, "2027-09-30") {
		t.Fatalf("%v, %v", timer, ok)
	}
	if timer.Happened(deadline.Asked, osloAt(t, "2027-03-01 12:00:00")) || timer.State != deadline.Running {
		t.Errorf("waiting for the parents put it off: %v", timer)
	}
	if got := timer.String(); got != "kindergarten.place/1 running 2027-09-30" {
		t.Errorf("written %q", got)
	}
}

// A letter that comes back has told nobody anything, also when the limit was over
// by then.
func TestTimer_isVoidWhenNoticeComesBack(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{"while it ran": "2026-11-25 08:00:00", "after it ran out": "2027-01-10 08:00:00"} {
		timer := begin(t, "appeal.lodge", "2026-11-20 08:00:00")
		timer.Fire(osloAt(t, at))
		timer.Void(osloAt(t, at))
		if timer.State != deadline.Cancelled || timer.Open() || timer.EndedOn.IsZero() {
			t.Errorf("%s: %v", name, timer)
		}
		if _, ok := timer.Next(); ok {
			t.Errorf("%s: something still comes of it", name)
		}
	}
}
